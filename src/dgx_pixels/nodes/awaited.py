# ruff: noqa: ARG001
# The signature of a node is its declaration, also where the body cannot do its work yet.
"""Nodes whose networks and arithmetic come with a later version: declared whole, so that workflows stay valid.

What such a node does without them (strength 0: nothing) it does; everything else is one sentence.
"""

from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.core.errors import NotYetError
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import (
    Choice,
    Clip,
    Conditioning,
    Files,
    Image,
    Latent,
    Mask,
    Model,
    PromptText,
    Range,
    Socket,
    Vae,
)

ControlNet: TypeAlias = Annotated[Any, Socket("CONTROL_NET")]
ClipVision: TypeAlias = Annotated[Any, Socket("CLIP_VISION")]
ClipVisionOutput: TypeAlias = Annotated[Any, Socket("CLIP_VISION_OUTPUT")]
StyleModel: TypeAlias = Annotated[Any, Socket("STYLE_MODEL")]
Gligen: TypeAlias = Annotated[Any, Socket("GLIGEN")]
PhotoMaker: TypeAlias = Annotated[Any, Socket("PHOTOMAKER")]
UpscaleModel: TypeAlias = Annotated[Any, Socket("UPSCALE_MODEL")]

LoraStrength: TypeAlias = Annotated[float, Range(-100.0, 100.0, 0.01)]
Strength: TypeAlias = Annotated[float, Range(0.0, 10.0, 0.01)]
Percent: TypeAlias = Annotated[float, Range(0.0, 1.0, 0.001)]
Side: TypeAlias = Annotated[int, Range(8, 16384, 8)]
Place: TypeAlias = Annotated[int, Range(0, 16384, 8)]

_UNION: Final = (
    "auto", "openpose", "depth", "hed/pidi/scribble/ted", "canny/lineart/anime_lineart/mlsd", "normal", "segment",
    "tile", "repaint",
)  # fmt: skip


def _later(what: str) -> NotYetError:
    return NotYetError(f"{what} come with a later version of dgx-pixels; take this node out of the workflow")


@node("LoraLoader", title="Load LoRA", category="loaders", function="load_lora")
def load_lora(
    *,
    model: Model,
    clip: Clip,
    lora_name: Annotated[str, Files("loras")],
    strength_model: LoraStrength = 1.0,
    strength_clip: LoraStrength = 1.0,
) -> tuple[Model, Clip]:
    """Model and text encoder with a LoRA added; with both strengths 0 as they are."""
    if strength_model == 0 and strength_clip == 0:
        return model, clip
    raise _later("LoRAs")


@node("LoraLoaderModelOnly", category="loaders", function="load_lora_model_only")
def load_lora_model_only(
    *, model: Model, lora_name: Annotated[str, Files("loras")], strength_model: LoraStrength = 1.0
) -> Model:
    """The model with a LoRA added; with strength 0 as it is."""
    if strength_model == 0:
        return model
    raise _later("LoRAs")


@node("HypernetworkLoader", category="loaders", function="load_hypernetwork", module="comfy_extras.nodes_hypernetwork")
def load_hypernetwork(
    *,
    model: Model,
    hypernetwork_name: Annotated[str, Files("hypernetworks")],
    strength: Annotated[float, Range(-10.0, 10.0, 0.01)] = 1.0,
) -> Model:
    """The model with a hypernetwork in its attention."""
    raise _later("hypernetworks")


@node("unCLIPCheckpointLoader", category="loaders", function="load_checkpoint")
def load_unclip_checkpoint(*, ckpt_name: Annotated[str, Files("checkpoints")]) -> tuple[Model, Clip, Vae, ClipVision]:
    """A checkpoint with a CLIP vision tower inside."""
    raise _later("unCLIP checkpoints")


@node(
    "ImageOnlyCheckpointLoader",
    title="Image Only Checkpoint Loader (img2vid model)",
    category="loaders/video_models",
    function="load_checkpoint",
    module="comfy_extras.nodes_video_model",
)
def load_image_only_checkpoint(*, ckpt_name: Annotated[str, Files("checkpoints")]) -> tuple[Model, ClipVision, Vae]:
    """A video checkpoint."""
    raise _later("video models")


