"""Takes finished files from the staging folder to their names, off the event loop and in batches.

secure → (the commit of the job's end) → release. Knows no job's state.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeAlias

from dgx_pixels.core.errors import StorageError
from dgx_pixels.core.limits import PUBLISH_RETRY_SECONDS
from dgx_pixels.jobs.batches import Batches
from dgx_pixels.jobs.job import StagedFile
from dgx_pixels.jobs.manifest import Entry
from dgx_pixels.jobs.staging import Staging, TakenError, free_name

Rename: TypeAlias = Callable[[Entry, str], Awaitable[Entry]]
"""Has a file's new name committed."""

_log: Final = logging.getLogger(__name__)


class Outbox:
    """``rename`` commits another name for a file; ``settled`` is told of files that need no more care."""

    def __init__(self, staging: Staging, rename: Rename, settled: Callable[[Sequence[Entry]], None]) -> None:
        self.staging = staging
        self._rename = rename
        self._settled = settled
        self._pool = ThreadPoolExecutor(3, "outbox")
        self._secure = Batches(staging.secure, self._pool)
        self._publish = Batches(staging.publish, self._pool)
        self._settle = Batches(staging.settle, self._pool)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self._naming: set[asyncio.Future[None]] = set()
        self.held: set[str] = set()
        """Names of staged files that are still needed here."""

    async def secure(self, files: Sequence[StagedFile]) -> list[Entry]:
        """The files' entries, once they are on the disk. Raises StorageError: then ask again; StagedFileError."""
        return await self._secure.do(files) if files else []

    def release(self, entries: Sequence[Entry]) -> asyncio.Future[None]:
        """Give committed files their names. Done when they have them, or at the latest when the outbox closes.

        Goes on whether or not it is awaited.
        """
        named: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        named.add_done_callback(lambda future: future.cancelled() or future.exception())  # nobody need wait for it
        self._naming.add(named)
        named.add_done_callback(self._naming.discard)
        self.held.update(entry.staged for entry in entries)
        task = asyncio.create_task(self._take_out(entries, named))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return named

    async def named(self) -> None:
        """Wait until what was released so far has its names, though not for ever where the disk refuses them."""
        if self._naming:
            await asyncio.wait(self._naming, timeout=PUBLISH_RETRY_SECONDS)

    async def close(self) -> None:
        """Finish what can be finished; the rest is for the next start."""
        self._closing.set()
        while self._tasks:
            await asyncio.wait(self._tasks)
        self._pool.shutdown()
        self.staging.close()

    async def _take_out(self, entries: Sequence[Entry], named: asyncio.Future[None]) -> None:
        try:
            entries = await self._until_done(self._publish, entries)
            if not named.done():
                named.set_result(None)
            await self._until_done(self._settle, entries)
        except StorageError as error:
            if not named.done():
                named.set_exception(error)
        else:
            self.held.difference_update(entry.staged for entry in entries)
            self._settled(entries)

    async def _until_done(self, step: Batches[Sequence[Entry], None], entries: Sequence[Entry]) -> Sequence[Entry]:
        """The entries, some perhaps under another name. Raises StorageError when closing interrupts the attempts."""
        pause, failed = PUBLISH_RETRY_SECONDS / 16, False
        while True:
            try:
                await step.do(entries)
            except TakenError as taken:
                entries = await self._with_free_name(entries, taken.entry)
                continue
            except OSError as error:
                if not failed:
                    _log.error("finished files cannot be published yet, the server goes on trying: %s", error)
                failed = True
            else:
                return entries
            await self._pause(pause)
            pause = min(2 * pause, PUBLISH_RETRY_SECONDS)

    async def _with_free_name(self, entries: Sequence[Entry], taken: Entry) -> Sequence[Entry]:
        """Somebody else made a file of that name, which stays as it is."""
        name = await asyncio.to_thread(free_name, taken)
        _log.warning("%s is another program's file; the new one is called %s", taken.target, name)
        try:
            renamed = await self._rename(taken, name)
        except StorageError:
            await self._pause(PUBLISH_RETRY_SECONDS)
            return entries
        return [renamed if entry == taken else entry for entry in entries]

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
                raise StorageError("the server stops; files of jobs that ended are published when it starts again")
