"""SA-Solver (Xue et al. 2023): stochastic Adams predictor and corrector in lambda = -ln sigma."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from numpy.polynomial import Polynomial
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.multistep import weighted
from dgx_pixels.sampling.samplers.step import Step, lam

Window = tuple[float, float]
"""The highest and the lowest level that steps to are stochastic."""


@dataclass(frozen=True, slots=True)
class Orders:
    """How far the polynomials of a run reach."""

    predictor: int = 3
    corrector: int = 4
    """0: no correction."""
    simple_second: bool = False
    """Second order takes the leading term of the slope's weight instead of the exact one: fewer steps do."""


def sa_solver(
    denoise: Denoiser,
    x: Tensor,
    sigmas: Tensor,
    noise: StepNoise,
    window: Window,
    eta: float = 1.0,
    s_noise: float = 1.0,
    predictor_order: int = 3,
    corrector_order: int = 4,
    use_pece: bool = False,
    simple_order_2: bool = False,
) -> Iterator[Step]:
    """Predict, evaluate, correct; tau is ``eta`` at levels within ``window`` and 0 (the ODE) elsewhere.

    With ``use_pece`` it evaluates again after the correction: about two calls a step.
    """
    orders = Orders(predictor_order, corrector_order, simple_order_2)
    estimates: list[Tensor] = []  # x0 of the last levels, newest last
    predicted, fresh = x, None
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(predicted, s)
        estimates = [*estimates, x0][-max(predictor_order, corrector_order) :]
        if i and corrector_order and (t or use_pece):
            order = min(corrector_order, len(estimates), _steps_left(sigmas, i))
            span = sigmas[i - 1], s
            x = _adams(x, estimates[-order:], sigmas[: i + 1], span, _tau(s, window, eta), simple=orders.simple_second)
            x = x if fresh is None else x + fresh
            if use_pece:
                x0 = denoise(x, s)
                estimates[-1] = x0
        else:
            x = predicted
        if t:
            order = min(predictor_order, len(estimates), _steps_left(sigmas, i) - 1)
            tau = _tau(t, window, eta)
            predicted = _adams(x, estimates[-order:], sigmas[: i + 1], (s, t), tau, simple=orders.simple_second)
            fresh = _fresh(noise, s, t, tau) * s_noise if tau and s_noise else None
            predicted = predicted if fresh is None else predicted + fresh
        else:
            predicted = x0
        yield Step(predicted, x0, s)


def _steps_left(sigmas: Tensor, i: int) -> int:
    """Steps from the i-th on, which bound the order where the run ends clean: high orders overshoot there."""
    return len(sigmas) - 1 - i if sigmas[-1] == 0 else len(sigmas)


def _tau(sigma: Tensor, window: Window, eta: float) -> float:
    """How stochastic a step that ends at ``sigma`` is; 0 where it follows the ODE."""
    high, low = window
    return eta if high >= sigma >= low else 0.0


def _fresh(noise: StepNoise, s: Tensor, t: Tensor, tau: float) -> Tensor:
    """Noise that enters a stochastic step; the correction of the step keeps it."""
    return noise(s, t) * t * (2 * tau**2 * (lam(s) - lam(t))).expm1().neg().sqrt()


def _adams(
    x: Tensor, estimates: Sequence[Tensor], levels: Tensor, span: tuple[Tensor, Tensor], tau: float, *, simple: bool
) -> Tensor:
    """Step over ``span`` for the polynomial through ``estimates``, the last of them made at the last of ``levels``."""
    s, t = span
    h = lam(t) - lam(s)
    nodes = (lam(t) - lam(levels[-len(estimates) :])).tolist()
    weigh = _simple_weights if simple and len(nodes) == 2 else _weights
    return t / s * (-(tau**2) * h).exp() * x + weighted(weigh(nodes, float(h), 1 + tau**2), estimates)


def _simple_weights(nodes: Sequence[float], h: float, rate: float) -> list[float]:
    """`_weights` of two nodes, the slope's integral cut after its leading term rate * h^2 / 2."""
    old, new = (h - node for node in nodes)  # from the step's start
    slope = rate * h**2 / 2 / (new - old)
    constant = -math.expm1(-rate * h)
    if new == 0:  # a prediction: the line passes through its value at the start
        return [-slope, constant + slope]
    return [constant - slope, slope]


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
