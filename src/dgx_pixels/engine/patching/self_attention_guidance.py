"""Self-attention guidance: away from a picture blurred where the network looks most.

Hong et al., "Improving Sample Quality of Diffusion Models Using Self-Attention Guidance" (2023), section 4.3 and
algorithm 1, on the unconditional side.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, pad

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import guided, hooks_of
from dgx_pixels.nn.hooks import Options
from dgx_pixels.nn.transformer import attend
from dgx_pixels.sampling.patches import Guidance

THRESHOLD = 1.0
"""Attention that a token gets, in all, from which on it is blurred (the mean)."""
KERNEL = 9


def self_attention_guidance(model: Model, scale: float, blur_sigma: float) -> Model:
    """With one more pass a step, guided away from by ``scale``; 0 is as it was, without the pass.

    The unconditional side is evaluated even with cfg 1.
    """
    if not scale:
        return model.clone()
    watched = Watched()
    hooks = hooks_of(model.patches.unet)
    block = ("middle", 0, 0)
    watching = hooks.replacing("attn1", block, Watching(watched, hooks.attn1.instead.get(block)))
    guidance = SelfAttentionGuidance(scale, blur_sigma, watched)
    hooked = (*model.patches.after_cfg, guidance)
    return model.patched(unet=watching, after_cfg=hooked, always_uncond=True)


@dataclass(slots=True)
class Watched:
    """What the middle of the network last attended to on the unconditional side."""

    attention: Tensor | None = None
    """Received by each token, (B, N)."""
    size: tuple[int, int] = (1, 1)
    """(h, w) of the tokens."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Attention as it was, but looked at (`AttentionHook`)."""

    watched: Watched
    inner: Any = None
    """What stood in the attention's place before."""

    def __call__(self, q: Tensor, k: Tensor, v: Tensor, options: Options) -> Tensor:
        """The attention; the unconditional rows' is remembered."""
        heads, sides = options["n_heads"], options["cond_or_uncond"]
        if 1 in sides:
            rows = slice(sides.index(1) * len(q) // len(sides), (sides.index(1) + 1) * len(q) // len(sides))
            self.watched.attention = received(q[rows], k[rows], heads)
            height, width = options["activations_shape"][-2:]
            self.watched.size = (height, width)
        return attend(q, k, v, heads) if self.inner is None else self.inner(q, k, v, options)


def received(q: Tensor, k: Tensor, heads: int) -> Tensor:
    """What each token gets of the attention of all, mean of the heads: (B, N), 1 on average."""
    q, k = (t.float().unflatten(-1, (heads, -1)).transpose(1, 2) for t in (q, k))
    weights = (q @ k.mT / math.sqrt(q.shape[-1])).softmax(dim=-1)  # (B, H, N, N)
    return weights.mean(dim=1).sum(dim=1)


@dataclass(frozen=True, slots=True)
class SelfAttentionGuidance:
    """The guidance (`AfterCfg`)."""

    scale: float
    blur_sigma: float
    watched: Watched = field(compare=False)

    def __call__(self, seen: Guidance) -> Tensor:
        """Guided x0 + (degraded - its x0) * scale: with the noise kept, that is away from the degraded picture."""
        attention = self.watched.attention
        if attention is None or seen.skipped or attention.shape[1] != math.prod(self.watched.size):
            return guided(seen)
        x0 = seen.uncond
        mask = _mask(attention, self.watched.size, x0)
        degraded = blurred(x0, self.blur_sigma) * mask + x0 * (1 - mask)
        noisy = degraded + (seen.x - x0)
        (estimate,) = seen.evaluate(noisy, seen.sigma, seen.sides[1:2], unet=_unwatched(seen))
        return guided(seen) + (degraded - estimate) * self.scale


def _unwatched(seen: Guidance) -> Any:
    """The model's hooks without the looking."""
    hooks = hooks_of(seen.unet)
    inner = {where: hook.inner if isinstance(hook, Watching) else hook for where, hook in hooks.attn1.instead.items()}
    kept = {where: hook for where, hook in inner.items() if hook is not None}
    return replace(hooks, attn1=replace(hooks.attn1, instead=kept))


def _mask(attention: Tensor, size: tuple[int, int], like: Tensor) -> Tensor:
    """1 where the attention is above the mean, (B, 1, h, w) of the latent."""
    mask = (attention > THRESHOLD).to(like).unflatten(1, size)[:, None]
    return interpolate(mask, like.shape[-2:], mode="nearest")


def blurred(x: Tensor, sigma: float) -> Tensor:
    """``x`` (B, C, h, w) under a Gaussian of 9x9, borders mirrored; less in latents too small to mirror so far."""
    if not sigma:
        return x
    reach = min(KERNEL // 2, *(size - 1 for size in x.shape[-2:]))
    offsets = torch.arange(-reach, reach + 1, dtype=x.dtype, device=x.device)
    weights = (-0.5 * (offsets / sigma) ** 2).exp()
    weights = weights / weights.sum()
    kernel = (weights[:, None] * weights).expand(x.shape[1], 1, -1, -1)
    return conv2d(pad(x, (reach, reach, reach, reach), mode="reflect"), kernel, groups=x.shape[1])
