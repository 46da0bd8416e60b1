"""What the modules that node packs import stand on: the folders, the classes and the wire of this process.

Packs know these things as modules, of which a process has one each; so does this. It is filled once, before the
first pack is imported.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.compat.extras import ExtraNodes
from dgx_pixels.core.server_settings import ServerSettings

SITE = Path(__file__).parent / "site"
"""Folder of the modules under the names that packs know."""

Send = Callable[[str, Any, str | None], None]
"""Sends an event (type, data, client id or None for everybody)."""


def _nothing() -> None:
    return None


def _silent(_kind: str, _data: Any, _client: str | None) -> None:
    return None


@dataclass(slots=True)
class Runtime:
    """The process that packs are loaded into."""

    settings: ServerSettings
    files: ModelFiles
    classes: dict[str, type[Any]]
    """Class of every node by name; loading packs adds to it."""
    titles: dict[str, str]
    """Display names by node name."""
    engine: Callable[[], Any]
    """The engine, made when first asked for."""
    send: Send = _silent
    client: Callable[[], str | None] = lambda: None
    """Client of the running prompt."""
    interrupt: Callable[[], None] = _nothing
    """Stops the running prompt at its next step."""
    web: dict[str, Path] = field(default_factory=dict[str, Path])
    """Folders of scripts for the editor, by the name of the pack."""


class Process:
    """Holds the one runtime of this process."""

    runtime: ClassVar[Runtime | None] = None


def runtime() -> Runtime:
    """The runtime of this process. Raises RuntimeError before `install`."""
    if Process.runtime is None:
        raise RuntimeError("the modules for node packs were imported outside of a worker")
    return Process.runtime


def install(made: Runtime, path: list[str], finders: list[Any]) -> None:
    """Fill in the runtime and let the modules that packs import be found (`sys.path`, `sys.meta_path`)."""
    Process.runtime = made
    if str(SITE) not in path:
        path.insert(0, str(SITE))
        finders.append(ExtraNodes(made.classes))
