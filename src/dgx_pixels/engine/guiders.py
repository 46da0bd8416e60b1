"""The GUIDER value of workflows: a model and what it is steered by, which can take a latent through a sampler.

Named and called as node packs do. LATENT numbers go in and come out; the latent scale, the conditionings' meaning for
this latent and the memory are dealt with here. Knows no node and no schedule.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, Self, TypeAlias

import torch
from torch import Tensor

from dgx_pixels.core.errors import OutOfMemoryError
from dgx_pixels.engine.conditioning import Pair, Surroundings, conditionings
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patcher import ModelView
from dgx_pixels.sampling.conditioning import Conditioning
from dgx_pixels.sampling.denoise import GuidedDenoiser
from dgx_pixels.sampling.guidance import Fits, Guide, never_fits
from dgx_pixels.sampling.guiders import DualGuide, PerpNegGuide, perp_neg
from dgx_pixels.sampling.loop import Progress, sample
from dgx_pixels.sampling.patches import Guidance
from dgx_pixels.sampling.samplers.step import Solver

StepCallback: TypeAlias = Callable[[int, Tensor, Tensor, int], None]
"""Hears (step from 0, x0, x, steps) after each step, the latents (B, C, h, w) on the sampler's scale and device.

What it raises ends the run.
"""


class Splittable(GuidedDenoiser, Protocol):
    """A guided denoiser that can be told to take less memory."""

    def fitting(self, fits: Fits) -> Self:
        """The same, in batches that fit."""
        ...


class Guider:
    """Guidance from a negative side towards a positive one."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.cfg = 1.0
        self.conds: dict[str, Sequence[Pair]] = {}
        """CONDITIONING lists by what they are for."""

    def set_conds(self, positive: Sequence[Pair], negative: Sequence[Pair] = ()) -> None:
        """Steer towards ``positive`` and away from ``negative``."""
        self.conds = {"positive": positive, "negative": negative}

    def set_cfg(self, cfg: float) -> None:
        """How far."""
        self.cfg = cfg

    @property
    def model_patcher(self) -> Model:
        """The model, under the name that node packs know."""
        return self.model

    @property
    def inner_model(self) -> ModelView:
        """The model as node packs look into it."""
        return self.model.model

    @property
    def model_options(self) -> dict[str, Any]:
        """What node packs hung on the model."""
        return self.model.model_options

    def sample(
        self,
        noise: Tensor,
        latent_image: Tensor,
        sampler: Solver,
        sigmas: Tensor,
        denoise_mask: Tensor | None = None,
        callback: StepCallback | None = None,
        disable_pbar: bool = False,  # noqa: ARG002  (node packs pass it)
        seed: int | None = None,
    ) -> Tensor:
        """The LATENT samples (B, C, h, w) that a sampler makes of ``latent_image`` and ``noise``, fp32, on the CPU.

        ``denoise_mask`` says where to draw anew, at any resolution. No ``sigmas`` leave the latent as it is. Raises
        OutOfMemoryError, UsageError for what was encoded for another model, and whatever ``callback`` raises.
        """
        if len(sigmas) == 0:
            return latent_image
        model = self.model
        latent = model.scaled(latent_image.to(model.device, torch.float32))
        mask = None if denoise_mask is None else denoise_mask.to(model.device)
        run = partial(
            sample,
            table=model.table,
            sampler=sampler,
            sigmas=sigmas,
            noise=noise.to(latent),
            seed=seed or 0,
            latent=latent,
            mask=mask,
            on_step=None if callback is None else partial(_tell, callback),
            form=model.form,
            mask_function=model.active.mask,
            owner=self,
        )
        return model.unscaled(_within_memory(run, self.guide(latent, mask, sigmas))).cpu()

    def guide(self, latent: Tensor, mask: Tensor | None, sigmas: Tensor) -> Splittable:
        """The denoiser for one latent, (B, C, h, w) on the sampler's scale and the model's device."""
        return self._plain("positive", "negative", latent, mask, sigmas)

    def _plain(self, positive: str, negative: str, latent: Tensor, mask: Tensor | None, sigmas: Tensor) -> Guide:
        """Guidance between two of the sides."""
        return Guide(
            self.model.predict,
            self.model.table,
            self._side(positive, latent, mask),
            self._side(negative, latent, mask),
            self.cfg,
            patches=self.model.active,
            levels=sigmas,
        )

    def _side(self, name: str, latent: Tensor, mask: Tensor | None) -> list[Conditioning]:
        """What the entries of a side mean for a latent."""
        around = Surroundings(spec=self.model.spec, latent=latent, noise_mask=mask, positive=name != "negative")
        return conditionings(self.conds.get(name, ()), around)


