"""Bodies of requests: read within a limit, as JSON whatever their Content-Type says."""

import asyncio
import json
from contextlib import suppress
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from dgx_pixels.core.limits import BIG_JSON_BYTES, DROPPED_BODY_BYTES, DROPPED_BODY_SECONDS, MAX_GRAPH_BYTES
from dgx_pixels.server.big_json import JsonError, check, load_in_pieces
from dgx_pixels.server.replies import TROUBLE, RefusedError

# What is big is parsed and checked in threads; more than a few at once would only make each other slow.
_AT_ONCE: Final = 2


async def read(request: Request, limit: int) -> bytes:
    """The whole body. Raises RefusedError (413) beyond ``limit`` bytes, ClientDisconnect when the client leaves."""
    receive = await limited(request, limit)
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def limited(request: Request, limit: int) -> Receive:
    """What receives the body, but no more than ``limit`` bytes.

    Raises RefusedError (413), at once where more is announced. What was on its way is read and dropped first: many
    clients read no answer before they have sent everything.
    """
    refusal = RefusedError(413, f"Maximum request body size {limit} exceeded", {"connection": "close"})
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        if "expect" not in request.headers:  # else nothing is on its way
            await _drop(request.receive)
        raise refusal
    left = limit

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            if message.get("more_body", False):
                await _drop(request.receive)
            raise refusal
        return message

    return receive


async def _drop(receive: Receive) -> None:
    """Read a body to its end, within reason."""
    left = DROPPED_BODY_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(DROPPED_BODY_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


class BodyReader:
    """Reads JSON; big bodies in a thread, a few at a time."""

    def __init__(self, max_upload: int) -> None:
        self.max_upload = max_upload
        """Largest body, in bytes."""
        self.big = asyncio.Semaphore(_AT_ONCE)
        """Held while something big is worked on in a thread."""

    async def json(self, request: Request) -> Any:
        """The body as a value. Raises JsonError, RefusedError (413)."""
        body = await read(request, min(MAX_GRAPH_BYTES, self.max_upload))
        if len(body) > BIG_JSON_BYTES:
            async with self.big:
                return await asyncio.to_thread(load_in_pieces, body)
        return parse(body)

    async def lenient(self, request: Request) -> Any:
        """The body as a value, for the routes where ComfyUI answers 500 to anything but JSON. Raises RefusedError."""
        try:
            return await self.json(request)
        except JsonError as error:
            raise RefusedError(500, TROUBLE) from error


def parse(body: bytes) -> Any:
    """A small body as a value, within the limits on JSON. Raises JsonError."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise JsonError(f"the body is not JSON: {_reason(error)}") from error
    check(value)
    return value


def _reason(error: Exception) -> str:
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)
