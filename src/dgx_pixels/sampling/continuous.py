"""Continuous v-prediction: levels as angles between picture and noise.

Salimans & Ho, "Progressive Distillation for Fast Sampling of Diffusion Models" (2022), appendix D.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dgx_pixels.sampling.sigmas import SigmaTable


@dataclass(frozen=True, slots=True)
class AngleLevels:
    """A continuous range (`Levels`); the network is told the angle atan(sigma) as a share of a right one."""

    table: SigmaTable

    @staticmethod
    def between(sigma_min: float, sigma_max: float) -> "AngleLevels":
        """The levels of a range, log-spaced for the table schedules."""
        return AngleLevels(SigmaTable.edm(sigma_min, sigma_max))

    @property
    def sigmas(self) -> Tensor:
        """Levels in rising order."""
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
        """What the network is told for a level, 0..1."""
        return float(torch.tensor(sigma).atan()) / math.pi * 2

    def sigma(self, t: float) -> float:
        """Level of a time."""
        return float((torch.tensor(t) * math.pi / 2).tan())

    def percent_to_sigma(self, p: float) -> float:
        """Level at a fraction of sampling, log-spaced."""
        return self.table.percent_to_sigma(p)
