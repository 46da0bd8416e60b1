"""Modules of further nodes: each answers with the built-in classes by name."""
