"""RES: refined exponential multistep of second order (Zhang et al. 2023), deterministic and ancestral."""

from collections.abc import Iterator
from itertools import pairwise

from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser, GuidedDenoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step, ancestral, lam, level


def res_multistep(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """Second-order multistep of the probability-flow ODE."""
    return _res(denoise, x, sigmas, None)


def res_multistep_ancestral(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """`res_multistep` down to a lower level, then fresh noise up to the next."""
    return _res(denoise, x, sigmas, noise)


def res_multistep_cfg_pp(denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """`res_multistep` along the unconditional direction (CFG++: Chung et al. 2024)."""
    return _res_cfg_pp(denoise, x, sigmas, None)


def res_multistep_ancestral_cfg_pp(
    denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor, noise: StepNoise
) -> Iterator[Step]:
    """`res_multistep_ancestral` along the unconditional direction (CFG++: Chung et al. 2024)."""
    return _res_cfg_pp(denoise, x, sigmas, noise)


def _res(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise | None) -> Iterator[Step]:
    last: Tensor | None = None
    before = down = sigmas[0]  # the level before this one, and the one the last step went down to
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        lower, up = ancestral(s, t, 1.0 if noise else 0.0)
        if lower == 0 or last is None:
            x = x + (x - x0) / s * (lower - s)
        else:
            x = _second_order(x, x0, last, (s, lower, before, down))
        if noise and t:
            x = x + noise(s, t) * up
        last, before, down = x0, s, lower
        yield Step(x, x0, s)


def _res_cfg_pp(denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor, noise: StepNoise | None) -> Iterator[Step]:
    last: Tensor | None = None
    before = down = sigmas[0]
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        lower, up = ancestral(s, t, 1.0 if noise else 0.0)
        if lower == 0 or last is None:
            x = x0 + (x - uncond) / s * lower
        else:
            x = _second_order(x + (x0 - uncond), uncond, last, (s, lower, before, down))
        if noise and t:
            x = x + noise(s, t) * up
        last, before, down = uncond, s, lower
        yield Step(x, x0, s)


def _second_order(x: Tensor, x0: Tensor, last: Tensor, levels: tuple[Tensor, Tensor, Tensor, Tensor]) -> Tensor:
    """Exponential step from s to t through x0 and the estimate at the level before (eq. 27 with phi functions)."""
    s, t, before, down = (lam(sigma) for sigma in levels)
    h = t - s
    c2 = (before - down) / h
    phi1 = (-h).expm1() / -h
    phi2 = (phi1 - 1) / -h
    b1, b2 = (b.nan_to_num(0) for b in (phi1 - phi2 / c2, phi2 / c2))
    return level(h) * x + h * (b1 * x0 + b2 * last)
