"""Hands events to those who listen: who gets which, and what happens to one who does not keep up.

Lossy by design for progress, never for ends. In memory and for one event loop; knows no socket and no encoding but the
JSON text that all listeners share. Events are told apart by what they have: ``type`` and ``data`` (a JSON message),
``image``, ``format`` and ``prompt_id`` (a picture), anything else (text of a node).
"""

import asyncio
import json
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, Self, TypeAlias

from dgx_pixels.core.limits import (
    SOCKET_STALL_SECONDS,
    SUBSCRIBER_BEHIND_BYTES,
    SUBSCRIBER_BEHIND_EVENTS,
    SUBSCRIBER_BYTES,
    SUBSCRIBER_RESULT_BYTES,
)

_FOR_ALL: Final = frozenset({"status"})
_FOR_THE_CLIENT: Final = frozenset(
    {"execution_start", "execution_cached", "executing", "executed", "execution_success", "execution_error"}
)
_PROGRESS: Final = frozenset({"progress", "progress_state"})
_SWEEP_SECONDS: Final = 1.0

Slot: TypeAlias = tuple[str, str | None]
"""What makes an older event worthless: a newer one of the same kind and prompt."""


class Envelope:
    """An event on its way, shared by all who get it."""

    def __init__(self, event: Any) -> None:
        self.event = event
        self.slot: Slot | None = None
        """None: it must not be dropped."""
        image = getattr(event, "image", None)
        self.picture_bytes = len(image) if image is not None else 0
        if self.type in _PROGRESS:
            self.slot = (self.type or "", event.data.get("prompt_id"))
        elif image is not None and event.format != "PNG":  # PNG: a result that goes out without a file
            self.slot = ("preview", event.prompt_id)

    @property
    def type(self) -> str | None:
        """Name of a JSON message; None for pictures and texts of nodes."""
        return getattr(self.event, "type", None)

    @cached_property
    def text(self) -> str | None:
        """The JSON message as text, ``type`` first; None for what goes out in binary."""
        if self.type is None:
            return None
        return json.dumps({"type": self.type, "data": self.event.data}, default=str)

    @cached_property
    def size(self) -> int:
        """About how many bytes it is."""
        return self.picture_bytes or len(self.text or getattr(self.event, "text", ""))


