"""DPM-Solver++ for the diffusion SDE (Lu et al. 2022b, appendix): multistep and singlestep, noise at every step.

eta = 1 throughout: the reverse SDE with the full noise of the forward one.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.dpmpp import exponential_step
from dgx_pixels.sampling.samplers.step import Step, ancestral, lam


def dpmpp_sde(denoise: Denoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise) -> Iterator[Step]:
    """SDE-DPM-Solver++(2S): an ancestral step to the middle of lambda, then one to the end along the estimate there."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            middle = _middle(s, t)
            ahead = denoise(_noisy_step(x, x0, s, middle, noise), middle)
            x = _noisy_step(x, ahead, s, t, noise)
        yield Step(x, x0, s)


def dpmpp_2m_sde(denoise: Denoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise) -> Iterator[Step]:
    """SDE-DPM-Solver++(2M), midpoint form."""
    return _dpmpp_2m_sde(denoise, x, sigmas, noise, heun=False)


def dpmpp_2m_sde_heun(denoise: Denoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise) -> Iterator[Step]:
    """SDE-DPM-Solver++(2M), Heun form: the exact weight of the slope instead of the midpoint's."""
    return _dpmpp_2m_sde(denoise, x, sigmas, noise, heun=True)


def dpmpp_3m_sde(denoise: Denoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise) -> Iterator[Step]:
    """Third-order multistep SDE solver: divided differences of the last three estimates, weighted by phi functions."""
    history: list[tuple[Tensor, float]] = []  # (x0, h of the step it began), newest first
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            h = lam(t) - lam(s)
            x = _renoised(x, x0, s, t, noise) + _correction(x0, history, h)
            history = [(x0, h), *history][:2]
        yield Step(x, x0, s)


def _dpmpp_2m_sde(
    denoise: Denoiser, x: Tensor, sigmas: Sequence[float], noise: StepNoise, *, heun: bool
) -> Iterator[Step]:
    last: Tensor | None = None
    h_last = 0.0
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            h = lam(t) - lam(s)
            x = _renoised(x, x0, s, t, noise)
            if last is not None:
                weight = _phi2(-2 * h) if heun else -math.expm1(-2 * h) / 2
                x = x + weight * h / h_last * (x0 - last)
            h_last = h
        last = x0
        yield Step(x, x0, s)


def _renoised(x: Tensor, x0: Tensor, s: float, t: float, noise: StepNoise) -> Tensor:
    """First-order step of the SDE: x decays by exp(-2h), the estimate and fresh noise fill up."""
    h = lam(t) - lam(s)
    fresh = noise(s, t) * (t * math.sqrt(-math.expm1(-2 * h)))
    return t / s * math.exp(-h) * x - math.expm1(-2 * h) * x0 + fresh


def _correction(x0: Tensor, history: Sequence[tuple[Tensor, float]], h: float) -> Tensor | float:
    """Second- and third-order terms from the estimates of the steps before."""
    if not history:
        return 0.0
    phi2 = _phi2(-2 * h)
    (last, h_last), *older = history
    slope = (x0 - last) * (h / h_last)
    if not older:
        return phi2 * slope
    before, h_before = older[0]
    r0, r1 = h_last / h, h_before / h
    slope_last = (last - before) / r1
    d1 = slope + (slope - slope_last) * (r0 / (r0 + r1))
    d2 = (slope - slope_last) / (r0 + r1)
    return phi2 * d1 - (phi2 / (2 * h) - 0.5) * d2


def _phi2(z: float) -> float:
    """1 - (1 - e^z) / -z: the weight of a slope under exponential decay (phi_2 times z)."""
    return 1 - math.expm1(z) / z


def _middle(s: float, t: float) -> float:
    """Level halfway in lambda, in fp32: the Brownian path is asked for exactly this sigma."""
    low, high = (torch.tensor(v, dtype=torch.float32).log().neg() for v in (s, t))
    return float((low + (high - low) * 0.5).neg().exp())


def _noisy_step(x: Tensor, x0: Tensor, s: float, t: float, noise: StepNoise) -> Tensor:
    """Ancestral step from ``s`` to ``t`` while the estimate stays ``x0``."""
    down, up = ancestral(s, t)
    return exponential_step(x, x0, s, down) + noise(s, t) * up
