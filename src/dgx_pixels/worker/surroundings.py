"""What a worker is made of: its nodes, those of packs among them, and the `Host` that its runs give them."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dgx_pixels.checkpoint.folders import CUSTOM_NODES
from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.compat.loading import Pack, find_packs, load_packs
from dgx_pixels.compat.runtime import Runtime, install
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.graph.registry import Registry
from dgx_pixels.nodes.host import PreviewSettings
from dgx_pixels.nodes.places import Place, Places
from dgx_pixels.worker.pulse import Pulse

if TYPE_CHECKING:
    from dgx_pixels.engine.engine import Engine


class WorkerHost:
    """The surroundings of every run of this worker (`nodes.host.Host`)."""

    def __init__(self, settings: ServerSettings, pulse: Pulse, on_staged: Callable[[Place, Path], None]) -> None:
        self._settings = settings
        self._pulse = pulse
        self.files = ModelFiles(settings)
        self.inputs = settings.inputs
        self.outputs = settings.outputs
        self.temp = settings.temp
        self.metadata = not settings.disable_metadata
        self.places = Places(settings.outputs, settings.temp, settings.outputs / ".staging", on_staged)
        self.preview = PreviewSettings(settings.preview_method, settings.preview_size)

    @cached_property
    def engine(self) -> "Engine":
        """The models on the device; made on first use."""
        with self._pulse.long_call():
            from dgx_pixels.engine.engine import Engine

            return Engine(self._settings)

    def unload(self) -> None:
        """Let the engine, if there is one, forget its models."""
        if "engine" in vars(self):
            self.engine.close()


def to_nobody(_kind: str, _data: Any, _client: str | None) -> None:
    """Where nobody listens to events of packs."""


@dataclass(frozen=True, slots=True)
class Stock:
    """The nodes of a worker."""

    registry: Registry
    foreign: frozenset[str]
    """Names of those that came with packs."""
    packs: tuple[Pack, ...]
    templates: dict[str, list[Path]]


def stock(
    settings: ServerSettings,
    files: ModelFiles,
    builtin: Registry,
    engine: Callable[[], Any],
    send: Callable[[str, Any, str | None], None] = to_nobody,
    client: Callable[[], str | None] = lambda: None,
    interrupt: Callable[[], None] = lambda: None,
) -> Stock:
    """The built-in nodes and those of packs.

    For packs, ``send`` sends an event (type, data, client or None for all) and ``client`` is that of the running job,
    which ``interrupt`` stops.
    """
    disabled, listed = settings.disable_all_custom_nodes, settings.whitelist_custom_nodes
    paths = list(find_packs(files.folders[CUSTOM_NODES], disable_all=disabled, whitelist=listed))
    if not paths:
        return Stock(builtin, frozenset(), (), {})
    classes, titles = dict(builtin.classes), dict(builtin.titles)
    runtime = Runtime(settings, files, classes, titles, engine, send, client, interrupt)
    install(runtime, sys.path, sys.meta_path)
    packs = load_packs(runtime, paths)
    foreign = frozenset(classes) - frozenset(builtin.classes)
    return Stock(Registry(classes, titles), foreign, packs.loaded, packs.templates)
