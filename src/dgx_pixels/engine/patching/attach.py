"""How a method is hung on a model: each function returns a clone with one more hook. Knows no method."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.nn.hooks import Hooks
from dgx_pixels.sampling.patches import AfterCfg, Apply, BeforeCfg, Guidance, NetHooks, NetInput, Wrapper


def before_cfg(model: Model, hook: BeforeCfg) -> Model:
    """With a hook that changes the sides' estimates, after those that are there."""
    return model.patched(before_cfg=(*model.patches.before_cfg, hook))


def after_cfg(model: Model, hook: AfterCfg) -> Model:
    """With a hook that changes the guided estimate, after those that are there."""
    return model.patched(after_cfg=(*model.patches.after_cfg, hook))


def in_network(model: Model, **hooks: Callable[..., Any]) -> Model:
    """With functions inside the network, by the names of `Hooks`."""
    return model.patched(unet=hooks_of(model.patches.unet).with_(**hooks))


def around_network(model: Model, wrapper: Wrapper) -> Model:
    """With a wrapper around the network and the wrapper that is there."""
    return model.patched(wrapper=_outside(wrapper, model.patches.wrapper))


def hooks_of(hooks: NetHooks | None) -> Hooks:
    """Hooks of a U-Net, to be added to."""
    return hooks if isinstance(hooks, Hooks) else Hooks()


def guided(seen: Guidance) -> Tensor:
    """The guided x0 so far: what a hook after guidance starts from."""
    return plain(seen) if seen.denoised is None else seen.denoised


def plain(seen: Guidance) -> Tensor:
    """x0 guided the plain way (Ho & Salimans 2022)."""
    return seen.cond if seen.skipped else seen.uncond + (seen.cond - seen.uncond) * seen.cfg


def _outside(outer: Wrapper, inner: Wrapper | None) -> Wrapper:
    if inner is None:
        return outer

    def wrapper(apply: Apply, call: NetInput) -> Tensor:
        return outer(lambda changed: inner(apply, changed), call)

    return wrapper
