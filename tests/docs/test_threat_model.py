"""THREAT_MODEL.md: the tests it rests on are there, and every promise it names is one that it lists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "THREAT_MODEL.md").read_text("utf-8")
THREATS, _, PROMISES = PAGE.partition("\n## Promises\n")


def rows(text: str, cells: int) -> list[list[str]]:
    split = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    return [row for row in split if len(row) == cells]


PROMISED = {number: tests for number, _, tests in rows(PROMISES, 3) if number.isdecimal()}
ROWS = [row for row in rows(THREATS, 5) if row[1] != "threat"]


def test_there_are_threats_to_every_part() -> None:
    assert len(ROWS) > 25
    assert {letter for row in ROWS for letter in row[0].split(", ")} == set("STRIDE")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[^`]+\.py)`", PAGE))))
def test_a_test_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`((?:\w+/)+(?:\w+\.py)?)`", PAGE))))
def test_a_place_that_is_named_exists(place: str) -> None:
    assert (ROOT / place).exists() or (ROOT / "src" / "dgx_pixels" / place).exists()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:40])
def test_a_threat_has_tests_and_promises_that_are_listed(row: list[str]) -> None:
    assert row[4].startswith("`tests/")
    assert set(re.findall(r"\d+", row[3])) <= set(PROMISED)


def test_every_promise_but_speed_meets_a_threat() -> None:
    met = {number for row in ROWS for number in re.findall(r"\d+", row[3])}
    assert set(PROMISED) - met == {"26"}
