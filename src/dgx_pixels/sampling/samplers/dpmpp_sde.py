"""DPM-Solver++ for the diffusion SDE (Lu et al. 2022b, appendix): multistep and singlestep, noise at every step.

eta scales the noise: 1 is the reverse SDE with the full noise of the forward one, 0 the ODE.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.dpmpp import exponential_step
from dgx_pixels.sampling.samplers.step import Step, ancestral, lam, level


def dpmpp_sde(
    denoise: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    noise: StepNoise,
    eta: float = 1.0,
    s_noise: float = 1.0,
    r: float = 0.5,
) -> Iterator[Step]:
    """SDE-DPM-Solver++(2S): an ancestral step to the fraction ``r`` of lambda, then one along what is seen there."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            middle = level(lam(s) + (lam(t) - lam(s)) * r)
            ahead = denoise(_noisy_step(x, x0, (s, middle), noise, eta, s_noise), middle)
            share = 1 / (2 * r)
            x = _noisy_step(x, (1 - share) * x0 + share * ahead, (s, t), noise, eta, s_noise)
        yield Step(x, x0, s)


def dpmpp_2m_sde(
    denoise: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    noise: StepNoise,
    eta: float = 1.0,
    s_noise: float = 1.0,
    solver_type: str = "midpoint",
) -> Iterator[Step]:
    """SDE-DPM-Solver++(2M): ``heun`` takes the exact weight of the slope instead of the ``midpoint``'s."""
    last: Tensor | None = None
    h_last = torch.zeros(())
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            h = lam(t) - lam(s)
            full = h + eta * h
            gain = (-full).expm1().neg()
            x = t / s * (-eta * h).exp() * x + gain * x0
            if last is not None:
                weight = gain / -full + 1 if solver_type == "heun" else 0.5 * gain
                x = x + weight * (1 / (h_last / h)) * (x0 - last)
            x = _freshened(x, noise, (s, t), eta, s_noise)
            h_last = h
        last = x0
        yield Step(x, x0, s)


def dpmpp_3m_sde(
    denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise, eta: float = 1.0, s_noise: float = 1.0
) -> Iterator[Step]:
    """Third-order multistep SDE solver: divided differences of the last three estimates under phi functions."""
    history: list[tuple[Tensor, Tensor]] = []  # (x0, h of the step it began), newest first
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        if t == 0:
            x = x0
        else:
            h = lam(t) - lam(s)
            x = t / s * (-eta * h).exp() * x + (-(h + eta * h)).expm1().neg() * x0
            x = x + _correction(x0, history, h, h + eta * h)
            x = _freshened(x, noise, (s, t), eta, s_noise)
            history = [(x0, h), *history][:2]
        yield Step(x, x0, s)


def _freshened(x: Tensor, noise: StepNoise, span: tuple[Tensor, Tensor], eta: float, s_noise: float) -> Tensor:
    """``x`` and the noise that enters the SDE over a step."""
    s, t = span
    if not eta:
        return x
    return x + noise(s, t) * t * (2 * eta * (lam(s) - lam(t))).expm1().neg().sqrt() * s_noise


def _correction(x0: Tensor, history: Sequence[tuple[Tensor, Tensor]], h: Tensor, full: Tensor) -> Tensor | float:
    """Second- and third-order terms from the estimates of the steps before; ``full`` is h with the noise's share."""
    if not history:
        return 0.0
    phi2 = (-full).expm1() / full + 1
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
    return phi2 * d1 - (phi2 / full - 0.5) * d2


def _noisy_step(
    x: Tensor, x0: Tensor, span: tuple[Tensor, Tensor], noise: StepNoise, eta: float, s_noise: float
) -> Tensor:
    """Ancestral step over a span while the estimate stays ``x0``."""
    s, t = span
    down, up = ancestral(s, t, eta)
    return exponential_step(x, x0, lam(s), lam(down)) + noise(s, t) * s_noise * up
