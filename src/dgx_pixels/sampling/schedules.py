"""Which noise levels a run visits: the nine schedules, and the part of one that a sampler is given.

A schedule is a function of a table and a number of steps; it returns falling sigmas that end in 0, shape (n + 1,)
unless said otherwise, fp32, on the CPU. Roundings through fp32 are ComfyUI's, so that its pictures come out.
Knows no network and no latent.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
import torch
from torch import Tensor

from dgx_pixels.core.errors import UsageError
from dgx_pixels.sampling.names import unknown_name
from dgx_pixels.sampling.ranges import ending_in_zero, exponential_range, karras_range
from dgx_pixels.sampling.samplers import sampler_named
from dgx_pixels.sampling.sigmas import Levels

Schedule: TypeAlias = Callable[[Levels, int], Tensor]


def simple(table: Levels, n: int) -> Tensor:
    """Every (N / n)-th level of the table, from the noisiest down."""
    stride = len(table.sigmas) / n
    return ending_in_zero([float(table.sigmas[-(1 + int(i * stride))]) for i in range(n)])


def sgm_uniform(table: Levels, n: int) -> Tensor:
    """Even in timestep, the last interval ending at timestep 0 (Stability's generative-models)."""
    return ending_in_zero(_at_even_timesteps(table, n + 1)[:-1])


def normal(table: Levels, n: int) -> Tensor:
    """Even in timestep, from the noisiest level to the least noisy."""
    return ending_in_zero(_at_even_timesteps(table, n))


def karras(table: Levels, n: int, rho: float = 7.0) -> Tensor:
    """Even in sigma^(1/rho) (Karras et al. 2022, eq. 5)."""
    return karras_range(n, table.sigma_min, table.sigma_max, rho)


def exponential(table: Levels, n: int) -> Tensor:
    """Even in ln(sigma)."""
    return exponential_range(n, table.sigma_min, table.sigma_max)


def ddim_uniform(table: Levels, n: int) -> Tensor:
    """Every (N // n)-th level from index 1 up, reversed (Song et al. 2021): n + 1 levels or a few more."""
    stride = max(len(table.sigmas) // n, 1)
    return ending_in_zero(table.sigmas[1::stride].flip(0))


def beta(table: Levels, n: int, alpha: float = 0.6, beta: float = 0.6) -> Tensor:
    """Indices at quantiles of a beta distribution (Lee et al. 2024); repeated indices are visited once."""
    from scipy.stats import beta as beta_distribution  # a second to import, which the other schedules do without

    quantiles = 1 - np.linspace(0, 1, n, endpoint=False)
    indices = np.rint(beta_distribution.ppf(quantiles, alpha, beta) * (len(table.sigmas) - 1)).astype(int)
    kept = np.concatenate(([True], indices[1:] != indices[:-1]))
    return ending_in_zero(table.sigmas[torch.from_numpy(indices[kept])])


def linear_quadratic(table: Levels, n: int, threshold: float = 0.025) -> Tensor:
    """Half the steps linear down to ``1 - threshold``, the rest a parabola of matching slope (Movie Gen 2024)."""
    if n == 1:
        return ending_in_zero([table.sigma_max])
    m = n // 2
    k = n - m
    slope = threshold / m
    curve = (1 - threshold - slope * k) / k**2
    spent = [slope * i for i in range(m)] + [threshold + slope * j + curve * j * j for j in range(k)]
    return ending_in_zero(torch.tensor([1 - s for s in spent]) * table.sigma_max)


def kl_optimal(table: Levels, n: int) -> Tensor:
    """Even in arctan(sigma) (Sabour et al. 2024, eq. 4); with one step, from the largest level."""
    ramp = torch.arange(n, dtype=torch.float32) / max(n - 1, 1)
    return ending_in_zero((ramp * math.atan(table.sigma_min) + (1 - ramp) * math.atan(table.sigma_max)).tan())


SCHEDULES: Final[Mapping[str, Schedule]] = MappingProxyType(
    {
        "simple": simple,
        "sgm_uniform": sgm_uniform,
        "karras": karras,
        "exponential": exponential,
        "ddim_uniform": ddim_uniform,
        "beta": beta,
        "normal": normal,
        "linear_quadratic": linear_quadratic,
        "kl_optimal": kl_optimal,
    }
)
"""Every schedule by name, in the order they are offered."""

ALIGN_YOUR_STEPS: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "SD1": (
            *(14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092),
            *(0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0.0291671582),
        ),
        "SVD": (700.0, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002),
        "SDXL": (
            *(14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141),
            *(0.5550693289, 0.3798540708, 0.2332364134, 0.1114188177, 0.0291671582),
        ),
    }
)
"""Levels optimised for ten steps (Sabour et al. 2024, "Align Your Steps")."""


