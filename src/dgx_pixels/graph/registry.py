"""The node classes that a prompt may name. Knows none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Registry:
    """Classes in the old form (`INPUT_TYPES`, `RETURN_TYPES`, `FUNCTION` ...) by the name that prompts use."""

    classes: Mapping[str, type[Any]]
    titles: Mapping[str, str]
    """Names for people, which packs declare beside their classes; a class's own `DISPLAY_NAME` comes second."""
