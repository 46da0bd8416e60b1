"""Bytes on disk to named tensors: headers, model families, installed files, downloads. Imports no torch."""
