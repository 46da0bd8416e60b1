"""What node packs bring along for the editor: scripts, example workflows, translations."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.core.errors import UsageError, WorkerError
from dgx_pixels.server.confine import open_owned, relative
from dgx_pixels.server.files import FileReply
from dgx_pixels.server.media import own_headers, users_headers
from dgx_pixels.server.replies import RefusedError, json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State
from dgx_pixels.worker.status import PackInfo

_EXAMPLES: Final = ("example_workflows", "example", "examples", "workflow", "workflows")
_LOCALES: Final = ("main", "nodeDefs", "commands", "settings")


class Extras:
    """Serves what packs bring along."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._translations: dict[str, Any] | None = None

    def routes(self) -> list[Route]:
        """Its routes that exist twice."""
        return [
            Route("GET", "/extensions", self.extensions),
            Route("GET", "/workflow_templates", self.templates),
            Route("GET", "/i18n", self.translations),
        ]

    def files(self) -> list[Route]:
        """Its routes that exist once."""
        return [
            Route("GET", "/extensions/{module}/{path*}", self.script),
            Route("GET", "/api/workflow_templates/{module}/{path*}", self.template),
        ]

    async def extensions(self, _request: Request) -> ASGIApp:
        """Addresses of the editor's own scripts, then of those of packs."""
        editor = self._state.packages.editor
        urls = await asyncio.to_thread(_scripts, editor / "extensions" / "core", "core") if editor else []
        for pack in await self._packs():
            if pack.web is not None:
                urls += await asyncio.to_thread(_scripts, pack.web, pack.web_name)
        return json_reply(urls)

    async def script(self, request: Request) -> ASGIApp:
        """A file of a pack's, or of the editor itself."""
        module, path = request.path_params["module"], request.path_params["path"]
        editor = self._state.packages.editor
        roots = [editor / "extensions" / module] if editor and module == "core" else []
        roots += [pack.web for pack in await self._packs() if pack.web is not None and pack.web_name == module]
        for root in roots:
            try:
                file = open_owned(root, path)
            except (UsageError, OSError):
                continue
            return FileReply(file, own_headers(file.name))
        raise RefusedError(404)

    async def _packs(self) -> list[PackInfo]:
        try:
            return await self._state.supervisor.packs()
        except WorkerError:
            return []

    async def templates(self, _request: Request) -> ASGIApp:
        """Example workflows by the folder of the pack that brings them."""
        return json_reply(await asyncio.to_thread(self._templates))

    def _templates(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pack in self._folders():
            names = [file.stem for examples in _EXAMPLES for file in sorted((pack / examples).glob("*.json"))]
            if names:
                found.setdefault(pack.name, []).extend(names)
        return found

    async def template(self, request: Request) -> ASGIApp:
        """An example workflow, or a picture of it."""
        module, path = request.path_params["module"], request.path_params["path"]
        for root in self._roots() if "/" not in module else ():
            for examples in _EXAMPLES:
                with suppress(UsageError, OSError):
                    folder = root / relative(module) / examples
                    if folder.is_dir():
                        file = open_owned(folder, path)
                        return FileReply(file, users_headers(file.name))
        raise RefusedError(404)

    async def translations(self, _request: Request) -> ASGIApp:
        """Texts of packs by language, read once."""
        if self._translations is None:
            self._translations = await asyncio.to_thread(self._translate)
        return json_reply(self._translations)

    def _translate(self) -> dict[str, Any]:
        texts: dict[str, Any] = {}
        for pack in self._folders():
            for language in sorted((pack / "locales").glob("*/")):
                for part in _LOCALES:
                    _merge(texts, _texts(language, part))
        return texts

    def _roots(self) -> Sequence[Path]:
        return self._state.files.folders.get("custom_nodes", ())

    def _folders(self) -> list[Path]:
        """Folders of packs, sorted."""
        folders = {entry for root in self._roots() if root.is_dir() for entry in root.iterdir() if entry.is_dir()}
        return sorted(folders, key=lambda folder: folder.name)


def _scripts(root: Path, module: str) -> list[str]:
    found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.js"))
    return [f"/extensions/{quote(module)}/{quote(name)}" for name in found]


def _texts(language: Path, part: str) -> dict[str, Any]:
    """``{language: texts}`` of one file; the texts of ``main`` are the language's own, others have a name in it."""
    try:
        value = json.loads((language / f"{part}.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {language.name: value if part == "main" else {part: value}}


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    """Later texts win; lists grow."""
    for key, value in more.items():
        have = into.get(key)
        if isinstance(have, dict) and isinstance(value, dict):
            _merge(have, value)
        elif isinstance(have, list) and isinstance(value, list):
            into[key] = [*have, *value]
        else:
            into[key] = value
