"""What server and worker say to each other: typed messages as length-prefixed JSON, with a picture behind it.

A frame is two big-endian uint32 (bytes of JSON, bytes of picture), the JSON and the picture. What arrives is checked
field by field: the other side may have gone mad. Knows no socket and no process.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from struct import Struct
from typing import Any, Final, get_origin, get_type_hints

from dgx_pixels.core.errors import DgxPixelsError
from dgx_pixels.core.limits import MAX_WORKER_PICTURE_BYTES

_HEADER: Final = Struct("!II")


class FrameError(DgxPixelsError):
    """A message between server and worker is broken or too large."""

    code = "bad_frame"


@dataclass(frozen=True, slots=True)
class Setup:
    """To the worker, first and once: what it is started with."""

    settings: dict[str, Any]
    """Fields of `ServerSettings`, without the token."""
    catalogue: str
    """``module:function`` that makes the registry of nodes from a listing of files."""
    torch: bool
    """Whether jobs need torch."""


@dataclass(frozen=True, slots=True)
class Run:
    """To the worker: run a job."""

    run: int
    """Counts the runs of a worker from 1; events of a run carry it."""
    prompt_id: str
    prompt: str
    """The graph, as the JSON that it was accepted as."""
    extra_data: str
    """What came along, as JSON."""
    secrets: dict[str, Any]
    """Further ``extra_data`` that is in no file: it exists in this message and in memory only."""
    outputs: list[Any]


@dataclass(frozen=True, slots=True)
class Free:
    """To the worker: give memory back before the next job."""

    unload_models: bool
    free_memory: bool
    """Forget the results of nodes too."""


@dataclass(frozen=True, slots=True)
class Ask:
    """To the worker: a question, answered also while a job runs."""

    question: int
    about: str
    """``object_info``, ``validate``, ``packs``, ``routes``, ``handlers`` or ``rewrite`` (`Desk`)."""
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """To the worker: end after the job in hand."""


@dataclass(frozen=True, slots=True)
class Ready:
    """From the worker: jobs may come."""

    device: dict[str, Any] | None
    """As ``/system_stats`` has it; None until it is known."""


@dataclass(frozen=True, slots=True)
class Beat:
    """From the worker, regularly: it lives."""

    steps: int
    """Grows with every sign of progress of a job."""
    patience: float
    """Seconds within which the next one is to come."""


@dataclass(frozen=True, slots=True)
class Device:
    """From the worker: its device and memory, as ``/system_stats`` has them."""

    device: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Emitted:
    """From the worker: an event of a run, under its name on the wire."""

    run: int
    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """From the worker: an unfinished picture of a run."""

    run: int
    format: str
    """``JPEG`` or ``PNG``."""
    node_id: str
    display_node_id: str
    parent_node_id: str | None
    real_node_id: str
    image: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """From the worker: text that a node shows."""

    run: int
    node_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """From the worker: an event of a node pack's own, to one client or (None) to all."""

    type: str
    data: Any
    client: str | None


@dataclass(frozen=True, slots=True)
class Staged:
    """From the worker: a whole file lies in the staging folder, to be published when its job ends."""

    run: int
    filename: str
    subfolder: str
    type: str
    staged: str
    """Name in the staging folder."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Done:
    """From the worker: how a run ended (fields as in a history record)."""

    run: int
    status_str: str
    completed: bool
    messages: list[Any]
    outputs: dict[str, Any]
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """From the worker: a part of the answer to a question."""

    question: int
    field: str
    """Which of the answer's fields the part belongs to."""
    part: dict[str, Any]
    last: bool
    """Nothing follows, and ``part`` is empty."""
    error: str | None


Message = (
    Setup | Run | Free | Ask | Stop
    | Ready | Beat | Device | Emitted | Shown | Said | Sent | Staged | Done | Answer
)  # fmt: skip

_KINDS: Final[Mapping[str, type[Any]]] = {kind.__name__: kind for kind in Message.__args__}


def encode(message: Message, limit: int) -> bytes:
    """A frame. Raises FrameError for values that JSON has no form for, or for more than ``limit`` bytes of JSON."""
    kind = type(message)
    values = {name: getattr(message, name) for name, _ in _checks(kind)}
    image = values.pop("image", b"")
    try:
        text = json.dumps([kind.__name__, values], separators=(",", ":"), ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        raise FrameError(f"a {kind.__name__} message cannot be written as JSON: {error}") from error
    body = text.encode("utf-8", "surrogatepass")
    _check_sizes(len(body), len(image), limit)
    return b"".join((_HEADER.pack(len(body), len(image)), body, image))


class FrameReader:
    """Makes messages of the bytes that arrive."""

    def __init__(self, limit: int) -> None:
        """``limit``: most bytes of JSON in a frame."""
        self._limit = limit
        self._waiting = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that these bytes complete. Raises FrameError for what is none."""
        self._waiting += data
        start = 0
        try:
            while (end := self._end(start)) is not None:
                size, _ = _HEADER.unpack_from(self._waiting, start)
                body = start + _HEADER.size
                yield decode(bytes(self._waiting[body : body + size]), bytes(self._waiting[body + size : end]))
                start = end
        finally:
            del self._waiting[:start]

    def _end(self, start: int) -> int | None:
        """Where the frame that begins at ``start`` ends; None where it is not whole yet."""
        if len(self._waiting) - start < _HEADER.size:
            return None
        size, image = _HEADER.unpack_from(self._waiting, start)
        _check_sizes(size, image, self._limit)
        end = start + _HEADER.size + size + image
        return end if len(self._waiting) >= end else None


def decode(body: bytes, image: bytes) -> Message:
    """The message of a frame's two parts. Raises FrameError where a field is missing, unknown or of another type."""
    try:
        name, values = json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, TypeError, RecursionError) as error:
        raise FrameError(f"a message is no JSON of a name and fields: {error}") from error
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(values, dict):
        raise FrameError("a message is of no known kind")
    checks = _checks(kind)
    if image or any(field == "image" for field, _ in checks):
        values["image"] = image
    if len(values) != len(checks):
        raise FrameError(f"a {name} message has fields that it should not have, or lacks some")
    for field, fits in checks:
        if field not in values or not fits(values[field]):
            raise FrameError(f"the field {field!r} of a {name} message is missing or of another type")
    return kind(**values)


def _check_sizes(size: int, image: int, limit: int) -> None:
    if size > limit:
        raise FrameError(f"a message of {size} bytes is over the limit of {limit}")
    if image > MAX_WORKER_PICTURE_BYTES:
        raise FrameError(f"a picture of {image} bytes is over the limit of {MAX_WORKER_PICTURE_BYTES}")


@cache
def _checks(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    """Name of every field and what its values must pass."""
    hints = get_type_hints(kind)
    return tuple((field.name, _fits(hints[field.name])) for field in fields(kind))


def _fits(hint: Any) -> Callable[[Any], bool]:
    if hint is Any:
        return lambda _value: True
    if hint is float:
        return lambda value: isinstance(value, int | float)
    options = tuple(get_origin(option) or option for option in getattr(hint, "__args__", ()))
    accepted = (
        (get_origin(hint),) if isinstance(get_origin(hint), type) and get_origin(hint) in {dict, list} else options
    )
    return lambda value: isinstance(value, accepted or hint)
