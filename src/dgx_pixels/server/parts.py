"""Opens the rooms below the server in their order, and closes them in reverse."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp

from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.jobs.hub import Hub
from dgx_pixels.jobs.writer import JobStore
from dgx_pixels.nodes.catalogue import build_registry
from dgx_pixels.server.access import Token
from dgx_pixels.server.app import build_app
from dgx_pixels.server.bodies import BodyReader
from dgx_pixels.server.decoding.pool import DecodePool
from dgx_pixels.server.logbook import LogBook
from dgx_pixels.server.origin import Names
from dgx_pixels.server.packages import Packages
from dgx_pixels.server.state import State
from dgx_pixels.worker.supervisor import Supervisor

DATABASE: Final = "jobs.sqlite3"
"""Name of the job store's file in ``home``."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run of a server has to start and to stop."""

    state: State

    @property
    def supervisor(self) -> Supervisor:
        """Has jobs run."""
        return self.state.supervisor

    @property
    def hub(self) -> Hub:
        """Tells clients."""
        return self.state.hub

    def app(self, names: Names, token: Token | None) -> ASGIApp:
        """The application over these parts."""
        return build_app(self.state, names, token)


@asynccontextmanager
async def opened(settings: ServerSettings, logs: LogBook, draining: Callable[[], bool]) -> AsyncGenerator[Parts]:
    """Everything below the routes, closed at the end. Raises StoreError, UsageError."""
    files = ModelFiles(settings)
    store = await JobStore.open(
        settings.home / DATABASE,
        outputs=settings.outputs,
        max_queue=settings.max_queue,
        max_history=settings.max_history,
    )
    decoder = DecodePool()
    try:
        hub = Hub()
        yield Parts(
            State(
                settings=settings,
                store=store,
                hub=hub,
                supervisor=Supervisor(settings, store, hub),
                files=files,
                registry=build_registry(files),
                bodies=BodyReader(int(settings.max_upload_mb * 2**20)),
                decoder=decoder,
                logs=logs,
                packages=Packages.find(settings.frontend_root),
                draining=draining,
            )
        )
    finally:
        decoder.close()
        await store.close()
