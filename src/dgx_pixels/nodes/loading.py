"""Nodes that load models: checkpoints whole, and networks alone."""

from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.core.errors import NotYetError, UsageError
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.host import HostArg
from dgx_pixels.nodes.sockets import OPTIONAL, Choice, Clip, Files, Model, Vae

PIXEL_SPACE: Final = "pixel_space"
"""Name of the VAE that is none."""

CheckpointName: TypeAlias = Annotated[str, Files("checkpoints")]
TextEncoderName: TypeAlias = Annotated[str, Files("text_encoders")]
TextDevice: TypeAlias = Annotated[str | None, Choice(("default", "cpu"), extra={"advanced": True}), OPTIONAL]

_WEIGHTS: Final = ("default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2")
_ONE_ENCODER: Final = (
    "stable_diffusion", "stable_cascade", "sd3", "stable_audio", "mochi", "ltxv", "pixart", "cosmos", "lumina2",
    "wan", "hidream", "chroma", "ace", "omnigen2", "qwen_image", "hunyuan_image",
)  # fmt: skip
_TWO_ENCODERS: Final = ("sdxl", "sd3", "flux", "hunyuan_video", "hidream", "hunyuan_image")


@node("CheckpointLoaderSimple", title="Load Checkpoint", category="loaders", function="load_checkpoint")
def load_checkpoint(*, ckpt_name: CheckpointName, host: HostArg) -> tuple[Model, Clip, Vae]:
    """Model, text encoder and VAE of one file; a text encoder that the file lacks is None."""
    from dgx_pixels.engine import handles

    return handles.load_checkpoint(host.engine, host.files.path("checkpoints", ckpt_name))


@node(
    "CheckpointLoader",
    title="Load Checkpoint With Config (DEPRECATED)",
    category="advanced/loaders",
    deprecated=True,
    function="load_checkpoint",
)
def load_checkpoint_with_config(
    *, config_name: Annotated[str, Files("configs")], ckpt_name: CheckpointName, host: HostArg
) -> tuple[Model, Clip, Vae]:
    """As Load Checkpoint; of the configuration only the prediction type and the text layer count."""
    from dgx_pixels.core.architecture import Prediction
    from dgx_pixels.engine import handles
    from dgx_pixels.sampling.forms import Trained

    config = _config(host.files.path("configs", config_name))
    model, clip, vae = handles.load_checkpoint(host.engine, host.files.path("checkpoints", ckpt_name))
    if config.get("parameterization") == "v":
        model = model.changed(form=Trained(Prediction.V))
    layer: Any = config.get("cond_stage_config", {}).get("params", {}).get("layer_idx")
    if clip is not None and layer is not None:
        clip = clip.changed(layer=int(layer))
    return model, clip, vae


def _config(path: Path) -> dict[str, Any]:
    """The model's parameters in a configuration file of the original implementation."""
    import yaml

    try:
        tree = yaml.safe_load(path.read_text("utf-8"))
        return dict(tree["model"]["params"])
    except (yaml.YAMLError, OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path.name} is no model configuration; use Load Checkpoint, which needs none") from error


@node("DiffusersLoader", category="advanced/loaders/deprecated", function="load_checkpoint")
def load_diffusers(*, model_path: Annotated[str, Files("diffusers")], host: HostArg) -> tuple[Model, Clip, Vae]:
    """A folder in the layout of diffusers: U-Net, text encoders and VAE in files of their own."""
    from dgx_pixels.engine import handles

    return handles.load_diffusers(host.engine, host.files.path("diffusers", model_path))


@node("UNETLoader", title="Load Diffusion Model", category="advanced/loaders", function="load_unet")
def load_unet(
    *,
    unet_name: Annotated[str, Files("diffusion_models")],
    weight_dtype: Annotated[str, Choice(_WEIGHTS)],
    host: HostArg,
) -> Model:
    """A U-Net alone; weights of fp8 are rounded to it, but computed with as all others are."""
    from dgx_pixels.engine import handles

    rounded = None if weight_dtype == "default" else weight_dtype.removesuffix("_fast")
    if rounded is not None and rounded not in handles.FP8:
        raise UsageError(f"there is no weight_dtype {weight_dtype!r}; choose one of {', '.join(_WEIGHTS)}")
    return handles.load_unet(host.engine, host.files.path("diffusion_models", unet_name), rounded)


@node("CLIPLoader", title="Load CLIP", category="advanced/loaders", function="load_clip")
def load_clip(
    *,
    clip_name: TextEncoderName,
    type: Annotated[str, Choice(_ONE_ENCODER)],  # noqa: A002 - the input's name
    device: TextDevice = None,
    host: HostArg,
) -> Clip:
    """One text encoder: CLIP-L alone encodes for SD1.x, OpenCLIP alone for SDXL's refiner."""
    return _text_encoders([clip_name], type, "stable_diffusion", device, host)


@node("DualCLIPLoader", category="advanced/loaders", function="load_clip")
def load_two_clips(
    *,
    clip_name1: TextEncoderName,
    clip_name2: TextEncoderName,
    type: Annotated[str, Choice(_TWO_ENCODERS)],  # noqa: A002 - the input's name
    device: TextDevice = None,
    host: HostArg,
) -> Clip:
    """Both text encoders of SDXL, in either order."""
    return _text_encoders([clip_name1, clip_name2], type, "sdxl", device, host)


def _text_encoders(names: list[str], kind: str, known: str, device: str | None, host: HostArg) -> Clip:
    from dgx_pixels.engine import handles

    if kind != known:
        raise NotYetError(f"text encoders of {kind} belong to models that this version has no network for; use {known}")
    paths = [host.files.path("text_encoders", name) for name in names]
    return handles.load_clip(host.engine, paths, on_cpu=device == "cpu")


@node("VAELoader", title="Load VAE", category="loaders", function="load_vae")
def load_vae(*, vae_name: Annotated[str, Files("vae", more=(PIXEL_SPACE,))], host: HostArg) -> Vae:
    """A VAE alone, or ``pixel_space``: none at all."""
    from dgx_pixels.engine import handles
    from dgx_pixels.engine.vae import PixelVae

    if vae_name == PIXEL_SPACE:
        return PixelVae(name=PIXEL_SPACE, module=None)
    return handles.load_vae(host.engine, host.files.path("vae", vae_name))


NODES: Final = (
    load_checkpoint,
    load_checkpoint_with_config,
    load_diffusers,
    load_unet,
    load_clip,
    load_two_clips,
    load_vae,
)
