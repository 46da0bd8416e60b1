"""Pictures to latents and back: bytes, alpha, scales, tiles."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dgx_pixels.engine import latents
from dgx_pixels.engine.latents import decode_latent, encode_picture, scaled, to_image, to_picture, unscaled
from dgx_pixels.engine.presets import SD15, SDXL
from dgx_pixels.engine.preview import latent_colors, measured
from dgx_pixels.sampling import preview
from dgx_pixels.sampling.preview import latent_to_image

PLAYGROUND = replace(SDXL, latent_mean=(-1.6574, 1.886, -1.383, 2.5155), latent_std=(8.4927, 5.9022, 6.5498, 5.2299))


def picture(channels: int, height: int = 24, width: int = 16) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)


@given(arrays(np.uint8, (2, 3, 4)))
def test_bytes_survive_the_way_to_an_image_and_back_within_one(pixels):
    # Bytes are truncated on the way out, as ComfyUI's files are.
    back = to_picture(to_image(pixels)).astype(int)
    assert (abs(back - pixels) <= 1).all()


def test_images_are_clamped_and_truncated():
    image = torch.tensor([-2.0, -1.0, 0.0, 0.999, 1.0, 7.0]).reshape(1, 1, 1, 6)
    assert to_picture(image)[0, :, 0].tolist() == [0, 0, 127, 254, 255, 255]


@pytest.mark.parametrize(("spec", "factor"), [(SDXL, 0.13025), (SD15, 0.18215)])
def test_a_latent_is_multiplied_by_its_familys_scale(spec, factor):
    z = torch.randn(1, 4, 2, 2)
    torch.testing.assert_close(scaled(spec, z), z * factor)


def test_playgrounds_latents_are_brought_to_a_spread_of_a_half():
    z = torch.randn(1, 4, 64, 64) * torch.tensor(PLAYGROUND.latent_std).view(1, 4, 1, 1)
    z = z + torch.tensor(PLAYGROUND.latent_mean).view(1, 4, 1, 1)
    x = scaled(PLAYGROUND, z)
    assert x.mean((0, 2, 3)).tolist() == pytest.approx([0] * 4, abs=0.05)
    assert x.std((0, 2, 3)).tolist() == pytest.approx([0.5] * 4, abs=0.05)


@given(st.sampled_from([SDXL, SD15, PLAYGROUND]))
def test_unscaling_undoes_scaling(spec):
    z = torch.randn(2, 4, 3, 3)
    torch.testing.assert_close(unscaled(spec, scaled(spec, z)), z)


@torch.inference_mode()
def test_a_picture_without_alpha_is_opaque_to_a_model_with_alpha(pocket):
    rgb = picture(3)
    opaque = np.dstack((rgb, np.full(rgb.shape[:2], 255, np.uint8)))
    assert torch.equal(encode_picture(pocket, rgb), encode_picture(pocket, opaque))
    assert decode_latent(pocket, encode_picture(pocket, rgb)).shape == (24, 16, 4)


@torch.inference_mode()
def test_a_model_without_alpha_sees_the_colours_alone(sdxl):
    rgba = picture(4)
    latent = encode_picture(sdxl, rgba)
    assert latent.shape == (1, 4, 3, 2)
    assert latent.dtype == torch.float32
    assert torch.equal(latent, encode_picture(sdxl, rgba[..., :3]))
    assert decode_latent(sdxl, latent).shape == (24, 16, 3)


@torch.inference_mode()
def test_what_is_too_large_goes_in_tiles_that_fit_a_small_picture_whole(pocket, monkeypatch):
    rgba = picture(4)
    whole = encode_picture(pocket, rgba)
    decoded = decode_latent(pocket, whole)
    monkeypatch.setattr(latents, "WHOLE", 24 * 16 - 1)
    torch.testing.assert_close(encode_picture(pocket, rgba), whole)
    assert (abs(decode_latent(pocket, whole).astype(int) - decoded) <= 1).all()


def test_known_families_are_previewed_with_published_colours(sdxl, pocket):
    assert latent_colors(sdxl) is preview.SDXL
    assert latent_colors(replace(sdxl, spec=replace(sdxl.spec, family="sd15"))) is preview.SD15
    assert len(latent_colors(pocket).bias) == 4


@torch.inference_mode()
def test_measured_colours_come_near_what_the_autoencoder_shows(pocket):
    colors = measured(pocket)
    x = torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(1))
    shown = decode_latent(pocket, x).reshape(8, 8, 8, 8, 4).mean((1, 3))
    # As near as a linear map can come: nearer than the picture's mean colour.
    error = abs(latent_to_image(x, colors) - shown).mean()
    assert error < abs(shown.mean((0, 1)) - shown).mean()
