"""LATENT values in, LATENT values out: what the sampling nodes do, once for all of them. Knows no node.

A LATENT is a dict: ``samples`` (B, C, h, w) fp32 on the CPU in the VAE's own numbers, ``noise_mask`` (where to draw
anew) and ``batch_index`` (which draws of the seed its items are) where given. Other keys are handed on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from torch import Tensor

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.conditioning import Pair
from dgx_pixels.engine.guiders import StepCallback, guided_by
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.noise import NoiseSource, NoNoise, SeededNoise
from dgx_pixels.sampling.samplers import SAMPLER_NAMES, sampler_named
from dgx_pixels.sampling.samplers.step import Solver
from dgx_pixels.sampling.schedules import SCHEDULES, sampler_sigmas

Latent: TypeAlias = dict[str, Any]


class GuiderLike(Protocol):
    """What can be sampled with: `Guider`, or an object of a node pack."""

    def sample(
        self,
        noise: Tensor,
        latent_image: Tensor,
        sampler: Solver,
        sigmas: Tensor,
        denoise_mask: Tensor | None = None,
        callback: StepCallback | None = None,
        disable_pbar: bool = False,
        seed: int | None = None,
    ) -> Tensor:
        """As `Guider.sample`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which levels a run visits, and how."""

    steps: int
    cfg: float
    sampler: str
    """A name that does not exist is taken for the first of the list, as node packs may expect; likewise:"""
    scheduler: str
    denoise: float = 1.0
    start: int | None = None
    """Step to begin with."""
    end: int | None = None
    """Step to end before."""
    full: bool = True
    """A run that ends early has no noise left in its result."""


def run_settings(
    model: Model,
    settings: Settings,
    noise: NoiseSource,
    positive: Sequence[Pair],
    negative: Sequence[Pair],
    latent: Mapping[str, Any],
    callback: StepCallback | None = None,
) -> Latent:
    """The LATENT that a run of a sampler and a schedule, by their names, makes of another.

    Raises UsageError for fewer than one step, and what `run_guider` raises.
    """
    sampler = settings.sampler if settings.sampler in SAMPLER_NAMES else SAMPLER_NAMES[0]
    scheduler = settings.scheduler if settings.scheduler in SCHEDULES else next(iter(SCHEDULES))
    sigmas = sampler_sigmas(
        model.table,
        sampler,
        scheduler,
        settings.steps,
        settings.denoise,
        settings.start,
        settings.end,
        settings.full,
    )
    guider = guided_by(model, positive, negative, settings.cfg)
    latent = fitting(model, latent)
    samples = _drawn(guider, noise, sampler_named(sampler), sigmas, latent, callback)
    return {**latent, "samples": samples}


def run_guider(
    guider: GuiderLike,
    noise: NoiseSource,
    sampler: Solver,
    sigmas: Tensor,
    latent: Mapping[str, Any],
    callback: StepCallback | None = None,
) -> tuple[Latent, Latent]:
    """The LATENT that a sampler makes of another, and the last clean estimate as a LATENT.

    Raises UsageError for a latent or a text of another model, OutOfMemoryError, and whatever ``callback`` raises.
    """
    model: Model | None = getattr(guider, "model", None)
    if isinstance(model, Model):
        latent = fitting(model, latent)
    last: list[Tensor] = []

    def hear(step: int, x0: Tensor, x: Tensor, total: int) -> None:
        last[:] = [x0]
        if callback is not None:
            callback(step, x0, x, total)

    out = {**latent, "samples": _drawn(guider, noise, sampler, sigmas, latent, hear)}
    if not last or not isinstance(model, Model):
        return out, out
    return out, {**latent, "samples": model.unscaled(last[0]).cpu()}


def _drawn(
    guider: GuiderLike,
    noise: NoiseSource,
    sampler: Solver,
    sigmas: Tensor,
    latent: Mapping[str, Any],
    callback: StepCallback | None,
) -> Tensor:
    return guider.sample(
        noise.generate_noise(latent),
        latent["samples"],
        sampler,
        sigmas,
        denoise_mask=latent.get("noise_mask"),
        callback=callback,
        disable_pbar=True,
        seed=noise.seed,
    )


def add_noise(model: Model, noise: NoiseSource, sigmas: Tensor, latent: Mapping[str, Any]) -> Latent:
    """A LATENT with the noise between the first and the last of ``sigmas`` added; without any it stays as it is."""
    if len(sigmas) == 0:
        return dict(latent)
    scale = float((sigmas[0] - sigmas[-1]).abs() if len(sigmas) > 1 else sigmas[0])
    latent = fitting(model, latent)
    noised = model.form.noised(model.scaled(latent["samples"]), noise.generate_noise(latent), scale, full=False)
    return {**latent, "samples": model.unscaled(noised).nan_to_num(0.0, 0.0, 0.0)}


def fitting(model: Model, latent: Mapping[str, Any]) -> Latent:
    """A LATENT with as many channels as the model's; an empty one is given them.

    Raises UsageError for one with a picture of another model in it.
    """
    samples: Tensor = latent["samples"]
    if samples.shape[1] == model.latent_channels:
        return dict(latent)
    if samples.count_nonzero():
        raise UsageError(
            f"The latent has {samples.shape[1]} channels, {model.name} draws in {model.latent_channels}: encode the "
            "picture with the VAE of the same checkpoint."
        )
    return {**latent, "samples": samples[:, :1].repeat(1, model.latent_channels, 1, 1)}


def noise_of(seed: int, *, add: bool = True) -> NoiseSource:
    """Noise of a seed; without ``add`` zeros, the seed still being that of what a sampler draws on its way."""
    return SeededNoise(seed) if add else NoNoise(seed)


def percent_to_sigma(model: Model, percent: float, *, actual: bool = False) -> float:
    """Level at a fraction of the sampling; ``actual``: the ends are the model's own levels, not beyond them."""
    if actual and percent in {0.0, 1.0}:
        return model.table.sigma_min if percent else model.table.sigma_max
    return model.table.percent_to_sigma(percent)
