"""Networks whose parameter names are the checkpoint's key names. Knows no files, devices or samplers."""
