"""When a result is needed no more, for runs that keep nothing longer than they must."""

from collections.abc import Iterable, Mapping

from dgx_pixels.graph.keys import Key
from dgx_pixels.graph.schema import Schema
from dgx_pixels.graph.step import Step


class Uses:
    """For each result the nodes that still need it: those that have it to make, and those linked to it.

    Nodes that see links (`Schema.reads_graph`) may expand into nodes linked to any of their ancestors: the results of
    those stay until all such nodes are done.
    """

    def __init__(self, steps: Mapping[str, Step]) -> None:
        self._steps = steps
        self._counted: set[str] = set()
        self._users: dict[Key, set[str]] = {}
        self._readers: set[str] = set()
        self._held: dict[str, Step] = {}
        self._held_keys: set[Key] = set()

    def expect(self, node_ids: Iterable[str]) -> None:
        """Count nodes that may run, and everything that they are linked to, lazily or not."""
        stack = list(node_ids)
        while stack:
            node_id = stack.pop()
            if node_id in self._counted:
                continue
            self._counted.add(node_id)
            step = self._steps[node_id]
            self._use(step, node_id)
            for producer in step.producers():
                self._use(self._steps[producer], node_id)
                stack.append(producer)
            if isinstance(step.schema, Schema) and step.schema.reads_graph:
                self._readers.add(node_id)
                self._hold(step)

    def link(self, step: Step) -> None:
        """Count what the results of a node that has expanded link to."""
        for producer in step.inner_links:
            self._use(self._steps[producer], step.id)
        self.expect(step.inner_links)

    def done(self, step: Step) -> None:
        """A node has run: drop what only it needed."""
        self._readers.discard(step.id)
        touched = [step, *(self._steps[producer] for producer in step.producers())]
        if self._held and not self._readers:
            touched += self._held.values()
            self._held.clear()
            self._held_keys.clear()
        for one in touched:
            users = self._users.get(one.key, set())
            users.discard(step.id)
            if not users and one.key not in self._held_keys:
                one.drop()

    def _use(self, step: Step, user: str) -> None:
        self._users.setdefault(step.key, set()).add(user)

    def _hold(self, reader: Step) -> None:
        stack = list(reader.producers())
        while stack:
            node_id = stack.pop()
            if node_id not in self._held:
                step = self._held[node_id] = self._steps[node_id]
                self._held_keys.add(step.key)
                stack.extend(step.producers())
