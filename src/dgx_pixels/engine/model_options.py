"""What node packs hang on a model, in the dict that they know: ``model_options``. Knows no network and no torch.

Packs change the dict of a clone of their own through the functions below, through `Patchable`'s methods, or directly.
``foreign`` reads it when a model is sampled.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

Options: TypeAlias = dict[str, Any]
Function: TypeAlias = Callable[..., Any]


def copied(options: Any) -> Any:
    """The same with dicts and lists of its own; what they hold is shared."""
    if isinstance(options, dict):
        return {key: copied(value) for key, value in options.items()}
    return [copied(value) for value in options] if isinstance(options, list) else options


def transformer_options(options: Options) -> Options:
    """What concerns the network itself."""
    return options.setdefault("transformer_options", {})


def append_patch(options: Options, name: str, function: Function) -> None:
    """One more function at a place of the network: ``attn1_patch``, ``input_block_patch``, ..."""
    transformer_options(options).setdefault("patches", {}).setdefault(name, []).append(function)


def set_model_options_patch_replace(
    model_options: Options,
    patch: Function,
    name: str,
    block_name: str,
    number: int,
    transformer_index: int | None = None,
) -> Options:
    """A function in place of the attention ``name`` (``attn1``, ``attn2``) of a block; returns the changed options."""
    options = copied(model_options)
    where = (block_name, number) if transformer_index is None else (block_name, number, transformer_index)
    transformer_options(options).setdefault("patches_replace", {}).setdefault(name, {})[where] = patch
    return options


def set_model_options_pre_cfg_function(
    model_options: Options, pre_cfg_function: Function, disable_cfg1_optimization: bool = False
) -> Options:
    """One more function before guidance; returns the changed options."""
    return _appended(model_options, "sampler_pre_cfg_function", pre_cfg_function, disable_cfg1_optimization)


def set_model_options_post_cfg_function(
    model_options: Options, post_cfg_function: Function, disable_cfg1_optimization: bool = False
) -> Options:
    """One more function after guidance; returns the changed options."""
    return _appended(model_options, "sampler_post_cfg_function", post_cfg_function, disable_cfg1_optimization)


def _appended(options: Options, name: str, function: Function, always_uncond: bool) -> Options:
    changed = {**options, name: [*options.get(name, ()), function]}
    return changed | {"disable_cfg1_optimization": True} if always_uncond else changed
