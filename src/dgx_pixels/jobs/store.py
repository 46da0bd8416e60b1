"""The record of jobs: one SQLite connection, and every change of a job one guarded statement.

Synchronous and for one thread. Knows no event loop, no limit on the queue and no file but its own.
"""

import json
import sqlite3
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

from dgx_pixels.core.errors import StaleError, StoreError
from dgx_pixels.jobs.job import Job, JobPage, JobSummary, NewJob, State, item_json, workflow_id
from dgx_pixels.jobs.manifest import Entry, renamed
from dgx_pixels.jobs.schema import migrate
from dgx_pixels.jobs.statements import migrations, statements
from dgx_pixels.jobs.syncing import sync_folder

# Only a single connection, locked for good, is outside the preconditions of SQLite's WAL-reset bug (fixed in 3.51.3).
_FILE_PRAGMAS: Final = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "mmap_size = 0")
_BUGS: Final = frozenset(
    {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_MISUSE,
     sqlite3.SQLITE_RANGE, sqlite3.SQLITE_TOOBIG}
)  # fmt: skip


def is_trouble(error: Exception) -> bool:
    """Whether the disk or the machine is the reason of an error, and not the statement that met it."""
    if isinstance(error, MemoryError):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.DatabaseError) and code is not None and code & 0xFF not in _BUGS


class Store:
    """Jobs in a database. Every change happens inside of a `transaction`."""

    def __init__(self, connection: sqlite3.Connection, *, durable: bool) -> None:
        self._connection = connection
        self._sql: Mapping[str, str] = statements()
        self._file = durable
        self._full = True

    @classmethod
    def open(cls, path: Path | None, steps: Sequence[str] | None = None) -> Self:
        """Open or make the database at ``path`` (None: in memory), and lock it.

        Raises StoreError where another server has it, where it is damaged or newer than this program, and where it
        cannot be made.
        """
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                path or ":memory:", timeout=0, isolation_level=None, check_same_thread=False, cached_statements=64
            )
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path} cannot be opened ({error}); check the folder and its space") from error
        try:
            _prepare(connection, path, migrations() if steps is None else steps)
            return cls(connection, durable=path is not None)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Bring everything into the database's own file and let go of it."""
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._connection.close()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Generator[None]:
        """What happens inside is committed as one, or not at all if anything is raised.

        With ``durable`` it is on the disk at the end; without, only once a durable one follows.
        """
        self._synchronous(full=durable)
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # SQLite may have rolled back by itself, or the disk may refuse this too: nothing was committed either way.
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            raise

    @property
    def changes(self) -> int:
        """Grows with every row that is changed."""
        return self._connection.total_changes

    def probe(self) -> None:
        """Write as a job would. Raises sqlite3.Error.

        After a failed fsync the log is not trusted to be on the disk: what was committed is first written anew, to
        the database's own file.
        """
        if self._file:
            _write_back(self._connection)
        with self.transaction():
            self._change("probe")

    def _synchronous(self, *, full: bool) -> None:
        if self._file and full != self._full:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
            self._full = full

    def _change(self, name: str, **values: Any) -> int:
        """Run a statement; the number of rows that it changed."""
        return self._connection.execute(self._sql[name], values).rowcount

    def _guarded(self, name: str, **values: Any) -> None:
        """Run a statement that changes one job. Raises StaleError if its guards let none through."""
        if self._change(name, **values) != 1:
            raise StaleError

    def _rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(self._sql[name], values).fetchall()

    def accept(self, new: NewJob, now: int) -> tuple[Job, bool]:
        """A new job and True, or the job that its idempotency key has brought before and False."""
        if new.key is not None and (known := self._rows("by_key", key=new.key)):
            return _job(known[0]), False
        cursor = self._connection.execute(
            self._sql["accept"],
            {
                "id": new.id,
                "key": new.key,
                "number": new.number,
                "client": new.client_id,
                "workflow": workflow_id(new.extra_data),
                "now": now,
                "outputs": json.dumps(new.outputs),
                "prompt": _dumps(new.prompt),
                "extra": _dumps(new.extra_data),
            },
        )
        return _job(self._rows("by_seq", seq=cursor.lastrowid)[0]), True

    def claim(self, seq: int, attempt: int, now: int) -> None:
        """From queued to running, for an attempt above all earlier ones of the job's id. Raises StaleError."""
        self._guarded("claim", seq=seq, attempt=attempt, now=now)

    def finish(
        self, job: Job, state: State, record: Mapping[str, Any], entries: Iterable[Entry], now: int
    ) -> list[Entry]:
        """From running to an end, with the files to publish; the later run of an id takes the earlier one's place.

        Returns the entries as they were recorded. Raises StaleError unless ``job.attempt`` has the job.
        """
        self._guarded("finish", seq=job.seq, attempt=job.attempt, state=state, record=_dumps(record), now=now)
        self._change("forget_older_twins", id=job.id, seq=job.seq)
        return [entry.recorded(job.seq, self._expect(job.seq, entry)) for entry in entries]

    def _expect(self, seq: int, entry: Entry) -> int:
        values = {**entry.columns(), "job": seq}
        return self._connection.execute(self._sql["expect"], values).lastrowid or 0

    def requeue(self, job: Job, *, forgiven: bool = False) -> None:
        """From running to queued. ``forgiven``: the attempt does not count against the job. Raises StaleError."""
        self._guarded("requeue", seq=job.seq, attempt=job.attempt, forgiven=int(forgiven))

    def cancel(self, seq: int, now: int) -> None:
        """From queued to cancelled. Raises StaleError."""
        self._guarded("cancel", seq=seq, now=now)

    def forget(self, ids: Iterable[str] | None) -> None:
        """Drop ended jobs of these ids (None: all of them)."""
        if ids is None:
            self._change("forget_all")
        else:
            self._change("forget", ids=json.dumps(list(ids)))

    def prune(self, keep: int) -> None:
        """Drop the oldest of the ended jobs beyond ``keep``."""
        surplus = self._rows("ended_count")[0][0] - keep
        if surplus > 0:
            self._change("prune", surplus=surplus)

    def counter(self) -> int:
        """The number for the next job."""
        return self._rows("counter")[0][0]

    def remember_counter(self, counter: int) -> None:
        """Go on from this number after a restart."""
        self._change("remember_counter", counter=counter)

    def live(self) -> list[Job]:
        """Every job that waits or runs."""
        return [_job(row) for row in self._rows("live")]

    def by_key(self, key: str) -> Job | None:
        """The job of an idempotency key."""
        return next((_job(row) for row in self._rows("by_key", key=key)), None)

    def job(self, job_id: str) -> Job | None:
        """The latest job of an id, whatever its state."""
        return next((_job(row) for row in self._rows("by_id", id=job_id)), None)

    def history(self, count: int | None, offset: int | None) -> str:
        """History records as one JSON object, oldest first: the newest ``count``, or from ``offset`` on."""
        if offset is None or offset < 0:
            return _history(self._rows("newest", count=-1 if count is None else max(count, 0)))
        return _history(self._rows("window", count=-1 if count is None else max(count, 0), offset=offset))

    def history_one(self, job_id: str) -> str:
        """The history record of an id, as a JSON object of none or one."""
        return _history(self._rows("one", id=job_id))

    def page(self, states: Sequence[State], limit: int, offset: int) -> JobPage:
        """Jobs in these states, newest first."""
        wanted = json.dumps(list(states))
        rows = self._rows("page", states=wanted, limit=limit, offset=offset)
        total = self._rows("page_total", states=wanted)[0][0]
        jobs = [JobSummary(*row[:-1], record=json.loads(row[-1]) if row[-1] else None) for row in rows]
        return JobPage(jobs, offset, limit, total)

    def outbox(self) -> list[Entry]:
        """Files of ended jobs that are not known to lie under their names."""
        return [Entry(*row) for row in self._rows("unpublished")]

    def published(self, files: Iterable[int]) -> None:
        """These files lie under their names, for good."""
        self._connection.executemany(self._sql["published"], [{"file": file} for file in files])

    def rename(self, entry: Entry, filename: str) -> Entry:
        """Give a file that is yet to be published another name, in its job's record too. Raises StaleError."""
        self._guarded("retarget", file=entry.file, filename=filename)
        for (record,) in self._rows("record", seq=entry.job):
            if record is not None:
                self._change("amend", seq=entry.job, record=_dumps(renamed(json.loads(record), entry, filename)))
        return entry.named(filename)


