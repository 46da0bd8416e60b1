"""The text-conditioned transformer of the SDXL-family U-Net. Knows nothing of time steps or resolutions.

Attribute names are the checkpoint's keys (``transformer_blocks.0.attn1.to_q``). Architecture: Rombach et al.,
"High-Resolution Image Synthesis with Latent Diffusion Models" (2022), appendix E.2.1.
"""

from collections.abc import Iterable, Sequence
from typing import cast

from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

from dgx_pixels.nn.hooks import AroundHook, Attend, AttentionHooks, Options, Visit


class Attention(nn.Module):
    """Multi-head attention of ``x`` (B, N, C) to ``context`` (B, T, D), or to itself."""

    def __init__(self, channels: int, context_dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(channels, channels, bias=False)
        self.to_k = nn.Linear(context_dim, channels, bias=False)
        self.to_v = nn.Linear(context_dim, channels, bias=False)
        self.to_out = nn.Sequential(nn.Linear(channels, channels))

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        y = attend(self.to_q(x), self.to_k(context), self.to_v(context), self.heads)
        return cast("Tensor", self.to_out(y))

    def visited(self, x: Tensor, context: Tensor, visit: Visit, hooks: AttentionHooks) -> Tensor:
        """`forward` with what is hooked before, in place of and after it."""
        value = context
        for hook in hooks.inputs:
            x, context, value = hook(x, context, value, visit.options)
        q, k, v = self.to_q(x), self.to_k(context), self.to_v(value)
        replaced = hooks.replaced(visit.options)
        y = attend(q, k, v, self.heads) if replaced is None else replaced(q, k, v, visit.options)
        return visit.through(hooks.outputs, self.to_out(y))


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    """Attention of projections (B, N, C) and (B, T, C) in ``heads`` heads: (B, N, C)."""
    q, k, v = (t.unflatten(-1, (heads, -1)).transpose(1, 2) for t in (q, k, v))  # (B, H, N, C/H)
    return scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


class GEGLU(nn.Module):
    """A linear layer gated by the GELU of another (Shazeer, "GLU Variants Improve Transformer", 2020)."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(channels, 2 * inner)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * gelu(gate)


class FeedForward(nn.Module):
    """Two layers, four times as wide in between."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        # The middle one is the dropout of training: it holds no weights, but counts in the keys.
        self.net = nn.Sequential(GEGLU(channels, 4 * channels), nn.Identity(), nn.Linear(4 * channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.net(x))


class TransformerBlock(nn.Module):
    """Self-attention, attention to the text, feed-forward: each normalised first and added on."""

    def __init__(self, channels: int, context_dim: int, heads: int) -> None:
        super().__init__()
        self.attn1 = Attention(channels, channels, heads)
        self.attn2 = Attention(channels, context_dim, heads)
        self.ff = FeedForward(channels)
        self.norm1 = nn.LayerNorm(channels)
        self.norm2 = nn.LayerNorm(channels)
        self.norm3 = nn.LayerNorm(channels)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        y = self.norm1(x)
        x = x + self.attn1(y, y)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))

    def visited(self, x: Tensor, context: Tensor, visit: Visit) -> Tensor:
        """`forward` with what is hooked into it."""
        hooks = visit.hooks

        def itself(y: Tensor) -> Tensor:
            return self.attn1.visited(y, y, visit, hooks.attn1)

        x = x + _surrounded(itself, hooks.around, visit.options)(self.norm1(x))
        x = visit.through(hooks.between, x)
        x = x + self.attn2.visited(self.norm2(x), context, visit, hooks.attn2)
        return x + self.ff(self.norm3(x))


def _surrounded(attend: Attend, hooks: Sequence[AroundHook], options: Options) -> Attend:
    """The function with hooks around it, the last of them outermost."""
    if not hooks:
        return attend
    inner = _surrounded(attend, hooks[:-1], options)
    return lambda y: hooks[-1](inner, y, options)


class SpatialTransformer(nn.Module):
    """``depth`` transformer blocks over the pixels of ``x`` (B, C, h, w), added to it."""

    def __init__(
        self, channels: int, context_dim: int, heads: int, depth: int, *, linear: bool, groups: int = 32
    ) -> None:
        super().__init__()
        self.linear, self.heads = linear, heads
        self.norm = nn.GroupNorm(groups, channels, eps=1e-6)
        self.proj_in = nn.Linear(channels, channels) if linear else nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList(TransformerBlock(channels, context_dim, heads) for _ in range(depth))
        self.proj_out = nn.Linear(channels, channels) if linear else nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, context: Tensor, visit: Visit | None = None) -> Tensor:
        y: Tensor = self.norm(x)
        y = self.proj_in(to_tokens(y)) if self.linear else to_tokens(self.proj_in(y))
        if visit is not None:
            visit.enter_transformer(x, self.heads)
        for i, block in enumerate(cast("Iterable[TransformerBlock]", self.transformer_blocks)):
            y = block(y, context) if visit is None else block.visited(y, context, visit.enter_layer(i))
        y = to_pixels(self.proj_out(y), x) if self.linear else self.proj_out(to_pixels(y, x))
        return x + y


def to_tokens(x: Tensor) -> Tensor:
    """(B, C, h, w) as (B, h*w, C): a view where ``x`` is channels-last."""
    return x.permute(0, 2, 3, 1).flatten(1, 2)


def to_pixels(tokens: Tensor, like: Tensor) -> Tensor:
    """(B, h*w, C) as (B, C, h, w), with h and w of ``like``: a channels-last view."""
    return tokens.unflatten(1, like.shape[2:]).permute(0, 3, 1, 2)
