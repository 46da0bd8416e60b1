"""The worker's main thread: runs one job after the other and tidies up between them."""

import gc
import hashlib
import json
import logging
import sys
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.core.tracebacks import without_folders
from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.execute import AnyEvent, Event, Executor, Outcome, Request, TextEvent
from dgx_pixels.nodes.places import Place
from dgx_pixels.worker.channel import Channel
from dgx_pixels.worker.device import describe_device
from dgx_pixels.worker.flag import CancelFlag
from dgx_pixels.worker.frames import Device, Done, Emitted, FrameError, Free, Message, Run, Said, Shown, Staged, Stop
from dgx_pixels.worker.pulse import Pulse
from dgx_pixels.worker.records import Whereabouts, failed, record
from dgx_pixels.worker.surroundings import WorkerHost

log = logging.getLogger(__name__)

_TIDY_SECONDS: Final = 10.0


class Runner:
    """Runs jobs on the executor that it is given."""

    def __init__(self, channel: Channel, flag: CancelFlag, pulse: Pulse, settings: ServerSettings) -> None:
        self.orders: SimpleQueue[Run | Free | Stop] = SimpleQueue()
        """What is to be done next; filled by the thread that reads."""
        self._channel = channel
        self._flag = flag
        self._pulse = pulse
        self._settings = settings
        self._run = 0
        self.client: str | None = None
        """Client of the job that runs."""
        self._tidied = time.monotonic()

    def work(self, executor: Executor, host: WorkerHost, *, torch: bool) -> None:
        """Run what is ordered until told to stop.

        ``torch``: whether jobs need it. It is imported now, and not when the first job waits for it.
        """
        if torch and "torch" not in sys.modules:
            self.import_torch()
        while not isinstance(order := self.orders.get(), Stop):
            if isinstance(order, Free):
                self._free(order, executor, host)
                continue
            with _inference(torch=torch):
                self._do(order, executor, host)
            self._tidy()

    def import_torch(self) -> None:
        """Import torch and tell the server of the device."""
        with self._pulse.long_call():
            import torch

            torch.set_num_threads(torch.get_num_threads())  # makes the pool of threads now, not in the first step
            self._tell_device()

    def interrupt(self) -> None:
        """Stop the job that runs, as a node may wish; from any thread."""
        self._flag.cancel(self._run)

    def stage(self, place: Place, path: Path) -> None:
        """Tell the server of a whole file in the staging folder."""
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        name = Staged(self._run, place.filename, place.subfolder, place.type, path.name, len(data), digest)
        self._channel.send(name)

    def _do(self, job: Run, executor: Executor, host: WorkerHost) -> None:
        self._run = job.run
        try:
            extra = json.loads(job.extra_data) | job.secrets
            self.client = extra.get("client_id")
            prompt = json.loads(job.prompt)
            request = Request(prompt_id=job.prompt_id, prompt=prompt, extra_data=extra, outputs=job.outputs)
            outcome = executor.run(request, self._emit, lambda: self._flag.cancelled(job.run), host)
            self._channel.send(_done(job.run, outcome))
        except (Exception, SystemExit) as error:  # nothing that a job does may end the worker, or the next job waits
            log.exception("the job %s failed outside of its nodes", job.prompt_id)
            self._fail(job, error)

    def _emit(self, event: AnyEvent) -> None:
        self._pulse.steps += 1
        try:
            self._channel.send(_message(self._run, event))
        except FrameError as error:  # the job goes on: only a watcher misses something
            log.warning("an event is left out: %s", error)

    def _fail(self, job: Run, error: BaseException) -> None:
        kind = type(error).__name__
        final = failed(Whereabouts(job.prompt_id), kind, str(error), without_folders(traceback.format_exception(error)))
        ended = record([], final)
        self._channel.send(Emitted(job.run, *final))
        self._channel.send(
            Done(job.run, "error", completed=False, messages=ended["status"]["messages"], outputs={}, meta={})
        )

    def _free(self, order: Free, executor: Executor, host: WorkerHost) -> None:
        if order.free_memory:
            executor.forget()
        elif order.unload_models:  # models that kept values hold on to could not go
            executor.sift(_is_data)
        if order.unload_models:
            host.unload()
        self._tidied = 0.0
        self._tidy()

    def _tidy(self) -> None:
        """Collect what lies in circles of references, and give the device's free memory back, now and then."""
        if time.monotonic() - self._tidied < _TIDY_SECONDS:
            return
        gc.collect()
        if (torch := sys.modules.get("torch")) is not None and torch.cuda.is_initialized():
            torch.cuda.empty_cache()
        self._tell_device()
        self._tidied = time.monotonic()

    def _tell_device(self) -> None:
        if (device := describe_device(self._settings.device)) is not None:
            self._channel.send(Device(device))


def _done(run: int, outcome: Outcome) -> Done:
    messages = [[kind, _without_folders(data)] for kind, data in outcome.messages]
    return Done(run, outcome.status_str, outcome.completed, messages, dict(outcome.outputs), dict(outcome.meta))


def _without_folders(data: dict[str, Any]) -> dict[str, Any]:
    """What a run says of its failure, without the folders of this machine: it goes to every client."""
    return data | {"traceback": without_folders(data["traceback"])} if "traceback" in data else data


def _message(run: int, event: AnyEvent) -> Message:
    """An event of the graph as it crosses to the server."""
    if isinstance(event, Event):
        return Emitted(run, event.type, _without_folders(event.data))
    if isinstance(event, TextEvent):
        return Said(run, event.node_id, event.text)
    ids = (event.node_id, event.display_node_id, event.parent_node_id, event.real_node_id)
    return Shown(run, event.format, *ids, event.image)


def _is_data(value: Any) -> bool:
    """Whether a value of a node's is numbers, text or a tensor, or made of such: it holds no model."""
    if value is None or isinstance(value, str | int | float | bytes | ExecutionBlocker):
        return True
    if isinstance(value, list | tuple | dict):
        try:
            return all(map(_is_data, value.values() if isinstance(value, dict) else value))
        except RecursionError:  # it contains itself
            return False
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


@contextmanager
def _inference(*, torch: bool) -> Generator[None]:
    """Tensors made inside remember no gradients."""
    if not torch:
        yield
        return
    from torch import inference_mode

    with inference_mode():
        yield
