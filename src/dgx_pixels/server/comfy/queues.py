"""``/queue``, ``/history``, ``/interrupt``, ``/free``: what waits, runs and has ended, and how to be rid of it."""

import asyncio
import json
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.server.bodies import read
from dgx_pixels.server.replies import TROUBLE, RefusedError, empty, raw_json
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

_MAX_INTERRUPT_BYTES: Final = 65_536
_PIECE: Final = 64


class Queue:
    """Lists of jobs in ComfyUI's form."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("GET", "/queue", self.queue),
            Route("POST", "/queue", self.change_queue),
            Route("GET", "/history", self.history),
            Route("GET", "/history/{prompt_id}", self.record),
            Route("POST", "/history", self.change_history),
            Route("POST", "/interrupt", self.interrupt),
            Route("POST", "/free", self.free),
        ]

    async def queue(self, _request: Request) -> ASGIApp:
        """Running and waiting jobs."""
        running, pending = self._state.store.running(), self._state.store.pending()
        parts: list[str] = []
        for jobs in (running, pending):
            items: list[str] = []
            for start in range(0, len(jobs), _PIECE):
                items += [job.queue_item_json() for job in jobs[start : start + _PIECE]]
                await asyncio.sleep(0)
            parts.append(", ".join(items))
        return raw_json(f'{{"queue_running": [{parts[0]}], "queue_pending": [{parts[1]}]}}'.encode("ascii"))

    async def change_queue(self, request: Request) -> ASGIApp:
        """Drop waiting jobs."""
        clear, ids = await self._clear_or_delete(request)
        if clear:
            await self._state.store.delete_pending(None)
        if ids:
            await self._state.store.delete_pending(ids)
        self._state.supervisor.queue_changed()
        return empty()

    async def history(self, request: Request) -> ASGIApp:
        """Records of ended jobs, oldest first."""
        count, offset = (_integer(request, name) for name in ("max_items", "offset"))
        return raw_json((await self._state.store.history_json(count, offset)).encode("ascii"))

    async def record(self, request: Request) -> ASGIApp:
        """One record, or none."""
        return raw_json((await self._state.store.history_one_json(request.path_params["prompt_id"])).encode("ascii"))

    async def change_history(self, request: Request) -> ASGIApp:
        """Forget ended jobs."""
        clear, ids = await self._clear_or_delete(request)
        if clear:
            await self._state.store.delete_history(None)
        if ids:
            await self._state.store.delete_history(ids)
        return empty()

    async def interrupt(self, request: Request) -> ASGIApp:
        """Stop what runs; with an id only if that is what runs. An empty or broken body has no id."""
        body = await read(request, _MAX_INTERRUPT_BYTES)
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = None
        prompt_id = value.get("prompt_id") if isinstance(value, dict) else None
        await self._state.supervisor.interrupt(str(prompt_id) if prompt_id else None)
        return empty()

    async def free(self, request: Request) -> ASGIApp:
        """Give memory back between two jobs."""
        body = await self._object(request)
        unload, memory = bool(body.get("unload_models")), bool(body.get("free_memory"))
        if unload or memory:
            self._state.supervisor.free(unload_models=unload or memory, free_memory=memory)
        return empty()

    async def _clear_or_delete(self, request: Request) -> tuple[bool, list[str]]:
        body = await self._object(request)
        ids = body.get("delete", [])
        if not isinstance(ids, list):
            raise RefusedError(500, TROUBLE)
        return bool(body.get("clear")), [str(each) for each in ids]

    async def _object(self, request: Request) -> dict[str, Any]:
        body = await self._state.bodies.lenient(request)
        if not isinstance(body, dict):
            raise RefusedError(500, TROUBLE)
        return body


def _integer(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    try:
        value = None if text is None else int(text)
    except ValueError as error:
        raise RefusedError(500, TROUBLE) from error
    return value if value is None else max(-1, min(value, 2**53))
