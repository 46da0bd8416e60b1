"""The tokenizer against ids printed by transformers' slow CLIPTokenizer without ftfy (4.57, Python 3.11)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.nn.tokenizer import END, ClipTokenizer, clean, words

REFERENCE: list[tuple[str, list[int]]] = json.loads(Path(__file__).with_name("clip_ids.json").read_text("utf-8"))
# Half of a character cannot be UTF-8, and no prompt from JSON or a terminal has one.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(("text", "ids"), REFERENCE, ids=[ascii(text) for text, _ in REFERENCE])
def test_ids_are_the_reference_tokenizers(text: str, ids: list[int]) -> None:
    assert ClipTokenizer(load_vocabulary()).encode(text) == ids


def test_words_are_encoded_once() -> None:
    asked: list[str] = []

    def encode(word: str) -> list[int]:
        asked.append(word)
        return [len(word)]

    tokenizer = ClipTokenizer(encode)
    assert tokenizer.encode("red red blue RED") == [3, 3, 4, 3]
    assert asked == ["red", "blue"]


def test_special_tokens_need_no_vocabulary() -> None:
    assert ClipTokenizer(lambda word: [7]).encode("a<|endoftext|>") == [7, END]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  A\t\n B  ", "a b"),
        ("Café NAÏVE", "café naïve"),
        ("cafe\u0301", "café"),
        ("&amp;", "&amp;"),
        ("a\x00b\u200bc\ufffd", "abc"),
        ("水と火", "水 と 火"),
        ("a\u3000b\u00a0c", "a b c"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it's 2x4!?", ["it", "'s", "2", "x", "4", "!?"]),
        ("'re 'twas '", ["'re", "'t", "was", "'"]),
        ("!'s", ["!'", "s"]),
        ("a_b", ["a", "_", "b"]),
        ("<|endoftext|>", ["<|endoftext|>"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


@given(TEXT)
def test_every_text_has_ids(text: str) -> None:
    assert all(0 <= i <= END for i in ClipTokenizer(load_vocabulary()).encode(text))


@given(TEXT)
def test_words_keep_every_sign_but_blanks(text: str) -> None:
    cleaned = clean(text)
    assert "".join(words(cleaned)) == cleaned.replace(" ", "").replace("\u0345", "")
