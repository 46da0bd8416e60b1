"""Graphs that nodes put together to expand into. Ids are new and the same every time."""

from collections.abc import Mapping
from typing import Any

from dgx_pixels.graph import context
from dgx_pixels.graph.links import is_link

Graph = dict[str, dict[str, Any]]


class GraphBuilder:
    """A graph under construction; `finalize` has it in API format.

    Without a ``prefix`` ids begin with ``<node id>.<call>.<graph>.`` of the call that is going on.
    """

    def __init__(self, prefix: str | None = None) -> None:
        self.prefix = self.alloc_prefix() if prefix is None else prefix
        self.nodes: dict[str, Node] = {}
        self.id_gen = 1

    @classmethod
    def alloc_prefix(cls) -> str:
        """A prefix that no other graph of the prompt has; empty outside of a run."""
        try:
            call = context.current()
        except LookupError:
            return ""
        graph = call.graphs
        call.graphs += 1
        return f"{call.node_id}.{call.list_index or 0}.{graph}."

    def node(self, class_type: str, id: str | None = None, **kwargs: Any) -> "Node":  # noqa: A002 - packs say id=
        """Add a node; with an ``id`` that is there already, that node as it is."""
        if id is None:
            id = str(self.id_gen)  # noqa: A001
            self.id_gen += 1
        full = self.prefix + id
        if full not in self.nodes:
            self.nodes[full] = Node(full, class_type, kwargs)
        return self.nodes[full]

    def lookup_node(self, id: str) -> "Node | None":  # noqa: A002
        """The node that was added under an id."""
        return self.nodes.get(self._full(id))

    def replace_node_output(self, node_id: str, index: int, new_value: Any) -> None:
        """Put a value wherever an output is linked to; with None, take those inputs away."""
        link = [self._full(node_id), index]
        for node in self.nodes.values():
            for name in [name for name, value in node.inputs.items() if is_link(value) and value == link]:
                node.set_input(name, new_value)

    def remove_node(self, id: str) -> None:  # noqa: A002
        """Take a node out. Raises KeyError."""
        del self.nodes[self._full(id)]

    def finalize(self) -> Graph:
        """The graph in API format."""
        return {node_id: node.serialize() for node_id, node in self.nodes.items()}

    def _full(self, node_id: str) -> str:
        return node_id if node_id in self.nodes else self.prefix + node_id


class Node:
    """A node of a graph under construction."""

    def __init__(self, id: str, class_type: str, inputs: Mapping[str, Any]) -> None:  # noqa: A002
        self.id = id
        self.class_type = class_type
        self.inputs = dict(inputs)
        self.override_display_id: str | None = None

    def out(self, index: int) -> list[Any]:
        """A link to an output."""
        return [self.id, index]

    def set_input(self, key: str, value: Any) -> None:
        """Fill an input in; None takes it away."""
        if value is None:
            self.inputs.pop(key, None)
        else:
            self.inputs[key] = value

    def get_input(self, key: str) -> Any:
        """What an input holds; None if nothing."""
        return self.inputs.get(key)

    def set_override_display_id(self, override_display_id: str) -> None:
        """Show this node as another one."""
        self.override_display_id = override_display_id

    def serialize(self) -> dict[str, Any]:
        """The node in API format."""
        node: dict[str, Any] = {"class_type": self.class_type, "inputs": self.inputs}
        if self.override_display_id is not None:
            node["override_display_id"] = self.override_display_id
        return node


def add_graph_prefix(graph: Mapping[str, Any], outputs: Any, prefix: str) -> tuple[Graph, tuple[Any, ...]]:
    """A graph in API format with a prefix before each id, and links (``outputs``) into it likewise."""

    def moved(value: Any) -> Any:
        return [prefix + value[0], value[1]] if is_link(value) else value

    renamed: Graph = {}
    for node_id, node in graph.items():
        inputs = {name: moved(value) for name, value in node.get("inputs", {}).items()}
        renamed[prefix + node_id] = {"class_type": node["class_type"], "inputs": inputs}
    return renamed, tuple(moved(value) for value in outputs)
