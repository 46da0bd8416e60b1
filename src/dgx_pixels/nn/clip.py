"""CLIP's text tower with Hugging Face's key names: SD1.x's and SDXL's first encoder (CLIP-L at any size).

Parameter names are the keys below ``conditioner.embedders.0.transformer.``. Architecture: Radford et al.
(2021). Arithmetic is fp32 whatever the weights are stored in.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, layer_norm, linear, scaled_dot_product_attention

from dgx_pixels.core.architecture import TextConfig

END_TOKEN = 49407


def linear32(layer: nn.Linear, x: Tensor) -> Tensor:
    """The layer, which has a bias, applied in fp32."""
    return linear(x, layer.weight.float(), layer.bias.float())


def norm32(layer: nn.LayerNorm, x: Tensor) -> Tensor:
    """The normalisation applied in fp32."""
    return layer_norm(x, layer.normalized_shape, layer.weight.float(), layer.bias.float(), layer.eps)


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    """Causal attention of (B, T, W) projections in ``heads`` heads: (B, T, W)."""
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    return scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)


def at_end(hidden: Tensor, ends: Tensor) -> Tensor:
    """Rows (B, W) of ``hidden`` (B, T, W) at positions ``ends`` (B,)."""
    return hidden[torch.arange(len(hidden), device=hidden.device), ends.to(hidden.device)]


def first_end(tokens: Tensor) -> Tensor:
    """Position (B,) of the first end token of ``tokens`` (B, T); the first position where there is none."""
    return (tokens == END_TOKEN).int().argmax(-1)


class SelfAttention(nn.Module):
    """Causal self-attention with separate projections."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.heads = config.heads
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            self.add_module(name, nn.Linear(config.width, config.width))
        self.q_proj: nn.Linear
        self.k_proj: nn.Linear
        self.v_proj: nn.Linear
        self.out_proj: nn.Linear

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (linear32(layer, x) for layer in (self.q_proj, self.k_proj, self.v_proj))
        return linear32(self.out_proj, attend(q, k, v, self.heads))


class MLP(nn.Module):
    """Four times the width, and the quick approximation of GELU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = linear32(self.fc1, x)
        return linear32(self.fc2, x * torch.sigmoid(1.702 * x))


class EncoderLayer(nn.Module):
    """Attention and MLP, each normalised before and added after."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.self_attn, self.mlp = SelfAttention(config), MLP(config.width)
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(config.width), nn.LayerNorm(config.width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(norm32(self.layer_norm1, x))
        return x + self.mlp(norm32(self.layer_norm2, x))


class Embeddings(nn.Module):
    """Tokens and positions."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(config.vocabulary, config.width)
        self.position_embedding = nn.Embedding(config.positions, config.width)


class Encoder(nn.Module):
    """The stack of layers."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EncoderLayer(config) for _ in range(config.layers))


class TextTransformer(nn.Module):
    """Everything below ``text_model.``."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.embeddings, self.encoder = Embeddings(config), Encoder(config)
        self.final_layer_norm = nn.LayerNorm(config.width)


class ClipTextModel(nn.Module):
    """Token ids or embeddings to hidden states and a pooled vector."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.config = config
        self.text_model = TextTransformer(config)

    def embed(self, tokens: Tensor) -> Tensor:
        """Embeddings (B, T, W), fp32 and without positions, of ``tokens`` (B, T)."""
        return embedding(tokens, self.text_model.embeddings.token_embedding.weight).float()

    def forward(
        self, tokens: Tensor, layer: int = -1, *, inputs: Tensor | None = None, normalise: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Return the hidden state (B, T, W) after a layer, and the pooled vector (B, W), both fp32.

        ``layer`` counts from the end: -1 is after the last, -2 after the last but one; one further back than
        the tower has means the last. ``inputs`` (B, T, W) stands in for the embeddings of ``tokens`` (B, T),
        which still tell where the text ends. ``normalise`` applies the final norm to the hidden state.
        Pooled: the normalised last state at the first end token.
        """
        positions = self.text_model.embeddings.position_embedding.weight[: tokens.shape[1]].float()
        x = (self.embed(tokens) if inputs is None else inputs.float()) + positions
        wanted = self.config.layers + layer if -self.config.layers <= layer < 0 else self.config.layers - 1
        hidden = x
        for i, block in enumerate(self.text_model.encoder.layers):
            x = block(x)
            if i == wanted:
                hidden = x
        norm = self.text_model.final_layer_norm
        pooled = at_end(norm32(norm, x), first_end(tokens))
        return norm32(norm, hidden) if normalise else hidden, pooled
