"""Graphs that nodes build, and prompts that grow by them."""

import pytest

from dgx_pixels.graph.builder import GraphBuilder, add_graph_prefix
from dgx_pixels.graph.context import NodeContext, entered
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.errors import DuplicateNodeError, NodeNotFoundError
from dgx_pixels.graph.links import is_link
from dgx_pixels.graph.progress import Progress


def call(node_id: str, index: int | None) -> NodeContext:
    prompt = DynamicPrompt({})
    return NodeContext(Progress("p", prompt, lambda _: None, lambda: False), node_id, index, "Class", None, prompt)


def test_ids_count_graphs_and_nodes_of_a_call() -> None:
    with entered(call("m", 2)):
        first, second = GraphBuilder(), GraphBuilder()
        assert [first.node("A").id, first.node("A").id, first.node("A", "own").id] == [
            "m.2.0.1",
            "m.2.0.2",
            "m.2.0.own",
        ]
        assert second.node("A").id == "m.2.1.1"
    with entered(call("m", None)):
        assert GraphBuilder().node("A").id == "m.0.0.1"
    assert GraphBuilder().node("A").id == "1"
    assert GraphBuilder(prefix="x-").node("A").id == "x-1"


def test_a_graph() -> None:
    graph = GraphBuilder("p.")
    one = graph.node("One", value=1)
    two = graph.node("Two", "two", a=one.out(0), b=one.out(1), c=3)
    two.set_input("c", None)
    two.set_input("d", 4)
    two.set_override_display_id("shown")
    assert (two.get_input("d"), two.get_input("c"), two.get_input("nothing")) == (4, None, None)
    assert graph.lookup_node("two") is two
    assert graph.lookup_node("three") is None
    assert graph.node("Other", "two") is two
    assert graph.finalize() == {
        "p.1": {"class_type": "One", "inputs": {"value": 1}},
        "p.two": {
            "class_type": "Two",
            "inputs": {"a": ["p.1", 0], "b": ["p.1", 1], "d": 4},
            "override_display_id": "shown",
        },
    }
    graph.replace_node_output("1", 0, 7)
    graph.replace_node_output(one.id, 1, None)
    assert two.inputs == {"a": 7, "d": 4}
    graph.remove_node("1")
    assert list(graph.finalize()) == ["p.two"]
    with pytest.raises(KeyError):
        graph.remove_node("1")


def test_prefixes() -> None:
    graph = {"1": {"class_type": "A", "inputs": {"x": 1}}, "2": {"class_type": "B", "inputs": {"x": ["1", 0]}}}
    renamed, outputs = add_graph_prefix(graph, (["2", 0], 5), "p.")
    assert renamed["p.2"] == {"class_type": "B", "inputs": {"x": ["p.1", 0]}}
    assert outputs == (["p.2", 0], 5)


@pytest.mark.parametrize(
    ("value", "link"),
    [
        (["1", 0], True),
        (["1", 0.0], True),
        ([1, 0], False),
        (["1", "0"], False),
        (["1"], False),
        (("1", 0), False),
        ("10", False),
    ],
)
def test_what_is_a_link(value, link: bool) -> None:
    assert is_link(value) is link


def test_a_prompt_that_grows() -> None:
    prompt = DynamicPrompt({"1": {"class_type": "A"}})
    prompt.add_ephemeral_node("1.1", {"class_type": "B"}, "1", "1")
    prompt.add_ephemeral_node("1.1.1", {"class_type": "C"}, "1.1", "1.1")
    prompt.add_ephemeral_node("1.2", {"class_type": "D"}, "1.1", "elsewhere")
    assert prompt.get_node("1.1.1") == {"class_type": "C"}
    assert [prompt.get_parent_node_id(one) for one in ("1", "1.1", "1.1.1")] == [None, "1", "1.1"]
    assert [prompt.get_real_node_id(one) for one in ("1", "1.1", "1.1.1", "1.2")] == ["1"] * 4
    assert [prompt.get_display_node_id(one) for one in ("1", "1.1.1", "1.2")] == ["1", "1", "elsewhere"]
    assert prompt.all_node_ids() == {"1", "1.1", "1.1.1", "1.2"}
    assert prompt.get_original_prompt() == {"1": {"class_type": "A"}}
    assert prompt.has_node("1.2")
    assert not prompt.has_node("2")
    with pytest.raises(NodeNotFoundError):
        prompt.get_node("2")
    for taken in ("1", "1.1"):
        with pytest.raises(DuplicateNodeError):
            prompt.add_ephemeral_node(taken, {}, "1", "1")


def test_nodes_shown_in_each_others_place_do_not_go_round_for_ever() -> None:
    prompt = DynamicPrompt({})
    prompt.add_ephemeral_node("a", {}, "1", "b")
    prompt.add_ephemeral_node("b", {}, "1", "a")
    assert prompt.get_display_node_id("a") in {"a", "b"}
