"""Node packs: found in folders, imported one by one, a broken one reported and skipped.

The modules that packs import are installed by `runtime.install` before.
"""

import asyncio
import importlib.util
import inspect
import logging
import sys
import time
import tomllib
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from dgx_pixels.compat.runtime import Runtime
from dgx_pixels.compat.v3 import v1_class

log = logging.getLogger(__name__)

_TEMPLATE_FOLDERS: Final = ("example_workflows", "example", "examples", "workflow", "workflows")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was found, and how its import went."""

    name: str
    """Of its folder, or of its file without the ending."""
    path: Path
    seconds: float
    error: str | None = None
    """Traceback where it failed."""
    nodes: tuple[str, ...] = ()
    web: Path | None = None
    """Folder of its scripts for the editor."""
    web_name: str | None = None
    """Name under ``/extensions``."""


@dataclass(frozen=True, slots=True)
class Packs:
    """What came of all folders."""

    loaded: tuple[Pack, ...] = ()
    templates: dict[str, list[Path]] = field(default_factory=dict[str, list[Path]])
    """Example workflows by pack."""

    @property
    def failures(self) -> tuple[Pack, ...]:
        """The packs that could not be imported."""
        return tuple(pack for pack in self.loaded if pack.error)


def find_packs(folders: Sequence[Path], *, disable_all: bool = False, whitelist: Sequence[str] = ()) -> Iterator[Path]:
    """Packs of some folders: ``*.py`` and folders with an ``__init__.py``, unless named ``*.disabled``."""
    for folder in folders:
        for path in folder.iterdir() if folder.is_dir() else ():
            wanted = path.suffix == ".py" if path.is_file() else (path / "__init__.py").is_file()
            hidden = path.name == "__pycache__" or path.name.endswith(".disabled") or path.name.startswith(".")
            if (
                wanted
                and not hidden
                and not (disable_all and path.name not in whitelist and path.stem not in whitelist)
            ):
                yield path


def load_packs(runtime: Runtime, paths: Sequence[Path]) -> Packs:
    """Import packs and add their nodes to the runtime's classes; names of built-in nodes stay what they are."""
    builtin = dict(runtime.classes)
    for path in paths:
        _run_prestartup(path)
    loaded = [_loaded(runtime, path, builtin) for path in paths]
    for pack in loaded:
        if pack.error:
            # The first line has the reason, as some readers of logs show no more than that.
            reason = pack.error.strip().rpartition("\n")[2]
            log.error("node pack %s could not be loaded and is left out: %s\n%s", pack.name, reason, pack.error)
        elif pack.web is not None:
            runtime.web[pack.web_name or pack.name] = pack.web
    templates = {path.name: found for path in paths if (found := list(_templates(path)))}
    return Packs(tuple(loaded), templates)


def _run_prestartup(path: Path) -> None:
    """Run a pack's ``prestartup_script.py``; what goes wrong there is told and forgotten."""
    script = path / "prestartup_script.py"
    if not script.is_file():
        return
    try:
        _import(script, f"{_module_name(path)}_prestartup")
    except Exception:
        log.exception("prestartup_script.py of node pack %s failed", path.name)


def _loaded(runtime: Runtime, path: Path, builtin: Mapping[str, type[Any]]) -> Pack:
    start = time.monotonic()
    name = path.stem if path.is_file() else path.name
    try:
        module = _import(path if path.is_file() else path / "__init__.py", _module_name(path))
        nodes = _register(runtime, module, name, builtin)
        web, web_name = _web(path, module)
    except (Exception, SystemExit):  # noqa: BLE001 - whatever a stranger's module raises costs that pack alone
        return Pack(name, path, time.monotonic() - start, error=traceback.format_exc())
    return Pack(name, path, time.monotonic() - start, None, tuple(nodes), web, web_name)


def _module_name(path: Path) -> str:
    """The name in ``sys.modules``, under which relative imports of the pack work."""
    return str(path.with_suffix("") if path.is_file() else path).replace(".", "_x_")


def _import(file: Path, name: str) -> ModuleType:
    folder = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folder)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _register(runtime: Runtime, module: ModuleType, pack: str, builtin: Mapping[str, type[Any]]) -> list[str]:
    """Add the nodes of a pack; return their names."""
    origin = f"custom_nodes.{pack}"
    mappings = getattr(module, "NODE_CLASS_MAPPINGS", None)
    if mappings is not None:
        classes = dict(mappings)
        titles = dict(getattr(module, "NODE_DISPLAY_NAME_MAPPINGS", None) or {})
    elif hasattr(module, "comfy_entrypoint"):
        classes, titles = {}, {}
        for node in asyncio.run(_extension_nodes(module)):
            classes[node.GET_SCHEMA().node_id] = v1_class(node, origin)
    else:
        raise ImportError(f"{pack} has neither NODE_CLASS_MAPPINGS nor comfy_entrypoint; it is no node pack")
    taken = [name for name in classes if name in builtin]
    if taken:
        log.warning("node pack %s names built-in nodes, which stay what they are: %s", pack, ", ".join(taken))
    own = {name: _v1(cls, origin, builtin.values()) for name, cls in classes.items() if name not in builtin}
    runtime.classes.update(own)
    runtime.titles.update({name: title for name, title in titles.items() if name in own})
    return list(own)


async def _extension_nodes(module: ModuleType) -> list[type[Any]]:
    """Nodes of a pack of the new form."""
    extension = module.comfy_entrypoint()
    if inspect.isawaitable(extension):
        extension = await extension
    await extension.on_load()
    return list(await extension.get_node_list())


def _v1(cls: type[Any], origin: str, builtin: Collection[type[Any]]) -> type[Any]:
    """A class as the graph runs it; nodes of the new form may stand in NODE_CLASS_MAPPINGS too."""
    if hasattr(cls, "define_schema") and not hasattr(cls, "INPUT_TYPES"):
        return v1_class(cls, origin)
    # Under a name of its own a pack may offer one of our classes: a copy, so that ours keeps its provider.
    named = {"PYTHON_MODULE": origin, "RELATIVE_PYTHON_MODULE": origin}
    if cls in builtin:
        return type(cls.__name__, (cls,), named)
    for key, value in named.items():
        setattr(cls, key, value)
    return cls


def _web(path: Path, module: ModuleType) -> tuple[Path | None, str | None]:
    """Folder of a pack's scripts and the name it is served under."""
    named = getattr(module, "WEB_DIRECTORY", None)
    if named is not None and (folder := (path if path.is_dir() else path.parent) / named).is_dir():
        return folder.resolve(), None
    project = path / "pyproject.toml"
    if not project.is_file():
        return None, None
    tree = tomllib.loads(project.read_text("utf-8"))
    name = tree.get("project", {}).get("name")
    web = tree.get("tool", {}).get("comfy", {}).get("web")
    folder = path / web if name and web else None
    return (folder.resolve(), name) if folder is not None and folder.is_dir() else (None, None)


def _templates(path: Path) -> Iterator[Path]:
    for name in _TEMPLATE_FOLDERS:
        yield from sorted((path / name).glob("*.json"))
