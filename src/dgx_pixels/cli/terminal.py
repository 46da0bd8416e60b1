"""A sprite in the terminal itself: two pixels to a character cell, in true colour. Knows no command."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

RESET: Final = "\x1b[0m"
_UPPER, _LOWER = "\u2580", "\u2584"


def half_blocks(pixels: NDArray[np.uint8]) -> Iterator[str]:
    """The lines that show RGBA pixels (H, W, 4); what is half transparent or more shows the terminal's ground."""
    if len(pixels) % 2:
        pixels = np.concatenate((pixels, np.zeros_like(pixels[:1])))
    for upper, lower in zip(pixels[::2], pixels[1::2], strict=True):
        yield "".join(_cell(u, w) for u, w in zip(upper, lower, strict=True)) + RESET


def shrunk(image: Image.Image, columns: int) -> NDArray[np.uint8]:
    """RGBA pixels of a picture, no wider than ``columns``: every n-th, so that sprites stay crisp."""
    pixels = np.asarray(image.convert("RGBA"))
    step = -(-pixels.shape[1] // columns)
    return pixels[step // 2 :: step, step // 2 :: step]


def _cell(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> str:
    above, below = upper[3] > 127, lower[3] > 127
    if above and below:
        return f"{RESET}{_colour(38, upper)}{_colour(48, lower)}{_UPPER}"
    if above or below:
        return f"{RESET}{_colour(38, upper if above else lower)}{_UPPER if above else _LOWER}"
    return f"{RESET} "


def _colour(ground: int, rgba: NDArray[np.uint8]) -> str:
    """Select-graphic-rendition sequence (ISO 8613-6): 38 the block's colour, 48 that behind it."""
    return f"\x1b[{ground};2;{rgba[0]};{rgba[1]};{rgba[2]}m"
