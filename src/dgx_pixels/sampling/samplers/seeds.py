"""SEEDS (Gonzalez et al. 2023): exponential SDE solvers whose stages share one noise path."""

from collections.abc import Iterator
from itertools import pairwise

from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step, lam, level


def seeds_2(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """SEEDS-2 with the middle at half of lambda: two calls a step."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            h = lam(t) - lam(s)
            middle = level(lam(s) + 0.5 * h)
            n1, n2 = noise(s, middle), noise(middle, t)
            ahead = denoise(_step(x, x0, h / 2) + middle * _gain(0 * h, h / 2) * n1, middle)
            fresh = _gain(h / 2, h) * n1 + _gain(0 * h, h / 2) * n2
            x = _step(x, ahead, h) + t * fresh
        yield Step(x, x0, s)


def seeds_3(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """SEEDS-3 with stages at thirds of lambda: three calls a step."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        x = x0 if t == 0 else _seeds_3_step(denoise, x, x0, s, t, noise)
        yield Step(x, x0, s)


def _seeds_3_step(denoise: Denoiser, x: Tensor, x0: Tensor, s: Tensor, t: Tensor, noise: StepNoise) -> Tensor:
    h = lam(t) - lam(s)
    s1, s2 = level(lam(s) + 1 / 3 * h), level(lam(s) + 2 / 3 * h)
    n1, n2, n3 = noise(s, s1), noise(s1, s2), noise(s2, t)
    g1, g2, g3 = _gain(0 * h, h / 3), _gain(h / 3, 2 * h / 3), _gain(2 * h / 3, h)
    ahead1 = denoise(_step(x, x0, h / 3) + s1 * g1 * n1, s1)
    bend2 = 2 * _bend(2 * h / 3) * (ahead1 - x0)
    ahead2 = denoise(_step(x, x0, 2 * h / 3) + bend2 + s2 * (g2 * n1 + g1 * n2), s2)
    bend3 = 1.5 * _bend(h) * (ahead2 - x0)
    return _step(x, x0, h) + bend3 + t * (g3 * n1 + g2 * n2 + g1 * n3)


def _step(x: Tensor, x0: Tensor, h: Tensor) -> Tensor:
    """First-order SDE step over ``h`` in lambda: x decays by exp(-2h), the estimate fills up."""
    return (-2 * h).exp() * x - (-2 * h).expm1() * x0


def _bend(h: Tensor) -> Tensor:
    """Weight of the slope of x0 over ``h``."""
    return (-2 * h).expm1() / (2 * h) + 1


def _gain(start: Tensor, end: Tensor) -> Tensor:
    """Standard deviation of the noise that enters between two points in lambda, seen from the first."""
    return ((-2 * start).expm1() - (-2 * end).expm1()).sqrt()
