"""Every way a prompt can be wrong, word for word as clients read it."""

import asyncio
import time
import traceback

import pytest
from graph_parts import ANY, Bench, node, node_type

from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.validate import validate_prompt


@pytest.fixture
def bench() -> Bench:
    return Bench()


def errors(bench: Bench, prompt, node_id: str):
    return bench.check(prompt).node_errors[node_id]["errors"]


def only_error(bench: Bench, prompt, node_id: str):
    (error,) = errors(bench, prompt, node_id)
    return error


def test_a_right_prompt(bench: Bench) -> None:
    checked = bench.check({"1": node("Number", value=3), "2": node("Show", value=["1", 0])})
    assert (checked.ok, checked.error, checked.outputs, checked.node_errors) == (True, None, ["2"], {})


@pytest.mark.parametrize("bad", [{"inputs": {}}, 5, None, []])
def test_a_node_without_class(bench: Bench, bad) -> None:
    checked = bench.check({"1": node("Show"), "7": bad, "8": node("Nowhere")})
    assert checked.error == {
        "type": "invalid_prompt",
        "message": "Cannot execute because a node is missing the class_type property.",
        "details": "Node ID '#7'",
        "extra_info": {},
    }
    assert checked.node_errors == {}


@pytest.mark.parametrize("name", ["Nowhere", ["Show"], None])
def test_an_unknown_class_even_where_nothing_needs_it(bench: Bench, name) -> None:
    checked = bench.check({"1": node("Show", value=1), "8": {"class_type": name, "inputs": {}}})
    assert checked.error == {
        "type": "invalid_prompt",
        "message": f"Cannot execute because node {name} does not exist.",
        "details": "Node ID '#8'",
        "extra_info": {},
    }


@pytest.mark.parametrize("targets", [None, [], ["1"]])
def test_no_outputs(bench: Bench, targets) -> None:
    prompt = {"1": node("Number", value=1)} | ({} if targets is None else {"2": node("Show", value=["1", 0])})
    assert bench.check(prompt, targets).error == {
        "type": "prompt_no_outputs",
        "message": "Prompt has no outputs",
        "details": "",
        "extra_info": {},
    }


def test_targets_are_the_only_roots(bench: Bench) -> None:
    prompt = {"1": node("Show", value=1), "2": node("Show", value=2), "3": node("Show")}
    checked = bench.check(prompt, ["2"])
    assert (checked.outputs, checked.node_errors) == (["2"], {})


def test_only_a_plain_true_makes_an_output_node(bench: Bench) -> None:
    bench.classes["Almost"] = node_type(lambda _self: (), OUTPUT_NODE=1)
    assert bench.check({"1": node("Almost")}).error["type"] == "prompt_no_outputs"


def test_a_missing_input_as_the_answer_has_it(bench: Bench) -> None:
    checked = bench.check({"1": node("Show")})
    assert checked.error == {
        "type": "prompt_outputs_failed_validation",
        "message": "Prompt outputs failed validation",
        "details": "Required input is missing: value",
        "extra_info": {},
    }
    assert checked.node_errors == {
        "1": {
            "errors": [
                {
                    "type": "required_input_missing",
                    "message": "Required input is missing",
                    "details": "value",
                    "extra_info": {"input_name": "value"},
                }
            ],
            "dependent_outputs": ["1"],
            "class_type": "Show",
        }
    }


def test_faults_upstream_are_listed_where_they_are_and_details_stay_empty(bench: Bench) -> None:
    prompt = {"1": node("Number"), "2": node("Add", a=["1", 0]), "3": node("Show", value=["2", 0])}
    checked = bench.check(prompt)
    assert checked.error["details"] == ""
    assert list(checked.node_errors) == ["1"]
    assert checked.node_errors["1"]["dependent_outputs"] == ["3"]


