"""The command line as packs look at it."""

from enum import Enum
from types import SimpleNamespace
from typing import Any

from dgx_pixels.compat.runtime import runtime


class LatentPreviewMethod(Enum):
    """How previews are made."""

    NoPreviews = "none"
    Auto = "auto"
    Latent2RGB = "latent2rgb"
    TAESD = "taesd"


def _args() -> Any:
    settings = runtime().settings
    return SimpleNamespace(
        listen=",".join(settings.listen),
        port=settings.port,
        output_directory=str(settings.outputs),
        input_directory=str(settings.inputs),
        temp_directory=str(settings.temp),
        user_directory=str(settings.users),
        base_directory=str(settings.home),
        cpu=settings.device == "cpu",
        preview_method=LatentPreviewMethod(settings.preview_method),
        preview_size=settings.preview_size,
        disable_metadata=settings.disable_metadata,
        multi_user=settings.multi_user,
        verbose=settings.log_level.upper(),
        default_hashing_function=settings.hashing_function,
        front_end_root=settings.frontend_root and str(settings.frontend_root),
        disable_all_custom_nodes=settings.disable_all_custom_nodes,
        cache_lru=settings.cache_lru,
        deterministic=False, highvram=False, lowvram=False, novram=False, gpu_only=False, force_fp16=False,
        force_fp32=False, fp8_e4m3fn_unet=False, disable_smart_memory=False, use_split_cross_attention=False,
        disable_xformers=True, fast=set(), reserve_vram=None, windows_standalone_build=False,
        extra_model_paths_config=None, enable_cors_header=settings.cors_origin, dont_upcast_attention=False,
    )  # fmt: skip


args = _args()
EnumAction = object
