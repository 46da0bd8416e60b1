"""What a browser loads: the editor from its package, or a small page of ours; templates and help where installed.

The last to be asked for a path: what it does not have is not there.
"""

from pathlib import Path
from typing import Final
from urllib.parse import unquote

from starlette.responses import Response
from starlette.types import ASGIApp

from dgx_pixels.core.errors import UsageError
from dgx_pixels.server.confine import open_owned
from dgx_pixels.server.files import FileReply
from dgx_pixels.server.media import own_headers
from dgx_pixels.server.packages import Packages
from dgx_pixels.server.replies import empty

_WELCOME: Final = Path(__file__).parent / "pages" / "welcome.html"
_RESERVED: Final = "studio"
_UNFRAMED: Final = {"x-frame-options": "SAMEORIGIN"}
_ONLY_STYLE: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
}


class Frontend:
    """Static files."""

    def __init__(self, packages: Packages) -> None:
        self._packages = packages

    def reply(self, raw_path: str) -> ASGIApp:
        """The file at a path, or an empty 404."""
        path = unquote(raw_path).removeprefix("/")
        first, _, rest = path.partition("/")
        if not path:
            return self._index()
        if first == _RESERVED:
            return empty(404)
        for root, name in ((self._packages.templates, "templates"), (self._packages.docs, "docs")):
            if first == name and root is not None:
                return _file(root, rest)
        return _file(self._packages.editor, path)

    def _index(self) -> ASGIApp:
        if self._packages.editor is not None:
            return _file(self._packages.editor, "index.html")
        return Response(_WELCOME.read_bytes(), headers={**own_headers(_WELCOME.name), **_ONLY_STYLE})


def _file(root: Path | None, path: str) -> ASGIApp:
    if root is None:
        return empty(404)
    try:
        file = open_owned(root, path)
    except (UsageError, OSError):
        return empty(404)
    headers = own_headers(file.name)
    return FileReply(file, headers | _UNFRAMED if file.name.endswith(".html") else headers)
