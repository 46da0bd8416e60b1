"""What a sampler yields, and the arithmetic that several share.

Symbols: s = sigma now, t = sigma after the step, lambda = -ln sigma, h = lambda_t - lambda_s, x0 = the denoiser's
estimate, d = (x - x0) / s the direction of the probability-flow ODE.
"""

import math
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Step:
    """State after one step of a sampler."""

    x: Tensor
    """Latent after the step, (B, C, h, w), fp32."""
    x0: Tensor
    """Clean estimate that the step began with: the preview."""
    sigma: float
    """Level that the step began at."""


def ancestral(s: float, t: float, eta: float = 1.0) -> tuple[float, float]:
    """Split a step to ``t`` into a deterministic part and fresh noise: (sigma down, sigma up).

    down^2 + up^2 = t^2, with eta = 1 the variance of DDPM's posterior (Song et al. 2021, eq. 16).
    """
    up = min(t, eta * math.sqrt(t**2 * (s**2 - t**2) / s**2))
    return math.sqrt(t**2 - up**2), up


def lam(sigma: float) -> float:
    """Half the log signal-to-noise ratio: -ln sigma, infinite at 0."""
    return -math.log(sigma) if sigma > 0 else math.inf
