"""Whole numbers of pixels as nodes ask for them: lengths, places, colours."""

from typing import Annotated, Final, TypeAlias

from dgx_pixels.nodes.sockets import Range

LARGEST: Final = 16384
"""Longest side, in pixels, that a workflow may ask for."""

Side: TypeAlias = Annotated[int, Range(1, LARGEST, step=1)]
Offset: TypeAlias = Annotated[int, Range(0, LARGEST, step=1)]
BatchSize: TypeAlias = Annotated[int, Range(1, 4096)]
Colour: TypeAlias = Annotated[int, Range(0, 0xFFFFFF, step=1, extra={"display": "color"})]
"""``0xRRGGBB``."""
Seed: TypeAlias = Annotated[int, Range(0, 2**64 - 1, extra={"control_after_generate": True})]
