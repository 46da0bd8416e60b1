"""Few colours by Pillow's median cut, with or without a pattern that hides the steps. Knows no node."""

import math
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from dgx_pixels.engine.imaging.scaling import to_bytes

DITHERS: Final = ("none", "floyd-steinberg", "bayer-2", "bayer-4", "bayer-8", "bayer-16")


def quantized(images: Tensor, colours: int, dither: str) -> Tensor:
    """IMAGE values (B, H, W, 3), each picture in at most ``colours`` of its own colours."""
    pictures = (Image.fromarray(pixels) for pixels in to_bytes(images[..., :3]))
    pixels = np.stack([np.asarray(_quantized(picture, colours, dither).convert("RGB")) for picture in pictures])
    return torch.from_numpy(pixels.astype(np.float32) / 255)


def _quantized(picture: Image.Image, colours: int, dither: str) -> Image.Image:
    palette = picture.quantize(colors=colours)
    if dither == "none":
        return picture.quantize(colors=colours, dither=Image.Dither.NONE)
    if dither == "floyd-steinberg":
        return picture.quantize(colors=colours, palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    pattern = bayer(int(dither.removeprefix("bayer-"))) * (512 / _palette_size(palette))
    pixels = np.asarray(picture, np.float32)
    height, width = pixels.shape[:2]
    tiles = np.tile(pattern, (math.ceil(height / len(pattern)), math.ceil(width / len(pattern))))
    shifted = np.clip(pixels + tiles[:height, :width, None] + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(shifted).quantize(colors=colours, palette=palette, dither=Image.Dither.NONE)


def _palette_size(picture: Image.Image) -> int:
    palette: Any = picture.getpalette()
    return max(1, len(palette) // 3)


def bayer(side: int) -> NDArray[np.float32]:
    """The ordered pattern (side, side), a power of two, around 0 and within a half. B. Bayer (1973)."""
    pattern = np.zeros((1, 1), np.float32)
    while len(pattern) < side:
        step = np.array([[-1.5, 0.5], [1.5, -0.5]], np.float32) / (4 * len(pattern) ** 2)
        pattern = np.block([[pattern + step[0, 0], pattern + step[0, 1]], [pattern + step[1, 0], pattern + step[1, 1]]])
    return pattern
