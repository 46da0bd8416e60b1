"""Samplers, schedules and guiders, under the names that packs know."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from dgx_pixels.engine.guiders import Guider as CFGGuider
from dgx_pixels.engine.guiders import guided_by
from dgx_pixels.sampling.samplers import SAMPLER_NAMES as _SAMPLERS
from dgx_pixels.sampling.samplers import sampler_named
from dgx_pixels.sampling.samplers.functions import FunctionSampler as KSAMPLER
from dgx_pixels.sampling.schedules import SCHEDULES, sampler_sigmas, schedule_named

SAMPLER_NAMES: list[str] = list(_SAMPLERS)
KSAMPLER_NAMES: list[str] = [name for name in _SAMPLERS if name not in {"ddim", "uni_pc", "uni_pc_bh2"}]
SCHEDULER_NAMES: list[str] = list(SCHEDULES)
SCHEDULER_HANDLERS: dict[str, Any] = dict(SCHEDULES)


class KSampler:
    """A sampler and a schedule by their names, over a model."""

    SCHEDULERS = SCHEDULER_NAMES
    SAMPLERS = SAMPLER_NAMES
    DISCARD_PENULTIMATE_SIGMA_SAMPLERS = {"dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2"}

    def __init__(
        self,
        model: Any,
        steps: int,
        device: Any,
        sampler: str | None = None,
        scheduler: str | None = None,
        denoise: float | None = None,
        model_options: dict[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.device = device
        self.sampler = sampler if sampler in self.SAMPLERS else self.SAMPLERS[0]
        self.scheduler = scheduler if scheduler in self.SCHEDULERS else self.SCHEDULERS[0]
        self.denoise = denoise
        self.set_steps(steps, denoise)

    def set_steps(self, steps: int, denoise: float | None = None) -> None:
        """Choose the levels again."""
        self.steps = steps
        self.sigmas = sampler_sigmas(
            self.model.table, self.sampler, self.scheduler, steps, 1.0 if denoise is None else denoise
        )

    def calculate_sigmas(self, steps: int) -> torch.Tensor:
        """Levels of a whole run."""
        return sampler_sigmas(self.model.table, self.sampler, self.scheduler, steps)

    def sample(
        self,
        noise: torch.Tensor,
        positive: Any,
        negative: Any,
        cfg: float,
        latent_image: torch.Tensor,
        start_step: int | None = None,
        last_step: int | None = None,
        force_full_denoise: bool = False,
        denoise_mask: torch.Tensor | None = None,
        sigmas: torch.Tensor | None = None,
        callback: Callable[..., None] | None = None,
        disable_pbar: bool = False,
        seed: int | None = None,
    ) -> torch.Tensor:
        """LATENT samples of a run over the levels from ``start_step`` to ``last_step``."""
        levels = (self.sigmas if sigmas is None else sigmas).clone()
        if last_step is not None and last_step < len(levels) - 1:
            levels = levels[: last_step + 1]
            if force_full_denoise:
                levels[-1] = 0
        if start_step is not None:
            if start_step >= len(levels) - 1:
                return latent_image
            levels = levels[start_step:]
        guider = guided_by(self.model, positive, negative, cfg)
        chosen = sampler_named(self.sampler)
        return guider.sample(noise, latent_image, chosen, levels, denoise_mask, callback, disable_pbar, seed)


def sample(
    model: Any,
    noise: torch.Tensor,
    positive: Any,
    negative: Any,
    cfg: float,
    device: Any,
    sampler: Any,
    sigmas: torch.Tensor,
    model_options: dict[str, Any] | None = None,
    latent_image: torch.Tensor | None = None,
    denoise_mask: torch.Tensor | None = None,
    callback: Callable[..., None] | None = None,
    disable_pbar: bool = False,
    seed: int | None = None,
) -> torch.Tensor:
    """LATENT samples of a run over given levels."""
    start = torch.zeros_like(noise) if latent_image is None else latent_image
    guider = guided_by(model, positive, negative, cfg)
    return guider.sample(noise, start, sampler, sigmas, denoise_mask, callback, disable_pbar, seed)


def sampler_object(name: str) -> Any:
    """A sampler by its name."""
    return sampler_named(name)


def ksampler(
    sampler_name: str, extra_options: dict[str, Any] | None = None, inpaint_options: dict[str, Any] | None = None
) -> Any:
    """A sampler by its name, with options of its own."""
    chosen = sampler_named(sampler_name)
    return chosen.with_options(**extra_options) if extra_options else chosen


def calculate_sigmas(model_sampling: Any, scheduler_name: str, steps: int) -> torch.Tensor:
    """Levels of a schedule by its name; ``model_sampling`` is a model's own or an object with its methods."""
    return schedule_named(scheduler_name)(getattr(model_sampling, "table", model_sampling), steps)


def cfg_function(
    model: Any,
    cond_pred: torch.Tensor,
    uncond_pred: torch.Tensor,
    cond_scale: float,
    x: torch.Tensor,
    timestep: torch.Tensor,
    model_options: dict[str, Any] | None = None,
    cond: Any = None,
    uncond: Any = None,
) -> torch.Tensor:
    """Guidance in x0 space, by the options' own function where they have one."""
    options = model_options or {}
    if "sampler_cfg_function" in options:
        told = {"cond": x - cond_pred, "uncond": x - uncond_pred, "cond_scale": cond_scale, "timestep": timestep,
                "input": x, "sigma": timestep, "cond_denoised": cond_pred, "uncond_denoised": uncond_pred,
                "model": model, "model_options": options}  # fmt: skip
        guided = x - options["sampler_cfg_function"](told)
    else:
        guided = uncond_pred + (cond_pred - uncond_pred) * cond_scale
    for function in options.get("sampler_post_cfg_function", ()):
        told = {"denoised": guided, "cond": cond, "uncond": uncond, "cond_scale": cond_scale, "model": model,
                "uncond_denoised": uncond_pred, "cond_denoised": cond_pred, "sigma": timestep,
                "model_options": options, "input": x}  # fmt: skip
        guided = function(told)
    return guided


def calc_cond_batch(
    model: Any, conds: Sequence[Any], x_in: torch.Tensor, timestep: torch.Tensor, model_options: dict[str, Any]
) -> list[torch.Tensor]:
    """x0 for each of several conditionings: to be called from a hook of guidance, which has such a model."""
    return model.estimates(x_in, timestep, conds, model_options)


def sampling_function(
    model: Any,
    x: torch.Tensor,
    timestep: torch.Tensor,
    uncond: Any,
    cond: Any,
    cond_scale: float,
    model_options: dict[str, Any] | None = None,
    seed: int | None = None,
) -> torch.Tensor:
    """Guided x0: both sides evaluated, then `cfg_function`."""
    cond_pred, uncond_pred = calc_cond_batch(model, [cond, uncond or []], x, timestep, model_options or {})
    return cfg_function(model, cond_pred, uncond_pred, cond_scale, x, timestep, model_options, cond, uncond)


__all__ = [
    "KSAMPLER",
    "KSAMPLER_NAMES",
    "SAMPLER_NAMES",
    "SCHEDULER_HANDLERS",
    "SCHEDULER_NAMES",
    "CFGGuider",
    "KSampler",
    "calc_cond_batch",
    "calculate_sigmas",
    "cfg_function",
    "ksampler",
    "sample",
    "sampler_object",
    "sampling_function",
]
