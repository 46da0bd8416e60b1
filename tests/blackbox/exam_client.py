"""A client of ComfyUI's protocol that keeps everything it is told, in order."""

import json
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""

Graph = dict[str, dict[str, Any]]


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    """A node in API format; links are lists."""
    return {"class_type": kind, "inputs": inputs}


def shown(value: Any, **more: Any) -> Graph:
    """A graph that ends in an ExamShow called "out"."""
    return {"out": node("ExamShow", value=value), **more}


@dataclass(frozen=True)
class Frame:
    """A binary message."""

    event: int
    payload: bytes

    @property
    def picture(self) -> bytes:
        """The picture of an event 1 or 4."""
        (head,) = struct.unpack_from(">I", self.payload)
        return self.payload[4:] if self.event == 1 else self.payload[4 + head :]

    @property
    def about(self) -> dict[str, Any]:
        """The JSON of an event 4."""
        (head,) = struct.unpack_from(">I", self.payload)
        return json.loads(self.payload[4 : 4 + head])


@dataclass
class Run:
    """What a client was told of one prompt."""

    prompt_id: str
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Data of all messages of a kind."""
        return [data for name, data in self.messages if name == kind]

    @property
    def kinds(self) -> list[str]:
        """Kinds of the messages, in order."""
        return [name for name, _ in self.messages]

    @property
    def ran(self) -> list[str]:
        """Ids of the nodes that were announced, in order."""
        return [data["node"] for data in self.of("executing") if data["node"] is not None]

    @property
    def cached(self) -> set[str]:
        return set(self.of("execution_cached")[0]["nodes"])

    @property
    def error(self) -> dict[str, Any] | None:
        """The error that ended it."""
        return next((data for data in self.of("execution_error") if "timestamp" in data), None)

    @property
    def status(self) -> str:
        return self.record["status"]["status_str"]

    def text(self, output: str = "out") -> list[str]:
        """What an output node shows."""
        return self.record["outputs"][output]["text"]

    @property
    def value(self) -> Any:
        """What the node "out" shows, as a value."""
        (text,) = self.text()
        return json.loads(
            text.replace("'", '"').replace("None", "null").replace("True", "true").replace("False", "false")
        )


class Client:
    """HTTP, and a WebSocket with an id."""

    def __init__(self, url: str, name: str | None = None, *, features: dict[str, Any] | None = None) -> None:
        self.name = name or uuid4().hex
        # Without certificates, which take longer to read than most tests.
        self.http = httpx.Client(base_url=url, timeout=PATIENCE, verify=False, trust_env=False)
        self._features = features
        self._stack = ExitStack()
        self._ws: ClientConnection | None = None
        self.greetings: list[tuple[str, dict[str, Any]]] = []

    @property
    def ws(self) -> ClientConnection:
        if self._ws is None:
            address = f"ws://{self.http.base_url.netloc.decode()}/ws?clientId={quote(self.name)}"
            self._ws = self._stack.enter_context(
                connect(address, max_size=None, max_queue=None, compression=None, proxy=None)
            )
            self.greetings.append(self.told())
            if self._features is not None:
                self.send("feature_flags", self._features)
                self.greetings.append(self.told())
        return self._ws

    def close(self) -> None:
        self._stack.close()
        self._ws = None
        self.http.close()

    def send(self, kind: str, data: Any) -> None:
        self.ws.send(json.dumps({"type": kind, "data": data}))

    def told(self, seconds: float = PATIENCE) -> tuple[str, dict[str, Any]]:
        """The next message; frames count as ("binary", {"frame"}). Raises TimeoutError."""
        message = self.ws.recv(seconds)
        if isinstance(message, bytes):
            return "binary", {"frame": Frame(struct.unpack_from(">I", message)[0], message[4:])}
        decoded = json.loads(message)
        assert list(decoded) == ["type", "data"], "type comes first, and there is nothing else"
        return decoded["type"], decoded["data"]

    def silent(self, seconds: float = 0.3) -> list[tuple[str, dict[str, Any]]]:
        """What comes within some seconds."""
        found: list[tuple[str, dict[str, Any]]] = []
        until = time.monotonic() + seconds
        try:
            while True:
                found.append(self.told(max(0.01, until - time.monotonic())))
        except TimeoutError:
            return found

    def get(self, path: str, /, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query or None)

    def json(self, path: str, /, **query: Any) -> Any:
        reply = self.get(path, **query)
        assert reply.status_code == 200, (path, reply.status_code, reply.text)
        return reply.json()

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.http.post(path, content=content, **more)

    def submit(self, graph: Any, **more: Any) -> httpx.Response:
        """POST /prompt with this client's id."""
        return self.post("/prompt", {"prompt": graph, "client_id": self.name, **more})

    def queue(self, graph: Graph, **more: Any) -> str:
        """Submit a graph that is right; its id. The socket is open before."""
        assert self.ws
        reply = self.submit(graph, **more)
        assert reply.status_code == 200, reply.text
        assert reply.json()["node_errors"] == {}, reply.text
        return reply.json()["prompt_id"]

    def refused(self, graph: Any, **more: Any) -> dict[str, Any]:
        """The answer to a graph that is wrong."""
        reply = self.submit(graph, **more)
        assert reply.status_code == 400, reply.text
        assert set(reply.json()) == {"error", "node_errors"}
        assert set(reply.json()["error"]) == {"type", "message", "details", "extra_info"}
        return reply.json()

    def run(self, graph: Graph, **more: Any) -> Run:
        """Submit, and listen to the end."""
        return self.follow(self.queue(graph, **more))

    def follow(self, prompt_id: str, seconds: float = PATIENCE) -> Run:
        """Listen until a prompt is over; its history record, which has to be there by then."""
        run = self.listen(prompt_id, "executing", seconds, lambda data: data.get("node", 0) is None)
        history = self.json(f"/history/{prompt_id}")
        assert list(history) == [prompt_id], "the record exists before the end mark"
        run.record = history[prompt_id]
        return run

    def listen(self, prompt_id: str, kind: str, seconds: float = PATIENCE, wanted: Any = lambda _data: True) -> Run:
        """Listen until a message of a kind about a prompt."""
        run = Run(prompt_id)
        until = time.monotonic() + seconds
        while True:
            name, data = self.told(until - time.monotonic())
            if name == "binary":
                run.frames.append(data["frame"])
            run.messages.append((name, data))
            if name == kind and data.get("prompt_id") == prompt_id and wanted(data):
                return run

    def until(self, path: str, wanted: Any, seconds: float = PATIENCE) -> Any:
        """What a path answers as soon as ``wanted`` likes it."""
        end = time.monotonic() + seconds
        while not wanted(answer := self.json(path)):
            assert time.monotonic() < end, f"{path} still answers {answer}"
            time.sleep(0.03)
        return answer

    def idle(self) -> None:
        """Wait until nothing waits or runs."""
        self.until("/prompt", lambda answer: answer["exec_info"]["queue_remaining"] == 0)

    def running(self, prompt_id: str) -> None:
        """Wait until a prompt runs."""
        self.until("/queue", lambda queue: [item[1] for item in queue["queue_running"]] == [prompt_id])


@contextmanager
def client_of(url: str, name: str | None = None, *, features: dict[str, Any] | None = None) -> Iterator[Client]:
    """A client, closed at the end."""
    made = Client(url, name, features=features)
    try:
        yield made
    finally:
        made.close()
