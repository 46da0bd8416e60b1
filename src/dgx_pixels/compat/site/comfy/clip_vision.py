"""CLIP's image tower, which this engine does not have yet, under the names that packs know."""

from typing import Any

import torch
from torch.nn import functional

from dgx_pixels.core.errors import NotYetError

MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)


class Output(dict[str, Any]):
    """What a tower says, by name."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)


class ClipVisionModel:
    """An image tower, for `isinstance`."""


def clip_preprocess(image: torch.Tensor, size: int = 224, crop: bool = True, **_: Any) -> torch.Tensor:
    """Pictures (B, H, W, C) in 0..1 as CLIP's image tower takes them, (B, 3, size, size) (Radford et al. 2021)."""
    pixels = image[..., :3].movedim(-1, 1)
    scale = size / min(pixels.shape[2:])
    shape = [round(side * scale) for side in pixels.shape[2:]] if crop else [size, size]
    pixels = functional.interpolate(pixels, shape, mode="bicubic", antialias=True)
    top, left = (pixels.shape[2] - size) // 2, (pixels.shape[3] - size) // 2
    pixels = pixels[:, :, top : top + size, left : left + size].clamp(0, 1)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1).to(pixels) for v in (MEAN, STD))
    return (pixels - mean) / std


def load(ckpt_path: str) -> ClipVisionModel:
    """Raise NotYetError."""
    raise NotYetError("CLIP's image tower arrives with a later version; take the node out")
