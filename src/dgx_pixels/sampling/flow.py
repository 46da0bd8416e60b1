"""Flow matching: a latent is a mix of picture and noise, the network predicts the way from one to the other.

Lipman et al. (2023), Liu et al. (2023); levels are shifted for resolution as in Esser et al., "Scaling Rectified Flow
Transformers for High-Resolution Image Synthesis" (2024), section 5.3.2. Sigma is the share of noise, 0..1.
"""

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

STEPS: Final = 1000


@dataclass(frozen=True, slots=True)
class Flow:
    """x = (1 - sigma) latent + sigma noise, the network predicts noise - latent (`Form`)."""

    def scaled(self, x: Tensor, sigma: Tensor) -> Tensor:  # noqa: ARG002  (the shape of `Form`)
        """The latent as it is."""
        return x

    def clean(self, x: Tensor, sigma: Tensor, out: Tensor) -> Tensor:
        """x0 = x - sigma (noise - latent)."""
        return x - out * sigma

    def noised(self, latent: Tensor, noise: Tensor, sigma: float, *, full: bool) -> Tensor:  # noqa: ARG002
        """The mix."""
        return sigma * noise + (1 - sigma) * latent

    def finished(self, x: Tensor, sigma: float) -> Tensor:
        """The latent of a mix that has not been wholly cleaned, its noise left in."""
        return x / (1 - sigma) if sigma < 1 else x


@dataclass(frozen=True, slots=True)
class FlowLevels:
    """Shares of noise (`Levels`): sigma = s t / (1 + (s - 1) t) of a time t in 0..1 (Esser et al., eq. 23)."""

    shift: float = 1.0
    multiplier: float = 1000.0
    """What the network is told: sigma times this."""
    steps: int = STEPS

    @property
    def sigmas(self) -> Tensor:
        """Levels of evenly spaced times, in rising order."""
        return torch.tensor([self._at(t / self.steps) for t in range(1, self.steps + 1)])

    @property
    def sigma_min(self) -> float:
        """Smallest level."""
        return self._at(1 / self.steps)

    @property
    def sigma_max(self) -> float:
        """Largest level."""
        return self._at(1.0)

    def timestep(self, sigma: float) -> float:
        """What the network is told for a level."""
        return sigma * self.multiplier

    def sigma(self, t: float) -> float:
        """Level of a time, in units of the multiplier."""
        return self._at(t / self.multiplier)

    def percent_to_sigma(self, p: float) -> float:
        """Level at a fraction of sampling."""
        return 1.0 if p <= 0 else 0.0 if p >= 1 else self._at(1 - p)

    def _at(self, t: float) -> float:
        return self.shift * t / (1 + (self.shift - 1) * t)


@dataclass(frozen=True, slots=True)
class ExponentialFlowLevels(FlowLevels):
    """The same with the shift e^mu, mu linear in the size of the picture, and sigma itself told (FLUX.1)."""

    multiplier: float = 1.0
    steps: int = 10000

    @staticmethod
    def of_size(width: int, height: int, base_shift: float, max_shift: float) -> "ExponentialFlowLevels":
        """Levels of a picture in pixels: ``base_shift`` at 256 tokens of 16x16 pixels, ``max_shift`` at 4096."""
        tokens = width * height / (16 * 16)
        mu = base_shift + (max_shift - base_shift) * (tokens - 256) / (4096 - 256)
        return ExponentialFlowLevels(shift=math.exp(mu))
