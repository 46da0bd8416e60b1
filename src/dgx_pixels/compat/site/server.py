"""The server as packs see it from the worker: they send events, add routes, and rewrite prompts."""

import asyncio
import threading
from collections.abc import Callable
from enum import IntEnum
from functools import cached_property
from typing import Any

from dgx_pixels.compat.runtime import runtime
from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.context import current


class BinaryEventTypes(IntEnum):
    """Kinds of binary frames."""

    PREVIEW_IMAGE = 1
    UNENCODED_PREVIEW_IMAGE = 2
    TEXT = 3
    PREVIEW_IMAGE_WITH_METADATA = 4


class PromptServer:
    """The one server; packs take it from ``PromptServer.instance``."""

    instance: "PromptServer"

    def __init__(self) -> None:
        settings = runtime().settings
        self.address = settings.listen[0]
        self.port = settings.port
        self.web_root = ""
        self.number = 0
        self.supports = ["custom_nodes_from_web"]
        self.sockets: dict[str, Any] = {}
        self.sockets_metadata: dict[str, Any] = {}
        self.on_prompt_handlers: list[Callable[[dict[str, Any]], dict[str, Any]]] = []
        self.user_manager: Any = None
        self.messages: Any = None

    @cached_property
    def routes(self) -> Any:
        """Aiohttp's table of routes; those that packs add are served under their paths and under ``/api``."""
        from aiohttp import web

        return web.RouteTableDef()

    @cached_property
    def app(self) -> Any:
        """The aiohttp application that serves the packs' routes."""
        from aiohttp import web

        return web.Application(client_max_size=int(runtime().settings.max_upload_mb * 2**20))

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that the packs' routes run in, in a thread of its own."""
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="routes of node packs", daemon=True).start()
        return loop

    @cached_property
    def prompt_queue(self) -> Any:
        """The queue, which is not here."""
        from execution import PromptQueue

        return PromptQueue(self)

    @property
    def client_id(self) -> str | None:
        """Client of the running prompt."""
        return runtime().client()

    @property
    def last_prompt_id(self) -> str | None:
        """The running prompt."""
        context = _context()
        return context and context.prompt_id

    @property
    def last_node_id(self) -> str | None:
        """The running node."""
        context = _context()
        return context and context.node_id

    def send_sync(self, event: str | int, data: Any, sid: str | None = None) -> None:
        """Send an event from any thread: to a client, or to all where ``sid`` is None."""
        if event == BinaryEventTypes.UNENCODED_PREVIEW_IMAGE:
            context = current()
            context.progress(0, 1, data[1], preview_size=data[2])
        elif isinstance(event, str):
            runtime().send(event, data, sid)
        else:
            raise UsageError(f"a node pack cannot send binary frames of kind {event}; send JSON, or a preview")

    async def send(self, event: str | int, data: Any, sid: str | None = None) -> None:
        """As `send_sync`, from an event loop."""
        self.send_sync(event, data, sid)

    async def send_json(self, event: str, data: Any, sid: str | None = None) -> None:
        """As `send`."""
        self.send_sync(event, data, sid)

    def send_progress_text(self, text: str, node_id: str, sid: str | None = None) -> None:
        """Show a text at a node."""
        current().text(text)

    def queue_updated(self) -> None:
        """The server tells of its queue by itself."""

    def get_queue_info(self) -> dict[str, Any]:
        """How many prompts wait, as far as a worker knows."""
        return {"exec_info": {"queue_remaining": 0}}

    def add_on_prompt_handler(self, handler: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Let a function rewrite every request to run a prompt."""
        self.on_prompt_handlers.append(handler)

    def add_routes(self) -> None:
        """Routes are added by themselves."""


def _context() -> Any:
    try:
        return current()
    except LookupError:
        return None


PromptServer.instance = PromptServer()
