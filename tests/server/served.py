"""A server to talk to: in a thread of this process, or as the process users start; and raw sockets to talk with."""

import asyncio
import json
import os
import queue
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.server.access import find_token
from dgx_pixels.server.logbook import LogBook
from dgx_pixels.server.origin import Names
from dgx_pixels.server.parts import Parts, opened
from dgx_pixels.server.run import _config, _make_folders, _Server, bind

GRAPH = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 3}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}},
}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    def __getitem__(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


def read_reply(stream: Any, method: str = "GET") -> Reply:
    """One HTTP reply from a socket's file. Raises EOFError when the server closes first."""
    line = stream.readline()
    if not line:
        raise EOFError
    status = int(line.split()[1])
    headers = []
    while (line := stream.readline()) not in {b"\r\n", b""}:
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.lower(), value.strip()))
    length = next((int(v) for n, v in headers if n == "content-length"), None)
    if method == "HEAD" or status in {204, 304}:
        body = b""
    elif length is None and ("transfer-encoding", "chunked") in headers:
        body = b""
        while size := int(stream.readline(), 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
    else:
        body = stream.read(length) if length is not None else stream.read()
    return Reply(status, headers, body)


@dataclass
class Client:
    """Sends bytes as they are, over one connection that is kept."""

    port: int
    host: str | None = None
    timeout: float = 20
    _socket: socket.socket | None = None
    _stream: Any = None

    def __call__(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | list[tuple[str, str]] = ()
    ) -> Reply:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        names = {name.lower() for name, _ in pairs}
        if "host" not in names:
            pairs.insert(0, ("Host", self.host or f"127.0.0.1:{self.port}"))
        if (raw or method in {"POST", "PUT", "PATCH"}) and "content-length" not in names:
            pairs.append(("Content-Length", str(len(raw))))
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in pairs) + "\r\n"
        sent = head.encode("utf-8", "surrogateescape") + raw
        try:
            return self._exchange(sent, method)
        except (EOFError, BrokenPipeError, ConnectionResetError):  # closed since the last request
            self.close()
            return self._exchange(sent, method)

    def many(self, requests: Iterable[tuple[str, str]], batch: int = 50) -> list[Reply]:
        """Replies to requests without bodies, sent in batches."""
        replies: list[Reply] = []
        waiting = list(requests)
        for start in range(0, len(waiting), batch):
            part = waiting[start : start + batch]
            lines = [f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n" for method, path in part]
            self._connect().sendall("".join(lines).encode())
            for method, _ in part:
                reply = read_reply(self._stream, method)
                replies.append(reply)
                assert ("connection", "close") not in reply.headers, (reply.status, part)
        return replies

    def _exchange(self, sent: bytes, method: str) -> Reply:
        self._connect().sendall(sent)
        reply = read_reply(self._stream, method)
        if ("connection", "close") in reply.headers:
            self.close()
        return reply

    def get(self, path: str, **headers: str) -> Reply:
        return self("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return self("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def upload(self, path: str, filename: str, content: bytes, **fields: str) -> Reply:
        parts = [
            f'--B0UND\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(
                "utf-8", "surrogateescape"
            )
            for name, value in fields.items()
        ]
        head = f'--B0UND\r\nContent-Disposition: form-data; name="image"; filename="{filename}"\r\n'
        parts.append(head.encode("utf-8", "surrogateescape") + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n")
        body = b"".join(parts) + b"--B0UND--\r\n"
        return self("POST", path, body, {"Content-Type": "multipart/form-data; boundary=B0UND"})

    def _connect(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.socket()
            self._socket.settimeout(self.timeout)
            self._socket.connect(("127.0.0.1", self.port))
            self._stream = self._socket.makefile("rb")
        return self._socket

    def close(self) -> None:
        if self._socket is not None:
            self._stream.close()
            self._socket.close()
            self._socket = None


class InProcess:
    """The server in a thread. Its worker never starts unless asked for, so jobs wait for as long as a test likes."""

    def __init__(self, home: Path, *, works: bool = False, **settings: Any) -> None:
        self.settings = ServerSettings(home=home, port=0, device="cpu", **settings)
        self.works = works
        self.draining = False
        self._ready: queue.Queue[Any] = queue.Queue()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._thread.start()
        outcome = self._ready.get(timeout=30)
        if isinstance(outcome, BaseException):
            raise outcome
        self.parts: Parts = outcome
        self.client = Client(self.port)

    async def _live(self) -> None:
        try:
            self.loop = asyncio.get_running_loop()
            self._over = asyncio.Event()
            _make_folders(self.settings)
            self.settings.temp.mkdir(exist_ok=True)
            sockets = bind(self.settings)
            self.port = sockets[0].getsockname()[1]
            token = find_token(self.settings.token, self.settings.listen, self.settings.home, self.port)
            names = Names.of(self.settings.listen, self.settings.allowed_hosts, self.settings.cors_origin)
            async with opened(self.settings, LogBook(), lambda: self.draining) as parts:
                server = _Server(_config(parts.app(names, token), self.settings))
                server.announce = lambda: self._ready.put(parts)
                serving = asyncio.create_task(server.serve(sockets))
                if self.works:
                    await parts.supervisor.start()
                await self._over.wait()
                if self.works:
                    await parts.supervisor.stop(0)
                await _end(server, serving, parts)
        except BaseException as error:
            self._ready.put(error)
            raise

    def stop(self) -> None:
        self.client.close()
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._over.set)
            self._thread.join(30)

    def call(self, coroutine: Any) -> Any:
        """Run something in the server's event loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)


async def _end(server: _Server, serving: "asyncio.Task[None]", parts: Parts) -> None:
    """Stop serving at once: the graceful end, which takes a while, is tested with processes."""
    await parts.hub.drain(0)
    for each in server.servers:
        each.close()
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    tasks = [serving, *server.server_state.tasks]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Process:
    """``dgx-pixels serve`` as users start it."""

    home: Path
    flags: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)

    def start(self) -> "Process":
        command = [sys.executable, "-m", "dgx_pixels", "serve", "--home", str(self.home), *self.flags]
        if "--port" not in self.flags:
            command += ["--port", "0"]
        if "--device" not in self.flags:
            command += ["--device", "cpu"]
        self.began = time.monotonic()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DGX_PIXELS_")}
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        line = self.process.stdout.readline()
        self.lines.append(line)
        found = re.match(r"To see the GUI go to: https?://.*:(\d+)$", line)
        if not found:
            raise RuntimeError(f"{line!r} {self.process.communicate(timeout=10)}")
        self.port = int(found[1])
        self.client = Client(self.port)
        return self

    def memory(self, key: str = "VmRSS") -> int:
        """In kB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+)", status)[1])

    def stop(self, sign: int = signal.SIGTERM, timeout: float = 30) -> tuple[int, str, str]:
        self.client.close()
        self.process.send_signal(sign)
        return self.end(timeout)

    def end(self, timeout: float = 30) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=timeout)
        return self.process.returncode, "".join(self.lines) + out, err

    def kill(self) -> None:
        if hasattr(self, "client"):
            self.client.close()
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.communicate()


def hours() -> float:
    """How long the long form may take; 0 for the short one."""
    return float(os.environ.get("DGX_PIXELS_TORTURE_HOURS", "0"))


def scaled(short: int, most: int, an_hour: int) -> int:
    """Cases of the short form, or as many as the hours of the long one allow."""
    return max(short, min(most, int(hours() * an_hour)))


def raise_file_limit(wanted: int) -> None:
    """Let this process have that many descriptors. Skips the test where it may not."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"needs {wanted} descriptors, {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
