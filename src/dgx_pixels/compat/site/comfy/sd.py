"""Loading of models, under the names that packs know."""

from enum import Enum
from pathlib import Path
from typing import Any

import nodes
from dgx_pixels.compat.runtime import runtime
from dgx_pixels.core.errors import NotYetError
from dgx_pixels.engine import handles
from dgx_pixels.engine.clip import Clip as CLIP
from dgx_pixels.engine.vae import Vae as VAE


class CLIPType(Enum):
    """Families of text encoders."""

    STABLE_DIFFUSION = 1
    STABLE_CASCADE = 2
    SD3 = 3
    STABLE_AUDIO = 4
    HUNYUAN_DIT = 5
    FLUX = 6
    MOCHI = 7
    LTXV = 8


def load_checkpoint_guess_config(
    ckpt_path: str,
    output_vae: bool = True,
    output_clip: bool = True,
    output_clipvision: bool = False,
    embedding_directory: Any = None,
    output_model: bool = True,
    **_: Any,
) -> tuple[Any, Any, Any, Any]:
    """(model, clip, vae, None) of a checkpoint; what was not asked for is None."""
    model, clip, vae = handles.load_checkpoint(runtime().engine(), Path(ckpt_path))
    return (model if output_model else None, clip if output_clip else None, vae if output_vae else None, None)


def load_lora_for_models(
    model: Any, clip: Any, lora: Any, strength_model: float, strength_clip: float
) -> tuple[Any, Any]:
    """Raise NotYetError, but for two strengths of 0."""
    if strength_model or strength_clip:
        raise NotYetError("LoRA files arrive with a later version; take the node out")
    return model, clip


def load_clip(
    ckpt_paths: list[str], embedding_directory: Any = None, clip_type: CLIPType = CLIPType.STABLE_DIFFUSION, **_: Any
) -> Any:
    """Text encoders of one or two files."""
    return handles.load_clip(runtime().engine(), [Path(path) for path in ckpt_paths])


def load_diffusion_model(unet_path: str, model_options: dict[str, Any] | None = None) -> Any:
    """The model of a file with a U-Net alone."""
    return handles.load_unet(runtime().engine(), Path(unet_path))


load_unet = load_diffusion_model

__all__ = [
    "CLIP",
    "VAE",
    "CLIPType",
    "load_checkpoint_guess_config",
    "load_clip",
    "load_diffusion_model",
    "load_lora_for_models",
    "load_unet",
    "nodes",
]
