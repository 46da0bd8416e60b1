"""Pixel-art operators: pure functions on arrays. Imports no torch."""
