LATE = "later"
