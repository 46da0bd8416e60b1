"""What a sampler yields, and the arithmetic that several share.

Symbols: s = sigma now, t = sigma after the step, lambda = -ln sigma, h = lambda_t - lambda_s, x0 = the denoiser's
estimate, d = (x - x0) / s the direction of the probability-flow ODE. Levels are 0-d fp32 tensors on the CPU, so that
what is computed from them rounds as in the programs whose pictures are to come out again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import GuidedDenoiser
from dgx_pixels.sampling.sigmas import Levels


@dataclass(frozen=True, slots=True)
class Step:
    """State after one step of a sampler."""

    x: Tensor
    """Latent after the step, (B, C, h, w), fp32."""
    x0: Tensor
    """Clean estimate that the step began with: the preview."""
    sigma: Tensor
    """Level that the step began at, 0-d."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a solver is given."""

    denoise: GuidedDenoiser
    x: Tensor
    """Latent noised to the first level, (B, C, h, w) fp32."""
    levels: Tensor
    """At least two sigmas, fp32, on the CPU."""
    seed: int
    """Of the noise within the run."""
    table: Levels
    """Noise levels of the model."""
    tell: Callable[[Step], None]
    """Hears of every step, and raises CancelledError where the run is to end."""
    owner: Any = None
    """What the caller samples with, for solvers that look into it."""


class Solver(Protocol):
    """Anything that takes a latent from the first level to the last: the SAMPLER value of workflows."""

    @property
    def own_inpaint_noise(self) -> bool:
        """The kept part of an inpainting is noised with the next seed's noise instead of the initial noise."""
        ...

    def solve(self, run: Run) -> Tensor:
        """The latent (B, C, h, w) fp32 at the last level."""
        ...


def ancestral(s: Tensor, t: Tensor, eta: float = 1.0) -> tuple[Tensor, Tensor]:
    """Split a step to ``t`` into a deterministic part and fresh noise: (sigma down, sigma up).

    down^2 + up^2 = t^2, with eta = 1 the variance of DDPM's posterior (Song et al. 2021, eq. 16), with eta = 0 no
    noise. Where up is nearly t, down magnifies how up is rounded: up is rounded once, and down follows in fp32.
    """
    if not eta:
        return t, torch.zeros_like(t)
    high, low = s.double(), t.double()
    up = torch.minimum(t, eta * (low**2 * (high**2 - low**2) / high**2).sqrt().to(t))
    return (t**2 - up**2).sqrt(), up


def lam(sigma: Tensor) -> Tensor:
    """Half the log signal-to-noise ratio: -ln sigma, infinite at 0."""
    return sigma.log().neg()


def level(lam: Tensor) -> Tensor:
    """Sigma at a lambda."""
    return lam.neg().exp()
