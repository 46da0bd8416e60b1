"""Pictures from files we did not write: opened within limits, decoded whole or not at all."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from dgx_pixels.core.errors import ImageError
from dgx_pixels.core.limits import MAX_IMAGE_FILE_BYTES, MAX_IMAGE_PIXELS

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""What is read; of an animation the first frame."""


def read_picture(path: Path) -> Image.Image:
    """The picture in a file, RGBA, turned upright as its EXIF data has it. Raises ImageError."""
    with opened(path) as image:
        try:
            return ImageOps.exif_transpose(image).convert("RGBA")
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise ImageError(f"{path} is damaged ({_line(error)}); give another picture") from error


@contextmanager
def opened(path: Path, formats: tuple[str, ...] = FORMATS) -> Generator[Image.Image]:
    """A picture's header, its pixels not yet decoded. Raises ImageError for a file that is none, or too large."""
    if not path.is_file():
        raise ImageError(f"there is no file {path}; check the path")
    if (size := path.stat().st_size) > MAX_IMAGE_FILE_BYTES:
        raise ImageError(f"{path} has {size} bytes; pictures have at most {MAX_IMAGE_FILE_BYTES}")
    with _open(path, formats) as image:
        width, height = image.size
        if width * height > MAX_IMAGE_PIXELS:
            raise ImageError(f"{path} has {width}x{height} pixels; pictures have at most {MAX_IMAGE_PIXELS} in all")
        yield image


def _open(path: Path, formats: tuple[str, ...]) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(path, formats=formats)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ImageError(f"{path} is too large to decode: {_line(error)}") from error
    except PermissionError as error:
        raise ImageError(f"{path} may not be read; check its permissions") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ImageError(f"{path} is no picture that can be read; formats are {', '.join(formats)}") from error


def _line(error: Exception | Warning) -> str:
    return " ".join(str(error).split()) or type(error).__name__
