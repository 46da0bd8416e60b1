"""One picture from prompt to pixels: text, noise, sampling, decoding. Knows no file and no sprite.

The same arithmetic in the same order as ComfyUI, so that seeds carry over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.latents import decode_latent, encode_picture
from dgx_pixels.engine.levels import sigma_table
from dgx_pixels.engine.loading import Checkpoint
from dgx_pixels.engine.preview import latent_colors
from dgx_pixels.engine.text import (
    AESTHETIC_SCORE,
    NEGATIVE_AESTHETIC_SCORE,
    TextTowers,
    encode_prompt,
    refiner_vector,
    sdxl_vector,
)
from dgx_pixels.engine.tiling import FACTOR
from dgx_pixels.sampling.conditioning import Conditioning
from dgx_pixels.sampling.denoise import NetPredict
from dgx_pixels.sampling.forms import Trained
from dgx_pixels.sampling.guidance import Guide, never_fits
from dgx_pixels.sampling.loop import Progress, sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.preview import LatentColors, latent_to_image
from dgx_pixels.sampling.samplers import sampler_named
from dgx_pixels.sampling.schedules import sampler_sigmas, schedule_named
from dgx_pixels.sampling.sigmas import SigmaTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """Everything one picture follows from, beside the model."""

    prompt: str
    negative: str = ""
    width: int
    """Pixels, a multiple of 8."""
    height: int
    """Pixels, a multiple of 8."""
    steps: int
    cfg: float
    sampler: str
    scheduler: str
    seed: int
    denoise: float = 1.0
    """Below 1 only the last part of the schedule is run, on ``init``."""
    init: NDArray[np.uint8] | None = None
    """Picture (height, width, 3 or 4) to start from."""
    mask: NDArray[np.float32] | None = None
    """(h, w) in 0..1 of any resolution: where ``init`` is drawn anew; None: everywhere."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was done."""

    step: int
    """From 1."""
    total: int
    preview: Callable[[], NDArray[np.uint8]]
    """A look at the unfinished picture, (height/8, width/8, 3 or 4); costs nothing unless it is taken."""


Watch: TypeAlias = Callable[[Step], None]
"""Hears of every step; what it raises ends the drawing."""


def check_sampling(sampler: str, scheduler: str) -> None:
    """Raise UsageError for a sampler or a schedule that does not exist."""
    sampler_named(sampler)
    schedule_named(scheduler)


@torch.inference_mode()
def draw_picture(
    model: Checkpoint, towers: TextTowers, job: Job, watch: Watch | None, warn: Callable[[str], None]
) -> NDArray[np.uint8]:
    """The picture (height, width, 3 or 4) of a job.

    ``warn`` hears a sentence on each part of the prompts that had no effect. Raises UsageError for a prompt that
    cannot be encoded and for a model that draws from more than noise and text.
    """
    _check_inputs(model)
    weight = next(model.unet.parameters())
    table = sigma_table(model.spec)
    guide = _guide(model, towers, job, table, warn)
    sigmas = sampler_sigmas(table, job.sampler, job.scheduler, job.steps, job.denoise)
    shape = (1, model.spec.vae.latent_channels, job.height // FACTOR, job.width // FACTOR)
    run = partial(
        sample,
        table=table,
        sampler=job.sampler,
        sigmas=sigmas,
        noise=initial_noise(shape, job.seed).to(weight.device),
        seed=job.seed,
        latent=None if job.init is None else encode_picture(model, job.init),
        mask=None if job.mask is None else torch.from_numpy(job.mask).to(weight.device),
        on_step=watch and partial(_tell, watch, cache(partial(latent_colors, model))),
    )
    try:
        latent = run(guide)
    except torch.OutOfMemoryError:  # prompt and negative prompt one after the other take half of it
        latent = run(guide.fitting(never_fits))
    return decode_latent(model, latent)


def _check_inputs(model: Checkpoint) -> None:
    """Refuse a U-Net that takes further latents beside the noisy one."""
    takes, latent = model.spec.unet.in_channels, model.spec.vae.latent_channels
    if takes != latent:
        what = f"its U-Net takes {takes} channels, not the {latent} of a latent"
        raise UsageError(f"{model.path.name} is made for inpainting or editing ({what}); use another model")


def _guide(model: Checkpoint, towers: TextTowers, job: Job, table: SigmaTable, warn: Callable[[str], None]) -> Guide:
    """The model as a denoiser that follows the job's prompts."""
    sides: list[list[Conditioning]] = []
    for text, score in ((job.prompt, AESTHETIC_SCORE), (job.negative, NEGATIVE_AESTHETIC_SCORE)):
        encoded = encode_prompt(towers, text)
        for sentence in encoded.ignored:
            warn(sentence)
        sides.append([Conditioning(encoded.context, _vector(model.spec, encoded.pooled, job, score))])
    predict = NetPredict(model.unet, table, Trained(model.spec.prediction), next(model.unet.parameters()).dtype)
    return Guide(predict, table, *sides, cfg=job.cfg)


def _vector(spec: ModelSpec, pooled: Tensor, job: Job, score: float) -> Tensor | None:
    """What the U-Net is told beside the text: the picture's own size, and to the refiner how good it should be."""
    if spec.unet.vector_dim is None:
        return None
    if spec.clip_l is None:
        return refiner_vector(pooled, job.width, job.height, aesthetic_score=score)
    return sdxl_vector(pooled, job.width, job.height)


def _tell(watch: Watch, colors: Callable[[], LatentColors], progress: Progress) -> None:
    watch(Step(progress.step, progress.total, lambda: latent_to_image(progress.x0, colors())))
