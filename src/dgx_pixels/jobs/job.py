"""What a job is: plain frozen values. Knows no database, no file and no graph.

A prompt is kept as JSON text, so that a thousand waiting jobs cost what they weigh and no more; the properties parse
it each time they are read.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from dgx_pixels.core.errors import UsageError

State: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]

STATES: Final[tuple[State, ...]] = ("queued", "running", "done", "failed", "cancelled")
LIVE: Final[tuple[State, ...]] = ("queued", "running")
ENDED: Final[tuple[State, ...]] = ("done", "failed", "cancelled")

_INT64: Final = 2**63


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that a client asks for. It holds no secrets: those are passed apart, in memory."""

    id: str
    """The prompt_id. One may be used again: the later run takes the earlier one's place in the history."""
    prompt: dict[str, Any]
    extra_data: dict[str, Any]
    outputs: list[Any]
    """Ids of the nodes to execute."""
    number: int | float
    """Priority: the lowest runs first, equal ones in the order of their ids."""
    key: str | None = None
    """Idempotency key: a second submission with it gives the job of the first."""
    client_id: str | None = None

    def check(self) -> None:
        """Raises UsageError for what no database can hold."""
        for name, text in (("prompt_id", self.id), ("idempotency key", self.key), ("client_id", self.client_id)):
            if text is not None and not _is_text(text):
                raise UsageError(f"the {name} has characters that are no text; send another")
        if not math.isfinite(self.number) or not -_INT64 < self.number < _INT64:
            raise UsageError(f"the number {self.number} is no priority; send one within 64 bits")


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was accepted."""

    seq: int
    """Order of acceptance."""
    id: str
    number: int | float
    client_id: str | None
    key: str | None
    state: State
    attempt: int
    """Fencing token: what an earlier attempt still reports is refused."""
    tries: int
    """Attempts that count against it: not those ended by a server's orderly stop."""
    create_ms: int
    """When it was accepted, in ms since 1970; likewise ``start_ms`` and ``end_ms``."""
    start_ms: int | None
    end_ms: int | None
    workflow_id: str | None
    """Id of the editor's workflow in ``extra_data``, where there is one."""
    outputs: tuple[Any, ...]
    prompt_json: str
    extra_json: str
    record_json: str | None

    @property
    def prompt(self) -> dict[str, Any]:
        """The graph."""
        return json.loads(self.prompt_json)

    @property
    def extra_data(self) -> dict[str, Any]:
        """What was sent beside the graph, without secrets."""
        return json.loads(self.extra_json)

    @property
    def record(self) -> dict[str, Any] | None:
        """How it ended: ``outputs``, ``status`` and ``meta`` of a history record. None while it has not."""
        return json.loads(self.record_json) if self.record_json is not None else None

    @property
    def weight(self) -> int:
        """Characters of JSON that it keeps in memory."""
        return len(self.prompt_json) + len(self.extra_json)

    def queue_item(self) -> list[Any]:
        """``[number, id, prompt, extra_data, outputs]``, as ``/queue`` has it."""
        return [self.number, self.id, self.prompt, self.extra_data, list(self.outputs)]

    def queue_item_json(self) -> str:
        """The same as JSON, without parsing anything."""
        return item_json(self.number, self.id, self.prompt_json, self.extra_json, json.dumps(self.outputs))


@dataclass(frozen=True, slots=True)
class JobSummary:
    """A job in a list: all but its prompt."""

    id: str
    number: int | float
    client_id: str | None
    state: State
    attempt: int
    create_ms: int
    start_ms: int | None
    end_ms: int | None
    workflow_id: str | None
    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class JobPage:
    """A part of a list of jobs, newest first."""

    jobs: list[JobSummary]
    offset: int
    limit: int
    total: int
    """Jobs in the states asked for."""

    @property
    def has_more(self) -> bool:
        """Whether there are jobs after these."""
        return self.offset + len(self.jobs) < self.total


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A whole file in the staging folder that is to get its name when its job ends."""

    filename: str
    subfolder: str
    """Relative to the folder of outputs; empty for that folder itself."""
    staged: str
    """Name in the staging folder."""
    size: int | None = None
    """In bytes, as far as its writer knows; another size on the disk is an error."""
    sha256: str | None = None
    """In hex; None: it is read to find out."""


class Counts(NamedTuple):
    """How many jobs wait and run."""

    queued: int
    running: int


def item_json(number: float, job_id: str, prompt: str, extra: str, outputs: str) -> str:
    """A queue item as JSON, from parts that are JSON."""
    return f"[{json.dumps(number)}, {json.dumps(job_id)}, {prompt}, {extra}, {outputs}]"


def workflow_id(extra_data: dict[str, Any]) -> str | None:
    """Id of the editor's workflow, where a client sent one."""
    value: Any = extra_data
    for name in ("extra_pnginfo", "workflow", "id"):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) and _is_text(value) else None


def quarantine_record(job: Job, now: int) -> dict[str, Any]:
    """The record of a job that is given up because its worker died each time."""
    message = (
        f"the worker died {job.tries} times while running this; it is not tried again. "
        "Look into the server's log, then try a smaller picture or another device."
    )
    error = {
        "prompt_id": job.id,
        "node_id": "",
        "node_type": "",
        "executed": [],
        "exception_message": message,
        "exception_type": "WorkerDied",
        "traceback": [],
        "current_inputs": {},
        "current_outputs": [],
        "timestamp": now,
    }
    start = {"prompt_id": job.id, "timestamp": job.start_ms or now}
    messages = [["execution_start", start], ["execution_error", error]]
    return {"outputs": {}, "status": {"status_str": "error", "completed": False, "messages": messages}, "meta": {}}


def _is_text(text: str) -> bool:
    """Whether it has a UTF-8 form: half a surrogate pair has none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
