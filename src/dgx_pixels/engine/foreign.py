"""Functions that node packs wrote for ``model_options``, called from our hooks with the arguments they expect.

Knows no node and no method: what the functions do is theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from torch import Tensor

from dgx_pixels.engine.model_options import Options
from dgx_pixels.nn.hooks import AttentionHooks, Hooks
from dgx_pixels.sampling.patches import Apply, Evaluate, Guidance, NetHooks, NetInput, Patches

Function: TypeAlias = Callable[..., Any]
View: TypeAlias = Callable[[Evaluate | None], Any]
"""The model as packs' functions are given it, with a way to evaluate it."""

PLACES: Final = {
    "input_block_patch": "input",
    "input_block_patch_after_skip": "after_skip",
    "output_block_patch": "output",
    "middle_patch": "between",
}
"""Hooks of the network by the names that packs use."""


def with_options(patches: Patches, options: Options, view: View) -> Patches:
    """Our own patches and, after them, those of the options."""
    cfg = options.get("sampler_cfg_function")
    wrapper = options.get("model_function_wrapper")
    mask = options.get("denoise_mask_function")
    before = tuple(Before(f, options, view) for f in options.get("sampler_pre_cfg_function", ()))
    after = tuple(After(f, options, view) for f in options.get("sampler_post_cfg_function", ()))
    return replace(
        patches,
        cfg=Cfg(cfg, options, view) if cfg else patches.cfg,
        before_cfg=(*patches.before_cfg, *before),
        after_cfg=(*patches.after_cfg, *after),
        wrapper=Around(wrapper) if wrapper else patches.wrapper,
        mask=Masking(mask, view) if mask else patches.mask,
        always_uncond=patches.always_uncond or bool(options.get("disable_cfg1_optimization")),
        unet=network_hooks(patches.unet, options.get("transformer_options", {})),
    )


@dataclass(frozen=True, slots=True)
class _Called:
    function: Function
    options: Options
    view: View

    def told(self, seen: Guidance) -> dict[str, Any]:
        """What every function of guidance is told."""
        sigma = _rows(seen.sigma, seen.x)
        return {
            "cond_scale": seen.cfg,
            "timestep": sigma,
            "sigma": sigma,
            "input": seen.x,
            "model": self.view(seen.evaluate),
            "model_options": self.options,
        }


class Before(_Called):
    """A ``sampler_pre_cfg_function`` (`BeforeCfg`)."""

    __slots__ = ()

    def __call__(self, seen: Guidance) -> Sequence[Tensor]:
        """The estimates it returns."""
        sides = [list(side) or None for side in seen.sides]
        return self.function({**self.told(seen), "conds": sides, "conds_out": list(seen.estimates)})


class Cfg(_Called):
    """A ``sampler_cfg_function`` (`CfgFunction`)."""

    __slots__ = ()

    def __call__(self, seen: Guidance) -> Tensor:
        """x0 of the noise it returns."""
        args = {
            **self.told(seen),
            "cond": seen.x - seen.cond,
            "uncond": seen.x - seen.uncond,
            "cond_denoised": seen.cond,
            "uncond_denoised": seen.uncond,
        }
        return seen.x - self.function(args)


class After(_Called):
    """A ``sampler_post_cfg_function`` (`AfterCfg`)."""

    __slots__ = ()

    def __call__(self, seen: Guidance) -> Tensor:
        """The x0 it returns."""
        sides = [list(side) or None for side in seen.sides]
        args = {
            **self.told(seen),
            "denoised": seen.denoised,
            "cond": sides[0],
            "uncond": sides[1],
            "cond_denoised": seen.cond,
            "uncond_denoised": seen.uncond,
        }
        return self.function(args)


@dataclass(frozen=True, slots=True)
class Masking:
    """A ``denoise_mask_function`` (`MaskFunction`)."""

    function: Function
    view: View

    def __call__(self, sigma: Tensor, mask: Tensor, levels: Tensor) -> Tensor:
        """The mask it returns."""
        return self.function(_rows(sigma, mask), mask, extra_options={"model": self.view(None), "sigmas": levels})


@dataclass(frozen=True, slots=True)
class Around:
    """A ``model_function_wrapper`` (`Wrapper`)."""

    function: Function

    def __call__(self, apply: Apply, call: NetInput) -> Tensor:
        """What it returns; it calls the network with the arguments it was given, or others."""

        def apply_model(x: Tensor, timestep: Tensor, **c: Any) -> Tensor:
            hooks = call.unet
            told = {
                k: v for k, v in c.get("transformer_options", {}).items() if k not in {"patches", "patches_replace"}
            }
            if told:
                hooks = (hooks or Hooks()).telling(**told)
            changed = replace(
                call,
                x=x,
                sigma=timestep.flatten()[0].float().cpu(),
                context=c.get("c_crossattn", call.context),
                vector=c.get("y", call.vector),
                concat=c.get("c_concat", call.concat),
                unet=hooks,
            )
            return apply(changed)

        sides = list(call.sides)
        c: dict[str, Any] = {"c_crossattn": call.context, "transformer_options": {"cond_or_uncond": sides}}
        c |= {name: value for name, value in (("y", call.vector), ("c_concat", call.concat)) if value is not None}
        args = {"input": call.x, "timestep": _rows(call.sigma, call.x), "c": c, "cond_or_uncond": sides}
        return self.function(apply_model, args)


def network_hooks(own: NetHooks | None, options: Mapping[str, Any]) -> NetHooks | None:
    """Our own hooks of the network and those of ``transformer_options``."""
    if not options:
        return own
    hooks = own if isinstance(own, Hooks) else Hooks()
    patches: Mapping[str, Sequence[Function]] = options.get("patches", {})
    fields: dict[str, Any] = {
        field: (*getattr(hooks, field), *patches[name]) for name, field in PLACES.items() if name in patches
    }
    if "emb_patch" in patches:
        fields["embedding"] = (*hooks.embedding, *(_embedding(f) for f in patches["emb_patch"]))
    for name in ("attn1", "attn2"):
        fields[name] = _attention(getattr(hooks, name), name, patches, options.get("patches_replace", {}))
    told = {key: value for key, value in options.items() if key not in {"patches", "patches_replace"}}
    return replace(hooks, **fields).telling(**told)


def _attention(
    own: AttentionHooks, name: str, patches: Mapping[str, Sequence[Function]], replaced: Mapping[str, Any]
) -> AttentionHooks:
    return AttentionHooks(
        inputs=(*own.inputs, *patches.get(f"{name}_patch", ())),
        instead={**own.instead, **replaced.get(name, {})},
        outputs=(*own.outputs, *patches.get(f"{name}_output_patch", ())),
    )


def _embedding(function: Function) -> Function:
    """Packs' functions of the embedding are told the network's width too."""

    def hook(emb: Tensor, options: Options) -> Tensor:
        return function(emb, emb.shape[-1] // 4, options)

    return hook


def _rows(sigma: Tensor, x: Tensor) -> Tensor:
    """A level for each row of ``x``, on its device."""
    return sigma.to(x.device).expand(len(x))
