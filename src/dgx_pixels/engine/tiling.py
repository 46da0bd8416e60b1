"""Large images through the autoencoder in tiles, where the whole does not fit the memory.

Three tilings of different shapes are averaged, so that no seam is at the same place in all of them. Within a
tiling neighbours overlap and fade into each other linearly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from dgx_pixels.nn.vae import AutoencoderKL

FACTOR: Final = 8
"""Image pixels to a latent pixel."""

Shape = tuple[int, int]
"""Height and width of a tile."""

LATENT_TILES: Final[tuple[Shape, ...]] = ((64, 64), (32, 128), (128, 32))
LATENT_OVERLAP: Final = 16
IMAGE_TILES: Final[tuple[Shape, ...]] = ((512, 512), (256, 1024), (1024, 256))
IMAGE_OVERLAP: Final = 64


def decode_tiled(
    vae: AutoencoderKL, z: Tensor, tiles: tuple[Shape, ...] = LATENT_TILES, overlap: int = LATENT_OVERLAP
) -> Tensor:
    """Image (B, C, 8h, 8w) in fp32, as :meth:`AutoencoderKL.decode` of ``z`` (B, Z, h, w), by tiles.

    ``tiles`` and ``overlap`` are in latent pixels.
    """
    b, _, h, w = z.shape
    image = torch.zeros(b, vae.config.image_channels, h * FACTOR, w * FACTOR, device=z.device)
    for tile in tiles:
        _add_tiling(vae.decode, z, image, tile, overlap)
    return image.div_(len(tiles))


def encode_tiled(
    vae: AutoencoderKL, image: Tensor, tiles: tuple[Shape, ...] = IMAGE_TILES, overlap: int = IMAGE_OVERLAP
) -> Tensor:
    """Latent (B, Z, H/8, W/8) in fp32, as :meth:`AutoencoderKL.encode` of ``image`` (B, C, H, W), by tiles.

    ``tiles`` and ``overlap`` are in image pixels, all multiples of 8.
    """
    b, _, h, w = image.shape
    z = torch.zeros(b, vae.config.latent_channels, h // FACTOR, w // FACTOR, device=image.device)
    for tile in tiles:
        _add_tiling(vae.encode, image, z, tile, overlap)
    return z.div_(len(tiles))


@dataclass(frozen=True, slots=True)
class _Span:
    """A tile along one axis."""

    source: slice
    target: slice
    weight: Tensor
    """Of each target pixel; over all spans they add up to 1."""


def _add_tiling(apply: Callable[[Tensor], Tensor], source: Tensor, target: Tensor, tile: Shape, overlap: int) -> None:
    """Add ``apply`` of ``source`` (B, C, H, W), put together from tiles, to ``target`` (B, C', H', W')."""
    rows, columns = (_spans(source.shape[i], target.shape[i], tile[i - 2], overlap) for i in (2, 3))
    for row in rows:
        for column in columns:
            piece = apply(source[:, :, row.source, column.source]).float()
            feather = row.weight[:, None] * column.weight
            target[:, :, row.target, column.target] += piece * feather.to(piece.device)


def _spans(source: int, target: int, tile: int, overlap: int) -> list[_Span]:
    """The tiles along an axis whose ``source`` pixels become ``target``; the last ends with the axis."""
    begins = range(0, max(1, source - overlap), tile - overlap)
    slices = [slice(max(0, min(b, source - tile)), min(b + tile, source)) for b in begins]
    targets = [slice(s.start * target // source, s.stop * target // source) for s in slices]
    ramps = [_ramp(t.stop - t.start, overlap * target // source) for t in targets]
    total = torch.zeros(target)
    for t, ramp in zip(targets, ramps, strict=True):
        total[t] += ramp
    return [_Span(s, t, ramp / total[t]) for s, t, ramp in zip(slices, targets, ramps, strict=True)]


def _ramp(length: int, overlap: int) -> Tensor:
    """Weights (length,) that rise linearly from 1/overlap at each end to 1."""
    near = torch.arange(1, length + 1)
    return (torch.minimum(near, near.flip(0)) / max(1, overlap)).clamp(max=1.0)
