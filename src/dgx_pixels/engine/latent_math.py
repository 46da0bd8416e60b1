"""Arithmetic on LATENT values: brought to one size, mixed, sharpened, toned down, regrouped. Knows no node."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from dgx_pixels.engine.imaging.filters import blurred
from dgx_pixels.engine.imaging.scaling import scaled, to_batch
from dgx_pixels.engine.tiling import FACTOR

Operation: TypeAlias = Callable[..., Tensor]
"""A LATENT_OPERATION: called with ``latent=`` (B, C, h, w)."""


def sized(samples: Tensor, like: Tensor, method: str) -> Tensor:
    """``samples`` at the height and width of another latent, cropped to its shape first."""
    if samples.shape[1:] == like.shape[1:]:
        return samples
    return scaled(samples, like.shape[-1], like.shape[-2], method, "center")


def matched(samples: Tensor, like: Tensor) -> Tensor:
    """``samples`` at the size of another latent, and repeated or cut to its batch."""
    return to_batch(sized(samples, like, "bilinear"), len(like))


def interpolated(first: Tensor, second: Tensor, ratio: float) -> Tensor:
    """Directions and lengths of the channel vectors mixed apart; ``ratio`` 1 is the first."""
    length_a, length_b = (x.norm(dim=1, keepdim=True) for x in (first, second))
    direction = _unit(first) * ratio + _unit(second) * (1 - ratio)
    return _unit(direction) * (length_a * ratio + length_b * (1 - ratio))


def _unit(x: Tensor) -> Tensor:
    return (x / x.norm(dim=1, keepdim=True)).nan_to_num()


def reinhard(multiplier: float) -> Operation:
    """Lengths of the channel vectors toned down, l / (1 + l / top), where ``top`` is five deviations above the mean.

    Reinhard et al., "Photographic tone reproduction for digital images" (2002).
    """

    def operation(latent: Tensor, **_unused: Any) -> Tensor:
        length = latent.norm(dim=1, keepdim=True) + 1e-10
        deviation, mean = torch.std_mean(length, dim=(1, 2, 3), keepdim=True)
        top = (mean + 5 * deviation) * multiplier
        return latent / length * (length / (1 + length / top))

    return operation


def sharpen(radius: int, sigma: float, alpha: float) -> Operation:
    """Directions of the channel vectors with what a blur takes away, ten times ``alpha`` as strong, put on top."""

    def operation(latent: Tensor, **_unused: Any) -> Tensor:
        length = latent.norm(dim=1, keepdim=True) + 1e-6
        direction = latent / length
        soft = blurred(direction.movedim(1, -1), radius, sigma).movedim(-1, 1)
        return (direction + 10 * alpha * (direction - soft)) * length

    return operation


def regrouped(latents: Sequence[dict[str, Any]], size: int) -> list[dict[str, Any]]:
    """LATENTs with ``size`` items each of all those given, in order; items of another shape begin a new one.

    Masks go along, whole where an item had none, and so does the place of every item in the noise.
    """
    masked = any("noise_mask" in latent for latent in latents)
    groups: list[list[tuple[Tensor, Tensor | None, int]]] = []
    done = 0
    for latent in latents:
        samples = latent["samples"]
        mask = _whole_mask(latent) if masked else None
        places = latent.get("batch_index", range(done, done + len(samples)))
        for i, place in enumerate(places):
            item = samples[i : i + 1], None if mask is None else mask[i : i + 1], place
            if groups and len(groups[-1]) < size and groups[-1][0][0].shape == item[0].shape:
                groups[-1].append(item)
            else:
                groups.append([item])
        done += len(samples)
    return [_joined(group) for group in groups]


def _joined(group: Sequence[tuple[Tensor, Tensor | None, int]]) -> dict[str, Any]:
    samples, masks, places = zip(*group, strict=True)
    latent: dict[str, Any] = {"samples": torch.cat(samples), "batch_index": list(places)}
    if masks[0] is not None:
        latent["noise_mask"] = torch.cat(masks)
    return latent


def _whole_mask(latent: dict[str, Any]) -> Tensor:
    """The mask of every item, (B, 1, H, W) in pixels: ones where there is none."""
    samples = latent["samples"]
    height, width = (side * FACTOR for side in samples.shape[-2:])
    mask = latent.get("noise_mask")
    if mask is None:
        return torch.ones(len(samples), 1, height, width)
    planes = mask.reshape(-1, 1, *mask.shape[-2:])
    if planes.shape[-2:] != (height, width):
        planes = functional.interpolate(planes, size=(height, width), mode="bilinear")
    return to_batch(planes, len(samples))
