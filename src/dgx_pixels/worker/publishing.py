"""Jobs whose worker is done with them, on their way to the disk, while the next one runs already."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dgx_pixels.core.errors import StagedFileError, StaleError, StorageError
from dgx_pixels.core.limits import MAX_UNPUBLISHED, STORE_PROBE_SECONDS
from dgx_pixels.jobs.job import Job, StagedFile
from dgx_pixels.jobs.writer import JobStore
from dgx_pixels.worker.running import End

log = logging.getLogger(__name__)


class Publisher:
    """Commits ends of jobs. What is committed is told; in which order is the teller's business."""

    def __init__(self, store: JobStore, staging: Path, on_space: Callable[[], None]) -> None:
        """``on_space`` is called whenever another job may come."""
        self._store = store
        self._staging = staging
        self._on_space = on_space
        self._tasks: set[asyncio.Task[None]] = set()
        self._staged: dict[tuple[str, str], Path] = {}
        self._closing = False

    @property
    def full(self) -> bool:
        """Whether so much is on its way that no job should begin."""
        return len(self._tasks) >= MAX_UNPUBLISHED

    def staged(self, subfolder: str, filename: str) -> Path | None:
        """Where an output is that was told of but has not got its name yet."""
        return self._staged.get((subfolder, filename))

    def expect(self, file: StagedFile) -> None:
        """A file was told of."""
        self._staged[file.subfolder, file.filename] = self._staging / file.staged

    def begin(self, job: Job, end: End, leftover: list[StagedFile], tell: Callable[[End], None]) -> None:
        """Commit an end and drop the files ``leftover``; ``tell`` is called with it when that is done."""
        self.discard(leftover)
        task = asyncio.create_task(self._publish(job, end, tell))
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def discard(self, files: list[StagedFile]) -> None:
        """Files will not be published."""
        for file in files:
            self._staged.pop((file.subfolder, file.filename), None)
            (self._staging / file.staged).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what a worker that is gone left unfinished. Blocking; for when no worker writes."""
        kept = {path.name for path in self._staged.values()} | self._store.held()
        for path in self._staging.iterdir() if self._staging.is_dir() else ():
            with suppress(OSError):
                # A file with two names was published a moment ago, and one with a dot is the store's.
                if path.name not in kept and not path.name.startswith(".") and path.stat().st_nlink == 1:
                    path.unlink()

    async def close(self) -> None:
        """Wait until nothing is on its way; what the disk refuses runs again after the next start."""
        self._closing = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _publish(self, job: Job, end: End, tell: Callable[[End], None]) -> None:
        while True:
            try:
                await self._store.finish(job.id, job.attempt, end.state, end.record, list(end.files))
            except StagedFileError as error:
                log.error("the job %s fails: %s", job.id, error)  # noqa: TRY400 - a sentence says it
                self.discard(list(end.files))
                end = end.without_files(job.id, str(error))
                continue
            except StaleError:
                log.warning("the job %s went on without its attempt %d, whose result is dropped", job.id, job.attempt)
            except StorageError as error:
                log.error("the job %s cannot be finished yet: %s", job.id, error)  # noqa: TRY400 - a sentence says it
                if self._closing:
                    return
                await asyncio.sleep(STORE_PROBE_SECONDS)
                continue
            break
        for file in end.files:
            self._staged.pop((file.subfolder, file.filename), None)
        tell(end)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the end of a job could not be committed", exc_info=error)
        self._on_space()
