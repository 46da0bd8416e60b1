"""Routes that node packs add, served by aiohttp on a Unix socket; the server passes on what it has no route for.

Also the functions by which packs rewrite prompts. Knows the packs' server only as the module ``server``.
"""

import asyncio
import logging
import re
import sys
from pathlib import Path
from typing import Any, Final

log = logging.getLogger(__name__)

_START_SECONDS: Final = 30
_MOST_ROUTES: Final = 10_000


def has_routes() -> bool:
    """Whether any pack added a route, to the table or to the application itself."""
    server = _server()
    if server is None:
        return False
    # Both are made when a pack first touches them.
    table, app = (vars(server).get(name) for name in ("routes", "app"))
    return bool(table) or (app is not None and len(app.router.routes()) > 0)


def serve_routes(path: Path) -> None:
    """Serve the packs' routes on the Unix socket ``path``, each bare and under ``/api``, from a thread."""
    asyncio.run_coroutine_threadsafe(_serve(_server(), path), _server().loop).result(_START_SECONDS)


async def _serve(server: Any, path: Path) -> None:
    from aiohttp import web

    app = server.app
    for route in server.routes:
        _add(route, app)
    for route in server.routes:
        if isinstance(route, web.RouteDef) and not route.path.startswith("/api/"):
            _add(web.RouteDef(route.method, f"/api{route.path}", route.handler, route.kwargs), app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(path)).start()


def _add(route: Any, app: Any) -> None:
    """Add a route; of two packs that want the same one, the first has it."""
    try:
        route.register(app.router)
    except (RuntimeError, ValueError) as error:
        log.warning("a node pack's route %s is left out: %s", getattr(route, "path", route), error)


def known_routes() -> list[tuple[str, str]]:
    """(method, regular expression for the whole path) of what is served; ``*`` is any method."""
    found: list[tuple[str, str]] = []
    for resource in _server().app.router.resources():
        pattern = _pattern(resource.get_info())
        found += [(route.method, pattern) for route in resource] if pattern is not None else []
    return found[:_MOST_ROUTES]


def _pattern(info: dict[str, Any]) -> str | None:
    """What paths of a resource look like: one path, one with names in it, or everything below a folder."""
    if "path" in info:
        return re.escape(info["path"])
    if "pattern" in info:
        return info["pattern"].pattern
    return re.escape(info["prefix"]) + "/.*" if "prefix" in info else None


def has_prompt_handlers() -> bool:
    """Whether a pack wants to see every request to run a prompt."""
    server = _server()
    return server is not None and bool(server.on_prompt_handlers)


def rewritten(request: dict[str, Any]) -> dict[str, Any]:
    """A request to run a prompt after every handler of the packs; one that fails changes nothing."""
    for handler in _server().on_prompt_handlers if has_prompt_handlers() else ():
        try:
            changed = handler(request)
        except Exception:
            log.exception("a node pack's prompt handler failed")
            continue
        if isinstance(changed, dict):
            request = changed
        else:
            log.warning("a node pack's prompt handler returned no request, but %s", type(changed).__name__)
    return request


def _server() -> Any:
    """The packs' server, None where no pack has imported it."""
    module = sys.modules.get("server")
    return getattr(getattr(module, "PromptServer", None), "instance", None)