@node("ControlNetLoader", title="Load ControlNet Model", category="loaders", function="load_controlnet")
def load_controlnet(*, control_net_name: Annotated[str, Files("controlnet")]) -> ControlNet:
    """A ControlNet or T2I adapter."""
    raise _later("ControlNets")


@node("DiffControlNetLoader", title="Load ControlNet Model (diff)", category="loaders", function="load_controlnet")
def load_difference_controlnet(*, model: Model, control_net_name: Annotated[str, Files("controlnet")]) -> ControlNet:
    """A ControlNet that is a difference to the model's weights."""
    raise _later("ControlNets")


@node("StyleModelLoader", title="Load Style Model", category="loaders", function="load_style_model")
def load_style_model(*, style_model_name: Annotated[str, Files("style_models")]) -> StyleModel:
    """A style adapter."""
    raise _later("style models")


@node("CLIPVisionLoader", title="Load CLIP Vision", category="loaders", function="load_clip")
def load_clip_vision(*, clip_name: Annotated[str, Files("clip_vision")]) -> ClipVision:
    """A CLIP vision tower."""
    raise _later("CLIP vision towers")


@node("GLIGENLoader", category="loaders", function="load_gligen")
def load_gligen(*, gligen_name: Annotated[str, Files("gligen")]) -> Gligen:
    """GLIGEN's layers."""
    raise _later("GLIGEN models")


@node("UpscaleModelLoader", title="Load Upscale Model", category="loaders", v3=True, function="execute",
      module="comfy_extras.nodes_upscale_model")  # fmt: skip
def load_upscale_model(*, model_name: Annotated[str, Files("upscale_models")]) -> UpscaleModel:
    """An upscaling network."""
    raise _later("upscale models")


@node("PhotoMakerLoader", category="_for_testing/photomaker", experimental=True, v3=True, function="execute",
      module="comfy_extras.nodes_photomaker")  # fmt: skip
def load_photomaker(*, photomaker_model_name: Annotated[str, Files("photomaker")]) -> PhotoMaker:
    """PhotoMaker's encoder."""
    raise _later("PhotoMaker models")


@node("PhotoMakerEncode", category="_for_testing/photomaker", experimental=True, v3=True, function="execute",
      module="comfy_extras.nodes_photomaker")  # fmt: skip
def encode_photomaker(
    *, photomaker: PhotoMaker, image: Image, clip: Clip, text: PromptText = "photograph of photomaker"
) -> Conditioning:
    """A prompt with tokens of an identity."""
    raise _later("PhotoMaker models")


@node("ControlNetApply", title="Apply ControlNet (OLD)", category="conditioning/controlnet", deprecated=True,
      function="apply_controlnet")  # fmt: skip
def apply_controlnet_old(
    *, conditioning: Conditioning, control_net: ControlNet, image: Image, strength: Strength = 1.0
) -> Conditioning:
    """A ControlNet on every entry; with strength 0 the conditioning as it is."""
    if strength == 0:
        return conditioning
    raise _later("ControlNets")


@node("ControlNetApplyAdvanced", title="Apply ControlNet", category="conditioning/controlnet",
      names=("positive", "negative"), function="apply_controlnet")  # fmt: skip
def apply_controlnet(
    *,
    positive: Conditioning,
    negative: Conditioning,
    control_net: ControlNet,
    image: Image,
    strength: Strength = 1.0,
    start_percent: Percent = 0.0,
    end_percent: Percent = 1.0,
    vae: Vae | None = None,
) -> tuple[Conditioning, Conditioning]:
    """A ControlNet on both sides; with strength 0 both as they are."""
    if strength == 0:
        return positive, negative
    raise _later("ControlNets")


@node("SetUnionControlNetType", category="conditioning/controlnet", function="set_controlnet_type",
      module="comfy_extras.nodes_controlnet")  # fmt: skip
