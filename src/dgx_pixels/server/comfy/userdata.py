"""``/userdata``: files that the editor keeps for a user, workflows above all."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.core.errors import OutsideError, UsageError
from dgx_pixels.server.bodies import read
from dgx_pixels.server.confine import locate, open_file
from dgx_pixels.server.disk import refusal
from dgx_pixels.server.files import FileReply
from dgx_pixels.server.media import users_headers
from dgx_pixels.server.replies import RefusedError, empty, json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State
from dgx_pixels.server.users import Users, write_bytes

_T = TypeVar("_T")


class Userdata:
    """A user's files."""

    def __init__(self, state: State, users: Users) -> None:
        self._state = state
        self._users = users

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("GET", "/userdata", self.listing),
            Route("GET", "/v2/userdata", self.tree),
            Route("GET", "/userdata/{file}", self.get),
            Route("POST", "/userdata/{file}", self.put),
            Route("DELETE", "/userdata/{file}", self.delete),
            Route("POST", "/userdata/{file}/move/{dest}", self.move),
        ]

    async def listing(self, request: Request) -> ASGIApp:
        """Files of a folder."""
        query = request.query_params
        folder = query.get("dir", "")
        if not folder:
            raise RefusedError(400, "Directory not provided")
        root = self._users.root(request, RefusedError(403))
        try:
            top = locate(root, _plain(folder))
        except UsageError as error:
            raise RefusedError(403, "Invalid directory") from error
        if not top.is_dir():
            raise RefusedError(404, "Directory not found")
        deep, full, split = (_flag(query.get(name)) for name in ("recurse", "full_info", "split"))
        found = await asyncio.to_thread(lambda: [_entry(top, p, full=full, split=split) for p in _files(top, deep)])
        return json_reply(found)

    async def tree(self, request: Request) -> ASGIApp:
        """Files and folders below a path."""
        root = self._users.root(request, RefusedError(403))
        try:
            top = locate(root, _plain(request.query_params.get("path", "")))
        except UsageError as error:
            raise RefusedError(403, "Invalid path") from error
        if not root.exists():
            return json_reply([])
        if not top.exists():
            raise RefusedError(404, "Requested path not found")
        if not top.is_dir():
            raise RefusedError(400, "Requested path is not a directory")
        return json_reply(await asyncio.to_thread(_tree, root.resolve(), top))

    async def get(self, request: Request) -> ASGIApp:
        """A file."""
        root, name = self._place(request, "file")
        try:
            file = open_file(root, name)
        except OutsideError as error:
            raise RefusedError(403) from error
        except (UsageError, OSError) as error:
            raise RefusedError(404) from error
        return FileReply(file, users_headers(file.name))

    async def put(self, request: Request) -> ASGIApp:
        """Store the body."""
        root, name = self._place(request, "file")
        path = _inside(root, name)
        if not _overwrites(request) and path.exists():
            raise RefusedError(409, "File already exists")
        body = await read(request, self._state.max_upload)
        await _on_disk(lambda: write_bytes(path, body))
        return json_reply(_told(root, path, request))

    async def delete(self, request: Request) -> ASGIApp:
        """Remove a file."""
        root, name = self._place(request, "file")
        path = _inside(root, name)
        if not path.is_file():
            raise RefusedError(404)
        await _on_disk(path.unlink)
        return empty(204)

    async def move(self, request: Request) -> ASGIApp:
        """Give a file another name."""
        root, name = self._place(request, "file")
        source, target = _inside(root, name), _inside(root, self._place(request, "dest")[1])
        if not source.is_file():
            raise RefusedError(404)
        if not _overwrites(request) and target.exists():
            raise RefusedError(409, "File already exists")
        await _on_disk(lambda: _move(source, target))
        return json_reply(_told(root, target, request))

    def _place(self, request: Request, parameter: str) -> tuple[Path, str]:
        root = self._users.root(request, RefusedError(403))
        return root, _plain(request.path_params[parameter])


def _plain(name: str) -> str:
    """Clients decode and encode as they please: what still has a % in it is decoded once more."""
    return unquote(name, errors="surrogateescape") if "%" in name else name


def _inside(root: Path, name: str) -> Path:
    try:
        path = locate(root, name)
    except OutsideError as error:
        raise RefusedError(403) from error
    except UsageError as error:
        raise RefusedError(400) from error
    if path == Path(os.path.realpath(root)) or path.is_dir():
        raise RefusedError(400)
    return path


async def _on_disk(action: Callable[[], _T]) -> _T:
    """Do it in a thread. Raises RefusedError for what cannot be done under that name, StorageError."""
    try:
        return await asyncio.to_thread(action)
    except OSError as error:
        raise refusal(error) from error


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _files(top: Path, deep: bool) -> Iterator[Path]:
    """Regular files, dot files left out, sorted."""
    for parent, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if deep else []
        yield from (
            path
            for name in sorted(names)
            if not name.startswith(".") and (path := Path(parent, name)).is_file() and not path.is_symlink()
        )


def _entry(top: Path, path: Path, *, full: bool, split: bool) -> Any:
    name = path.relative_to(top).as_posix()
    if full:
        return _info(name, path)
    return [name, *name.split("/")] if split else name


def _info(name: str, path: Path) -> dict[str, Any]:
    status = path.stat()
    return {"path": name, "size": status.st_size, "modified": status.st_mtime, "created": status.st_ctime}


def _tree(root: Path, top: Path) -> list[dict[str, Any]]:
    """Everything below a folder, folders first, then by name."""
    found: list[dict[str, Any]] = []
    for parent, folders, names in os.walk(top):
        for name in folders:
            path = Path(parent, name)
            found.append({"name": name, "path": path.relative_to(root).as_posix(), "type": "directory"})
        for name in names:
            path = Path(parent, name)
            with suppress(OSError):
                status = path.lstat()
                place = {"name": name, "path": path.relative_to(root).as_posix(), "type": "file"}
                found.append({**place, "size": status.st_size, "modified": status.st_mtime})
    return sorted(found, key=lambda entry: (entry["type"] != "directory", entry["name"].lower()))


def _told(root: Path, path: Path, request: Request) -> Any:
    name = path.relative_to(os.path.realpath(root)).as_posix()
    return _info(name, path) if _flag(request.query_params.get("full_info")) else name


def _overwrites(request: Request) -> bool:
    return request.query_params.get("overwrite") != "false"


def _flag(value: str | None) -> bool:
    return (value or "").lower() == "true"
