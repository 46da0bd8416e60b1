"""Before everything else: who may talk to us, with which token; and the headers every reply carries."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dgx_pixels.server.access import Token, without_token
from dgx_pixels.server.origin import Names, judge
from dgx_pixels.server.replies import empty, text_reply

PAGES: Final = frozenset({"/", "/studio", "/studio/"})
"""Pages that a link on another site may lead to."""
OPEN: Final = frozenset({"/healthz", "/readyz"})
"""What answers without a token: it tells nothing but whether we are well."""
_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"})
_ASK_FOR_TOKEN: Final = (
    "This server asks for its token. In a browser open /?token=TOKEN once; programs send the header\n"  # noqa: S105
    "Authorization: Bearer TOKEN. The server printed it when it made it, and keeps it in the file token of its home.\n"
)


@dataclass(frozen=True, slots=True)
class Guard:
    """ASGI middleware."""

    app: ASGIApp
    names: Names
    token: Token | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        reply = self._refused(scope)
        if scope["type"] == "websocket":
            if reply is None:
                await self.app(scope, receive, send)
            else:
                await refuse_socket(reply.status_code, reply.body, send)
            return
        send = self._with_headers(scope, send)
        await (reply or self.app)(scope, receive, send)

    def _refused(self, scope: Scope) -> Any:
        """The reply to a request that may not pass, or has only to be sent on; None for all others."""
        method, path = scope.get("method", "GET"), scope["path"]
        navigates = method in {"GET", "HEAD"} and path in PAGES and scope["type"] == "http"
        refusal = judge(scope["headers"], self.names, navigates=navigates)
        if refusal is not None:
            return text_reply(refusal.text, refusal.status)
        if method == "OPTIONS" and scope["type"] == "http":
            return empty()
        if self.token is None or path in OPEN:
            return None
        query: bytes = scope["query_string"]
        if not self.token.shown(scope["headers"], query):
            return text_reply(_ASK_FOR_TOKEN, 401, {"www-authenticate": "Bearer"})
        if method == "GET" and path in PAGES and scope["type"] == "http" and self.token.in_query(query):
            return self._keep_in_browser(scope)
        return None

    def _keep_in_browser(self, scope: Scope) -> Any:
        assert self.token is not None  # noqa: S101 - the caller looked
        query = without_token(scope["query_string"])
        target = scope["path"] + ("?" + query if query else "")
        cookie = self.token.set_cookie(secure=scope["scheme"] == "https")
        return empty(303, {"location": target, "set-cookie": cookie, "cache-control": "no-store"})

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        always = self._always()
        cacheable = _has_cache_rule(scope["path"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *always]
                if cacheable:
                    _set_cache_control(scope["path"], message)
            await send(message)

        return send_with_headers

    def _always(self) -> list[tuple[bytes, bytes]]:
        """Headers of every reply."""
        nosniff = (b"x-content-type-options", b"nosniff")
        if self.names.open_origin is None:
            return [nosniff, (b"cross-origin-resource-policy", b"same-origin")]
        return [
            nosniff,
            (b"access-control-allow-origin", self.names.open_origin.encode("latin-1")),
            (b"access-control-allow-methods", b"POST, GET, DELETE, PUT, OPTIONS"),
            (b"access-control-allow-headers", b"Content-Type, Authorization"),
            (b"access-control-allow-credentials", b"true"),
        ]


async def refuse_socket(status: int, body: bytes, send: Send) -> None:
    """Answer the request for a WebSocket with a plain reply."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


def _has_cache_rule(path: str) -> bool:
    name = path.rpartition("/")[2]
    return path == "/" or "." in name


def _set_cache_control(path: str, message: Message) -> None:
    """By the path alone, and only where nothing was said yet."""
    rule = _cache_rule(path, message["status"])
    if rule and all(name != b"cache-control" for name, _ in message["headers"]):
        message["headers"].append((b"cache-control", rule.encode()))
    if path == "/":
        message["headers"] += [(b"pragma", b"no-cache"), (b"expires", b"0")]


def _cache_rule(path: str, status: int) -> str | None:
    name = PurePosixPath(path).name
    if path == "/" or path.endswith((".js", ".css")) or (name.startswith("index") and name.endswith(".json")):
        return "no-cache"
    if PurePosixPath(path).suffix.lower() not in _PICTURES:
        return None
    if 200 <= status <= 206 or status in {301, 308}:
        return "public, max-age=86400"
    if status == 404:
        return "public, max-age=3600"
    return "no-cache" if status in {302, 303, 307} else None
