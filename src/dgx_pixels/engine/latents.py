"""Pictures to a sampler's latents and back, whole or in tiles. Knows no prompt and no sampler."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.engine.loading import Checkpoint
from dgx_pixels.engine.tiling import FACTOR, decode_tiled, encode_tiled

WHOLE: Final = 2048 * 2048
"""Pixels up to which a picture is tried in one piece."""

_EDM_SPREAD: Final = 0.5  # standard deviation that Playground 2.5 brings its latents to


def encode_picture(model: Checkpoint, picture: NDArray[np.uint8]) -> Tensor:
    """Latent (1, Z, H/8, W/8) in fp32, as the sampler sees it, of a picture (H, W, 3 or 4).

    A model without alpha sees the picture without; one with alpha sees a picture without as opaque.
    """
    channels = model.vae.config.image_channels
    image = _fit_channels(to_image(picture), channels).to(_device(model))
    try:
        z = encode_tiled(model.vae, image) if _large(image.shape) else model.vae.encode(image)
    except torch.OutOfMemoryError:
        z = encode_tiled(model.vae, image)
    return scaled(model.spec, z.float())


def decode_latent(model: Checkpoint, x: Tensor) -> NDArray[np.uint8]:
    """Picture (H, W, 3 or 4) of a sampler's latent (1, Z, H/8, W/8)."""
    z = unscaled(model.spec, x)
    try:
        large = _large((z.shape[2] * FACTOR, z.shape[3] * FACTOR))
        image = decode_tiled(model.vae, z) if large else model.vae.decode(z)
    except torch.OutOfMemoryError:
        image = decode_tiled(model.vae, z)
    return to_picture(image)


def scaled(spec: ModelSpec, z: Tensor) -> Tensor:
    """The VAE's latent as the sampler sees it, of about unit variance (Playground 2.5: of 0.5)."""
    if spec.latent_mean is None or spec.latent_std is None:
        return z * spec.vae.scale
    return (z - _channel(spec.latent_mean, z)) * (_EDM_SPREAD / _channel(spec.latent_std, z))


def unscaled(spec: ModelSpec, x: Tensor) -> Tensor:
    """The inverse of :func:`scaled`."""
    if spec.latent_mean is None or spec.latent_std is None:
        return x / spec.vae.scale
    return x * (_channel(spec.latent_std, x) / _EDM_SPREAD) + _channel(spec.latent_mean, x)


def to_image(picture: NDArray[np.uint8]) -> Tensor:
    """(1, C, H, W) in [-1, 1] of bytes (H, W, C)."""
    return torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1


def to_picture(image: Tensor) -> NDArray[np.uint8]:
    """Bytes (H, W, C) of an image (1, C, H, W) in [-1, 1]: clamped, and truncated as ComfyUI's files are."""
    unit = ((image[0].float() + 1) / 2).clamp(0, 1)
    return (unit * 255).byte().permute(1, 2, 0).contiguous().cpu().numpy()


def _fit_channels(image: Tensor, channels: int) -> Tensor:
    have = image.shape[1]
    if have < channels:
        return torch.cat((image, torch.ones_like(image[:, : channels - have])), dim=1)
    return image[:, :channels]


def _large(shape: tuple[int, ...] | torch.Size) -> bool:
    return shape[-1] * shape[-2] > WHOLE


def _channel(values: tuple[float, ...], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device).view(1, -1, 1, 1)


def _device(model: Checkpoint) -> torch.device:
    return next(model.vae.parameters()).device
