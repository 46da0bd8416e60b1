"""What a file is called on the wire.

Of users' files only pictures, JSON and plain text are shown by a browser; everything else is bytes to save, whatever
its name says, so that no uploaded page or script runs on our origin.
"""

import mimetypes
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

SHOWN: Final[Mapping[str, str]] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
"""Endings of users' files that a browser may show, with their types."""
BYTES: Final = "application/octet-stream"

SANDBOX: Final[Mapping[str, str]] = {"content-security-policy": "sandbox; default-src 'none'"}
"""Sent with whatever a user put there."""

_OWN: Final[Mapping[str, str]] = {
    ".js": "application/javascript; charset=utf-8",
    ".mjs": "application/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}


def users_headers(name: str) -> dict[str, str]:
    """Headers of a file that a user, a node or a client wrote."""
    shown = SHOWN.get(PurePosixPath(name).suffix.lower())
    disposition = _disposition(name) if shown else f"attachment; {_disposition(name)}"
    return {"content-type": shown or BYTES, "content-disposition": disposition, **SANDBOX}


def picture_headers(name: str, media_type: str) -> dict[str, str]:
    """Headers of a picture that we encoded ourselves, made of the file ``name``."""
    return {"content-type": media_type, "content-disposition": _disposition(name), **SANDBOX}


def own_headers(name: str) -> dict[str, str]:
    """Headers of a file of the editor, a node pack's page or our own."""
    suffix = PurePosixPath(name).suffix.lower()
    return {"content-type": _OWN.get(suffix) or mimetypes.guess_type(name)[0] or BYTES}


def _disposition(name: str) -> str:
    """``filename="x.png"``, as clients of this protocol read it; a name that needs more than ASCII comes twice."""
    plain = "".join(c if " " <= c <= "~" and c not in '"\\' else "_" for c in name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'filename="{plain}"{extended}'
