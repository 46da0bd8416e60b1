"""Pocket's training: the sprite drawer, data, trainers, the judge."""
