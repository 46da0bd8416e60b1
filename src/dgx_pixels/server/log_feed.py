"""New log lines, sent to the WebSocket clients that asked for them."""

import asyncio
from typing import Final

from dgx_pixels.graph.events import Event
from dgx_pixels.jobs.hub import Hub
from dgx_pixels.server.logbook import Entry, LogBook

_GATHER_SECONDS: Final = 0.1
_MOST_READERS: Final = 100


class LogFeed:
    """Gathers lines for a moment, then sends them. Lives in the event loop; lines come from any thread."""

    def __init__(self, logs: LogBook, hub: Hub) -> None:
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._readers: dict[str, None] = {}
        self._waiting: list[Entry] = []
        self._logs = logs

    def subscribe(self, client_id: str, *, wanted: bool) -> None:
        """Send new lines to a client, or no longer. Of too many readers the oldest is forgotten."""
        self._readers.pop(client_id, None)
        if wanted:
            self._readers[client_id] = None
            if len(self._readers) > _MOST_READERS:
                del self._readers[next(iter(self._readers))]
        self._logs.listen(self._hear if self._readers else None)

    def close(self) -> None:
        """Send nothing more."""
        self._readers.clear()
        self._logs.listen(None)

    def _hear(self, entry: Entry) -> None:
        self._loop.call_soon_threadsafe(self._keep, entry)

    def _keep(self, entry: Entry) -> None:
        self._waiting.append(entry)
        if len(self._waiting) == 1:
            self._loop.call_later(_GATHER_SECONDS, self._send)

    def _send(self) -> None:
        entries, self._waiting = self._waiting, []
        for client_id in self._readers:
            self._hub.publish(Event("logs", {"entries": entries}), client_id=client_id)
