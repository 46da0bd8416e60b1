"""Pictures and masks prepared for drawing parts of them anew. Pictures are (B, H, W, C) in 0..1, masks (B, 1, H, W)."""

import math

from torch import Tensor
from torch.nn import functional

from dgx_pixels.engine.tiling import FACTOR


def planes_like(mask: Tensor, pixels: Tensor) -> Tensor:
    """A mask (H, W), (B, H, W) or (B, 1, H, W) at the size of a picture: bilinear."""
    planes = mask.reshape(-1, 1, *mask.shape[-2:]).float()
    return functional.interpolate(planes, size=pixels.shape[1:3], mode="bilinear")


def cropped(pixels: Tensor, planes: Tensor) -> tuple[Tensor, Tensor]:
    """Both without what is beyond multiples of 8, cut off about the centre."""
    height, width = (side // FACTOR * FACTOR for side in pixels.shape[1:3])
    top, left = (pixels.shape[1] - height) // 2, (pixels.shape[2] - width) // 2
    rows, columns = slice(top, top + height), slice(left, left + width)
    return pixels[:, rows, columns], planes[:, :, rows, columns]


def greyed(pixels: Tensor, planes: Tensor) -> Tensor:
    """The picture with grey, 0.5, where the mask is 1; alpha stays."""
    kept = 1 - planes.movedim(1, -1)
    colors = (pixels[..., :3] - 0.5) * kept + 0.5
    result = pixels.expand(colors.shape[0], -1, -1, -1).clone()
    result[..., :3] = colors
    return result


def grown(planes: Tensor, by: int) -> Tensor:
    """The rounded mask, larger by a box of ``by`` pixels: 1 where the box meets any of it.

    A box of even sides reaches a pixel further to the right and down.
    """
    rounded = planes.round()
    if by == 0:
        return rounded
    padding = math.ceil((by - 1) / 2)
    box = rounded.new_ones(1, 1, by, by)
    height, width = planes.shape[-2:]
    return functional.conv2d(rounded, box, padding=padding).clamp(0, 1)[..., :height, :width]
