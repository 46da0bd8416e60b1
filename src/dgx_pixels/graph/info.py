"""What ``/object_info`` says of a node class."""

from collections.abc import Mapping
from typing import Any

from dgx_pixels.graph.registry import Registry


def node_info(name: str, cls: type[Any], registry: Registry) -> dict[str, Any]:
    """Everything a client needs to draw and to fill in a node. Raises what the class's INPUT_TYPES raises."""
    sections: Mapping[str, Any] = cls.INPUT_TYPES()
    outputs = list(cls.RETURN_TYPES)
    info: dict[str, Any] = {
        "input": sections,
        "input_order": {section: list(inputs or ()) for section, inputs in sections.items()},
        "output": outputs,
        "output_is_list": list(getattr(cls, "OUTPUT_IS_LIST", None) or [False] * len(outputs)),
        "output_name": list(getattr(cls, "RETURN_NAMES", None) or outputs),
        "name": name,
        "display_name": _title(name, cls, registry),
        "description": getattr(cls, "DESCRIPTION", ""),
        "python_module": getattr(cls, "PYTHON_MODULE", "nodes"),
        "category": getattr(cls, "CATEGORY", "sd"),
        "output_node": getattr(cls, "OUTPUT_NODE", False) is True,
    }
    return info | (_new_form(cls, len(outputs)) if _is_new(cls) else _old_form(cls))


def _is_new(cls: type[Any]) -> bool:
    return bool(getattr(cls, "V3", False))


def _title(name: str, cls: type[Any], registry: Registry) -> str | None:
    """The name for people; only nodes of the new form may have none."""
    title = registry.titles.get(name) or getattr(cls, "DISPLAY_NAME", None)
    return title or (None if _is_new(cls) else name)


def _new_form(cls: type[Any], outputs: int) -> dict[str, Any]:
    """Keys that nodes of the new form always have."""
    return {
        "output_tooltips": list(getattr(cls, "OUTPUT_TOOLTIPS", None) or [None] * outputs),
        "deprecated": bool(getattr(cls, "DEPRECATED", False)),
        "experimental": bool(getattr(cls, "EXPERIMENTAL", False)),
        "api_node": bool(getattr(cls, "API_NODE", False)),
    }


def _old_form(cls: type[Any]) -> dict[str, Any]:
    """Keys that nodes of the old form have only where the class says something."""
    said: dict[str, Any] = {}
    if hasattr(cls, "OUTPUT_TOOLTIPS"):
        said["output_tooltips"] = cls.OUTPUT_TOOLTIPS
    for key in ("deprecated", "experimental"):
        if getattr(cls, key.upper(), False):
            said[key] = True
    if hasattr(cls, "API_NODE"):
        said["api_node"] = cls.API_NODE
    return said
