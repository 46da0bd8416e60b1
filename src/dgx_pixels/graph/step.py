"""A node of a running prompt: what it is, what it is linked to, how far it has come."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dgx_pixels.graph.cache import Outputs, Scope
from dgx_pixels.graph.keys import Key
from dgx_pixels.graph.links import is_link
from dgx_pixels.graph.mapping import Data
from dgx_pixels.graph.schema import Schema, is_output


@dataclass(slots=True)
class Step:
    """A node of a running prompt. Scope and key are there once the node has been planned."""

    id: str
    class_type: str
    cls: type[Any]
    inputs: dict[str, Any]
    links: Sequence[tuple[str, str]]
    """Inputs linked to nodes that are there, and those nodes."""
    schema: Schema | Exception
    """An exception: what the class's INPUT_TYPES raised."""
    scope: Scope
    key: Key = b""
    first: bool = False
    """Whether the node should go before others."""
    alone: bool = False
    """Whether the node must not wait for another one that is the same."""
    data: Data = field(default_factory=dict[str, Any])
    """Inputs of the last call."""
    running: list[Any] = field(default_factory=list[Any])
    """Results of calls that have been made, tasks among them."""
    unfinished: int = 0
    """How many of those tasks are not done."""
    asked: set[str] = field(default_factory=set[str])
    """Lazy inputs that the node has asked for."""
    expanded: "list[tuple[Sequence[Any], bool]] | None" = None
    """Results of the calls of a node that has expanded, and whether links among them are meant as such."""
    inner_links: Sequence[str] = ()
    """Nodes that those results link to."""

    @property
    def place(self) -> tuple[int, Key]:
        """Where the results are: the same for nodes that are the same and share a pool."""
        return id(self.scope.pool), self.key

    @property
    def outputs(self) -> Outputs | None:
        """What the node has put out, in this run or before."""
        return self.scope.pool.outputs.get(self.key)

    @outputs.setter
    def outputs(self, values: Outputs) -> None:
        self.scope.pool.outputs[self.key] = values

    @property
    def ui(self) -> dict[str, Any] | None:
        """What the node shows."""
        return self.scope.pool.ui.get(self.key)

    @ui.setter
    def ui(self, shown: dict[str, Any]) -> None:
        self.scope.pool.ui[self.key] = shown

    def drop(self) -> None:
        """Forget what the node has put out."""
        self.scope.pool.outputs.pop(self.key, None)

    def option(self, name: str, key: str) -> bool:
        """Whether an input has an option switched on."""
        return isinstance(self.schema, Schema) and self.schema.option(name, key)

    def producers(self) -> Iterator[str]:
        """Nodes that this one is linked to in any way."""
        yield from (producer for _, producer in self.links)
        yield from self.inner_links

    def needs(self) -> Iterator[str]:
        """Nodes that must have run before this one is called."""
        for name, producer in self.links:
            if name in self.asked or not (self.option(name, "lazy") or self.option(name, "rawLink")):
                yield producer

    def instance(self) -> Any:
        """The object that is called: one for an id and class, kept with the scope."""
        who = (self.id, self.class_type)
        found = self.scope.instances.get(who)
        if found is None:
            found = self.scope.instances[who] = self.cls()
        return found


def step(node_id: str, node: Mapping[str, Any], cls: type[Any], schema: Schema | Exception, scope: Scope) -> Step:
    """A node of a prompt that has still to be linked (`linked`) and given a key."""
    inputs = node.get("inputs")
    return Step(
        id=node_id,
        class_type=node["class_type"],
        cls=cls,
        inputs=inputs if isinstance(inputs, dict) else {},
        links=(),
        schema=schema,
        scope=scope,
        first=is_output(cls) or inspect.iscoroutinefunction(getattr(cls, getattr(cls, "FUNCTION", ""), None)),
    )


def links(inputs: Mapping[str, Any], known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Inputs that are linked to a known node, and that node."""
    return [(name, value[0]) for name, value in inputs.items() if is_link(value) and value[0] in known]
