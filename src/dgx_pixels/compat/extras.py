"""``comfy_extras.nodes_*``: modules by the subject of their nodes, all of which answer with the built-in classes."""

from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

PREFIX: Final = "comfy_extras.nodes_"


class ExtraNodes:
    """Finder and loader of such modules (`sys.meta_path`)."""

    def __init__(self, classes: Mapping[str, type[Any]]) -> None:
        self._classes = classes

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: Any = None) -> ModuleSpec | None:
        """The module, where the name is one of these."""
        return ModuleSpec(name, self) if name.startswith(PREFIX) else None  # type: ignore[arg-type]

    def create_module(self, _spec: ModuleSpec) -> None:
        """Let Python make an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill it: every built-in node by the name of its class."""
        vars(module).update(self._classes)
        module.NODE_CLASS_MAPPINGS = self._classes  # type: ignore[attr-defined]
