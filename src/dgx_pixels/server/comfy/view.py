"""``/view``: a file of the output, input or temp folder, as it is or decoded into another form."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from dgx_pixels.core.errors import OutsideError, UsageError
from dgx_pixels.server.confine import OpenFile, open_file
from dgx_pixels.server.files import FileReply
from dgx_pixels.server.media import picture_headers, users_headers
from dgx_pixels.server.replies import RefusedError
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

_TAGS: Final = ("output", "input", "temp")
_FORMATS: Final = ("webp", "jpeg")
_QUALITY: Final = 90


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as a client names it."""

    kind: str
    subfolder: str
    name: str


class View:
    """Shows files."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Its one route."""
        return [Route("GET", "/view", self.view)]

    async def view(self, request: Request) -> ASGIApp:
        """The file, a preview of it, or one of its channels."""
        query = request.query_params
        if "filename" not in query:
            raise RefusedError(404)
        file = open_wanted(self._state, parse_wanted(query["filename"], query.get("type"), query.get("subfolder")))
        try:
            reply = await self._converted(file, query.get("preview"), query.get("channel", ""))
        except BaseException:
            file.close()
            raise
        if reply is not None:
            file.close()
            return reply
        return FileReply(file, users_headers(file.name))

    async def _converted(self, file: OpenFile, preview: str | None, channel: str) -> Response | None:
        if preview is not None:
            form, quality = _preview(preview, channel)
            rgb = form == "jpeg" or channel == "rgb"
            body = await self._state.decoder.run("encode", [file.fd], form=form, quality=quality, rgb=rgb)
            return Response(body, headers=picture_headers(file.name, f"image/{form}"))
        if channel in {"rgb", "a"}:
            body = await self._state.decoder.run("drop_alpha" if channel == "rgb" else "only_alpha", [file.fd])
            return Response(body, headers=picture_headers(file.name, "image/png"))
        return None


def parse_wanted(filename: str, kind: str | None, subfolder: str | None) -> Wanted:
    """What a client asks for. Raises RefusedError as ComfyUI does."""
    for tag in _TAGS:
        if filename.endswith(f"[{tag}]"):
            filename, kind = filename[: -len(tag) - 3], tag
            break
    if not filename or filename.startswith("/") or ".." in filename:
        raise RefusedError(400)
    kind = kind or "output"
    if kind not in _TAGS:
        raise RefusedError(400)
    return Wanted(kind, subfolder or "", PurePosixPath(filename).name)


def open_wanted(state: State, wanted: Wanted) -> OpenFile:
    """Open the file, also one that a running job has finished but not published. Raises RefusedError."""
    folder = state.folder(wanted.kind)
    if folder is None:
        raise RefusedError(404)
    try:
        return open_file(folder, wanted.subfolder, wanted.name)
    except OutsideError as error:
        raise RefusedError(403) from error
    except (UsageError, OSError) as error:
        staged = state.supervisor.staged(wanted.kind, wanted.subfolder, wanted.name)
        if staged is None:
            raise RefusedError(404) from error
        return _open_staged(staged, folder, wanted)


def _open_staged(staged: Path, folder: Path, wanted: Wanted) -> OpenFile:
    """A file that has been told of; it may get its name at any moment, also just now."""
    for root, names in ((staged.parent, (staged.name,)), (folder, (wanted.subfolder, wanted.name))):
        try:
            file = open_file(root, *names)
        except (UsageError, OSError):
            continue
        file.name = wanted.name
        return file
    raise RefusedError(404)


def _preview(preview: str, channel: str) -> tuple[str, int]:
    """Format and quality."""
    form, _, last = preview.partition(";")
    last = last.rpartition(";")[2]
    if form not in _FORMATS or "a" in channel:
        form = "webp"
    return form, int(last) if last.isdecimal() and len(last) < 4 else _QUALITY
