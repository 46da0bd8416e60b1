"""Differences of weights as low-rank factors: a LoRA (Hu et al. 2022) by truncated singular value decomposition.

The best approximation of a rank is its first singular vectors (Eckart & Young 1936). Knows no file and no node.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.weights import Weights


def differences(model: Model | None, clip: Clip | None) -> Iterator[tuple[str, Callable[[], Tensor]]]:
    """Key and difference of every tensor that a merge changed, in fp32.

    ``model`` and ``clip`` are differences themselves: the result of a subtraction.
    """
    if model is not None:
        yield from _of(model.weights, "diffusion_model.")
    for name, weights in clip.weights.items() if clip else ():
        yield from _of(weights, f"text_encoders.{name}.transformer.")


def _of(weights: Weights[Any], prefix: str) -> Iterator[tuple[str, Callable[[], Tensor]]]:
    for name in sorted(weights.changes):
        yield prefix + name, lambda name=name: weights.exact(name)


def factors(key: str, difference: Tensor, rank: int, *, low_rank: bool, biases: bool) -> dict[str, Tensor]:
    """What a LoRA file holds of a difference, in fp16.

    Matrices and convolutions as ``lora_up`` (out, r) and ``lora_down`` (r, in), r at most ``rank``; whole, as
    ``diff``, without ``low_rank``, where that is no smaller, and for all others. ``biases``: biases too.
    """
    layer, _, tensor = key.rpartition(".")
    if tensor == "bias":
        return {f"{layer}.diff_b": difference.half()} if biases else {}
    if not bool(difference.count_nonzero()):
        return {}
    matrix = difference.flatten(1) if difference.dim() >= 2 else None
    if not low_rank or matrix is None or rank >= min(matrix.shape):
        return {f"{layer if tensor == 'weight' else key}.diff": difference.half()}
    up, down = low_rank_pair(matrix, rank)
    down = down.unflatten(1, difference.shape[1:])
    up = up if difference.dim() == 2 else up[..., None, None]
    name = layer if tensor == "weight" else key
    return {f"{name}.lora_up.weight": up.half(), f"{name}.lora_down.weight": down.half()}


def low_rank_pair(matrix: Tensor, rank: int) -> tuple[Tensor, Tensor]:
    """(out, r) and (r, in) whose product is nearest to ``matrix``, the singular values shared between them."""
    u, s, v = torch.linalg.svd(matrix.float(), full_matrices=False)
    root = s[:rank].sqrt()
    return (u[:, :rank] * root).contiguous(), (root[:, None] * v[:rank]).contiguous()
