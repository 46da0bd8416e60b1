"""What a saved file says of how it was made: the graph, and what the client asked to be kept with it."""

import json
from collections.abc import Mapping
from typing import Any


def notes(prompt: Any, extra: Any, *, wanted: bool) -> dict[str, str]:
    """Keyword to JSON text: ``prompt`` for the graph, then each key of ``extra``; nothing unless ``wanted``."""
    if not wanted:
        return {}
    kept = {} if prompt is None else {"prompt": _json(prompt)}
    if isinstance(extra, Mapping):
        kept |= {str(key): _json(value) for key, value in extra.items()}
    return kept


def _json(value: Any) -> str:
    """In ASCII; what a node pack put into a prompt that JSON has no form for, as text."""
    return json.dumps(value, default=str)
