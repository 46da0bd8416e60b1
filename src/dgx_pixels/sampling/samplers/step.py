"""What a sampler yields, and the arithmetic that several share.

Symbols: s = sigma now, t = sigma after the step, lambda = -ln sigma, h = lambda_t - lambda_s, x0 = the denoiser's
estimate, d = (x - x0) / s the direction of the probability-flow ODE. Levels are 0-d fp32 tensors on the CPU, so that
what is computed from them rounds as in the programs whose pictures are to come out again.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Step:
    """State after one step of a sampler."""

    x: Tensor
    """Latent after the step, (B, C, h, w), fp32."""
    x0: Tensor
    """Clean estimate that the step began with: the preview."""
    sigma: Tensor
    """Level that the step began at, 0-d."""


def ancestral(s: Tensor, t: Tensor, eta: float = 1.0) -> tuple[Tensor, Tensor]:
    """Split a step to ``t`` into a deterministic part and fresh noise: (sigma down, sigma up).

    down^2 + up^2 = t^2, with eta = 1 the variance of DDPM's posterior (Song et al. 2021, eq. 16). Where up is
    nearly t, down magnifies how up is rounded: up is rounded once, and down follows from it in fp32.
    """
    high, low = s.double(), t.double()
    up = torch.minimum(t, eta * (low**2 * (high**2 - low**2) / high**2).sqrt().to(t))
    return (t**2 - up**2).sqrt(), up


def lam(sigma: Tensor) -> Tensor:
    """Half the log signal-to-noise ratio: -ln sigma, infinite at 0."""
    return sigma.log().neg()


def level(lam: Tensor) -> Tensor:
    """Sigma at a lambda."""
    return lam.neg().exp()
