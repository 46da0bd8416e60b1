"""DPM-Solver++ for the diffusion SDE (Lu et al. 2022b, appendix): multistep and singlestep, noise at every step.

eta = 1 throughout: the reverse SDE with the full noise of the forward one.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.dpmpp import exponential_step, halves
from dgx_pixels.sampling.samplers.step import Step, ancestral, lam, level


def dpmpp_sde(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """SDE-DPM-Solver++(2S): an ancestral step to the middle of lambda, then one along the estimate made there."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            middle = level(halves(s, t)[1])
            ahead = denoise(_noisy_step(x, x0, s, middle, noise), middle)
            x = _noisy_step(x, ahead, s, t, noise)
        yield Step(x, x0, s)


def dpmpp_2m_sde(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """SDE-DPM-Solver++(2M), midpoint form."""
    return _dpmpp_2m_sde(denoise, x, sigmas, noise, heun=False)


def dpmpp_2m_sde_heun(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """SDE-DPM-Solver++(2M), Heun form: the exact weight of the slope instead of the midpoint's."""
    return _dpmpp_2m_sde(denoise, x, sigmas, noise, heun=True)


def dpmpp_3m_sde(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """Third-order multistep SDE solver: divided differences of the last three estimates under phi functions."""
    history: list[tuple[Tensor, Tensor]] = []  # (x0, h of the step it began), newest first
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            h = lam(t) - lam(s)
            x = t / s * (-h).exp() * x + (-2 * h).expm1().neg() * x0
            x = x + _correction(x0, history, h) + _fresh(noise, s, t)
            history = [(x0, h), *history][:2]
        yield Step(x, x0, s)


def _dpmpp_2m_sde(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise, *, heun: bool) -> Iterator[Step]:
    last: Tensor | None = None
    h_last = torch.zeros(())
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            h = lam(t) - lam(s)
            gain = (-2 * h).expm1().neg()
            x = t / s * (-h).exp() * x + gain * x0
            if last is not None:
                weight = gain / (-2 * h) + 1 if heun else 0.5 * gain
                x = x + weight * (1 / (h_last / h)) * (x0 - last)
            x = x + _fresh(noise, s, t)
            h_last = h
        last = x0
        yield Step(x, x0, s)


def _fresh(noise: StepNoise, s: Tensor, t: Tensor) -> Tensor:
    """Noise that enters the SDE over a step."""
    return noise(s, t) * t * (2 * (lam(s) - lam(t))).expm1().neg().sqrt()


def _correction(x0: Tensor, history: Sequence[tuple[Tensor, Tensor]], h: Tensor) -> Tensor | float:
    """Second- and third-order terms from the estimates of the steps before."""
    if not history:
        return 0.0
    phi2 = (-2 * h).expm1() / (2 * h) + 1
    (last, h_last), *older = history
    r0 = h_last / h
    slope = (x0 - last) / r0
    if not older:
        return phi2 * slope
    before, h_before = older[0]
    r1 = h_before / h
    slope_last = (last - before) / r1
    d1 = slope + (slope - slope_last) * r0 / (r0 + r1)
    d2 = (slope - slope_last) / (r0 + r1)
    return phi2 * d1 - (phi2 / (2 * h) - 0.5) * d2


def _noisy_step(x: Tensor, x0: Tensor, s: Tensor, t: Tensor, noise: StepNoise) -> Tensor:
    """Ancestral step from ``s`` to ``t`` while the estimate stays ``x0``."""
    down, up = ancestral(s, t)
    return exponential_step(x, x0, lam(s), lam(down)) + noise(s, t) * up
