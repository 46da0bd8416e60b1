"""The error for a name that is not offered, with the nearest one that is."""

from collections.abc import Iterable
from difflib import get_close_matches

from dgx_pixels.core.errors import UsageError


def unknown_name(kind: str, name: str, offered: Iterable[str]) -> UsageError:
    """UsageError for a ``kind`` called ``name``: what was meant, perhaps, and everything offered."""
    names = list(offered)
    near = get_close_matches(name, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return UsageError(f"No {kind} is called {name!r}.{hint} Offered: {', '.join(names)}.")
