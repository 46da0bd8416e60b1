"""Nodes that write models into files: whole checkpoints, their parts, and differences as LoRAs."""

from typing import TYPE_CHECKING, Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.context import current
from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.host import HostArg
from dgx_pixels.nodes.metadata import notes
from dgx_pixels.nodes.sockets import Choice, Clip, Model, PngInfo, PromptGraph, Range, Vae

if TYPE_CHECKING:
    from dgx_pixels.engine.saving import Tensors

_CATEGORY: Final = "advanced/model_merging"
_MODULE: Final = "comfy_extras.nodes_model_merging"


def _write(prefix: str, tensors: "Tensors", texts: dict[str, str], host: HostArg) -> None:
    """A file of the next free number in the output folder."""
    from dgx_pixels.engine.saving import save

    (place,) = host.places.reserve(prefix, suffix=".safetensors")
    save(place.path, tensors, texts)
    place.finish()


def _title(prefix: str) -> str:
    """What a file calls itself: the last part of its name."""
    return prefix.replace("\\", "/").rsplit("/", 1)[-1]


@node("CheckpointSave", title="Save Checkpoint", category=_CATEGORY, module=_MODULE, function="save", output=True)
def save_checkpoint(
    *,
    model: Model,
    clip: Clip,
    vae: Vae,
    filename_prefix: str = "checkpoints/ComfyUI",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    host: HostArg,
) -> tuple[()]:
    """Write model, text encoders and VAE into one file."""
    from dgx_pixels.engine.saving import checkpoint_tensors, model_notes

    texts = model_notes(model, _title(filename_prefix)) | notes(prompt, extra_pnginfo, wanted=host.metadata)
    _write(filename_prefix, checkpoint_tensors(model, clip, vae), texts, host)
    return ()


@node("ModelSave", category=_CATEGORY, module=_MODULE, function="save", output=True)
def save_model(
    *,
    model: Model,
    filename_prefix: str = "diffusion_models/ComfyUI",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    host: HostArg,
) -> tuple[()]:
    """Write the U-Net alone."""
    from dgx_pixels.engine.saving import checkpoint_tensors, model_notes

    texts = model_notes(model, _title(filename_prefix)) | notes(prompt, extra_pnginfo, wanted=host.metadata)
    _write(filename_prefix, checkpoint_tensors(model), texts, host)
    return ()


@node("CLIPSave", category=_CATEGORY, module=_MODULE, function="save", output=True)
def save_clip(
    *,
    clip: Clip,
    filename_prefix: str = "clip/ComfyUI",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    host: HostArg,
) -> tuple[()]:
    """Write each text encoder into a file of its own."""
    from dgx_pixels.engine.saving import weights_tensors

    texts = notes(prompt, extra_pnginfo, wanted=host.metadata)
    for name, weights in clip.weights.items():
        _write(f"{filename_prefix}_{name}", weights_tensors(weights), texts, host)
    return ()


@node("VAESave", category=_CATEGORY, module=_MODULE, function="save", output=True)
def save_vae(
    *,
    vae: Vae,
    filename_prefix: str = "vae/ComfyUI_vae",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    host: HostArg,
) -> tuple[()]:
    """Write the VAE."""
    from dgx_pixels.engine.saving import vae_tensors

    _write(filename_prefix, vae_tensors(vae), notes(prompt, extra_pnginfo, wanted=host.metadata), host)
    return ()


@node(
    "LoraSave",
    title="Extract and Save Lora",
    category="_for_testing",
    module="comfy_extras.nodes_lora_extract",
    function="execute",
    v3=True,
    output=True,
    experimental=True,
)
def save_lora(
    *,
    filename_prefix: str = "loras/ComfyUI_extracted_lora",
    rank: Annotated[int, Range(1, 4096, step=1)] = 8,
    lora_type: Annotated[str, Choice(("standard", "full_diff"))],
    bias_diff: bool = True,
    model_diff: Model | None = None,
    text_encoder_diff: Clip | None = None,
    host: HostArg,
) -> tuple[()]:
    """Write a difference of models (ModelMergeSubtract), and of text encoders, as a LoRA of a rank."""
    from dgx_pixels.engine.lora_extract import differences, factors
    from dgx_pixels.engine.saving import made

    wanted = list(differences(model_diff, text_encoder_diff))
    if not wanted:
        raise UsageError("there is no difference to save: connect ModelMergeSubtract or CLIPMergeSubtract")
    context = current()
    tensors: dict[str, Any] = {}
    for done, (key, difference) in enumerate(wanted, start=1):
        context.check_interrupt()
        tensors |= factors(key, difference(), rank, low_rank=lora_type == "standard", biases=bias_diff)
        context.progress(done, len(wanted))
    _write(filename_prefix, {name: made(tensor) for name, tensor in tensors.items()}, {}, host)
    return ()


NODES: Final[tuple[Node, ...]] = (save_checkpoint, save_model, save_clip, save_vae, save_lora)
