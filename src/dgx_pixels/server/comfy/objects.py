"""``/object_info``: every node class, as the editor needs it. Rendered once, and again when a file list changes."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.core.errors import WorkerError
from dgx_pixels.graph.info import node_info
from dgx_pixels.server.replies import json_reply, raw_json
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

_PICTURES: Final = ("input", "output", "latents")


class Objects:
    """Describes classes."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._parts: dict[str, str] = {}
        self._whole = b"{}"
        self._seen: tuple[tuple[str, ...], ...] = ()
        self._lock = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Its routes."""
        return [Route("GET", "/object_info", self.all), Route("GET", "/object_info/{node_class}", self.one)]

    async def all(self, _request: Request) -> ASGIApp:
        """Every class, also those of packs."""
        async with self._lock:
            await asyncio.to_thread(self._render)
            own = self._whole
        foreign = await self._foreign()
        if not foreign:
            return raw_json(own)
        more = await asyncio.to_thread(lambda: json.dumps(foreign)[1:].encode("ascii"))
        return raw_json(own[:-1] + (b", " if self._parts else b"") + more)

    async def one(self, request: Request) -> ASGIApp:
        """One class; an empty object for an unknown one."""
        name = request.path_params["node_class"]
        if name in self._state.registry.classes:
            part = await asyncio.to_thread(self._part, name)
            return raw_json(f"{{{part or ''}}}".encode("ascii"))
        foreign = await self._foreign()
        return json_reply({name: foreign[name]} if name in foreign else {})

    async def _foreign(self) -> dict[str, Any]:
        """Classes of packs; none while no worker can tell."""
        try:
            return await self._state.supervisor.object_info()
        except WorkerError:
            return {}

    def _render(self) -> None:
        """Bring the whole up to date with the files on the disk."""
        seen = self._names()
        if self._parts and seen == self._seen:
            return
        rendered = ((name, self._part(name)) for name in self._state.registry.classes)
        self._parts = {name: part for name, part in rendered if part is not None}
        self._whole = f"{{{', '.join(self._parts.values())}}}".encode("ascii")
        self._seen = seen

    def _names(self) -> tuple[tuple[str, ...], ...]:
        """Every name that a class may offer: cheap to ask for, as lists are kept until a folder changes."""
        files = self._state.files
        kinds: Iterable[str] = (*files.folders, *_PICTURES)
        return tuple(tuple(files.names(kind)) for kind in kinds)

    def _part(self, name: str) -> str | None:
        """``"name": info`` as JSON; None for a class that raises."""
        registry = self._state.registry
        try:
            return f"{json.dumps(name)}: {json.dumps(node_info(name, registry.classes[name], registry))}"
        except Exception:  # noqa: BLE001 - a class that cannot say what it is, is left out, as in ComfyUI
            return None
