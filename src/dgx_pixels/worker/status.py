"""What can be said of a worker from outside."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

WorkerState: TypeAlias = Literal["off", "starting", "idle", "busy", "backoff", "dead"]
"""``off``: none runs, one starts when there is work. ``backoff``: one crashed, the next waits a moment. ``dead``: none
comes up; tried again now and then."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A worker at this moment."""

    state: WorkerState
    ready: bool
    """Whether jobs will be run: false from a crash until the next worker is up."""
    pid: int | None
    device: dict[str, Any] | None
    """As ``/system_stats`` has it; None until a job has needed the device."""
    running: str | None
    """Id of the prompt that runs."""
    node: str | None
    """The node that works, as the user sees it."""


@dataclass(frozen=True, slots=True)
class PackRoutes:
    """Routes that node packs added."""

    socket: Path
    """Unix socket at which the worker serves them."""
    known: tuple[tuple[str, str], ...]
    """(method, regular expression for the whole path); ``*`` is any method."""


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A node pack as the worker found it."""

    name: str
    path: Path
    error: str | None
    """Traceback of an import that failed."""
    nodes: tuple[str, ...]
    web: Path | None
    """Folder of its scripts for the editor."""
    web_name: str
    """Its name under ``/extensions``."""
    templates: tuple[Path, ...]
    """Example workflows."""