class DualGuider(Guider):
    """Guidance in two levels: from a negative side through a middle one to a positive one."""

    def __init__(self, model: Model, *, nested: bool = False) -> None:
        super().__init__(model)
        self.cfg_conds = 1.0
        self.nested = nested

    def set_sides(self, positive: Sequence[Pair], middle: Sequence[Pair], negative: Sequence[Pair]) -> None:
        """Steer from ``negative`` through ``middle`` towards ``positive``."""
        self.conds = {"positive": positive, "middle": middle, "negative": negative}

    def set_cfgs(self, cfg_conds: float, cfg_cond2_negative: float) -> None:
        """How far from middle to positive, and from negative to middle."""
        self.cfg_conds = cfg_conds
        self.set_cfg(cfg_cond2_negative)

    def guide(self, latent: Tensor, mask: Tensor | None, sigmas: Tensor) -> Splittable:
        """The denoiser for one latent."""
        guide = self._plain("positive", "negative", latent, mask, sigmas)
        return DualGuide(guide, self._side("middle", latent, mask), self.cfg_conds, self.nested)


class PerpNegGuider(Guider):
    """Guidance away from only that part of the negative side that is no part of the positive one."""

    def __init__(self, model: Model, scale: float) -> None:
        super().__init__(model)
        self.scale = scale

    def set_sides(self, positive: Sequence[Pair], negative: Sequence[Pair], empty: Sequence[Pair]) -> None:
        """Steer towards ``positive`` and away from ``negative``, both seen from ``empty``."""
        self.conds = {"positive": positive, "negative": negative, "empty": empty}

    def guide(self, latent: Tensor, mask: Tensor | None, sigmas: Tensor) -> Splittable:
        """The denoiser for one latent."""
        guide = self._plain("positive", "negative", latent, mask, sigmas)
        return PerpNegGuide(guide, self._side("empty", latent, mask), self.scale)


def _tell(callback: StepCallback, progress: Progress) -> None:
    callback(progress.step - 1, progress.x0, progress.x, progress.total)


def _within_memory(run: Callable[[GuidedDenoiser], Tensor], guide: Splittable) -> Tensor:
    """A run; where memory runs out, again with the texts one after the other."""
    try:
        return run(guide)
    except torch.OutOfMemoryError:
        pass  # what the failed run held is given back before the next begins
    try:
        return run(guide.fitting(never_fits))
    except torch.OutOfMemoryError as error:
        raise OutOfMemoryError(
            "The device has too little memory for this latent, even one text at a time: close other programs, draw "
            "smaller or fewer at once."
        ) from error


def guided_by(model: Model, positive: Sequence[Pair], negative: Sequence[Pair], cfg: float) -> Guider:
    """A guider in one call."""
    guider = Guider(model)
    guider.set_conds(positive, negative)
    guider.set_cfg(cfg)
    return guider


def perp_neg_patched(model: Model, empty: Sequence[Pair], scale: float) -> Model:
    """A model whose guidance goes away from only that part of the negative side that is no part of the positive."""

    def guided(seen: Guidance) -> Tensor:
        around = Surroundings(spec=model.spec, latent=seen.x)
        (nothing,) = seen.evaluate(seen.x, seen.sigma, [conditionings(empty, around)])
        return perp_neg(seen.cond, seen.uncond, nothing, scale, seen.cfg)

    return model.patched(cfg=guided)
