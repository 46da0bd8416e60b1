"""Values, links, hidden inputs, lists, forms of results (contract 4, 5.2, 6.2)."""

import json
from typing import Any

import pytest
from exam_client import Client, node, shown


def test_a_first_run(exam: Client) -> None:
    run = exam.run(shown(["1", 0], **{"1": node("ExamInt", value=5)}))
    assert run.value == 5
    assert run.status == "success"


@pytest.mark.parametrize(
    ("kind", "given", "stored", "told"),
    [
        ("ExamInt", "16", 16, "16"),
        ("ExamInt", 16.9, 16, "16"),
        ("ExamInt", True, 1, "1"),
        ("ExamFloat", "2.5", 2.5, "2.5"),
        ("ExamFloat", 3, 3.0, "3.0"),
        ("ExamText", 12, "12", "'12'"),
        ("ExamText", None, "None", "'None'"),
        ("ExamText", {"a": 1}, "{'a': 1}", "\"{'a': 1}\""),
        ("ExamFlag", "false", True, "True"),
        ("ExamFlag", "", False, "False"),
        ("ExamFlag", 0, False, "False"),
        ("ExamFlag", None, False, "False"),
        ("ExamInt", {"__value__": "7"}, 7, "7"),
        ("ExamText", {"__value__": ["x", 0]}, "['x', 0]", "\"['x', 0]\""),
    ],
)
def test_literals_are_coerced_and_stored_so(one: Client, kind: str, given: Any, stored: Any, told: str) -> None:
    run = one.run(shown(["1", 0], **{"1": node(kind, value=given)}))
    assert run.text() == [told]
    kept = run.record["prompt"][2]["1"]["inputs"]["value"]
    assert kept == stored
    assert type(kept) is type(stored)


@pytest.mark.parametrize("value", [[1, 2], [], {"a": [1]}, [["1", 0]], "text", None, 1.5, True])
def test_wrapped_literals_of_any_type(one: Client, value: Any) -> None:
    run = one.run(shown(["1", 0], **{"1": node("ExamJson", value={"__value__": value})}))
    assert run.text() == [repr(repr(value))]


def test_step_and_round_are_not_enforced(one: Client) -> None:
    assert one.run(shown(["1", 0], **{"1": node("ExamFloat", value=0.123)})).value == 0.123


def test_extra_keys_are_kept_and_undeclared_literals_dropped(one: Client) -> None:
    graph = shown(["1", 0], **{"1": node("ExamOptional", a=3, stranger=5)})
    graph["1"]["_meta"] = {"title": "ignored"}
    graph["1"]["more"] = [1]
    run = one.run(graph)
    assert run.value == "a=3 more={}"
    assert run.record["prompt"][2]["1"]["_meta"] == {"title": "ignored"}
    assert run.record["prompt"][2]["1"]["more"] == [1]
    assert run.record["prompt"][2]["1"]["inputs"]["stranger"] == 5


def test_undeclared_links_are_passed(exam: Client) -> None:
    graph = shown(
        ["sum", 0],
        a=node("ExamInt", value=1),
        b=node("ExamInt", value=2),
        sum=node("ExamVariadic", first=["a", 0], second=["b", 0], third=["a", 0], literal=4),
    )
    assert exam.run(graph).value == "first=1,second=2,third=1"


def test_missing_optional_inputs_have_pythons_default(one: Client) -> None:
    assert one.run(shown(["1", 0], **{"1": node("ExamOptional")})).value == "a=70 more={}"
    assert one.run(shown(["1", 0], **{"1": node("ExamOptional", b=1)})).text() == ["\"a=70 more={'b': 1}\""]


def test_hidden_inputs(one: Client) -> None:
    graph = {f"o{i}": node("ExamShow", value=["me", i]) for i in range(5)}
    graph["me"] = node("ExamHidden", tag="x")
    secrets = {"auth_token_comfy_org": "tok", "api_key_comfy_org": "key"}
    run = one.run(graph, extra_data={"extra_pnginfo": {"workflow": {"v": 1}}, **secrets})
    assert run.text("o0") == ["'me ExamHidden'"]
    assert run.text("o1") == ["\"{'workflow': {'v': 1}}\""]
    assert run.text("o2") == ["'(True, True, False, True)'"]
    assert run.text("o3") == ["\"(None, 'me', 'me')\""]
    assert run.text("o4") == ["\"('tok', 'key')\""]
    assert run.record["prompt"][3] == {"extra_pnginfo": {"workflow": {"v": 1}}, "client_id": one.name}


def test_a_combo_and_types_that_match(one: Client) -> None:
    graph = {
        "c": node("ExamChoice", colour="blue", number=2),
        "t": node("ExamTakeChoice", colour=["c", 0]),
        "out": node("ExamShow", value=["t", 0]),
    }
    assert one.run(graph).value == "blue"


@pytest.mark.parametrize(
    ("slot", "name"),
    [(0, "number"), (1, "number"), (2, "number"), (1, "mixed"), (2, "mixed"), (3, "star"), (4, "star"), (4, "number"),
     (4, "thing"), (0, "any"), (2, "any"), (5, "any"), (3, "any"), (0, "io_number"), (1, "io_number"), (5, "thing")],
)  # fmt: skip
def test_types_that_fit(one: Client, slot: int, name: str) -> None:
    graph = {"p": node("ExamTypes", tag=1), "q": node("ExamTypes", tag=2, **{name: ["p", slot]})}
    assert one.run(shown(["q", 0], **graph)).value == 2


