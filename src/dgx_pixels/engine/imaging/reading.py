"""Picture files that anybody may have uploaded, as IMAGE and MASK values: four formats, within limits, whole or not.

Knows no folder and no name that a client sent.
"""

import struct
import warnings
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from PIL import Image, ImageOps, ImageSequence
from torch import Tensor

from dgx_pixels.core.errors import ImageError
from dgx_pixels.core.limits import (
    MAX_ANIMATION_PIXELS,
    MAX_IMAGE_FILE_BYTES,
    MAX_IMAGE_PIXELS,
    MAX_IMAGE_SIDE,
)

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")

_NO_MASK: Final = (64, 64)
# What Pillow's decoders raise on files made to break them.
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, ArithmeticError)
_DAMAGED: Final = (*_BROKEN, struct.error, zlib.error, MemoryError, RuntimeError)


def read_image(path: Path) -> tuple[Tensor, Tensor]:
    """The frames of a file (B, H, W, 3), and their masks: 1 - alpha (B, H, W), or zeros (B, 64, 64) without alpha.

    Turned upright as its EXIF data has it. Frames of another size than the first are left out. Raises ImageError.
    """
    with _decoding(path) as file:
        frames = [_upright(frame) for frame in _frames(file)]
        frames = [frame for frame in frames if frame.size == frames[0].size]
        images = np.stack([np.asarray(frame.convert("RGB")) for frame in frames])
        masks = [_alpha(frame) for frame in frames]
    return torch.from_numpy(images.astype(np.float32) / 255), _masks(masks, images.shape[1:3])


def read_channel(path: Path, channel: str) -> Tensor:
    """One of ``red``, ``green``, ``blue``, ``alpha`` of a file's first frame as a mask (1, H, W); alpha inverted.

    Zeros (1, 64, 64) for the alpha of a picture that has none. Raises ImageError.
    """
    with _decoding(path) as file:
        frame = _upright(file)
        if channel == "alpha":
            return _masks([_alpha(frame)], frame.size[::-1])
        pixels = np.asarray(frame.convert("RGB"))[..., ("red", "green", "blue").index(channel)]
    return torch.from_numpy(pixels.astype(np.float32) / 255)[None]


@contextmanager
def _decoding(path: Path) -> Generator[Image.Image]:
    """The opened file, whose sizes are within limits; all that goes wrong with it becomes ImageError."""
    try:
        if path.stat().st_size > MAX_IMAGE_FILE_BYTES:
            raise ImageError(f"{path.name} has over {MAX_IMAGE_FILE_BYTES} bytes; give a smaller picture")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures, which are measured here, and of odd metadata
            with _opened(path) as file:
                _check_size(path.name, file)
                yield file
    except _DAMAGED as error:
        what = " ".join(str(error).split()) or type(error).__name__
        raise ImageError(f"{path.name} is damaged ({what:.200}); give another picture") from error


def _opened(path: Path) -> Image.Image:
    try:
        return Image.open(path, formats=FORMATS)
    except PermissionError as error:
        raise ImageError(f"{path.name} may not be read; check its permissions") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{path.name} is too large to decode; give a smaller picture") from error
    except Image.UnidentifiedImageError as error:
        raise ImageError(f"{path.name} is no picture that can be read; formats are {', '.join(FORMATS)}") from error


def _check_size(name: str, file: Image.Image) -> None:
    width, height = file.size
    frames = 1 if file.format == "MPO" else int(getattr(file, "n_frames", 1))
    if max(width, height) > MAX_IMAGE_SIDE or width * height > MAX_IMAGE_PIXELS:
        raise ImageError(
            f"{name} has {width}x{height} pixels; at most {MAX_IMAGE_PIXELS} are read, and {MAX_IMAGE_SIDE} a side"
        )
    if width * height * frames > MAX_ANIMATION_PIXELS:
        raise ImageError(
            f"{name} has {frames} frames of {width}x{height} pixels; {MAX_ANIMATION_PIXELS} in all are read"
        )


def _frames(file: Image.Image) -> Iterator[Image.Image]:
    """Copies of the frames; of a camera's several views (MPO) the first."""
    return iter((file,)) if file.format == "MPO" else (frame.copy() for frame in ImageSequence.Iterator(file))


def _upright(frame: Image.Image) -> Image.Image:
    """Turned as its EXIF data has it, with eight bits a channel."""
    turned = ImageOps.exif_transpose(frame)
    if turned.mode.startswith("I"):
        deep: Any = np.asarray(turned)
        return Image.fromarray(np.clip(deep.astype(np.int64) / 257 + 0.5, 0, 255).astype(np.uint8))
    return turned


def _alpha(frame: Image.Image) -> Any:
    """Alpha bytes (H, W), or None for a picture that is opaque by its kind."""
    if "A" in frame.getbands():
        return np.asarray(frame.getchannel("A"))
    if frame.mode == "P" and "transparency" in frame.info:
        return np.asarray(frame.convert("RGBA").getchannel("A"))
    return None


def _masks(alphas: list[Any], size: tuple[int, ...]) -> Tensor:
    """1 - alpha of each; zeros where there is none, of the pictures' ``size`` if another frame has one."""
    if all(alpha is None for alpha in alphas):
        return torch.zeros(len(alphas), *_NO_MASK)
    opaque = np.full(size, 255, np.uint8)
    pixels = np.stack([opaque if alpha is None else alpha for alpha in alphas])
    return 1 - torch.from_numpy(pixels.astype(np.float32) / 255)
