"""Links between nodes as prompts write them: ``[node id, output index]``."""

from typing import Any


def is_link(value: Any) -> bool:
    """Whether a value of a prompt has the shape of a link. Whether the node exists is not asked."""
    return (
        isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int | float)
    )
