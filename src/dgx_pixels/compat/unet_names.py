"""A U-Net's weights under the names of diffusers' layout: a table to those of the original layout.

Both layouts have the same blocks in the same order; they count and group them otherwise.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

_ENDS: Final = ("weight", "bias")
_OUTSIDE: Final = {
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}
_RESNET: Final = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_AROUND: Final = ("norm", "proj_in", "proj_out")
_PROJECTIONS: Final = ("to_q", "to_k", "to_v", "to_out.0")
_TRANSFORMER: Final = (
    *("norm1", "norm2", "norm3", "ff.net.0.proj", "ff.net.2"),
    *(f"{attention}.{part}" for attention, part in product(("attn1", "attn2"), _PROJECTIONS)),
)


def diffusers_names(config: Mapping[str, Any]) -> dict[str, str]:
    """Name in diffusers' layout to name in the original one, of every weight that such a network may have.

    ``config``: ``num_res_blocks`` of each level; ``transformer_depth`` and ``transformer_depth_output`` of each block,
    from the outermost level to the innermost; ``transformer_depth_middle``.
    """
    modules = _OUTSIDE | dict((*_down(config), *_middle(config), *_up(config)))
    return {f"{theirs}.{end}": f"{ours}.{end}" for theirs, ours in modules.items() for end in _ENDS}


def _down(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    counts, depths = config["num_res_blocks"], iter(config["transformer_depth"])
    block = 1
    for level, count in enumerate(counts):
        for place in range(count):
            depth = next(depths)
            yield from _resnet(f"down_blocks.{level}.resnets.{place}", f"input_blocks.{block}.0")
            if depth:
                yield from _transformer(f"down_blocks.{level}.attentions.{place}", f"input_blocks.{block}.1", depth)
            block += 1
        if level < len(counts) - 1:
            yield f"down_blocks.{level}.downsamplers.0.conv", f"input_blocks.{block}.0.op"
            block += 1


def _middle(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _resnet("mid_block.resnets.0", "middle_block.0")
    yield from _transformer("mid_block.attentions.0", "middle_block.1", config["transformer_depth_middle"])
    yield from _resnet("mid_block.resnets.1", "middle_block.2")


def _up(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    counts, depths = config["num_res_blocks"], reversed(config["transformer_depth_output"])
    block = 0
    for level, count in enumerate(reversed(counts)):
        for place in range(count + 1):
            depth = next(depths)
            yield from _resnet(f"up_blocks.{level}.resnets.{place}", f"output_blocks.{block}.0")
            if depth:
                yield from _transformer(f"up_blocks.{level}.attentions.{place}", f"output_blocks.{block}.1", depth)
            if place == count and level < len(counts) - 1:
                # It is the last part of its block, behind the transformer where there is one.
                yield f"up_blocks.{level}.upsamplers.0.conv", f"output_blocks.{block}.{2 if depth else 1}.conv"
            block += 1


def _resnet(theirs: str, ours: str) -> Iterator[tuple[str, str]]:
    yield from ((f"{theirs}.{name}", f"{ours}.{named}") for name, named in _RESNET.items())


def _transformer(theirs: str, ours: str, depth: int) -> Iterator[tuple[str, str]]:
    parts = (*_AROUND, *(f"transformer_blocks.{t}.{part}" for t in range(depth) for part in _TRANSFORMER))
    yield from ((f"{theirs}.{part}", f"{ours}.{part}") for part in parts)
