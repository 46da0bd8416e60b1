"""Where finished pictures go. A file appears under its name once it is whole and on the disk, or not at all."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final, Self

from dgx_pixels.core.errors import StorageError, UsageError

SUFFIX: Final = ".png"
_NAME_CHARS: Final = 40


@dataclass(frozen=True, slots=True)
class Output:
    """A folder that collects pictures, or one file."""

    folder: Path
    file: str | None
    """Name of the one file, written over where it exists; None: names that are still free."""

    @classmethod
    def of(cls, target: str | PathLike[str], count: int = 1) -> Self:
        """The file or folder that ``target`` means: a name ending in ``.png`` is a file, one without an end a folder.

        Raises UsageError for another kind of file, and for one file where there are more pictures.
        """
        name, path = os.fspath(target), Path(target)
        if not name:
            raise UsageError("the name of the output is empty; name a PNG file or a folder")
        if path.is_dir() or name.endswith(os.sep) or not (path.suffix or path.exists()):
            return cls(path, None)
        if path.suffix.lower() != SUFFIX:
            raise UsageError(f"{path} is no PNG file; name one ending in {SUFFIX}, or a folder")
        if count > 1:
            raise UsageError(f"{path} is one file for {count} pictures; name a folder instead")
        return cls(path.parent, path.name)

    def prepare(self) -> None:
        """Make the folder where it is missing. Raises StorageError if it can be neither made nor written to."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{self._obstacle(error)}; name another folder") from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise StorageError(f"the folder {self.folder} may not be written to; name another")

    def _obstacle(self, error: OSError) -> str:
        """What keeps the folder from being made."""
        for place in (self.folder, *self.folder.parents):
            with suppress(OSError):
                if place.exists() and not place.is_dir():
                    return f"{place} is a file, no folder"
        return f"the folder {self.folder} cannot be made ({error.strerror})"

    def write(self, data: bytes, prompt: str, seed: int) -> Path:
        """Write a file and return its path. Raises StorageError, leaving nothing behind.

        In a folder it is called after its prompt and seed, and no other file is ever written over.
        """
        try:
            part = self._staged(data)
            try:
                return self._named(part, prompt, seed)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            what = self.folder / (self.file or "")
            raise StorageError(
                f"{what} cannot be written ({error.strerror}); check the folder and its space"
            ) from error

    def _staged(self, data: bytes) -> Path:
        """A file beside the target, whole and on the disk, that nobody takes for finished."""
        handle, part = tempfile.mkstemp(prefix=".dgx-pixels-", suffix=".part", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(part).chmod(0o666 & ~_umask())
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return Path(part)

    def _named(self, part: Path, prompt: str, seed: int) -> Path:
        if self.file is not None:
            return part.replace(self.folder / self.file)
        names = _names(prompt, seed)
        while True:
            target = self.folder / next(names)
            with suppress(FileExistsError):
                _move_to_free(part, target)
                return target


def _move_to_free(part: Path, target: Path) -> None:
    """Give a file a name unless that is taken. Raises FileExistsError."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: no other way is as safe against a second process
        if target.exists():
            raise FileExistsError(target) from None
        part.replace(target)


def _names(prompt: str, seed: int) -> Iterator[str]:
    """``a-red-potion-42.png``, ``a-red-potion-42-2.png``, ..."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain))[:_NAME_CHARS].strip("-") or "sprite"
    yield f"{stem}-{seed}{SUFFIX}"
    number = 2
    while True:
        yield f"{stem}-{seed}-{number}{SUFFIX}"
        number += 1


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
