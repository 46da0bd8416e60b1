"""``/ws``: what happens, told to a client as it happens. Who gets which event is the hub's business."""

import asyncio
import json
import struct
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.types import Receive, Scope, Send

from dgx_pixels.core.limits import MAX_ID_CHARS, MAX_SOCKETS, SOCKET_BURST, SOCKET_MESSAGES_PER_SECOND
from dgx_pixels.graph.events import PreviewEvent, TextEvent
from dgx_pixels.jobs.hub import Envelope, Subscription
from dgx_pixels.server.comfy.system import features
from dgx_pixels.server.guard import refuse_socket
from dgx_pixels.server.state import State

PATHS: Final = frozenset({"/ws", "/api/ws"})

_PREVIEW: Final = 1
_TEXT: Final = 3
_PREVIEW_WITH_METADATA: Final = 4
_FORMATS: Final = {"JPEG": 1, "PNG": 2}
_FLAG: Final = "supports_preview_metadata"
_MAX_FLAGS_CHARS: Final = 65_536
_TOO_FAST: Final = 1008
_GOING_AWAY: Final = 1001


class _LeftError(Exception):
    """The client closed the connection."""


class Socket:
    """Serves WebSockets; an ASGI application."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        await receive()
        if len(self._state.hub) >= MAX_SOCKETS:
            await refuse_socket(503, b"too many WebSockets are open", send)
            return
        await send({"type": "websocket.accept"})
        subscription = self._state.hub.subscribe(_client_id(scope["query_string"]))
        code = _GOING_AWAY
        try:
            code = await self._converse(subscription, receive, send)
        finally:
            stalled = subscription.closed_because not in {None, "the server stops"}
            subscription.close()
            if stalled and (abort := scope.get("state", {}).get("abort")) is not None:
                abort()  # a close frame would only join what the client does not read
        if code:
            await send({"type": "websocket.close", "code": code})

    async def _converse(self, subscription: Subscription, receive: Receive, send: Send) -> int:
        """Talk until one side has enough; the code to close with, 0 if the client is gone."""
        await self._greet(subscription, send)
        tasks = [
            asyncio.create_task(_tell(subscription, send)),
            asyncio.create_task(self._listen(subscription, receive, send)),
            asyncio.create_task(subscription.wait_closed()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        gone = any(isinstance(result, OSError | _LeftError) for result in results)
        return 0 if gone else _TOO_FAST if tasks[1] in done else _GOING_AWAY

    async def _greet(self, subscription: Subscription, send: Send) -> None:
        """The first message names the client; one whose prompt runs learns where it is."""
        counts = self._state.store.counts()
        exec_info = {"queue_remaining": counts.queued + counts.running}
        await _send(send, "status", {"status": {"exec_info": exec_info}, "sid": subscription.client_id})
        status = self._state.supervisor.status
        owners = {job.id: job.client_id for job in self._state.store.running()}
        # Between two nodes there is nothing to tell: without a node the message would mean that all is over.
        if status.running is not None and status.node and owners.get(status.running) == subscription.client_id:
            await _send(send, "executing", {"node": status.node})

    async def _listen(self, subscription: Subscription, receive: Receive, send: Send) -> None:
        """Take what the client sends, of which only its first message can matter. Returns if it sends too much."""
        allowance = _Allowance()
        first = True
        while allowance.take():
            message = await receive()
            if message["type"] == "websocket.disconnect":
                raise _LeftError
            text = message.get("text")
            if text is not None and first:
                first = False
                if (flags := _flags(text)) is not None:
                    subscription.features.update(flags)
                    await _send(send, "feature_flags", features(self._state))


@dataclass(slots=True)
class _Allowance:
    """How many more messages a client may send."""

    left: float = SOCKET_BURST
    since: float = 0.0

    def take(self) -> bool:
        now = monotonic()
        self.left = min(SOCKET_BURST, self.left + (now - self.since) * SOCKET_MESSAGES_PER_SECOND) - 1
        self.since = now
        return self.left >= 0


async def _tell(subscription: Subscription, send: Send) -> None:
    """Send every event."""
    async for envelope in subscription:
        if envelope.text is not None:
            await send({"type": "websocket.send", "text": envelope.text, "frame": text_frame(envelope.text)})
        elif (frame := binary_frame(envelope, subscription.features)) is not None:
            await send({"type": "websocket.send", "bytes": frame})


@lru_cache(maxsize=16)
def text_frame(text: str) -> bytes:
    """A text as the server sends it, in one unmasked frame (RFC 6455, section 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    return (struct.pack(">BBH", 0x81, 126, size) if size < 2**16 else struct.pack(">BBQ", 0x81, 127, size)) + payload


def binary_frame(envelope: Envelope, client_features: dict[str, Any]) -> bytes | None:
    """A picture or a node's text in its binary form, the picture as the client understands it."""
    event = envelope.event
    if isinstance(event, TextEvent):
        node = event.node_id.encode()
        return struct.pack(">II", _TEXT, len(node)) + node + event.text.encode()
    if not isinstance(event, PreviewEvent):
        return None
    if client_features.get(_FLAG) is not True:
        return struct.pack(">II", _PREVIEW, _FORMATS[event.format]) + event.image
    about = {
        "node_id": event.node_id,
        "prompt_id": event.prompt_id,
        "display_node_id": event.display_node_id,
        "parent_node_id": event.parent_node_id,
        "real_node_id": event.real_node_id,
        "image_type": f"image/{event.format.lower()}",
    }
    header = json.dumps(about).encode()
    return struct.pack(">II", _PREVIEW_WITH_METADATA, len(header)) + header + event.image


async def _send(send: Send, kind: str, data: dict[str, Any]) -> None:
    await send({"type": "websocket.send", "text": json.dumps({"type": kind, "data": data})})


def _client_id(query: bytes) -> str:
    """The id a client asks for, or a new one."""
    given = parse_qs(query.decode("latin-1")).get("clientId", [""])[0]
    return given if 0 < len(given) <= MAX_ID_CHARS else uuid4().hex


def _flags(text: str) -> dict[str, Any] | None:
    """Feature flags, if that is what a message is."""
    if len(text) > _MAX_FLAGS_CHARS:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("type") != "feature_flags":
        return None
    flags = message.get("data")
    return flags if isinstance(flags, dict) else {}
