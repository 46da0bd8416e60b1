"""docs/http.md: a row for every route the server has and none beside, and every limit that a request can meet."""

import ast
import re
from pathlib import Path

import pytest

from dgx_pixels.core import limits
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.server.app import App
from dgx_pixels.server.logbook import LogBook
from dgx_pixels.server.parts import opened

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "http.md").read_text("utf-8")
ROOM = ROOT / "src" / "dgx_pixels"

FILES = {"GET /", "GET /{path*}"}
"""The editor's files, which are found where no route is."""
UNSEEN = {
    "BIG_GRAPH_NODES": "where work moves to a thread",
    "BIG_JSON_BYTES": "likewise",
    "DROPPED_BODY_BYTES": "how long a body that was refused is still read",
    "DROPPED_BODY_SECONDS": "likewise",
    "FIRST_BACKOFF_SECONDS": "between a worker and the next one",
    "HANG_SECONDS": "between server and worker",
    "HEARTBEAT_SECONDS": "likewise",
    "IDLE_CRASH_SECONDS": "likewise",
    "LAST_BACKOFF_SECONDS": "likewise",
    "LONG_CALL_SECONDS": "likewise",
    "MAX_COMMIT": "how changes share a commit",
    "MAX_IDLE_CRASHES": "between server and worker",
    "MAX_JOB_FRAME_BYTES": "likewise; above MAX_GRAPH_BYTES",
    "MAX_UNPUBLISHED": "between worker and disk",
    "MAX_WORKER_FRAME_BYTES": "between server and worker",
    "MAX_WORKER_PICTURE_BYTES": "likewise",
    "PUBLISH_RETRY_SECONDS": "between server and disk",
    "STORE_PROBE_SECONDS": "likewise",
    "WORKER_START_SECONDS": "between server and worker",
}
"""Limits of the same rooms that no client meets."""


def section(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def told(text: str) -> list[str]:
    return re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", text, re.MULTILINE)


@pytest.fixture
async def routes(tmp_path: Path) -> tuple[set[str], set[str], set[str]]:
    """Routes of ComfyUI's that exist twice, those that exist once, and ours."""
    async with opened(ServerSettings(home=tmp_path), LogBook(), lambda: False) as parts:
        app = App(parts.state)
    table = set(app.table.paths())
    twins = {(method, path) for method, path in table if (method, f"/api{path}") in table}
    once = table - twins - {(method, f"/api{path}") for method, path in twins}
    ours = {f"{method} {route.path}" for route in app._api.routes for method in route.methods - {"HEAD"}}
    return {" ".join(route) for route in twins}, {" ".join(route) for route in once} | FILES, ours


async def test_every_route_has_its_row_and_no_other_is_told(routes: tuple[set[str], set[str], set[str]]) -> None:
    twice, once, ours = routes
    assert set(told(section("ComfyUI's routes, bare and under `/api`"))) == twice
    assert set(told(section("ComfyUI's routes that exist once"))) == once
    assert set(told(section("Ours"))) == ours
    assert len(told(PAGE)) == len(twice | once | ours)


def used() -> set[str]:
    """Limits that the rooms between a client and the graph import."""
    return {
        alias.name
        for room in ("server", "jobs", "worker")
        for file in (ROOM / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "dgx_pixels.core.limits"
        for alias in node.names
    }


ROWS = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", section("Limits"), re.MULTILINE))


def test_every_limit_that_a_request_can_meet_is_told() -> None:
    assert set(ROWS) == (used() | {"MAX_DEPENDENT_OUTPUTS"}) - set(UNSEEN)


def written(name: str) -> str:
    """A limit's value as the page writes it."""
    value = getattr(limits, name)
    if name.endswith("_SECONDS"):
        return f"{value:g} s"
    if name.endswith("_BYTES") and name != "MAX_PATH_BYTES":
        return f"{value // 2**20:,} MiB" if value % 2**20 == 0 else f"{value // 2**10:,} KiB"
    return f"{value:,}"


@pytest.mark.parametrize("name", ROWS)
def test_a_limit_has_the_value_it_has(name: str) -> None:
    assert ROWS[name].strip() == written(name)