def test_one_good_output_is_enough(bench: Bench) -> None:
    prompt = {"1": node("Number", value=1), "2": node("Show", value=["1", 0]), "3": node("Show")}
    checked = bench.check(prompt)
    assert (checked.ok, checked.error, checked.outputs) == (True, None, ["2"])
    assert list(checked.node_errors) == ["3"]


def test_dependent_outputs_are_those_that_reach_the_node(bench: Bench) -> None:
    prompt = {
        "bad": node("Number"),
        "mid": node("Add", a=["bad", 0]),
        "x": node("Show", value=["mid", 0]),
        "y": node("Show", value=["bad", 0]),
        "other": node("Show"),
        "fine": node("Show", value=1),
    }
    checked = bench.check(prompt)
    assert checked.node_errors["bad"]["dependent_outputs"] == ["x", "y"]
    assert checked.node_errors["other"]["dependent_outputs"] == ["other"]
    assert checked.outputs == ["fine"]


@pytest.mark.parametrize("link", [[], ["1"], ["1", 0, 0], [1, 2, 3]])
def test_a_list_that_is_no_link(bench: Bench, link) -> None:
    error = only_error(bench, {"1": node("Number", value=1), "2": node("Show", value=link)}, "2")
    assert error["type"] == "bad_linked_input"
    assert error["message"] == "Bad linked input, must be a length-2 list of [node_id, slot_index]"
    assert error["details"] == "value"
    assert error["extra_info"] == {"input_name": "value", "input_config": ["*", {}], "received_value": link}


def test_a_link_to_another_type(bench: Bench) -> None:
    prompt = {"1": node("Text", value="x"), "2": node("Pass", value=["1", 0])}
    assert only_error(bench, prompt, "2") == {
        "type": "return_type_mismatch",
        "message": "Return type mismatch between linked nodes",
        "details": "value, received_type(STRING) mismatch input_type(INT)",
        "extra_info": {
            "input_name": "value",
            "input_config": ["INT", {}],
            "received_type": "STRING",
            "linked_node": ["1", 0],
        },
    }


@pytest.mark.parametrize(
    ("given", "wanted", "fits"),
    [
        ("IMAGE", "IMAGE", True),
        ("IMAGE", "IMAGE,FLOAT", True),
        ("FLOAT", "IMAGE, FLOAT", True),
        ("IMAGE,MASK", "MASK,LATENT", True),
        ("INT", "IMAGE,FLOAT", False),
        ("*", "*", True),
        ("*", "INT", False),
        ("INT", "*", False),
        (ANY, "INT", True),
        ("INT", ANY, True),
        (["a", "b"], ["a", "b"], True),
        (["a"], ["a", "b"], False),
        (["a"], "COMBO", False),
        ("COMBO", ["a"], False),
    ],
)
def test_which_types_fit(bench: Bench, given, wanted, fits: bool) -> None:
    bench.classes["From"] = node_type(lambda _self: (1,), [given])
    bench.classes["To"] = node_type(lambda _self, x: (), required={"x": (wanted,)}, OUTPUT_NODE=True)
    assert bench.check({"1": node("From"), "2": node("To", x=["1", 0])}).ok is fits


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("INT", "16", 16),
        ("INT", 16.9, 16),
        ("INT", True, 1),
        ("FLOAT", "0.5", 0.5),
        ("FLOAT", 1, 1.0),
        ("STRING", 5, "5"),
        ("STRING", {"a": 1}, "{'a': 1}"),
        ("BOOLEAN", "false", True),
        ("BOOLEAN", "", False),
        ("BOOLEAN", 0, False),
        ("MODEL", "as it is", "as it is"),
        ("COMBO", "not in any list", "not in any list"),
        ("INT", {"__value__": "3"}, 3),
        ("STRING", {"__value__": "x"}, "x"),
        ("ANYTHING", {"__value__": [1, 2]}, [1, 2]),
        ("STRING", {"__value__": [1]}, "[1]"),
    ],
)
def test_literals_are_converted_in_place(bench: Bench, kind: str, given, kept) -> None:
    options = {"options": ["a"]} if kind == "COMBO" else {}
    bench.classes["Take"] = node_type(lambda _self, x: (), required={"x": (kind, options)}, OUTPUT_NODE=True)
    prompt = {"1": node("Take", x=given)}
    assert bench.check(prompt).ok
    assert prompt["1"]["inputs"]["x"] == kept
    assert type(prompt["1"]["inputs"]["x"]) is type(kept)


