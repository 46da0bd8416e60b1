"""Gives a worker one job after the other, hands its events on, and sees to it that every job ends.

Knows no process but through messages, and no database but through `JobStore`.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any, Final

from dgx_pixels.core.errors import StaleError, StorageError
from dgx_pixels.core.limits import CANCEL_SECONDS, MAX_ATTEMPTS, STORE_PROBE_SECONDS
from dgx_pixels.jobs.job import Job
from dgx_pixels.jobs.writer import JobStore
from dgx_pixels.worker.frames import Done, Emitted, FrameError, Free, Message, Run, Said, Sent, Shown, Staged
from dgx_pixels.worker.lane import Lane, Turn
from dgx_pixels.worker.process import Death, WorkerProcess
from dgx_pixels.worker.publishing import Publisher
from dgx_pixels.worker.running import End, RunningJob
from dgx_pixels.worker.voice import Voice
from dgx_pixels.worker.watch import Crashes

log = logging.getLogger(__name__)

_LOSSY: Final = frozenset({"progress", "progress_state"})
_OFF_DUTY_SECONDS: Final = 5.0
_FORGET: Final = Free(unload_models=False, free_memory=True)


class Dispatcher:
    """The jobs of one worker (`seat.Work`)."""

    def __init__(
        self,
        store: JobStore,
        publisher: Publisher,
        lane: Lane,
        voice: Voice,
        secrets: Callable[[str], dict[str, Any]],
    ) -> None:
        """``secrets`` gives what goes along with a job and is in no file, by its id."""
        self._store = store
        self._secrets = secrets
        self._publisher = publisher
        self._lane = lane
        self._voice = voice
        self._worker: WorkerProcess | None = None
        self._job: RunningJob | None = None
        self._turn: Turn | None = None
        self._runs = count(1)
        self._changed = asyncio.Event()
        self._off_duty = asyncio.Event()
        self._off_duty.set()
        self._closing = False

    @property
    def waiting(self) -> bool:
        """Whether there are jobs for a worker."""
        return not self._closing and self._store.counts().queued > 0

    @property
    def run(self) -> int | None:
        """Number of the run that goes on."""
        return None if self._job is None or self._job.ended.done() else self._job.run

    @property
    def job(self) -> RunningJob | None:
        """The job that runs."""
        return None if self.run is None else self._job

    def wake(self) -> None:
        """There may be a job now."""
        self._changed.set()

    async def give(self, worker: WorkerProcess, crashes: Crashes) -> bool:
        """Give jobs to a worker until it is dead or `close` is called; whether it died over one."""
        self._worker = worker
        self._off_duty.clear()
        worker.died.add_done_callback(self._died)
        try:
            await asyncio.to_thread(self._publisher.sweep)
            while not worker.died.done() and not self._closing:
                self._changed.clear()
                job = None if self._publisher.full else await self._claim()
                if job is None:
                    await self._changed.wait()
                elif worker.died.done() or self._closing:
                    await self._put_back(job, forgiven=True)
                elif await self._run(worker, job, crashes):
                    return True
            return False
        finally:
            self._worker = None
            self._off_duty.set()

    async def close(self, grace: float) -> None:
        """Take no more jobs; the one that runs gets ``grace`` seconds, then it waits again for the next start."""
        self._closing = True
        self.wake()
        if self._job is not None:
            await asyncio.wait({self._job.ended}, timeout=grace)
        if self.job is not None and self._worker is not None:
            self._worker.kill("was stopped with the server", wanted=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._off_duty.wait(), _OFF_DUTY_SECONDS)

    def interrupt(self, job_id: str | None) -> bool:
        """Stop the job that runs (None: whichever it is); whether that is the one. It ends within seconds."""
        job = self.job
        if job is None or job_id not in {None, job.job.id}:
            return False
        job.cancelled = True
        self._stop(job)
        return True

    def give_up(self) -> None:
        """Stop the job that runs because it shows no progress."""
        if (job := self.job) is not None and job.given_up is None and not job.cancelled:
            job.given_up = "TimeoutError", "The prompt showed no progress for longer than job_timeout allows."
            self._stop(job)

    def free(self, order: Free) -> None:
        """Have the worker give memory back before its next job."""
        if self._worker is not None:
            self._worker.send(order)

    def hear(self, message: Message) -> None:
        """The worker says something about its work; what belongs to no run that goes on is dropped."""
        if isinstance(message, Sent):
            self._voice.pack_event(message)
            return
        job, turn = self.job, self._turn
        if job is None or turn is None or getattr(message, "run", None) != job.run:
            return
        if isinstance(message, Done):
            job.ended.set_result(message)
        elif isinstance(message, Staged):
            self._publisher.expect(job.staged(message))
        elif isinstance(message, Emitted):
            if job.hear(message) and not job.cancelled:
                turn.tell(partial(self._voice.run_event, job.job, message), lossy=message.type in _LOSSY)
        elif job.cancelled:
            return
        elif isinstance(message, Shown):
            lossy = message.format != "PNG"  # that is a result which goes out without a file
            turn.tell(partial(self._voice.preview, job.job, message), lossy=lossy)
        elif isinstance(message, Said):
            turn.tell(partial(self._voice.text, job.job, message))

    async def _claim(self) -> Job | None:
        try:
            return await self._store.claim()
        except StorageError as error:
            log.error("no job can be taken: %s", error)  # noqa: TRY400 - a sentence says it
            asyncio.get_running_loop().call_later(STORE_PROBE_SECONDS, self.wake)
            return None

    async def _run(self, worker: WorkerProcess, job: Job, crashes: Crashes) -> bool:
        """See a job through; whether the worker died over it."""
        running = RunningJob(job, next(self._runs), asyncio.get_running_loop().create_future())
        turn = self._turn = self._lane.enter()
        self._job = running
        self._voice.queue_changed()
        try:
            outputs = list(job.outputs)
            worker.send(Run(running.run, job.id, job.prompt_json, job.extra_json, self._secrets(job.id), outputs))
        except FrameError as error:
            running.given_up = type(error).__name__, str(error)
            self._job = None
            self._end(running, turn, running.cut_short())
            return False
        ended = await running.ended
        if isinstance(ended, Done):
            crashes.went_well()
            self._end(running, turn, running.end(ended))
            return False
        return await self._bereaved(running, turn, ended)

    async def _bereaved(self, running: RunningJob, turn: Turn, death: Death) -> bool:
        """The worker died with a job in hand; whether over it."""
        job = running.job
        if running.cancelled or running.given_up is not None:
            self._end(running, turn, running.cut_short())
        elif not death.wanted and job.tries >= MAX_ATTEMPTS:
            self._end(running, turn, running.crashed(death.reason, job.tries))
        else:
            self._publisher.discard(running.files)
            await self._put_back(job, forgiven=death.wanted)
            turn.leave()
            self._voice.queue_changed()
        return not death.wanted

    async def _put_back(self, job: Job, *, forgiven: bool) -> None:
        """Let a job wait again; ``forgiven`` if that is not its fault."""
        while True:
            try:
                await self._store.requeue(job.id, job.attempt, forgiven=forgiven)
            except StaleError:
                return
            except StorageError as error:
                log.error("the job %s cannot be put back yet: %s", job.id, error)  # noqa: TRY400 - a sentence says it
                if self._closing:  # the next start does it
                    return
                await asyncio.sleep(STORE_PROBE_SECONDS)
            else:
                return

    def _end(self, running: RunningJob, turn: Turn, end: End) -> None:
        """Commit the end of a job; then, and in its turn, everybody hears of it."""
        kept = set(end.files)
        leftover = [file for file in running.files if file not in kept]
        if leftover:  # results that the worker remembers name files that will not be there
            self.free(_FORGET)
        self._publisher.begin(running.job, end, leftover, partial(self._told, running.job, turn, end))

    def _told(self, job: Job, turn: Turn, meant: End, end: End) -> None:
        if meant.files and not end.files:
            self.free(_FORGET)
        turn.tell(partial(self._voice.end, job, end.final))
        turn.leave()

    def _stop(self, job: RunningJob) -> None:
        """Ask the worker to stop a job, and end the worker if it does not."""
        worker = self._worker
        if worker is None or worker.died.done():
            return
        worker.flag.cancel(job.run)
        wanted = partial(worker.kill, "did not stop its job when told to", wanted=True)
        asyncio.get_running_loop().call_later(CANCEL_SECONDS, lambda: job.ended.done() or wanted())

    def _died(self, death: "asyncio.Future[Death]") -> None:
        if self.job is not None:
            self.job.ended.set_result(death.result())
        self.wake()
