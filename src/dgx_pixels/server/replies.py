"""The forms that replies have: JSON as clients of this protocol expect it, plain text, nothing at all."""

import json
from typing import Any, Final

from starlette.responses import Response

JSON_TYPE: Final = "application/json; charset=utf-8"
TEXT_TYPE: Final = "text/plain; charset=utf-8"
TROUBLE: Final = "500 Internal Server Error\n\nServer got itself in trouble"


class RefusedError(Exception):
    """A request ends here with a status and a line of text, which may be empty."""

    def __init__(self, status: int, text: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as ASCII JSON with the spaces that ``json.dumps`` writes."""
    return raw_json(json.dumps(value).encode("ascii"), status, headers)


def raw_json(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON that is written already."""
    return Response(body, status, {"content-type": JSON_TYPE, **(headers or {})})


def text_reply(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Plain text; without any, an empty reply."""
    if not text:
        return empty(status, headers)
    return Response(text, status, {"content-type": TEXT_TYPE, **(headers or {})})


def empty(status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A reply without a body."""
    return Response(b"", status, {"content-type": "application/octet-stream", **(headers or {})})


def trouble() -> Response:
    """What ComfyUI answers where a request makes no sense to it."""
    return text_reply(TROUBLE, 500)
