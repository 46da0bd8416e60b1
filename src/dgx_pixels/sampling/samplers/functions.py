"""Samplers in the form of k-diffusion, which node packs write and call: into ours (`Solver`), and ours into theirs.

The form: ``function(model, x, sigmas, extra_args=None, callback=None, disable=None, **options) -> x``, where
``model(x, sigma, **extra_args)`` returns x0 and takes sigma as (B,). Knows no sampler.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import GuidedDenoiser
from dgx_pixels.sampling.samplers.step import Run, Step
from dgx_pixels.sampling.sigmas import Levels, SigmaTable

Function: TypeAlias = Callable[..., Tensor]
Solve: TypeAlias = Callable[[Run, Mapping[str, Any]], Tensor]
"""What a sampler of ours does with a run and options."""

_AFTER_CFG = "sampler_post_cfg_function"


class FunctionSampler:
    """A function of that form as a sampler (`Solver`). Attributes and arguments are named as packs expect."""

    def __init__(
        self,
        sampler_function: Function,
        extra_options: Mapping[str, Any] | None = None,
        inpaint_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.sampler_function = sampler_function
        self.extra_options = dict(extra_options or {})
        self.inpaint_options = dict(inpaint_options or {})

    @property
    def own_inpaint_noise(self) -> bool:
        """The kept part of an inpainting is noised with the next seed's noise."""
        return bool(self.inpaint_options.get("random", False))

    def solve(self, run: Run) -> Tensor:
        """The latent (B, C, h, w) that the function returns; its callback tells of steps."""

        def hear(seen: Mapping[str, Any]) -> None:
            sigma = torch.as_tensor(seen.get("sigma", 0.0), dtype=torch.float32).flatten()[:1].cpu()
            run.tell(Step(seen["x"], seen["denoised"], sigma[0]))

        return self.sampler_function(
            self.model(run),
            run.x,
            run.levels.to(run.x.device),
            extra_args={"seed": run.seed, "model_options": {"transformer_options": {}}},
            callback=hear,
            disable=True,
            **self.extra_options,
        )

    def model(self, run: Run) -> "CalledModel":
        """What the function is given to call."""
        return CalledModel(run.denoise, run.table, run.owner)


class CalledModel:
    """A denoiser as functions of that form call it.

    ``table`` is the model's noise levels, ``inner_model`` what the run is sampled with (`Run.owner`).
    """

    def __init__(self, denoise: GuidedDenoiser, table: Levels, inner_model: Any = None) -> None:
        self.denoise = denoise
        self.table = table
        self.inner_model = inner_model

    def __call__(self, x: Tensor, sigma: Tensor, **extra_args: Any) -> Tensor:
        """x0 of ``x`` (B, C, h, w); functions after guidance, in ``model_options``, are called."""
        level = sigma.flatten()[0].float().cpu()
        options: Mapping[str, Any] = extra_args.get("model_options") or {}
        hooks = options.get(_AFTER_CFG, ())
        if not hooks:
            return self.denoise(x, level)
        x0, uncond = self.denoise.both(x, level)
        for hook in hooks:
            told = {"denoised": x0, "uncond_denoised": uncond, "input": x, "sigma": sigma, "timestep": sigma}
            x0 = hook({**told, "model": self, "model_options": options})
        return x0


def as_function(solve: Solve) -> Function:
    """A sampler of ours in that form. Where ``model`` has no ``table``, the levels of SD and SDXL are assumed."""

    def sample(
        model: Any,
        x: Tensor,
        sigmas: Tensor,
        extra_args: Mapping[str, Any] | None = None,
        callback: Callable[[dict[str, Any]], None] | None = None,
        disable: bool | None = None,  # noqa: ARG001  (part of the form)
        **options: Any,
    ) -> Tensor:
        extra = extra_args or {}
        done = 0

        def tell(step: Step) -> None:
            nonlocal done
            if callback is not None:
                told = {"x": step.x, "i": done, "sigma": step.sigma, "sigma_hat": step.sigma, "denoised": step.x0}
                callback(told)
            done += 1

        table = getattr(model, "table", None) or SigmaTable.discrete()
        levels = sigmas.to("cpu", torch.float32)
        run = Run(_Denoiser(model, extra), x, levels, int(extra.get("seed") or 0), table, tell)
        return solve(run, options)

    return sample


class _Denoiser:
    """A model of that form as a denoiser (`GuidedDenoiser`)."""

    def __init__(self, model: Any, extra: Mapping[str, Any]) -> None:
        self._model = model
        self._extra = extra

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        return self._model(x, sigma.to(x).expand(len(x)), **self._extra)

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """(x0, unconditional x0), the latter overheard after guidance."""
        heard: list[Tensor] = []

        def overhear(seen: Mapping[str, Any]) -> Tensor:
            heard[:] = [seen["uncond_denoised"]]
            return seen["denoised"]

        options: Mapping[str, Any] = self._extra.get("model_options") or {}
        hooks = [*options.get(_AFTER_CFG, ()), overhear]
        listening = {**options, _AFTER_CFG: hooks, "disable_cfg1_optimization": True}
        x0 = self._model(x, sigma.to(x).expand(len(x)), **{**self._extra, "model_options": listening})
        return x0, heard[0] if heard else x0
