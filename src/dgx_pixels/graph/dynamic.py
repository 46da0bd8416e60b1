"""A prompt that grows while it runs: the nodes a client sent and those that nodes expanded into."""

from collections.abc import Mapping
from typing import Any

from dgx_pixels.graph.errors import DuplicateNodeError, NodeNotFoundError


class DynamicPrompt:
    """Nodes by id, and where those that came later belong. What a hidden DYNPROMPT input receives."""

    def __init__(self, original_prompt: Mapping[str, Any]) -> None:
        self.original_prompt = original_prompt
        self.ephemeral_prompt: dict[str, Any] = {}
        self.ephemeral_parents: dict[str, str] = {}
        self._display: dict[str, str] = {}
        self._real: dict[str, str] = {}

    def get_node(self, node_id: str) -> Any:
        """The node in API format. Raises `NodeNotFoundError`."""
        if node_id in self.ephemeral_prompt:
            return self.ephemeral_prompt[node_id]
        if node_id in self.original_prompt:
            return self.original_prompt[node_id]
        raise NodeNotFoundError(f"Node {node_id} not found.")

    def has_node(self, node_id: str) -> bool:
        """Whether the node was sent or has come since."""
        return node_id in self.original_prompt or node_id in self.ephemeral_prompt

    def add_ephemeral_node(self, node_id: str, node: Any, parent_id: str, display_id: str) -> None:
        """Add a node that ``parent_id`` expanded into. Raises `DuplicateNodeError`."""
        if self.has_node(node_id):
            raise DuplicateNodeError(
                f"Node {node_id} is there already: ids of an expansion must be new, as GraphBuilder makes them."
            )
        self.ephemeral_prompt[node_id] = node
        self.ephemeral_parents[node_id] = parent_id
        self._real[node_id] = self._real.get(parent_id, parent_id)
        self._display[node_id] = self._display.get(display_id, display_id)

    def get_parent_node_id(self, node_id: str) -> str | None:
        """The node that expanded into this one; None for one that was sent."""
        return self.ephemeral_parents.get(node_id)

    def get_real_node_id(self, node_id: str) -> str:
        """The node of the original prompt that this one comes from."""
        return self._real.get(node_id, node_id)

    def get_display_node_id(self, node_id: str) -> str:
        """The node that the user sees working when this one works."""
        final = node_id
        seen = {final}
        while (shown := self._display.get(final)) is not None and shown not in seen:
            final = shown
            seen.add(final)
        return final

    def all_node_ids(self) -> set[str]:
        """Ids of all nodes."""
        return {*self.original_prompt, *self.ephemeral_prompt}

    def get_original_prompt(self) -> Mapping[str, Any]:
        """The prompt as it was sent (with what validation and IS_CHANGED wrote into it)."""
        return self.original_prompt
