"""The loop that runs a sampler: it owns the start, progress, cancellation and the mask of an inpainting.

Latents here are the sampler's: the VAE's times the model's latent scale, which the caller applies before and undoes
after. Knows no network and no picture.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from dgx_pixels.core.errors import CancelledError
from dgx_pixels.sampling.conditioning import mask_like
from dgx_pixels.sampling.denoise import GuidedDenoiser
from dgx_pixels.sampling.forms import EPS, Form
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.patches import MaskFunction
from dgx_pixels.sampling.samplers import sampler_named
from dgx_pixels.sampling.samplers.step import Run, Solver, Step
from dgx_pixels.sampling.sigmas import Levels


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
    x: Tensor
    """Latent that the step came to, (B, C, h, w) fp32."""


@dataclass(frozen=True, slots=True)
class Inpaint:
    """A denoiser that keeps a latent where the mask is 0 (`GuidedDenoiser`)."""

    inner: GuidedDenoiser
    latent: Tensor
    noise: Tensor
    mask: Tensor
    """(B, 1, h, w) in 0..1; 1 is drawn anew."""
    form: Form = EPS
    mask_at: Callable[[Tensor, Tensor], Tensor] | None = None
    """The mask of a level, from (sigma, mask); None: the same at every level."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """x0 with the kept part put in, from ``x`` with the kept part noised to ``sigma``."""
        mask = self._mask(sigma)
        return self._kept(self.inner(self._mixed(x, sigma, mask), sigma), mask)

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """As ``__call__``; the unconditional estimate stays as it is."""
        mask = self._mask(sigma)
        x0, uncond = self.inner.both(self._mixed(x, sigma, mask), sigma)
        return self._kept(x0, mask), uncond

    def _mask(self, sigma: Tensor) -> Tensor:
        return self.mask if self.mask_at is None else self.mask_at(sigma, self.mask)

    def _mixed(self, x: Tensor, sigma: Tensor, mask: Tensor) -> Tensor:
        return x * mask + self.form.noised(self.latent, self.noise, float(sigma), full=False) * (1 - mask)

    def _kept(self, x0: Tensor, mask: Tensor) -> Tensor:
        return x0 * mask + self.latent * (1 - mask)


def never() -> bool:
    """Nobody cancels."""
    return False


@torch.inference_mode()
def sample(
    denoise: GuidedDenoiser,
    *,
    table: Levels,
    sampler: str | Solver,
    sigmas: Tensor,
    noise: Tensor,
    seed: int,
    latent: Tensor | None = None,
    mask: Tensor | None = None,
    on_step: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = never,
    form: Form = EPS,
    mask_function: MaskFunction | None = None,
    owner: Any = None,
) -> Tensor:
    """Return the latent (B, C, h, w) fp32 that ``sampler`` reaches at the last of ``sigmas``.

    ``noise`` (`initial_noise`, on the device to run on; zeros to add none) has the shape and device of everything.
    ``latent`` is what it is added to (None: zeros) and what remains where ``mask`` is 0; no sigmas leave it as it is.
    ``seed`` is for noise within the run. ``cancelled`` is asked between steps: CancelledError. ``form``: how the
    model mixes latent and noise. ``mask_function`` changes the mask from level to level. ``owner`` is what solvers
    may look into (`Run.owner`).
    """
    latent = torch.zeros_like(noise) if latent is None else latent.to(noise)
    if len(sigmas) == 0:
        return latent
    levels = sigmas.to("cpu", torch.float32)
    solver = sampler_named(sampler) if isinstance(sampler, str) else sampler
    x = form.noised(latent, noise, float(levels[0]), full=_is_full(float(levels[0]), table))
    if mask is not None:
        kept_noise = initial_noise(noise.shape, (seed + 1) % 2**64).to(noise) if solver.own_inpaint_noise else noise
        mask_at = None if mask_function is None else partial(_mask_at, mask_function, levels)
        denoise = Inpaint(denoise, latent, kept_noise, mask_like(mask, noise), form, mask_at)
    total = len(levels) - 1
    _heed(cancelled, 0, total)
    if total:
        x = solver.solve(Run(denoise, x, levels, seed, table, _Teller(total, on_step, cancelled), owner))
    return form.finished(x, float(levels[-1]))


def _is_full(sigma: float, table: Levels) -> bool:
    """Whether a level is the model's noisiest or beyond, which is taken for pure noise of its full variance."""
    return sigma > table.sigma_max or math.isclose(sigma, table.sigma_max, rel_tol=1e-5)


def _mask_at(function: MaskFunction, levels: Tensor, sigma: Tensor, mask: Tensor) -> Tensor:
    return function(sigma, mask, levels)


@dataclass(slots=True)
class _Teller:
    """Hears of the steps of a solver: counts them, tells of progress, and ends a cancelled run."""

    total: int
    on_step: Callable[[Progress], None] | None
    cancelled: Callable[[], bool]
    done: int = 0

    def __call__(self, step: Step) -> None:
        self.done += 1
        if self.on_step:
            self.on_step(Progress(min(self.done, self.total), self.total, step.x0, float(step.sigma), step.x))
        _heed(self.cancelled, self.done, self.total)


def _heed(cancelled: Callable[[], bool], done: int, total: int) -> None:
    if cancelled():
        raise CancelledError(f"Stopped on request after {done} of {total} steps.")
