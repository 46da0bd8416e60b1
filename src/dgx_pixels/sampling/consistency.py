"""Latent consistency models: their boundary scaling, and the 50 timesteps that they were distilled at.

Luo et al., "Latent Consistency Models: Synthesizing High-Resolution Images with Few-Step Inference" (2023).
"""

from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor

from dgx_pixels.sampling.forms import Trained
from dgx_pixels.sampling.sigmas import Levels, SigmaTable

TIMESTEPS: Final = 50
SIGMA_DATA: Final = 0.5
TIME_SCALE: Final = 10.0


@dataclass(frozen=True, slots=True)
class DistilledTable:
    """Every 20th level of SD's table (`Levels`); the network is still told indices of the whole table."""

    table: SigmaTable
    stride: int

    @staticmethod
    def of(whole: SigmaTable, timesteps: int = TIMESTEPS) -> "DistilledTable":
        """The last level of each of ``timesteps`` equal parts of a table."""
        stride = len(whole.sigmas) // timesteps
        kept = slice(stride - 1, None, stride)
        return DistilledTable(SigmaTable(whole.sigmas[kept], whole.log_sigmas[kept]), stride)

    @property
    def sigmas(self) -> Tensor:
        """The levels kept, in rising order."""
        return self.table.sigmas

    @property
    def sigma_min(self) -> float:
        """Smallest level."""
        return self.table.sigma_min

    @property
    def sigma_max(self) -> float:
        """Largest level."""
        return self.table.sigma_max

    def timestep(self, sigma: float) -> float:
        """Index, in the whole table, of the nearest level."""
        return self.table.timestep(sigma) * self.stride + self.stride - 1

    def sigma(self, t: float) -> float:
        """Level of an index in the whole table."""
        return self.table.sigma((t - (self.stride - 1)) / self.stride)

    def percent_to_sigma(self, p: float) -> float:
        """Level at a fraction of sampling."""
        return self.table.percent_to_sigma(p) if p <= 0 or p >= 1 else self.sigma((1 - p) * 999)


@dataclass(frozen=True, slots=True)
class Consistent(Trained):
    """eps-prediction under a consistency model's boundary condition (`Form`)."""

    table: Levels = field(kw_only=True)

    def clean(self, x: Tensor, sigma: Tensor, out: Tensor) -> Tensor:
        """c_skip z + c_out x0 (section 3; appendix for the scalings), z being the latent as the network has it."""
        t = torch.tensor(self.table.timestep(float(sigma)) * TIME_SCALE)
        skip = SIGMA_DATA**2 / (t**2 + SIGMA_DATA**2)
        scale = t / (t**2 + SIGMA_DATA**2) ** 0.5
        return scale * (x - out * sigma) + skip * self.scaled(x, sigma)
