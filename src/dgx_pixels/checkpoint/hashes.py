"""SHA-256 of model files, remembered: hashing 7 GB takes many seconds, looking a row up takes none.

A row holds for the size and modification time it was made at; a file that changed since has no hash.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dgx_pixels.core.errors import StorageError

_CHUNK: Final = 2**20
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS hash (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID
"""


def sha256_of(path: Path, report: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file in hex; ``report`` hears the bytes read so far."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if report:
                report(done)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The hash a file had, and whether it still looks like that file."""

    sha256: str
    current: bool
    """Size and modification time are those of the record."""


@dataclass(frozen=True, slots=True)
class HashBook:
    """Hashes by real path, in a small SQLite file that several processes may use at once."""

    file: Path

    def put(self, path: Path, sha256: str) -> None:
        """Remember the hash of a file as it is now. Raises StorageError."""
        status = path.stat()
        row = (str(path.resolve()), status.st_size, status.st_mtime_ns, sha256)
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO hash VALUES (?, ?, ?, ?)", row)

    def get(self, path: Path) -> Recorded | None:
        """What was recorded of a file, if anything. Raises StorageError."""
        if not self.file.is_file():
            return None
        question = "SELECT sha256, size, mtime_ns FROM hash WHERE path = ?"
        with self._open() as database:
            row = database.execute(question, (str(path.resolve()),)).fetchone()
        if row is None:
            return None
        status = path.stat()
        return Recorded(row[0], row[1:] == (status.st_size, status.st_mtime_ns))

    def known(self, path: Path) -> str | None:
        """The hash of a file unchanged since it was recorded. Raises StorageError."""
        recorded = self.get(path)
        return recorded.sha256 if recorded and recorded.current else None

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=10)) as database, database:
                database.execute(_SCHEMA)
                yield database
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"the record of hashes {self.file} is unusable: {error}; remove it") from error
