"""docs/comfyui-compatibility.md: every node that waits and every module that packs import is told, and no other."""

import re
from pathlib import Path

from dgx_pixels.compat.runtime import SITE
from dgx_pixels.nodes import awaited, sprites
from dgx_pixels.nodes.catalogue import NODES

PAGE = (Path(__file__).parents[2] / "docs" / "comfyui-compatibility.md").read_text("utf-8")
EXTRAS = "comfy_extras.nodes_..."


def section(heading: str) -> str:
    """The part below a heading, to the next one of any level."""
    return re.split(r"\n#+ ", PAGE.partition(f"# {heading}\n")[2])[0]


def first_cells(text: str) -> list[str]:
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_every_node_that_waits_is_listed() -> None:
    assert sorted(first_cells(section("Nodes that wait"))) == sorted(node.name for node in awaited.NODES)


def test_nodes_of_ours_are_named() -> None:
    for node in sprites.NODES:
        assert f"`{node.name}`" in PAGE
        assert f"`{node.module}`" in PAGE


def test_every_node_named_beside_them_exists() -> None:
    part = section("Nodes that wait").partition("In part:")[2]
    names = {name for name in re.findall(r"`(\w+)`", part) if name[0].isupper()}
    assert names
    assert names <= {node.name for node in NODES}


def test_every_module_for_packs_is_listed() -> None:
    modules = {
        ".".join(path.relative_to(SITE).with_suffix("").parts).removesuffix(".__init__")
        for path in SITE.rglob("*.py")
        if not path.name.startswith("_") or path.name == "__init__.py"
    }
    told = set(first_cells(section("Node packs")))
    parents = {module.rpartition(".")[0] for module in modules}
    assert told - {EXTRAS} <= modules
    assert modules - told <= parents
