"""PNG files of our own writing, read back by Pillow."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from dgx_pixels.pixel.png import encode_png, text_chunk, unicode_chunk

SHAPES = st.tuples(st.integers(1, 70), st.integers(1, 40), st.integers(1, 4))


def read(data: bytes) -> np.ndarray:
    image = Image.open(BytesIO(data))
    image.load()
    pixels = np.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[..., None]


@given(arrays.arrays(np.uint8, SHAPES), st.booleans())
def test_any_picture_comes_back_as_it_was(pixels, fast):
    assert np.array_equal(read(encode_png(pixels, fast=fast)), pixels)


def pictures() -> dict[str, np.ndarray]:
    """Each is best written in another way."""
    rng = np.random.default_rng(0)
    ramp = np.broadcast_to(np.linspace(0, 255, 200).astype(np.uint8)[:, None, None], (200, 300, 3))
    walk = (128 + np.cumsum(rng.integers(-3, 4, (200, 300, 3)), axis=1)).astype(np.uint8)
    tall = np.ascontiguousarray((128 + np.cumsum(rng.integers(-3, 4, (200, 300, 3)), axis=0)).astype(np.uint8))
    sprite = rng.integers(0, 3, (50, 75, 4)).astype(np.uint8).repeat(4, 0).repeat(4, 1) * 80
    return {"solid": np.full((512, 512, 3), 7, np.uint8), "ramp": ramp, "walk": walk, "tall": tall, "sprite": sprite}


@pytest.mark.parametrize("name", pictures())
@pytest.mark.parametrize("fast", [False, True])
def test_every_way_of_packing_is_read_back_and_no_larger_than_usual(name, fast):
    pixels = pictures()[name]
    data, usual = encode_png(pixels, fast=fast), BytesIO()
    Image.fromarray(pixels).save(usual, "PNG", compress_level=1 if fast else 4)
    assert np.array_equal(read(data), pixels)
    assert len(data) <= max(1.15 * len(usual.getvalue()), 5000)


def test_the_same_picture_gives_the_same_bytes():
    pixels = pictures()["walk"]
    assert encode_png(pixels) == encode_png(pixels.copy())


def test_text_is_read_back():
    chunks = [text_chunk("prompt", '{"a": "\\u00e9"}'), unicode_chunk("parameters", "ein Drache, 龍")]
    image = Image.open(BytesIO(encode_png(np.zeros((2, 2, 3), np.uint8), chunks)))
    assert image.text == {"prompt": '{"a": "\\u00e9"}', "parameters": "ein Drache, 龍"}


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_keyword_and_text_leave_a_file_that_opens(keyword, text):
    chunks = [text_chunk(keyword, text), unicode_chunk(keyword, text)]
    assert read(encode_png(np.full((3, 3, 4), 9, np.uint8), chunks)).shape == (3, 3, 4)


@pytest.mark.parametrize("shape", [(0, 4, 3), (4, 0, 3), (4, 4, 0), (4, 4, 5)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ValueError, match="no PNG"):
        encode_png(np.zeros(shape, np.uint8))
