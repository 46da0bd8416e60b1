"""Small things that nodes share, under the names that packs know."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from PIL import Image, ImageFile, UnidentifiedImageError

from dgx_pixels.compat.runtime import runtime

T = TypeVar("T")


def conditioning_set_values(
    conditioning: list[Any], values: dict[str, Any] | None = None, append: bool = False
) -> list[Any]:
    """A copy of a conditioning list with options set on every entry; ``append`` adds to values already there."""
    changed: list[Any] = []
    for entry in conditioning:
        options = dict(entry[1])
        for key, value in (values or {}).items():
            options[key] = options[key] + value if append and key in options else value
        changed.append([entry[0], options])
    return changed


def pillow(fn: Callable[..., T], arg: Any) -> T:
    """Call a function of Pillow; once more, taking cut-off files, where the file is one."""
    try:
        return fn(arg)
    except (OSError, UnidentifiedImageError, ValueError):
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            return fn(arg)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def hasher() -> Callable[..., Any]:
    """Constructor of the hash by which files are compared."""
    return getattr(hashlib, runtime().settings.hashing_function)


def string_to_torch_dtype(string: str) -> Any:
    """Torch's dtype of ``fp32``, ``fp16`` or ``bf16``; None for any other word."""
    import torch

    return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}.get(string)


def image_alpha_fix(destination: Any, source: Any) -> tuple[Any, Any]:
    """Both pictures (B, H, W, C) with as many channels as ``destination`` has: alpha of ones added or cut off."""
    import torch

    have, want = source.shape[-1], destination.shape[-1]
    if have > want:
        return destination, source[..., :want]
    if have < want:
        ones = torch.ones_like(source[..., :1]).expand(*source.shape[:-1], want - have)
        return destination, torch.cat((source, ones), dim=-1)
    return destination, source


__all__ = [
    "Image",
    "conditioning_set_values",
    "hasher",
    "image_alpha_fix",
    "pillow",
    "string_to_torch_dtype",
]
