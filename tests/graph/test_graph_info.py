"""What clients read of a class, in both forms."""

import pytest
from graph_parts import node_type

from dgx_pixels.graph.info import node_info
from dgx_pixels.graph.registry import Registry

EMPTY = Registry({}, {})


def test_the_old_form() -> None:
    types = {
        "required": {"w": ("INT", {"default": 512}), "mode": (["a", "b"],)},
        "optional": {"mask": ("MASK",)},
        "hidden": {"prompt": "PROMPT"},
    }
    cls = node_type(lambda _self: (), ["IMAGE", ["a", "b"]], **types, CATEGORY="image")
    assert node_info("Empty", cls, EMPTY) == {
        "input": types,
        "input_order": {"required": ["w", "mode"], "optional": ["mask"], "hidden": ["prompt"]},
        "output": ["IMAGE", ["a", "b"]],
        "output_is_list": [False, False],
        "output_name": ["IMAGE", ["a", "b"]],
        "name": "Empty",
        "display_name": "Empty",
        "description": "",
        "python_module": "nodes",
        "category": "image",
        "output_node": False,
    }


def test_sections_are_only_those_that_are_there() -> None:
    cls = node_type(lambda _self: ())
    info = node_info("N", cls, EMPTY)
    assert (info["input"], info["input_order"], info["category"]) == ({"required": {}}, {"required": []}, "sd")


def test_all_that_a_class_may_say() -> None:
    cls = node_type(
        lambda _self: (),
        ["INT"],
        RETURN_NAMES=("n",),
        OUTPUT_IS_LIST=(True,),
        OUTPUT_TOOLTIPS=("a number",),
        DESCRIPTION="d",
        PYTHON_MODULE="custom_nodes.x",
        DISPLAY_NAME="Number",
        OUTPUT_NODE=True,
        DEPRECATED=True,
        EXPERIMENTAL=True,
        API_NODE=False,
    )
    info = node_info("N", cls, EMPTY)
    assert info["output_name"] == ["n"]
    assert info["output_is_list"] == [True]
    assert info["output_tooltips"] == ("a number",)
    assert (info["description"], info["python_module"], info["display_name"]) == ("d", "custom_nodes.x", "Number")
    assert (info["output_node"], info["deprecated"], info["experimental"], info["api_node"]) == (
        True,
        True,
        True,
        False,
    )
    assert node_info("N", cls, Registry({}, {"N": "From the pack"}))["display_name"] == "From the pack"


def test_the_new_form_always_says_everything() -> None:
    cls = node_type(lambda _self: (), ["INT", "INT"], hidden={"prompt": ("PROMPT",)}, V3=True)
    info = node_info("N", cls, EMPTY)
    assert info["display_name"] is None
    assert info["output_tooltips"] == [None, None]
    assert (info["deprecated"], info["experimental"], info["api_node"]) == (False, False, False)
    assert info["input"]["hidden"] == {"prompt": ("PROMPT",)}


def test_a_class_that_cannot_be_asked_raises() -> None:
    cls = node_type(lambda _self: ())
    cls.INPUT_TYPES = classmethod(lambda _cls: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        node_info("N", cls, EMPTY)
