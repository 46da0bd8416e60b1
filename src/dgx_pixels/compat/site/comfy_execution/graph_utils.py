"""Builder of sub-graphs, under the names that packs know."""

from typing import Any

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.builder import GraphBuilder, Node
from dgx_pixels.graph.links import is_link


def add_graph_prefix(
    graph: dict[str, Any], outputs: tuple[Any, ...] | list[Any], prefix: str
) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """A graph with a prefix before each id, and outputs whose links follow."""

    def moved(value: Any) -> Any:
        return [prefix + value[0], value[1]] if is_link(value) else value

    renamed = {
        prefix + node: {
            "class_type": entry["class_type"],
            "inputs": {name: moved(value) for name, value in entry.get("inputs", {}).items()},
        }
        for node, entry in graph.items()
    }
    return renamed, tuple(moved(value) for value in outputs)


__all__ = ["ExecutionBlocker", "GraphBuilder", "Node", "add_graph_prefix", "is_link"]
