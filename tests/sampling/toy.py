"""Models small enough to be solved by hand, for the tests of this folder."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from dgx_pixels.sampling.conditioning import Conditioning
from dgx_pixels.sampling.guidance import Guide
from dgx_pixels.sampling.patches import NetInput
from dgx_pixels.sampling.sigmas import SigmaTable

TABLE = SigmaTable.discrete()


def text(*values: float) -> Conditioning:
    """A conditioning whose context says what to add: (1, 1, 1)."""
    return Conditioning(torch.tensor(values).reshape(1, 1, -1))


@dataclass
class Offset:
    """x / (1 + sigma^2) plus the number in the context: what the vectors were recorded with. Counts its calls."""

    calls: list[tuple[int, ...]] = field(default_factory=list)

    def __call__(self, call: NetInput) -> Tensor:
        self.calls.append(tuple(call.x.shape))
        return call.x / (1 + call.sigma**2) + call.context[:, 0, 0].reshape(-1, 1, 1, 1)


def guided(predict: Offset, cfg: float) -> Guide:
    return Guide(predict, TABLE, [text(0.3)], [text(-0.2)], cfg)


@dataclass
class Gaussian:
    """The exact denoiser of latents drawn from N(mean, deviation^2), whose ODE has a closed solution."""

    mean: float = 0.4
    deviation: float = 0.6

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        variance = self.deviation**2
        return (x * variance + self.mean * sigma**2) / (variance + sigma**2)

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        x0 = self(x, sigma)
        return x0, x0

    def solution(self, x: Tensor, start: float, end: float) -> Tensor:
        """Where the probability-flow ODE takes ``x`` from one level to another."""
        scale = (self.deviation**2 + end**2) / (self.deviation**2 + start**2)
        return self.mean + (x - self.mean) * scale**0.5
