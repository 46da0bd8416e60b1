"""The nodes of a running prompt as steps with keys; grows when nodes expand."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.cache import Scope
from dgx_pixels.graph.calling import Caller
from dgx_pixels.graph.errors import NodeNotFoundError
from dgx_pixels.graph.keys import Identity, Key, Keys
from dgx_pixels.graph.mapping import gather
from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.schema import Schema, Schemas
from dgx_pixels.graph.step import Step, links, step

log = logging.getLogger(__name__)

_EXACT: Final = 2**53
"""Whole numbers up to here are floats without loss."""


class Plan:
    """Steps and keys by id."""

    def __init__(self, registry: Registry, keys: Keys) -> None:
        self.steps: dict[str, Step] = {}
        self.keys: dict[str, Key] = {}
        self._classes = registry.classes
        self._schemas = Schemas(registry)
        self._make = keys

    async def add(self, nodes: Mapping[str, Any], scope: Scope, caller: Caller) -> None:
        """Plan nodes of one scope: ask them whether they have changed, and give them keys.

        IS_CHANGED's answers are written into ``nodes``. Raises `NodeNotFoundError` for a class that is not there.
        """
        for node_id, node in nodes.items():
            name = node["class_type"]
            if name not in self._classes:
                raise NodeNotFoundError(f"Node {node_id} is of class {name}, which does not exist: install its pack.")
            self.steps[node_id] = step(node_id, node, self._classes[name], self._schema(name), scope)
        for node_id in nodes:
            one = self.steps[node_id]
            one.links = links(one.inputs, self.steps)
        for node_id, node in nodes.items():
            one = self.steps[node_id]
            if _can_change(one) and "is_changed" not in node:
                node["is_changed"] = await _changed(one, caller)
        for node_id in nodes:
            self._give_key(node_id, nodes)

    def _schema(self, name: str) -> Schema | Exception:
        try:
            return self._schemas.of(name)
        except Exception as error:  # noqa: BLE001 - a class may raise anything; told when the node is to run
            return error

    def _give_key(self, root: str, nodes: Mapping[str, Any]) -> None:
        """Give keys to a node and its ancestors that lack one. Nodes on a cycle get keys unlike any other."""
        stack = [root]
        opened: set[str] = set()
        while stack:
            node_id = stack[-1]
            lacking = () if node_id in self.keys else self._lacking(node_id)
            if lacking and node_id not in opened:
                opened.add(node_id)
                stack.extend(lacking)
                continue
            stack.pop()
            if node_id not in self.keys:
                key = self._make.unlike_any() if lacking else self._key(self.steps[node_id], nodes)
                self.keys[node_id] = self.steps[node_id].key = key

    def _lacking(self, node_id: str) -> list[str]:
        return [producer for _, producer in self.steps[node_id].links if producer not in self.keys]

    def _key(self, one: Step, nodes: Mapping[str, Any]) -> Key:
        schema = one.schema
        if isinstance(schema, Exception):
            return self._make.unlike_any()
        changed = nodes[one.id].get("is_changed", False) if _can_change(one) else False
        who = Identity(one.class_type, changed, one.id if schema.bound_to_id else None)
        return self._make.of(who, _with_floats(schema, one.inputs), self.keys)


def _with_floats(schema: Schema, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Inputs with whole numbers for FLOATs as floats: validation converts only the nodes that outputs need."""
    whole = [name for name, value in inputs.items() if type(value) is int and -_EXACT < value < _EXACT]
    floats = {name: float(inputs[name]) for name in whole if (found := schema.find(name)) and found.type == "FLOAT"}
    return {**inputs, **floats} if floats else inputs


def _can_change(one: Step) -> bool:
    return callable(getattr(one.cls, "IS_CHANGED", None))


async def _changed(one: Step, caller: Caller) -> Any:
    """What IS_CHANGED answers, for each call; NaN, which equals nothing, if it breaks down."""
    if isinstance(one.schema, Exception):
        return float("nan")
    try:
        hidden: Mapping[str, Any] = {"PROMPT": {}, "UNIQUE_ID": one.id}
        data = gather(one.schema, one.inputs, hidden.get, lambda _name, _link: [None])
        answers = await caller.finish(caller.start(one, one.cls.IS_CHANGED, data, blocked=lambda _: None))
    except Exception as error:  # noqa: BLE001 - a class may raise anything; then the node just runs
        log.warning("IS_CHANGED of node %s (%s) failed, so it runs again: %s", one.id, one.class_type, error)
        return float("nan")
    return [None if isinstance(answer, ExecutionBlocker) else answer for answer in answers]


def classes_of(steps: Iterable[Step]) -> dict[str, str]:
    """Class names by id."""
    return {one.id: one.class_type for one in steps}
