"""What a picture is steered by, and the part of the latent that each piece steers.

Knows texts only as tensors; how the pieces are denoised and combined is `guidance`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import EllipsisType
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from dgx_pixels.sampling.sigmas import Levels

Area: TypeAlias = tuple[int, int, int, int]
"""(height, width, y, x) in latent pixels."""

FADE = 8
"""Latent pixels over which an area fades into its surroundings, at most a quarter of its size."""


@dataclass(frozen=True, slots=True, eq=False)
class Conditioning:
    """One piece of guidance."""

    context: Tensor
    """Text states (1 or B, T, D)."""
    vector: Tensor | None = None
    """Vector conditioning ``y`` (1 or B, V)."""
    concat: Tensor | None = None
    """Further channels for the network, (1 or B, K, h, w) of the whole latent (inpainting and editing models)."""
    strength: float = 1.0
    """Weight beside other entries of its side."""
    area: Area | None = None
    """The part steered; None: the whole latent."""
    mask: Tensor | None = None
    """Weight of each pixel, (h, w) or (B, h, w) in 0..1 at any resolution."""
    start: float = 0.0
    """Fraction of the sampling before which it sleeps."""
    end: float = 1.0
    """Fraction of the sampling after which it sleeps."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A conditioning placed on one latent at one level."""

    side: int
    """Which list it came from."""
    region: tuple[EllipsisType | slice, ...]
    """Where in the latent."""
    x: Tensor
    """That region of the latent, (B, C, h, w)."""
    weight: Tensor
    """Weight of the estimate, broadcast over (B, C, h, w)."""
    context: Tensor
    """(B, T, D)."""
    vector: Tensor | None
    """(B, V)."""
    concat: Tensor | None
    """That region of the further channels, (B, K, h, w)."""


def share_areas(positive: Sequence[Conditioning], negative: Sequence[Conditioning]) -> list[list[Conditioning]]:
    """`share_among` both sides."""
    return share_among([positive, negative])


def share_among(sides: Sequence[Sequence[Conditioning]]) -> list[list[Conditioning]]:
    """The sides, each completed for the areas that only another has.

    The missing piece is the smallest one that encloses the area, cut to it.
    """
    completed = [list(side) for side in sides]
    for own in completed:
        for entry in list(own):
            for other in completed:
                if other is not own:
                    other.extend(_counterpart(entry, other))
    return completed


def entries(side: Sequence[Conditioning], index: int, x: Tensor, sigma: Tensor, table: Levels) -> Iterator[Entry]:
    """The entries of a side awake at ``sigma``, cut to the latent ``x`` (B, C, h, w)."""
    for entry in side:
        asleep = sigma > table.percent_to_sigma(entry.start) or sigma < table.percent_to_sigma(entry.end)
        height, width, top, left = _clamped(entry.area, x)
        if asleep or height <= 0 or width <= 0:
            continue
        region = (..., slice(top, top + height), slice(left, left + width))
        vector = None if entry.vector is None else _repeated(entry.vector, len(x))
        context = _repeated(entry.context, len(x))
        concat = None if entry.concat is None else _repeated(entry.concat, len(x))[region]
        yield Entry(index, region, x[region], _weight(entry, x)[region] * entry.strength, context, vector, concat)


def mask_like(mask: Tensor, x: Tensor) -> Tensor:
    """A mask (h, w), (B, h, w) or (B, 1, h, w) of any resolution as (B, 1, h, w) of the latent ``x``: bilinear."""
    planes = mask.to(x).reshape(-1, 1, *mask.shape[-2:])
    return _repeated(functional.interpolate(planes, size=x.shape[-2:], mode="bilinear"), len(x))


def _counterpart(entry: Conditioning, others: Sequence[Conditioning]) -> list[Conditioning]:
    """What another side lacks for the area of ``entry``: nothing, or one piece."""
    enclosing = [other for other in others if entry.area and _encloses(other.area, entry.area)]
    smallest = min(enclosing, key=_extent, default=None)
    if smallest is None or smallest.area == entry.area:
        return []
    return [replace(entry, context=smallest.context, vector=smallest.vector)]


def _encloses(outer: Area | None, inner: Area) -> bool:
    if outer is None:
        return True
    starts = all(a <= b for a, b in zip(outer[2:], inner[2:], strict=True))
    return starts and all(outer[i] + outer[i + 2] >= inner[i] + inner[i + 2] for i in (0, 1))


def _extent(entry: Conditioning) -> float:
    return entry.area[0] * entry.area[1] if entry.area else float("inf")


def _clamped(area: Area | None, x: Tensor) -> Area:
    height, width, top, left = area or (*x.shape[-2:], 0, 0)
    return min(height, x.shape[-2] - top), min(width, x.shape[-1] - left), top, left


def _weight(entry: Conditioning, x: Tensor) -> Tensor:
    """Weight of each pixel of the latent, (B or 1, 1, h, w): the mask, else a fade at the area's inner borders."""
    if entry.mask is not None:
        return mask_like(entry.mask, x)
    height, width, top, left = _clamped(entry.area, x)
    rows, columns = _fade(height, top, x.shape[-2]), _fade(width, left, x.shape[-1])
    return (rows[:, None] * columns)[None, None].to(x)


def _fade(size: int, start: int, whole: int) -> Tensor:
    """Weights along one side of the latent, (whole,): rising from a border that is not the latent's own."""
    weights = torch.ones(whole)
    reach = min(FADE, size // 4)
    ramp = torch.arange(1, reach + 1) / reach if reach else torch.ones(0)
    if start:
        weights[start : start + reach] *= ramp
    if start + size < whole:
        weights[start + size - reach : start + size] *= ramp.flip(0)
    return weights


def _repeated(tensor: Tensor, rows: int) -> Tensor:
    """A tensor whose first axis is repeated, and cut, to ``rows``."""
    if len(tensor) == 1:
        return tensor.expand(rows, *tensor.shape[1:])
    return tensor.repeat(-(-rows // len(tensor)), *([1] * (tensor.dim() - 1)))[:rows]
