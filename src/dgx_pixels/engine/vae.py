"""The VAE value of workflows: pictures to LATENT numbers and back. Knows no node and no latent scale.

Pictures are IMAGE values, (B, H, W, C) in 0..1 on the CPU; latents are the autoencoder's own, not scaled. Methods
are named as node packs know them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor

from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.engine.latents import WHOLE
from dgx_pixels.engine.tiling import (
    FACTOR,
    IMAGE_OVERLAP,
    LATENT_OVERLAP,
    Shape,
    decode_tiled,
    encode_tiled,
)
from dgx_pixels.nn.vae import AutoencoderKL


@dataclass(slots=True, eq=False, kw_only=True)
class Vae:
    """An autoencoder, or the place where one should be."""

    name: str
    """For messages: the file it came from."""
    module: AutoencoderKL | None
    """None: the file has none; using it raises CheckpointError."""
    attached: dict[str, Any] = field(default_factory=dict[str, Any])
    """What node packs keep with it."""

    def changed(self, **fields: Any) -> Self:
        """The same with other fields."""
        return replace(self, **fields)

    @property
    def network(self) -> AutoencoderKL:
        """The autoencoder. Raises CheckpointError where there is none."""
        if self.module is None:
            raise CheckpointError(f"{self.name} holds no VAE; load one with the node Load VAE")
        return self.module

    @property
    def image_channels(self) -> int:
        """3, or 4 where pictures have alpha."""
        return self.network.config.image_channels

    @property
    def latent_channels(self) -> int:
        """Channels of its latents."""
        return self.network.config.latent_channels

    def spacial_compression_encode(self) -> int:
        """Image pixels to a latent pixel."""
        return FACTOR

    def spacial_compression_decode(self) -> int:
        """Image pixels to a latent pixel."""
        return FACTOR

    def decode(self, samples: Tensor) -> Tensor:
        """Pictures of latents (B, C, h, w); large ones, and those that memory does not hold, in tiles."""
        whole, tiled = self.network.decode, partial(decode_tiled, self.network)
        pixels = samples.shape[-1] * samples.shape[-2] * FACTOR**2
        return _unit(self._mapped(samples, whole, tiled, pixels))

    def encode(self, pixels: Tensor) -> Tensor:
        """Latents (B, C, H/8, W/8) in fp32 on the CPU; sides are cropped about the centre to multiples of 8.

        A VAE without alpha sees no alpha; one with it takes a picture without for opaque.
        """
        image = self._prepared(pixels)
        whole, tiled = self.network.encode, partial(encode_tiled, self.network)
        return self._mapped(image, whole, tiled, image.shape[-1] * image.shape[-2])

    def decode_tiled(
        self, samples: Tensor, tile_x: int = 64, tile_y: int = 64, overlap: int = LATENT_OVERLAP, **_unused: Any
    ) -> Tensor:
        """As `decode`, in tiles of so many latent pixels."""
        apply = partial(decode_tiled, self.network, tiles=_three(tile_y, tile_x), overlap=overlap)
        return _unit(self._each(samples, apply))

    def encode_tiled(
        self, pixels: Tensor, tile_x: int = 512, tile_y: int = 512, overlap: int = IMAGE_OVERLAP, **_unused: Any
    ) -> Tensor:
        """As `encode`, in tiles of so many image pixels."""
        apply = partial(encode_tiled, self.network, tiles=_three(tile_y, tile_x), overlap=overlap)
        return self._each(self._prepared(pixels), apply)

    def _prepared(self, pixels: Tensor) -> Tensor:
        """IMAGE values as the network takes them, (B, C, H, W) in -1..1."""
        height, width = (side // FACTOR * FACTOR for side in pixels.shape[1:3])
        top, left = (pixels.shape[1] - height) // 2, (pixels.shape[2] - width) // 2
        image = pixels[:, top : top + height, left : left + width].movedim(-1, 1).float()
        missing = self.image_channels - image.shape[1]
        if missing > 0:
            image = torch.cat((image, torch.ones_like(image[:, :1]).expand(-1, missing, -1, -1)), dim=1)
        return image[:, : self.image_channels] * 2 - 1

    def _mapped(
        self, batch: Tensor, whole: Callable[[Tensor], Tensor], tiled: Callable[[Tensor], Tensor], pixels: int
    ) -> Tensor:
        if pixels > WHOLE:
            return self._each(batch, tiled)
        try:
            return self._each(batch, whole)
        except torch.OutOfMemoryError:
            return self._each(batch, tiled)

    def _each(self, batch: Tensor, apply: Callable[[Tensor], Tensor]) -> Tensor:
        """Results of a batch in fp32 on the CPU.

        Item by item: in bf16 a GPU rounds otherwise for several at once, by up to 8 of 255 levels.
        """
        device = next(self.network.parameters()).device
        return torch.cat([apply(item.to(device)).float().cpu() for item in batch.split(1)])


class PixelVae(Vae):
    """No autoencoder at all: a latent is the picture, its channels first and in -1..1 (``pixel_space``)."""

    @property
    def image_channels(self) -> int:
        """Three, as a picture has."""
        return 3

    @property
    def latent_channels(self) -> int:
        """Three, as a picture has."""
        return 3

    def spacial_compression_encode(self) -> int:
        """A latent pixel is a pixel."""
        return 1

    def spacial_compression_decode(self) -> int:
        """A latent pixel is a pixel."""
        return 1

    def decode(self, samples: Tensor) -> Tensor:
        """The latent's numbers as a picture."""
        return _unit(samples)

    def encode(self, pixels: Tensor) -> Tensor:
        """The picture's numbers as a latent."""
        return pixels.movedim(-1, 1).float() * 2 - 1

    def decode_tiled(self, samples: Tensor, *_tiles: int, **_unused: Any) -> Tensor:
        """As `decode`."""
        return self.decode(samples)

    def encode_tiled(self, pixels: Tensor, *_tiles: int, **_unused: Any) -> Tensor:
        """As `encode`."""
        return self.encode(pixels)


def _three(height: int, width: int) -> tuple[Shape, ...]:
    """Tiles of a size, and of two longish shapes of the same area, whose seams lie elsewhere."""
    return (height, width), (max(1, height // 2), width * 2), (height * 2, max(1, width // 2))


def _unit(image: Tensor) -> Tensor:
    """IMAGE values of what a decoder made, (B, C, H, W)."""
    return ((image.float() + 1) / 2).clamp(0, 1).movedim(1, -1).contiguous()
