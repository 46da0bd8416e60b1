"""docs/structure.md: the rooms are those that have walls, and may import what the walls let through."""

import re
from pathlib import Path

import pytest

from test_house import ALLOWED

PAGE = (Path(__file__).parents[2] / "docs" / "structure.md").read_text("utf-8")
ROWS = {
    room: set(re.findall(r"\w+", may.replace("in bodies", "").replace("–", "")))
    for room, may in re.findall(r"^\| `(\w+)`[^|]*\|[^|]+\| ([^|]+) \|", PAGE, re.MULTILINE)
}


def test_every_room_has_a_row() -> None:
    assert list(ROWS) == list(dict.fromkeys(ROWS))
    assert set(ROWS) == set(ALLOWED)


@pytest.mark.parametrize("room", ROWS)
def test_a_room_may_import_what_its_row_says(room: str) -> None:
    assert ROWS[room] == ({"all"} if room == "cli" else ALLOWED[room])
