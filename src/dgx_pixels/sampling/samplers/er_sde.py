"""ER-SDE-Solver-3 (Cui et al. 2023): extended reverse-time SDE, with the noise scale that paper found best."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step

QUADRATURE_POINTS = 200


Scale = Callable[[Tensor], Tensor]
"""Noise scale phi of the extended SDE by sigma: sigma itself is the ODE, its square the reverse-time SDE."""


def best_scale(sigma: Tensor) -> Tensor:
    """The scale that the paper found best (eq. 24)."""
    return sigma * ((sigma**0.3).exp() + 10)


def power_scale(exponent: float) -> Scale:
    """sigma^exponent: 1 is the ODE, 2 the reverse-time SDE."""
    return lambda sigma: sigma**exponent


def er_sde(
    denoise: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    noise: StepNoise,
    s_noise: float = 1.0,
    scale: Scale = best_scale,
    max_stage: int = 3,
) -> Iterator[Step]:
    """Multistep, up to order ``max_stage``, of the extended SDE with the noise scale ``scale``."""
    estimates: list[Tensor] = []
    slopes: list[Tensor] = []
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            r = scale(t) / scale(s)
            x = r * x + (1 - r) * x0
            first, second = _integrals(s, t, scale)
            if min(i, max_stage - 1) >= 1:
                slope = (x0 - estimates[-1]) / (s - sigmas[i - 1])
                x = x + first * slope
                if min(i, max_stage - 1) >= 2:
                    x = x + second * (slope - slopes[-1]) / ((s - sigmas[i - 2]) / 2)
                slopes = [slope]
            if s_noise > 0:
                x = x + noise(s, t) * s_noise * (t**2 - s**2 * r**2).sqrt().nan_to_num(0)
        estimates = [x0]
        yield Step(x, x0, s)


def _integrals(s: Tensor, t: Tensor, phi: Scale) -> tuple[Tensor, Tensor]:
    """Weights of the first and second derivative of x0 over the step: left sums of the paper's integrals."""
    dt = t - s
    width = -dt / QUADRATURE_POINTS
    points = t + torch.arange(QUADRATURE_POINTS, dtype=torch.float32) * width
    scale = phi(points)
    first = (1 / scale).sum() * width
    second = ((points - s) / scale).sum() * width
    return dt + first * phi(t), dt**2 / 2 + second * phi(t)
