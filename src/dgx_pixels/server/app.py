"""The whole application: guard, routes, the editor's files. A function makes it of its parts; nothing is global."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from traceback import format_exc
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dgx_pixels.core.errors import DgxPixelsError
from dgx_pixels.core.limits import BUSY_RETRY_SECONDS
from dgx_pixels.server import v1, websocket
from dgx_pixels.server.access import Token
from dgx_pixels.server.comfy.extras import Extras
from dgx_pixels.server.comfy.internal import Internal
from dgx_pixels.server.comfy.jobs import Jobs
from dgx_pixels.server.comfy.models import Models
from dgx_pixels.server.comfy.objects import Objects
from dgx_pixels.server.comfy.people import People
from dgx_pixels.server.comfy.prompt import Prompt
from dgx_pixels.server.comfy.queues import Queue
from dgx_pixels.server.comfy.system import System
from dgx_pixels.server.comfy.upload import Upload
from dgx_pixels.server.comfy.userdata import Userdata
from dgx_pixels.server.comfy.view import View
from dgx_pixels.server.compress import Compress
from dgx_pixels.server.frontend import Frontend
from dgx_pixels.server.guard import OPEN, Guard, refuse_socket
from dgx_pixels.server.log_feed import LogFeed
from dgx_pixels.server.origin import Names
from dgx_pixels.server.pack_routes import PackRouter
from dgx_pixels.server.replies import RefusedError, text_reply, trouble
from dgx_pixels.server.routing import Handler, Route, Table, both, raw_path
from dgx_pixels.server.state import State
from dgx_pixels.server.users import Users

log = logging.getLogger(__name__)

_API: Final = "/v1/"
_READ: Final = frozenset({"GET", "HEAD"})


def build_app(state: State, names: Names, token: Token | None) -> ASGIApp:
    """An ASGI application for these rooms, this name and this token."""
    app: ASGIApp = App(state, guarded=token is not None)
    if state.settings.compress:
        app = Compress(app)
    return Guard(app, names, token)


def routes(state: State) -> list[Route]:
    """Every route of ComfyUI's protocol."""
    users = Users(state.settings.users, multi=state.settings.multi_user)
    extras = Extras(state)
    twice = [
        Prompt(state).routes(),
        Queue(state).routes(),
        View(state).routes(),
        Upload(state).routes(),
        Objects(state).routes(),
        Models(state).routes(),
        System(state).routes(),
        People(state, users).routes(),
        Userdata(state, users).routes(),
        extras.routes(),
        [Route("GET", "/ws", _no_socket)],
    ]
    once = [Jobs(state).routes(), extras.files(), Internal(state, LogFeed(state.logs, state.hub)).routes()]
    return both(route for group in twice for route in group) + [route for group in once for route in group]


async def _no_socket(_request: Request) -> ASGIApp:
    return text_reply('No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".', 400)


class App:
    """Finds who answers a request, and what to answer where that fails."""

    def __init__(self, state: State, *, guarded: bool = False) -> None:
        """``guarded``: whether clients show a token."""
        self.table = Table(routes(state))
        self._packs = PackRouter(state.supervisor, max_body=state.max_upload, guarded=guarded)
        self._socket = websocket.Socket(state)
        self._api = v1.build_api(state)
        self._frontend = Frontend(state.packages)
        self._explains = state.explains

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            if scope["path"] in websocket.PATHS:
                await self._socket(scope, receive, send)
            else:
                await refuse_socket(404, b"", send)
        elif scope["type"] == "http":
            path = raw_path(scope)
            ours = path.startswith(_API) or path in OPEN
            await (self._api if ours else await self._reply(path, scope, receive))(scope, receive, send)

    async def _reply(self, path: str, scope: Scope, receive: Receive) -> ASGIApp:
        match = self.table.find(path)
        method: str = scope["method"]
        handlers = match.handlers if match else {}
        handler = handlers.get("GET" if method == "HEAD" else method)
        if handler is not None:
            scope["path_params"] = dict(match.params) if match else {}
            return await self._handled(handler, Request(scope, receive))
        page = self._frontend.reply(path) if method in _READ else None
        if page is not None and getattr(page, "status_code", None) != HTTPStatus.NOT_FOUND:
            return page
        if await self._packs.has(method, path):
            return await self._handled(self._packs.reply, Request(scope, receive))
        if page is not None:
            return page
        return text_reply("405: Method Not Allowed", 405, {"allow": _allowed(handlers)})

    async def _handled(self, handler: Handler, request: Request) -> ASGIApp:
        """The handler's reply, or the one to what it raised."""
        try:
            return await handler(request)
        except RefusedError as error:
            return text_reply(error.text, error.status, error.headers)
        except DgxPixelsError as error:
            headers = {"retry-after": str(BUSY_RETRY_SECONDS)} if error.http_status in {429, 503} else None
            return text_reply(str(error), error.http_status, headers)
        except ClientDisconnect:
            return _nothing
        except Exception:
            log.exception("a request failed: %s %s", request.method, request.url.path)
            return text_reply(format_exc(), 500) if self._explains else trouble()


def _allowed(handlers: Mapping[str, Handler]) -> str:
    """Methods of a path; files of the editor might be anywhere, so it can always be read."""
    return ",".join(sorted({*handlers, *_READ}))


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """The client has left."""
