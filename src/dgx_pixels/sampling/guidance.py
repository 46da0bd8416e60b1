"""Classifier-free guidance over lists of conditionings, each with its own area, mask, strength and window.

Every active entry is denoised, entries of equal shape together; per side they are averaged by weight, and the two
sides are combined in x0 space. Knows text only as tensors, and nothing of samplers.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dgx_pixels.sampling.conditioning import Conditioning, Entry, entries, share_areas
from dgx_pixels.sampling.denoise import Predict
from dgx_pixels.sampling.sigmas import SigmaTable

MAX_TOKEN_RATIO = 4
"""Contexts are repeated to a common length for one batch up to this factor; beyond it they run apart."""

Fits = Callable[[tuple[int, ...]], bool]
"""Whether a network input of this shape (rows, C, h, w) fits into memory."""


def always_fits(_shape: tuple[int, ...]) -> bool:
    """No limit on the batch."""
    return True


@dataclass(frozen=True, slots=True)
class Guide:
    """A denoiser guided from ``negative`` towards ``positive`` (Ho & Salimans 2022): `GuidedDenoiser`."""

    predict: Predict
    table: SigmaTable
    positive: Sequence[Conditioning]
    negative: Sequence[Conditioning] = ()
    cfg: float = 1.0
    fits: Fits = always_fits

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Guided x0 of ``x`` (B, C, h, w); with cfg 1 the negative side is not evaluated."""
        if math.isclose(self.cfg, 1.0, rel_tol=1e-9):
            positive, _ = share_areas(self.positive, self.negative)
            (cond,) = self._sides(x, sigma, [positive])
            return cond
        return self.both(x, sigma)[0]

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """(guided x0, unconditional x0)."""
        cond, uncond = self._sides(x, sigma, share_areas(self.positive, self.negative))
        return uncond + (cond - uncond) * self.cfg, uncond

    def _sides(self, x: Tensor, sigma: Tensor, sides: Sequence[Sequence[Conditioning]]) -> list[Tensor]:
        """Weighted mean of the estimates of each side."""
        sums = [torch.zeros_like(x) for _ in sides]
        weights = [torch.full_like(x, 1e-37) for _ in sides]
        active = [e for i, side in enumerate(sides) for e in entries(side, i, x, sigma, self.table)]
        for batch in _batches(active, self.fits):
            for entry, x0 in zip(batch, self._denoised(batch, sigma), strict=True):
                sums[entry.side][entry.region] += x0 * entry.weight
                weights[entry.side][entry.region] += entry.weight
        return [total / weight for total, weight in zip(sums, weights, strict=True)]

    def _denoised(self, batch: Sequence[Entry], sigma: Tensor) -> Sequence[Tensor]:
        """Estimates of entries of one shape, from one network call."""
        tokens = math.lcm(*(e.context.shape[1] for e in batch))
        context = torch.cat([e.context.repeat(1, tokens // e.context.shape[1], 1) for e in batch])
        vectors = [e.vector for e in batch if e.vector is not None]
        x0 = self.predict(torch.cat([e.x for e in batch]), sigma, context, torch.cat(vectors) if vectors else None)
        return x0.chunk(len(batch))


def _batches(active: Sequence[Entry], fits: Fits) -> Iterator[Sequence[Entry]]:
    """Entries that can share a network call, unconditional ones first, as many together as fit."""
    pending = list(reversed(active))
    while pending:
        alike = [e for e in pending if _joinable(pending[0], e)]
        size = next(n for i in range(1, len(alike) + 1) if (n := len(alike) // i) == 1 or fits(_shape(alike, n)))
        batch = alike[:size]
        yield batch
        pending = [e for e in pending if e not in batch]


def _shape(alike: Sequence[Entry], n: int) -> tuple[int, ...]:
    rows, *rest = alike[0].x.shape
    return (rows * n, *rest)


def _joinable(a: Entry, b: Entry) -> bool:
    """Whether two entries have inputs that concatenate along the batch."""
    if a.x.shape != b.x.shape or (a.vector is None) != (b.vector is None):
        return False
    lengths = a.context.shape[1], b.context.shape[1]
    return math.lcm(*lengths) <= MAX_TOKEN_RATIO * min(lengths)
