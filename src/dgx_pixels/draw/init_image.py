"""A picture to start from, brought to the size and the look that the model was trained on."""

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from dgx_pixels.core.limits import SPRITE_CELL, SPRITE_SIZES

_WHITE: Final = (255, 255, 255, 255)


def natural_size(size: tuple[int, int], *, sprite: bool) -> tuple[int, int] | None:
    """Width and height in model pixels that an init image of ``size`` asks for by itself, if any.

    ``sprite``: a picture no larger than the largest sprite is one; beyond that nothing tells its cells.
    """
    if not sprite:
        return size[0] - size[0] % SPRITE_CELL, size[1] - size[1] % SPRITE_CELL
    return (size[0] * SPRITE_CELL, size[1] * SPRITE_CELL) if max(size) <= max(SPRITE_SIZES) else None


def prepare_init(image: Image.Image, width: int, height: int, *, sprite: bool) -> NDArray[np.uint8]:
    """The picture (height, width, 4), cut to shape around its middle; white where transparent.

    ``sprite``: brought to its sprite pixels first, each of which then fills a cell. A picture that has those
    dimensions is not resampled.
    """
    image = image.convert("RGBA")
    if not sprite:
        return on_white(_fit(image, width, height, Image.Resampling.LANCZOS))
    small = _fit(image, width // SPRITE_CELL, height // SPRITE_CELL, Image.Resampling.BOX)
    pixels = on_white(small)
    pixels[..., 3] = np.where(pixels[..., 3] > 127, 255, 0)
    return pixels.repeat(SPRITE_CELL, 0).repeat(SPRITE_CELL, 1)


def on_white(image: Image.Image) -> NDArray[np.uint8]:
    """RGBA pixels (H, W, 4) whose colours are those seen on white paper; alpha is kept."""
    paper = Image.new("RGBA", image.size, _WHITE)
    pixels = np.asarray(Image.alpha_composite(paper, image)).copy()
    pixels[..., 3] = np.asarray(image)[..., 3]
    return pixels


def pixels_sha256(pixels: NDArray[np.uint8]) -> str:
    """Hash of a picture's size and pixels."""
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()


def _fit(image: Image.Image, width: int, height: int, how: Image.Resampling) -> Image.Image:
    return image if image.size == (width, height) else ImageOps.fit(image, (width, height), how)