@pytest.mark.parametrize(
    ("slot", "name"), [(0, "mixed"), (0, "star"), (1, "thing"), (3, "thing"), (5, "number"), (3, "number"), (5, "star")]
)
def test_types_that_do_not_fit(one: Client, slot: int, name: str) -> None:
    graph = {"p": node("ExamTypes", tag=1), "q": node("ExamTypes", tag=2, **{name: ["p", slot]})}
    errors = one.refused(shown(["q", 0], **graph))["node_errors"]
    assert [error["type"] for error in errors["q"]["errors"]] == ["return_type_mismatch"]


def test_any_takes_an_object(exam: Client) -> None:
    run = exam.run(shown(["1", 0], **{"1": node("ExamThing")}))
    assert run.text()[0].startswith("<object object")


def test_output_nodes_hand_on(exam: Client) -> None:
    graph = {
        "1": node("ExamInt", value=3),
        "a": node("ExamShow", value=["1", 0]),
        "b": node("ExamShow", value=["a", 0]),
    }
    run = exam.run(graph)
    assert run.text("a") == run.text("b") == ["3"]
    assert set(run.record["outputs"]) == {"a", "b"}


def test_only_what_outputs_need_runs(exam: Client) -> None:
    graph = shown(["1", 0], **{"1": node("ExamInt", value=1), "2": node("ExamBoom", value=["1", 0], how="error")})
    run = exam.run(graph)
    assert run.status == "success"
    assert "2" not in run.ran


def test_only_a_plain_true_makes_an_output(one: Client) -> None:
    assert one.refused({"1": node("ExamTruthyOutput", value=1)})["error"]["type"] == "prompt_no_outputs"
    info = one.json("/object_info/ExamTruthyOutput")["ExamTruthyOutput"]
    assert info["output_node"] is False


def test_an_output_that_shows_nothing(exam: Client) -> None:
    run = exam.run({"1": node("ExamInt", value=1), "2": node("ExamSilentOutput", value=["1", 0])})
    assert run.record["outputs"] == {}
    assert run.record["meta"] == {}
    assert run.of("executed") == []


@pytest.mark.parametrize("how", ["tuple", "result", "ui", "list"])
def test_forms_of_results(exam: Client, how: str) -> None:
    graph = {"1": node("ExamResultOnly", how=how), "out": node("ExamShow", value=["1", 0]),
             "b": node("ExamShow", value=["1", 1])}  # fmt: skip
    run = exam.run(graph)
    assert (run.text(), run.text("b")) == ([repr(how)], ["'second'"])
    assert run.record["outputs"].get("1") == ({"text": ["shown"]} if how == "ui" else None)


def test_mapped_calls_repeat_the_last_of_shorter_lists(exam: Client) -> None:
    graph = {
        "r3": node("ExamRange", count=3),
        "r5": node("ExamRange", count=5),
        "p": node("ExamPair", a=["r3", 0], b=["r5", 0], c=7),
        "w": node("ExamWhole", items=["p", 0], literal=4),
        "each": node("ExamWhole", items=["p", 1], literal=4),
        "out": node("ExamShow", value=["w", 0]),
        "out2": node("ExamShow", value=["each", 0]),
        "count": node("ExamShow", value=["r5", 1]),
    }
    run = exam.run(graph)
    assert run.text() == ["\"['0:0:7', '1:1:7', '2:2:7', '2:3:7', '2:4:7'] [4] ['w']\""]
    assert run.text("out2") == ["'[0, 0, 1, 1, 2, 2, 2, 3, 2, 4] [4] [\\'each\\']'"] or run.text("out2") == [
        "\"[0, 0, 1, 1, 2, 2, 2, 3, 2, 4] [4] ['each']\""
    ]
    assert run.text("count") == ["5"]


def test_ui_of_mapped_calls_is_joined_under_the_keys_of_the_first(exam: Client) -> None:
    run = exam.run({"r": node("ExamRange", count=3), "s": node("ExamShowEach", item=["r", 0])})
    assert run.record["outputs"]["s"] == {"text": ["0", "1", "2"], "first": ["here", "too", "too"]}
    (executed,) = run.of("executed")
    assert executed["output"] == run.record["outputs"]["s"]


def test_mapped_calls_know_their_place(one: Client) -> None:
    graph = {"r": node("ExamRange", count=2), "n": node("ExamNumberOfCalls", item=["r", 0]),
             "w": node("ExamWhole", items=["n", 0], literal=1), "out": node("ExamShow", value=["w", 0])}  # fmt: skip
    assert "['n/0/True', 'n/1/True']" in one.run(graph).text()[0]


def test_an_empty_list_means_one_call_without_it(exam: Client) -> None:
    run = exam.run({"r": node("ExamRange", count=0), "w": node("ExamWhole", items=["r", 0], literal=1),
                    "out": node("ExamShow", value=["w", 0])})  # fmt: skip
    assert run.text() == ["\"[] [1] ['w']\""]


def test_ids_may_be_any_text(exam: Client) -> None:
    graph = {"KSampler.0": node("ExamInt", value=4), "ü/ %": node("ExamShow", value=["KSampler.0", 0])}
    run = exam.run(graph)
    assert run.text("ü/ %") == ["4"]
    assert json.loads(json.dumps(run.record["meta"]))["ü/ %"]["real_node_id"] == "ü/ %"


def test_instances_live_on_while_id_and_class_stay(one: Client) -> None:
    def counted(tag: int) -> Any:
        return one.run(shown(["c", 0], c=node("ExamCounter", tag=tag))).value

    assert [counted(1), counted(2), counted(2), counted(3)] == [1, 2, 2, 3]
    one.run(shown(1))
    assert counted(4) == 1
