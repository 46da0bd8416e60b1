"""Which node runs next: on demand, dependencies first, without recursion. Knows ids and nothing of what they are."""

import heapq
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

_RANKS: Final = 4
_LOOK: Final = 16
"""Consumers that are looked at when a node is ranked: enough for real graphs, and wide ones stay quick."""


class Schedule:
    """Nodes that still have to run.

    ``needs(id)`` names the nodes that must be done before; ``is_first(id)`` says which go before others: outputs, and
    nodes that wait for something outside, so that the rest goes on meanwhile.
    """

    def __init__(self, needs: Callable[[str], Iterable[str]], is_first: Callable[[str], bool]) -> None:
        self._needs = needs
        self._is_first = is_first
        self._order: dict[str, int] = {}
        self._waits: dict[str, int] = {}
        """How many things each node waits for; the keys are all nodes that are not done."""
        self._consumers: dict[str, dict[str, None]] = {}
        self._ready: tuple[list[tuple[int, str]], ...] = tuple([] for _ in range(_RANKS))

    def __bool__(self) -> bool:
        """Whether anything is left."""
        return bool(self._waits)

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._waits

    def add(self, node_id: str) -> None:
        """Put a node and whatever it needs on the list."""
        stack = [node_id]
        added: list[str] = []
        while stack:
            one = stack.pop()
            if one in self._waits:
                continue
            self._order.setdefault(one, len(self._order))
            self._waits[one] = 0
            self._consumers.setdefault(one, {})
            added.append(one)
            for producer in self._needs(one):
                self._connect(producer, one)
                stack.append(producer)
        for one in added:
            self._offer(one)

    def depend(self, node_id: str, producer: str) -> None:
        """Make a node that was taken wait for another one, which goes on the list if it is not there."""
        self._connect(producer, node_id)
        self.add(producer)

    def part(self, node_id: str, producer: str) -> None:
        """Undo a `depend`, if the producer is not done."""
        if self._consumers.get(producer, {}).pop(node_id, self) is None:
            self._waits[node_id] -= 1
            self._offer(node_id)

    def hold(self, node_id: str) -> None:
        """Make a node that was taken wait until `release`."""
        self._waits[node_id] += 1

    def release(self, node_id: str) -> None:
        """End a `hold`."""
        self._waits[node_id] -= 1
        self._offer(node_id)

    def put_back(self, node_id: str) -> None:
        """A node that was taken is not done: it comes up again when it waits for nothing any more."""
        self._offer(node_id)

    def take(self) -> str | None:
        """The next node; None where each waits for something."""
        for heap in self._ready:
            while heap:
                node_id = heapq.heappop(heap)[1]
                if self._waits.get(node_id) == 0:
                    return node_id
        return None

    def done(self, node_id: str) -> None:
        """A node that was taken has run."""
        del self._waits[node_id]
        for consumer in self._consumers.pop(node_id):
            self._waits[consumer] -= 1
            self._offer(consumer)

    def cycle(self) -> list[str]:
        """Nodes that wait for one another. Only for when nothing is ready and nothing is held."""
        producers: dict[str, str] = {}
        for producer, consumers in self._consumers.items():
            for consumer in consumers:
                producers.setdefault(consumer, producer)
        node_id = next(iter(self._waits))
        seen: dict[str, None] = {}
        while node_id not in seen and node_id in producers:
            seen[node_id] = None
            node_id = producers[node_id]
        path = list(seen)
        return path[path.index(node_id) :] if node_id in seen else [node_id]

    def _connect(self, producer: str, consumer: str) -> None:
        consumers = self._consumers.setdefault(producer, {})
        if consumer not in consumers:
            consumers[consumer] = None
            self._waits[consumer] += 1

    def _offer(self, node_id: str) -> None:
        if self._waits.get(node_id) == 0:
            heapq.heappush(self._ready[self._rank(node_id)], (self._order[node_id], node_id))

    def _rank(self, node_id: str) -> int:
        """0: goes first; 1: one that goes first needs it; 2: one that is needed so needs it; 3: the rest."""
        if self._is_first(node_id):
            return 0
        consumers = self._consumers[node_id]
        near = list(islice(consumers, _LOOK))
        if any(map(self._is_first, near)):
            return 1
        if any(self._is_first(far) for one in near for far in islice(self._consumers.get(one, ()), _LOOK)):
            return 2
        return 3
