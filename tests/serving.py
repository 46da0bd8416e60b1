"""A real ``dgx-pixels serve``, as the clients' tests talk to it; and the workflows they send."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / "workflows"
EXAMPLE = ROOT / "src" / "dgx_pixels" / "data" / "example.png"
START_SECONDS = 30
ENDLESS = 10_000
"""Steps that outlast any test."""


class Server:
    """``dgx-pixels serve`` on the CPU; what it says goes to ``log``."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.home = folder / "home"
        self.log = folder / "server.log"
        self.flags = flags
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def start(self) -> "Server":
        """Start it, also once more on the same port, and wait for the line that launchers wait for."""
        command = [sys.executable, "-m", "dgx_pixels", "serve", "--home", str(self.home), "--port", str(self.port)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DGX_PIXELS_")}
        before = len(self.said())
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--cpu", *self.flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=kept | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
            )
        until = time.monotonic() + START_SECONDS
        line = re.compile(rf"^To see the GUI go to: http://127\.0\.0\.1:{self.port}$", re.MULTILINE)
        while not line.search(self.said()[before:]):
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the server does not start:\n{self.said()}")
            time.sleep(0.02)
        return self

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        """End it as an init system would; it has to end well."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        assert code == 0, self.said()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=30) as reply:
            return json.loads(reply.read())

    def post(self, path: str, body: Any) -> Any:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read() or "null")

    def until(self, path: str, wanted: Any, seconds: float = 30) -> Any:
        """What ``path`` answers as soon as ``wanted`` says yes to it."""
        end = time.monotonic() + seconds
        while True:
            answer = self.get(path)
            if wanted(answer):
                return answer
            assert time.monotonic() < end, f"{path} still answers {str(answer)[:500]}"
            time.sleep(0.05)

    def until_running(self, prompt_id: str) -> None:
        self.until("/queue", lambda queue: any(item[1] == prompt_id for item in queue["queue_running"]))

    def until_idle(self) -> None:
        self.until("/prompt", lambda answer: answer["exec_info"]["queue_remaining"] == 0)


class Running:
    """Servers of this session that are up, and how much each had said when the present test began."""

    def __init__(self) -> None:
        self.heard: dict[Server, int] = {}

    @contextmanager
    def server(self, folder: Path, *flags: str) -> Iterator[Server]:
        made = Server(folder, *flags)
        self.heard[made] = 0
        try:
            yield made.start()
            made.stop()
        finally:
            made.kill()
            del self.heard[made]

    def listen(self) -> None:
        """A test begins."""
        self.heard = {server: len(server.said()) for server in self.heard}

    def said(self) -> str:
        """What servers have said since the test began."""
        return "".join(server.said()[before:] for server, before in self.heard.items())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def workflow(name: str, **changes: Any) -> dict[str, Any]:
    """A shipped workflow in API format; ``changes`` are of its sampler, quick ones unless they say otherwise."""
    graph = json.loads((WORKFLOWS / f"{name}.json").read_text("utf-8"))
    for node in graph.values():
        if node["class_type"] == "KSampler":
            node["inputs"] |= {"steps": 2} | changes
    return graph


def endless(**changes: Any) -> dict[str, Any]:
    """A workflow that runs until it is stopped."""
    return workflow("txt2img_pocket", **{"steps": ENDLESS} | changes)