@pytest.mark.parametrize(
    ("kind", "given", "why"),
    [
        ("INT", "x", "invalid literal for int() with base 10: 'x'"),
        ("INT", None, None),
        ("INT", {}, None),
        ("FLOAT", "one", "could not convert string to float: 'one'"),
        ("FLOAT", "nan", "not a finite number"),
        ("FLOAT", "-inf", "not a finite number"),
        ("FLOAT", 10**400, None),
        ("INT", float("inf"), None),
    ],
)
def test_a_literal_that_cannot_be_converted(bench: Bench, kind: str, given, why: str | None) -> None:
    bench.classes["Take"] = node_type(lambda _self, x: (), required={"x": (kind, {"min": 0})}, OUTPUT_NODE=True)
    error = only_error(bench, {"1": node("Take", x=given)}, "1")
    told = error["extra_info"].pop("exception_message")
    assert error == {
        "type": "invalid_input_type",
        "message": f"Failed to convert an input value to a {kind} value",
        "details": f"x, {given}, {told}",
        "extra_info": {"input_name": "x", "input_config": [kind, {"min": 0}], "received_value": given},
    }
    assert why is None or told == why


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        (-5, "value_smaller_than_min", "Value -5 smaller than min of 0"),
        (11, "value_bigger_than_max", "Value 11 bigger than max of 10"),
    ],
)
def test_bounds(bench: Bench, value: int, kind: str, message: str) -> None:
    bounds = {"min": 0, "max": 10, "step": 5}
    bench.classes["Take"] = node_type(lambda _self, x: (), required={"x": ("INT", bounds)}, OUTPUT_NODE=True)
    assert only_error(bench, {"1": node("Take", x=value)}, "1") == {
        "type": kind,
        "message": message,
        "details": "x",
        "extra_info": {"input_name": "x", "input_config": ["INT", bounds], "received_value": value},
    }
    assert bench.check({"1": node("Take", x=7)}).ok, "a step is not enforced"


def test_a_word_that_is_not_in_the_list(bench: Bench) -> None:
    bench.classes["Take"] = node_type(
        lambda _self, x, y: (), required={"x": (["a", "b"],), "y": (list(map(str, range(21))),)}, OUTPUT_NODE=True
    )
    short, long = errors(bench, {"1": node("Take", x="c", y=3)}, "1")
    assert short == {
        "type": "value_not_in_list",
        "message": "Value not in list",
        "details": "x: 'c' not in ['a', 'b']",
        "extra_info": {"input_name": "x", "input_config": [["a", "b"], {}], "received_value": "c"},
    }
    assert long["details"] == "y: '3' not in (list of length 21)"
    assert long["extra_info"] == {"input_name": "y", "input_config": None, "received_value": 3}


def test_undeclared_inputs_are_not_looked_at_and_optional_ones_may_be_missing(bench: Bench) -> None:
    prompt = {"1": node("Number", value=1, more=[1, 2, 3], other="x"), "2": node("Show", value=["1", 0])}
    assert bench.check(prompt).ok


