"""A cheap look at an unfinished latent: each latent pixel as a linear mix of its channels, one picture pixel each.

Knows no VAE; a model that has no published mix brings its own.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, slots=True)
class LatentColors:
    """Linear map from the sampler's latent channels to colour channels in 0..1."""

    factors: tuple[tuple[float, ...], ...]
    """One row a latent channel, one column a colour channel (RGB or RGBA)."""
    bias: tuple[float, ...]
    """Colour of a zero latent."""


SD15: Final = LatentColors(
    factors=(
        (0.149, 0.1035, 0.104),
        (0.0935, 0.143, 0.0865),
        (-0.079, 0.0945, 0.132),
        (-0.092, -0.1355, -0.2365),
    ),
    bias=(0.5, 0.5, 0.5),
)
"""Stable Diffusion 1.x: keturn's fit of 2022 (discuss.huggingface.co/t/23204), halved from -1..1 to 0..1."""

SDXL: Final = LatentColors(
    factors=(
        (60 / 255, 60 / 255, 60 / 255),
        (-60 / 255, -5 / 255, 10 / 255),
        (25 / 255, 15 / 255, -5 / 255),
        (-70 / 255, -50 / 255, -35 / 255),
    ),
    bias=(150 / 255, 140 / 255, 130 / 255),
)
"""SDXL: T. A. Vass, "Explaining the SDXL latent space" (Hugging Face blog, 2023), from 0..255 to 0..1."""


def latent_to_image(x0: Tensor, colors: LatentColors, item: int = 0) -> NDArray[np.uint8]:
    """Picture (h, w, 3 or 4) uint8 of one item of a latent ``x0`` (B, C, h, w) of the sampler's scale."""
    factors = torch.tensor(colors.factors, device=x0.device)
    bias = torch.tensor(colors.bias, device=x0.device)
    mixed = torch.einsum("chw,ck->hwk", x0[item].float(), factors) + bias
    return (mixed.clamp(0, 1) * 255).round().to("cpu", torch.uint8).numpy()
