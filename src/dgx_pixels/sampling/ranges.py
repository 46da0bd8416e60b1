"""Schedules between bounds that are given, whatever the model: n falling levels, most with a 0 after them.

All fp32, on the CPU. UsageError for bounds that a formula has no value for. Knows no table.
"""

import math

import torch
from torch import Tensor

from dgx_pixels.core.errors import UsageError


def karras_range(n: int, low: float, high: float, rho: float = 7.0) -> Tensor:
    """Even in sigma^(1/rho) (Karras et al. 2022, eq. 5)."""
    if rho <= 0:
        raise UsageError("A Karras schedule needs a rho above 0; 7 is usual.")
    ramp = torch.linspace(0, 1, n)
    top, bottom = high ** (1 / rho), low ** (1 / rho)
    return ending_in_zero((top + ramp * (bottom - top)) ** rho)


def exponential_range(n: int, low: float, high: float) -> Tensor:
    """Even in ln(sigma)."""
    _check_positive(low, high)
    return ending_in_zero(torch.linspace(math.log(high), math.log(low), n).exp())


def polyexponential_range(n: int, low: float, high: float, rho: float = 1.0) -> Tensor:
    """Even in ln(sigma)^(1/rho): with rho above 1 more levels near the low end."""
    _check_positive(low, high)
    ramp = torch.linspace(1, 0, n) ** rho
    return ending_in_zero((ramp * (math.log(high) - math.log(low)) + math.log(low)).exp())


def laplace_range(n: int, low: float, high: float, mu: float = 0.0, beta: float = 0.5) -> Tensor:
    """Quantiles of a Laplace distribution of ln(sigma) (Hang et al. 2024), cut at the bounds; no 0 after them."""
    offset = 0.5 - torch.linspace(0, 1, n)
    log_sigma = mu - beta * offset.sign() * (1 - 2 * offset.abs() + 1e-5).log()
    return log_sigma.exp().clamp(low, high)


def vp_range(n: int, beta_d: float = 19.9, beta_min: float = 0.1, eps_s: float = 1e-3) -> Tensor:
    """Even in the time of the variance-preserving SDE, from 1 down to ``eps_s`` (Song et al. 2021)."""
    t = torch.linspace(1, eps_s, n)
    return ending_in_zero((beta_d * t**2 / 2 + beta_min * t).expm1().sqrt())


def extended(sigmas: Tensor, steps: int, high: float, low: float, spacing: str) -> Tensor:
    """Levels with each step that begins in [low, high] cut into ``steps``: ``linear``, ``cosine`` or ``sine``."""
    x = torch.linspace(0, 1, steps + 1)[1:-1]
    parts = {"linear": x, "cosine": (x * math.pi / 2).sin(), "sine": 1 - (x * math.pi / 2).cos()}[spacing]
    levels: list[float] = []
    for i, sigma in enumerate(sigmas):
        levels.append(float(sigma))
        if i + 1 < len(sigmas) and low <= sigma <= high:
            levels += (parts * (sigmas[i + 1] - sigma) + sigma).tolist()
    return torch.tensor(levels)


def ending_in_zero(sigmas: Tensor | list[float]) -> Tensor:
    """Levels with a 0 after them."""
    return torch.cat([torch.as_tensor(sigmas, dtype=torch.float32), torch.zeros(1)])


def _check_positive(low: float, high: float) -> None:
    if low <= 0 or high <= 0:
        raise UsageError("An exponential schedule needs sigma_min and sigma_max above 0.")
