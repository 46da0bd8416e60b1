"""One connection: uvicorn's, with limits on heads and on how long each part of a request may take.

Knows no route. A connection that asks for more than its share is cut; the others do not notice.
"""

import asyncio
import resource
from collections.abc import Iterable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from dgx_pixels.core.limits import (
    BODY_IDLE_SECONDS,
    HEADER_SECONDS,
    MAX_CONNECTIONS,
    MAX_REQUEST_HEADER_BYTES,
    MAX_REQUEST_HEADERS,
    SOCKET_STALL_SECONDS,
)

_REFUSAL: Final = b"HTTP/1.1 %s\r\ncontent-type: text/plain\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LONG: Final = _REFUSAL % b"431 Request Header Fields Too Large"
_TOO_SLOW: Final = _REFUSAL % b"408 Request Timeout"
_TOO_MANY: Final = _REFUSAL % b"503 Service Unavailable"
# How long a client gets to answer that it closes as well.
_CLOSING_SECONDS: Final = 2.0
# Descriptors that files, pipes and the database need beside connections.
_SPARE_DESCRIPTORS: Final = 128
# What a client may leave unread of the pongs it asked for.
_MAX_UNREAD_PONGS: Final = 256 * 2**10


class HttpConnection(HttpToolsProtocol):
    """Waits `HEADER_SECONDS` for a head and `BODY_IDLE_SECONDS` for each piece of a body."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.idle_since: float | None = self.loop.time()
        """Since when nothing is asked; None while a request is at work."""
        self._deadline: asyncio.TimerHandle | None = None
        self._heard = 0.0
        self._in_head = True
        self._unread_head = 0
        self._head_bytes = 0
        self._too_long = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, or make room for it by closing one that asks nothing, or refuse it."""
        super().connection_made(transport)  # type: ignore[arg-type]
        if len(self.connections) > _most_connections() and not _make_room(self.connections, self):
            self._refuse(_TOO_MANY)
            return
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._refuse, _TOO_SLOW)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the head grows too long."""
        self._heard = self.loop.time()
        super().data_received(data)
        # The parser keeps a header line to itself until it is whole.
        self._unread_head = self._unread_head + len(data) if self._in_head else 0
        if self._unread_head > MAX_REQUEST_HEADER_BYTES and not self.transport.is_closing():
            self._refuse(_TOO_LONG)

    def on_message_begin(self) -> None:
        """Start waiting for the head; the first one has been waited for since the connection was made."""
        super().on_message_begin()
        self._in_head = True
        self._unread_head = self._head_bytes = 0
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADER_SECONDS, self._refuse, _TOO_SLOW)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header line."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_REQUEST_HEADER_BYTES or len(self.headers) >= MAX_REQUEST_HEADERS:
            self._too_long = True
            raise ValueError("the head of the request is too long")

    def on_headers_complete(self) -> None:
        """Start waiting for the body, and start the request."""
        self._in_head = False
        self.idle_since = None
        self._stop_waiting()
        if not self._upgrades():
            self._deadline = self.loop.call_later(BODY_IDLE_SECONDS, self._check_body)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop waiting for the body."""
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Be idle until the next request."""
        self.idle_since = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be parsed."""
        if self._too_long:
            self._refuse(_TOO_LONG)
        else:
            super().send_400_response(msg)

    def _check_body(self) -> None:
        """Cut a body that stopped coming, unless it is we who stopped reading."""
        silent = 0.0 if self.flow.read_paused else self.loop.time() - self._heard
        if silent < BODY_IDLE_SECONDS:
            self._deadline = self.loop.call_later(BODY_IDLE_SECONDS - silent, self._check_body)
        elif not self.cycle.response_started:
            self._refuse(_TOO_SLOW)
        else:
            self.transport.abort()

    def _upgrades(self) -> bool:
        return self.parser is not None and self.parser.should_upgrade()

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, answer: bytes) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


def _most_connections() -> int:
    return min(MAX_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_DESCRIPTORS)


def _make_room(connections: Iterable[Any], newcomer: HttpConnection) -> bool:
    """Close the connection that has been asking nothing for longest; whether there was one."""
    idle = [c for c in connections if isinstance(c, HttpConnection) and c is not newcomer and c.idle_since is not None]
    if not idle:
        return False
    min(idle, key=lambda c: c.idle_since or 0.0).transport.abort()
    return True


class SocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket that is cut when its client leaves what it is sent unread.

    The application finds how to cut it at once as ``abort`` in the state of its scope.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = _CLOSING_SECONDS

    def handle_connect(self, event: Request) -> None:
        """Answer the request for a WebSocket."""
        super().handle_connect(event)
        if not self.close_sent:
            self.scope.setdefault("state", {})["abort"] = self.transport.abort

    async def send(self, message: Any) -> None:
        """Send one message. Raises ClientDisconnected when the client is gone or was cut.

        Text may come with a ``frame``, the bytes that it is on the wire: written as they are, since making them anew
        for each of a thousand listeners would keep all others waiting.
        """
        if not self.writable.is_set():
            try:
                async with asyncio.timeout(SOCKET_STALL_SECONDS):
                    await self.writable.wait()
            except TimeoutError:
                self.transport.abort()
                raise ClientDisconnected from None
        if "frame" in message and self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(message["frame"])
        else:
            await super().send(message)

    def handle_ping(self) -> None:
        """Answer a ping, but not one client's flood of them."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > _MAX_UNREAD_PONGS:
            self.transport.abort()
