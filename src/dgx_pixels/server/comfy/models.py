"""``/models`` and their kin: which model files there are, and what their headers say."""

import asyncio
import base64
import binascii
import json
import os
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from dgx_pixels.core.errors import ModelNotFoundError, UsageError
from dgx_pixels.server.confine import OpenFile, locate, open_file, relative
from dgx_pixels.server.media import SANDBOX
from dgx_pixels.server.replies import RefusedError, json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

_NO_MODELS: Final = ("configs", "custom_nodes")
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_MAX_METADATA: Final = 2**20
_COVERS: Final = "ssmd_cover_images"


class Models:
    """Lists of model files."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("GET", "/models", self.kinds),
            Route("GET", "/models/{folder}", self.names),
            Route("GET", "/experiment/models", self.folders),
            Route("GET", "/experiment/models/{folder}", self.files),
            Route("GET", "/experiment/models/preview/{folder}/{path_index}/{filename*}", self.preview),
            Route("GET", "/view_metadata/{folder}", self.metadata),
            Route("GET", "/embeddings", self.embeddings),
        ]

    async def kinds(self, _request: Request) -> ASGIApp:
        """Every kind."""
        return json_reply(list(self._state.files.folders))

    async def names(self, request: Request) -> ASGIApp:
        """Names of a kind."""
        return json_reply(await asyncio.to_thread(self._state.files.names, self._kind(request)))

    async def embeddings(self, _request: Request) -> ASGIApp:
        """Names of embeddings, without their endings."""
        names = await asyncio.to_thread(self._state.files.names, "embeddings")
        return json_reply([os.path.splitext(name)[0] for name in names])  # noqa: PTH122 - names, not paths

    async def folders(self, _request: Request) -> ASGIApp:
        """Every kind with its folders."""
        kinds = self._state.files.folders
        return json_reply(
            [{"name": k, "folders": [str(f) for f in folders]} for k, folders in kinds.items() if k not in _NO_MODELS]
        )

    async def files(self, request: Request) -> ASGIApp:
        """Files of a kind with their sizes and times."""
        kind = self._kind(request)
        if kind in _NO_MODELS:
            raise RefusedError(404)
        return json_reply(await asyncio.to_thread(self._files, kind))

    def _files(self, kind: str) -> list[dict[str, Any]]:
        folders = self._state.files.folders[kind]
        found: list[dict[str, Any]] = []
        for name, index in self._state.files.found(kind).items():
            path = folders[index] / name
            if any(part.startswith(".") for part in name.split("/")) or not path.is_file():
                continue
            status = path.stat()
            times = {"modified": status.st_mtime, "created": status.st_ctime}
            found.append({"name": name, "pathIndex": index, **times, "size": status.st_size})
        return found

    async def preview(self, request: Request) -> ASGIApp:
        """The picture beside a model file, or in its header, as WebP."""
        folders = self._state.files.folders[self._kind(request)]
        index = request.path_params["path_index"]
        if not (index.isascii() and index.isdecimal() and int(index) < len(folders)):
            raise RefusedError(404)
        name, root = request.path_params["filename"], folders[int(index)]
        body = await self._beside(root, name)
        if body is None:
            body = await self._cover(request.path_params["folder"], name)
        if body is None:
            raise RefusedError(404)
        return Response(body, headers={"content-type": "image/webp", **SANDBOX})

    async def _beside(self, root: Path, name: str) -> bytes | None:
        try:
            file = await asyncio.to_thread(_picture_beside, root, name)
        except UsageError as error:  # it leads out, or no file is called like that
            raise RefusedError(404) from error
        if file is None:
            return None
        try:
            return await self._webp(file.fd)
        finally:
            file.close()

    async def _cover(self, kind: str, name: str) -> bytes | None:
        header = await asyncio.to_thread(self._header, kind, name)
        try:
            covers = json.loads((header or {}).get(_COVERS, "[]"))
            picture = base64.b64decode(covers[0])
        except (ValueError, TypeError, IndexError, KeyError, RecursionError, binascii.Error):
            return None
        with tempfile.TemporaryFile() as file:
            file.write(picture)
            file.flush()
            return await self._webp(file.fileno())

    async def _webp(self, fd: int) -> bytes:
        return await self._state.decoder.run("encode", [fd], form="webp", quality=90, rgb=False)

    async def metadata(self, request: Request) -> ASGIApp:
        """The ``__metadata__`` of a safetensors file."""
        name = request.query_params.get("filename", "")
        if not name.endswith(".safetensors"):
            raise RefusedError(404)
        found = await asyncio.to_thread(self._header, self._kind(request), name)
        if found is None:
            raise RefusedError(404)
        return json_reply(found)

    def _header(self, kind: str, name: str) -> dict[str, Any] | None:
        try:
            with self._state.files.path(kind, name).open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                header = json.loads(file.read(length)) if length <= _MAX_METADATA else {}
        except (ModelNotFoundError, UsageError, OSError, ValueError, RecursionError):
            return None
        found = header.get("__metadata__") if isinstance(header, dict) else None
        return found if isinstance(found, dict) else None

    def _kind(self, request: Request) -> str:
        kind: str = request.path_params["folder"]
        if kind not in self._state.files.folders:
            raise RefusedError(404)
        return kind


def _picture_beside(root: Path, name: str) -> OpenFile | None:
    """The picture that goes with a model file of that name. Raises OutsideError, UsageError."""
    path = PurePosixPath(relative(name))
    parent = locate(root, str(path.parent))
    names = [path.stem + middle + ending for middle in ("", ".preview") for ending in _PICTURES]
    for each in names:
        try:
            if (parent / each).is_file():
                return open_file(root, str(path.parent), each)
        except OSError:  # gone again, or a name too long with its ending
            continue
    return None
