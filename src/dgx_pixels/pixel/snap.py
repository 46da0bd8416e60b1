"""A picture on a known grid back to its sprite: one colour and one bit of alpha for each cell.

Finding an unknown grid is another matter; this knows the size of a cell.
"""

import numpy as np
from numpy.typing import NDArray

from dgx_pixels.pixel.colours import merge_colours


def snap_to_grid(picture: NDArray[np.uint8], cell: int) -> NDArray[np.uint8]:
    """The sprite (H/cell, W/cell, C) of a picture (H, W, 3 or 4): the median of each cell's middle.

    Raises ``ValueError`` where the sides are no multiples of ``cell``.
    """
    height, width, channels = picture.shape
    if height % cell or width % cell:
        raise ValueError(f"{width}x{height} is no multiple of the cell size {cell}")
    cells = picture.reshape(height // cell, cell, width // cell, cell, channels)
    margin = cell // 4
    middle = cells[:, margin : cell - margin, :, margin : cell - margin]
    return np.rint(np.median(middle, axis=(1, 3))).astype(np.uint8)


def to_sprite(picture: NDArray[np.uint8], cell: int, colours: int) -> NDArray[np.uint8]:
    """The finished sprite (H/cell, W/cell, 4): snapped, alpha 0 or 255, at most ``colours`` opaque colours.

    Transparent pixels are black, as most programs write them.
    """
    snapped = snap_to_grid(picture, cell)
    solid = snapped[..., 3] > 127 if snapped.shape[-1] == 4 else np.ones(snapped.shape[:2], bool)
    sprite = np.zeros((*snapped.shape[:2], 4), np.uint8)
    sprite[solid, :3] = merge_colours(snapped[..., :3][solid], colours)
    sprite[solid, 3] = 255
    return sprite


def default_colours(size: int) -> int:
    """Most colours of a sprite of ``size`` sprite pixels: 24, and 32 where there is more to shade."""
    return 24 if size <= 32 else 32
