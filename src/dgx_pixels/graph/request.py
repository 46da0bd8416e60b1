"""What an executor is asked to run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A validated prompt. ``prompt`` is written to: IS_CHANGED leaves its answers there."""

    prompt_id: str
    prompt: dict[str, Any]
    """Nodes by id, in API format."""
    extra_data: dict[str, Any] = field(default_factory=dict[str, Any])
    """What came with the prompt: ``extra_pnginfo``, and keys for paid services."""
    outputs: Sequence[str]
    """Ids of the output nodes to run."""
