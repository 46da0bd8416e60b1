"""How the latents of model families are scaled, under the names that packs know."""

from typing import ClassVar

from torch import Tensor


class LatentFormat:
    """Latents that are scaled by one factor."""

    scale_factor: ClassVar[float] = 1.0
    latent_channels: ClassVar[int] = 4
    latent_dimensions: ClassVar[int] = 2
    latent_rgb_factors: ClassVar[list[list[float]] | None] = None
    latent_rgb_factors_bias: ClassVar[list[float] | None] = None
    taesd_decoder_name: ClassVar[str | None] = None

    def process_in(self, latent: Tensor) -> Tensor:
        """As the sampler sees it."""
        return latent * self.scale_factor

    def process_out(self, latent: Tensor) -> Tensor:
        """As the VAE sees it."""
        return latent / self.scale_factor


class SD15(LatentFormat):
    """SD 1.x and 2.x."""

    scale_factor = 0.18215
    taesd_decoder_name = "taesd_decoder"


class SDXL(LatentFormat):
    """SDXL and its refiner."""

    scale_factor = 0.13025
    taesd_decoder_name = "taesdxl_decoder"


class SD_X4(LatentFormat):
    """The x4 upscaler."""

    scale_factor = 0.08333
