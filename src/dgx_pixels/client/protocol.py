"""The wire protocol without a wire: what to ask, what an answer means, what a frame says. Knows no socket.

`sync` and `aio` are the two ways to carry it.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar, cast
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from dgx_pixels.client.errors import AnswerError, BusyError, InvalidWorkflowError, WaitTimeoutError
from dgx_pixels.client.messages import (
    Cached,
    Ended,
    Message,
    NodeDone,
    NodeProgress,
    NodeStarted,
    OutputFile,
    Preview,
    Queued,
    Result,
    Started,
)
from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.node_errors import sentences

T = TypeVar("T")
Workflow = Mapping[str, Any]
"""A workflow in API format: node id to ``{"class_type", "inputs"}``."""

PREVIEW: Final = 1
PREVIEW_WITH_METADATA: Final = 4
QUIET: Final = 2.0
"""Seconds of silence after which a job is asked after."""
FORMATS: Final = {1: "jpeg", 2: "png"}
HELLO: Final = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})
"""The first message on a socket: pictures shall come with the name of their job."""
_DEFAULT_PAUSE: Final = 1.0
_LINE: Final = 300


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request and the reader of its answer."""

    method: str
    path: str
    read: Callable[[bytes], T]
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    json: Any = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    data: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job that the server has accepted, and so will not lose."""

    prompt_id: str
    number: float
    node_errors: Mapping[str, Any]
    """What is wrong with outputs that will not be made; empty where all is well."""


def base_url(url: str) -> str:
    """The address of a server as it is used. Raises UsageError for one that is not http or https."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise UsageError(f"{url!r} is no address of a server; write it like http://127.0.0.1:8188")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def socket_url(base: str, client_id: str) -> str:
    """Where the events of a client are to be had."""
    return f"ws{base.removeprefix('http')}/ws?{urlencode({'clientId': client_id})}"


def submit(workflow: Workflow, client_id: str, *, key: str | None = None, front: bool = False) -> Call[Ticket]:
    """Queue a workflow; the same ``key`` again gives the same job, not another one."""
    body: dict[str, Any] = {"prompt": workflow, "client_id": client_id}
    if front:
        body["front"] = True
    return Call("POST", "/prompt", _ticket, json=body, headers={"Idempotency-Key": key} if key else {})


def result(prompt_id: str) -> Call[Result | None]:
    """What became of a job; None while it has not ended."""

    def read(body: bytes) -> Result | None:
        record = json.loads(body).get(prompt_id)
        return record and Result(prompt_id, record["status"]["status_str"] == "success", record)

    return Call("GET", f"/history/{quote(prompt_id, safe='')}", read)


def fetch(file: OutputFile) -> Call[bytes]:
    """The bytes of a file."""
    params = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
    return Call("GET", "/view", bytes, params=params)


def upload(name: str, content: bytes, *, subfolder: str = "", overwrite: bool = False) -> Call[OutputFile]:
    """Put a picture into the server's input folder; the answer says under which name."""
    data = {"type": "input", "subfolder": subfolder, "overwrite": "true" if overwrite else "false"}

    def read(body: bytes) -> OutputFile:
        reply = json.loads(body)
        return OutputFile(reply["name"], reply["subfolder"], reply["type"])

    return Call("POST", "/upload/image", read, files={"image": (name, content)}, data=data)


def cancel(prompt_id: str) -> tuple[Call[None], Call[None]]:
    """Take a job out of the queue, and stop it if it runs."""
    return (
        Call("POST", "/queue", _nothing, json={"delete": [prompt_id]}),
        Call("POST", "/interrupt", _nothing, json={"prompt_id": prompt_id}),
    )


def models(kind: str) -> Call[list[str]]:
    """Names of the model files of a kind."""
    return Call("GET", f"/models/{quote(kind, safe='')}", json.loads)


def node_info(name: str | None = None) -> Call[dict[str, Any]]:
    """What ``/object_info`` says of every node, or of one."""
    return Call("GET", "/object_info" + (f"/{quote(name, safe='')}" if name else ""), json.loads)


def system_stats() -> Call[dict[str, Any]]:
    """The server's machine and device."""
    return Call("GET", "/system_stats", json.loads)


def queue() -> Call[dict[str, Any]]:
    """Jobs that run and wait."""
    return Call("GET", "/queue", json.loads)


