"""Both forms of our client, called alike, so that every test is of both."""

import asyncio
import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from dgx_pixels.client import AsyncClient, Client
from serving import Running, Server

TOKEN = "a-token-of-the-tests"
Connect = Callable[..., Any]


class Awaited:
    """An `AsyncClient` to call: each call runs until it has its answer."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._runner = asyncio.Runner()
        self._client = AsyncClient(*args, **options)

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._client, name)
        if not callable(member):
            return member

        def call(*args: Any, **options: Any) -> Any:
            called = member(*args, **options)
            return self._runner.run(_all(called) if inspect.isasyncgen(called) else called)

        return call

    def close(self) -> None:
        self._runner.run(self._client.close())
        self._runner.close()


async def _all(messages: Any) -> list[Any]:
    return [message async for message in messages]


@pytest.fixture(params=[Client, Awaited], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Make a client of a server."""
    made: list[Any] = []

    def connect(server: Server, **options: Any) -> Any:
        made.append(request.param(server.url, **options))
        return made[-1]

    yield connect
    for client in made:
        client.close()


@pytest.fixture
def client(connect: Connect, server_process: Server) -> Any:
    return connect(server_process)


@pytest.fixture(scope="module")
def strict_server(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that asks for a token, lets one job wait, shows previews and stops at once."""
    flags = ("--token", TOKEN, "--max-queue", "1", "--preview-method", "latent2rgb", "--grace", "0")
    with running.server(tmp_path_factory.mktemp("strict"), *flags) as server:
        yield server


@pytest.fixture
def known(connect: Connect, strict_server: Server) -> Iterator[Any]:
    """A client that the strict server lets in; what it leaves running is stopped."""
    made = connect(strict_server, token=TOKEN)
    yield made
    with closing(Client(strict_server.url, token=TOKEN)) as last:
        queue = last.queue()
        for item in (*queue["queue_pending"], *queue["queue_running"]):
            last.cancel(item[1])
        while last.queue()["queue_running"]:
            time.sleep(0.05)
