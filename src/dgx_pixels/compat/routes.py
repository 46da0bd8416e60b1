"""Routes that node packs add, served by aiohttp on a Unix socket; the server passes on what it has no route for.

Also the functions by which packs rewrite prompts. Knows the packs' server only as the module ``server``.
"""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def has_routes() -> bool:
    """Whether any pack added a route."""
    server = _server()
    return server is not None and "routes" in vars(server) and len(server.routes) > 0


def serve_routes(path: Path) -> None:
    """Serve the packs' routes on the Unix socket ``path``, each bare and under ``/api``, from a thread."""
    asyncio.run_coroutine_threadsafe(_serve(_server(), path), _server().loop).result(30)


async def _serve(server: Any, path: Path) -> None:
    from aiohttp import web

    app = server.app
    app.add_routes(server.routes)
    for route in server.routes:
        if isinstance(route, web.RouteDef) and not route.path.startswith("/api/"):
            route_copy = web.RouteDef(route.method, f"/api{route.path}", route.handler, route.kwargs)
            route_copy.register(app.router)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(path)).start()


def has_prompt_handlers() -> bool:
    """Whether a pack wants to see every request to run a prompt."""
    server = _server()
    return server is not None and bool(server.on_prompt_handlers)


def rewritten(request: dict[str, Any]) -> dict[str, Any]:
    """A request to run a prompt after every handler of the packs; one that fails changes nothing."""
    for handler in _server().on_prompt_handlers if has_prompt_handlers() else ():
        try:
            request = handler(request)
        except Exception:
            log.exception("a node pack's prompt handler failed")
    return request


def _server() -> Any:
    """The packs' server, None where no pack has imported it."""
    module = sys.modules.get("server")
    return getattr(getattr(module, "PromptServer", None), "instance", None)