def over(prompt_id: str) -> Call[bool]:
    """Whether a job has ended, in whatever way: also one that was taken from the queue."""

    def read(body: bytes) -> bool:
        jobs = json.loads(body)
        return not any(item[1] == prompt_id for item in (*jobs["queue_running"], *jobs["queue_pending"]))

    return Call("GET", "/queue", read)


class Watch:
    """When to ask after a job that nothing is heard of, and when to give up; times of one clock."""

    def __init__(self, prompt_id: str, deadline: float | None, now: float) -> None:
        self._prompt_id = prompt_id
        self._deadline = deadline
        self._ask_at = now + QUIET

    def patience(self, now: float) -> float:
        """Seconds to listen from now on. Raises WaitTimeoutError at the deadline."""
        if self._deadline is None:
            return max(0.0, self._ask_at - now)
        if now >= self._deadline:
            raise WaitTimeoutError(self._prompt_id)
        return max(0.0, min(self._ask_at, self._deadline) - now)

    def must_ask(self, now: float) -> bool:
        """Whether it is time to ask: a job taken from the queue ends without a word."""
        if now < self._ask_at:
            return False
        self._ask_at = now + QUIET
        return True

    def heard(self, message: Message | None, now: float) -> None:
        """A word of the job itself shows that it is there."""
        if message is not None and not isinstance(message, Queued):
            self._ask_at = now + QUIET


def check(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The body of a good answer. Raises InvalidWorkflowError, BusyError or AnswerError for any other."""
    if status < 400:
        return body
    reply = _json_object(body)
    error = reply.get("error")
    if status == 400 and isinstance(error, dict) and "node_errors" in reply:
        raise InvalidWorkflowError("; ".join(sentences(error, reply["node_errors"])), error, reply["node_errors"])
    said = cast("Any", error.get("message") if isinstance(error, dict) else error) or _line(body, headers)
    message = f"the server answered {status}" + (f": {said}" if said else "")
    if status in {429, 503}:
        raise BusyError(message, status, _seconds(headers.get("retry-after")))
    raise AnswerError(message, status)


def _line(body: bytes, headers: Mapping[str, str]) -> str:
    """What a plain answer says."""
    plain = headers.get("content-type", "").startswith("text/plain")
    return " ".join(body[:_LINE].decode(errors="replace").split()) if plain else ""


def _seconds(retry_after: str | None) -> float:
    try:
        return float(retry_after or _DEFAULT_PAUSE)
    except ValueError:  # a date
        return _DEFAULT_PAUSE


def read_frame(frame: str | bytes, prompt_id: str) -> Message | None:
    """What a frame of the socket says about a job; None for frames of other jobs and of no interest."""
    if isinstance(frame, bytes):
        return _preview(frame, prompt_id)
    message = json.loads(frame)
    data: dict[str, Any] = message.get("data") or {}
    if message["type"] == "status":
        return Queued(data["status"]["exec_info"]["queue_remaining"])
    if data.get("prompt_id") != prompt_id:
        return None
    return _of_job(message["type"], data)


def _of_job(kind: str, data: dict[str, Any]) -> Message | None:
    match kind:
        case "execution_start":
            return Started()
        case "execution_cached":
            return Cached(tuple(data["nodes"]))
        case "executing":
            return Ended() if data["node"] is None else NodeStarted(data["node"])
        case "progress":
            return NodeProgress(data["node"], data["value"], data["max"])
        case "executed":
            return NodeDone(data["node"], data.get("output") or {})
        case _:
            return None


def _preview(frame: bytes, prompt_id: str) -> Preview | None:
    event, second = struct.unpack_from(">II", frame)
    if event == PREVIEW:
        return Preview(FORMATS.get(second, "jpeg"), frame[8:])
    if event != PREVIEW_WITH_METADATA:
        return None
    about = json.loads(frame[8 : 8 + second])
    if about.get("prompt_id", prompt_id) != prompt_id:
        return None
    return Preview(about.get("image_type", "image/jpeg").removeprefix("image/"), frame[8 + second :])


def _ticket(body: bytes) -> Ticket:
    reply = json.loads(body)
    return Ticket(reply["prompt_id"], reply["number"], reply.get("node_errors", {}))


def _nothing(_body: bytes) -> None:
    return None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(body)
    except ValueError:
        return {}
    return reply if isinstance(reply, dict) else {}
