"""Nodes that make conditionings out of text, and mix them. A conditioning is a list of ``[tensor, options]``."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Clip, Conditioning, PromptText, Range

Length: TypeAlias = Annotated[int, Range(0, 16384)]


def _need(clip: Any) -> Any:
    if clip is None:
        raise UsageError(
            "clip input is invalid: None; the checkpoint holds no text encoder, load one with the node Load CLIP"
        )
    return clip


def with_options(conditioning: Any, options: Mapping[str, Any]) -> list[Any]:
    """A conditioning whose entries have further options, or others than they had."""
    return [[entry[0], {**entry[1], **options}] for entry in conditioning]


@node(
    "CLIPTextEncode",
    title="CLIP Text Encode (Prompt)",
    category="conditioning",
    function="encode",
    order=("clip", "text"),
    description="A prompt as the model reads it: (words:1.2) weigh more, embedding:name stands for a learned word.",
)
def encode_text(*, text: PromptText, clip: Clip) -> Conditioning:
    """One entry: the text states, and the pooled text as ``pooled_output``."""
    clip = _need(clip)
    return clip.encode_from_tokens_scheduled(clip.tokenize(text))


@node("CLIPTextEncodeSDXL", category="advanced/conditioning", v3=True, function="execute",
      module="comfy_extras.nodes_clip_sdxl")  # fmt: skip
def encode_text_sdxl(
    *,
    clip: Clip,
    width: Length = 1024,
    height: Length = 1024,
    crop_w: Length = 0,
    crop_h: Length = 0,
    target_width: Length = 1024,
    target_height: Length = 1024,
    text_g: PromptText,
    text_l: PromptText,
) -> Conditioning:
    """A text for each tower, and the sizes that SDXL was trained to be told."""
    clip = _need(clip)
    tokens = clip.tokenize(text_g)
    if "l" in tokens:
        tokens["l"] = clip.tokenize(text_l)["l"]
    sizes = {
        "width": width,
        "height": height,
        "crop_w": crop_w,
        "crop_h": crop_h,
        "target_width": target_width,
        "target_height": target_height,
    }
    return clip.encode_from_tokens_scheduled(clip.evened(tokens), add_dict=sizes)


@node("CLIPTextEncodeSDXLRefiner", category="advanced/conditioning", v3=True, function="execute",
      module="comfy_extras.nodes_clip_sdxl")  # fmt: skip
def encode_text_refiner(
    *,
    ascore: Annotated[float, Range(0.0, 1000.0, 0.01)] = 6.0,
    width: Length = 1024,
    height: Length = 1024,
    text: PromptText,
    clip: Clip,
) -> Conditioning:
    """A text, a size, and how good the refiner shall take the picture to be."""
    clip = _need(clip)
    told = {"aesthetic_score": ascore, "width": width, "height": height}
    return clip.encode_from_tokens_scheduled(clip.tokenize(text), add_dict=told)


@node("CLIPTextEncodeControlnet", category="_for_testing/conditioning", v3=True, experimental=True,
      function="execute", module="comfy_extras.nodes_cond")  # fmt: skip
def encode_text_for_controlnet(*, clip: Clip, conditioning: Conditioning, text: PromptText) -> Conditioning:
    """Another text for the ControlNet alone."""
    clip = _need(clip)
    states, pooled = clip.encode_from_tokens(clip.tokenize(text), return_pooled=True)
    return with_options(conditioning, {"cross_attn_controlnet": states, "pooled_output_controlnet": pooled})


@node("CLIPSetLastLayer", title="CLIP Set Last Layer", category="conditioning", function="set_last_layer")
def set_last_layer(*, clip: Clip, stop_at_clip_layer: Annotated[int, Range(-24, -1, 1)] = -1) -> Clip:
    """The text encoder stopped at a layer counted from the last, -1."""
    clip = _need(clip).clone()
    clip.clip_layer(stop_at_clip_layer)
    return clip


@node("ConditioningCombine", title="Conditioning (Combine)", category="conditioning", function="combine")
def combine(*, conditioning_1: Conditioning, conditioning_2: Conditioning) -> Conditioning:
    """Both: each is followed, and what they draw is averaged."""
    return [*conditioning_1, *conditioning_2]


@node("ConditioningAverage", category="conditioning", function="addWeighted")
def average(
    *,
    conditioning_to: Conditioning,
    conditioning_from: Conditioning,
    conditioning_to_strength: Annotated[float, Range(0.0, 1.0, 0.01)] = 1.0,
) -> Conditioning:
    """Each entry mixed with the first of ``conditioning_from``: ``to * strength + from * (1 - strength)``."""
    other, others = conditioning_from[0]
    pooled_from = others.get("pooled_output")
    strength = conditioning_to_strength
    mixed: list[Any] = []
    for states, options in conditioning_to:
        pooled = options.get("pooled_output", pooled_from)
        if pooled is not None and pooled_from is not None:
            pooled = pooled * strength + pooled_from * (1 - strength)
        kept = dict(options) if pooled is None else {**options, "pooled_output": pooled}
        mixed.append([states * strength + _of_length(other, states.shape[1]) * (1 - strength), kept])
    return mixed


def _of_length(states: Any, tokens: int) -> Any:
    """Text states (1, T, D) cut, or filled with zeros, to so many tokens."""
    from torch.nn.functional import pad

    return pad(states[:, :tokens], (0, 0, 0, max(0, tokens - states.shape[1])))


@node("ConditioningConcat", title="Conditioning (Concat)", category="conditioning", function="concat")
def concat(*, conditioning_to: Conditioning, conditioning_from: Conditioning) -> Conditioning:
    """Each entry with the tokens of the first of ``conditioning_from`` after its own."""
    import torch

    other = conditioning_from[0][0]
    return [[torch.cat((states, other), dim=1), dict(options)] for states, options in conditioning_to]


@node("ConditioningZeroOut", category="advanced/conditioning", function="zero_out")
def zero_out(*, conditioning: Conditioning) -> Conditioning:
    """Zeros in place of the text: what the model was trained to take for no prompt at all."""
    import torch

    return [
        [
            torch.zeros_like(states),
            {
                key: torch.zeros_like(value)
                if key in {"pooled_output", "conditioning_lyrics"} and value is not None
                else value
                for key, value in options.items()
            },
        ]
        for states, options in conditioning
    ]


NODES: Final = (
    encode_text,
    encode_text_sdxl,
    encode_text_refiner,
    encode_text_for_controlnet,
    set_last_layer,
    combine,
    average,
    concat,
    zero_out,
)
