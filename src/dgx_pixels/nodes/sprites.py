"""Nodes of our own: pictures on a grid to sprites, sprites to sheets."""

import math
from typing import Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.limits import MAX_IMAGE_PIXELS, SPRITE_CELL
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Image, Options, Range

_MODULE: Final = "dgx_pixels.sprites"


@node(
    "PixelSnap",
    title="Snap to Pixels",
    category="pixel",
    module=_MODULE,
    function="snap",
    description="Turns pictures that were drawn on a grid, as Pocket draws, into sprites: one colour a cell, "
    "transparent or not, few colours. What `dgx-pixels generate` does with its pictures.",
)
def pixel_snap(
    *,
    image: Image,
    cell: Annotated[
        int, Range(1, 64, step=1, extra={"tooltip": "Side of a cell in pixels; 8 for Pocket."})
    ] = SPRITE_CELL,
    colours: Annotated[
        int, Range(0, 256, step=1, extra={"tooltip": "Most colours of a sprite; 0: as many as suit its size."})
    ] = 0,
    scale: Annotated[int, Range(1, 64, step=1, extra={"tooltip": "Pixels to a sprite pixel in the result."})] = 1,
) -> Image:
    """Sprites (B, H/cell*scale, W/cell*scale, 4) of pictures drawn on a grid of cells."""
    import numpy as np
    import torch

    from dgx_pixels.engine.imaging.scaling import to_bytes
    from dgx_pixels.pixel.snap import default_colours, to_sprite

    height, width = image.shape[1:3]
    if height % cell or width % cell:
        raise UsageError(f"{width}x{height} pixels are no whole cells of {cell}; change the size or the cell")
    _check_pixels(len(image) * (height // cell * scale) * (width // cell * scale))
    most = colours or default_colours(max(width, height) // cell)
    sprites = np.stack([to_sprite(pixels, cell, most) for pixels in to_bytes(image)])
    large = sprites.repeat(scale, 1).repeat(scale, 2)
    return torch.from_numpy(large.astype(np.float32) / 255)


@node(
    "SpriteSheet",
    title="Sprite Sheet",
    category="pixel",
    module=_MODULE,
    function="arrange",
    description="Lays a batch of pictures out in rows on one picture, from left to right and top to bottom.",
)
def sprite_sheet(
    *,
    images: Image,
    columns: Annotated[int, Range(0, 256, step=1), Options({"tooltip": "0: as near to a square as can be."})] = 0,
    gap: Annotated[int, Range(0, 256, step=1), Options({"tooltip": "Transparent pixels between pictures."})] = 0,
) -> Image:
    """One picture (1, H, W, 4) of a batch in rows; what no picture covers is transparent."""
    from dgx_pixels.engine.imaging.pasting import opaque

    count, height, width = images.shape[:3]
    across = min(columns or math.ceil(math.sqrt(count)), count)
    down = math.ceil(count / across)
    total_height, total_width = down * (height + gap) - gap, across * (width + gap) - gap
    _check_pixels(total_height * total_width)
    sheet: Any = images.new_zeros(1, total_height, total_width, 4)
    for k, image in enumerate(opaque(images)):
        top, left = k // across * (height + gap), k % across * (width + gap)
        sheet[0, top : top + height, left : left + width] = image
    return sheet


def _check_pixels(pixels: int) -> None:
    if pixels > MAX_IMAGE_PIXELS:
        raise UsageError(f"that makes {pixels} pixels; {MAX_IMAGE_PIXELS} are the most, so make less of it")


NODES = (pixel_snap, sprite_sheet)
