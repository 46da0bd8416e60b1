"""Nodes that merge models and text encoders, weight by weight. Nothing is computed before it is drawn with."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sockets import Clip, Model, Range

_CATEGORY: Final = "advanced/model_merging"
_MODULE: Final = "comfy_extras.nodes_model_merging"

Ratio: TypeAlias = Annotated[float, Range(0.0, 1.0, step=0.01)]
Multiplier: TypeAlias = Annotated[float, Range(-10.0, 10.0, step=0.01)]


def _ratios(*names: str) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """A ratio input of each name."""
    return {name: ("FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0, "step": 0.01}) for name in names}


def _numbered(name: str, count: int, end: str = "") -> list[str]:
    return [f"{name}.{i}{end}" for i in range(count)]


_SDXL: Final = _ratios(
    "time_embed.",
    "label_emb.",
    *_numbered("input_blocks", 9),
    *_numbered("middle_block", 3),
    *_numbered("output_blocks", 9),
    "out.",
)
_SD1: Final = _ratios(
    "time_embed.",
    "label_emb.",
    *_numbered("input_blocks", 12, "."),
    *_numbered("middle_block", 3, "."),
    *_numbered("output_blocks", 12, "."),
    "out.",
)


@node("ModelMergeSimple", category=_CATEGORY, module=_MODULE, function="merge")
def merge_models(*, model1: Model, model2: Model, ratio: Ratio = 1.0) -> Model:
    """model1 * ratio + model2 * (1 - ratio)."""
    from dgx_pixels.engine.merging import even, merged_models

    return merged_models(model1, model2, even(ratio))


@node(
    "ModelMergeBlocks",
    category=_CATEGORY,
    module=_MODULE,
    function="merge",
    inputs=_ratios("input", "middle", "out"),
)
def merge_models_by_part(*, model1: Model, model2: Model, **ratios: float) -> Model:
    """As ModelMergeSimple with a ratio for the way down, the middle and the way up."""
    from dgx_pixels.engine.merging import by_prefix, merged_models

    return merged_models(model1, model2, by_prefix(ratios))


@node("ModelMergeAdd", category=_CATEGORY, module=_MODULE, function="merge")
def add_models(*, model1: Model, model2: Model) -> Model:
    """model1 + model2."""
    from dgx_pixels.engine.merging import merged_models, sums

    return merged_models(model1, model2, sums(1.0, 1.0))


@node("ModelMergeSubtract", category=_CATEGORY, module=_MODULE, function="merge")
def subtract_models(*, model1: Model, model2: Model, multiplier: Multiplier = 1.0) -> Model:
    """(model1 - model2) * multiplier."""
    from dgx_pixels.engine.merging import merged_models, sums

    return merged_models(model1, model2, sums(multiplier, -multiplier))


@node(
    "ModelMergeSDXL",
    category=f"{_CATEGORY}/model_specific",
    module=f"{_MODULE}_model_specific",
    function="merge",
    inputs=_SDXL,
)
def merge_sdxl(*, model1: Model, model2: Model, **ratios: float) -> Model:
    """As ModelMergeSimple with a ratio for every block of SDXL."""
    from dgx_pixels.engine.merging import by_prefix, merged_models

    return merged_models(model1, model2, by_prefix(ratios))


@node(
    "ModelMergeSD1",
    category=f"{_CATEGORY}/model_specific",
    module=f"{_MODULE}_model_specific",
    function="merge",
    inputs=_SD1,
)
def merge_sd1(*, model1: Model, model2: Model, **ratios: float) -> Model:
    """As ModelMergeSimple with a ratio for every block of SD1.x."""
    from dgx_pixels.engine.merging import by_prefix, merged_models

    return merged_models(model1, model2, by_prefix(ratios))


@node("CLIPMergeSimple", category=_CATEGORY, module=_MODULE, function="merge")
def merge_clips(*, clip1: Clip, clip2: Clip, ratio: Ratio = 1.0) -> Clip:
    """clip1 * ratio + clip2 * (1 - ratio)."""
    from dgx_pixels.engine.merging import even, merged_clips

    return merged_clips(clip1, clip2, even(ratio))


@node("CLIPMergeAdd", category=_CATEGORY, module=_MODULE, function="merge")
def add_clips(*, clip1: Clip, clip2: Clip) -> Clip:
    """clip1 + clip2."""
    from dgx_pixels.engine.merging import merged_clips, sums

    return merged_clips(clip1, clip2, sums(1.0, 1.0))


@node("CLIPMergeSubtract", category=_CATEGORY, module=_MODULE, function="merge")
def subtract_clips(*, clip1: Clip, clip2: Clip, multiplier: Multiplier = 1.0) -> Clip:
    """(clip1 - clip2) * multiplier."""
    from dgx_pixels.engine.merging import merged_clips, sums

    return merged_clips(clip1, clip2, sums(multiplier, -multiplier))


NODES: Final[tuple[Node, ...]] = (
    merge_models,
    merge_models_by_part,
    add_models,
    subtract_models,
    merge_sdxl,
    merge_sd1,
    merge_clips,
    add_clips,
    subtract_clips,
)
