"""Pictures of strangers: read within limits, or refused in one sentence."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from dgx_pixels.core.errors import ImageError
from dgx_pixels.draw.picture_file import read_picture


def bomb(path: Path, side: int) -> Path:
    """A PNG of a few bytes that claims to be ``side`` pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )
    return path


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_the_usual_kinds_are_read(tmp_path: Path, kind: str) -> None:
    Image.new("RGB", (6, 4), (255, 0, 0)).save(tmp_path / "x", kind)
    image = read_picture(tmp_path / "x")
    assert (image.mode, image.size) == ("RGBA", (6, 4))


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (6, 4)).save(tmp_path / "x.jpg", exif=turned)
    assert read_picture(tmp_path / "x.jpg").size == (4, 6)


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path, side: int) -> None:
    with pytest.raises(ImageError, match=r"pixels|too large"):
        read_picture(bomb(tmp_path / "bomb.png", side))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    Image.effect_noise((64, 64), 50).save(tmp_path / "x.png")
    whole = (tmp_path / "x.png").read_bytes()
    (tmp_path / "x.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImageError, match="damaged"):
        read_picture(tmp_path / "x.png")


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("%!PS-Adobe-3.0 EPSF-3.0")
    for path, says in ((tmp_path / "x.png", "no picture"), (tmp_path, "no file"), (tmp_path / "none", "no file")):
        with pytest.raises(ImageError, match=says):
            read_picture(path)
