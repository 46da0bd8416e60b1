"""The reference text towers, transformers', given our weights; and small towers of ours."""

import torch
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

import oracle
from dgx_pixels.core.architecture import TextConfig
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel

TINY_L = TextConfig(width=32, layers=3, heads=2)
TINY_G = TextConfig(width=48, layers=4, heads=3, projection=40)


def tiny_l() -> ClipTextModel:
    tower = ClipTextModel(TINY_L).eval().requires_grad_(requires_grad=False)
    oracle.randomise(tower, seed=1)
    return tower


def tiny_g() -> OpenClipTextModel:
    tower = OpenClipTextModel(TINY_G).eval().requires_grad_(requires_grad=False)
    oracle.randomise(tower, seed=2)
    return tower


def reference(ours: ClipTextModel | OpenClipTextModel) -> CLIPTextModel | CLIPTextModelWithProjection:
    """The reference tower with the weights of ours."""
    if isinstance(ours, ClipTextModel):
        tower = CLIPTextModel(_settings(ours.config, "quick_gelu"))
        weights = {key.removeprefix("text_model."): tensor for key, tensor in ours.state_dict().items()}
        # transformers before 5 keeps the prefix that the files have.
        weights = weights if weights.keys() == tower.state_dict().keys() else ours.state_dict()
    else:
        tower = CLIPTextModelWithProjection(_settings(ours.config, "gelu"))
        weights = _renamed(ours.state_dict())
    weights = {key: tensor.float() for key, tensor in weights.items()}
    tower.load_state_dict(weights, strict=True)
    return tower.eval().requires_grad_(requires_grad=False)


def _settings(c: TextConfig, activation: str) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=c.vocabulary,
        hidden_size=c.width,
        intermediate_size=4 * c.width,
        num_hidden_layers=c.layers,
        num_attention_heads=c.heads,
        projection_dim=c.projection or c.width,
        hidden_act=activation,
        bos_token_id=49406,
        eos_token_id=49407,
    )


def _renamed(ours: dict[str, Tensor]) -> dict[str, Tensor]:
    """OpenCLIP's names and layout to Hugging Face's."""
    names = {
        "token_embedding.weight": "embeddings.token_embedding.weight",
        "positional_embedding": "embeddings.position_embedding.weight",
        "ln_final.weight": "final_layer_norm.weight",
        "ln_final.bias": "final_layer_norm.bias",
    }
    parts = {
        "transformer.resblocks.": "encoder.layers.",
        ".ln_1.": ".layer_norm1.",
        ".ln_2.": ".layer_norm2.",
        ".c_fc.": ".fc1.",
        ".c_proj.": ".fc2.",
        ".attn.": ".self_attn.",
    }
    theirs: dict[str, Tensor] = {"text_projection.weight": ours["text_projection"].T}
    for key, tensor in ours.items():
        if key == "text_projection":
            continue
        name = names.get(key, key)
        for old, new in parts.items():
            name = name.replace(old, new)
        stem, _, kind = name.rpartition("in_proj_")
        if stem:
            for letter, part in zip("qkv", tensor.chunk(3), strict=True):
                theirs[f"text_model.{stem}{letter}_proj.{kind}"] = part
        else:
            theirs[f"text_model.{name}"] = tensor
    return theirs


def tokens() -> Tensor:
    """Ids (2, 77): a short text padded with the end token, a long one padded with zeros."""
    ids = torch.randint(1, 49406, (2, 77), generator=torch.Generator().manual_seed(0))
    ids[:, 0] = 49406
    ids[0, 7:] = 49407
    ids[1, 60] = 49407
    ids[1, 61:] = 0
    return ids
