"""Half blocks: two pixels to a cell, in true colour."""

import numpy as np
from PIL import Image

from dgx_pixels.cli.terminal import RESET, half_blocks, shrunk

RED, BLUE, CLEAR = (255, 0, 0, 255), (0, 0, 255, 255), (9, 9, 9, 0)


def cells(*columns: tuple[tuple[int, ...], tuple[int, ...]]) -> str:
    pixels = np.array(columns, np.uint8).transpose(1, 0, 2)
    (line,) = half_blocks(pixels)
    return line.removesuffix(RESET)


def test_two_pixels_make_a_cell() -> None:
    assert cells((RED, BLUE)) == f"{RESET}\x1b[38;2;255;0;0m\x1b[48;2;0;0;255m▀"


def test_transparent_pixels_leave_the_ground_of_the_terminal() -> None:
    assert cells((RED, CLEAR)) == f"{RESET}\x1b[38;2;255;0;0m▀"
    assert cells((CLEAR, BLUE)) == f"{RESET}\x1b[38;2;0;0;255m▄"
    assert cells((CLEAR, CLEAR)) == f"{RESET} "


def test_an_odd_row_has_nothing_below_it() -> None:
    assert list(half_blocks(np.array([[RED]], np.uint8))) == [f"{RESET}\x1b[38;2;255;0;0m▀{RESET}"]


def test_wide_pictures_are_thinned_out() -> None:
    image = Image.new("RGB", (1024, 512), (1, 2, 3))
    assert shrunk(image, 100).shape == (47, 93, 4)
    assert shrunk(image.resize((32, 32)), 80).shape == (32, 32, 4)
