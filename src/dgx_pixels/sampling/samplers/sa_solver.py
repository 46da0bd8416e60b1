"""SA-Solver (Xue et al. 2023): stochastic Adams predictor and corrector in lambda = -ln sigma."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from numpy.polynomial import Polynomial
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.multistep import weighted
from dgx_pixels.sampling.samplers.step import Step, lam

PREDICTOR_ORDER = 3
CORRECTOR_ORDER = 4


def sa_solver(
    denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise, window: tuple[float, float]
) -> Iterator[Step]:
    """Predict, evaluate, correct; tau is 1 at levels between the two of ``window`` and 0 (the ODE) elsewhere."""
    return _sa_solver(denoise, x, sigmas, noise, window, pece=False)


def sa_solver_pece(
    denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise, window: tuple[float, float]
) -> Iterator[Step]:
    """`sa_solver` that evaluates again after the correction: about two calls a step."""
    return _sa_solver(denoise, x, sigmas, noise, window, pece=True)


def _sa_solver(
    denoise: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    noise: StepNoise,
    window: tuple[float, float],
    *,
    pece: bool,
) -> Iterator[Step]:
    estimates: list[Tensor] = []  # x0 of the last levels, newest last
    predicted, fresh = x, None
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(predicted, s)
        estimates = [*estimates, x0][-CORRECTOR_ORDER:]
        if i and (t or pece):
            order = min(len(estimates), _steps_left(sigmas, i))
            x = _adams(x, estimates[-order:], sigmas[: i + 1], (sigmas[i - 1], s), _tau(s, window))
            x = x if fresh is None else x + fresh
            if pece:
                x0 = denoise(x, s)
                estimates[-1] = x0
        else:
            x = predicted
        if t:
            order = min(PREDICTOR_ORDER, len(estimates), _steps_left(sigmas, i) - 1)
            predicted = _adams(x, estimates[-order:], sigmas[: i + 1], (s, t), _tau(t, window))
            fresh = _fresh(noise, s, t) if _tau(t, window) else None
            predicted = predicted if fresh is None else predicted + fresh
        else:
            predicted = x0
        yield Step(predicted, x0, s)


def _steps_left(sigmas: Tensor, i: int) -> int:
    """Steps from the i-th on, which bound the order where the run ends clean: high orders overshoot there."""
    return len(sigmas) - 1 - i if sigmas[-1] == 0 else len(sigmas)


def _tau(sigma: Tensor, window: tuple[float, float]) -> int:
    """1 where a step that ends at ``sigma`` is stochastic, 0 where it follows the ODE."""
    high, low = window
    return int(high >= sigma >= low)


def _fresh(noise: StepNoise, s: Tensor, t: Tensor) -> Tensor:
    """Noise that enters a stochastic step; the correction of the step keeps it."""
    return noise(s, t) * t * (2 * (lam(s) - lam(t))).expm1().neg().sqrt()


def _adams(x: Tensor, estimates: Sequence[Tensor], levels: Tensor, span: tuple[Tensor, Tensor], tau: int) -> Tensor:
    """Exact step over ``span`` for the polynomial through ``estimates``, made at the last of ``levels``."""
    s, t = span
    h = lam(t) - lam(s)
    nodes = (lam(t) - lam(levels[-len(estimates) :])).tolist()
    return t / s * (-tau * h).exp() * x + weighted(_weights(nodes, float(h), 1 + tau), estimates)


def _weights(nodes: Sequence[float], h: float, rate: float) -> list[float]:
    """Integral over u in 0..h of rate * exp(-rate u) times each Lagrange basis polynomial over ``nodes``."""
    moments = [-math.expm1(-rate * h)]
    for k in range(1, len(nodes)):
        moments.append(k / rate * moments[-1] - h**k * math.exp(-rate * h))
    weights: list[float] = []
    for j, node in enumerate(nodes):
        others = [other for k, other in enumerate(nodes) if k != j]
        basis = Polynomial.fromroots(others) if others else Polynomial([1.0])
        scale = math.prod(node - other for other in others)
        weights.append(sum(c * m for c, m in zip(basis.coef.tolist(), moments, strict=True)) / scale)
    return weights
