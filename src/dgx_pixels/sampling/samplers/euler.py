"""First-order samplers: one network call a step."""

from collections.abc import Iterator
from itertools import pairwise

from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser, GuidedDenoiser
from dgx_pixels.sampling.noise import StepNoise
from dgx_pixels.sampling.samplers.step import Step, ancestral


def euler(denoise: Denoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """Euler steps of the probability-flow ODE (Karras et al. 2022, algorithm 1); DDIM with eta 0 is the same."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        x = x + (x - x0) / s * (t - s)
        yield Step(x, x0, s)


def euler_cfg_pp(denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """Euler that renoises along the unconditional direction (CFG++: Chung et al. 2024, algorithm 2)."""
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        x = x0 + (x - uncond) / s * t
        yield Step(x, x0, s)


def euler_pp(denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor) -> Iterator[Step]:
    """Euler pushed on by the guidance itself, the more the longer the step: CFG++ in an early, other form."""
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        x = x + (x - x0 + uncond - x0) / s * (t - s)
        yield Step(x, x0, s)


def euler_ancestral(
    denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise, eta: float = 1.0, s_noise: float = 1.0
) -> Iterator[Step]:
    """Euler down to a lower level, then fresh noise up to the next (DDIM with eta 1: Song et al. 2021)."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        down, up = ancestral(s, t, eta)
        x = x + (x - x0) / s * (down - s) + noise(s, t) * s_noise * up if down else x0
        yield Step(x, x0, s)


def euler_ancestral_cfg_pp(
    denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor, noise: StepNoise, eta: float = 1.0, s_noise: float = 1.0
) -> Iterator[Step]:
    """`euler_ancestral` along the unconditional direction (CFG++: Chung et al. 2024)."""
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        down, up = ancestral(s, t, eta)
        x = x0 + (x - uncond) / s * down
        if t:
            x = x + noise(s, t) * s_noise * up
        yield Step(x, x0, s)


def gradient_estimation(denoise: Denoiser, x: Tensor, sigmas: Tensor, gamma: float = 2.0) -> Iterator[Step]:
    """Euler along an extrapolated direction (Permenter & Yuan 2024, "gradient estimation")."""
    last: Tensor | None = None
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        d = (x - x0) / s
        x = x + d * (t - s) if t > 0 else x0
        if t > 0 and last is not None:
            x = x + (gamma - 1) * (d - last) * (t - s)
        last = d
        yield Step(x, x0, s)


def gradient_estimation_cfg_pp(
    denoise: GuidedDenoiser, x: Tensor, sigmas: Tensor, gamma: float = 2.0
) -> Iterator[Step]:
    """`gradient_estimation` along the unconditional direction (CFG++: Chung et al. 2024)."""
    last: Tensor | None = None
    for s, t in pairwise(sigmas):
        x0, uncond = denoise.both(x, s)
        d = (x - uncond) / s
        x = x0 + d * t
        if t and last is not None:
            x = x + (gamma - 1) * (d - last) * (t - s)
        last = d
        yield Step(x, x0, s)


def lcm(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """Jump to the clean estimate and renoise it (consistency models: Song et al. 2023, algorithm 1)."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        x = x0 + noise(s, t) * t if t else x0
        yield Step(x, x0, s)


def ddpm(denoise: Denoiser, x: Tensor, sigmas: Tensor, noise: StepNoise) -> Iterator[Step]:
    """Ancestral sampling of DDPM (Ho et al. 2020, algorithm 2), in variance-preserving coordinates."""
    for s, t in pairwise(sigmas):
        x0 = denoise(x, s)
        bar_s, bar_t = 1 / (s**2 + 1), 1 / (t**2 + 1)  # alpha-bar
        alpha = bar_s / bar_t
        mean = (x * bar_s.sqrt() - (1 - alpha) * ((x - x0) / s) / (1 - bar_s).sqrt()) / alpha.sqrt()
        if t:
            mean = mean + noise(s, t) * ((1 - alpha) * (1 - bar_t) / (1 - bar_s)).sqrt()
        x = mean / bar_t.sqrt()
        yield Step(x, x0, s)
