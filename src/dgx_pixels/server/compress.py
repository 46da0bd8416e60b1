"""``--enable-compress-response-body``: JSON and text go out gzipped to clients that accept it."""

import asyncio
import gzip
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEVEL: Final = 6
_LEAST: Final = 256


@dataclass(frozen=True, slots=True)
class Compress:
    """ASGI middleware. Bodies that come in pieces are left as they are."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        accepted = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope.get("headers", ()))
        if scope["type"] != "http" or not accepted:
            await self.app(scope, receive, send)
            return
        start: Message | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                first, start = start, None
                if not message.get("more_body") and len(message.get("body", b"")) >= _LEAST and _is_text(first):
                    message["body"] = await asyncio.to_thread(gzip.compress, message["body"], _LEVEL, mtime=0)
                    _announce(first, len(message["body"]))
                await send(first)
            await send(message)

        await self.app(scope, receive, send_compressed)


def _is_text(start: Message) -> bool:
    types = [value for name, value in start["headers"] if name == b"content-type"]
    coded = any(name == b"content-encoding" for name, _ in start["headers"])
    return (
        start["status"] == 200 and not coded and any(t.startswith((b"application/json", b"text/plain")) for t in types)
    )


def _announce(start: Message, length: int) -> None:
    kept = [
        (name, value) for name, value in start["headers"] if name not in {b"content-length", b"etag", b"accept-ranges"}
    ]
    added = [(b"content-encoding", b"gzip"), (b"content-length", str(length).encode()), (b"vary", b"Accept-Encoding")]
    start["headers"] = [*kept, *added]
