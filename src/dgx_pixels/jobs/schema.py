"""Brings a database to today's schema, after a backup. Knows no table."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from dgx_pixels.core.errors import StoreError
from dgx_pixels.jobs.syncing import sync, sync_folder


def migrate(connection: sqlite3.Connection, path: Path | None, steps: Sequence[str]) -> None:
    """Run the steps that the database has not seen, each in one transaction, after a backup beside it.

    ``path`` is the database's file, None for one in memory. Raises StoreError for one of a newer schema, and
    sqlite3.Error where a step fails: the database is then as before that step.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(steps):
        raise StoreError(
            f"{path} was written by a newer dgx-pixels (schema {version}, this one knows {len(steps)}); "
            "update dgx-pixels, or start it with another --home"
        )
    if 0 < version < len(steps) and path is not None:
        back_up(connection, path.with_name(f"{path.name}.v{version}.bak"))
    for number, step in enumerate(steps[version:], version + 1):
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{step}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the database, while it is open, to a file that is whole and on the disk or not there."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
    sync(part)
    part.replace(target)
    sync_folder(target.parent)
