"""Previews while sampling, under the names that packs know."""

from collections.abc import Callable
from typing import Any

import torch
from PIL import Image

from dgx_pixels.nodes.sampling_inputs import watching


class LatentPreviewer:
    """Makes a picture of a latent."""

    def decode_latent_to_preview(self, x0: torch.Tensor) -> Image.Image:
        """A Pillow image of the first item."""
        raise NotImplementedError

    def decode_latent_to_preview_image(self, preview_format: str, x0: torch.Tensor) -> tuple[str, Image.Image, int]:
        """``(format, image, largest side)`` as progress bars take it."""
        return preview_format, self.decode_latent_to_preview(x0), 512


class Latent2RGBPreviewer(LatentPreviewer):
    """A linear mix of the latent's channels."""

    def __init__(
        self, latent_rgb_factors: list[list[float]], latent_rgb_factors_bias: list[float] | None = None
    ) -> None:
        self.latent_rgb_factors = torch.tensor(latent_rgb_factors)
        self.latent_rgb_factors_bias = torch.tensor(latent_rgb_factors_bias or [0.0, 0.0, 0.0])

    def decode_latent_to_preview(self, x0: torch.Tensor) -> Image.Image:
        """A Pillow image of the first item."""
        mixed = x0[0].movedim(0, -1).float().cpu() @ self.latent_rgb_factors + self.latent_rgb_factors_bias
        return Image.fromarray((((mixed + 1) / 2).clamp(0, 1) * 255).byte().numpy())


class TAESDPreviewerImpl(LatentPreviewer):
    """A small decoder's picture."""

    def __init__(self, taesd: Any) -> None:
        self.taesd = taesd

    def decode_latent_to_preview(self, x0: torch.Tensor) -> Image.Image:
        """A Pillow image of the first item."""
        pixels = self.taesd.decode(x0[:1])[0].movedim(0, -1)
        return Image.fromarray((pixels.clamp(0, 1) * 255).byte().cpu().numpy())


def get_previewer(device: torch.device, latent_format: Any) -> LatentPreviewer | None:
    """The engine makes its own previews; packs that sample by themselves get none."""
    return None


def prepare_callback(model: Any, steps: int, x0_output_dict: dict[str, Any] | None = None) -> Callable[..., None]:
    """A callback for samplers, (step, x0, x, total): tells progress and keeps the last x0."""
    tell = watching(model)

    def callback(step: int, x0: Any, x: Any, total_steps: int) -> None:
        if x0_output_dict is not None:
            x0_output_dict["x0"] = x0
        if tell is not None:
            tell(step, x0, x, total_steps)

    return callback