@pytest.mark.parametrize(
    ("link", "kind"),
    [(["9", 0], "KeyError"), (["1", 5], "IndexError"), (["1", 0.5], "TypeError"), ([1, 0], "KeyError")],
)
def test_a_link_to_nothing(bench: Bench, link, kind: str) -> None:
    direct = {"1": node("Number", value=1), "2": node("Show", value=link)}
    error = only_error(bench, direct, "2")
    assert error["type"] == "exception_during_validation"
    assert error["message"] == "Exception when validating node"
    assert error["extra_info"]["exception_type"] == kind
    assert all(isinstance(line, str) for line in error["extra_info"]["traceback"])

    inner = {"1": node("Number", value=1), "2": node("Add", a=link), "3": node("Show", value=["2", 0])}
    checked = bench.check(inner)
    assert list(checked.node_errors) == ["2"]
    (error,) = checked.node_errors["2"]["errors"]
    assert error["type"] == "exception_during_inner_validation"
    assert error["message"] == "Exception when validating inner node"
    told = error["extra_info"]
    assert (told["input_name"], told["input_config"], told["linked_node"]) == ("value", ["*", {}], ["2", 0])
    assert told["exception_type"] == kind
    assert told["exception_message"] == error["details"]
    assert isinstance(told["traceback"], list)


@pytest.mark.parametrize("inputs", [None, 5, "text", [], {"missing": True}])
def test_a_node_without_proper_inputs(bench: Bench, inputs) -> None:
    bad = {"class_type": "Show"} if inputs == {"missing": True} else {"class_type": "Show", "inputs": inputs}
    assert only_error(bench, {"1": bad}, "1")["type"] == "exception_during_validation"


def test_a_class_that_cannot_say_what_it_takes(bench: Bench) -> None:
    def broken(_cls):
        raise OSError("no folder")

    bench.classes["Broken"] = node_type(lambda _self: (1,), ["INT"], OUTPUT_NODE=True)
    bench.classes["Broken"].INPUT_TYPES = classmethod(broken)
    error = only_error(bench, {"1": node("Broken")}, "1")
    assert (error["details"], error["extra_info"]["exception_type"]) == ("no folder", "OSError")
    error = only_error(bench, {"1": node("Broken"), "2": node("Pass", value=["1", 0])}, "1")
    assert error["type"] in {"exception_during_validation", "exception_during_inner_validation"}


@pytest.mark.parametrize("length", [1, 2, 50])
def test_a_cycle_is_refused_without_a_word(bench: Bench, length: int) -> None:
    prompt = {str(i): node("Add", a=[str((i + 1) % length), 0]) for i in range(length)}
    prompt["out"] = node("Show", value=["0", 0])
    checked = bench.check(prompt)
    assert not checked.ok
    assert checked.error["type"] == "prompt_outputs_failed_validation"
    assert checked.error["details"] == ""
    assert checked.node_errors == {}


def test_faults_on_a_cycle_are_still_told(bench: Bench) -> None:
    prompt = {
        "1": node("Add", a=["2", 0], b=["3", 0]),
        "2": node("Add", a=["1", 0]),
        "3": node("Number"),
        "4": node("Show", value=["2", 0]),
    }
    checked = bench.check(prompt)
    assert list(checked.node_errors) == ["3"]
    assert checked.node_errors["3"]["dependent_outputs"] == ["4"]


def test_links_of_lazy_inputs_are_checked_too(bench: Bench) -> None:
    prompt = {"1": node("Number"), "2": node("Mix", share=0, a=1, b=["1", 0]), "3": node("Show", value=["2", 0])}
    assert list(bench.check(prompt).node_errors) == ["1"]


