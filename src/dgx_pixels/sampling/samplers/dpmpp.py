"""DPM-Solver++ (Lu et al. 2022b): exponential integrators of x0 in lambda = -ln sigma."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser, GuidedDenoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step, ancestral, lam


def dpmpp_2m(denoise: Denoiser, x: Tensor, sigmas: Sequence[float]) -> Iterator[Step]:
    """DPM-Solver++(2M): second order from the estimate of the step before; first order at both ends."""
    last: Tensor | None = None
    h_last = 0.0
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        h = lam(t) - lam(s)
        blend = x0
        if last is not None and t:
            blend = x0 + h / (2 * h_last) * (x0 - last)
        x = t / s * x - math.expm1(-h) * blend
        last, h_last = x0, h
        yield Step(x, x0, s)


def dpmpp_2m_cfg_pp(denoise: GuidedDenoiser, x: Tensor, sigmas: Sequence[float]) -> Iterator[Step]:
    """`dpmpp_2m` that renoises along the unconditional direction (CFG++: Chung et al. 2024)."""
    last: Tensor | None = None
    h_last = 0.0
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        h = lam(t) - lam(s)
        shrink = math.exp(-h)
        drift = -shrink * uncond
        if last is not None and t:
            drift = drift - math.expm1(-h) * h / (2 * h_last) * (x0 - last)
        x = x0 + drift + shrink * x
        last, h_last = uncond, h
        yield Step(x, x0, s)


def dpmpp_2s_ancestral(denoise: Denoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise) -> Iterator[Step]:
    """DPM-Solver++(2S) with the middle of lambda, to a lower level, then fresh noise up to the next."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        down, up = ancestral(s, t)
        if down == 0:
            x = x0
        else:
            middle = math.sqrt(s * down)
            ahead = denoise(exponential_step(x, x0, s, middle), middle)
            x = exponential_step(x, ahead, s, down)
        if t:
            x = x + noise(s, t) * up
        yield Step(x, x0, s)


def dpmpp_2s_ancestral_cfg_pp(
    denoise: GuidedDenoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise
) -> Iterator[Step]:
    """`dpmpp_2s_ancestral` along the unconditional direction (CFG++: Chung et al. 2024)."""
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        down, up = ancestral(s, t)
        if down == 0:
            x = x0
        else:
            middle = math.sqrt(s * down)
            ahead, uncond_ahead = denoise.both(exponential_step(x + (x0 - uncond), x0, s, middle), middle)
            x = exponential_step(x + (x0 - uncond_ahead), ahead, s, down)
        if t:
            x = x + noise(s, t) * up
        yield Step(x, x0, s)


def exponential_step(x: Tensor, x0: Tensor, s: float, t: float) -> Tensor:
    """From level ``s`` to ``t`` while the estimate stays ``x0`` (eq. 9 with k = 1)."""
    return t / s * x - math.expm1(lam(s) - lam(t)) * x0
