"""A graph becomes an accepted job: what both APIs share. Knows no HTTP.

An accepted job is on the disk; only then is anything answered.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from dgx_pixels.core.errors import BusyError, UsageError
from dgx_pixels.core.limits import BIG_GRAPH_NODES, MAX_GRAPH_NODES, MAX_ID_CHARS, MAX_NAME_CHARS
from dgx_pixels.core.tracebacks import without_folders
from dgx_pixels.graph.validate import Validation, validate_prompt
from dgx_pixels.jobs.job import Job, NewJob
from dgx_pixels.server.state import State

SECRETS: Final = ("auth_token_comfy_org", "api_key_comfy_org")
"""Keys of ``extra_data`` that stay in memory and never reach the disk, the queue or the history."""


class TakenError(UsageError):
    """A job with this prompt_id is still waiting or running; send another id, or none."""

    code = "prompt_id_in_use"
    http_status = 409


class DrainingError(BusyError):
    """The server is about to stop and takes no more jobs; send it again when it is back."""

    code = "stopping"


class InvalidGraphError(UsageError):
    """The graph cannot run."""

    code = "invalid_graph"

    def __init__(self, error: dict[str, Any], node_errors: dict[str, Any] | None = None) -> None:
        super().__init__(error["message"])
        self.error = error
        self.node_errors = node_errors or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a client asks for."""

    prompt: dict[str, Any]
    number: int | float
    """Priority: the lowest runs first."""
    prompt_id: str | None = None
    extra_data: dict[str, Any] = field(default_factory=dict[str, Any])
    client_id: str | None = None
    targets: list[str] | None = None
    """Only these outputs; None: all."""
    key: str | None = None
    """Idempotency key."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job on the disk, and what of its graph will not run."""

    job: Job
    node_errors: dict[str, Any]


def invalid(kind: str, message: str, details: str = "") -> InvalidGraphError:
    """An error of the graph as a whole."""
    return InvalidGraphError({"type": kind, "message": message, "details": details, "extra_info": {}})


def check_graph(prompt: Any) -> dict[str, Any]:
    """The graph, if it has the form of one and is not too much. Raises InvalidGraphError."""
    if not isinstance(prompt, dict):
        raise invalid("invalid_prompt", "The prompt is no object of nodes by their ids.")
    if len(prompt) > MAX_GRAPH_NODES:
        raise invalid("invalid_prompt", f"The prompt has {len(prompt)} nodes; at most {MAX_GRAPH_NODES} are taken.")
    for node_id, node in prompt.items():
        inputs = node.get("inputs") if isinstance(node, dict) else None
        names = [node_id, *inputs] if isinstance(inputs, dict) else [node_id]
        if any(len(name) > MAX_NAME_CHARS for name in names):
            raise invalid("invalid_prompt", f"A node or an input has a name of more than {MAX_NAME_CHARS} characters.")
    return prompt


def check_id(name: str, value: str | None) -> None:
    """Raises InvalidGraphError for an id too long, or one that is no text."""
    if value is None:
        return
    if len(value) > MAX_ID_CHARS or "\0" in value:
        raise invalid("invalid_prompt", f"The {name} is longer than {MAX_ID_CHARS} characters, or no plain text.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise invalid("invalid_prompt", f"The {name} has half a surrogate pair in it.") from error


async def validate(state: State, prompt: dict[str, Any], targets: list[str] | None) -> Validation:
    """What would become of a graph: asked of the worker where it uses a class that only node packs have.

    Coerces literals in place. Raises WorkerError where no worker is up to answer.
    """
    classes = state.registry.classes
    names = [node.get("class_type") for node in prompt.values() if isinstance(node, Mapping)]
    foreign = any(isinstance(name, str) and name not in classes for name in names)
    if foreign and await state.supervisor.packs():
        return await state.supervisor.validate(prompt, targets)
    checking = validate_prompt(state.registry, prompt, targets)
    if len(prompt) <= BIG_GRAPH_NODES:
        return await checking
    async with state.bodies.big:
        return await asyncio.to_thread(asyncio.run, checking)


async def submit(state: State, asked: Submission) -> Accepted:
    """Validate a graph and put it into the queue.

    Raises InvalidGraphError, TakenError, QueueFullError, StorageError, WorkerError, DrainingError.
    """
    if state.draining():
        raise DrainingError
    for name, value in (("prompt_id", asked.prompt_id), ("client_id", asked.client_id), ("key", asked.key)):
        check_id(name, value)
    prompt = check_graph(asked.prompt)
    _check_free(state, asked)
    validation = await validate(state, prompt, asked.targets)
    node_errors = validation.node_errors if state.explains else without_places(validation.node_errors)
    if not validation.ok:
        raise InvalidGraphError(validation.error or {}, node_errors)
    job_id = asked.prompt_id or str(uuid4())
    extra, secrets = _without_secrets(asked.extra_data)
    if asked.client_id is not None:
        extra["client_id"] = asked.client_id
    new = NewJob(job_id, prompt, extra, validation.outputs, asked.number, asked.key, asked.client_id)
    if secrets:
        state.supervisor.keep_secrets(job_id, secrets)
    _check_free(state, asked)
    state.arriving.add(job_id)
    try:
        job = await state.store.submit(new)
    finally:
        state.arriving.discard(job_id)
    state.supervisor.queue_changed()
    return Accepted(job, node_errors)


def _check_free(state: State, asked: Submission) -> None:
    """Raises TakenError where a job of that id is not over yet, unless it is this very submission sent again."""
    if asked.prompt_id is None:
        return
    live = (job for jobs in (state.store.running(), state.store.pending()) for job in jobs)
    if asked.prompt_id in state.arriving or any(
        job.id == asked.prompt_id and (asked.key is None or job.key != asked.key) for job in live
    ):
        raise TakenError


def without_places(node_errors: dict[str, Any]) -> dict[str, Any]:
    """The same errors, their tracebacks without the folders of this machine. Changes them in place."""
    for node in node_errors.values():
        for error in node["errors"]:
            lines: list[str] | None = error["extra_info"].get("traceback")
            if lines is not None:
                error["extra_info"]["traceback"] = without_folders(lines)
    return node_errors


def _without_secrets(extra: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    secrets = {name: extra[name] for name in SECRETS if name in extra}
    return {name: value for name, value in extra.items() if name not in SECRETS}, secrets
