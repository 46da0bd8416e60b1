"""Pictures put into the input folder: the same contents once, other contents under another name."""

import hashlib
import os
import secrets
from importlib.resources import files
from itertools import count
from pathlib import Path

from dgx_pixels.core.errors import ImageError, StorageError

EXAMPLE = "example.png"
"""The picture that the shipped workflows start from."""


def make_inputs(folder: Path) -> None:
    """Make the input folder, with the example in it, unless there is one: what a user took out stays out.

    Raises OSError where it cannot be made.
    """
    if folder.exists():
        return
    folder.mkdir(parents=True)
    (folder / EXAMPLE).write_bytes((files("dgx_pixels") / "data" / EXAMPLE).read_bytes())


def kept(path: Path, folder: Path) -> str:
    """Copy a file into a folder and return its name there: ``name (1).png`` where another has its own.

    Raises ImageError where it cannot be read, StorageError where it cannot be written.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path} cannot be read ({error.strerror}); check the path") from error
    digest = hashlib.sha256(content).digest()
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count():
            target = folder / (f"{path.stem} ({number}){path.suffix}" if number else path.name)
            if not target.exists():
                part.write_bytes(content)
                os.link(part, target)  # fails where somebody else was quicker
                return target.name
            if hashlib.sha256(target.read_bytes()).digest() == digest:
                return target.name
    except OSError as error:
        raise StorageError(f"{folder} takes no file ({error.strerror}); check its permissions and space") from error
    finally:
        part.unlink(missing_ok=True)
    raise AssertionError("count() has no end")
