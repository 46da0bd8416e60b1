"""Layers whose weights are not drawn, since a file fills them, under the names that packs know."""

from typing import Any

import torch
from torch import nn


class _Unfilled:
    """A layer that leaves its weights unset."""

    comfy_cast_weights = False

    def reset_parameters(self) -> None:
        """Nothing: a file fills the weights."""


class _Cast(_Unfilled):
    """A layer that computes in the dtype of its input."""

    comfy_cast_weights = True

    def forward(self, x: torch.Tensor, *rest: Any) -> torch.Tensor:
        """The layer with its weights cast to the input."""
        tensors = {name: t.to(x.device, x.dtype) for name, t in self.named_parameters(recurse=False)}  # type: ignore[attr-defined]
        plain = super().forward  # type: ignore[misc]
        return torch.func.functional_call(
            _Plain(self, plain), {f"layer.{k}": v for k, v in tensors.items()}, (x, *rest)
        )


class _Plain(nn.Module):
    """Calls a layer's own forward, so that its weights can be replaced for one call."""

    def __init__(self, layer: Any, forward: Any) -> None:
        super().__init__()
        self.layer = layer
        self._forward = forward

    def forward(self, *args: Any) -> torch.Tensor:
        """What the layer returns."""
        return self._forward(*args)


_LAYERS = (
    "Linear",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "GroupNorm",
    "LayerNorm",
    "Embedding",
)


def _kind(name: str, mixin: type[Any]) -> type[Any]:
    """A namespace of layers of one kind."""
    layers = {layer: type(layer, (mixin, getattr(nn, layer)), {}) for layer in _LAYERS}
    return type(name, (), layers)


disable_weight_init = _kind("disable_weight_init", _Unfilled)
manual_cast = _kind("manual_cast", _Cast)


def cast_bias_weight(
    layer: Any, input: torch.Tensor | None = None, **_: Any
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """(weight, bias) of a layer, cast to an input."""
    like = layer.weight if input is None else input
    bias = None if layer.bias is None else layer.bias.to(like.device, like.dtype)
    return layer.weight.to(like.device, like.dtype), bias


def cast_to_input(weight: torch.Tensor, input: torch.Tensor, **_: Any) -> torch.Tensor:
    """A tensor on the device and in the dtype of another."""
    return weight.to(input.device, input.dtype)


def cast_to(weight: torch.Tensor, dtype: torch.dtype | None = None, device: Any = None, **_: Any) -> torch.Tensor:
    """A tensor on a device in a dtype, each kept where not named."""
    return weight.to(device or weight.device, dtype or weight.dtype)
