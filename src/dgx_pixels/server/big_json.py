"""JSON from strangers: limits on what it holds, and big documents read piece by piece.

The parser of the standard library keeps the interpreter to itself until it is done, a second or more for 8 MB made
to be slow. Here it gets pieces of some kilobytes, so that a thread may parse while the server goes on answering.
"""

import json
import re
from typing import Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.limits import MAX_JSON_DEPTH, MAX_JSON_VALUES

_WINDOW: Final = 32 * 2**10
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_INFINITE: Final = (float("inf"), float("-inf"))


class JsonError(UsageError):
    """The body is not JSON that this server takes."""

    code = "bad_json"


def check(value: Any) -> None:
    """Raises JsonError for values that are nested too deep, too many, or no numbers (NaN, Infinity)."""
    level: list[Any] = [value]
    seen = 0
    for depth in range(MAX_JSON_DEPTH + 1):
        seen += len(level)
        if seen > MAX_JSON_VALUES:
            raise JsonError(f"the body holds more than {MAX_JSON_VALUES} values; send less")
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict or kind is list:
                if depth == MAX_JSON_DEPTH:
                    raise JsonError(f"the body is nested deeper than {MAX_JSON_DEPTH}; send it flatter")
                below += item.values() if kind is dict else item
            elif kind is float and (item != item or item in _INFINITE):  # noqa: PLR0124 - NaN differs from itself
                raise JsonError("NaN and Infinity are no JSON numbers; send a number or null")
        if not below:
            return
        level = below


def load_in_pieces(body: bytes) -> Any:
    """A document as a value. Raises JsonError as `check` does, and for what is not JSON."""
    try:
        text = body.decode(json.detect_encoding(body))
        value = _Reader(text).document()
    except (ValueError, RecursionError) as error:
        raise JsonError(f"the body is not JSON: {error}") from error
    check(value)
    return value


class _Reader:
    """Walks down to values that fit into a window; those go to the fast parser."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._scan = json.JSONDecoder().raw_decode
        self._base = 0
        self._window = text[:_WINDOW]
        self._values = 0

    def document(self) -> Any:
        value, end = self._value(self._skip(0), 0)
        if self._skip(end) != len(self._text):
            raise ValueError(f"something follows it at character {end}")
        return value

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def _value(self, at: int, depth: int) -> tuple[Any, int]:
        """The value that starts at a character, and where it ends."""
        self._values += 1
        if self._values > MAX_JSON_VALUES:
            raise JsonError(f"the body holds more than {MAX_JSON_VALUES} values; send less")
        if (found := self._small(at)) is not None:
            return found
        start = self._text[at : at + 1]
        if depth >= MAX_JSON_DEPTH and start in {"{", "["}:
            raise JsonError(f"the body is nested deeper than {MAX_JSON_DEPTH}; send it flatter")
        if start == "{":
            return self._object(at, depth + 1)
        if start == "[":
            return self._array(at, depth + 1)
        return self._scan(self._text, at)  # a long text (fast), or nothing that is JSON

    def _small(self, at: int) -> tuple[Any, int] | None:
        """The value, where it ends well inside the window."""
        if not self._base <= at < self._base + len(self._window) // 2:
            self._base, self._window = at, self._text[at : at + _WINDOW]
        try:
            value, end = self._scan(self._window, at - self._base)
        except (ValueError, RecursionError):
            return None
        # A number may go on behind the window's end (1e and then 5), and so be another one.
        whole = end < len(self._window) - 2 or self._base + len(self._window) == len(self._text)
        return (value, self._base + end) if whole or not isinstance(value, int | float) else None

    def _object(self, at: int, depth: int) -> tuple[Any, int]:
        found: dict[str, Any] = {}
        at = self._skip(at + 1)
        if self._text.startswith("}", at):
            return found, at + 1
        while True:
            if not self._text.startswith('"', at):
                raise ValueError(f"a name is missing at character {at}")
            key, at = self._scan(self._text, at)
            at = self._skip(at)
            if not self._text.startswith(":", at):
                raise ValueError(f"a colon is missing at character {at}")
            found[key], at = self._value(self._skip(at + 1), depth)
            at, more = self._next(at, "}")
            if not more:
                return found, at

    def _array(self, at: int, depth: int) -> tuple[Any, int]:
        found: list[Any] = []
        at = self._skip(at + 1)
        if self._text.startswith("]", at):
            return found, at + 1
        while True:
            value, at = self._value(at, depth)
            found.append(value)
            at, more = self._next(at, "]")
            if not more:
                return found, at

    def _next(self, at: int, close: str) -> tuple[int, bool]:
        """Where the next element starts, or the container ended."""
        at = self._skip(at)
        if self._text.startswith(",", at):
            return self._skip(at + 1), True
        if self._text.startswith(close, at):
            return at + 1, False
        raise ValueError(f"a comma or {close} is missing at character {at}")
