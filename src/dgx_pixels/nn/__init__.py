"""Torch modules whose parameter names are the checkpoint's own keys. Knows no file and no device."""
