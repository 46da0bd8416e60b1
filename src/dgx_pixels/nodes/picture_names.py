"""Names of pictures as workflows write them: ``cat.png``, ``sub/cat.png``, ``cat.png [output]``."""

import hashlib
from pathlib import Path
from typing import Any, Final

from dgx_pixels.core.errors import DgxPixelsError, ImageError, ModelNotFoundError

_FOLDERS: Final = ("input", "output", "temp")


def split_name(name: str, default: str = "input") -> tuple[str, str]:
    """Which folder a name means, and the name without the tag that says so; ``default`` where there is no tag."""
    for folder in _FOLDERS:
        tag = f"[{folder}]"
        if name.endswith(tag):
            # The tag takes the space before it along, whatever it is.
            return folder, name[: -len(tag) - 1]
    return default, name


def picture_path(files: Any, name: str, default: str = "input") -> Path:
    """The file of a name. ``files`` is the `ModelFiles` that a name cannot lead out of, links included.

    Raises ImageError for a file that is not there.
    """
    folder, plain = split_name(name, default)
    try:
        return files.path(folder, plain)
    except ModelNotFoundError as error:
        raise ImageError(f"there is no picture {name!r} in the {folder} folder; upload it, or name another") from error


def is_there(files: Any, name: object, default: str = "input") -> bool | str:
    """True, or the sentence that validation answers with."""
    try:
        picture_path(files, str(name), default)
    except DgxPixelsError:
        return f"Invalid image file: {name}"
    return True


def fingerprint(files: Any, name: object, default: str = "input") -> str | float:
    """The file's sha256 in hex; not a number, which equals nothing, where the name is not known yet."""
    if not isinstance(name, str):
        return float("nan")
    with picture_path(files, name, default).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
