WORD = "inside"
LATER = 1
