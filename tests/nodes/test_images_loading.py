"""Pictures from folders: formats, frames, alpha, EXIF, limits, and names that try to lead elsewhere."""

import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from surroundings import Surroundings, surroundings

from dgx_pixels.core import limits
from dgx_pixels.core.errors import ImageError
from dgx_pixels.engine.imaging import reading
from dgx_pixels.nodes.images_loading import load_image, load_image_mask, load_image_output, webcam_capture
from dgx_pixels.nodes.picture_names import split_name


@pytest.fixture
def host(tmp_path: Path) -> Surroundings:
    return surroundings(tmp_path)


def rgba() -> np.ndarray:
    """6 x 4 pixels of every kind, alpha among them."""
    return np.random.default_rng(0).integers(0, 256, (4, 6, 4)).astype(np.uint8)


def loaded(host: Surroundings, image: Image.Image, name: str = "x.png", **how) -> tuple[np.ndarray, np.ndarray]:
    image.save(host.inputs / name, **how)
    picture, mask = host.call(load_image, image=name)
    assert picture.dtype == mask.dtype == torch.float32
    return picture.numpy(), mask.numpy()


def test_colours_in_0_to_1_and_a_mask_where_it_is_transparent(host):
    picture, mask = loaded(host, Image.fromarray(rgba()))
    assert np.array_equal(picture[0], rgba()[..., :3].astype(np.float32) / 255)
    assert np.array_equal(mask[0], 1 - rgba()[..., 3].astype(np.float32) / 255)


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "CMYK"])
def test_without_alpha_the_mask_is_small_and_empty(host, mode):
    name = "x.jpg" if mode == "CMYK" else "x.png"
    picture, mask = loaded(host, Image.fromarray(rgba()[..., :3]).convert(mode), name)
    assert picture.shape == (1, 4, 6, 3)
    assert mask.shape == (1, 64, 64)
    assert not mask.any()


