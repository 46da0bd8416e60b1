"""Servers that tests talk to, and pictures they send."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Client, InProcess, Process


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """A server for a whole file of tests; its jobs wait for ever."""
    running = InProcess(tmp_path_factory.mktemp("home"))
    yield running
    running.stop()


@pytest.fixture
def client(server: InProcess) -> Iterator[Client]:
    """A connection of its own to the server."""
    made = Client(server.port)
    yield made
    made.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., InProcess]]:
    """Start a server with settings of a test's own."""
    running: list[InProcess] = []

    def start(**settings: Any) -> InProcess:
        home = settings.pop("home", tmp_path / "home")
        running.append(InProcess(home, **settings))
        return running[-1]

    yield start
    for each in running:
        each.stop()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start ``dgx-pixels serve`` with flags."""
    running: list[Process] = []

    def start(*flags: str, home: Path | None = None) -> Process:
        running.append(Process(home or tmp_path / "home", flags))
        return running[-1].start()

    yield start
    for each in running:
        if hasattr(each, "process"):
            each.kill()


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture with alpha and a text in it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("prompt", '{"1": {}}')
    out = io.BytesIO()
    Image.new("RGBA", (32, 16), (200, 100, 50, 128)).save(out, format="PNG", pnginfo=texts)
    return out.getvalue()