def _prepare(connection: sqlite3.Connection, path: Path | None, steps: Sequence[str]) -> None:
    """Lock, check and migrate. Raises StoreError."""
    try:
        if path is not None:
            for pragma in _FILE_PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        damage = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if damage != "ok":
            raise StoreError(f"{path} is damaged ({damage}); move it away to start with an empty queue")
        migrate(connection, path, steps)
        if path is not None:
            sync_folder(path.parent)
            _write_back(connection)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(_obstacle(path, error)) from error


def _write_back(connection: sqlite3.Connection) -> None:
    """Move the log into the database's own file and start it anew. Raises sqlite3.Error.

    An earlier process may have ended after an fsync failed: the log is then in memory, and no later fsync would bring
    it to the disk.
    """
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("the log cannot be written back")


def _obstacle(path: Path | None, error: Exception) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"another server is using {path}; stop it, or start this one with another --home"
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return f"{path} is damaged ({error}); move it away to start with an empty queue"
    return f"{path} cannot be opened ({error}); check the folder and its space"


def _job(row: tuple[Any, ...]) -> Job:
    *head, outputs, prompt, extra, record = row
    return Job(*head, outputs=tuple(json.loads(outputs)), prompt_json=prompt, extra_json=extra, record_json=record)


def _history(rows: Iterable[tuple[str, float, str, str, str, str]]) -> str:
    parts = (  # a record is an object with members: its brace is taken off
        f'{json.dumps(job_id)}: {{"prompt": {item_json(number, job_id, prompt, extra, outputs)}, {record[1:]}'
        for job_id, number, prompt, extra, outputs, record in rows
    )
    return f"{{{', '.join(parts)}}}"


def _dumps(value: Mapping[str, Any]) -> str:
    """JSON as `json.dumps` has it, made member by member so that a large value does not hold up other threads."""
    return f"{{{', '.join(f'{json.dumps(str(name))}: {json.dumps(member)}' for name, member in value.items())}}}"
