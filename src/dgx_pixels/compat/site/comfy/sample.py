"""Noise and runs, under the names that packs know."""

from collections.abc import Callable
from typing import Any

import torch

from comfy import samplers
from dgx_pixels.engine.guiders import guided_by
from dgx_pixels.engine.noise import seeded_noise
from dgx_pixels.engine.sampling import fitting


def prepare_noise(latent_image: torch.Tensor, seed: int, noise_inds: list[int] | None = None) -> torch.Tensor:
    """Noise of a seed, of the shape of LATENT samples; ``noise_inds``: which draws the items are."""
    return seeded_noise(latent_image, seed, noise_inds)


def fix_empty_latent_channels(model: Any, latent_image: torch.Tensor) -> torch.Tensor:
    """An empty latent with as many channels as the model's."""
    return fitting(model, {"samples": latent_image})["samples"]


def sample(
    model: Any,
    noise: torch.Tensor,
    steps: int,
    cfg: float,
    sampler_name: str,
    scheduler: str,
    positive: Any,
    negative: Any,
    latent_image: torch.Tensor,
    denoise: float = 1.0,
    disable_noise: bool = False,
    start_step: int | None = None,
    last_step: int | None = None,
    force_full_denoise: bool = False,
    noise_mask: torch.Tensor | None = None,
    sigmas: torch.Tensor | None = None,
    callback: Callable[..., None] | None = None,
    disable_pbar: bool = False,
    seed: int | None = None,
) -> torch.Tensor:
    """LATENT samples of a run of a sampler and a schedule by their names."""
    runner = samplers.KSampler(model, steps, model.load_device, sampler_name, scheduler, denoise)
    return runner.sample(
        noise, positive, negative, cfg, latent_image, start_step, last_step, force_full_denoise, noise_mask, sigmas,
        callback, disable_pbar, seed,
    )  # fmt: skip


def sample_custom(
    model: Any,
    noise: torch.Tensor,
    cfg: float,
    sampler: Any,
    sigmas: torch.Tensor,
    positive: Any,
    negative: Any,
    latent_image: torch.Tensor,
    noise_mask: torch.Tensor | None = None,
    callback: Callable[..., None] | None = None,
    disable_pbar: bool = False,
    seed: int | None = None,
) -> torch.Tensor:
    """LATENT samples of a run over given levels."""
    guider = guided_by(model, positive, negative, cfg)
    return guider.sample(noise, latent_image, sampler, sigmas, noise_mask, callback, disable_pbar, seed)
