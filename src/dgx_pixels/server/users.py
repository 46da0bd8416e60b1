"""Users and their files: one user called ``default``, or with ``--multi-user`` those of ``users.json``.

A user is a folder below the users' folder. Knows no route.
"""

import asyncio
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from uuid import uuid4

from starlette.requests import Request

from dgx_pixels.core.limits import MAX_ID_CHARS
from dgx_pixels.server.disk import refusal
from dgx_pixels.server.replies import JSON_TYPE, RefusedError

DEFAULT: Final = "default"
SETTINGS: Final = "comfy.settings.json"
_USERS: Final = "users.json"
_MODE: Final = 0o640


class Users:
    """Who there is, and where their files are."""

    def __init__(self, folder: Path, *, multi: bool) -> None:
        self.folder = folder
        self.multi = multi
        # Settings are read, changed and written; two requests must not do so in each other's midst.
        self._lock = asyncio.Lock()

    def root(self, request: Request, refusal: RefusedError) -> Path:
        """The folder of a request's user. Raises ``refusal`` for an unknown one."""
        if not self.multi:
            return self.folder / DEFAULT
        name = request.headers.get("comfy-user", "")
        if name not in self.known():
            raise refusal
        return self.folder / name

    def known(self) -> dict[str, str]:
        """Id to name."""
        users = _read(self.folder / _USERS)
        return {name: str(title) for name, title in users.items() if _is_id(name)}

    async def add(self, username: str) -> str:
        """A new user's id. Raises RefusedError (400) for a name that is taken or none."""
        title = username.strip()
        if not title or len(title) > MAX_ID_CHARS:
            raise RefusedError(400, "a user has a name of at most 256 characters")
        async with self._lock:
            users = self.known()
            if title in users.values():
                raise _DuplicateUserError
            user = f"{re.sub('[^a-zA-Z0-9-_]', '-', title)[:100]}_{uuid4()}"
            await _write(self.folder / _USERS, {**users, user: title})
            return user

    async def settings(self, root: Path) -> dict[str, Any]:
        """A user's settings."""
        return await asyncio.to_thread(_read, root / SETTINGS)

    async def change_settings(self, root: Path, changes: Callable[[dict[str, Any]], None]) -> None:
        """Change a user's settings and write them."""
        async with self._lock:
            settings = await self.settings(root)
            changes(settings)
            await _write(root / SETTINGS, settings)


class _DuplicateUserError(RefusedError):
    """The name is taken."""

    def __init__(self) -> None:
        super().__init__(400, json.dumps({"error": "Duplicate username."}), {"content-type": JSON_TYPE})


async def _write(path: Path, value: dict[str, Any]) -> None:
    """Raises StorageError."""
    try:
        await asyncio.to_thread(write_bytes, path, json.dumps(value, indent=4).encode())
    except OSError as error:
        raise refusal(error) from error


def write_bytes(path: Path, body: bytes) -> None:
    """Write a file that is whole or not there, with its parents."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{token_hex(8)}.part")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
    try:
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, _MODE)
            file.write(body)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _read(path: Path) -> dict[str, Any]:
    """The object in a file; none where it is missing or damaged."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_id(name: str) -> bool:
    """Whether it can be a folder's name."""
    return bool(re.fullmatch(r"[A-Za-z0-9_-]+", name))
