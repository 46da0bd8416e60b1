"""What makes two nodes the same: a digest of the class, the literals, IS_CHANGED and the same of every ancestor.

Ids do not go into it, but for nodes bound to theirs. A value that cannot be compared makes a key that no other node
has, and so do the keys of everything after it.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, Final, NamedTuple

from dgx_pixels.graph.links import is_link

Key = bytes

_NEVER: Final = b"!"
_ATOMS: Final = frozenset({str, int, bool, type(None), bytes})


class Identity(NamedTuple):
    """What a node brings to its key beside its inputs."""

    class_type: str
    changed: Any
    """What IS_CHANGED answered, False without it."""
    node_id: str | None
    """None: the id does not matter."""


def is_lasting(key: Key) -> bool:
    """Whether a key may come up again."""
    return not key.startswith(_NEVER)


class Incomparable(Exception):  # noqa: N818 - caught right here, never seen
    """A value that equals nothing, not even itself."""


class Keys:
    """Makes keys; remembers only how many were unlike any other."""

    def __init__(self) -> None:
        self._unlike = count()

    def unlike_any(self) -> Key:
        """A key that nothing else has."""
        return _NEVER + next(self._unlike).to_bytes(8, "big")

    def of(self, who: Identity, inputs: Mapping[str, Any], parents: Mapping[str, Key]) -> Key:
        """The key of a node whose parents (nodes linked to) have theirs; a link to any other node is a literal."""
        lasting = True
        parts: list[Any] = [who.class_type, who.node_id]
        try:
            parts.append(_canonical(who.changed))
            for name in sorted(inputs):
                value = inputs[name]
                parent = parents.get(value[0]) if is_link(value) else None
                if parent is None:
                    parts += (name, value if type(value) in _ATOMS else _canonical(value))
                else:
                    parts += (name, "→", parent, value[1])
                    lasting = lasting and is_lasting(parent)
        except Incomparable:
            return self.unlike_any()
        digest = hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        return b"=" + digest if lasting else _NEVER + digest


def _canonical(value: Any) -> Any:
    """Something whose `repr` is the same for equal values and differs for others. Raises `Incomparable`."""
    if type(value) in _ATOMS:
        return value
    if isinstance(value, float):
        if math.isnan(value):
            raise Incomparable
        return float(value)
    if isinstance(value, str):
        return "str", str.__str__(value)
    if isinstance(value, int):
        return "int", int(value)
    if isinstance(value, Mapping):
        return "{", _in_order(value.items())
    if isinstance(value, list | tuple):
        return ["[", *map(_canonical, value)]
    raise Incomparable


def _in_order(items: Iterable[tuple[Any, Any]]) -> list[Any]:
    return sorted(((_canonical(key), _canonical(value)) for key, value in items), key=repr)
