"""CLIP's byte-pair vocabulary, from whichever installed package has it. Imports no torch and no open_clip.

Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021); the
merge list is OpenAI's ``bpe_simple_vocab_16e6``.
"""

import gzip
import importlib
import importlib.util
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from dgx_pixels.core.errors import DgxPixelsError

WordEncoder = Callable[[str], list[int]]
"""One word or run of signs, lower case, to its token ids."""

_MERGES = 49152 - 256 - 2
_BEST_LAST = 1 << 30


class VocabularyMissingError(DgxPixelsError):
    """CLIP's vocabulary is missing: pip install instant-clip-tokenizer, or --no-deps open_clip_torch."""

    code = "no_vocabulary"


@cache
def load_vocabulary() -> WordEncoder:
    """Find the vocabulary; raises ``VocabularyMissingError`` where no package has it."""
    if importlib.util.find_spec("instant_clip_tokenizer") is not None:
        return importlib.import_module("instant_clip_tokenizer").Tokenizer().encode  # an extension without types
    spec = importlib.util.find_spec("open_clip")
    if spec is not None and spec.origin is not None:
        return read_merges(Path(spec.origin).with_name("bpe_simple_vocab_16e6.txt.gz"))
    raise VocabularyMissingError


def read_merges(path: Path) -> WordEncoder:
    """A word encoder of a gzipped merge list: a header line, then one merge a line, best first."""
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
    return word_encoder(tuple(line.split()) for line in lines[1 : _MERGES + 1] if line)


def word_encoder(merges: Iterable[tuple[str, ...]]) -> WordEncoder:
    """A word encoder of merges (left, right), best first.

    Ids: 256 bytes, the same bytes ending a word, then one id a merge.
    """
    letters = _byte_letters()
    pairs = list(merges)
    symbols = [*letters.values(), *(c + "</w>" for c in letters.values()), *("".join(p) for p in pairs)]
    ids = {symbol: i for i, symbol in enumerate(symbols)}
    ranks = {pair: i for i, pair in enumerate(pairs)}

    def encode(word: str) -> list[int]:
        parts = [letters[b] for b in word.encode("utf-8")]
        if not parts:
            return []
        parts[-1] += "</w>"
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: ranks.get(pair, _BEST_LAST))
            if best not in ranks:
                break
            parts = _merged(parts, best)
        return [ids[part] for part in parts]

    return encode


def _merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    """``parts`` with every occurrence of ``pair``, from the left, made one."""
    out: list[str] = []
    for part in parts:
        # A merged symbol is never the left half of the same merge again: "aa" + "a" is not ("a", "a").
        if out and (out[-1], part) == pair:
            out[-1] += part
        else:
            out.append(part)
    return out


def _byte_letters() -> dict[int, str]:
    """A printable letter for each byte, as GPT-2 chose them: printable Latin-1 stands for itself."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in plain]
    return {b: chr(b) for b in plain} | {b: chr(256 + i) for i, b in enumerate(rest)}
