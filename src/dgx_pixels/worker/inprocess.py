"""A workflow run in this very process: no server, no queue, files straight under their names."""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.graph.execute import AnyEvent, Classic, Executor, Outcome, Request
from dgx_pixels.graph.info import node_info
from dgx_pixels.graph.validate import Validation, validate_prompt
from dgx_pixels.nodes.catalogue import build_registry
from dgx_pixels.nodes.host import PreviewSettings
from dgx_pixels.nodes.places import Places
from dgx_pixels.worker.inputs import kept, make_inputs
from dgx_pixels.worker.surroundings import stock

if TYPE_CHECKING:
    from dgx_pixels.engine.engine import Engine


class LocalHost:
    """The surroundings of a run without a server (`nodes.host.Host`)."""

    def __init__(self, settings: ServerSettings, files: ModelFiles) -> None:
        self._settings = settings
        self.files = files
        self.inputs = settings.inputs
        self.outputs = settings.outputs
        self.temp = settings.temp
        self.metadata = not settings.disable_metadata
        self.places = Places(settings.outputs, settings.temp)
        self.preview = PreviewSettings()

    @cached_property
    def engine(self) -> "Engine":
        """The models on the device; made on first use."""
        from dgx_pixels.engine.engine import Engine

        return Engine(self._settings)


class LocalWorker:
    """Validates and runs workflows here."""

    def __init__(self, settings: ServerSettings) -> None:
        """Loads the node packs of the settings; a broken one is left out with a message in the log."""
        with suppress(OSError):  # then no node finds a picture there, and says so
            make_inputs(settings.inputs)
        files = ModelFiles(settings)
        self._host = LocalHost(settings, files)
        self._registry = stock(settings, files, build_registry(files), lambda: self._host.engine).registry
        self._executor = Executor(self._registry, cache=Classic())

    def infos(self) -> dict[str, Any]:
        """What ``/object_info`` says of every node."""
        return {name: node_info(name, cls, self._registry) for name, cls in self._registry.classes.items()}

    def validate(self, workflow: dict[str, Any]) -> Validation:
        """What is wrong with a workflow; its literals are coerced in place."""
        return asyncio.run(validate_prompt(self._registry, workflow))

    def run(
        self,
        workflow: dict[str, Any],
        outputs: list[str],
        emit: Callable[[AnyEvent], None],
        interrupted: Callable[[], bool],
    ) -> Outcome:
        """Run a validated workflow's ``outputs``; files go to the settings' output folder."""
        import torch

        request = Request(prompt_id=str(uuid.uuid4()), prompt=workflow, outputs=outputs)
        with torch.inference_mode():
            return self._executor.run(request, emit, interrupted, self._host)

    def add_input(self, path: Path) -> str:
        """Copy a picture into the input folder, under a name of its own; return that name."""
        return kept(path, self._host.inputs)
