"""Plain values through nodes, and any value as text."""

import json

import pytest
import torch
from surroundings import NoFiles, run

from dgx_pixels.nodes import primitives
from dgx_pixels.nodes.declare import node_class


@pytest.mark.parametrize(
    ("node", "value"),
    [
        (primitives.whole_number, -(2**63) + 1),
        (primitives.real_number, 0.1),
        (primitives.text, "a"),
        (primitives.long_text, "a\nb"),
        (primitives.truth, False),
    ],
)
def test_values_come_out_as_they_went_in(node, value):
    assert run(node, value=value) == value


def shown(value) -> str:
    (text,) = node_class(primitives.preview_any, NoFiles())().main(source=value)["ui"]["text"]
    return text


def test_values_as_text():
    loop: list = []
    loop.append(loop)
    assert shown("as it is") == "as it is"
    assert (shown(3), shown(0.5), shown(True), shown(None)) == ("3", "0.5", "True", "None")
    assert json.loads(shown({"a": [1, 2]})) == {"a": [1, 2]}
    assert "tensor" in shown(torch.zeros(1))
    assert shown({1, 2} - {2}) == "{1}"
    assert shown(loop) == "[[...]]"
