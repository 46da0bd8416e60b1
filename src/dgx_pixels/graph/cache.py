"""Which results outlive the prompt that made them.

Results are kept by key (`keys`), in pools; instances of node classes by id. Nodes that a node expanded into have a
scope of their own inside its scope.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from dgx_pixels.graph.keys import Key, is_lasting

Outputs = list[Any]
"""Of one node: for each output the list of its values; an `ExecutionBlocker` may stand among them."""


@dataclass(frozen=True, slots=True)
class Classic:
    """What the prompt before this one used."""


@dataclass(frozen=True, slots=True)
class Lru:
    """The results of the ``size`` nodes used last, and those that the running prompt uses."""

    size: int


@dataclass(frozen=True, slots=True)
class NoCache:
    """Nothing; even in a prompt a result goes as soon as nothing needs it any more."""


CacheMode = Classic | Lru | NoCache


@dataclass(slots=True)
class Pool:
    """Results by key: what nodes put out, and what they show."""

    outputs: dict[Key, Outputs] = field(default_factory=dict[Key, Outputs])
    ui: dict[Key, dict[str, Any]] = field(default_factory=dict[Key, dict[str, Any]])

    def keep_only(self, keys: Iterable[Key]) -> None:
        """Drop what is under other keys."""
        wanted = set(keys)
        for kept in (self.outputs, self.ui):
            for key in [key for key in kept if key not in wanted]:
                del kept[key]

    def touch(self, keys: Iterable[Key]) -> int:
        """Count entries as used just now, which moves them to the end. How many there were among the outputs."""
        found = 0
        for key in keys:
            if key in self.outputs:
                self.outputs[key] = self.outputs.pop(key)
                found += 1
            if key in self.ui:
                self.ui[key] = self.ui.pop(key)
        return found

    def shrink(self, size: int) -> None:
        """Drop entries from the start, those used longest ago, until ``size`` are left."""
        for kept in (self.outputs, self.ui):
            for key in list(kept)[: max(0, len(kept) - size)]:
                del kept[key]


@dataclass(slots=True)
class Scope:
    """What is kept for the nodes of a prompt, or for those that one node expanded into."""

    pool: Pool
    keys: dict[str, Key] = field(default_factory=dict[str, Key])
    """Of the nodes that are here now, by id."""
    instances: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    """By id and class."""
    inner: dict[tuple[str, str], "Scope"] = field(default_factory=dict[tuple[str, str], "Scope"])
    """Scopes of nodes that have expanded, by id and class."""
    owner: Key | None = None
    """Key of the node that expanded; None for the prompt itself."""

    def settle(self, keys: Mapping[str, Key], classes: Mapping[str, str]) -> None:
        """Take up new nodes: keys and classes by id. What belonged to other ids is dropped, but for results."""
        self.keys = dict(keys)
        for kept in (self.instances, self.inner):
            for who in [who for who in kept if classes.get(who[0]) != who[1]]:
                del kept[who]

    def current(self) -> Iterator[tuple[str, "Scope"]]:
        """Scopes of the nodes that have expanded and are the same still, with their ids."""
        for (node_id, _), inner in self.inner.items():
            if inner.owner is not None and inner.owner == self.keys.get(node_id):
                yield node_id, inner


class Memory:
    """Everything that an executor keeps, under one mode."""

    def __init__(self, mode: CacheMode) -> None:
        self._mode: Final = mode
        self.root = Scope(Pool())

    def forget(self) -> None:
        """Drop all of it."""
        self.root = Scope(Pool())

    def sift(self, keep: Callable[[Any], bool]) -> None:
        """Drop the results of nodes among whose values is one that ``keep`` says no to."""
        for scope in _scopes(self.root):
            pool = scope.pool
            for key in [key for key, outputs in pool.outputs.items() if not all(map(keep, chain(*outputs)))]:
                del pool.outputs[key]
                pool.ui.pop(key, None)

    @property
    def frees_early(self) -> bool:
        """Whether results should be dropped (`drop`) while a prompt still runs."""
        return isinstance(self._mode, NoCache)

    def begin(self, keys: Mapping[str, Key], classes: Mapping[str, str]) -> None:
        """A prompt starts, with these nodes: keys and classes by id. Drop what it may not reuse."""
        root = self.root
        root.settle(keys, classes)
        match self._mode:
            case Classic():
                root.pool.keep_only(keys.values())
            case Lru(size):
                root.pool.keep_only(key for key in {*root.pool.outputs, *root.pool.ui} if is_lasting(key))
                root.pool.shrink(max(size, root.pool.touch(set(_keys_within(root)))))
            case NoCache():
                root.pool.keep_only(())

    def inside(self, scope: Scope, node_id: str, class_type: str) -> Scope:
        """The scope of what a node expands into; `expanded` has to follow."""
        inner = scope.inner.get((node_id, class_type))
        if inner is None:
            inner = scope.inner[node_id, class_type] = Scope(Pool())
        inner.owner = scope.keys[node_id]
        if not isinstance(self._mode, Classic):
            inner.pool = scope.pool
        return inner

    def expanded(self, inner: Scope, keys: Mapping[str, Key], classes: Mapping[str, str]) -> None:
        """A node has expanded into these nodes. Drop what they may not reuse."""
        inner.settle(keys, classes)
        if isinstance(self._mode, Classic):
            inner.pool.keep_only(keys.values())

    def end(self) -> None:
        """The prompt is over."""
        if self.frees_early:
            self.root.pool.keep_only(())


def _scopes(root: Scope) -> Iterator[Scope]:
    """A scope and all those inside."""
    stack = [root]
    while stack:
        scope = stack.pop()
        yield scope
        stack.extend(scope.inner.values())


def _keys_within(root: Scope) -> Iterable[Key]:
    """Keys of a scope's nodes and of all nodes that these have expanded into."""
    stack = [root]
    while stack:
        scope = stack.pop()
        yield from scope.keys.values()
        stack.extend(inner for _, inner in scope.current())
