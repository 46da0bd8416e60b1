"""The architecture is a test: which room may import which, and which must come without torch."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "dgx_pixels"
MODULES = sorted(SOURCE.rglob("*.py"))

# The walls of docs/structure.md. A room not named here does not exist yet.
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "checkpoint": {"core"},
    "nn": {"core"},
    "sampling": {"core"},
    "pixel": {"core"},
    "engine": {"checkpoint", "nn", "sampling", "core"},
    "draw": {"engine", "pixel", "checkpoint", "core"},
    "train": {"checkpoint", "nn", "sampling", "pixel", "core"},
    "graph": {"core"},
    "nodes": {"graph", "engine", "sampling", "pixel", "checkpoint", "core"},
    "jobs": {"core"},
    "compat": {"graph", "nodes", "engine", "sampling", "nn", "checkpoint", "core"},
    "worker": {"jobs", "graph", "nodes", "engine", "compat", "checkpoint", "core"},
    "server": {"worker", "jobs", "graph", "nodes", "checkpoint", "core"},
    "client": {"core"},
    "cli": {
        "client",
        "server",
        "worker",
        "jobs",
        "nodes",
        "graph",
        "draw",
        "engine",
        "pixel",
        "checkpoint",
        "train",
        "core",
    },
}
# Facts that need no room: the version, and the public names that resolve lazily.
ROOT_MODULES = {"__init__", "__main__"}
LIGHT = ("core", "checkpoint", "pixel", "graph", "nodes", "jobs", "server", "client", "cli")
BANNED_CALLS = {"eval", "exec"}


def imports(path: Path, *, nested: bool = True) -> Iterator[str]:
    """Every module named by an import statement of a file; without ``nested`` only those at its top level."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree) if nested else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_stay_inside_the_walls(path: Path) -> None:
    here = room(path)
    if here in ROOT_MODULES:
        return
    for module in imports(path):
        head, *rest = module.split(".")
        if head == "dgx_pixels" and rest and rest[0] != here:
            assert rest[0] in ALLOWED[here], f"{path.name}: {here} must not import {module}"


def test_every_room_has_walls() -> None:
    rooms = {room(p) for p in MODULES} - ROOT_MODULES
    assert rooms == set(ALLOWED)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_file_is_over_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_module_level_global_statement(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Global)]
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & BANNED_CALLS


@pytest.mark.parametrize("name", LIGHT)
def test_light_rooms_import_without_torch(name: str) -> None:
    modules = [
        ".".join(("dgx_pixels", *p.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        for p in MODULES
        if room(p) == name
    ]
    code = f"import sys, {', '.join(modules)}; sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name} imports torch {done.stderr}"