def set_union_controlnet_type(
    *,
    control_net: ControlNet,
    type: Annotated[str, Choice(_UNION)],  # noqa: A002 - the input's name
) -> ControlNet:
    """The task of a ControlNet that knows several."""
    raise _later("ControlNets")


@node("ControlNetInpaintingAliMamaApply", category="conditioning/controlnet", names=("positive", "negative"),
      function="apply_inpaint_controlnet", module="comfy_extras.nodes_controlnet")  # fmt: skip
def apply_inpaint_controlnet(
    *,
    positive: Conditioning,
    negative: Conditioning,
    control_net: ControlNet,
    vae: Vae,
    image: Image,
    mask: Mask,
    strength: Strength = 1.0,
    start_percent: Percent = 0.0,
    end_percent: Percent = 1.0,
) -> tuple[Conditioning, Conditioning]:
    """A ControlNet that sees where to inpaint; with strength 0 both sides as they are."""
    if strength == 0:
        return positive, negative
    raise _later("ControlNets")


@node("unCLIPConditioning", category="conditioning", function="apply_adm")
def apply_unclip(
    *,
    conditioning: Conditioning,
    clip_vision_output: ClipVisionOutput,
    strength: Annotated[float, Range(-10.0, 10.0, 0.01)] = 1.0,
    noise_augmentation: Annotated[float, Range(0.0, 1.0, 0.01)] = 0.0,
) -> Conditioning:
    """A picture's embedding beside the text; with strength 0 the conditioning as it is."""
    if strength == 0:
        return conditioning
    raise _later("unCLIP checkpoints")


@node("CLIPVisionEncode", title="CLIP Vision Encode", category="conditioning", function="encode")
def encode_clip_vision(
    *, clip_vision: ClipVision, image: Image, crop: Annotated[str, Choice(("center", "none"))]
) -> ClipVisionOutput:
    """What a CLIP vision tower makes of a picture."""
    raise _later("CLIP vision towers")


@node("StyleModelApply", title="Apply Style Model", category="conditioning/style_model", function="apply_stylemodel")
def apply_style_model(
    *,
    conditioning: Conditioning,
    style_model: StyleModel,
    clip_vision_output: ClipVisionOutput,
    strength: Annotated[float, Range(0.0, 10.0, 0.001)] = 1.0,
    strength_type: Annotated[str, Choice(("multiply", "attn_bias"))],
) -> Conditioning:
    """Tokens of a picture's style after those of the text."""
    raise _later("style models")


@node("GLIGENTextBoxApply", category="conditioning/gligen", function="append")
def apply_gligen(
    *,
    conditioning_to: Conditioning,
    clip: Clip,
    gligen_textbox_model: Gligen,
    text: PromptText,
    width: Side = 64,
    height: Side = 64,
    x: Place = 0,
    y: Place = 0,
) -> Conditioning:
    """A text for a box of the picture."""
    raise _later("GLIGEN models")


@node("SD_4XUpscale_Conditioning", category="conditioning/upscale_diffusion", v3=True, function="execute",
      names=("positive", "negative", "latent"), module="comfy_extras.nodes_sdupscale")  # fmt: skip
def condition_4x_upscale(
    *,
    images: Image,
    positive: Conditioning,
    negative: Conditioning,
    scale_ratio: Annotated[float, Range(0.0, 10.0, 0.01)] = 4.0,
    noise_augmentation: Percent = 0.0,
) -> tuple[Conditioning, Conditioning, Latent]:
    """What the x4 upscaling model draws from."""
    raise _later("x4 upscaling models")


NODES: Final = (
    load_lora,
    load_lora_model_only,
    load_hypernetwork,
    load_unclip_checkpoint,
    load_image_only_checkpoint,
    load_controlnet,
    load_difference_controlnet,
    load_style_model,
    load_clip_vision,
    load_gligen,
    load_upscale_model,
    load_photomaker,
    encode_photomaker,
    apply_controlnet_old,
    apply_controlnet,
    set_union_controlnet_type,
    apply_inpaint_controlnet,
    apply_unclip,
    encode_clip_vision,
    apply_style_model,
    apply_gligen,
    condition_4x_upscale,
)
