"""The prompt syntax against what ComfyUI printed, and its odd cases."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.limits import MAX_PROMPT_NESTING
from dgx_pixels.engine.prompt import BEGIN, CHUNK, END, Token, chunk, parse_weights, tokenize_prompt
from dgx_pixels.nn.tokenizer import ClipTokenizer

VECTORS = json.loads(Path(__file__).with_name("prompt_vectors.json").read_text("utf-8"))
TOKENIZER = ClipTokenizer(load_vocabulary())


def weights(text: str) -> list[tuple[str, float]]:
    return [(segment.text, segment.weight) for segment in parse_weights(text)]


def printed(text: str) -> str:
    """ComfyUI prints escaped parentheses as marks."""
    return text.replace("\0\1", ")").replace("\0\2", "(")


def chunks(text: str, pad: int = END, **known: list[str]) -> list[list[Token[str]]]:
    return tokenize_prompt(text, TOKENIZER.encode, known.get, pad).chunks


def content(tokens: list[Token[str]]) -> list[int | str]:
    """What stands between begin and the first end."""
    values = [token.value for token in tokens]
    assert values[0] == BEGIN
    return values[1 : values.index(END)]


@pytest.mark.parametrize(("text", "expected"), VECTORS["weights"], ids=[t for t, _ in VECTORS["weights"]])
def test_weights_are_comfyuis(text: str, expected: list[tuple[str, float]]) -> None:
    assert weights(text) == [(printed(part), weight) for part, weight in expected]


@pytest.mark.parametrize("vector", VECTORS["tokens"], ids=[v["text"][:40] for v in VECTORS["tokens"]])
def test_tokens_are_comfyuis(vector: dict) -> None:
    expected = [[(i, weight) for i, weight, count in runs for _ in range(count)] for runs in vector["l"]]
    ours = chunks(vector["text"])
    assert [[(t.value, t.weight) for t in c] for c in ours] == expected
    last = [c[-1] for c in chunks(vector["text"], pad=0)]
    assert [[t.value, t.weight] for t in last] == vector["g_tail"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((a:1.2))", [("a", 1.2)]),
        ("((a):1.3)", [("a", 1.3 * 1.1)]),
        ("(a (b))", [("a ", 1.1), ("b", 1.1 * 1.1)]),
        ("(a:1e1)", [("a", 10.0)]),
        ("(a: 1.2 )", [("a", 1.2)]),
        ("(a:-1)", [("a", -1.0)]),
        ("(a:.5)", [("a", 0.5)]),
        ("(a:1_0)", [("a", 10.0)]),
        ("(a:inf)", [("a", math.inf)]),
        ("(a:0)", [("a", 0.0)]),
        ("(a:)", [("a:", 1.1)]),
        ("(a:1,2)", [("a:1,2", 1.1)]),
        ("()", []),
        ("(())", []),
        ("(:)", [(":", 1.1)]),
        ("( :2)", [(" ", 2.0)]),
        ("((:2):3)", [(":2", 3.0 * 1.1)]),
        # A last parenthesis closes the first one even where another in between stays open.
        ("(a (b)", [("a ", 1.1), ("(b", 1.1)]),
        ("(a (b) c", [("(a (b) c", 1.0)]),
        ("x (a (b) c", [("x ", 1.0), ("(a (b) c", 1.0)]),
        # After a stray closing one as many opening ones open nothing.
        (")(", [(")(", 1.0)]),
        ("a) (b:1.3)", [("a) (b:1.3)", 1.0)]),
        ("a) ((b))", [("a) (", 1.0), ("b", 1.1), (")", 1.0)]),
        ("(a) b) (c:2) d", [("a", 1.1), (" b) (c:2) d", 1.0)]),
        ("\\(a\\)", [("(a)", 1.0)]),
        ("(a \\(b\\):1.2)", [("a (b)", 1.2)]),
        ("(a\\)", [("(a)", 1.0)]),
        ("\\\\(a)", [("\\(a)", 1.0)]),
        ("a\\", [("a\\", 1.0)]),
        ("(a\\:1.2)", [("a\\", 1.2)]),
        ("[a:b:0.5] <lora:x:1> BREAK", [("[a:b:0.5] <lora:x:1> BREAK", 1.0)]),
        ("(水:1.2)🐉", [("水", 1.2), ("🐉", 1.0)]),
        ("(a\nb:1.2\n)", [("a\nb", 1.2)]),
    ],
)
def test_odd_weights(text: str, expected: list[tuple[str, float]]) -> None:
    assert weights(text) == expected


def test_a_weight_may_be_no_number() -> None:
    ((text, weight),) = weights("(a:nan)")
    assert text == "a"
    assert math.isnan(weight)


@given(st.text("ab:.12()\\ \n", max_size=40))
def test_no_character_but_syntax_is_lost(text: str) -> None:
    kept = "".join(part for part, _ in weights(text))
    assert [c for c in kept if c in "ab"] == [c for c in text if c in "ab"]


@given(st.text(max_size=60))
def test_every_prompt_has_whole_chunks(text: str) -> None:
    ours = chunks(text)
    assert ours
    assert all(len(c) == CHUNK and c[0].value == BEGIN for c in ours)


def test_nesting_has_a_limit() -> None:
    deep = MAX_PROMPT_NESTING
    assert weights("(" * deep + "a" + ")" * deep) == [("a", pytest.approx(1.1**deep))]
    with pytest.raises(UsageError, match="nests parentheses deeper than 100"):
        parse_weights("(" * (deep + 1) + "a" + ")" * (deep + 1))
    assert weights("(" * 5000) == [("(" * 5000, 1.0)]


def group(*values: int) -> list[Token[str]]:
    return [Token(v) for v in values]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([], [0]),
        ([75], [75]),
        ([76], [75, 1]),
        ([70, 5], [75]),
        ([70, 6], [70, 6]),
        ([70, 7], [70, 7]),
        ([70, 8], [75, 3]),
        ([75, 1], [75, 1]),
        ([75, 0], [75]),
        ([75, 8], [75, 8]),
        ([74, 7, 70], [74, 75, 2]),
        ([160], [75, 75, 10]),
        ([68, 83], [75, 75, 1]),
    ],
)
def test_short_groups_stay_whole(lengths: list[int], expected: list[int]) -> None:
    made = chunk([group(*[7] * n) for n in lengths], pad=0)
    assert [len(content(c)) for c in made] == expected
    for c, n in zip(made, expected, strict=True):
        assert [t.value for t in c] == [BEGIN, *[7] * n, END, *[0] * (75 - n)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("embedding:x", ["X", "Y"]),
        ("embedding:x, cat", ["X", "Y", 267, 2368]),
        ("embedding:x,, cat", ["X", "Y", 8844, 2368]),
        ("a embedding:x", [320, "X", "Y"]),
        ("a\nembedding:x\ncat", [320, "X", "Y", 2368]),
        ("embedding:x embedding:x", ["X", "Y", "X", "Y"]),
        ("(embedding:x:1.2)", ["X", "Y"]),
        ("a (embedding:x) cat", [320, "X", "Y", 2368]),
        ("embedding: x", ["X", "Y"]),
        ("embedding:", []),
        ("embedding:no cat", [2368]),
        ("a\tembedding:x", [320, 19703, 796, 281, 343]),
    ],
)
def test_embeddings_stand_at_the_start_of_a_segment_or_after_a_blank(text: str, expected: list[int | str]) -> None:
    (only,) = chunks(text, x=["X", "Y"])
    assert content(only) == expected


def test_vectors_have_the_weight_of_their_segment() -> None:
    ((_, first, second, third, *_),) = chunks("(embedding:x cat:1.3)", x=["X", "Y"])
    assert [first, second, third] == [Token("X", 1.3), Token("Y", 1.3), Token(2368, 1.3)]


def test_an_embedding_is_a_group_of_its_own() -> None:
    text = "word " * 72 + "embedding:x cat"
    first, second = chunks(text, x=["X"] * 5)
    assert len(content(first)) == 72
    assert content(second) == [*["X"] * 5, 2368]
    long = chunks(text, x=["X"] * 80)
    assert [len(content(c)) for c in long] == [75, 75, 3]


def test_a_name_with_a_comma_is_tried_as_it_stands_first() -> None:
    assert content(chunks("embedding:x,", **{"x,": ["X"]})[0]) == ["X"]


def test_missing_embeddings_are_named() -> None:
    tokens = tokenize_prompt("embedding:a, embedding:b c embedding:x", TOKENIZER.encode, {"x": ["X"]}.get, 0)
    assert tokens.missing == ("a", "b")
