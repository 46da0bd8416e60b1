"""What is done with strangers' pictures. Runs only in a process that may die of it; knows files by descriptor."""

import struct
from typing import Any, BinaryIO, Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dgx_pixels.core.errors import ImageError
from dgx_pixels.core.limits import MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
"""Formats that are read; the first bytes decide, not the name."""


def open_picture(file: BinaryIO) -> Image.Image:
    """A picture of few enough pixels, its first frame, not decoded yet. Raises ImageError."""
    file.seek(0)
    _check_webp(file.read(30))
    file.seek(0)
    Image.MAX_IMAGE_PIXELS = None  # the check below is the stricter one
    try:
        picture = Image.open(file, formats=FORMATS)
    except Exception as error:  # decoders raise whatever occurs to them
        raise ImageError("the file is no PNG, JPEG, WebP or GIF; send one of these") from error
    _check_size(*picture.size)
    return picture


def _check_webp(head: bytes) -> None:
    """Pillow makes room for the whole canvas of a WebP as it opens it, so its size is read beforehand."""
    if head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8X" or len(head) < 30:
        return
    width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (24, 27))
    _check_size(width, height)


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_IMAGE_SIDE or width * height > MAX_IMAGE_PIXELS:
        raise ImageError(
            f"the picture has {width}x{height} pixels; at most {MAX_IMAGE_PIXELS} and {MAX_IMAGE_SIDE} a side are read"
        )


def encode(picture: BinaryIO, out: BinaryIO, *, form: str, quality: int, rgb: bool) -> None:
    """The picture as ``webp`` or ``jpeg``, without alpha if ``rgb``."""
    source = open_picture(picture)
    target = source.convert("RGB") if rgb else source.convert("RGBA" if _has_alpha(source) else "RGB")
    target.save(out, format=form.upper(), quality=quality)


def drop_alpha(picture: BinaryIO, out: BinaryIO) -> None:
    """The picture's colours as PNG, those of transparent pixels included."""
    source = open_picture(picture)
    target = source if source.mode == "RGB" else source.convert("RGBA").convert("RGB")
    target.save(out, format="PNG")


def only_alpha(picture: BinaryIO, out: BinaryIO) -> None:
    """A black PNG with the picture's alpha, opaque where it has none."""
    source = open_picture(picture)
    target = Image.new("RGBA", source.size)
    target.putalpha(source.convert("RGBA").getchannel("A") if _has_alpha(source) else 255)
    target.save(out, format="PNG")


def set_mask(picture: BinaryIO, mask: BinaryIO, out: BinaryIO) -> None:
    """The picture as PNG with the alpha of ``mask`` (a picture of the same size) and its own texts."""
    source = open_picture(picture)
    texts = PngInfo()
    for key, text in getattr(source, "text", {}).items():
        texts.add_text(key, text)
    alpha = open_picture(mask).convert("RGBA").getchannel("A")
    target = source.convert("RGBA")
    if alpha.size != target.size:
        raise ImageError(f"the mask has {alpha.size} pixels, the picture {target.size}; send them in one size")
    target.putalpha(alpha)
    target.save(out, format="PNG", compress_level=4, pnginfo=texts)


def _has_alpha(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


OPERATIONS: Final[dict[str, Any]] = {f.__name__: f for f in (encode, drop_alpha, only_alpha, set_mask)}
"""By the name that a request has."""
# What decoders of these formats raise beside ImageError: struct for cut headers, Syntax for broken PNG chunks.
FAULTS: Final = (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError, struct.error)
