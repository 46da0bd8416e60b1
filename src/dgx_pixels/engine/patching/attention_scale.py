"""Attention with its projections' weights multiplied, in the U-Net or in the text towers."""

from collections.abc import Mapping

import torch

from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.merging import scaled_tensors
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.weights import Change


def scaled_attention(model: Model, attention: str, q: float, k: float, v: float, out: float) -> Model:
    """The U-Net with the weights of ``attn1`` (self-attention) or ``attn2`` (to the text) times four factors."""
    factors = {"to_q": q, "to_k": k, "to_v": v, "to_out.0": out}
    changes = _changes({f"{attention}.{layer}": factor for layer, factor in factors.items()})
    return model.changed(weights=scaled_tensors(model.weights, changes))


def scaled_text_attention(clip: Clip, q: float, k: float, v: float, out: float) -> Clip:
    """The text towers with the weights of their self-attention times four factors."""
    changes = _changes({".q_proj": q, ".k_proj": k, ".v_proj": v, ".out_proj": out})
    merged = {name: scaled_tensors(tower, changes) for name, tower in clip.weights.items()}
    if "clip_g" in merged:
        stacked = _stacked(merged["clip_g"].base.config.width, q, k, v)
        merged["clip_g"] = scaled_tensors(merged["clip_g"], stacked)
    return clip.changed(merged=merged)


def _changes(factors: Mapping[str, float]) -> dict[str, Change]:
    """Weight and bias of layers times their factor; 1 changes nothing."""
    return {
        f"{layer}.{tensor}": Change(factor)
        for layer, factor in factors.items()
        if factor != 1
        for tensor in ("weight", "bias")
    }


def _stacked(width: int, q: float, k: float, v: float) -> dict[str, Change]:
    """OpenCLIP's three projections, which are one matrix, times their factors."""
    if q == k == v == 1:
        return {}
    rows = torch.tensor([q, k, v]).repeat_interleave(width)
    return {"in_proj_weight": Change(rows[:, None]), "in_proj_bias": Change(rows)}
