"""Vehicles."""

from dgx_pixels.train.sprites.kind import Kind

KINDS: tuple[Kind, ...] = ()
