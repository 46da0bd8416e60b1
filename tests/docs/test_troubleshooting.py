"""docs/troubleshooting.md: every message of ours that it tells of is one that the program has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
OTHERS = (
    "No such option",  # click's
    "DefaultCPUAllocator",  # PyTorch's
    "No module named",  # Python's
    "input should be",  # pydantic's, within ours
    "error parsing value",
    "ckpt_name: ",  # made of a workflow
    "while parsing a flow node",
)
SHARE = 0.4
"""Of a message that has to be the program's own words; the rest is names and numbers."""


def templates(tree: ast.AST) -> Iterator[list[str]]:
    """Texts of a module, as what stands between the places that are filled in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.split("%[sd]", node.value)  # messages of the log
        elif isinstance(node, ast.JoinedStr):
            gaps = [part.value if isinstance(part, ast.Constant) else "\0" for part in node.values]
            yield "".join(gaps).split("\0")


@pytest.fixture(scope="module")
def known() -> list[list[str]]:
    sources = (ROOT / "src" / "dgx_pixels").rglob("*.py")
    return [template for file in sources for template in templates(ast.parse(file.read_text("utf-8")))]


def own_words(text: str, template: list[str]) -> int:
    """How many characters of a text are a template's; 0 where it is none of its."""
    parts = [part.strip() for part in template]
    if not all(part in text for part in parts):
        return 0
    in_order = re.search(".*".join(map(re.escape, parts)), text, re.DOTALL)
    return sum(map(len, parts)) if in_order else 0


def messages() -> list[str]:
    cells = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| ")]
    told = [text for cell in cells for text in re.findall(r"`([^`]{12,})`", cell)]
    return [text for text in told if not any(other in text for other in OTHERS)]


@pytest.mark.parametrize("message", messages())
def test_the_program_says_so(message: str, known: list[list[str]]) -> None:
    text = message.removesuffix("...").strip()
    cut = any(text in template[0] for template in known)
    assert cut or max(own_words(text, template) for template in known) >= SHARE * len(text)


def test_there_are_messages() -> None:
    assert len(messages()) > 30
