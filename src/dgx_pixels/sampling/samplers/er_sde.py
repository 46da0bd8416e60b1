"""ER-SDE-Solver-3 (Cui et al. 2023): extended reverse-time SDE, with the noise scale that paper found best."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step

QUADRATURE_POINTS = 200


def er_sde(denoise: Denoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise) -> Iterator[Step]:
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
            x = x + noise(s, t) * math.sqrt(max(t**2 - s**2 * r**2, 0.0))
        estimates = [x0]
        yield Step(x, x0, s)


def _phi(sigma: float) -> float:
    return sigma * (math.exp(sigma**0.3) + 10)


def _integrals(s: float, t: float) -> tuple[float, float]:
    """Weights of the first and second derivative of x0 over the step: left sums of the paper's integrals."""
    width = (s - t) / QUADRATURE_POINTS
    points = t + np.arange(QUADRATURE_POINTS) * width
    inverse = 1 / (points * (np.exp(points**0.3) + 10))
    first = float(inverse.sum()) * width * _phi(t)
    second = float((inverse * (points - s)).sum()) * width * _phi(t)
    return (t - s) + first, (t - s) ** 2 / 2 + second