def test_transparency_of_a_palette_counts(host):
    image = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6) % 3).convert("P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    _, mask = loaded(host, image, transparency=1)
    assert np.array_equal(mask[0], (np.arange(24).reshape(4, 6) % 3 == 1).astype(np.float32))


def test_sixteen_bits_become_eight(host):
    deep = np.arange(24, dtype=np.uint16).reshape(4, 6) * 2849
    picture, _ = loaded(host, Image.fromarray(deep))
    assert np.abs(picture[0, ..., 0] * 255 - deep / 257).max() <= 0.5001


@pytest.mark.parametrize("suffix", ["jpg", "webp", "png"])
def test_pictures_stand_as_their_camera_was_held(host, suffix):
    exif = Image.Exif()
    exif[0x0112] = 6  # the top is on the right: turn clockwise
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[:, :40] = 255
    upright, _ = loaded(host, Image.fromarray(picture), f"x.{suffix}", exif=exif)
    assert upright.shape == (1, 80, 40, 3)
    assert upright[0, :40].mean() > 0.9
    assert upright[0, 40:].mean() < 0.1


@pytest.mark.parametrize(("name", "lossy"), [("x.gif", False), ("x.webp", True), ("x.png", False)])
def test_frames_become_a_batch(host, name, lossy):
    shades = [Image.new("RGB", (8, 5), (shade, shade, shade)) for shade in (0, 100, 200)]
    picture, mask = loaded(host, shades[0], name, save_all=True, append_images=shades[1:], duration=50)
    assert picture.shape == (3, 5, 8, 3)
    assert np.allclose(picture.mean((1, 2, 3)) * 255, (0, 100, 200), atol=3 if lossy else 0.01)
    assert len(mask) == 3


def test_frames_of_which_one_has_alpha_have_masks_of_one_size(host):
    half = np.full((5, 8, 4), 200, np.uint8)
    half[..., 3] = np.arange(8) // 4 * 255
    frames = [Image.fromarray(half), Image.new("RGB", (8, 5), (9, 9, 9))]
    frames[0].save(host.inputs / "x.gif", save_all=True, append_images=frames[1:], disposal=2)
    picture, mask = host.call(load_image, image="x.gif")
    assert picture.shape[:3] == mask.shape == (2, 5, 8)
    assert np.array_equal(mask[0, 0].numpy(), 1 - np.arange(8) // 4)
    assert not mask[1].any()


def test_channels_as_masks(host):
    Image.fromarray(rgba()).save(host.inputs / "x.png")
    for index, channel in enumerate(("red", "green", "blue")):
        mask = host.call(load_image_mask, image="x.png", channel=channel)
        assert np.array_equal(mask[0].numpy(), rgba()[..., index].astype(np.float32) / 255)
    alpha = host.call(load_image_mask, image="x.png", channel="alpha")
    assert np.array_equal(alpha[0].numpy(), 1 - rgba()[..., 3].astype(np.float32) / 255)
    Image.fromarray(rgba()[..., :3]).save(host.inputs / "opaque.png")
    assert host.call(load_image_mask, image="opaque.png", channel="alpha").shape == (1, 64, 64)


def test_tags_choose_the_folder(host):
    for folder, shade in ((host.inputs, 10), (host.outputs, 20), (host.temp, 30)):
        (folder / "sub").mkdir()
        Image.new("RGB", (2, 2), (shade,) * 3).save(folder / "sub/x.png")
    seen = {
        tag: round(float(host.call(load_image, image=f"sub/x.png{tag}")[0].max()) * 255)
        for tag in ("", " [input]", " [output]", " [temp]")
    }
    assert seen == {"": 10, " [input]": 10, " [output]": 20, " [temp]": 30}
    assert round(float(host.call(load_image_output, image="sub/x.png [output]")[0].max()) * 255) == 20
    assert host.call(webcam_capture, image="sub/x.png [temp]", width=0, height=0, capture_on_queue=True).shape[0] == 1


def test_a_tag_takes_the_character_before_it_along():
    assert split_name("a.png [output]") == ("output", "a.png")
    assert split_name("a.png[output]") == ("output", "a.pn")
    assert split_name("a.png") == ("input", "a.png")


ESCAPES = [
    "../secret.png",
    "../secret.png [output]",
    "a/../../secret.png",
    "link.png",
    "folder/secret.png",
    "link.png [temp]",
    "/secret.png",
    "..\\secret.png",
    "x\0.png",
    "",
    " [output]",
    "nowhere.png",
    "." * 300,
]


@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("node", [load_image, load_image_mask, load_image_output, webcam_capture])
def test_cve_2026_56673_names_that_lead_out_are_refused_before_and_during_a_run(host, name, node):
    secret = host.inputs.parent / "secret.png"
    Image.new("RGB", (2, 2)).save(secret)
    (host.inputs / "link.png").symlink_to(secret)
    (host.temp / "link.png").symlink_to(secret)
    (host.inputs / "folder").symlink_to(secret.parent, target_is_directory=True)
    asked = name.replace("/secret.png", str(secret)) if name.startswith("/") else name
    assert host.instance(node).VALIDATE_INPUTS(image=asked) == f"Invalid image file: {asked}"
    more = {"channel": "red"} if node is load_image_mask else {}
    with pytest.raises(ImageError):
        host.call(node, image=asked, **more)


def test_links_inside_a_folder_are_followed(host):
    Image.new("RGB", (2, 2)).save(host.inputs / "real.png")
    (host.inputs / "alias.png").symlink_to("real.png")
    assert host.instance(load_image).VALIDATE_INPUTS(image="alias.png") is True
    assert host.call(load_image, image="alias.png")[0].shape == (1, 2, 2, 3)


def test_the_hash_of_the_file_says_whether_it_changed(host):
    Image.new("RGB", (2, 2)).save(host.inputs / "x.png")
    node = host.instance(load_image)
    assert node.IS_CHANGED(image="x.png") == hashlib.sha256((host.inputs / "x.png").read_bytes()).hexdigest()
    unknown = node.IS_CHANGED(image=None)
    assert unknown != unknown
    assert node.VALIDATE_INPUTS(image=None) is True


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "SVG", "empty", "text", "cut", "zip"])
def test_other_files_are_refused_with_a_sentence(host, kind):
    path = host.inputs / "x.png"
    if kind in {"BMP", "TIFF", "ICO", "PPM"}:
        Image.new("RGB", (16, 16)).save(path, kind)
    elif kind == "cut":
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)).save(path)
        path.write_bytes(path.read_bytes()[:3000])
    else:
        path.write_bytes({"SVG": b"<svg/>", "empty": b"", "text": b"hello", "zip": b"PK\3\4" + bytes(99)}[kind])
    with pytest.raises(ImageError, match=r"x\.png (is no picture|is damaged)"):
        host.call(load_image, image="x.png")


def png_of_size(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("size", [(60_000, 60_000), (9000, 9000), (16_385, 1), (1, 16_385), (2**31 - 1, 2**31 - 1)])
def test_bombs_are_refused_by_their_header(host, size):
    (host.inputs / "x.png").write_bytes(png_of_size(*size))
    with pytest.raises(ImageError, match=r"pixels|too large|damaged"):
        host.call(load_image, image="x.png")


def test_animations_are_measured_as_a_whole(host, monkeypatch):
    frames = [Image.new("RGB", (10, 10), (20 * k, 0, 0)) for k in range(11)]
    frames[0].save(host.inputs / "x.webp", save_all=True, append_images=frames[1:])
    monkeypatch.setattr(reading, "MAX_ANIMATION_PIXELS", 1000)
    with pytest.raises(ImageError, match="11 frames of 10x10"):
        host.call(load_image, image="x.webp")
    assert limits.MAX_ANIMATION_PIXELS >= limits.MAX_IMAGE_PIXELS


def test_large_files_are_not_opened(host, monkeypatch):
    monkeypatch.setattr(reading, "MAX_IMAGE_FILE_BYTES", 10)
    Image.new("RGB", (2, 2)).save(host.inputs / "x.png")
    with pytest.raises(ImageError, match="bytes"):
        host.call(load_image, image="x.png")
