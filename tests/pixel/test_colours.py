"""OKLab, merging of colours and snapping to a known grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dgx_pixels.pixel.colours import merge_colours
from dgx_pixels.pixel.oklab import oklab_to_srgb, srgb_to_oklab
from dgx_pixels.pixel.snap import snap_to_grid, to_sprite


def test_oklab_of_known_colours() -> None:
    """Reference pairs from Ottosson's page: white, and sRGB red to three places."""
    np.testing.assert_allclose(srgb_to_oklab([255, 255, 255]), [1, 0, 0], atol=1e-3)
    np.testing.assert_allclose(srgb_to_oklab([255, 0, 0]), [0.628, 0.225, 0.126], atol=1e-3)


@given(arrays(np.uint8, (8, 3)))
def test_oklab_there_and_back(rgb: np.ndarray) -> None:
    assert np.array_equal(np.rint(oklab_to_srgb(srgb_to_oklab(rgb)) * 255).astype(np.uint8), rgb)


@given(arrays(np.uint8, (40, 3)), st.integers(1, 24))
def test_merging_keeps_the_limit_and_invents_no_colour(rgb: np.ndarray, limit: int) -> None:
    merged = merge_colours(rgb, limit)
    before, after = ({tuple(c) for c in a} for a in (rgb, merged))
    assert after <= before
    assert len(after) <= limit


def test_merging_takes_speckles_for_the_colour_they_surround() -> None:
    rgb = np.array([[200, 30, 30]] * 20 + [[203, 32, 28], [20, 20, 30]], np.uint8)
    merged = merge_colours(rgb, 24)
    assert {tuple(c) for c in merged} == {(200, 30, 30), (20, 20, 30)}


def test_snapping_undoes_an_enlargement_despite_soft_edges() -> None:
    rng = np.random.default_rng(0)
    sprite = rng.integers(0, 256, (6, 5, 4), np.uint8)
    picture = sprite.repeat(8, 0).repeat(8, 1)
    picture[7::8] = 128  # a blurred line between cells
    assert np.array_equal(snap_to_grid(picture, 8), sprite)


def test_a_sprite_has_one_bit_of_alpha_and_nothing_under_it() -> None:
    picture = np.full((16, 16, 4), (10, 200, 30, 250), np.uint8)
    picture[:8, :8, 3] = 90
    sprite = to_sprite(picture, 8, 24)
    assert sprite[0, 0].tolist() == [0, 0, 0, 0]
    assert sprite[1, 1].tolist() == [10, 200, 30, 255]


def test_a_picture_off_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="no multiple"):
        snap_to_grid(np.zeros((12, 16, 3), np.uint8), 8)
