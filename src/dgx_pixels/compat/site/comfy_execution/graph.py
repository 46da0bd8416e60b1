"""Graphs and blockers, under the names that packs know."""

from typing import Any

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.errors import DependencyCycleError, DuplicateNodeError, NodeInputError, NodeNotFoundError
from dgx_pixels.graph.links import is_link


def get_input_info(
    class_def: type[Any], input_name: str, valid_inputs: dict[str, Any] | None = None
) -> tuple[Any, str | None, dict[str, Any] | None]:
    """(type, section, options) of an input of a node class; Nones for an unknown one."""
    sections = valid_inputs or class_def.INPUT_TYPES()
    for section in ("required", "optional", "hidden"):
        info = sections.get(section, {}).get(input_name)
        if info is not None:
            kind = info if isinstance(info, str) else info[0]
            return kind, section, info[1] if not isinstance(info, str) and len(info) > 1 else {}
    return None, None, None


__all__ = [
    "DependencyCycleError",
    "DuplicateNodeError",
    "DynamicPrompt",
    "ExecutionBlocker",
    "NodeInputError",
    "NodeNotFoundError",
    "get_input_info",
    "is_link",
]
