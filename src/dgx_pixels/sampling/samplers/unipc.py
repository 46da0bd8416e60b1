"""UniPC (Zhao et al. 2023): unified predictor-corrector on x0, in variance-preserving coordinates.

Where sigma is small, alpha and lambda depend on how 1 - alpha^2 rounds in fp32.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.samplers.step import Step

LAST_SIGMA = 0.001
"""Where a run that should end at 0 stops: lambda is infinite there."""

MAX_ORDER = 3

Gain = Callable[[Tensor], Tensor]
"""B(h) of the paper."""


def uni_pc(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """UniPC-3 with B(h) = h."""
    return _uni_pc(denoise, x, sigmas, lambda h: h)


def uni_pc_bh2(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """UniPC-3 with B(h) = e^h - 1."""
    return _uni_pc(denoise, x, sigmas, torch.expm1)


def _uni_pc(denoise: Denoiser, x: Tensor, sigmas: Tensor, gain: Gain) -> Iterator[Step]:
    levels = [*sigmas[:-1], sigmas[-1] if sigmas[-1] > 0 else torch.tensor(LAST_SIGMA)]
    last = len(levels) - 1
    order = min(MAX_ORDER, last - 1)
    x = x / (1 + levels[0] ** 2).sqrt()
    known = [(levels[0], _clean(denoise, x, levels[0]))]  # estimates by level, newest last
    for i, s in enumerate(levels[1:], start=1):
        x0 = known[-1][1]
        if order:
            k = min(i, order, last + 1 - i)
            x, estimate = _step(denoise, x, known[-k:], s, gain, correct=i < last)
            known = [*known, (s, estimate)][-MAX_ORDER:]
        yield Step(x / _alpha(s), x0, sigmas[i - 1])


def _step(
    denoise: Denoiser, x: Tensor, known: Sequence[tuple[Tensor, Tensor]], t: Tensor, gain: Gain, *, correct: bool
) -> tuple[Tensor, Tensor]:
    """UniP of order ``len(known)`` to level ``t`` (eq. 3) and, if asked, UniC with the estimate made there (eq. 9).

    Returns the latent and that estimate (without a correction, the newest known one).
    """
    s, x0 = known[-1]
    h = _lambda(t) - _lambda(s)
    ratios = [(_lambda(level) - _lambda(s)) / h for level, _ in known[-2::-1]]
    differences = [(x_i - x0) / r for (_, x_i), r in zip(known[-2::-1], ratios, strict=True)]
    scale = _alpha(t) * gain(-h)
    base = _std(t) / _std(s) * x - _alpha(t) * torch.expm1(-h) * x0
    matrix, right = _system([*ratios, torch.tensor(1.0)], -h, gain)
    weights = _solve(matrix[:-1, :-1], right[:-1])
    predicted = base - scale * _combined(weights, differences) if differences else base
    if not correct:
        return predicted, x0
    estimate = _clean(denoise, predicted, t)
    weights = torch.linalg.solve(matrix, right) if differences else torch.tensor([0.5])
    return base - scale * _combined(weights, [*differences, estimate - x0]), estimate


def _system(ratios: Sequence[Tensor], hh: Tensor, gain: Gain) -> tuple[Tensor, Tensor]:
    """Vandermonde matrix and right-hand side whose solution makes a step exact for polynomials (eq. 6)."""
    points = torch.stack([*ratios])
    right: list[Tensor] = []
    phi, factorial = torch.expm1(hh) / hh - 1, 1
    for k in range(1, len(ratios) + 1):
        right.append(phi * factorial / gain(hh))
        factorial *= k + 1
        phi = phi / hh - 1 / factorial
    return torch.stack([points**k for k in range(len(ratios))]), torch.stack(right)


def _solve(matrix: Tensor, right: Tensor) -> Tensor:
    """Weights of the predictor; one alone is 1/2, which is within its order."""
    return torch.tensor([0.5]) if len(right) == 1 else torch.linalg.solve(matrix, right)


def _combined(weights: Tensor, tensors: Sequence[Tensor]) -> Tensor:
    return torch.stack([w * v for w, v in zip(weights, tensors, strict=True)]).sum(0)


def _clean(denoise: Denoiser, x: Tensor, sigma: Tensor) -> Tensor:
    """x0 by way of eps, as the coordinates round it: ``x`` and the result variance-preserving."""
    exploding = x * (sigma**2 + 1).sqrt()
    eps = (exploding - denoise(exploding, sigma)) / sigma
    return (x - _std(sigma) * eps) / _alpha(sigma)


def _log_alpha(sigma: Tensor) -> Tensor:
    return 0.5 * (1 / (sigma**2 + 1)).log()


def _alpha(sigma: Tensor) -> Tensor:
    return _log_alpha(sigma).exp()


def _std(sigma: Tensor) -> Tensor:
    return (1 - (2 * _log_alpha(sigma)).exp()).sqrt()


def _lambda(sigma: Tensor) -> Tensor:
    return _log_alpha(sigma) - 0.5 * (1 - (2 * _log_alpha(sigma)).exp()).log()
