"""Workflows as the editor saves them become the prompts that it would queue."""

from typing import Any

import pytest

from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.editor_format import is_editor_format, to_prompt

NUMBER = ["INT", {"default": 0}]
INFOS: dict[str, Any] = {
    "Source": {"input": {"required": {"seed": ["INT", {"control_after_generate": True}], "word": [["a", "b"]]}}},
    "Pipe": {"input": {"required": {"image": ["IMAGE"], "strength": NUMBER}, "optional": {"mask": ["MASK"]}}},
    "Save": {"input": {"required": {"image": ["IMAGE"], "prefix": ["STRING", {}]}}},
    "Load": {"input": {"required": {"image": [["x.png"], {"image_upload": True}]}}},
}


def node(
    number: int, kind: str, values: Any = None, links: dict[str, tuple[int, str]] | None = None, **more: Any
) -> Any:
    inputs = [{"name": name, "link": link, "type": kind} for name, (link, kind) in (links or {}).items()]
    return {"id": number, "type": kind, "widgets_values": values, "inputs": inputs, "order": number, **more}


def saved(*nodes: Any, links: list[Any]) -> dict[str, Any]:
    return {"nodes": list(nodes), "links": links, "version": 0.4}


def image(name: str = "image", link: int = 1) -> dict[str, tuple[int, str]]:
    return {name: (link, "IMAGE")}


def test_values_get_their_names_and_a_seed_s_control_is_passed_over() -> None:
    tree = saved(node(1, "Source", [7, "randomize", "b"]), links=[])
    assert to_prompt(tree, INFOS)["1"]["inputs"] == {"seed": 7, "word": "b"}


def test_links_become_pairs_and_values_behind_them_keep_their_places() -> None:
    tree = saved(
        node(1, "Source", [7, "fixed", "a"], title="My source"),
        node(2, "Pipe", [5], {**image(), "strength": (2, "INT")}),
        node(3, "Save", ["out"], image(link=3)),
        links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 1, 0, 2, 1, "INT"], [3, 2, 0, 3, 0, "IMAGE"]],
    )
    prompt = to_prompt(tree, INFOS)
    assert prompt["2"]["inputs"] == {"image": ["1", 0], "strength": ["1", 0]}
    assert prompt["3"] == {
        "class_type": "Save",
        "inputs": {"image": ["2", 0], "prefix": "out"},
        "_meta": {"title": "Save"},
    }
    assert prompt["1"]["_meta"] == {"title": "My source"}


@pytest.mark.parametrize("between", [{"kind": "Reroute"}, {"kind": "Pipe", "mode": 4}])
def test_reroutes_and_bypassed_nodes_are_looked_through(between: dict[str, Any]) -> None:
    kind = between.pop("kind")
    outputs = [{"name": "IMAGE", "type": "IMAGE"}]
    tree = saved(
        node(1, "Source", [1, "fixed", "a"]),
        node(2, kind, [5], image(), outputs=outputs, **between),
        node(3, "Save", ["out"], image(link=2)),
        links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]],
    )
    prompt = to_prompt(tree, INFOS)
    assert set(prompt) == {"1", "3"}
    assert prompt["3"]["inputs"]["image"] == ["1", 0]


def test_a_muted_node_is_gone_and_so_are_links_to_it() -> None:
    tree = saved(
        node(1, "Source", [1, "fixed", "a"], mode=2),
        node(3, "Save", ["out"], image()),
        links=[[1, 1, 0, 3, 0, "IMAGE"]],
    )
    assert to_prompt(tree, INFOS) == {
        "3": {"class_type": "Save", "inputs": {"prefix": "out"}, "_meta": {"title": "Save"}}
    }


def test_a_primitive_gives_its_value_and_notes_are_no_nodes() -> None:
    tree = saved(
        node(1, "PrimitiveNode", [42, "randomize"]),
        node(2, "Pipe", [5], {"strength": (1, "INT")}),
        node(4, "Note", ["remember"]),
        links=[{"id": 1, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 1}],
    )
    assert to_prompt(tree, INFOS) == {
        "2": {"class_type": "Pipe", "inputs": {"strength": 42}, "_meta": {"title": "Pipe"}}
    }


def test_values_by_name_and_values_of_buttons() -> None:
    assert to_prompt(saved(node(1, "Load", ["x.png", "image"]), links=[]), INFOS)["1"]["inputs"] == {"image": "x.png"}
    by_name = saved(node(1, "Source", {"seed": 3, "word": "a", "other": 1}), links=[])
    assert to_prompt(by_name, INFOS)["1"]["inputs"] == {"seed": 3, "word": "a"}


def test_reroutes_in_a_circle_lead_nowhere() -> None:
    tree = saved(
        node(1, "Reroute", None, image(link=2)),
        node(2, "Reroute", None, image(link=1)),
        node(3, "Save", ["out"], image(link=1)),
        links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 1, 0, "IMAGE"]],
    )
    assert "image" not in to_prompt(tree, INFOS)["3"]["inputs"]


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(UsageError, match="no node known here"):
        to_prompt(saved(node(1, "Nothing"), links=[]), INFOS)
    with pytest.raises(UsageError, match="sub-graph"):
        to_prompt(saved(node(1, "3f2504e0-4f89-11d3-9a0c-0305e82c3301"), links=[]), INFOS)
    with pytest.raises(UsageError, match="no workflow of the editor"):
        to_prompt({"nodes": [{}], "links": []}, INFOS)


def test_which_form_a_file_has() -> None:
    assert is_editor_format(saved(links=[]))
    assert not is_editor_format({"1": {"class_type": "Save", "inputs": {}}})
    assert not is_editor_format([])
