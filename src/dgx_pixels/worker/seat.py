"""One device's place: its worker process, started when needed and replaced when gone.

Knows of jobs only that somebody (`Work`) gives them to a worker that is up.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol

from dgx_pixels.core.errors import WorkerError
from dgx_pixels.worker.frames import Answer, Beat, Device, Message, Ready, Setup, Stop
from dgx_pixels.worker.process import WorkerProcess
from dgx_pixels.worker.questions import Questions
from dgx_pixels.worker.status import WorkerState
from dgx_pixels.worker.watch import LOOK_SECONDS, Crashes, Watch

log = logging.getLogger(__name__)

_QUESTION_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 1.0
_HOPELESS: Final = "no worker comes up; look into the server's log"


class Work(Protocol):
    """Where work for the worker comes from."""

    @property
    def waiting(self) -> bool:
        """Whether there is work that needs a worker."""
        ...

    @property
    def run(self) -> int | None:
        """Number of the run that goes on."""
        ...

    async def give(self, worker: WorkerProcess, crashes: Crashes) -> bool:
        """Give work to a worker that is up until it is dead or no more is to be given; whether it died over some."""
        ...

    def hear(self, message: Message) -> None:
        """The worker says something about its work."""
        ...

    def give_up(self) -> None:
        """The run that goes on shows no progress."""
        ...


class Seat:
    """Keeps one worker process up."""

    def __init__(self, setup: Setup, work: Work, on_line: Callable[[str], None], *, job_timeout: float) -> None:
        """``on_line`` hears every line that the worker prints; ``job_timeout`` is in seconds without progress."""
        self._setup = setup
        self._work = work
        self._on_line = on_line
        self._job_timeout = job_timeout
        self._questions = Questions()
        self._worker: WorkerProcess | None = None
        self._up = asyncio.Event()
        self._changed = asyncio.Event()
        self._crashes = Crashes()
        self._closing = False
        self._watch = Watch(job_timeout, time.monotonic())
        self.ready = True
        """False from a crash until the next worker is up."""
        self.device: dict[str, Any] | None = None
        """As ``/system_stats`` has it, once known."""

    @property
    def pid(self) -> int | None:
        """Process id of the worker."""
        return self._worker.pid if self._worker is not None else None

    @property
    def state(self) -> WorkerState:
        """What the worker does."""
        if self._worker is not None and self._up.is_set():
            return "idle" if self._work.run is None else "busy"
        if self._crashes.hopeless:
            return "dead"
        if self._worker is not None:
            return "starting"
        return "off" if self.ready else "backoff"

    def wake(self) -> None:
        """A worker may be wanted now."""
        self._changed.set()

    async def run(self) -> None:
        """Keep a worker up whenever one is wanted, until `close`."""
        while not self._closing:
            self._changed.clear()
            # After a crash the next one comes up at once, so that the outside learns whether one can.
            if self._setup.settings["warm"] or not self.ready or self._questions or self._work.waiting:
                await self._live()
            else:
                await self._changed.wait()

    async def close(self) -> None:
        """End the worker for good. Its work must have ended before."""
        self._closing = True
        self._changed.set()
        if (worker := self._worker) is not None and not worker.died.done():
            worker.send(Stop())
            await asyncio.wait({worker.died}, timeout=_STOP_SECONDS)
            worker.kill("did not stop when told to", wanted=True)
            await worker.died

    async def ask(self, about: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The fields of the worker's answer, each a dict. Raises WorkerError where there is none."""
        if self._crashes.hopeless:
            raise WorkerError(_HOPELESS)
        question, answer = self._questions.put(about, payload)
        if self._worker is not None and self._up.is_set():
            self._worker.send(self._questions.sent(question))
        self.wake()
        try:
            return await asyncio.wait_for(answer, _QUESTION_SECONDS)
        except TimeoutError as error:
            raise WorkerError from error

    async def _live(self) -> None:
        """Start a worker and stay with it until it is dead."""
        began = time.monotonic()
        try:
            worker = await WorkerProcess.start(self._hear, self._on_line)
        except OSError as error:
            log.error("no worker can be started: %s", error)  # noqa: TRY400 - a sentence says it
            await self._crashed(began, idle=True)
            return
        self._worker, self._watch = worker, Watch(self._job_timeout, began)
        watching = asyncio.create_task(self._look_after(worker))
        try:
            worker.send(self._setup)
            over_work = await self._come_up(worker) and await self._work.give(worker, self._crashes)
            death = await worker.died
        finally:
            watching.cancel()
            worker.kill("was left alone", wanted=True)
            self._worker = None
            self._up.clear()
        if self._closing or death.wanted:
            log.info("the worker %d %s", worker.pid, death.reason)
        else:
            log.error("the worker %d %s", worker.pid, death.reason)
            await self._crashed(began, idle=not over_work)

    async def _come_up(self, worker: WorkerProcess) -> bool:
        """Wait until a worker is up or dead."""
        up = asyncio.create_task(self._up.wait())
        await asyncio.wait({up, worker.died}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if worker.died.done():
            return False
        for question in list(self._questions.to_send()):
            worker.send(question)
        return True

    async def _crashed(self, began: float, *, idle: bool) -> None:
        """A worker that was started at ``began`` went down: wait for a moment, unless it had lived for longer."""
        self.ready = False
        self._crashes.crashed(time.monotonic(), idle=idle)
        if self._crashes.hopeless:
            self._questions.give_up(_HOPELESS)
        until = began + self._crashes.pause
        while not self._closing and (left := until - time.monotonic()) > 0:
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    async def _look_after(self, worker: WorkerProcess) -> None:
        """Kill a worker that is silent, give up a run that is stuck."""
        while not worker.died.done():
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            self._watch.look(now, self._work.run)
            if self._watch.hung(now):
                worker.kill("stopped answering")
            elif self._watch.stuck(now):
                self._work.give_up()

    def _hear(self, message: Message) -> None:
        if isinstance(message, Beat):
            self._watch.beat(time.monotonic(), message.steps, message.patience)
        elif isinstance(message, Answer):
            self._questions.hear(message)
        elif isinstance(message, Device):
            self.device = message.device
        elif isinstance(message, Ready):
            self.device = message.device or self.device
            self.ready = True
            self._crashes.came_up()
            self._up.set()
        else:
            self._work.hear(message)
