"""OpenCLIP's text tower with its own key names: SDXL's second encoder (bigG at any size).

Parameter names are the keys below ``conditioner.embedders.1.model.``. Architecture: Radford et al. (2021),
with exact GELU; Cherti et al., "Reproducible scaling laws for contrastive language-image learning" (2022).
Arithmetic is fp32 whatever the weights are stored in.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, gelu, linear

from dgx_pixels.core.architecture import TextConfig
from dgx_pixels.nn.clip import at_end, attend, first_end, linear32, norm32


class Attention(nn.Module):
    """Causal self-attention; query, key and value projections are stacked in one matrix."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * config.width, config.width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * config.width))
        self.out_proj = nn.Linear(config.width, config.width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = linear(x, self.in_proj_weight.float(), self.in_proj_bias.float()).chunk(3, dim=-1)
        return linear32(self.out_proj, attend(q, k, v, self.heads))


class MLP(nn.Module):
    """Four times the width, with GELU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_fc, self.c_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return linear32(self.c_proj, gelu(linear32(self.c_fc, x)))


class ResidualAttentionBlock(nn.Module):
    """Attention and MLP, each normalised before and added after."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.attn, self.mlp = Attention(config), MLP(config.width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(norm32(self.ln_1, x))
        return x + self.mlp(norm32(self.ln_2, x))


class Transformer(nn.Module):
    """The stack of blocks."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.resblocks = nn.ModuleList(ResidualAttentionBlock(config) for _ in range(config.layers))


class OpenClipTextModel(nn.Module):
    """Token ids or embeddings to hidden states and a projected pooled vector."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.config = config
        projection = config.projection or config.width
        self.token_embedding = nn.Embedding(config.vocabulary, config.width)
        self.positional_embedding = nn.Parameter(torch.empty(config.positions, config.width))
        self.transformer = Transformer(config)
        self.ln_final = nn.LayerNorm(config.width)
        self.text_projection = nn.Parameter(torch.empty(config.width, projection))
        nn.init.normal_(self.positional_embedding, std=0.01)
        nn.init.normal_(self.text_projection, std=config.width**-0.5)

    def embed(self, tokens: Tensor) -> Tensor:
        """Embeddings (B, T, W), fp32 and without positions, of ``tokens`` (B, T)."""
        return embedding(tokens, self.token_embedding.weight).float()

    def forward(
        self, tokens: Tensor, layer: int = -1, *, inputs: Tensor | None = None, normalise: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Return the hidden state (B, T, W) after a layer and the pooled vector (B, P), both fp32.

        Arguments as of ``ClipTextModel.forward``. Pooled: the normalised last state at the first end token,
        times ``text_projection``.
        """
        x = self.embed(tokens) if inputs is None else inputs.float()
        x = x + self.positional_embedding[: tokens.shape[1]].float()
        wanted = self.config.layers + layer if -self.config.layers <= layer < 0 else self.config.layers - 1
        hidden = x
        for i, block in enumerate(self.transformer.resblocks):
            x = block(x)
            if i == wanted:
                hidden = x
        pooled = at_end(norm32(self.ln_final, x), first_end(tokens)) @ self.text_projection.float()
        return norm32(self.ln_final, hidden) if normalise else hidden, pooled
