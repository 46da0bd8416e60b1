"""A file on its way in: ``<name>.part`` beside its target, locked, hashed as it grows, renamed when whole.

Knows no network. What is left after an interruption is what the next run goes on from.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from dgx_pixels.core.errors import DownloadError, StorageError, UsageError

_CHUNK: Final = 2**20
_SPARE: Final = 64 * 2**20  # bytes left free on the disk, for everybody else's small files


@dataclass(frozen=True, slots=True)
class Origin:
    """What a partial file is the beginning of."""

    address: str
    """URL without user, password, query or fragment."""
    validator: str | None
    """Strong ETag or Last-Modified of the whole file: what If-Range wants."""


class Partial:
    """The open partial file of one target. Made by ``opened``."""

    def __init__(self, target: Path, file: BinaryIO) -> None:
        self.target = target
        self.path = part_path(target)
        self.done = 0
        self._file = file
        self._digest = hashlib.sha256()
        self._note = Path(f"{self.path}.json")
        self._read_back()

    @property
    def sha256(self) -> str:
        """Hash of the bytes so far."""
        return self._digest.hexdigest()

    @property
    def origin(self) -> Origin | None:
        """What an earlier run noted of this file's source."""
        try:
            note: dict[str, Any] = json.loads(self._note.read_text("utf-8"))
            return Origin(str(note["address"]), note["validator"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def restart(self, origin: Origin) -> None:
        """Throw away what is there and begin with another source."""
        self._file.truncate(0)
        self._file.seek(0)
        self.done, self._digest = 0, hashlib.sha256()
        self._note.write_text(json.dumps({"address": origin.address, "validator": origin.validator}), "utf-8")

    def write(self, chunk: bytes) -> None:
        """Append. Raises StorageError; what did fit stays."""
        rest = memoryview(chunk)
        while rest:
            with _said_simply(self.path):
                written = self._file.write(rest)
            self._digest.update(rest[:written])
            self.done += written
            rest = rest[written:]

    def make_room(self, total: int) -> None:
        """Raises StorageError unless the disk holds what is missing to ``total`` bytes."""
        free, needed = shutil.disk_usage(self.path.parent).free, total - self.done
        if needed + _SPARE > free:
            raise StorageError(
                f"{self.target.name} needs {needed / 1e9:.2f} GB more in {self.path.parent}, "
                f"which has {free / 1e9:.2f} GB free; make room, then run the same command again"
            )

    def flush(self) -> None:
        """Onto the disk, so that the next run finds it. Raises StorageError."""
        with _said_simply(self.path):
            os.fsync(self._file.fileno())

    def publish(self) -> None:
        """Give the whole file its name. Raises UsageError if somebody took it meanwhile."""
        self.flush()
        refuse_clash(self.target)
        self.path.replace(self.target)
        self._note.unlink(missing_ok=True)
        sync_folder(self.target.parent)

    def discard(self) -> None:
        """Remove what came: it is not what was asked for."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _read_back(self) -> None:
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            self._digest.update(chunk)
            self.done += len(chunk)


@contextmanager
def opened(target: Path) -> Generator[Partial]:
    """The partial file of ``target``, for this process alone.

    Raises DownloadError while another process has it, UsageError where ``target`` exists, StorageError.
    """
    path = part_path(target)
    refuse_clash(target)
    with _said_simply(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b", buffering=0)  # unbuffered: a full disk shows at the write, not at the close
    with file:
        _lock(file, path)
        partial = Partial(target, file)
        try:
            yield partial
        finally:
            if path.exists() and not partial.done:
                partial.discard()


def part_path(target: Path) -> Path:
    """Where a file lies until it is whole."""
    return target.with_name(f"{target.name}.part")


def refuse_clash(target: Path) -> None:
    """Raises UsageError if something has that name already."""
    if os.path.lexists(target):
        raise UsageError(f"{target} exists already; remove it first or choose another --name")


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _said_simply(path: Path) -> Generator[None]:
    """Turn the operating system's refusal to write ``path`` into ours."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error


def _lock(file: BinaryIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Between our open and our lock another process may have finished, renaming the file we hold.
        ours = os.path.samestat(os.fstat(file.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        ours = False
    if not ours:
        raise DownloadError(f"another process is downloading {path.name.removesuffix('.part')}; wait for it")
