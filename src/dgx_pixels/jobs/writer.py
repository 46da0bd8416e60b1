"""The job store as the server sees it: every change waits for its commit, none holds up the event loop.

Single-threaded like the loop it lives in. Knows no graph, no worker and no client.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from dgx_pixels.core.errors import QueueFullError, StagedFileError
from dgx_pixels.core.limits import MAX_ATTEMPTS, MAX_QUEUE_BYTES, PUBLISH_RETRY_SECONDS
from dgx_pixels.jobs.board import Board
from dgx_pixels.jobs.commit import GroupCommit, Order
from dgx_pixels.jobs.job import STATES, Counts, Job, JobPage, NewJob, StagedFile, State, quarantine_record
from dgx_pixels.jobs.manifest import Entry
from dgx_pixels.jobs.outbox import Outbox
from dgx_pixels.jobs.recovery import Recovered, recover
from dgx_pixels.jobs.store import Store

T = TypeVar("T")
R = TypeVar("R")

_log: Final = logging.getLogger(__name__)


class JobStore:
    """Jobs that are accepted, run and remembered; nothing that was answered is lost.

    Changes raise StoreUnavailableError (503) where the disk refuses them: they were not made, and may be asked for
    again.
    """

    def __init__(self, recovered: Recovered, *, max_queue: int, max_history: int) -> None:
        self._board = Board(recovered.live)
        self._counter = recovered.counter
        self._max_queue = max_queue
        self._max_history = max_history
        self._arriving = 0
        self._when_recovered: Callable[[], None] | None = None
        self._commit = GroupCommit(recovered.store, self._housekeeping, self._recovered)
        self._outbox = Outbox(recovered.staging, self._rename, self._settled) if recovered.staging else None

    @classmethod
    async def open(
        cls, path: Path | None, *, outputs: Path | None, max_queue: int = 1000, max_history: int = 10_000
    ) -> Self:
        """Open the database at ``path`` (None: in memory) for jobs whose files go to ``outputs`` (None: without any).

        Jobs that were running wait again, files of jobs that ended get their names, all else that was staged is
        removed. Raises StoreError: in use by another server, damaged, or newer than this program.
        """
        recovered = await asyncio.to_thread(recover, path, outputs, _now())
        store = cls(recovered, max_queue=max_queue, max_history=max_history)
        await store._adopt(recovered.entries)
        return store

    async def close(self) -> None:
        """Finish what was asked for, then let go of the files. A job that runs is started again at the next start."""
        if self._outbox is not None:
            await self._outbox.close()
        await self._commit.close()

    @property
    def staging(self) -> Path | None:
        """Folder that workers write finished files to."""
        return self._outbox.staging.folder if self._outbox is not None else None

    def held(self) -> frozenset[str]:
        """Names of staged files of ended jobs: whoever tidies the staging folder leaves them alone."""
        return frozenset(self._outbox.held) if self._outbox is not None else frozenset()

    @property
    def obstacle(self) -> str | None:
        """Why no job can be accepted; None while it can."""
        return self._commit.obstacle

    def when_recovered(self, call: Callable[[], None]) -> None:
        """Have a function called whenever the disk takes jobs again after it did not: `claim` gives jobs again."""
        self._when_recovered = call

    def next_number(self) -> int:
        """A number for the next job; it goes on after a restart."""
        self._counter += 1
        return self._counter - 1

    def pending(self) -> list[Job]:
        """Jobs that wait, in no order."""
        return list(self._board.pending.values())

    def running(self) -> list[Job]:
        """Jobs that run."""
        return list(self._board.running.values())

    def counts(self) -> Counts:
        """How many wait and run."""
        return Counts(len(self._board.pending), len(self._board.running))

    async def submit(self, new: NewJob) -> Job:
        """Accept a job: it is on the disk when this returns. With a known idempotency key, the job that has it.

        Raises QueueFullError (429), UsageError for what cannot be stored, StoreUnavailableError (503).
        """
        new.check()
        if self._full():
            key = new.key
            known = await self._read(lambda store: store.by_key(key)) if key is not None else None
            if known is None:
                raise QueueFullError(
                    f"{len(self._board.pending)} jobs are waiting, as many as may; send it again when some are done"
                )
            return known
        self._arriving += 1
        now = _now()
        return await self._write(lambda store: store.accept(new, now), self._accepted, self._not_accepted)

    async def claim(self) -> Job | None:
        """The first of the waiting jobs, running from now on. None where none waits or the disk takes no changes.

        Not waited for on the disk: after a crash the job waits again.
        """
        if self._commit.obstacle is not None or (job := self._board.take(_now())) is None:
            return None
        start = job.start_ms or 0
        self._later(lambda store: store.claim(job.seq, job.attempt, start))
        return job

    async def finish(
        self, job_id: str, attempt: int, state: State, record: Mapping[str, Any], files: Sequence[StagedFile] = ()
    ) -> None:
        """End a job and publish its files: both or neither, and durably. They have their names when this returns.

        Raises StaleError if this attempt does not have the job, StagedFileError for a file that is not as announced,
        StorageError if the disk refuses: nothing has changed then, and the same may be asked for again.
        """
        job = self._board.held(job_id, attempt)
        if files and self._outbox is None:
            raise StagedFileError("this store has no folder of outputs; end the job without files")
        entries = await self._outbox.secure(files) if self._outbox is not None else []
        named = await self._write(
            lambda store: store.finish(job, state, record, entries, _now()), lambda stored: self._ended(job, stored)
        )
        await named

    async def requeue(self, job_id: str, attempt: int, *, forgiven: bool = False) -> State:
        """Let a job wait again whose worker died; after three such deaths it fails, with a record that says so.

        ``forgiven``: the worker was stopped in good order, and the attempt does not count. Raises StaleError.
        """
        job = self._board.held(job_id, attempt)
        if job.tries >= MAX_ATTEMPTS and not forgiven:
            await self.finish(job_id, attempt, "failed", quarantine_record(job, _now()))
            return "failed"
        await self._write(
            lambda store: store.requeue(job, forgiven=forgiven), lambda _: self._waits_again(job, forgiven=forgiven)
        )
        return "queued"

    async def delete_pending(self, ids: Iterable[str] | None = None) -> list[str]:
        """Cancel the waiting jobs of these ids (None: all); the ids of those there were."""
        wanted = None if ids is None else set(ids)
        jobs = [job for job in self._board.pending.values() if wanted is None or job.id in wanted]
        for job in jobs:
            self._board.remove(job)

        def cancel(store: Store) -> None:
            now = _now()
            for job in jobs:
                store.cancel(job.seq, now)

        def put_back(_: Exception) -> None:
            for job in jobs:
                self._board.add(job)

        if jobs:
            await self._write(cancel, lambda _: None, put_back)
        return [job.id for job in jobs]

    async def history(self, max_items: int | None = None, offset: int | None = None) -> dict[str, Any]:
        """History records by prompt_id, oldest first: the newest ``max_items``, or that many from ``offset`` on."""
        return json.loads(await self.history_json(max_items, offset))

    async def history_json(self, max_items: int | None = None, offset: int | None = None) -> str:
        """The same as JSON, without parsing anything."""
        return await self._read_named(lambda store: store.history(max_items, offset))

    async def history_one(self, job_id: str) -> dict[str, Any]:
        """``{prompt_id: record}``, or ``{}``."""
        return json.loads(await self.history_one_json(job_id))

    async def history_one_json(self, job_id: str) -> str:
        """The same as JSON, without parsing anything."""
        return await self._read_named(lambda store: store.history_one(job_id))

    async def delete_history(self, ids: Iterable[str] | None = None) -> None:
        """Forget ended jobs of these ids (None: all)."""
        wanted = None if ids is None else list(ids)
        await self._write(lambda store: store.forget(wanted), lambda _: None)

    async def jobs(self, states: Sequence[State] | None = None, limit: int = 100, offset: int = 0) -> JobPage:
        """Jobs in these states (None: any), newest first, as ``/api/jobs`` lists them."""
        return await self._read_named(lambda store: store.page(states or STATES, limit, offset))

    async def job(self, job_id: str) -> Job | None:
        """The latest job of an id, whatever its state."""
        return await self._read_named(lambda store: store.job(job_id))

    def _full(self) -> bool:
        waiting = len(self._board.pending) + self._arriving
        return waiting >= self._max_queue or self._board.weight >= MAX_QUEUE_BYTES

    def _accepted(self, outcome: tuple[Job, bool]) -> Job:
        job, fresh = outcome
        self._arriving -= 1
        if fresh:
            self._board.add(job)
        return job

    def _not_accepted(self, _: Exception) -> None:
        self._arriving -= 1

    def _ended(self, job: Job, entries: Sequence[Entry]) -> asyncio.Future[None]:
        self._board.end(job)
        if self._outbox is not None and entries:
            return self._outbox.release(entries)
        nothing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        nothing.set_result(None)
        return nothing

    def _waits_again(self, job: Job, *, forgiven: bool) -> None:
        self._board.end(job)
        self._board.add(replace(job, state="queued", start_ms=None, tries=job.tries - int(forgiven)))

    async def _adopt(self, entries: Sequence[Entry]) -> None:
        """Publish what was committed but not published. What cannot be yet is tried again in the background."""
        if self._outbox is not None and entries:
            jobs = groupby(entries, key=lambda entry: entry.job)
            named = [self._outbox.release(list(group)) for _, group in jobs]
            await asyncio.wait(named, timeout=PUBLISH_RETRY_SECONDS)

    async def _rename(self, entry: Entry, filename: str) -> Entry:
        return await self._write(lambda store: store.rename(entry, filename), lambda renamed: renamed)

    def _settled(self, entries: Sequence[Entry]) -> None:
        files = [entry.file for entry in entries]
        self._later(lambda store: store.published(files))

    def _housekeeping(self, store: Store) -> None:
        """Part of every commit; runs in the store's thread."""
        store.prune(self._max_history)
        store.remember_counter(self._counter)

    def _recovered(self) -> None:
        if self._when_recovered is not None:
            self._when_recovered()

    def _write(
        self, work: Callable[[Store], T], done: Callable[[T], R], failed: Callable[[Exception], None] | None = None
    ) -> asyncio.Future[R]:
        """A durable change: ``done`` makes the result once it is committed, whether or not anybody still waits."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()

        def answer(outcome: Any) -> None:
            if isinstance(outcome, Exception):
                if failed is not None:
                    failed(outcome)
                if not future.done():
                    future.set_exception(outcome)
            else:
                result = done(outcome)
                if not future.done():
                    future.set_result(result)

        self._commit.put(Order(work, answer))
        return future

    def _later(self, work: Callable[[Store], None]) -> None:
        """A change that is not waited for."""
        self._commit.put(Order(work, _note, durable=False))

    async def _read_named(self, work: Callable[[Store], T]) -> T:
        """What is read, told when the files it speaks of have their names: who reads of a file may open it."""
        found = await self._read(work)
        if self._outbox is not None:
            await self._outbox.named()
        return found

    def _read(self, work: Callable[[Store], T]) -> asyncio.Future[T]:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def answer(outcome: Any) -> None:
            if future.done():
                return
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self._commit.put(Order(work, answer, reads=True))
        return future


def _note(outcome: object) -> None:
    if isinstance(outcome, Exception):
        _log.error("a change that was promised could not be made", exc_info=outcome)


def _now() -> int:
    return time.time_ns() // 1_000_000
