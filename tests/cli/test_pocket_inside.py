"""Pocket, the model in the package, from a cold process: real weights, real sprites."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from outcome import Command
from PIL import Image

from dgx_pixels.core.limits import SPRITE_SIZES


def check_sprite(path: Path, size: int, colours: int) -> None:
    with Image.open(path) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (size, size))
        pixels = np.asarray(image)
    solid = pixels[..., 3] == 255
    assert set(pixels[..., 3].flat) == {0, 255}
    assert 2 <= len(np.unique(pixels[solid], axis=0)) <= colours
    assert 0.05 < solid.mean() < 0.95  # something, with room around it


def test_a_cold_process_draws_a_red_potion(here: Path) -> None:
    command = [sys.executable, "-m", "dgx_pixels", "generate", "a red potion", "--size", "32", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert (done.returncode, done.stdout, done.stderr) == (0, "a-red-potion-1.png\n", "seed 1\n")
    check_sprite(here / "a-red-potion-1.png", 32, 24)
    with Image.open(here / "a-red-potion-1.png") as image:
        red, green, blue, alpha = (np.asarray(image)[..., channel].astype(float) for channel in range(4))
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    colourful = (alpha == 255) & (spread > 60)
    assert red[colourful].mean() > 1.2 * max(green[colourful].mean(), blue[colourful].mean())


def test_like_repeats_it_bit_for_bit(here: Path) -> None:
    cold = [sys.executable, "-m", "dgx_pixels", "generate"]
    subprocess.run([*cold, "a blue sword", "-o", "first.png"], capture_output=True, check=True)
    subprocess.run([*cold, "--like", "first.png", "-o", "again.png"], capture_output=True, check=True)
    assert (here / "first.png").read_bytes() == (here / "again.png").read_bytes()


@pytest.mark.parametrize("size", SPRITE_SIZES)
def test_every_size(command: Command, here: Path, size: int) -> None:
    done = command("generate", "a red potion", "--size", size, "--seed", 1, "-o", "x.png")
    assert done.code == 0, done.err
    check_sprite(here / "x.png", size, 24 if size <= 32 else 32)


def test_raw_is_a_sprite_enlarged(command: Command, here: Path) -> None:
    assert command("generate", "a red potion", "--seed", 1, "--raw", "-o", "raw.png").code == 0
    with Image.open(here / "raw.png") as image:
        assert (image.mode, image.size) == ("RGBA", (256, 256))


def test_it_is_listed_and_described(command: Command) -> None:
    assert "pocket" in command("models", "list").out
    assert "family" in command("models", "show", "pocket").out


def test_the_python_example_runs(here: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "generate.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    subprocess.run([sys.executable, "-c", example], check=True, capture_output=True)
    assert len(list((here / "potions").iterdir())) == 6
    with Image.open(here / "large.png") as image:
        assert image.size == (256, 256)
