"""What the server knows of workers: start and stop, wake, interrupt, ask, look. Runs in the server's event loop.

Joins the parts: a `Seat` keeps a process up, a `Dispatcher` gives it jobs, a `Publisher` commits their ends, a `Lane`
keeps their events in order. One of each pair a device; so far there is one device.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from dgx_pixels.checkpoint.folders import CUSTOM_NODES
from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.compat.loading import find_packs
from dgx_pixels.core.errors import WorkerError
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.graph.validate import Validation
from dgx_pixels.jobs.hub import Hub
from dgx_pixels.jobs.staging import STAGING
from dgx_pixels.jobs.writer import JobStore
from dgx_pixels.worker.dispatch import Dispatcher
from dgx_pixels.worker.frames import Free, Setup
from dgx_pixels.worker.lane import Lane
from dgx_pixels.worker.publishing import Publisher
from dgx_pixels.worker.seat import Seat
from dgx_pixels.worker.status import PackInfo, PackRoutes, WorkerStatus
from dgx_pixels.worker.voice import Voice

log = logging.getLogger(__name__)

CATALOGUE: Final = "dgx_pixels.nodes.catalogue:build_registry"


def _log_line(line: str) -> None:
    """Pass on what a worker prints: its own warnings and errors as such, all else as information."""
    level, _, said = line.partition(" ")
    known = logging.getLevelNamesMapping().get(level)
    log.log(known or logging.INFO, "worker: %s", said if known else line)


class Supervisor:
    """Has jobs run. To be made and used in the server's event loop."""

    def __init__(
        self,
        settings: ServerSettings,
        store: JobStore,
        hub: Hub,
        *,
        on_line: Callable[[str], None] = _log_line,
        catalogue: str = CATALOGUE,
        torch: bool = True,
    ) -> None:
        """``on_line`` hears every line that workers print. ``catalogue`` is the ``module:function`` that makes a
        worker's registry of nodes from a listing of files; ``torch``: whether those nodes need it.
        """
        self._settings = settings
        self._pack_folders = ModelFiles(settings).folders[CUSTOM_NODES]
        self._voice = Voice(store, hub)
        store.when_recovered(self.wake)
        self._publisher = Publisher(store, settings.outputs / STAGING, self.wake)
        self._dispatcher = Dispatcher(store, self._publisher, Lane(), self._voice, self._secrets_of)
        setup = Setup(_fields(settings), catalogue, torch)
        self._seat = Seat(setup, self._dispatcher, on_line, job_timeout=settings.job_timeout)
        self._secrets: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._tasks: list[asyncio.Task[None]] = []
        self._handlers: bool | None = None
        self._sockets: TemporaryDirectory[str] | None = None

    @property
    def status(self) -> WorkerStatus:
        """The worker at this moment."""
        seat, job = self._seat, self._dispatcher.job
        return WorkerStatus(
            state=seat.state,
            ready=seat.ready,
            pid=seat.pid,
            device=seat.device,
            running=job.job.id if job is not None else None,
            node=job.display_node if job is not None else None,
        )

    async def start(self) -> None:
        """Begin to take jobs. A worker is started when there is one; at once where the settings say warm, or where
        there are node packs: the first to ask for one of their nodes would wait until all are loaded.
        """
        going_on = (self._seat.run(), self._voice.keep_talking(), self._meet_packs())
        self._tasks = [asyncio.create_task(each) for each in going_on]

    async def _meet_packs(self) -> None:
        with suppress(WorkerError):
            await self._has_handlers()

    async def stop(self, grace: float) -> None:
        """Take no more jobs, give the running one ``grace`` seconds (then it waits for the next start), end workers.

        May be called again meanwhile, with less grace.
        """
        await self._dispatcher.close(grace)
        await self._publisher.close()
        await self._seat.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._sockets is not None:
            self._sockets.cleanup()

    def wake(self) -> None:
        """To be called after every change of the queue from outside: a job came, jobs were deleted."""
        self._dispatcher.wake()
        self._seat.wake()

    def queue_changed(self) -> None:
        """As `wake`, and everybody is told how many jobs there are."""
        self._voice.queue_changed()
        self.wake()

    def keep_secrets(self, job_id: str, secrets: Mapping[str, Any]) -> None:
        """What goes along with a job in memory only: ``extra_data`` that is in no file. To be called before submit."""
        self._secrets[job_id] = dict(secrets)
        while len(self._secrets) > 2 * self._settings.max_queue:
            self._secrets.popitem(last=False)

    async def interrupt(self, prompt_id: str | None = None) -> bool:
        """Stop the prompt that runs (None: whichever it is); False if it is not that one. It ends within seconds, and
        from now on nothing of it appears.
        """
        return self._dispatcher.interrupt(prompt_id)

    def free(self, *, unload_models: bool, free_memory: bool) -> None:
        """Before its next job the worker forgets its models, and with ``free_memory`` also results of nodes."""
        self._dispatcher.free(Free(unload_models or free_memory, free_memory))

    async def object_info(self) -> dict[str, Any]:
        """Entries of the nodes that came with packs. Raises WorkerError."""
        return (await self._ask("object_info")).get("nodes", {})

    async def packs(self) -> list[PackInfo]:
        """The node packs. Raises WorkerError."""
        found = (await self._ask("packs")).get("packs", {})
        return [_pack(fields) for fields in found.values()]

    async def validate(self, prompt: dict[str, Any], targets: Sequence[str] | None = None) -> Validation:
        """Have the worker check a prompt, whose literals are coerced in place. Raises WorkerError."""
        payload = {"prompt": prompt, "targets": None if targets is None else list(targets)}
        answer = await self._seat.ask("validate", payload)
        prompt.update(answer.get("prompt", {}))
        return Validation(**answer["validation"])

    async def routes(self) -> PackRoutes | None:
        """The packs' own routes, each bare and under ``/api``, served from now on; None where there are none.

        Raises WorkerError.
        """
        if self._sockets is None:
            self._sockets = TemporaryDirectory(prefix="dgx-pixels-")
        socket = Path(self._sockets.name) / "routes"
        answer = await self._ask("routes", {"socket": str(socket)})
        routes = answer.get("routes", {})
        known = tuple((str(method), str(pattern)) for method, pattern in routes.get("known", ()))
        return PackRoutes(socket, known) if routes.get("served") else None

    async def rewritten(self, request: dict[str, Any]) -> dict[str, Any]:
        """A request to run a prompt as the packs' handlers want it. Raises WorkerError."""
        if not await self._has_handlers():
            return request
        return (await self._ask("rewrite", {"request": request})).get("request", request)

    async def _has_handlers(self) -> bool:
        if self._handlers is None:
            answer = await self._ask("handlers")
            self._handlers = bool(answer.get("handlers", {}).get("any"))
        return self._handlers

    def staged(self, kind: str, subfolder: str, filename: str) -> Path | None:
        """Where a file is that clients were told of but that has not got its name yet."""
        return self._publisher.staged(subfolder, filename) if kind == "output" else None

    async def _ask(self, about: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """An answer about packs; empty, without any worker, where there are none."""
        settings = self._settings
        disabled, listed = settings.disable_all_custom_nodes, settings.whitelist_custom_nodes
        if not any(find_packs(self._pack_folders, disable_all=disabled, whitelist=listed)):
            return {}
        return await self._seat.ask(about, payload or {})

    def _secrets_of(self, job_id: str) -> dict[str, Any]:
        return self._secrets.get(job_id, {})


def _fields(settings: ServerSettings) -> dict[str, Any]:
    """Settings as a worker gets them: without the token, which is none of its business."""
    return settings.model_dump(mode="json") | {"token": None}


def _pack(fields: Mapping[str, Any]) -> PackInfo:
    return PackInfo(
        name=fields["name"],
        path=Path(fields["path"]),
        error=fields["error"],
        nodes=tuple(fields["nodes"]),
        web=None if fields["web"] is None else Path(fields["web"]),
        web_name=fields["web_name"] or fields["name"],
        templates=tuple(Path(path) for path in fields["templates"]),
    )
