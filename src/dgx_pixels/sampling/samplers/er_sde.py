"""ER-SDE-Solver-3 (Cui et al. 2023): extended reverse-time SDE, with the noise scale that paper found best."""

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step

QUADRATURE_POINTS = 200


def er_sde(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """Third-order multistep of the SDE whose noise scale is phi(sigma) = sigma (e^(sigma^0.3) + 10) (eq. 24)."""
    estimates: list[Tensor] = []
    slopes: list[Tensor] = []
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            r = _phi(t) / _phi(s)
            x = r * x + (1 - r) * x0
            first, second = _integrals(s, t)
            if i >= 1:
                slope = (x0 - estimates[-1]) / (s - sigmas[i - 1])
                x = x + first * slope
                if i >= 2:
                    x = x + second * (slope - slopes[-1]) / ((s - sigmas[i - 2]) / 2)
                slopes = [slope]
            x = x + noise(s, t) * (t**2 - s**2 * r**2).sqrt().nan_to_num(0)
        estimates = [x0]
        yield Step(x, x0, s)


def _phi(sigma: Tensor) -> Tensor:
    return sigma * ((sigma**0.3).exp() + 10)


def _integrals(s: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """Weights of the first and second derivative of x0 over the step: left sums of the paper's integrals."""
    dt = t - s
    width = -dt / QUADRATURE_POINTS
    points = t + torch.arange(QUADRATURE_POINTS, dtype=torch.float32) * width
    scale = _phi(points)
    first = (1 / scale).sum() * width
    second = ((points - s) / scale).sum() * width
    return dt + first * _phi(t), dt**2 / 2 + second * _phi(t)
