"""Noise levels of a model: which sigma belongs to which timestep, and how far along a percentage is.

Knows nothing of schedules (`schedules`), samplers or networks.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

BEFORE_START = 999999999.9
"""Sigma of 0 percent: above every level, so that a window from 0 includes the first step."""


class Levels(Protocol):
    """Noise levels of a model, and the timestep the network is told for each."""

    @property
    def sigmas(self) -> Tensor:
        """Levels in rising order, shape (N,), fp32, on the CPU."""
        ...

    @property
    def sigma_min(self) -> float:
        """Smallest level."""
        ...

    @property
    def sigma_max(self) -> float:
        """Largest level."""
        ...

    def timestep(self, sigma: float) -> float:
        """What the network is told for a level."""
        ...

    def sigma(self, t: float) -> float:
        """Level of a timestep."""
        ...

    def percent_to_sigma(self, p: float) -> float:
        """Level at a fraction ``p`` of sampling, 0 the noisy end."""
        ...


@dataclass(frozen=True, slots=True)
class SigmaTable:
    """Levels in rising order (`Levels`), as the known families have them.

    A discrete table (``SD``, ``SDXL``) tells its index; a continuous one (EDM) tells ln(sigma) / 4.
    """

    sigmas: Tensor
    """Levels in rising order, shape (N,), fp32, on the CPU."""
    log_sigmas: Tensor
    """Natural logarithms of ``sigmas``, fp32: what the interpolation is linear in."""
    continuous: bool = False
    """Timesteps are EDM's c_noise rather than indices."""

    @staticmethod
    def discrete(*, zero_snr: bool = False, n: int = 1000) -> "SigmaTable":
        """Table of SD's scaled-linear betas (Rombach et al. 2022: sqrt(beta) linear from 0.00085 to 0.012).

        ``zero_snr`` rescales it to zero terminal SNR (Lin et al. 2024, algorithm 1) with the last
        alpha-bar kept just above zero, so that the largest sigma is 4518.76 instead of infinite.
        """
        betas = torch.linspace(0.00085**0.5, 0.012**0.5, n, dtype=torch.float64) ** 2
        alpha_bars = torch.cumprod(1 - betas, 0)
        sigmas = ((1 - alpha_bars) / alpha_bars).sqrt()
        if zero_snr:
            sigmas = _rescale_zero_snr(sigmas)
        return SigmaTable(sigmas.float(), sigmas.log().float())

    @staticmethod
    def edm(sigma_min: float = 0.002, sigma_max: float = 80.0, n: int = 1000) -> "SigmaTable":
        """Continuous range (Karras et al. 2022), sampled at ``n`` log-spaced levels for the table schedules."""
        logs = torch.linspace(math.log(sigma_min), math.log(sigma_max), n)
        return SigmaTable(logs.exp(), logs, continuous=True)

    @property
    def sigma_min(self) -> float:
        """Smallest level."""
        return float(self.sigmas[0])

    @property
    def sigma_max(self) -> float:
        """Largest level."""
        return float(self.sigmas[-1])

    def timestep(self, sigma: float) -> float:
        """What the network is told: the index nearest in ln(sigma), or ln(sigma) / 4 where continuous."""
        log_sigma = torch.tensor(sigma, dtype=torch.float32).log()
        if self.continuous:
            return float(0.25 * log_sigma)
        return float((log_sigma - self.log_sigmas).abs().argmin())

    def sigma(self, t: float) -> float:
        """Level of a real timestep; between two indices linear in ln(sigma). fp32 precision."""
        step = torch.tensor(t, dtype=torch.float32)
        if self.continuous:
            return float((step / 0.25).exp())
        step = step.clamp(0, len(self.sigmas) - 1)
        low, high = int(step.floor()), int(step.ceil())
        w = step.frac()
        return float(((1 - w) * self.log_sigmas[low] + w * self.log_sigmas[high]).exp())

    def percent_to_sigma(self, p: float) -> float:
        """Level at a fraction ``p`` of sampling, 0 the noisy end: the bound of a conditioning's window."""
        if p <= 0:
            return BEFORE_START
        if p >= 1:
            return 0.0
        if self.continuous:
            low, high = math.log(self.sigma_min), math.log(self.sigma_max)
            return math.exp(low + (high - low) * (1 - p))
        return self.sigma((1 - p) * 999)


def _rescale_zero_snr(sigmas: Tensor) -> Tensor:
    """Shift sqrt(alpha-bar) to end at zero, scale it to keep its first value (Lin et al. 2024), fp64."""
    roots = (1 / (sigmas**2 + 1)).sqrt()
    first, last = roots[0].clone(), roots[-1].clone()
    alpha_bars = ((roots - last) * first / (first - last)) ** 2
    alpha_bars[-1] = 4.8973451890853435e-08
    return ((1 - alpha_bars) / alpha_bars).sqrt()
