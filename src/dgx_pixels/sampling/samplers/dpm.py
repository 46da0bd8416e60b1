"""DPM-Solver (Lu et al. 2022a): exponential integrators of eps in t = lambda = -ln sigma, with shared evaluations.

Both samplers go from the first sigma to the last positive one and stop there; the levels between are their own.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step, ancestral, lam


def dpm_fast(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """DPM-Solver-fast: third-order steps even in lambda, the rest of the budget of calls in lower orders."""
    orders = _orders(len(sigmas) - 1)
    start, end = _span(sigmas)
    times = torch.linspace(float(start), float(end), len(orders) + 1)
    for order, s, t in zip(orders, times[:-1], times[1:], strict=True):
        eps = _eps(denoise, x, s)
        x0 = x - (-s).exp() * eps
        if order == 1:
            x = _order_1(x, t, t - s, eps)
        elif order == 2:
            x = _order_2(x, s, t, eps, _ahead(denoise, x, s, t, eps, 1 / 2), 1 / 2)
        else:
            x = _order_3(denoise, x, s, t, eps, _ahead(denoise, x, s, t, eps, 1 / 3))
        yield Step(x, x0, (-s).exp())


def dpm_adaptive(
    denoise: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    noise: StepNoise | None = None,
    order: int = 3,
    rtol: float = 0.05,
    atol: float = 0.0078,
    h_init: float = 0.05,
    pcoeff: float = 0.0,
    icoeff: float = 1.0,
    dcoeff: float = 0.0,
    accept_safety: float = 0.81,
    eta: float = 0.0,
    s_noise: float = 1.0,
) -> Iterator[Step]:
    """DPM-Solver-12 or -23: the difference of two orders sets the step size (Lu et al. 2022a, appendix C).

    A step is redone when its error calls for a much smaller one. Only the ends of ``sigmas`` matter. What is not
    a number ends the run: no step would ever be small enough for it. With ``eta`` each step goes further down and
    is noised up again, and its error is judged as of order 1.5.
    """
    s, end = _span(sigmas)
    sizes = StepSizes(h_init, pcoeff, icoeff, dcoeff, 1.5 if eta else order, accept_safety)
    previous = x
    while s < end - 1e-5:
        t = torch.minimum(end, s + sizes.h)
        aim, up = _aim(s, t, end, eta)
        eps = _eps(denoise, x, s)
        low, high = _pair(denoise, x, s, aim, eps, order)
        if sizes.accept(_error(low, high, previous, rtol, atol)):
            x0 = x - (-s).exp() * eps
            previous, x = low, high
            if eta and noise is not None:
                x = x + up * s_noise * noise((-s).exp(), (-t).exp())
            yield Step(x, x0, (-s).exp())
            s = t


class StepSizes:
    """A PID controller of step sizes, softly limited (Soderlind 2003): ``h`` is the next one."""

    def __init__(self, h: float, p: float, i: float, d: float, order: float, safety: float) -> None:
        self.h = h
        self._exponents = (p + i + d) / order, -(p + 2 * d) / order, d / order
        self._safety = safety
        self._past: tuple[float, float] | None = None  # one over the last two accepted errors, newest first

    def accept(self, error: float) -> bool:
        """Set ``h`` for an error; False where the step is to be redone with it. Not a number is accepted."""
        now = 1 / (error + 1e-8)
        last, before = self._past or (now, now)
        factor = math.prod(e**k for e, k in zip((now, last, before), self._exponents, strict=True))
        factor = 1 + math.atan(factor - 1)
        self.h *= factor
        if factor < self._safety:
            self._past = last, before
            return False
        self._past = now, last
        return True


def _span(sigmas: Tensor) -> tuple[Tensor, Tensor]:
    """Lambda of the first level and of the last positive one."""
    last = sigmas[-1] if sigmas[-1] > 0 else sigmas[-2]
    return lam(sigmas[0]), lam(last)


def _orders(calls: int) -> list[int]:
    """Orders of the steps, their sum the budget of network calls."""
    thirds = calls // 3
    return [3] * (thirds - 1) + [2, 1] if calls % 3 == 0 else [3] * thirds + [calls % 3]


def _aim(s: Tensor, t: Tensor, end: Tensor, eta: float) -> tuple[Tensor, Tensor]:
    """Lambda that a step to ``t`` solves to, and the deviation of the noise that brings it back to ``t``."""
    if not eta:
        return t, torch.zeros_like(t)
    down, _ = ancestral((-s).exp(), (-t).exp(), eta)
    aim = torch.minimum(end, lam(down))
    return aim, ((-t).exp() ** 2 - (-aim).exp() ** 2).sqrt()


def _pair(denoise: Denoiser, x: Tensor, s: Tensor, t: Tensor, eps: Tensor, order: int) -> tuple[Tensor, Tensor]:
    """The step in the order below ``order`` (2 or 3) and in ``order``, from shared evaluations."""
    if order == 2:
        return _order_1(x, t, t - s, eps), _order_2(x, s, t, eps, _ahead(denoise, x, s, t, eps, 1 / 2), 1 / 2)
    eps1 = _ahead(denoise, x, s, t, eps, 1 / 3)
    return _order_2(x, s, t, eps, eps1, 1 / 3), _order_3(denoise, x, s, t, eps, eps1)


def _error(low: Tensor, high: Tensor, previous: Tensor, rtol: float, atol: float) -> float:
    """How far two orders are apart, 1 being what the tolerances allow."""
    scale = torch.clamp(rtol * torch.maximum(low.abs(), previous.abs()), min=atol)
    return float(torch.linalg.norm((low - high) / scale)) / low.numel() ** 0.5


def _eps(denoise: Denoiser, x: Tensor, t: Tensor) -> Tensor:
    sigma = (-t).exp()
    return (x - denoise(x, sigma)) / sigma


def _order_1(x: Tensor, t: Tensor, h: Tensor, eps: Tensor) -> Tensor:
    """DPM-Solver-1 over ``h``, which ends at ``t``: given apart, as t - s would round."""
    return x - (-t).exp() * h.expm1() * eps


def _ahead(denoise: Denoiser, x: Tensor, s: Tensor, t: Tensor, eps: Tensor, r1: float) -> Tensor:
    """Noise estimate at a fraction ``r1`` of the step."""
    h = r1 * (t - s)
    return _eps(denoise, _order_1(x, s + h, h, eps), s + h)


def _order_2(x: Tensor, s: Tensor, t: Tensor, eps: Tensor, eps1: Tensor, r1: float) -> Tensor:
    """DPM-Solver-2 (algorithm 1), ``eps1`` being the estimate at ``r1``."""
    return _order_1(x, t, t - s, eps) - (-t).exp() / (2 * r1) * (t - s).expm1() * (eps1 - eps)


def _order_3(denoise: Denoiser, x: Tensor, s: Tensor, t: Tensor, eps: Tensor, eps1: Tensor) -> Tensor:
    """DPM-Solver-3 (algorithm 2) with r1 = 1/3 and r2 = 2/3, ``eps1`` being the estimate at r1."""
    r1, r2, h = 1 / 3, 2 / 3, t - s
    s2 = s + r2 * h
    bend = (-s2).exp() * (r2 / r1) * ((r2 * h).expm1() / (r2 * h) - 1)
    eps2 = _eps(denoise, _order_1(x, s2, r2 * h, eps) - bend * (eps1 - eps), s2)
    return _order_1(x, t, h, eps) - (-t).exp() / r2 * (h.expm1() / h - 1) * (eps2 - eps)
