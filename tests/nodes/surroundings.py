"""What nodes run in, in the tests: real folders, real places, one call of a node at a time."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.graph.context import NodeContext, entered
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.progress import Progress
from dgx_pixels.nodes.declare import Node, node_class
from dgx_pixels.nodes.host import PreviewSettings
from dgx_pixels.nodes.places import Places


@dataclass
class Surroundings:
    """A host of the tests, and what it heard."""

    files: ModelFiles
    inputs: Path
    outputs: Path
    temp: Path
    places: Places
    metadata: bool = True
    engine: Any = None
    preview: PreviewSettings = field(default_factory=PreviewSettings)
    events: list[Any] = field(default_factory=list)

    def instance(self, node: Node) -> Any:
        return node_class(node, self.files)()

    def call(self, node: Node | Any, *args: Any, node_id: str = "7", **values: Any) -> Any:
        """What a node's method returns; of a tuple of one, that one."""
        instance = self.instance(node) if isinstance(node, Node) else node
        prompt = DynamicPrompt({node_id: {"class_type": "X", "inputs": {}}})
        progress = Progress("p", prompt, self.events.append, lambda: False)
        with entered(NodeContext(progress, node_id, 0, "X", self, prompt)):
            result = getattr(instance, instance.FUNCTION)(*args, **values)
        return result[0] if isinstance(result, tuple) and len(result) == 1 else result


def surroundings(root: Path) -> Surroundings:
    """A fresh host in a folder."""
    settings = ServerSettings(home=root, device="cpu")
    for folder in (settings.inputs, settings.outputs, settings.temp):
        folder.mkdir(parents=True)
    places = Places(settings.outputs, settings.temp)
    return Surroundings(ModelFiles(settings), settings.inputs, settings.outputs, settings.temp, places)


def rand(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


class NoFiles:
    def names(self, kind: str) -> list[str]:
        return []


def run(node, **values):
    """The method of a node that needs no surroundings."""
    instance = node_class(node, NoFiles())()
    result = getattr(instance, instance.FUNCTION)(**values)
    return result[0] if len(result) == 1 else result
