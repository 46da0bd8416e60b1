"""Routes as values, and the table that finds one by the path as it was sent.

Segments are split before they are decoded, so ``/userdata/workflows%2Fa.json`` is one segment. Knows no route.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from starlette.requests import Request
from starlette.types import ASGIApp

Handler: TypeAlias = Callable[[Request], Awaitable[ASGIApp]]
"""Takes a request, returns what sends the reply."""

_REST: Final = "*"


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path: ``{name}`` stands for one segment, a last ``{name*}`` for all that are left."""

    method: str
    path: str
    handler: Handler


@dataclass(frozen=True, slots=True)
class Match:
    """What a path leads to."""

    handlers: Mapping[str, Handler]
    """Method to handler; GET answers HEAD too."""
    params: Mapping[str, str]


def both(routes: Iterable[Route]) -> list[Route]:
    """Each route as it is, and under ``/api``."""
    return [twin for route in routes for twin in (route, Route(route.method, "/api" + route.path, route.handler))]


class Table:
    """Routes by path. Of several patterns that fit, the first one given wins."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._plain: dict[str, dict[str, Handler]] = {}
        self._patterns: dict[str, dict[str, Handler]] = {}
        for route in routes:
            table = self._patterns if "{" in route.path else self._plain
            table.setdefault(route.path, {}).setdefault(route.method, route.handler)
        self._split = [(path.split("/"), handlers) for path, handlers in self._patterns.items()]

    def find(self, raw_path: str) -> Match | None:
        """The handlers of a percent-encoded path; None where no route has it."""
        path = unquote(raw_path) if "%" in raw_path else raw_path
        if (handlers := self._plain.get(raw_path) or self._plain.get(path)) is not None:
            return Match(handlers, {})
        segments = raw_path.split("/")
        for pattern, handlers in self._split:
            if (params := _fit(pattern, segments)) is not None:
                return Match(handlers, params)
        return None

    def paths(self) -> list[tuple[str, str]]:
        """(method, path) of every route."""
        tables = (*self._plain.items(), *self._patterns.items())
        return [(method, path) for path, handlers in tables for method in handlers]


def _fit(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    rest = pattern[-1].endswith("*}")
    if len(segments) < len(pattern) if rest else len(segments) != len(pattern):
        return None
    params: dict[str, str] = {}
    for index, (wanted, given) in enumerate(zip(pattern, segments, strict=False)):
        if wanted.endswith("*}"):
            params[wanted[1:-2]] = unquote("/".join(segments[index:]))
        elif wanted.startswith("{"):
            if not given:
                return None
            params[wanted[1:-1]] = unquote(given)
        elif wanted != given:
            return None
    return params


def raw_path(scope: Mapping[str, Any]) -> str:
    """The path of a request as it was sent, without its query."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1")
