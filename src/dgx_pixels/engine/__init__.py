"""Weights on a device: loading, text to conditioning, tiles. Knows no sprite."""
