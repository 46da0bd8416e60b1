"""Nonsense is answered, never raised, and the answer can be written down; what passes can be run."""

import asyncio
import copy
import json
from typing import Any

from graph_parts import Bench
from hypothesis import given, settings
from hypothesis import strategies as st

from dgx_pixels.graph.execute import Request
from dgx_pixels.graph.validate import validate_prompt

IDS = st.sampled_from(["1", "2", "3", "4", "nowhere", ""])
LINKS = st.tuples(IDS, st.sampled_from([0, 1, -1, 7, 0.5, True, "0", None])).map(list)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
VALUES = LINKS | LINKS | st.integers(-2, 3) | JUNK | st.fixed_dictionaries({"__value__": JUNK})
NAMES = st.sampled_from(
    ["value", "a", "b", "share", "which", "count", "values", "block", "message", "flow", "note", "x"]
)
CLASSES = [
    *("Number", "Text", "Add", "Show", "Show", "Show", "Pass", "Fail", "Numbers", "Total", "AtOnce", "Mix", "Pick"),
    *("Block", "Double", "ShowInside", "WhileOpen", "Nowhere"),
]
INPUTS = st.dictionaries(NAMES, VALUES, max_size=4)
NODES = st.fixed_dictionaries({"class_type": st.sampled_from(CLASSES), "inputs": INPUTS})
BAD_NODES = JUNK | st.fixed_dictionaries({"class_type": st.sampled_from(CLASSES) | JUNK}, optional={"inputs": JUNK})
PROMPTS = st.dictionaries(IDS, st.one_of(*[NODES] * 12, BAD_NODES), max_size=5)


@settings(max_examples=400)
@given(PROMPTS, st.none() | st.lists(IDS | JUNK, max_size=2))
def test_any_prompt_gets_an_answer(prompt: dict[str, Any], targets: list[Any] | None) -> None:
    bench = Bench()
    again = copy.deepcopy(prompt)
    checked = asyncio.run(validate_prompt(bench.registry, prompt, targets))
    assert checked.ok == (checked.error is None) == bool(checked.outputs)
    json.dumps([checked.error, checked.node_errors])
    for errors in checked.node_errors.values():
        assert errors["errors"]
        assert set(errors) == {"errors", "dependent_outputs", "class_type"}
    if checked.ok:
        assert asyncio.run(validate_prompt(bench.registry, again, targets)).outputs == checked.outputs
        request = Request(prompt_id="p", prompt=prompt, outputs=checked.outputs)
        outcome = bench.executor.run(request, lambda _: None, lambda: False, None)
        assert outcome.messages[-1][0] in {"execution_success", "execution_error"}
        json.dumps([outcome.messages, outcome.outputs, outcome.meta])
