"""A client to await: the same methods as `Client`, for asyncio."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from dgx_pixels.client import protocol
from dgx_pixels.client.errors import BusyError, JobFailedError, UnreachableError, WaitTimeoutError
from dgx_pixels.client.messages import Ended, Message, OutputFile, Result
from dgx_pixels.client.protocol import Call, Ticket, Workflow
from dgx_pixels.client.sync import CLOSING_SECONDS, LONGEST_FRAME, PAUSES
from dgx_pixels.core.errors import DgxPixelsError

T = TypeVar("T")


class AsyncClient:
    """`Client` for asyncio: submits workflows, follows them, fetches what they made. For one event loop."""

    def __init__(self, url: str = "http://127.0.0.1:8188", *, token: str | None = None, patience: float = 30.0) -> None:
        """As `Client`. Raises UsageError for an address that is none."""
        self.url = protocol.base_url(url)
        self.client_id = uuid.uuid4().hex
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._patience = patience
        self._http = httpx.AsyncClient(base_url=self.url, headers=self._headers, timeout=60.0, trust_env=False)

    async def submit(self, workflow: Workflow, *, key: str | None = None, front: bool = False) -> Ticket:
        """As `Client.submit`."""
        return await self._call(protocol.submit(workflow, self.client_id, key=key, front=front))

    async def follow(self, prompt_id: str) -> AsyncIterator[Message]:
        """As `Client.follow`."""
        async for message in self._messages(prompt_id, None, None):
            yield message

    async def wait(self, prompt_id: str, *, timeout: float | None = None) -> Result:  # noqa: ASYNC109 - as in Client
        """As `Client.wait`."""
        async for _ in self._messages(prompt_id, None, timeout):
            pass
        return await self._ended(prompt_id)

    async def run(
        self,
        workflow: Workflow,
        *,
        watch: Callable[[Message], None] | None = None,
        accepted: Callable[[Ticket], None] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as in Client
        key: str | None = None,
    ) -> Result:
        """As `Client.run`."""
        async with self._connected() as socket:
            ticket = await self.submit(workflow, key=key)
            if accepted:
                accepted(ticket)
            try:
                async for message in self._messages(ticket.prompt_id, socket, timeout):
                    if watch:
                        watch(message)
            except (UnreachableError, WaitTimeoutError):
                raise
            except BaseException:
                with suppress(DgxPixelsError):
                    await self.cancel(ticket.prompt_id)
                raise
        return await self._ended(ticket.prompt_id)

    async def result(self, prompt_id: str) -> Result | None:
        """As `Client.result`."""
        return await self._call(protocol.result(prompt_id))

    async def fetch(self, file: OutputFile) -> bytes:
        """As `Client.fetch`."""
        return await self._call(protocol.fetch(file))

    async def upload(self, path: Path, *, subfolder: str = "", overwrite: bool = False) -> OutputFile:
        """As `Client.upload`."""
        content = await asyncio.to_thread(path.read_bytes)
        return await self._call(protocol.upload(path.name, content, subfolder=subfolder, overwrite=overwrite))

    async def cancel(self, prompt_id: str) -> None:
        """As `Client.cancel`."""
        for call in protocol.cancel(prompt_id):
            await self._call(call)

    async def models(self, kind: str = "checkpoints") -> list[str]:
        """As `Client.models`."""
        return await self._call(protocol.models(kind))

    async def nodes(self, name: str | None = None) -> dict[str, Any]:
        """As `Client.nodes`."""
        return await self._call(protocol.node_info(name))

    async def queue(self) -> dict[str, Any]:
        """As `Client.queue`."""
        return await self._call(protocol.queue())

    async def system_stats(self) -> dict[str, Any]:
        """As `Client.system_stats`."""
        return await self._call(protocol.system_stats())

    async def close(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _call(self, call: Call[T]) -> T:
        try:
            reply = await self._http.request(
                call.method,
                call.path,
                params=dict(call.params) or None,
                json=call.json,
                files=call.files,
                data=call.data,
                headers=dict(call.headers),
            )
        except httpx.TransportError as error:
            raise UnreachableError(f"no answer from {self.url} ({error}); is the server running?") from error
        return call.read(protocol.check(reply.status_code, reply.content, reply.headers))

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[ClientConnection]:
        async with AsyncExitStack() as stack:
            try:
                socket = await stack.enter_async_context(
                    connect(
                        protocol.socket_url(self.url, self.client_id),
                        additional_headers=self._headers,
                        max_size=LONGEST_FRAME,
                        close_timeout=CLOSING_SECONDS,
                        proxy=None,
                    )
                )
                await socket.send(protocol.HELLO)
            except InvalidStatus as error:
                reply = error.response
                protocol.check(reply.status_code, bytes(reply.body or b""), reply.headers)
                raise UnreachableError(f"{self.url} tells no events ({error}); is it such a server?") from error
            except (OSError, WebSocketException) as error:
                raise UnreachableError(f"no events from {self.url} ({error}); is the server running?") from error
            yield socket

    async def _messages(
        self,
        prompt_id: str,
        socket: ClientConnection | None,
        timeout: float | None,  # noqa: ASYNC109 - as in Client
    ) -> AsyncIterator[Message]:
        """Messages of a job from ``socket``, then from others where that one breaks, until the job has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            async with AsyncExitStack() as stack:
                mine = socket is None
                enter = lambda: stack.enter_async_context(self._connected())  # noqa: E731 - called in this round
                socket = socket or await self._patiently(enter, prompt_id, deadline)
                try:
                    if mine and await self._call(protocol.over(prompt_id)):
                        yield Ended()
                        return
                    async for message in self._heard(socket, prompt_id, deadline):
                        yield message
                        if isinstance(message, Ended):
                            return
                except (OSError, WebSocketException, UnreachableError):
                    pass  # the server went away: the next round waits for it
            socket = None

    async def _heard(self, socket: ClientConnection, prompt_id: str, deadline: float | None) -> AsyncIterator[Message]:
        """Messages of one connection. Raises WaitTimeoutError at ``deadline``."""
        watch = protocol.Watch(prompt_id, deadline, time.monotonic())
        while True:
            if watch.must_ask(time.monotonic()) and await self._call(protocol.over(prompt_id)):
                yield Ended()
            try:
                async with asyncio.timeout(watch.patience(time.monotonic())):
                    frame = await socket.recv()
            except TimeoutError:
                continue
            message = protocol.read_frame(frame, prompt_id)
            watch.heard(message, time.monotonic())
            if message is not None:
                yield message

    async def _patiently(self, attempt: Callable[[], Awaitable[T]], prompt_id: str, deadline: float | None) -> T:
        """What an attempt gives, repeated while a server may be starting anew."""
        given_up = time.monotonic() + self._patience
        pauses = iter(PAUSES)
        pause = 0.0
        while True:
            try:
                return await attempt()
            except (UnreachableError, BusyError):
                if deadline is not None and time.monotonic() >= deadline:
                    raise WaitTimeoutError(prompt_id) from None
                if time.monotonic() > given_up:
                    raise
                pause = next(pauses, pause)
                await asyncio.sleep(pause)

    async def _ended(self, prompt_id: str) -> Result:
        found = await self._patiently(lambda: self.result(prompt_id), prompt_id, None)
        if found is None:
            raise JobFailedError(f"job {prompt_id} is gone: it was taken from the queue or from the history", {})
        if not found.ok:
            raise JobFailedError(f"job {prompt_id} failed: {found.failure}", found.record)
        return found
