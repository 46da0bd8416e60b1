"""What handlers work with, made once at start-up and handed to each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.graph.registry import Registry
from dgx_pixels.jobs.hub import Hub
from dgx_pixels.jobs.writer import JobStore
from dgx_pixels.server.bodies import BodyReader
from dgx_pixels.server.decoding.pool import DecodePool
from dgx_pixels.server.logbook import LogBook
from dgx_pixels.server.origin import is_loopback
from dgx_pixels.server.packages import Packages
from dgx_pixels.worker.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class State:
    """The rooms below the server, and the server's own tools."""

    settings: ServerSettings
    store: JobStore
    hub: Hub
    supervisor: Supervisor
    files: ModelFiles
    registry: Registry
    """The node classes inside the package; those of packs live in the worker."""
    bodies: BodyReader
    decoder: DecodePool
    logs: LogBook
    packages: Packages
    draining: Callable[[], bool]
    """Whether the server is about to stop and takes no more jobs."""
    arriving: set[str] = field(default_factory=set[str])
    """Ids of jobs that are being written to the disk."""

    def folder(self, kind: str) -> Path | None:
        """The folder of ``output``, ``input`` or ``temp`` files; None for any other word."""
        folders = {"output": self.settings.outputs, "input": self.settings.inputs, "temp": self.settings.temp}
        return folders.get(kind)

    @property
    def explains(self) -> bool:
        """Whether replies say where in the program an error arose: only to this very machine, and if asked for."""
        return self.settings.debug and all(is_loopback(address) for address in self.settings.listen)

    @property
    def max_upload(self) -> int:
        """Largest body, in bytes."""
        return int(self.settings.max_upload_mb * 2**20)
