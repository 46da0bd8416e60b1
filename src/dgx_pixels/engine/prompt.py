r"""ComfyUI's prompt syntax: text to weighted segments, and these to chunks of 77 tokens. Imports no torch.

``(text)`` weighs 1.1 times what is around it, ``(text:1.3)`` exactly 1.3, ``\(`` and ``\)`` are characters,
and ``embedding:name`` stands for learned vectors. Knows no encoder: how words become ids, where embeddings
lie and what a tower pads with is handed in.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.limits import MAX_PROMPT_NESTING

BEGIN: Final = 49406
END: Final = 49407
CHUNK: Final = 77
"""Tokens to a chunk, begin and end included."""
WHOLE: Final = 8
"""A group of fewer tokens is not split between chunks."""
EMPHASIS: Final = 1.1
EMBEDDING: Final = "embedding:"

Vector = TypeVar("Vector")


@dataclass(frozen=True, slots=True)
class Segment:
    """Text of one weight."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Token(Generic[Vector]):
    """One place of a chunk: an id of the vocabulary, or a vector that stands in for an id's."""

    value: int | Vector
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Tokens(Generic[Vector]):
    """A prompt as one tower reads it."""

    chunks: list[list[Token[Vector]]]
    """At least one; each of 77 tokens."""
    missing: tuple[str, ...]
    """Names of embeddings that were not found."""


def tokenize_prompt(
    text: str,
    encode: Callable[[str], list[int]],
    embedding: Callable[[str], Sequence[Vector] | None],
    pad: int,
) -> Tokens[Vector]:
    """Chunks of a prompt, padded with ``pad``.

    ``encode``: text to ids. ``embedding``: a name to its vectors, None where there is none of that name.
    Raises UsageError where parentheses are nested too deep.
    """
    groups: list[list[Token[Vector]]] = []
    missing: list[str] = []
    for segment in parse_weights(text):
        for piece in _pieces(segment.text):
            rest = piece
            if piece.startswith(EMBEDDING):
                name, vectors, rest = _named(piece.removeprefix(EMBEDDING), embedding)
                groups.append([Token(v, segment.weight) for v in vectors or ()])
                missing += [name] if vectors is None else []
            groups.append([Token(i, segment.weight) for i in encode(rest)])
    return Tokens(chunk(groups, pad), tuple(missing))


def parse_weights(text: str) -> list[Segment]:
    """Segments of a prompt in order, their parentheses and escapes resolved.

    Raises UsageError where parentheses are nested too deep.
    """
    return [Segment(_unescape(part), weight) for part, weight in _weighted(_escape(text), 1.0, 0)]


def _weighted(text: str, weight: float, depth: int) -> Iterator[tuple[str, float]]:
    if depth > MAX_PROMPT_NESTING:
        raise UsageError(f"the prompt nests parentheses deeper than {MAX_PROMPT_NESTING}; use (text:1.3)")
    for item in _items(text):
        if len(item) > 1 and item[0] == "(" and item[-1] == ")":
            yield from _weighted(*_factor(item[1:-1], weight), depth + 1)
        else:
            yield item, weight


def _items(text: str) -> Iterator[str]:
    """Split before each outermost opening parenthesis and after the one that closes it.

    The count goes below zero at a stray closing one, after which as many opening ones open nothing.
    """
    depth = start = 0
    for found in re.finditer(r"[()]", text):
        split = -1
        if found[0] == "(":
            split = found.start() if depth == 0 else -1
            depth += 1
        else:
            depth -= 1
            split = found.end() if depth == 0 else -1
        if split > start:
            yield text[start:split]
            start = split
    if start < len(text):
        yield text[start:]


def _factor(text: str, outer: float) -> tuple[str, float]:
    """What stands between two parentheses, and its weight: the number after its last colon, if it is one."""
    inner, _, number = text.rpartition(":")
    try:
        return (inner, float(number)) if inner else (text, outer * EMPHASIS)
    except ValueError:
        return text, outer * EMPHASIS


def _escape(text: str) -> str:
    """Escaped parentheses as control characters, which no prompt keeps."""
    return text.replace("\\)", "\0\1").replace("\\(", "\0\2")


def _unescape(text: str) -> str:
    return text.replace("\0\1", ")").replace("\0\2", "(")


def _pieces(text: str) -> list[str]:
    """Split at the blank or line break before each embedding."""
    return [piece for piece in re.split(rf"[ \n](?={EMBEDDING})", text) if piece]


def _named(text: str, embedding: Callable[[str], Sequence[Vector] | None]) -> tuple[str, Sequence[Vector] | None, str]:
    """Name of an embedding, its vectors if found, and the text after the name."""
    name, *words = text.split() or [""]
    rest = " ".join(words)
    vectors = embedding(name)
    bare = name.strip(",")
    if vectors is None and bare != name:
        return bare, embedding(bare), f"{name[len(bare) :]} {rest}"
    return name, vectors, rest


def chunk(groups: Iterable[list[Token[Vector]]], pad: int) -> list[list[Token[Vector]]]:
    """Chunks of groups in order: begin, up to 75 tokens, end, and padding up to 77.

    A group of fewer than 8 tokens that does not fit opens the next chunk; a longer one is split.
    """
    chunks: list[list[Token[Vector]]] = [[Token(BEGIN)]]
    for group in groups:
        left = group
        while left:
            room = CHUNK - 1 - len(chunks[-1])
            fits = len(left) <= room or len(group) >= WHOLE
            chunks[-1] += left[: room if fits else 0]
            left = left[room:] if fits else left
            if left:
                chunks.append([Token(BEGIN)])
    return [[*c, Token(END), *[Token(pad)] * (CHUNK - 1 - len(c))] for c in chunks]
