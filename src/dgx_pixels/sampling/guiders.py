"""Guidance by more than two texts: two-level guidance and Perp-Neg. Each wraps a `Guide` (`GuidedDenoiser`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from torch import Tensor

from dgx_pixels.sampling.conditioning import Conditioning, share_among
from dgx_pixels.sampling.guidance import Fits, Guide, combined, finished


@dataclass(frozen=True, slots=True)
class DualGuide:
    """From the negative side through ``middle`` to the positive one (Brooks et al. 2023, eq. 3)."""

    guide: Guide
    """Positive and negative side; its ``cfg`` is what ``middle`` is guided by away from the negative side."""
    middle: Sequence[Conditioning]
    cfg: float
    """Weight of positive against middle."""
    nested: bool = False
    """The guidance of the positive side is itself guided away from the negative one."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Guided x0 of ``x`` (B, C, h, w)."""
        return self.both(x, sigma)[0]

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """(guided x0, x0 of the negative side)."""
        guide, patches = self.guide, self.guide.patches
        positive, middle, negative = share_among([guide.positive, self.middle, guide.negative])
        p, m, n = guide.evaluate(x, sigma, [positive, middle, negative])
        if self.nested:
            seen = replace(guide, cfg=self.cfg).seen(x, sigma, (positive, middle), (p, m))
            return n + (finished(patches, combined(patches, seen)) - n) * guide.cfg, n
        seen = guide.seen(x, sigma, (middle, negative), (m, n))
        return finished(patches, combined(patches, seen)) + (p - m) * self.cfg, n

    def fitting(self, fits: Fits) -> Self:
        """The same, in batches that fit."""
        return replace(self, guide=self.guide.fitting(fits))


@dataclass(frozen=True, slots=True)
class PerpNegGuide:
    """Away from that part of the negative side which is no part of the positive one (Armandpour et al. 2023)."""

    guide: Guide
    empty: Sequence[Conditioning]
    """What both sides are compared with."""
    scale: float
    """Weight of the negative part."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Guided x0 of ``x`` (B, C, h, w)."""
        return self.both(x, sigma)[0]

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """(guided x0, x0 of the empty text)."""
        guide = self.guide
        sides = share_among([guide.positive, guide.negative, self.empty])
        positive, negative, empty = guide.evaluate(x, sigma, sides)
        guided = perp_neg(positive, negative, empty, self.scale, guide.cfg)
        seen = guide.seen(x, sigma, (sides[0], sides[2]), (positive, empty))
        return finished(guide.patches, replace(seen, denoised=guided)), empty

    def fitting(self, fits: Fits) -> Self:
        """The same, in batches that fit."""
        return replace(self, guide=self.guide.fitting(fits))


def perp_neg(positive: Tensor, negative: Tensor, empty: Tensor, scale: float, cfg: float) -> Tensor:
    """x0 guided along ``positive`` and against what of ``negative`` is perpendicular to it, over the whole batch."""
    wanted, unwanted = positive - empty, negative - empty
    along = (unwanted * wanted).sum() / wanted.norm() ** 2
    return empty + cfg * (wanted - (unwanted - along * wanted) * scale)
