"""``/users`` and ``/settings``: who there is, and what each has set in the editor."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.server.replies import TROUBLE, RefusedError, empty, json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State
from dgx_pixels.server.users import DEFAULT, Users


class People:
    """Users and their settings."""

    def __init__(self, state: State, users: Users) -> None:
        self._state = state
        self._users = users

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("GET", "/users", self.users),
            Route("POST", "/users", self.add_user),
            Route("GET", "/settings", self.settings),
            Route("GET", "/settings/{id}", self.setting),
            Route("POST", "/settings", self.merge),
            Route("POST", "/settings/{id}", self.set_one),
        ]

    async def users(self, _request: Request) -> ASGIApp:
        """Who there is."""
        if self._users.multi:
            return json_reply({"storage": "server", "users": self._users.known()})
        return json_reply({"storage": "server", "migrated": (self._users.folder / DEFAULT).exists()})

    async def add_user(self, request: Request) -> ASGIApp:
        """Make a user; its id."""
        body = await self._state.bodies.lenient(request)
        if not isinstance(body, dict) or not isinstance(body.get("username"), str):
            raise RefusedError(500, TROUBLE)
        return json_reply(await self._users.add(body["username"]))

    async def settings(self, request: Request) -> ASGIApp:
        """All settings."""
        return json_reply(await self._users.settings(self._root(request)))

    async def setting(self, request: Request) -> ASGIApp:
        """One setting, or null."""
        settings = await self._users.settings(self._root(request))
        return json_reply(settings.get(request.path_params["id"]))

    async def merge(self, request: Request) -> ASGIApp:
        """Set what the body names."""
        body = await self._state.bodies.lenient(request)
        if not isinstance(body, dict):
            raise RefusedError(500, TROUBLE)
        return await self._change(request, body)

    async def set_one(self, request: Request) -> ASGIApp:
        """Set one."""
        return await self._change(request, {request.path_params["id"]: await self._state.bodies.lenient(request)})

    async def _change(self, request: Request, changes: dict[str, Any]) -> ASGIApp:
        await self._users.change_settings(self._root(request), lambda settings: settings.update(changes))
        return empty()

    def _root(self, request: Request) -> Path:
        return self._users.root(request, RefusedError(401))
