"""DPM-Solver++ (Lu et al. 2022b): exponential integrators of x0 in lambda = -ln sigma."""

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser, GuidedDenoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step, ancestral, lam, level


def dpmpp_2m(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """DPM-Solver++(2M): second order from the estimate of the step before; first order at both ends."""
    last: Tensor | None = None
    h_last = torch.zeros(())
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        h = lam(t) - lam(s)
        blend = x0
        if last is not None and t:
            r = h_last / h
            blend = (1 + 1 / (2 * r)) * x0 - (1 / (2 * r)) * last
        x = level(lam(t)) / level(lam(s)) * x - (-h).expm1() * blend
        last, h_last = x0, h
        yield Step(x, x0, s)


def dpmpp_2m_cfg_pp(denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """`dpmpp_2m` that renoises along the unconditional direction (CFG++: Chung et al. 2024)."""
    last: Tensor | None = None
    h_last = torch.zeros(())
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        h = lam(t) - lam(s)
        shrink = (-h).exp()
        drift = -shrink * uncond
        if last is not None and t:
            drift = drift - (-h).expm1() * (1 / (2 * (h_last / h))) * (x0 - last)
        x = x0 + drift + shrink * x
        last, h_last = uncond, h
        yield Step(x, x0, s)


def dpmpp_2s_ancestral(
    denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise, eta: float = 1.0, s_noise: float = 1.0
) -> Iterator[Step]:
    """DPM-Solver++(2S) with the middle of lambda, to a lower level, then fresh noise up to the next."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        down, up = ancestral(s, t, eta)
        if down == 0:
            x = x0
        else:
            start, middle, end = halves(s, down)
            ahead = denoise(exponential_step(x, x0, start, middle), level(middle))
            x = exponential_step(x, ahead, start, end)
        if t > 0:
            x = x + noise(s, t) * s_noise * up
        yield Step(x, x0, s)


def dpmpp_2s_ancestral_cfg_pp(denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """`dpmpp_2s_ancestral` along the unconditional direction (CFG++: Chung et al. 2024)."""
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        down, up = ancestral(s, t)
        if down == 0:
            x = x0
        else:
            start, middle, end = halves(s, down)
            at_middle = exponential_step(x + (x0 - uncond), x0, start, middle)
            ahead, uncond = denoise.both(at_middle, level(middle))
            x = exponential_step(x + (x0 - uncond), ahead, start, end)
        if t > 0:
            x = x + noise(s, t) * up
        yield Step(x, x0, s)


def halves(s: Tensor, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Lambda at the start, in the middle and at the end of a step."""
    start, end = lam(s), lam(t)
    return start, start + (end - start) * 0.5, end


def exponential_step(x: Tensor, x0: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """From one lambda to another while the estimate stays ``x0`` (eq. 9 with k = 1)."""
    return level(end) / level(start) * x - (start - end).expm1() * x0
