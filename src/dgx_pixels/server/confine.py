"""Names that clients send, kept inside a folder: no way out by dots, links, devices or odd spellings.

A folder may itself be a link; below it, links may lead to its own inside only. Where a path leads is asked of the
kernel once the file is open, so that nothing can be exchanged in between.
"""

import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dgx_pixels.core.errors import OutsideError, UsageError
from dgx_pixels.core.limits import MAX_PATH_BYTES

_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_MAX_SEGMENT_BYTES: Final = 255
_NOTHING_THERE: Final = frozenset({errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO})


@dataclass(slots=True)
class OpenFile:
    """A regular file inside its folder, open for reading. Whoever takes it closes ``fd``."""

    fd: int
    status: os.stat_result
    name: str
    """Last part of its path."""

    def close(self) -> None:
        """Give the file back; more than once does no harm."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def relative(*names: str) -> str:
    """The names joined and put into their shortest form, ``.`` for the folder itself.

    Raises OutsideError where they lead out of any folder, UsageError where no path is spelled like that.
    """
    joined = "/".join(name for name in names if name)
    _check_spelling(joined)
    if any(name.startswith("/") for name in names):
        raise OutsideError("a path that starts with / leads out of its folder; name it relative to the folder")
    path = os.path.normpath(joined) if joined else "."
    if path == ".." or path.startswith("../"):
        raise OutsideError("a path with .. leads out of its folder; name it without")
    return path


def _check_spelling(path: str) -> None:
    if "\0" in path:
        raise UsageError("a path has no NUL in it; send it without")
    try:
        encoded = path.encode()
    except UnicodeEncodeError as error:
        raise UsageError("a path is UTF-8; half a surrogate pair is none") from error
    if len(encoded) > MAX_PATH_BYTES or any(len(part) > _MAX_SEGMENT_BYTES for part in encoded.split(b"/")):
        raise UsageError(f"a path has at most {_MAX_SEGMENT_BYTES} bytes a name and {MAX_PATH_BYTES} in all")


def locate(root: Path, *names: str) -> Path:
    """Where the names lead once every link is followed, which may be a place where nothing is yet.

    Raises OutsideError, UsageError.
    """
    base = os.path.realpath(root)
    found = os.path.realpath(os.path.join(base, relative(*names)))  # noqa: PTH118 - realpath speaks str
    if not _inside(found, base):
        raise OutsideError("a link on that path leads out of its folder; name a file inside")
    return Path(found)


def open_file(root: Path, *names: str) -> OpenFile:
    """Open a regular file for reading.

    Raises OutsideError, UsageError, FileNotFoundError where there is no regular file, PermissionError.
    """
    path = locate(root, *names)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise FileNotFoundError(path.name)
        fd = os.open(path, _READ | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno in _NOTHING_THERE:
            raise FileNotFoundError(path.name) from error
        raise
    try:
        status = os.fstat(fd)
        _check_place(fd, root)
    except BaseException:
        os.close(fd)
        raise
    return OpenFile(fd, status, path.name)


def open_owned(root: Path, *names: str) -> OpenFile:
    """Open a regular file below a folder that only its owner can write to, whose links therefore may lead anywhere.

    Raises OutsideError, UsageError, FileNotFoundError where there is no regular file, PermissionError.
    """
    path = Path(os.path.realpath(os.path.join(root, relative(*names))))  # noqa: PTH118 - realpath speaks str
    return open_file(path.parent, path.name)


@contextmanager
def open_folder(root: Path, *names: str, create: bool = False) -> Generator[int]:
    """A descriptor of a folder, made with its parents if asked for, to name files relative to.

    Raises OutsideError, UsageError, FileNotFoundError, NotADirectoryError.
    """
    if create:
        root.mkdir(parents=True, exist_ok=True)
    path = locate(root, *names)
    if create:
        path.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, _FOLDER)
    try:
        _check_place(fd, root)
        yield fd
    finally:
        os.close(fd)


def _check_place(fd: int, root: Path) -> None:
    """Ask the kernel where an open file lies."""
    try:
        place = str(Path(f"/proc/self/fd/{fd}").readlink())
    except OSError:  # a system without /proc: what `locate` found has to do
        return
    if not _inside(place, os.path.realpath(root)):
        raise OutsideError("that path leads out of its folder")


def _inside(path: str, base: str) -> bool:
    return path == base or path.startswith(base if base.endswith("/") else base + "/")
