"""Names and folders of the files that nodes save: prefix, counter, subfolder, and where to write until they are done.

A file appears under its name whole or not at all. Knows no file's contents, no job and no database.
"""

import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

from dgx_pixels.core.errors import StorageError, UsageError

Kind: TypeAlias = Literal["output", "temp"]
"""Finished files, or previews that live until the server stops."""

_BATCH_NUMBER: Final = "%batch_num%"
_NAME_BYTES: Final = 255
# A folder that others write to is looked through again, but for no more than this share of the time.
_SCANNING_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Place:
    """A name reserved for one file."""

    filename: str
    subfolder: str
    """Relative to the folder of its type; empty for the folder itself."""
    type: Kind
    path: Path
    """Where to write now; call `finish` afterwards, or use `write`."""
    _finish: Callable[["Place"], None] = field(repr=False, compare=False)

    def ui(self) -> dict[str, str]:
        """As an output of a node names a file."""
        return {"filename": self.filename, "subfolder": self.subfolder, "type": self.type}

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write the whole file. Raises StorageError, leaving nothing behind."""
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                left = memoryview(data)
                while left:
                    left = left[file.write(left) or 0 :]
        except OSError as error:
            self.path.unlink(missing_ok=True)
            raise _failed(self.filename, error) from error
        self.finish()

    def finish(self) -> None:
        """Say that the file at `path` is whole. Raises StorageError, leaving nothing behind."""
        try:
            self._finish(self)
        except OSError as error:
            self.path.unlink(missing_ok=True)
            raise _failed(self.filename, error) from error


@dataclass(slots=True)
class _Counter:
    """The largest number of a prefix in a folder, and what is known of the folder."""

    largest: int = 0
    folder_time: int = -1
    scanned_at: float = 0.0
    scan_seconds: float = 0.0


class Places:
    """Gives out names below the folders of outputs and previews, each once.

    With a ``staging`` folder, on the file system of the outputs, an output is written there and someone else gives
    it its name (and makes its subfolder): ``on_staged`` is called with the place and the path of each that is whole.
    Without, it gets its name here, after it is on the disk. Previews always get theirs here.
    """

    def __init__(
        self,
        outputs: Path,
        temp: Path,
        staging: Path | None = None,
        on_staged: Callable[[Place, Path], None] | None = None,
    ) -> None:
        self._roots: dict[Kind, Path] = {"output": outputs, "temp": temp}
        self._staging = staging
        self._on_staged = on_staged
        self._counters: dict[tuple[Path, str], _Counter] = {}
        self._lock = threading.Lock()

    def reserve(
        self, prefix: str, kind: Kind = "output", count: int = 1, width: int = 0, height: int = 0, suffix: str = ".png"
    ) -> list[Place]:
        """``count`` names ``<prefix>_<number>_<suffix>`` with the numbers after the largest in use.

        ``width`` and ``height`` are what those tokens stand for. Raises UsageError for a prefix that leads out of
        the folder or is no name for a file, StorageError where a folder cannot be made.
        """
        subfolder, name = split_prefix(with_tokens(prefix, width, height))
        folder = confined_folder(self._roots[kind], subfolder)
        staged = kind == "output" and self._staging is not None
        if self._staging is not None and folder.is_relative_to(self._staging.resolve()):
            raise UsageError(f"{subfolder!r} is where unfinished files lie; choose another filename_prefix")
        self._prepare(self._staging if staged and self._staging is not None else folder)
        with self._lock:
            names = self._next_names(folder, name, count, suffix)
        return [self._place(folder, subfolder, kind, filename, staged=staged) for filename in names]

    def next_number(self, folder: Path, name: str) -> int:
        """The number after the largest in use, names given out among them, for code that saves files by itself."""
        with self._lock:
            counter = self._counters.setdefault((folder, name), _Counter())
            _look_again(counter, folder, name, always=True)
            return counter.largest + 1

    def _prepare(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"the folder {folder} cannot be made ({error.strerror}); check its permissions"
            ) from error

    def _next_names(self, folder: Path, name: str, count: int, suffix: str) -> list[str]:
        counter = self._counters.setdefault((folder, name), _Counter())
        _look_again(counter, folder, name)
        names: list[str] = []
        while len(names) < count:
            counter.largest += 1
            batch_name = name.replace(_BATCH_NUMBER, str(len(names)))
            filename = f"{batch_name}_{counter.largest:05}_{suffix}"
            _check_name(filename)
            if not os.path.lexists(folder / filename):
                names.append(filename)
        return names

    def _place(self, folder: Path, subfolder: str, kind: Kind, filename: str, *, staged: bool) -> Place:
        ending = Path(filename).suffix
        if staged and self._staging is not None:
            return Place(filename, subfolder, kind, self._staging / f"{secrets.token_hex(12)}{ending}", self._stage)
        part = folder / f".{secrets.token_hex(12)}.part{ending}"
        return Place(filename, subfolder, kind, part, lambda place: _publish(place, folder))

    def _stage(self, place: Place) -> None:
        if self._on_staged is not None:
            self._on_staged(place, place.path)


def with_tokens(prefix: str, width: int, height: int) -> str:
    """The prefix with ``%width%``, ``%height%`` and the parts of the local date and time filled in."""
    if "%" not in prefix:
        return prefix
    now = datetime.now().astimezone()
    tokens = {"width": str(width), "height": str(height), "year": str(now.year)}
    tokens |= {unit: f"{getattr(now, unit):02}" for unit in ("month", "day", "hour", "minute", "second")}
    for token, value in tokens.items():
        prefix = prefix.replace(f"%{token}%", value)
    return prefix


def split_prefix(prefix: str) -> tuple[str, str]:
    """Subfolder and first part of the file names. Raises UsageError for what no file can be called."""
    if "\0" in prefix:
        raise UsageError("a filename_prefix with a NUL character names no file; choose another")
    subfolder, name = os.path.split(os.path.normpath(prefix))
    return subfolder, name


def confined_folder(root: Path, subfolder: str) -> Path:
    """The real folder of that name below ``root``. Raises UsageError where it lies elsewhere, through links too."""
    real = root.resolve()
    try:
        folder = (real / subfolder).resolve()
    except (OSError, RuntimeError) as error:  # links in a circle, names too long
        raise UsageError(f"{subfolder!r} names no folder for files; choose another filename_prefix") from error
    if not folder.is_relative_to(real):
        raise UsageError(
            "Saving image outside the output folder is not allowed; "
            "choose a filename_prefix without .., links and absolute paths"
        )
    return folder


def largest_number(names: Iterable[str], name: str) -> int:
    """The largest N of files called ``<name>_<N>`` or ``<name>_<N>_...``; 0 where there is none."""
    numbered = re.compile(re.escape(name).replace(re.escape(_BATCH_NUMBER), "[0-9]+") + r"_([0-9]+)(?:_.*)?", re.DOTALL)
    start = name.split("%", 1)[0]
    matches = (numbered.fullmatch(entry) for entry in names if entry.startswith(start))
    return max((int(match[1]) for match in matches if match), default=0)


def _look_again(counter: _Counter, folder: Path, name: str, *, always: bool = False) -> None:
    """Count what others may have put into the folder since it was last looked through.

    ``always``: however often it changes and however large it is.
    """
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return  # made when the first file gets its name
    begin = time.monotonic()
    rested = begin - counter.scanned_at >= counter.scan_seconds / _SCANNING_SHARE
    if not always and (changed == counter.folder_time or not rested):
        return
    counter.largest = max(counter.largest, largest_number(os.listdir(folder), name))  # noqa: PTH208 - names, and fast
    counter.folder_time = changed
    counter.scanned_at = time.monotonic()
    counter.scan_seconds = counter.scanned_at - begin


def _check_name(filename: str) -> None:
    if len(os.fsencode(filename)) > _NAME_BYTES:
        raise UsageError(f"the name {filename[:40]}... is too long for a file; choose a shorter filename_prefix")


def _publish(place: Place, folder: Path) -> None:
    """Give a whole file its name, an output once it is on the disk. Never writes over another file."""
    target = folder / place.filename
    if place.type == "output":
        with place.path.open("rb") as file:
            os.fsync(file.fileno())
    try:
        target.hardlink_to(place.path)
    except FileExistsError as error:
        raise StorageError(f"another program just made {place.filename}; run it again") from error
    except OSError:  # a file system without hard links
        place.path.replace(target)
        return
    with suppress(OSError):
        place.path.unlink()


def _failed(filename: str, error: OSError) -> StorageError:
    return StorageError(f"{filename} cannot be written ({error.strerror}); check the folder and its space")
