"""Networks saved by diffusers and transformers, under the names our networks have: U-Net, VAE and OpenCLIP tower."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from dgx_pixels.checkpoint.renamed import RenamedView, Source
from dgx_pixels.checkpoint.tensorfile import TensorFile

UNET_SIGN: Final = "down_blocks.0.resnets.0.conv1.weight"
VAE_SIGN: Final = "encoder.down_blocks.0.resnets.0.conv1.weight"
CLIP_G_SIGN: Final = "text_model.encoder.layers.30.mlp.fc1.weight"
"""What tells transformers' OpenCLIP tower, of 32 layers, from CLIP-L, of 12."""

_RESNET: Final = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0", "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}  # fmt: skip
_UNET_ENDS: Final = {
    "conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2",
    "mid_block.attentions.0": "middle_block.1",
}  # fmt: skip
_VAE_WORDS: Final = {
    "conv_shortcut": "nin_shortcut", "conv_norm_out": "norm_out", "downsamplers.0": "downsample",
    "upsamplers.0": "upsample", "mid_block.resnets.0": "mid.block_1", "mid_block.resnets.1": "mid.block_2",
    "mid_block.attentions.0": "mid.attn_1", "group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v",
    "to_out.0": "proj_out", "query": "q", "key": "k", "value": "v", "proj_attn": "proj_out",
}  # fmt: skip
_CLIP_G_WORDS: Final = {
    "text_model.encoder.layers": "transformer.resblocks", "layer_norm1": "ln_1", "layer_norm2": "ln_2",
    "self_attn.out_proj": "attn.out_proj", "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj",
    "text_model.embeddings.token_embedding": "token_embedding", "text_model.final_layer_norm": "ln_final",
}  # fmt: skip


def foreign_views(file: TensorFile) -> dict[str, RenamedView]:
    """The networks of a file that is laid out so, by part; CLIP-L has the same names here as there."""
    views: dict[str, RenamedView] = {}
    if UNET_SIGN in file:
        views["unet"] = RenamedView(file, dict(_unet(file)))
    if VAE_SIGN in file:
        views["vae"] = RenamedView(file, dict(_vae(file)))
    if CLIP_G_SIGN in file:
        views["clip_g"] = RenamedView(file, dict(_clip_g(file)))
    return views


def _unet(file: TensorFile) -> Iterator[tuple[str, Source]]:
    blocks = _count(file, "down_blocks.0.resnets")
    for key in file:
        name = _unet_name(key, blocks, file)
        if name is not None:
            yield name, Source((key,))


def _unet_name(key: str, blocks: int, keys: Iterable[str]) -> str | None:
    """The name of a tensor of a U-Net with so many residual blocks to a level on the way down."""
    for start, ours in _UNET_ENDS.items():
        if key.startswith(f"{start}."):
            return ours + key.removeprefix(start)
    if found := re.fullmatch(r"mid_block\.resnets\.([01])\.(\w+)\.(\w+)", key):
        return f"middle_block.{int(found[1]) * 2}.{_RESNET[found[2]]}.{found[3]}"
    found = re.fullmatch(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.+)", key)
    if found is None:
        return None
    way, level, kind, place, rest = found[1], int(found[2]), found[3], int(found[4]), found[5]
    if way == "down":
        block = f"input_blocks.{1 + level * (blocks + 1)}"
        if kind == "downsamplers":
            return f"input_blocks.{1 + level * (blocks + 1) + blocks}.0.{rest.replace('conv', 'op')}"
        block = f"input_blocks.{1 + level * (blocks + 1) + place}"
    else:
        block = f"output_blocks.{level * (blocks + 1) + (blocks if kind == 'upsamplers' else place)}"
    if kind == "resnets":
        part, end = rest.rsplit(".", 1)
        return f"{block}.0.{_RESNET[part]}.{end}"
    if kind == "upsamplers":
        attended = f"up_blocks.{level}.attentions.0.norm.weight" in keys
        return f"{block}.{2 if attended else 1}.{rest}"
    return f"{block}.1.{rest}"


def _vae(file: TensorFile) -> Iterator[tuple[str, Source]]:
    levels = _count(file, "decoder.up_blocks")
    for key in file:
        name = _replaced(key, _VAE_WORDS)
        name = re.sub(r"down_blocks\.(\d+)\.resnets", r"down.\1.block", name)
        name = re.sub(r"down_blocks\.(\d+)", r"down.\1", name)
        name = re.sub(r"up_blocks\.(\d+)", lambda found: f"up.{levels - 1 - int(found[1])}", name)
        name = name.replace(".resnets.", ".block.")
        shape = file[key].shape
        convolved = ".attn_1." in name and len(shape) == 2
        yield name, Source((key,), (*shape, 1, 1) if convolved else None)


def _clip_g(file: TensorFile) -> Iterator[tuple[str, Source]]:
    for key in file:
        name = _replaced(key, _CLIP_G_WORDS)
        if key == "text_projection.weight":
            yield "text_projection", Source((key,), turned=True)
        elif key == "text_model.embeddings.position_embedding.weight":
            yield "positional_embedding", Source((key,))
        elif found := re.fullmatch(r"(.+)\.self_attn\.q_proj\.(weight|bias)", key):
            keys = tuple(f"{found[1]}.self_attn.{part}_proj.{found[2]}" for part in "qkv")
            yield f"{_replaced(found[1], _CLIP_G_WORDS)}.attn.in_proj_{found[2]}", Source(keys)
        elif not re.search(r"self_attn\.[kv]_proj|position_ids|logit_scale", key):
            yield name, Source((key,))


def _replaced(key: str, words: dict[str, str]) -> str:
    """The key with whole words, or runs of them, in place of others."""
    for theirs, ours in words.items():
        key = re.sub(rf"(?<![\w]){re.escape(theirs)}(?![\w])", ours, key)
    return key


def _count(keys: Iterable[str], prefix: str) -> int:
    """How many numbered things there are below a prefix."""
    return len({key[len(prefix) + 1 :].split(".")[0] for key in keys if key.startswith(f"{prefix}.")})