class Subscription:
    """What one listener gets, in order: iterate over it. Ends when it is closed, from either side."""

    def __init__(self, hub: "Hub", client_id: str) -> None:
        self.client_id = client_id
        self.features: dict[str, Any] = {}
        """Feature flags that this listener has sent."""
        self.closed_because: str | None = None
        """Why it ended; None while it has not."""
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._waiting: OrderedDict[int, Envelope] = OrderedDict()
        self._slots: defaultdict[Slot, deque[int]] = defaultdict(deque)
        self._count = 0
        self._bytes = 0
        self._kept_bytes = 0
        self._result_bytes = 0
        self._waits_since = 0.0
        self._reader: asyncio.Future[None] | None = None
        self._closed = asyncio.Event()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Envelope:
        while not self._waiting:
            if self.closed_because is not None:
                raise StopAsyncIteration
            self._reader = self._loop.create_future()
            await self._reader
        key, envelope = self._waiting.popitem(last=False)
        self._forget(key, envelope)
        self._waits_since = self._loop.time()
        return envelope

    async def wait_closed(self) -> None:
        """Until it is closed: a socket whose client does not read learns of it even while it is stuck in a send."""
        await self._closed.wait()

    def close(self, because: str = "closed") -> None:
        """Listen no longer. What waits is dropped."""
        if self.closed_because is None:
            self.closed_because = because
            self._waiting.clear()
            self._slots.clear()
            self._hub.drop(self)
            self._closed.set()
            self._wake()

    @property
    def waiting(self) -> int:
        """Events that were not taken yet."""
        return len(self._waiting)

    def offer(self, envelope: Envelope) -> None:
        """Have an event wait for the listener, or close it if too much does."""
        slot = envelope.slot
        if slot is not None and self._behind():
            for key in tuple(self._slots[slot]):
                self._forget(key, self._waiting.pop(key))
        if not self._waiting:
            self._waits_since = self._loop.time()
        self._count += 1
        self._waiting[self._count] = envelope
        if slot is not None:
            self._slots[slot].append(self._count)
        self._weigh(envelope, 1)
        if self._too_much():
            self.close("too much waits for it")
        else:
            self._wake()

    def is_stalled(self, now: float) -> bool:
        """Whether something waits and nothing was taken for too long."""
        return bool(self._waiting) and now - self._waits_since > SOCKET_STALL_SECONDS

    def _too_much(self) -> bool:
        """Whether more waits than may. One event may be as large as it is: whoever reads, gets it."""
        if self._kept_bytes > SUBSCRIBER_BYTES:
            kept = (one.size for one in self._waiting.values() if one.slot is None and not one.picture_bytes)
            return self._kept_bytes - max(kept) > SUBSCRIBER_BYTES
        return self._result_bytes > SUBSCRIBER_RESULT_BYTES

    def _behind(self) -> bool:
        return len(self._waiting) > SUBSCRIBER_BEHIND_EVENTS or self._bytes > SUBSCRIBER_BEHIND_BYTES

    def _forget(self, key: int, envelope: Envelope) -> None:
        self._weigh(envelope, -1)
        if envelope.slot is not None:
            keys = self._slots[envelope.slot]
            keys.remove(key)
            if not keys:
                del self._slots[envelope.slot]

    def _weigh(self, envelope: Envelope, sign: int) -> None:
        size = sign * envelope.size
        self._bytes += size
        if envelope.slot is None and envelope.picture_bytes:
            self._result_bytes += size
        elif envelope.slot is None:
            self._kept_bytes += size

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class Hub:
    """All who listen. Several may share a ``client_id``, and all of them get its events."""

    def __init__(self) -> None:
        self._all: dict[Subscription, None] = {}
        self._by_client: dict[str, dict[Subscription, None]] = {}
        self._sweep: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._all)

    def subscribe(self, client_id: str) -> Subscription:
        """Listen to what concerns a client, and to what concerns all."""
        subscription = Subscription(self, client_id)
        self._all[subscription] = None
        self._by_client.setdefault(client_id, {})[subscription] = None
        return subscription

    def publish(self, event: Any, *, client_id: str | None) -> None:
        """Hand an event to those whom it concerns. ``client_id`` is the client of its prompt; None: it has none.

        The status goes to all. Everything else goes to the client; where there is none, what only that client would
        have a use for goes to nobody, and progress and whatever is not known here to all.
        """
        receivers = self._receivers(getattr(event, "type", None), client_id)
        if not receivers:
            return
        envelope = Envelope(event)
        for subscription in tuple(receivers):
            subscription.offer(envelope)
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._close_stalled)

    def drop(self, subscription: Subscription) -> None:
        """Hand it nothing more; called by a subscription that is closed."""
        self._all.pop(subscription, None)
        mine = self._by_client.get(subscription.client_id, {})
        mine.pop(subscription, None)
        if not mine:
            self._by_client.pop(subscription.client_id, None)

    async def drain(self, seconds: float) -> None:
        """Give the listeners a while to take what waits, then close them."""
        for _ in range(50):
            if not any(subscription.waiting for subscription in self._all):
                break
            await asyncio.sleep(seconds / 50)
        for subscription in tuple(self._all):
            subscription.close("the server stops")
        if self._sweep is not None:
            self._sweep.cancel()

    def _receivers(self, kind: str | None, client_id: str | None) -> Iterable[Subscription]:
        if kind in _FOR_ALL:
            return self._all
        if client_id is not None:
            return self._by_client.get(client_id, ())
        return () if kind in _FOR_THE_CLIENT else self._all

    def _close_stalled(self) -> None:
        self._sweep = None
        now = asyncio.get_running_loop().time()
        for subscription in tuple(self._all):
            if subscription.is_stalled(now):
                subscription.close("it does not read")
        if any(subscription.waiting for subscription in self._all):
            self._sweep = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._close_stalled)
