"""``/upload/image`` and ``/upload/mask``: pictures into the input folder, under a free name or one with equal bytes."""

import asyncio
import hashlib
import io
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import BinaryIO, Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.limits import MAX_FORM_FIELDS, MAX_PATH_BYTES
from dgx_pixels.server.bodies import limited
from dgx_pixels.server.comfy.view import Wanted, open_wanted, parse_wanted
from dgx_pixels.server.confine import locate, open_folder, relative
from dgx_pixels.server.disk import refusal
from dgx_pixels.server.replies import TROUBLE, RefusedError, json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

_COPY: Final = 2**20
_MODE: Final = 0o640
_MOST_TWINS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where an upload goes."""

    root: Path
    kind: str
    subfolder: str
    """As sent."""
    name: str
    overwrite: bool

    @property
    def folder(self) -> str:
        """The subfolder and whatever folders the name brings along."""
        return relative(self.subfolder, str(PurePosixPath(self.name).parent))

    @property
    def base(self) -> str:
        """The name without folders."""
        return PurePosixPath(self.name).name


class Upload:
    """Takes files."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Its two routes."""
        return [Route("POST", "/upload/image", self.image), Route("POST", "/upload/mask", self.mask)]

    async def image(self, request: Request) -> ASGIApp:
        """Store the picture as it is."""
        async with _Form(request, self._state.max_upload) as form:
            picture, target = self._parse(form)
            stored = await asyncio.to_thread(store, target, picture.file, self._state.settings.hashing_function)
            return _told(stored, target)

    async def mask(self, request: Request) -> ASGIApp:
        """Store the original with the alpha of what is sent; nothing where the original is not there."""
        async with _Form(request, self._state.max_upload) as form:
            picture, target = self._parse(form)
            original = self._original(form.get("original_ref"))
            try:
                file = open_wanted(self._state, original)
            except RefusedError as error:
                if error.status != 404:
                    raise RefusedError(error.status) from error
                return _told(target.base, target)
            try:
                body = await self._masked(file.fd, picture.file)
            finally:
                file.close()
            hashing = self._state.settings.hashing_function
            return _told(await asyncio.to_thread(store, target, io.BytesIO(body), hashing), target)

    def _parse(self, form: FormData) -> tuple[UploadFile, Target]:
        picture = form.get("image")
        if not isinstance(picture, UploadFile) or not picture.filename:
            raise RefusedError(400)
        kind, subfolder = _text(form, "type") or "input", _text(form, "subfolder")
        root = self._state.folder(kind)
        if root is None:
            raise RefusedError(500, TROUBLE)
        target = Target(root, kind, subfolder, picture.filename, _text(form, "overwrite") in {"true", "1"})
        try:
            if not target.base or target.base in {".", ".."} or target.name.endswith("/"):
                raise RefusedError(400)
            locate(root, target.folder, target.base)
        except UsageError as error:
            raise RefusedError(400) from error
        return picture, target

    def _original(self, reference: UploadFile | str | None) -> Wanted:
        try:
            original = json.loads(reference if isinstance(reference, str) else "")
            return parse_wanted(original["filename"], original.get("type"), original.get("subfolder"))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise RefusedError(400) from error

    async def _masked(self, original: int, mask: BinaryIO) -> bytes:
        descriptor = await asyncio.to_thread(mask.fileno)  # a small upload is in memory until somebody asks for one
        return await self._state.decoder.run("set_mask", [original, descriptor])


class _Form:
    """The form of a request, closed when done with. Raises RefusedError (400, 413)."""

    def __init__(self, request: Request, limit: int) -> None:
        self._request = request
        self._limit = limit

    async def __aenter__(self) -> FormData:
        receive = await limited(self._request, self._limit)
        form = Request(self._request.scope, receive).form
        try:
            self._form = await form(max_files=1, max_fields=MAX_FORM_FIELDS, max_part_size=MAX_PATH_BYTES * 4)
        except (HTTPException, MultiPartException) as error:
            raise RefusedError(400, "the upload is no form that can be read") from error
        return self._form

    async def __aexit__(self, *_: object) -> None:
        await self._form.close()


def store(target: Target, source: BinaryIO, hashing: str) -> str:
    """Write a file under its name, or where that is taken by other bytes under the next free one; the name it got.

    Raises RefusedError (400) for a name that cannot be had, StorageError where the disk takes nothing.
    """
    try:
        with open_folder(target.root, target.folder, create=True) as folder:
            return _place(folder, target, source, hashing)
    except UsageError as error:
        raise RefusedError(400) from error
    except OSError as error:
        raise refusal(error) from error


def _place(folder: int, target: Target, source: BinaryIO, hashing: str) -> str:
    part = f".upload-{token_hex(8)}"
    _write(folder, part, source)
    try:
        if target.overwrite:
            os.replace(part, target.base, src_dir_fd=folder, dst_dir_fd=folder)
            return target.base
        for name in _candidates(target.base):
            with suppress(FileExistsError):
                os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
                return name
            if _same_bytes(folder, name, part, hashing):
                return name
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
    raise RefusedError(400, "too many files have that name; choose another")


def _write(folder: int, name: str, source: BinaryIO) -> None:
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE, dir_fd=folder)
    with os.fdopen(fd, "wb") as file:
        os.fchmod(fd, _MODE)
        source.seek(0)
        shutil.copyfileobj(source, file, _COPY)


def _candidates(name: str) -> Iterator[str]:
    yield name
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    yield from (f"{stem} ({number}){suffix}" for number in range(1, _MOST_TWINS))


def _same_bytes(folder: int, name: str, part: str, hashing: str) -> bool:
    """Whether a regular file of that name holds what was uploaded."""
    digests: list[str] = []
    for each in (part, name):
        try:
            fd = os.open(each, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        except OSError:
            return False
        with os.fdopen(fd, "rb") as file:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                return False
            digests.append(hashlib.file_digest(file, hashing).hexdigest())
    return digests[0] == digests[1]


def _told(base: str, target: Target) -> ASGIApp:
    name = str(PurePosixPath(target.name).with_name(base))
    return json_reply({"name": name, "subfolder": target.subfolder, "type": target.kind})


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
