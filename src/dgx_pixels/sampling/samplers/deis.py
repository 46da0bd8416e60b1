"""DEIS (Zhang & Chen 2023, tAB-DEIS): Adams-Bashforth in the time of the VP diffusion. One call a step.

The weights are sums in fp32, as in the authors' code: at small sigma 1 - alpha rounds enough to show.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.samplers.multistep import weighted
from dgx_pixels.sampling.samplers.step import Step

POINTS = 10_000
"""Points of the sum that stands for the integral, both ends counted."""


def deis(denoise: Denoiser, x: Tensor, sigmas: Tensor, order: int = 3) -> Iterator[Step]:
    """Polynomial through the last slopes in VP time, integrated against d(sigma)/dt (eq. 15)."""
    slopes: deque[Tensor] = deque(maxlen=order)
    betas = _Betas.of_edm()
    times = betas.time(sigmas)
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(x, s)
        slopes.appendleft((x - x0) / s)
        if len(slopes) == 1 or t == 0:
            x = x + slopes[0] * (t - s)
        else:
            nodes = times[i - len(slopes) + 1 : i + 1].flip(0)
            x = x + weighted(_weights(nodes, times[i + 1], betas), slopes)
        yield Step(x, x0, s)


@dataclass(frozen=True, slots=True)
class _Betas:
    """Linear beta of a VP diffusion, 0-d fp32."""

    low: Tensor
    high: Tensor

    @staticmethod
    def of_edm(epsilon: float = 1e-3, sigma_min: float = 0.002, sigma_max: float = 80.0) -> "_Betas":
        """The beta that covers EDM's range of sigma (Karras et al. 2022, table 1)."""
        small, large = ((torch.tensor(v) ** 2 + 1).log() for v in (sigma_min, sigma_max))
        slope = 2 * (small / epsilon - large) / (epsilon - 1)
        low = large - 0.5 * slope
        return _Betas(low, low + slope)

    def time(self, sigma: Tensor) -> Tensor:
        """VP time at which the diffusion has noise level ``sigma``."""
        slope = self.high - self.low
        return ((self.low**2 + 2 * slope * (sigma**2 + 1).log()).sqrt() - self.low) / slope

    def rate(self, taus: Tensor) -> Tensor:
        """d(sigma)/dt: what the integral weighs the polynomial by."""
        slope = self.high - self.low
        alpha = (-0.5 * taus**2 * slope - taus * self.low).exp()
        return 0.5 * (taus * slope + self.low) / (alpha * (1 - alpha)).sqrt()


def _weights(nodes: Tensor, end: Tensor, betas: _Betas) -> list[float]:
    """Integral from the first node to ``end`` of the rate times each Lagrange basis polynomial over ``nodes``."""
    taus = torch.linspace(float(nodes[0]), float(end), POINTS)
    rate = betas.rate(taus)
    weights: list[float] = []
    for j, node in enumerate(nodes):
        basis = torch.ones(())
        for k, other in enumerate(nodes):
            if k != j:
                basis = basis * (taus - other) / (node - other)
        weights.append(float((rate * basis).sum() * ((end - nodes[0]) / POINTS)))
    return weights
