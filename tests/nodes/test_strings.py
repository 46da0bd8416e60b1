"""What the text nodes do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surroundings import run

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes import strings

FLAGS = {"case_insensitive": True, "multiline": False, "dotall": False}


@given(st.text(), st.text(), st.text())
def test_joining_and_measuring(a, b, between):
    joined = run(strings.concatenate, string_a=a, string_b=b, delimiter=between)
    assert joined == a + between + b
    assert run(strings.length, string=joined) == len(joined)


@given(st.text(), st.integers(-9, 9), st.integers(-9, 9))
def test_parts(text, start, end):
    assert run(strings.substring, string=text, start=start, end=end) == text[start:end]


def test_letters_and_ends():
    modes = ("UPPERCASE", "lowercase", "Capitalize", "Title Case", "unheard of")
    assert [run(strings.convert_case, string="a Red pOtion", mode=mode) for mode in modes] == [
        "A RED POTION", "a red potion", "A red potion", "A Red Potion", "a Red pOtion",
    ]  # fmt: skip
    modes = ("Both", "Left", "Right")
    assert [run(strings.trim, string=" a\n", mode=mode) for mode in modes] == ["a", "a\n", " a"]
    assert run(strings.replace, string="aXbX", find="X", replace="-") == "a-b-"


def test_questions():
    assert run(strings.contains, string="Potion", substring="POT", case_sensitive=False) is True
    assert run(strings.contains, string="Potion", substring="POT", case_sensitive=True) is False
    for mode, other in (("Starts With", "po"), ("Ends With", "ION"), ("Equal", "POTION")):
        asked = {"string_a": "Potion", "string_b": other, "mode": mode}
        assert run(strings.compare, **asked, case_sensitive=False) is True
        assert run(strings.compare, **asked, case_sensitive=True) is False
    with pytest.raises(UsageError, match="not offered"):
        run(strings.compare, string_a="a", string_b="a", mode="Nearly")


@pytest.mark.parametrize(
    ("pattern", "flags", "found"),
    [
        ("A.c", {}, True),
        ("A.c", {"case_insensitive": False}, False),
        ("^second", {"multiline": True}, True),
        ("^second", {}, False),
        ("c.second", {"dotall": True}, True),
        ("c.second", {}, False),
        ("(", {}, False),
    ],
)
def test_matches(pattern, flags, found):
    asked = {"string": "abc\nsecond", "regex_pattern": pattern, **FLAGS, **flags}
    assert run(strings.regex_match, **asked) is found


@pytest.mark.parametrize(
    ("mode", "pattern", "group", "found"),
    [
        ("First Match", r"\d+", 1, "12"),
        ("First Match", r"(\d)(\d)", 1, "12"),
        ("All Matches", r"\d+", 1, "12\n345"),
        ("All Matches", r"(\d)\d+", 1, "1\n3"),
        ("First Group", r"(\d)(\d+)", 2, "2"),
        ("All Groups", r"(\d)(\d+)", 2, "2\n45"),
        ("All Groups", r"(\d)", 9, ""),
        ("First Match", "nothing", 1, ""),
        ("All Matches", "(", 1, ""),
    ],
)
def test_extraction(mode, pattern, group, found):
    asked = {"string": "a12 b345", "regex_pattern": pattern, "mode": mode, "group_index": group, **FLAGS}
    assert run(strings.regex_extract, **asked) == found


@given(st.text("ab1 \n"), st.sampled_from(["a", "[ab]", r"\d", "^b"]), st.integers(0, 3), st.booleans())
def test_replacement_is_pythons(text, pattern, count, multiline):
    flags = re.IGNORECASE | (re.MULTILINE if multiline else re.NOFLAG)
    got = run(
        strings.regex_replace, string=text, regex_pattern=pattern, replace=r"<\g<0>>", count=count, multiline=multiline
    )
    assert got == re.sub(pattern, r"<\g<0>>", text, count=count, flags=flags)


@pytest.mark.parametrize(("pattern", "replacement"), [("(", ""), ("a", r"\9")])
def test_malformed_patterns_are_said(pattern, replacement):
    with pytest.raises(UsageError, match="malformed"):
        run(strings.regex_replace, string="a", regex_pattern=pattern, replace=replacement)
