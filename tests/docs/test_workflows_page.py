"""docs/workflows.md: a row for every workflow that is shipped, and what it says ``validate`` prints."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dgx_pixels.cli.commands import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "workflows.md").read_text("utf-8")


def test_every_workflow_has_a_row() -> None:
    rows = re.findall(r"^\| `([^`]+\.json)` \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(path.name for path in (ROOT / "workflows").glob("*.json"))


def test_validate_prints_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DGX_PIXELS_HOME", str(tmp_path))
    command, *printed = PAGE.partition("$ dgx-pixels ")[2].partition("```")[0].strip().splitlines()
    *lines, last = printed
    found = CliRunner().invoke(app, shlex.split(command), standalone_mode=False)
    assert found.stdout.splitlines() == lines
    assert f"error: {found.exception}" == last
