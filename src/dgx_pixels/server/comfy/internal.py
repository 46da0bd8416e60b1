"""``/internal``: the log, and names of files and folders, for the editor's own panels."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.core.limits import MAX_ID_CHARS
from dgx_pixels.server.log_feed import LogFeed
from dgx_pixels.server.replies import TROUBLE, RefusedError, empty, json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

_SIZE: Final = {"cols": 80, "rows": 24}


class Internal:
    """Serves the editor's panels."""

    def __init__(self, state: State, feed: LogFeed) -> None:
        self._state = state
        self._feed = feed

    def routes(self) -> list[Route]:
        """Its routes, which exist once."""
        return [
            Route("GET", "/internal/logs", self.logs),
            Route("GET", "/internal/logs/raw", self.raw_logs),
            Route("PATCH", "/internal/logs/subscribe", self.subscribe),
            Route("GET", "/internal/folder_paths", self.folder_paths),
            Route("GET", "/internal/files/{kind}", self.files),
        ]

    async def logs(self, _request: Request) -> ASGIApp:
        """The last lines as one text."""
        return json_reply("".join(f"{entry['t']} - {entry['m']}" for entry in self._state.logs.entries))

    async def raw_logs(self, _request: Request) -> ASGIApp:
        """The last lines one by one."""
        return json_reply({"entries": list(self._state.logs.entries), "size": _SIZE})

    async def subscribe(self, request: Request) -> ASGIApp:
        """Have a WebSocket client told of new lines, or no longer."""
        body: Any = await self._state.bodies.lenient(request)
        if not isinstance(body, dict) or not isinstance(body.get("clientId"), str):
            raise RefusedError(500, TROUBLE)
        if len(body["clientId"]) <= MAX_ID_CHARS:
            self._feed.subscribe(body["clientId"], wanted=bool(body.get("enabled")))
        return empty()

    async def folder_paths(self, _request: Request) -> ASGIApp:
        """Folders by kind."""
        kinds = self._state.files.folders
        return json_reply({kind: [str(folder) for folder in folders] for kind, folders in kinds.items()})

    async def files(self, request: Request) -> ASGIApp:
        """Names of files in a folder, newest first."""
        folder = self._state.folder(request.path_params["kind"])
        if folder is None:
            return json_reply({"error": "Invalid directory type"}, 400)
        return json_reply(await asyncio.to_thread(lambda: [name for _, name in sorted(_files(folder), reverse=True)]))


def _files(folder: Path) -> Iterator[tuple[float, str]]:
    """(time, name) of the visible regular files."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                    yield entry.stat().st_mtime, entry.name
    except FileNotFoundError:
        return
