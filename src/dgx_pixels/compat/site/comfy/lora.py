"""LoRA files, which arrive with a later version, under the names that packs know."""

from typing import Any

from dgx_pixels.core.errors import NotYetError


def load_lora(lora: dict[str, Any], to_load: dict[str, Any], log_missing: bool = True) -> dict[str, Any]:
    """Raise NotYetError."""
    raise NotYetError("LoRA files arrive with a later version; take the node out")


def model_lora_keys_unet(model: Any, key_map: dict[str, str] | None = None) -> dict[str, str]:
    """Names under which LoRA files know the U-Net's weights, to the weights' own."""
    keys = dict(key_map or {})
    for name in model.owner.weights.names:
        if name.endswith(".weight"):
            keys[f"lora_unet_{name.removesuffix('.weight').replace('.', '_')}"] = f"diffusion_model.{name}"
    return keys


def model_lora_keys_clip(model: Any, key_map: dict[str, str] | None = None) -> dict[str, str]:
    """Nothing yet."""
    return dict(key_map or {})
