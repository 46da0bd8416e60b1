"""Sprites as PNG files that say what they were drawn from, and can be drawn again from it.

Two text chunks: ``dgx-pixels`` is the settings as JSON, to be read back; ``parameters`` is a line for people
and for the galleries that look for one.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from dgx_pixels.core.errors import ImageError
from dgx_pixels.draw.picture_file import opened
from dgx_pixels.draw.settled import DrawSettings
from dgx_pixels.pixel.png import encode_png as write_png
from dgx_pixels.pixel.png import text_chunk, unicode_chunk

CHUNK: Final = "dgx-pixels"
"""Keyword of the chunk that is read back."""
READABLE: Final = "parameters"
MAX_CHUNK_CHARS: Final = 1_000_000


def encode_png(image: Image.Image, settings: DrawSettings) -> bytes:
    """A PNG file's bytes: the same for the same picture and settings."""
    notes = (text_chunk(CHUNK, json.dumps(settings.to_json())), unicode_chunk(READABLE, readable(settings)))
    return write_png(np.asarray(image), notes)


def read_settings(path: Path) -> DrawSettings:
    """What a PNG file of ours was drawn from. Raises ImageError for any other file."""
    with opened(path, ("PNG",)) as image:
        text = image.info.get(CHUNK)
    if not isinstance(text, str):
        raise ImageError(f"{path} does not say what it was drawn from; only pictures of dgx-pixels do")
    try:
        return DrawSettings.from_json(_json(text))
    except ImageError as error:
        raise ImageError(f"{path} cannot be drawn again: {error}") from error


def readable(settings: DrawSettings) -> str:
    """The settings as people of this field write them: the prompts, then a line of names and values."""
    facts: dict[str, Any] = {
        "Steps": settings.steps,
        "Sampler": settings.sampler,
        "Schedule type": settings.scheduler,
        "CFG scale": f"{settings.cfg:g}",
        "Seed": settings.seed,
        "Size": f"{settings.width}x{settings.height}",
        "Model": settings.model,
        "Model hash": settings.model_sha256[:10],
        "Denoising strength": f"{settings.denoise:g}" if settings.init_sha256 else None,
        "Version": f"dgx-pixels {settings.version}",
    }
    lines = [settings.prompt]
    if settings.negative:
        lines.append(f"Negative prompt: {settings.negative}")
    return "\n".join([*lines, ", ".join(f"{k}: {v}" for k, v in facts.items() if v is not None)])


def _json(text: str) -> object:
    if len(text) > MAX_CHUNK_CHARS:
        raise ImageError(f"its settings have {len(text)} characters; {MAX_CHUNK_CHARS} is the most")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImageError("its settings are no valid JSON") from error
