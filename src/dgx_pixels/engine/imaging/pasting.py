"""One picture or latent laid over another, and channels brought into line. Knows no node."""

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from torch import Tensor

from dgx_pixels.engine.imaging.scaling import to_batch


def pasted(
    target: Tensor, source: Tensor, x: int, y: int, mask: Tensor | None = None, unit: int = 1, *, resize: bool = False
) -> Tensor:
    """A copy of ``target`` (B, C, H, W) with ``source`` (B', C, h, w) at ``x``, ``y``, as far as it lies inside.

    ``mask`` (B'', h', w') of any resolution says how much of the source is seen. ``x`` and ``y`` are in pixels, of
    which ``unit`` make an element. ``resize``: the source is stretched over the whole target first.
    """
    result = target.clone()
    source = source.to(target.device)
    if resize:
        source = F.interpolate(source, size=target.shape[-2:], mode="bilinear")
    source = to_batch(source, target.shape[0])
    height, width = source.shape[-2:]
    left = max(-width * unit, min(x, target.shape[-1] * unit)) // unit
    top = max(-height * unit, min(y, target.shape[-2] * unit)) // unit
    rows, columns = _seen(top, height, target.shape[-2]), _seen(left, width, target.shape[-1])
    part = source[..., rows[1], columns[1]]
    below = result[..., rows[0], columns[0]]
    if mask is None:
        below.copy_(part)
    else:
        seen = F.interpolate(_planes(mask).to(part), size=(height, width), mode="bilinear")
        seen = to_batch(seen, source.shape[0])[..., rows[1], columns[1]]
        below.copy_(part * seen + below * (1 - seen))
    return result


def _planes(mask: Tensor) -> Tensor:
    """A mask of any number of axes as (B, 1, H, W)."""
    return mask.reshape(-1, 1, *mask.shape[-2:])


def _seen(begin: int, length: int, room: int) -> tuple[slice, slice]:
    """The part of the target, and that of the source, where they meet along an axis."""
    first, last = max(0, begin), max(0, min(room, begin + length))
    return slice(first, last), slice(first - begin, max(first, last) - begin)


def same_channels(target: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
    """Two IMAGE values, the source without the channels that the target lacks, opaque where it had no alpha."""
    missing = target.shape[-1] - source.shape[-1]
    if missing > 0:
        source = F.pad(source, (0, missing), value=1.0)
    return target, source[..., : target.shape[-1]]


def most_channels(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Two IMAGE values, the one with fewer channels made opaque."""
    channels = max(first.shape[-1], second.shape[-1])
    one, two = (F.pad(image, (0, channels - image.shape[-1]), value=1.0) for image in (first, second))
    return one, two


def opaque(images: Tensor) -> Tensor:
    """IMAGE values with alpha: 1 where they had none."""
    return F.pad(images, (0, 4 - images.shape[-1]), value=1.0)


def resized_mask(mask: Tensor, height: int, width: int) -> Tensor:
    """A mask (B, H, W) or (H, W) as (B, height, width)."""
    planes = _planes(mask)
    if planes.shape[-2:] != (height, width):
        planes = F.interpolate(planes, size=(height, width), mode="bilinear")
    return planes[:, 0]


def solid(height: int, width: int, colour: tuple[float, ...], batch: int = 1) -> Tensor:
    """IMAGE values of one colour."""
    row = torch.tensor(colour, dtype=torch.float32).repeat(width)
    return row.expand(batch * height, -1).contiguous().view(batch, height, width, len(colour))
