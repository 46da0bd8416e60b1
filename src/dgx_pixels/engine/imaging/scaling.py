"""Pictures and latents (B, C, H, W) to another size, by the methods that workflows name. Knows no node."""

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from PIL import Image
from torch import Tensor

PICTURE_METHODS: Final = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
LATENT_METHODS: Final = ("nearest-exact", "bilinear", "area", "bicubic", "bislerp")

_ALIKE: Final = 1 - 1e-5  # cosine beyond which two directions are one, or opposite


def scaled(samples: Tensor, width: int, height: int, method: str, crop: str = "disabled") -> Tensor:
    """``samples`` (B, C, H, W) as (B, C, height, width).

    ``crop`` ``center`` cuts to the new shape around the middle first; otherwise the shape is stretched.
    """
    if crop == "center":
        samples = _center_crop(samples, width / height)
    if method == "bislerp":
        return bislerp(samples, width, height)
    if method == "lanczos":
        return lanczos(samples, width, height)
    return F.interpolate(samples, size=(height, width), mode=method)


def scaled_images(images: Tensor, width: int, height: int, method: str, crop: str = "disabled") -> Tensor:
    """`scaled` for IMAGE values (B, H, W, C)."""
    return scaled(images.movedim(-1, 1), width, height, method, crop).movedim(1, -1)


def _center_crop(samples: Tensor, aspect: float) -> Tensor:
    height, width = samples.shape[-2:]
    x = y = 0
    if width / height > aspect:
        x = round((width - height * aspect) / 2)
    elif width / height < aspect:
        y = round((height - width / aspect) / 2)
    return samples[..., y : height - y, x : width - x]


def bislerp(samples: Tensor, width: int, height: int) -> Tensor:
    """Scaling that turns channel vectors along the arc between neighbours, columns first, then rows.

    Lengths are mixed linearly. Vectors of one direction are copied, opposite ones mixed linearly.
    """
    wide = _slerp_columns(samples.float(), width)
    return _slerp_columns(wide.mT, height).mT.to(samples.dtype)


def _slerp_columns(samples: Tensor, width: int) -> Tensor:
    """``samples`` (B, C, H, W) with ``width`` columns."""
    old = samples.shape[-1]
    # Where bilinear interpolation without aligned corners looks for a column.
    at = ((torch.arange(width, dtype=torch.float32) + 0.5) * (old / width) - 0.5).clamp(0, old - 1)
    first = at.long()
    ratio = (at - first).to(samples.device)
    second = (first + 1).clamp(max=old - 1)
    return _slerp(samples[..., first], samples[..., second], ratio)


def _slerp(a: Tensor, b: Tensor, ratio: Tensor) -> Tensor:
    """From ``a`` to ``b`` (B, C, H, W), vectors along C, ``ratio`` (W,) of the way."""
    length_a, length_b = a.norm(dim=1, keepdim=True), b.norm(dim=1, keepdim=True)
    unit_a = torch.where(length_a > 0, a / length_a, 0.0)
    unit_b = torch.where(length_b > 0, b / length_b, 0.0)
    cosine = (unit_a * unit_b).sum(1, keepdim=True)
    angle = cosine.clamp(-1, 1).acos()
    along = (((1 - ratio) * angle).sin() * unit_a + (ratio * angle).sin() * unit_b) / angle.sin()
    turned = along * (length_a * (1 - ratio) + length_b * ratio)
    mixed = torch.where(cosine < -_ALIKE, a * (1 - ratio) + b * ratio, turned)
    return torch.where(cosine > _ALIKE, a, mixed)


def lanczos(samples: Tensor, width: int, height: int) -> Tensor:
    """Pillow's Lanczos filter on bytes, which the samples, in 0..1, are cut down to."""
    return torch.stack([_resampled(sample, width, height) for sample in samples]).to(samples.device, samples.dtype)


def _resampled(sample: Tensor, width: int, height: int) -> Tensor:
    pixels = to_bytes(sample.movedim(0, -1))
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    resized = np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS))
    return torch.from_numpy(resized.reshape(height, width, -1).astype(np.float32) / 255).movedim(-1, 0)


def to_bytes(image: Tensor) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Bytes of values in 0..1 of any shape: clipped, and cut off, not rounded, as files have them."""
    values = image.detach().cpu().float().numpy() * np.float32(255)
    return np.clip(values, 0, 255, out=values).astype(np.uint8)


def to_batch(tensor: Tensor, size: int) -> Tensor:
    """``size`` items along the first axis: the first ones, or all of them again and again."""
    have = tensor.shape[0]
    if have < size:
        tensor = tensor.repeat(-(-size // have), *[1] * (tensor.ndim - 1))
    return tensor[:size]
