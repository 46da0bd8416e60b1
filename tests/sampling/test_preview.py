"""Previews: published mixes of the latent's channels, clamped to bytes."""

import numpy as np
import pytest
import torch

from dgx_pixels.sampling.preview import SD15, SDXL, LatentColors, latent_to_image

RGBA = LatentColors(((0.5, 0.0, 0.0, 0.0), (0.0, 0.5, 0.0, 1.0)), (0.0, 0.0, 1.0, 0.0))


@pytest.mark.parametrize(("colors", "zero"), [(SD15, [128, 128, 128]), (SDXL, [150, 140, 130])])
def test_a_zero_latent_has_the_mean_colour(colors, zero):
    image = latent_to_image(torch.zeros(1, 4, 3, 5), colors)
    assert image.shape == (3, 5, 3)
    assert image.dtype == np.uint8
    assert (image == zero).all()


def test_each_latent_pixel_is_a_mix_of_its_channels():
    x0 = torch.tensor([[[[1.0]], [[0.25]]]])
    assert latent_to_image(x0, RGBA).tolist() == [[[128, 32, 255, 64]]]


def test_colours_beyond_the_range_are_clamped():
    assert latent_to_image(torch.full((1, 2, 1, 1), 9.0), RGBA).tolist() == [[[255, 255, 255, 255]]]
    assert latent_to_image(torch.full((1, 2, 1, 1), -9.0), RGBA).tolist() == [[[0, 0, 255, 0]]]


def test_one_item_of_a_batch_is_shown_in_any_precision():
    batch = torch.stack([torch.zeros(4, 2, 2), torch.ones(4, 2, 2)]).half()
    assert np.array_equal(latent_to_image(batch, SDXL, item=1), latent_to_image(batch[1:], SDXL))