class TestTheClassItself:
    """VALIDATE_INPUTS."""

    def check(self, bench: Bench, validate, prompt_inputs, **described):
        described.setdefault("required", {"x": ("INT", {"min": 0, "max": 10}), "y": (["a", "b"],)})
        bench.classes["Own"] = node_type(
            lambda _self, **_inputs: (), OUTPUT_NODE=True, VALIDATE_INPUTS=classmethod(validate), **described
        )
        return bench.check(
            {"1": node("Own", **prompt_inputs), "n": node("Number", value=1), "t": node("Text", value="")}
        )

    @pytest.mark.parametrize(("answer", "details"), [("too green", "x - too green"), (False, "x"), (None, "x - None")])
    def test_refuses(self, bench: Bench, answer, details: str) -> None:
        checked = self.check(bench, lambda _cls, x: answer, {"x": 5, "y": "a"})
        assert checked.node_errors["1"]["errors"] == [
            {
                "type": "custom_validation_failed",
                "message": "Custom validation failed for node",
                "details": details,
                "extra_info": {"input_name": "x"},
            }
        ]

    def test_takes_over_bounds_and_lists_of_what_it_names(self, bench: Bench) -> None:
        assert self.check(bench, lambda _cls, x, y: True, {"x": 99, "y": "c"}).ok
        checked = self.check(bench, lambda _cls, x: True, {"x": 99, "y": "c"})
        assert [one["type"] for one in checked.node_errors["1"]["errors"]] == ["value_not_in_list"]

    def test_sees_everything_if_it_takes_keywords(self, bench: Bench) -> None:
        seen: list[dict] = []

        def validate(_cls, **inputs):
            seen.append(inputs)
            return "no"

        checked = self.check(
            bench,
            validate,
            {"x": 99, "y": "c", "z": 1},
            hidden={"me": "UNIQUE_ID", "all": "PROMPT", "png": "EXTRA_PNGINFO"},
        )
        assert seen == [{"x": 99, "y": "c", "me": "1", "all": {}, "png": None}]
        names = {one["extra_info"]["input_name"] for one in checked.node_errors["1"]["errors"]}
        assert names == {"x", "y", "me", "all", "png"}

    def test_sees_none_for_links_and_converted_literals(self, bench: Bench) -> None:
        seen: list[tuple] = []

        def validate(_cls, x, y):
            seen.append((x, y))
            return True

        assert self.check(bench, validate, {"x": ["n", 0], "y": "a"}).ok
        assert self.check(bench, validate, {"x": "7", "y": "a"}).ok
        assert seen == [(None, "a"), (7, "a")]

    def test_takes_over_types_if_it_asks_for_them(self, bench: Bench) -> None:
        seen: list[dict] = []

        def validate(_cls, input_types):
            seen.append(input_types)
            return True if input_types.get("x") != "STRING" else "no text"

        assert not self.check(bench, lambda _cls, x: True, {"x": ["t", 0], "y": "a"}).ok
        assert self.check(bench, validate, {"x": ["n", 0], "y": "a"}).ok
        refused = self.check(bench, validate, {"x": ["t", 0], "y": "a"})
        assert not refused.ok
        assert [one["details"] for one in refused.node_errors["1"]["errors"]] == ["input_types - no text"]
        assert seen == [{"x": "INT"}, {"x": "STRING"}]

        def named(_cls, x, input_types):
            return validate(_cls, input_types)

        checked = self.check(bench, named, {"x": ["t", 0], "y": "a"})
        assert [one["details"] for one in checked.node_errors["1"]["errors"]] == ["x - no text"]

    def test_may_be_a_coroutine(self, bench: Bench) -> None:
        async def validate(_cls, x):
            await asyncio.sleep(0)
            return x < 5 or "too large"

        assert self.check(bench, validate, {"x": 1, "y": "a"}).ok
        checked = self.check(bench, validate, {"x": 9, "y": "a"})
        assert [one["details"] for one in checked.node_errors["1"]["errors"]] == ["x - too large"]

    def test_may_break_down(self, bench: Bench) -> None:
        async def late(_cls, x):
            await asyncio.sleep(0)
            return 1 / x

        for validate in (lambda _cls, x: 1 / x, late):
            (error,) = self.check(bench, validate, {"x": 0, "y": "a"}).node_errors["1"]["errors"]
            assert error["type"] == "exception_during_validation"
            assert error["extra_info"]["exception_type"] == "ZeroDivisionError"

    def test_gets_lists_if_the_node_does(self, bench: Bench) -> None:
        seen: list[dict] = []

        def validate(_cls, x):
            seen.append(x)
            return True

        assert self.check(bench, validate, {"x": 1, "y": "a"}, INPUT_IS_LIST=True).ok
        assert seen == [[1]]

    def test_is_not_asked_about_what_is_missing(self, bench: Bench) -> None:
        checked = self.check(bench, lambda _cls, x: "never", {"y": "a"})
        assert [one["type"] for one in checked.node_errors["1"]["errors"]] == ["required_input_missing"]


