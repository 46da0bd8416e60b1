"""The MODEL value, under the names that packs know."""

from dgx_pixels.engine.model import Model as ModelPatcher
from dgx_pixels.engine.model_options import (
    set_model_options_patch_replace,
    set_model_options_post_cfg_function,
    set_model_options_pre_cfg_function,
)

__all__ = [
    "ModelPatcher",
    "set_model_options_patch_replace",
    "set_model_options_post_cfg_function",
    "set_model_options_pre_cfg_function",
]
