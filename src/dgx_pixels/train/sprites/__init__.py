"""The sprite drawer: what Pocket learns from. Every pixel comes from this code; it knows no torch and no file."""
