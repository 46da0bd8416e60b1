"""Byte-pair encoding by merges, where the vocabulary is looked for, and what is said when it is nowhere."""

import gzip
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgx_pixels.checkpoint.vocabulary import (
    VocabularyMissingError,
    load_vocabulary,
    read_merges,
    word_encoder,
)

MERGES = [("l", "o"), ("lo", "w</w>"), ("e", "r</w>"), ("a", "a"), ("aa", "a</w>"), ("Ã", "©</w>")]
FIRST = 512  # 256 bytes, and 256 bytes that end a word


def write_merges(path: Path) -> Path:
    text = "#version: 0.2\n" + "\n".join(" ".join(pair) for pair in MERGES) + "\n"
    path.write_bytes(gzip.compress(text.encode("utf-8")))
    return path


@pytest.fixture
def fresh() -> Iterator[None]:
    load_vocabulary.cache_clear()
    yield
    load_vocabulary.cache_clear()


@pytest.mark.parametrize(
    ("word", "ids"),
    [
        ("", []),
        ("!", [256]),
        ("!!", [0, 256]),
        ("low", [FIRST + 1]),
        ("lower", [FIRST, ord("w") - 33, FIRST + 2]),
        ("aaa", [FIRST + 4]),
        ("aaaa", [FIRST + 3, ord("a") - 33, ord("a") - 33 + 256]),
        ("é", [FIRST + 5]),
    ],
)
def test_merges_apply_best_first(word: str, ids: list[int], tmp_path: Path) -> None:
    assert word_encoder(MERGES)(word) == ids
    assert read_merges(write_merges(tmp_path / "merges.gz"))(word) == ids


def test_every_byte_has_an_id() -> None:
    encode = word_encoder(MERGES)
    singles = {encode(chr(c))[-1] for c in range(128)}
    assert len(singles) == 128
    assert len(encode("🐉")) == 4


def test_the_installed_vocabulary_is_clips(fresh: None) -> None:
    encode = load_vocabulary()
    assert list(encode("motorcycle")) == [10297]
    assert list(encode("!")) == [256]
    assert load_vocabulary() is encode


def test_open_clips_file_is_read_without_importing_it(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "open_clip"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    write_merges(package / "bpe_simple_vocab_16e6.txt.gz")
    find = importlib.util.find_spec

    def without_the_extension(name: str, package: str | None = None) -> importlib.machinery.ModuleSpec | None:
        return None if name == "instant_clip_tokenizer" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_the_extension)
    monkeypatch.syspath_prepend(tmp_path)
    assert load_vocabulary()("low") == [FIRST + 1]
    assert "open_clip" not in sys.modules


def test_says_what_to_install_where_there_is_none(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, package=None: None)
    with pytest.raises(VocabularyMissingError, match="pip install instant-clip-tokenizer"):
        load_vocabulary()
