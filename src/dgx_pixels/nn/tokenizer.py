"""CLIP's tokenizer: text to token ids. Reads no file; the word encoder is handed in.

Cleans text the way the reference tokenizer does where ``ftfy`` is not installed: lower case, white space
collapsed, accents kept, CJK characters set apart.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

BEGIN, END = 49406, 49407
_SPECIAL = {"<|startoftext|>": BEGIN, "<|endoftext|>": END}
_WHOLE = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'(?:s|t|re|ve|m|ll|d)")
_CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
_CACHE = 20_000


@dataclass(slots=True)
class ClipTokenizer:
    """Text to ids, without begin, end and padding."""

    encode_word: Callable[[str], list[int]]
    _known: dict[str, list[int]] = field(default_factory=dict)

    def encode(self, text: str) -> list[int]:
        """Token ids of ``text``; an empty list where nothing is left after cleaning."""
        ids: list[int] = []
        # A special token as it stands ends the run of signs before it; in capitals it must begin one.
        for part in re.split(r"(<\|startoftext\|>|<\|endoftext\|>)", text):
            for word in words(clean(part)):
                ids += self._word(word)
        return ids

    def _word(self, word: str) -> list[int]:
        if word in _SPECIAL:
            return [_SPECIAL[word]]
        if word not in self._known:
            if len(self._known) >= _CACHE:
                self._known.clear()
            self._known[word] = self.encode_word(word)
        return self._known[word]


def clean(text: str) -> str:
    """Lower-case text with single blanks: control characters gone, CJK characters set apart by blanks."""
    kept = "".join(_clean_character(c) for c in text)
    return " ".join(unicodedata.normalize("NFC", kept).lower().split())


def _clean_character(c: str) -> str:
    if c in "\t\n\r" or unicodedata.category(c) == "Zs":
        return " "
    if c in "\0\ufffd" or unicodedata.category(c).startswith("C"):
        return ""
    return f" {c} " if any(low <= ord(c) <= high for low, high in _CJK) else c


def words(text: str) -> Iterator[str]:
    """Split as CLIP's pattern does: special tokens, contractions, letters, single digits, other signs."""
    i = 0
    while i < len(text):
        kind = _kind(text[i])
        if found := _WHOLE.match(text, i):
            end = found.end()
        else:
            end = i + 1
            while kind in "LX" and end < len(text) and _kind(text[end]) == kind:
                end += 1
        if kind != " ":
            yield text[i:end]
        i = end


def _kind(c: str) -> str:
    """L: letter, N: number, blank: white space, X: anything else."""
    if c.isspace() or c == "\u0345":  # the reference's caseless pattern takes this iota for nothing at all
        return " "
    category = unicodedata.category(c)[0]
    return category if category in "LN" else "X"
