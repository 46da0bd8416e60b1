"""Adams-Bashforth samplers: a polynomial through the last directions, integrated over the step. One call a step."""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

from numpy.polynomial import Polynomial
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.samplers.step import Step

ADAMS_BASHFORTH = (
    (1.0,),
    (3 / 2, -1 / 2),
    (23 / 12, -16 / 12, 5 / 12),
    (55 / 24, -59 / 24, 37 / 24, -9 / 24),
)
"""Weights of the last slopes, newest first, for equal steps."""


def lms(denoise: Denoiser, x: Tensor, sigmas: Tensor, order: int = 4) -> Iterator[Step]:
    """Linear multistep: Adams-Bashforth with the weights of the steps actually taken (Liu et al. 2022, PLMS)."""
    slopes: deque[Tensor] = deque(maxlen=order)
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(x, s)
        slopes.appendleft((x - x0) / s)
        levels = sigmas[i - len(slopes) + 1 : i + 1].flip(0).tolist()
        x = x + weighted(adams_weights(levels, float(s), float(t)), slopes) if t else x0
        yield Step(x, x0, s)


def ipndm(denoise: Denoiser, x: Tensor, sigmas: Tensor, order: int = 4) -> Iterator[Step]:
    """Pseudo-numerical multistep (Liu et al. 2022; Zhang & Chen 2023, iPNDM): weights as if steps were equal."""
    slopes: deque[Tensor] = deque(maxlen=order)
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        slopes.appendleft((x - x0) / s)
        x = x + weighted(ADAMS_BASHFORTH[len(slopes) - 1], slopes) * (t - s) if t else x0
        yield Step(x, x0, s)


def ipndm_v(denoise: Denoiser, x: Tensor, sigmas: Tensor, order: int = 4) -> Iterator[Step]:
    """`ipndm` with weights for unequal steps, in the form that samplers of this name have (`variable_weights`)."""
    slopes: deque[Tensor] = deque(maxlen=order)
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(x, s)
        slopes.appendleft((x - x0) / s)
        steps = sigmas[i - len(slopes) + 1 : i + 2].diff().flip(0).tolist()
        x = x + weighted(variable_weights(steps), slopes) * (t - s) if t else x0
        yield Step(x, x0, s)


def adams_weights(levels: Sequence[float], s: float, t: float) -> list[float]:
    """Integral from ``s`` to ``t`` of each Lagrange basis polynomial over ``levels``."""
    weights: list[float] = []
    for j, level in enumerate(levels):
        others = [other for k, other in enumerate(levels) if k != j]
        basis = Polynomial.fromroots(others) if others else Polynomial([1.0])
        scale = math.prod(level - other for other in others)
        antiderivative = basis.integ()
        weights.append(float(antiderivative(t) - antiderivative(s)) / scale)
    return weights


def variable_weights(steps: Sequence[float]) -> list[float]:
    """Weights of the last slopes for the step ``steps[0]`` after ``steps[1:]``, all newest first.

    Differs from `adams_weights` beyond second order: the published code divides only part of the third-order
    term, and its fourth-order weights do not quite sum to one. Pictures made with it depend on that.
    """
    if len(steps) == 1:
        return [1.0]
    h, h1, h2, h3 = [*steps, math.inf, math.inf][:4]
    ratio = h1 / h2
    bend = (1 - h**2 / (3 * h1 * (h1 + h2))) / 2 if len(steps) > 2 else 0.0
    twist = _twist(h, h1, h2, h3) if len(steps) > 3 else 0.0
    q = h1 * (h1 + h2) / (h2 * (h2 + h3)) if len(steps) > 3 else 0.0
    weights = [
        1 + h / h1 / 2 + bend + twist,
        -h / h1 / 2 - (1 + ratio) * bend - (1 + ratio + q) * twist,
        ratio * bend + (ratio + q * (1 + h2 / h3)) * twist,
        -q * ratio * twist,
    ]
    return weights[: len(steps)]


def _twist(h: float, h1: float, h2: float, h3: float) -> float:
    """Weight of the fourth-order term."""
    inner = (1 - h / (3 * (h + h1))) / 2 + (1 - h / (2 * (h + h1))) * h / (6 * (h + h1 + h2))
    return inner * h * (h + h1) * (h + h1 + h2) / (h1 * (h1 + h2) * (h1 + h2 + h3))


def weighted(weights: Sequence[float], tensors: Sequence[Tensor] | deque[Tensor]) -> Tensor:
    """Weighted sum of tensors."""
    terms = [w * v for w, v in zip(weights, tensors, strict=True)]
    return sum(terms[1:], terms[0])