def schedule_named(name: str) -> Schedule:
    """The schedule of that name; UsageError names those offered."""
    if name not in SCHEDULES:
        raise unknown_name("schedule", name, SCHEDULES)
    return SCHEDULES[name]


def align_your_steps(family: str, steps: int, denoise: float = 1.0) -> Tensor:
    """Align-Your-Steps levels of a family (``SD1``, ``SDXL``, ``SVD``), resampled log-linearly to ``steps`` + 1."""
    if family not in ALIGN_YOUR_STEPS:
        raise unknown_name("Align-Your-Steps family", family, ALIGN_YOUR_STEPS)
    _check_steps(steps)
    if denoise <= 0:
        return torch.empty(0)
    kept = round(steps * min(denoise, 1.0))
    logs = np.log(ALIGN_YOUR_STEPS[family])
    resampled = np.exp(np.interp(np.linspace(0, 1, steps + 1), np.linspace(0, 1, len(logs)), logs))
    return ending_in_zero(resampled[-(kept + 1) : -1].tolist())


def turbo(table: Levels, steps: int, denoise: float = 1.0) -> Tensor:
    """At most ``steps`` of the ten levels at timesteps 999, 899, ... 99 that SD Turbo was distilled at, then 0.

    ``denoise`` skips the first of them (Sauer et al. 2023).
    """
    start = 10 - int(10 * denoise)
    timesteps = range(999, 0, -100)[start : start + steps]
    return ending_in_zero([table.sigma(t) for t in timesteps])


def scheduled(table: Levels, schedule_name: str, steps: int, denoise: float = 1.0) -> Tensor:
    """The last ``steps`` + 1 levels of a schedule of steps / denoise steps, whatever the sampler."""
    if denoise <= 0:
        return torch.empty(0)
    _check_steps(steps)
    total = int(steps / denoise) if denoise < 1 else steps
    return schedule_named(schedule_name)(table, total)[-(steps + 1) :]


def sampler_sigmas(
    table: Levels,
    sampler_name: str,
    schedule_name: str,
    steps: int,
    denoise: float = 1.0,
    start_at_step: int | None = None,
    end_at_step: int | None = None,
    force_full_denoise: bool = True,
) -> Tensor:
    """Levels a run of ``steps`` visits, by the rules of KSampler and KSamplerAdvanced; fp32, on the CPU.

    ``denoise`` below 1 keeps the last ``steps`` of a longer schedule. ``end_at_step`` cuts the end, which becomes 0
    unless the leftover noise is wanted (``force_full_denoise`` False); ``start_at_step`` drops the beginning. An
    empty result means that nothing is left to do: the latent stays as it is. UsageError on unknown names and
    on fewer than one step.
    """
    _check_steps(steps)
    sigmas = _denoise_part(table, sampler_name, schedule_named(schedule_name), steps, denoise)
    if end_at_step is not None and end_at_step < len(sigmas) - 1:
        sigmas = sigmas[: end_at_step + 1].clone()
        if force_full_denoise:
            sigmas[-1] = 0
    start = start_at_step or 0
    return sigmas[start:] if start < len(sigmas) - 1 else sigmas[:0]


def _denoise_part(table: Levels, sampler_name: str, schedule: Schedule, steps: int, denoise: float) -> Tensor:
    """All levels of a schedule, or below denoise 1 the last ``steps`` + 1 of one of steps / denoise steps."""
    sampler = sampler_named(sampler_name)
    if denoise <= 0:
        return torch.empty(0)
    whole = denoise > 0.9999
    total = steps if whole else int(steps / denoise)
    if sampler.drops_second_last:
        sigmas = schedule(table, total + 1)
        sigmas = torch.cat([sigmas[:-2], sigmas[-1:]])
    else:
        sigmas = schedule(table, total)
    return sigmas if whole else sigmas[-(steps + 1) :]  # whole, a schedule may have more levels than steps + 1


def _at_even_timesteps(table: Levels, n: int) -> list[float]:
    start, end = table.timestep(table.sigma_max), table.timestep(table.sigma_min)
    return [table.sigma(float(t)) for t in torch.linspace(start, end, n)]


def _check_steps(steps: int) -> None:
    if steps < 1:
        raise UsageError(f"{steps} steps draw nothing: ask for at least 1.")
