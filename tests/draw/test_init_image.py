"""An init image comes to the size and look that the model knows."""

import numpy as np
import pytest
from PIL import Image

from dgx_pixels.draw.init_image import natural_size, on_white, pixels_sha256, prepare_init


def test_a_sprite_is_enlarged_without_being_resampled() -> None:
    sprite = np.random.default_rng(0).integers(0, 256, (16, 16, 4), np.uint8)
    sprite[..., 3] = 255
    picture = prepare_init(Image.fromarray(sprite), 128, 128, sprite=True)
    assert np.array_equal(picture[::8, ::8], sprite)
    assert np.array_equal(picture[7::8, 3::8], sprite)


def test_transparent_pixels_are_white_and_alpha_has_one_bit() -> None:
    image = Image.new("RGBA", (16, 16), (255, 0, 0, 90))
    picture = prepare_init(image, 128, 128, sprite=True)
    assert set(picture[..., 3].flat) == {0}
    assert on_white(Image.new("RGBA", (1, 1), (1, 2, 3, 0)))[0, 0].tolist() == [255, 255, 255, 0]


def test_another_shape_is_cut_around_its_middle() -> None:
    pixels = np.zeros((10, 30, 3), np.uint8)
    pixels[:, 10:20] = 255
    picture = prepare_init(Image.fromarray(pixels), 80, 80, sprite=False)
    assert picture.shape == (80, 80, 4)
    assert picture.mean() > 250  # the black sides are gone but for what resampling brings in


@pytest.mark.parametrize(
    ("size", "sprite", "asked"),
    [
        ((32, 32), True, (256, 256)),
        ((24, 48), True, (192, 384)),
        ((128, 128), True, None),
        ((1023, 769), False, (1016, 768)),
    ],
)
def test_the_size_an_init_image_asks_for(size: tuple[int, int], sprite: bool, asked: tuple[int, int] | None) -> None:
    assert natural_size(size, sprite=sprite) == asked


def test_hashes_tell_shapes_apart() -> None:
    flat = np.zeros((2, 8, 4), np.uint8)
    assert pixels_sha256(flat) != pixels_sha256(flat.reshape(8, 2, 4))
