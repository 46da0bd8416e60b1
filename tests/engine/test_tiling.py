"""Tiles: exact where every tile sees all it needs, seamless elsewhere."""

from copy import deepcopy

import pytest
import torch

import oracle
from dgx_pixels.core.architecture import VAEConfig
from dgx_pixels.engine.tiling import IMAGE_TILES, LATENT_TILES, _spans, decode_tiled, encode_tiled
from dgx_pixels.nn.vae import AttnBlock, AutoencoderKL


@pytest.fixture(scope="module")
def vae() -> AutoencoderKL:
    vae = AutoencoderKL(VAEConfig(channels=32, channel_mult=(1, 1, 1, 1), res_blocks=1, image_channels=4))
    oracle.randomise(vae)
    return vae.eval().requires_grad_(requires_grad=False)


def test_one_tile_is_the_whole(vae: AutoencoderKL) -> None:
    image = torch.randn(2, 4, 48, 32)
    tile = ((64, 64),)
    z = encode_tiled(vae, image, tile, 16)
    assert oracle.relative_error(z, vae.encode(image)) < 1e-6
    assert oracle.relative_error(decode_tiled(vae, z, ((8, 8),), 2), vae.decode(z)) < 1e-6


@pytest.fixture(scope="module")
def local(vae: AutoencoderKL) -> AutoencoderKL:
    """The same without what looks at the whole picture: attention, and the statistics of the norms."""
    copy = deepcopy(vae)
    wide = (torch.nn.GroupNorm, AttnBlock)
    for name in [name for name, module in copy.named_modules() if isinstance(module, wide)]:
        parent, _, child = name.rpartition(".")
        setattr(copy.get_submodule(parent), child, torch.nn.Identity())
    return copy


def test_tiles_are_exact_where_no_edge_is_near(local: AutoencoderKL) -> None:
    z = torch.randn(1, 4, 20, 20)
    whole, tiles = local.decode(z), decode_tiled(local, z, ((20, 14), (14, 20)), 8)
    assert oracle.relative_error(tiles, whole) < 0.1
    assert oracle.relative_error(tiles[..., :8, :8], whole[..., :8, :8]) < 1e-5


def test_a_wider_overlap_is_closer_to_the_whole(local: AutoencoderKL) -> None:
    z = torch.randn(1, 4, 12, 12)
    whole = local.decode(z)
    errors = [oracle.relative_error(decode_tiled(local, z, ((8, 8),), n), whole) for n in (1, 2, 4)]
    assert errors == sorted(errors, reverse=True)


def test_no_seam_stands_out(vae: AutoencoderKL) -> None:
    """The step across the middle of an overlap is no larger than steps elsewhere are."""
    z = torch.randn(8, 4, 6, 28, generator=torch.Generator().manual_seed(0))
    image = decode_tiled(vae, z, ((8, 16),), 4)
    steps = image.diff(dim=3).abs().mean(dim=(0, 1, 2))
    assert steps[12 * 8 : 16 * 8].max() < 1.2 * steps[: 12 * 8].max()


def test_tiles_are_the_contracts() -> None:
    assert LATENT_TILES == ((64, 64), (32, 128), (128, 32))
    assert tuple((8 * h, 8 * w) for h, w in LATENT_TILES) == IMAGE_TILES


@pytest.mark.parametrize("source", [1, 15, 16, 17, 28, 29, 100])
@pytest.mark.parametrize("factor", [1, 8])
def test_spans_cover_an_axis_and_weigh_one_everywhere(source: int, factor: int) -> None:
    spans = _spans(source, source * factor, 16, 4)
    total = torch.zeros(source * factor)
    for span in spans:
        assert span.target == slice(span.source.start * factor, span.source.stop * factor)
        assert span.source.stop - span.source.start == min(16, source)
        assert span.weight.min() > 0
        total[span.target] += span.weight
    torch.testing.assert_close(total, torch.ones_like(total))


def test_neighbours_fade_linearly() -> None:
    first, second = _spans(28, 28, 16, 4)
    assert first.target == slice(0, 16)
    torch.testing.assert_close(first.weight[12:], torch.tensor([0.8, 0.6, 0.4, 0.2]))
    torch.testing.assert_close(second.weight[:4], torch.tensor([0.2, 0.4, 0.6, 0.8]))
