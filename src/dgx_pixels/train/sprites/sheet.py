"""Contact sheets: many sprites in a grid on a checkerboard, to be looked at."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def contact_sheet(sprites: Sequence[NDArray[np.uint8]], columns: int, scale: int = 3) -> NDArray[np.uint8]:
    """A picture (H, W, 3) of sprites (s, s, 4) of any sizes, row by row, each enlarged ``scale`` times."""
    cell = max(s.shape[0] for s in sprites) + 2
    rows = -(-len(sprites) // columns)
    ys, xs = np.indices((rows * cell, columns * cell))
    sheet = np.where(((ys // 4 + xs // 4) % 2)[..., None], 205, 225).astype(np.uint8).repeat(3, -1)
    for i, sprite in enumerate(sprites):
        s = sprite.shape[0]
        y, x = (i // columns) * cell + (cell - s) // 2, (i % columns) * cell + (cell - s) // 2
        solid = sprite[..., 3] > 127
        sheet[y : y + s, x : x + s][solid] = sprite[..., :3][solid]
    return sheet.repeat(scale, 0).repeat(scale, 1)
