"""Differential diffusion: a mask in greys says when, not whether, each pixel is drawn anew.

Levin & Fried, "Differential Diffusion: Giving Each Pixel Its Strength" (2023), algorithm 1.
"""

from dataclasses import dataclass

from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.sampling.sigmas import Levels


def differential_diffusion(model: Model, strength: float) -> Model:
    """With the mask of an inpainting cut at a threshold that falls from 1 to 0 over the run.

    ``strength`` in 0..1 mixes the cut mask with the mask itself; 0 is as it was.
    """
    return model.patched(mask=ThresholdMask(model.table, strength)) if strength else model.clone()


@dataclass(frozen=True, slots=True)
class ThresholdMask:
    """The mask of a level (`MaskFunction`)."""

    table: Levels
    strength: float

    def __call__(self, sigma: Tensor, mask: Tensor, levels: Tensor) -> Tensor:
        """1 where the mask is at least the share of the run that lies ahead, in timesteps; else 0."""
        end = max(float(levels[-1]), self.table.sigma_min)
        first, last, now = (self.table.timestep(s) for s in (float(levels[0]), end, float(sigma)))
        ahead = (now - last) / (first - last) if first != last else 0.0
        cut = (mask >= ahead).to(mask)
        return cut if self.strength == 1 else self.strength * cut + (1 - self.strength) * mask
