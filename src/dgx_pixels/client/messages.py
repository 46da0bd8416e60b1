"""What a server tells of a job while it runs, and what remains of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Queued:
    """The queue's length changed."""

    remaining: int
    """Jobs waiting and running, of all clients."""


@dataclass(frozen=True, slots=True)
class Started:
    """The job was taken from the queue."""


@dataclass(frozen=True, slots=True)
class Cached:
    """Nodes whose results were known already."""

    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeStarted:
    """A node began."""

    node: str


@dataclass(frozen=True, slots=True)
class NodeProgress:
    """A node did a step."""

    node: str
    value: float
    max: float


@dataclass(frozen=True, slots=True)
class NodeDone:
    """A node has something to show."""

    node: str
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """A look at the unfinished picture, or a picture sent over the socket."""

    format: str
    """``jpeg`` or ``png``."""
    image: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is over; its record is in the history."""


Message: TypeAlias = Queued | Started | Cached | NodeStarted | NodeProgress | NodeDone | Preview | Ended


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that a job left on the server."""

    filename: str
    subfolder: str = ""
    type: str = "output"
    """``output``, ``temp`` or ``input``."""
    node: str = ""
    """Node that wrote it."""


@dataclass(frozen=True, slots=True)
class Result:
    """A job that ended."""

    prompt_id: str
    ok: bool
    record: Mapping[str, Any]
    """The server's history record."""

    @property
    def files(self) -> tuple[OutputFile, ...]:
        """Every file of the job, in the order of its nodes."""
        return tuple(
            OutputFile(entry["filename"], entry.get("subfolder", ""), entry.get("type", "output"), node)
            for node, output in self.record.get("outputs", {}).items()
            for entries in output.values()
            if isinstance(entries, list)
            for entry in entries
            if isinstance(entry, dict) and "filename" in entry
        )

    @property
    def failure(self) -> str:
        """One sentence on why it failed; empty where it did not."""
        if self.ok:
            return ""
        for kind, data in reversed(self.record.get("status", {}).get("messages", [])):
            if kind == "execution_interrupted":
                return "it was cancelled"
            if kind == "execution_error":
                where = f"node {data.get('node_id')} ({data.get('node_type')})"
                return f"{where}: {' '.join(str(data.get('exception_message', '')).split())}"
        return "the server does not say why"
