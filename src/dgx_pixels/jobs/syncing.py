"""Waiting for the disk. Knows nothing of what it waits for."""

import errno
import os
from pathlib import Path
from typing import Final

_CANNOT: Final = frozenset({errno.EINVAL, errno.EOPNOTSUPP})


def sync(path: Path) -> None:
    """Wait until a file is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk, where its file system knows how to. Raises OSError."""
    try:
        sync(path)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
