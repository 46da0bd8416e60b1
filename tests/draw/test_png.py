"""PNG files say what they were drawn from, and only what we wrote is believed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dgx_pixels.core.errors import ImageError
from dgx_pixels.draw.png import CHUNK, encode_png, read_settings, readable
from dgx_pixels.draw.settled import DrawSettings

POTION = DrawSettings(
    prompt="a red potion, 火 🔥",
    negative="blurry",
    model="pocket",
    model_sha256="ab" * 32,
    family="pocket",
    width=256,
    height=256,
    steps=20,
    cfg=5.0,
    sampler="euler",
    scheduler="normal",
    seed=2**64 - 1,
    denoise=1.0,
    init_sha256=None,
    colours=24,
    scale=1,
    device="cpu",
    dtype="fp32",
)
SPRITE = Image.new("RGBA", (32, 32), (200, 30, 30, 255))


def written(folder: Path, text: str | None) -> Path:
    notes = PngInfo()
    if text is not None:
        notes.add_text(CHUNK, text)
    SPRITE.save(folder / "x.png", pnginfo=notes)
    return folder / "x.png"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_settings_come_back_as_they_were(tmp_path: Path, prompt: str) -> None:
    (tmp_path / "x.png").write_bytes(encode_png(SPRITE, replace(POTION, prompt=prompt)))
    assert read_settings(tmp_path / "x.png") == replace(POTION, prompt=prompt)


def test_the_picture_is_in_the_file_too(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(encode_png(SPRITE, POTION))
    with Image.open(tmp_path / "x.png") as image:
        assert image.mode == "RGBA"
        assert image.tobytes() == SPRITE.tobytes()
        assert image.info["parameters"] == readable(POTION)


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert encode_png(SPRITE, POTION) == encode_png(SPRITE.copy(), POTION)


def test_people_can_read_it() -> None:
    assert readable(POTION).splitlines() == [
        "a red potion, 火 🔥",
        "Negative prompt: blurry",
        (
            "Steps: 20, Sampler: euler, Schedule type: normal, CFG scale: 5, Seed: 18446744073709551615, "
            "Size: 256x256, Model: pocket, Model hash: ababababab, Version: dgx-pixels 0.1.0"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "does not say"),
        ("", "no valid JSON"),
        ("{", "no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ("[]", "settings"),
        (json.dumps(POTION.to_json() | {"steps": "20"}), "steps"),
        (" " * 1_000_001, "characters"),
    ],
)
def test_what_we_did_not_write_is_refused(tmp_path: Path, text: str | None, says: str) -> None:
    with pytest.raises(ImageError, match=says):
        read_settings(written(tmp_path, text))


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\xff" * 60])
def test_what_is_no_png_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.png").write_bytes(data)
    with pytest.raises(ImageError, match=r"x\.png"):
        read_settings(tmp_path / "x.png")


def test_a_compressed_bomb_of_text_is_refused(tmp_path: Path) -> None:
    notes = PngInfo()
    notes.add_text(CHUNK, " " * 80_000_000, zip=True)
    SPRITE.save(tmp_path / "x.png", pnginfo=notes)
    with pytest.raises(ImageError, match=r"x\.png"):
        read_settings(tmp_path / "x.png")
