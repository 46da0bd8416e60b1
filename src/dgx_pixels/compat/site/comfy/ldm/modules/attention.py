"""Attention by torch's own kernel, under the names that packs know."""

from typing import Any

import torch
from torch.nn import functional

from dgx_pixels.nn.transformer import SpatialTransformer


def optimized_attention(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    heads: int,
    mask: torch.Tensor | None = None,
    attn_precision: torch.dtype | None = None,
    skip_reshape: bool = False,
    skip_output_reshape: bool = False,
    **_: Any,
) -> torch.Tensor:
    """Attention of (B, T, heads x D), or of (B, heads, T, D) where ``skip_reshape``."""
    if not skip_reshape:
        q, k, v = (t.unflatten(-1, (heads, -1)).transpose(1, 2) for t in (q, k, v))
    if mask is not None and mask.ndim < 4:
        mask = mask[None] if mask.ndim == 2 else mask
        mask = mask[:, None]
    out = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return out if skip_output_reshape else out.transpose(1, 2).flatten(2)


attention_pytorch = optimized_attention
attention_basic = optimized_attention
optimized_attention_masked = optimized_attention


def optimized_attention_for_device(device: torch.device, mask: bool = False, small_input: bool = False) -> Any:
    """Attention for a device."""
    return optimized_attention


def default(value: Any, fallback: Any) -> Any:
    """A value, or another where it is None."""
    return fallback if value is None else value


__all__ = [
    "SpatialTransformer",
    "attention_basic",
    "attention_pytorch",
    "default",
    "optimized_attention",
    "optimized_attention_for_device",
    "optimized_attention_masked",
]