def test_input_types_are_asked_for_once_in_a_validation(bench: Bench) -> None:
    asked: list[int] = []

    def types(_cls):
        asked.append(1)
        return {"required": {"a": ("INT", {})}}

    bench.classes["Asked"] = node_type(lambda _self, a: (a,), ["INT"])
    bench.classes["Asked"].INPUT_TYPES = classmethod(types)
    prompt = {"0": node("Asked", a=1)} | {str(i): node("Asked", a=[str(i - 1), 0]) for i in range(1, 9)}
    assert bench.check(prompt | {"out": node("Show", value=["8", 0])}).ok
    assert len(asked) == 1


def test_dictionaries_that_contain_every_name_are_asked_by_name(bench: Bench) -> None:
    class Flexible(dict):
        def __contains__(self, name: object) -> bool:
            return True

        def __getitem__(self, name: str):
            return (ANY,)

    seen: list[dict] = []
    run = lambda _self, **inputs: seen.append(inputs) or ()  # noqa: E731
    bench.classes["Flexible"] = node_type(run, optional=Flexible(), OUTPUT_NODE=True)
    bench.run({"1": node("Flexible", lora_1={"on": True}, lora_2="x")})
    assert seen == [{"lora_1": {"on": True}, "lora_2": "x"}]


def test_a_long_chain_takes_neither_stack_nor_time(bench: Bench) -> None:
    length = 5000
    prompt = {"0": node("Number", value=1)}
    prompt |= {str(i): node("Add", a=[str(i - 1), 0], b=i) for i in range(1, length)}
    prompt["out"] = node("Show", value=[str(length - 1), 0])
    depths: list[int] = []

    def deep(_cls, a):
        depths.append(sum(1 for _ in traceback.walk_stack(None)))
        return True

    bench.classes["Add"].VALIDATE_INPUTS = classmethod(deep)
    checked = bench.check({key: prompt[key] for key in reversed(prompt)})
    assert checked.ok
    assert len(depths) == length - 1
    assert max(depths) - min(depths) <= 2
    del bench.classes["Add"].VALIDATE_INPUTS
    begun = time.perf_counter()
    assert bench.check(prompt).ok
    assert time.perf_counter() - begun < 1


def test_a_long_chain_lets_the_event_loop_breathe(bench: Bench) -> None:
    prompt = {"0": node("Number", value=1)} | {str(i): node("Add", a=[str(i - 1), 0]) for i in range(1, 2000)}
    prompt["out"] = node("Show", value=["1999", 0])

    async def both() -> int:
        turns = 0
        task = asyncio.ensure_future(validate_prompt(Registry(bench.classes, {}), prompt))
        while not task.done():
            await asyncio.sleep(0)
            turns += 1
        assert (await task).ok
        return turns

    assert asyncio.run(both()) > 20


def test_an_answer_about_many_outputs_stays_small(bench: Bench) -> None:
    prompt = {str(i): node("Number") for i in range(300)}
    adders = {f"a{i}": node("Add", a=[str(i), 0], **({"b": [f"a{i - 1}", 0]} if i else {})) for i in range(300)}
    outputs = {f"o{i}": node("Show", value=["a299", 0]) for i in range(300)}
    checked = bench.check(prompt | adders | outputs)
    listed = [len(one["dependent_outputs"]) for one in checked.node_errors.values()]
    assert len(listed) == 300
    assert sum(listed) == 20_000
