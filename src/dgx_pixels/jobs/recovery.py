"""What is done before a server takes its first job: end what a crash left half done. Blocking; knows no event loop."""

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from dgx_pixels.core.errors import StoreError
from dgx_pixels.core.limits import MAX_ATTEMPTS
from dgx_pixels.jobs.job import Job, quarantine_record
from dgx_pixels.jobs.manifest import Entry
from dgx_pixels.jobs.staging import Staging, staged_path
from dgx_pixels.jobs.store import Store


@dataclass(frozen=True, slots=True)
class Recovered:
    """A store and a staging folder, locked and tidy."""

    store: Store
    staging: Staging | None
    live: list[Job]
    """Jobs that wait."""
    entries: list[Entry]
    """Files of ended jobs that are yet to get their names."""
    counter: int
    """The number for the next job."""


def recover(path: Path | None, outputs: Path | None, now: int) -> Recovered:
    """Open the database (None: in memory) and the staging folder; jobs that were running wait again.

    Raises StoreError.
    """
    store = Store.open(path)
    staging: Staging | None = None
    try:
        staging = Staging(outputs) if outputs is not None else None
        _end_interrupted(store, now)
        entries = [_at_home(entry, staging) for entry in store.outbox()]
        if staging is not None:
            staging.sweep(entry.staged for entry in entries)
        return Recovered(store, staging, store.live(), entries, store.counter())
    except BaseException as error:
        if staging is not None:
            staging.close()
        store.close()
        if isinstance(error, sqlite3.Error | OSError):
            raise StoreError(f"{path} cannot be brought in order ({error}); check the disk and its space") from error
        raise


def _at_home(entry: Entry, staging: Staging | None) -> Entry:
    """The entry with today's folder of outputs, if its file lies there: the folder may have been moved."""
    if staging is None:
        return entry
    moved = replace(entry, root=str(staging.root))
    return moved if staged_path(moved).exists() or moved.target.exists() else entry


def _end_interrupted(store: Store, now: int) -> None:
    """A job that a crash interrupted waits again, unless it may be what brings the server down."""
    interrupted = [job for job in store.live() if job.state == "running"]
    if not interrupted:
        return
    with store.transaction():
        for job in interrupted:
            if job.tries >= MAX_ATTEMPTS:
                store.finish(job, "failed", quarantine_record(job, now), (), now)
            else:
                store.requeue(job)
