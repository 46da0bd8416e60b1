"""The loop that runs a sampler: it owns the start, progress, cancellation and the mask of an inpainting.

Latents here are the sampler's: the VAE's times the model's latent scale, which the caller applies before and undoes
after. Knows no network and no picture.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from dgx_pixels.core.errors import CancelledError
from dgx_pixels.sampling.conditioning import mask_like
from dgx_pixels.sampling.denoise import GuidedDenoiser
from dgx_pixels.sampling.noise import StepNoise, brownian_noise, generator_noise, initial_noise
from dgx_pixels.sampling.samplers import Noise, Sampler, sampler_named
from dgx_pixels.sampling.sigmas import SigmaTable


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is, told after each step."""

    step: int
    """Steps done, from 1."""
    total: int
    """Steps in all."""
    x0: Tensor
    """Clean estimate of the whole batch, (B, C, h, w) fp32: what a preview shows."""
    sigma: float
    """Level that the step began at."""


@dataclass(frozen=True, slots=True)
class Inpaint:
    """A denoiser that keeps a latent where the mask is 0 (`GuidedDenoiser`)."""

    inner: GuidedDenoiser
    latent: Tensor
    noise: Tensor
    mask: Tensor
    """(B, 1, h, w) in 0..1; 1 is drawn anew."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """x0 with the kept part put in, from ``x`` with the kept part noised to ``sigma``."""
        return self._kept(self.inner(self._mixed(x, sigma), sigma))

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """As ``__call__``; the unconditional estimate stays as it is."""
        x0, uncond = self.inner.both(self._mixed(x, sigma), sigma)
        return self._kept(x0), uncond

    def _mixed(self, x: Tensor, sigma: Tensor) -> Tensor:
        return x * self.mask + (self.latent + self.noise * sigma) * (1 - self.mask)

    def _kept(self, x0: Tensor) -> Tensor:
        return x0 * self.mask + self.latent * (1 - self.mask)


def never() -> bool:
    """Nobody cancels."""
    return False


@torch.inference_mode()
def sample(
    denoise: GuidedDenoiser,
    *,
    table: SigmaTable,
    sampler: str,
    sigmas: Tensor,
    noise: Tensor,
    seed: int,
    latent: Tensor | None = None,
    mask: Tensor | None = None,
    on_step: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Tensor:
    """Return the latent (B, C, h, w) fp32 that ``sampler`` reaches at the last of ``sigmas``.

    ``noise`` (`initial_noise`, on the device to run on; zeros to add none) has the shape and device of everything.
    ``latent`` is what it is added to (None: zeros) and what remains where ``mask`` is 0; no sigmas leave it as it is.
    ``seed`` is for noise within the run. ``cancelled`` is asked between steps: CancelledError.
    """
    latent = torch.zeros_like(noise) if latent is None else latent.to(noise)
    if len(sigmas) == 0:
        return latent
    levels = sigmas.to("cpu", torch.float32)
    spec = sampler_named(sampler)
    x = _start(noise, latent, float(levels[0]), table)
    if mask is not None:
        kept_noise = initial_noise(noise.shape, (seed + 1) % 2**64).to(noise) if spec.own_inpaint_noise else noise
        denoise = Inpaint(denoise, latent, kept_noise, mask_like(mask, noise))
    total = len(levels) - 1
    _heed(cancelled, 0, total)
    steps = spec.run(denoise, x, levels, **_extras(spec, x, levels, seed, table)) if total else ()
    for done, step in enumerate(steps, start=1):
        x = step.x
        if on_step:
            on_step(Progress(min(done, total), total, step.x0, float(step.sigma)))
        _heed(cancelled, done, total)
    return x


def _start(noise: Tensor, latent: Tensor, sigma: float, table: SigmaTable) -> Tensor:
    """Latent noised to the first level; the model's noisiest level is taken for pure noise of its full variance."""
    full = sigma > table.sigma_max or math.isclose(sigma, table.sigma_max, rel_tol=1e-5)
    return noise * (math.sqrt(1 + sigma**2) if full else sigma) + latent


def _extras(
    sampler: Sampler, x: Tensor, levels: Tensor, seed: int, table: SigmaTable
) -> dict[str, StepNoise | tuple[float, float]]:
    """What a sampler asks for beside denoiser, latent and levels."""
    extras: dict[str, StepNoise | tuple[float, float]] = {}
    if sampler.noise is Noise.GENERATOR:
        extras["noise"] = generator_noise(x, seed)
    elif sampler.noise:
        extras["noise"] = brownian_noise(x, levels, seed, on_cpu=sampler.noise is Noise.BROWNIAN)
    if sampler.window:
        high, low = sampler.window
        extras["window"] = table.percent_to_sigma(high), table.percent_to_sigma(low)
    return extras


def _heed(cancelled: Callable[[], bool], done: int, total: int) -> None:
    if cancelled():
        raise CancelledError(f"Stopped on request after {done} of {total} steps.")
