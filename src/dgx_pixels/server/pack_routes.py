"""Routes that node packs added: the worker serves them on a Unix socket, requests for them are passed on to it.

A pack's code never runs here, and gets nothing that the guard has not let in. What the server has itself comes first.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dgx_pixels.core.errors import WorkerError
from dgx_pixels.core.limits import BODY_IDLE_SECONDS
from dgx_pixels.server.access import without_token
from dgx_pixels.server.bodies import limited
from dgx_pixels.server.guard import PAGES
from dgx_pixels.server.replies import RefusedError
from dgx_pixels.server.routing import raw_path
from dgx_pixels.worker.supervisor import Supervisor

if TYPE_CHECKING:
    from httpx import AsyncHTTPTransport, Response

    from dgx_pixels.worker.status import PackRoutes

# How long a request for a path that nobody knows may wait for a worker to come up and say so.
_ASK_SECONDS: Final = 20.0
# How long then not to ask again, where it did not.
_PAUSE_SECONDS: Final = 5.0
_REPLY_SECONDS: Final = 60.0
_CONNECT_SECONDS: Final = 5.0
_AT_ONCE: Final = 32
# Of one connection only, or ours to write.
_OWN_HEADERS: Final = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    b"upgrade host date server".split()
)
# Links on other sites may lead to our pages: no pack gets one of them.
_PAGES_BELOW: Final = "/studio/"
_PROOFS: Final = frozenset({b"authorization", b"cookie"})


class PackRouter:
    """Finds the pack's route for a request, and passes the request on."""

    def __init__(self, supervisor: Supervisor, *, max_body: int, guarded: bool) -> None:
        """``guarded``: clients show a token, which is none of the packs' business."""
        self._supervisor = supervisor
        self._max_body = max_body
        self._guarded = guarded
        self._lock = asyncio.Lock()
        self._asked = False
        self._ask_from = 0.0
        self._routes: list[tuple[str, re.Pattern[str]]] = []
        self._transport: AsyncHTTPTransport | None = None

    async def has(self, method: str, path: str) -> bool:
        """Whether a pack has a route for a percent-encoded path. Waits for a worker where it is not known yet."""
        if unquote(path) in PAGES or unquote(path).startswith(_PAGES_BELOW):
            return False
        async with self._lock:
            if not self._asked and monotonic() >= self._ask_from:
                await self._ask()
        methods = {method, "*", "GET"} if method == "HEAD" else {method, "*"}
        spellings = {path, unquote(path)}
        return any(
            name in methods and any(pattern.fullmatch(one) for one in spellings) for name, pattern in self._routes
        )

    async def _ask(self) -> None:
        """Have the worker serve the packs' routes, and learn which there are."""
        try:
            found = await asyncio.wait_for(self._supervisor.routes(), _ASK_SECONDS)
        except (WorkerError, TimeoutError):
            self._ask_from = monotonic() + _PAUSE_SECONDS
            return
        self._asked = True
        if found is not None:
            self._take(found)

    def _take(self, found: "PackRoutes") -> None:
        from httpx import AsyncHTTPTransport, Limits

        self._routes = [(method, re.compile(pattern)) for method, pattern in found.known]
        if self._transport is None:
            self._transport = AsyncHTTPTransport(uds=str(found.socket), limits=Limits(max_connections=_AT_ONCE))

    async def reply(self, request: Request) -> ASGIApp:
        """What the pack answers. Raises RefusedError: 502 where the worker is gone, 504 where it is too slow."""
        import httpx

        for last in (False, True):
            try:
                return _Passed(await self._pass_on(request))
            except httpx.ConnectError as error:  # nothing was sent: another worker may be there by now
                self._asked, self._ask_from = False, 0.0
                if last or not await self.has(request.method, raw_path(request.scope)):
                    raise RefusedError(502, "the worker that node packs live in is not there") from error
            except httpx.PoolTimeout as error:
                raise RefusedError(503, "too many requests to node packs are under way") from error
            except httpx.TimeoutException as error:
                raise RefusedError(504, "the node pack does not answer") from error
            except httpx.TransportError as error:
                raise RefusedError(502, "the node pack broke off") from error
        raise AssertionError("the second try returns or raises")

    async def _pass_on(self, request: Request) -> "Response":
        import httpx

        if self._transport is None:
            raise httpx.ConnectError("there are no routes of packs")
        scope = request.scope
        query: bytes = scope["query_string"]
        if self._guarded:
            query = without_token(query).encode("latin-1")
        target = raw_path(scope).encode("latin-1") + (b"?" + query if query else b"")
        headers = [(name, value) for name, value in scope["headers"] if name not in self._hidden()]
        has_body = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])
        body = _body(await limited(request, self._max_body)) if has_body else None
        return await self._transport.handle_async_request(
            httpx.Request(
                request.method,
                httpx.URL(scheme="http", host="localhost", raw_path=target),
                headers=headers,
                content=body,
                extensions={"timeout": _timeout()},
            )
        )

    def _hidden(self) -> frozenset[bytes]:
        return _OWN_HEADERS | _PROOFS if self._guarded else _OWN_HEADERS


def _timeout() -> dict[str, float]:
    return {
        "connect": _CONNECT_SECONDS,
        "read": _REPLY_SECONDS,
        "write": float(BODY_IDLE_SECONDS),
        "pool": _CONNECT_SECONDS,
    }


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    """A request's body as it comes."""
    more = True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        if chunk := message.get("body", b""):
            yield chunk


class _Passed:
    """A reply of a pack's on its way to the client."""

    def __init__(self, response: "Response") -> None:
        self._response = response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the form of ASGI
        """Send it; stop when the client leaves."""
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await self._response.aclose()

    async def _send(self, send: Send) -> None:
        headers = [(name.lower(), value) for name, value in self._response.headers.raw]
        kept = [(name, value) for name, value in headers if name not in _OWN_HEADERS]
        await send({"type": "http.response.start", "status": self._response.status_code, "headers": kept})
        async for chunk in self._chunks():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _chunks(self) -> AsyncIterator[Any]:
        async for chunk in self._response.stream:  # type: ignore[union-attr] - an async transport's
            yield chunk


async def _left(receive: Receive) -> None:
    """Until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
