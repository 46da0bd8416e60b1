"""Classifier-free guidance over lists of conditionings, each with its own area, mask, strength and window.

Every active entry is denoised, entries of equal shape together; per side they are averaged by weight, and the two
sides are combined in x0 space. Knows text only as tensors, and nothing of samplers.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor

from dgx_pixels.sampling.conditioning import Conditioning, Entry, entries, share_areas
from dgx_pixels.sampling.denoise import Predict
from dgx_pixels.sampling.patches import UNPATCHED, Guidance, NetHooks, NetInput, Patches, Sides
from dgx_pixels.sampling.sigmas import Levels

MAX_TOKEN_RATIO = 4
"""Contexts are repeated to a common length for one batch up to this factor; beyond it they run apart."""

Fits = Callable[[tuple[int, ...]], bool]
"""Whether a network input of this shape (rows, C, h, w) fits into memory."""

_AS_THE_MODEL: Any = object()  # hooks of the network that were not given apart


def always_fits(_shape: tuple[int, ...]) -> bool:
    """No limit on the batch."""
    return True


def never_fits(_shape: tuple[int, ...]) -> bool:
    """One entry at a time: what is left where memory ran out."""
    return False


@dataclass(frozen=True, slots=True)
class Guide:
    """A denoiser guided from ``negative`` towards ``positive`` (Ho & Salimans 2022): `GuidedDenoiser`."""

    predict: Predict
    table: Levels
    positive: Sequence[Conditioning]
    negative: Sequence[Conditioning] = ()
    cfg: float = 1.0
    fits: Fits = always_fits
    patches: Patches = UNPATCHED
    levels: Tensor | None = None
    """All levels of the run, for hooks that ask where in it they are."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Guided x0 of ``x`` (B, C, h, w); with cfg 1 the negative side is not evaluated."""
        return self._guided(x, sigma, skip=math.isclose(self.cfg, 1.0, rel_tol=1e-9))[0]

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """(guided x0, unconditional x0)."""
        return self._guided(x, sigma, skip=False)

    def fitting(self, fits: Fits) -> Self:
        """The same, in batches that fit."""
        return replace(self, fits=fits)

    def _guided(self, x: Tensor, sigma: Tensor, *, skip: bool) -> tuple[Tensor, Tensor]:
        skip = skip and not self.patches.always_uncond
        positive, negative = share_areas(self.positive, self.negative)
        sides = (positive,) if skip else (positive, negative)
        estimates = self.evaluate(x, sigma, sides)
        seen = self.seen(x, sigma, (positive, () if skip else negative), estimates)
        for hook in self.patches.before_cfg:
            seen = replace(seen, estimates=tuple(hook(seen)))
        return finished(self.patches, combined(self.patches, seen, skip=skip)), seen.uncond

    def seen(self, x: Tensor, sigma: Tensor, sides: Sides, estimates: Sequence[Tensor]) -> Guidance:
        """What hooks see of a level; a missing estimate is zeros."""
        padded = (*estimates, *(torch.zeros_like(x) for _ in sides[len(estimates) :]))
        return Guidance(
            x=x,
            sigma=sigma,
            cfg=self.cfg,
            sides=sides,
            estimates=padded,
            evaluate=self.evaluate,
            levels=self.levels,
            unet=self.patches.unet,
        )

    def evaluate(
        self, x: Tensor, sigma: Tensor, sides: Sides, *, unet: NetHooks | None = _AS_THE_MODEL
    ) -> list[Tensor]:
        """Weighted mean of the estimates of each side; ``unet`` replaces the model's hooks of the network."""
        hooks = self.patches.unet if unet is _AS_THE_MODEL else unet
        sums = [torch.zeros_like(x) for _ in sides]
        weights = [torch.full_like(x, 1e-37) for _ in sides]
        active = [e for i, side in enumerate(sides) for e in entries(side, i, x, sigma, self.table)]
        for batch in _batches(active, self.fits):
            for entry, x0 in zip(batch, self._denoised(batch, sigma, hooks), strict=True):
                sums[entry.side][entry.region] += x0 * entry.weight
                weights[entry.side][entry.region] += entry.weight
        return [total / weight for total, weight in zip(sums, weights, strict=True)]

    def _denoised(self, batch: Sequence[Entry], sigma: Tensor, hooks: NetHooks | None) -> Sequence[Tensor]:
        """Estimates of entries of one shape, from one network call."""
        tokens = math.lcm(*(e.context.shape[1] for e in batch))
        call = NetInput(
            x=torch.cat([e.x for e in batch]),
            sigma=sigma,
            context=torch.cat([e.context.repeat(1, tokens // e.context.shape[1], 1) for e in batch]),
            vector=_joined([e.vector for e in batch]),
            concat=_joined([e.concat for e in batch]),
            sides=tuple(e.side for e in batch),
            levels=self.levels,
            unet=hooks,
        )
        wrapper = self.patches.wrapper
        return (wrapper(self.predict, call) if wrapper else self.predict(call)).chunk(len(batch))


def combined(patches: Patches, seen: Guidance, *, skip: bool = False) -> Guidance:
    """The guided x0 in place: the model's own way, or from ``uncond`` through ``cond`` by cfg."""
    if patches.cfg is not None:
        return replace(seen, denoised=patches.cfg(seen))
    cond, uncond = seen.estimates[:2]
    return replace(seen, denoised=cond if skip else uncond + (cond - uncond) * seen.cfg)


def finished(patches: Patches, seen: Guidance) -> Tensor:
    """The guided x0 after `Patches.after_cfg`."""
    for hook in patches.after_cfg:
        seen = replace(seen, denoised=hook(seen))
    assert seen.denoised is not None  # noqa: S101  (`combined` came before)
    return seen.denoised


def _joined(tensors: Sequence[Tensor | None]) -> Tensor | None:
    """One tensor of those of the entries, which all have one or none."""
    present = [tensor for tensor in tensors if tensor is not None]
    return torch.cat(present) if present else None


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
    if a.x.shape != b.x.shape or (a.vector is None) != (b.vector is None) or (a.concat is None) != (b.concat is None):
        return False
    lengths = a.context.shape[1], b.context.shape[1]
    return math.lcm(*lengths) <= MAX_TOKEN_RATIO * min(lengths)
