"""VAE values: pictures to latents and back, by any batch, whole or in tiles, with alpha or without."""

import pytest
import torch

from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.engine.latents import decode_latent, encode_picture, scaled, unscaled
from dgx_pixels.engine.vae import PixelVae, Vae


@pytest.fixture
def rgb(sdxl):
    return Vae(name="x", module=sdxl.vae)


@pytest.fixture
def rgba(pocket):
    return Vae(name="x", module=pocket.vae)


def test_decoding_is_what_the_engine_draws(sdxl, rgb):
    x = torch.randn(1, 4, 8, 8)
    image = rgb.decode(unscaled(sdxl.spec, x))
    assert (image.shape, image.dtype) == ((1, 64, 64, 3), torch.float32)
    assert 0 <= image.min() < image.max() <= 1
    assert torch.equal((image[0] * 255).byte(), torch.from_numpy(decode_latent(sdxl, x)))


def test_encoding_is_what_the_engine_starts_from(sdxl, rgb):
    picture = torch.randint(0, 256, (16, 24, 3), dtype=torch.uint8)
    z = rgb.encode(picture[None].float() / 255)
    assert torch.allclose(scaled(sdxl.spec, z), encode_picture(sdxl, picture.numpy()), atol=1e-4)


def test_batches_are_the_same_as_one_by_one(rgb):
    images = torch.rand(3, 16, 16, 3)
    z = rgb.encode(images)
    assert torch.equal(z, torch.cat([rgb.encode(image[None]) for image in images]))
    assert torch.equal(rgb.decode(z), torch.cat([rgb.decode(one[None]) for one in z]))


def test_sides_are_cropped_about_the_centre(rgb):
    image = torch.rand(1, 21, 30, 3)
    assert torch.equal(rgb.encode(image), rgb.encode(image[:, 2:18, 3:27]))


def test_alpha_counts_where_the_vae_has_it(rgb, rgba):
    image = torch.rand(1, 16, 16, 4)
    assert torch.equal(rgb.encode(image), rgb.encode(image[..., :3]))
    opaque = torch.cat((image[..., :3], torch.ones(1, 16, 16, 1)), dim=-1)
    assert torch.equal(rgba.encode(image[..., :3]), rgba.encode(opaque))
    assert not torch.equal(rgba.encode(image), rgba.encode(opaque))
    assert rgba.decode(rgba.encode(image)).shape == (1, 16, 16, 4)


def test_memory_that_runs_out_is_met_with_tiles(rgb, monkeypatch):
    z = torch.randn(1, 4, 8, 8)
    expected = rgb.decode_tiled(z)
    whole = rgb.module.decode
    calls = []

    def scarce(z):
        calls.append(z.shape)
        if len(calls) == 1:
            raise torch.OutOfMemoryError
        return whole(z)

    monkeypatch.setattr(rgb.module, "decode", scarce)
    assert torch.equal(rgb.decode(z), expected)
    assert len(calls) > 1


def test_tiles_of_a_chosen_size_cover_everything(rgb):
    z = torch.randn(1, 4, 24, 40)
    tiled = rgb.decode_tiled(z, tile_x=16, tile_y=16, overlap=4)
    assert tiled.shape == (1, 192, 320, 3)
    assert torch.isfinite(tiled).all()
    image = torch.rand(1, 192, 320, 3)
    assert rgb.encode_tiled(image, tile_x=128, tile_y=128, overlap=32).shape == (1, 4, 24, 40)
    small = torch.randn(1, 4, 8, 8)
    assert torch.allclose(rgb.decode_tiled(small, tile_x=32, tile_y=32, overlap=8), rgb.decode(small), atol=1e-6)


def test_a_vae_that_is_not_there_says_so_when_used():
    missing = Vae(name="unet.safetensors", module=None)
    for use in (lambda: missing.decode(torch.zeros(1, 4, 8, 8)), lambda: missing.encode(torch.zeros(1, 8, 8, 3))):
        with pytest.raises(CheckpointError, match=r"unet\.safetensors holds no VAE; load one with the node Load VAE"):
            use()


def test_pixel_space_is_the_picture_itself():
    image = torch.rand(2, 8, 8, 3)
    vae = PixelVae(name="pixel_space", module=None)
    assert vae.encode(image).shape == (2, 3, 8, 8)
    assert torch.allclose(vae.decode(vae.encode(image)), image, atol=1e-6)
    assert torch.allclose(vae.decode_tiled(vae.encode_tiled(image), 64, 64), image, atol=1e-6)
    assert (vae.latent_channels, vae.spacial_compression_decode()) == (3, 1)
