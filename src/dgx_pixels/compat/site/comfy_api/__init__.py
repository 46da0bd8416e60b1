"""Interfaces for nodes, by version."""
