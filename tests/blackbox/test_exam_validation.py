"""What is refused, and in which words (contract 1.3, 4)."""

from typing import Any

import pytest
from exam_client import Client, Graph, node, shown

GOOD = {"g": node("ExamInt", value=1), "good": node("ExamShow", value=["g", 0])}


def complaints(answer: dict[str, Any], node_id: str) -> list[dict[str, Any]]:
    return answer["node_errors"][node_id]["errors"]


def only(answer: dict[str, Any], node_id: str) -> dict[str, Any]:
    """The one complaint about a node."""
    (found,) = complaints(answer, node_id)
    assert set(found) == {"type", "message", "details", "extra_info"}
    return found


def test_no_prompt(one: Client) -> None:
    reply = one.post("/prompt", {"client_id": "x"})
    error = {"type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided", "extra_info": {}}
    assert (reply.status_code, reply.json()) == (400, {"error": error, "node_errors": {}})


@pytest.mark.parametrize(
    ("graph", "message", "node_id"),
    [
        ({"7": {"inputs": {}}, "8": node("Nothing")}, "node is missing the class_type property", "7"),
        ({**GOOD, "8": node("Nothing"), "9": {"inputs": {}}}, "node Nothing does not exist", "8"),
        ({**GOOD, "unreachable": {}}, "node is missing the class_type property", "unreachable"),
    ],
)
def test_the_first_unknown_node_stops_everything(one: Client, graph: Graph, message: str, node_id: str) -> None:
    error = {
        "type": "invalid_prompt", "message": f"Cannot execute because {'a ' if 'missing' in message else ''}{message}.",
        "details": f"Node ID '#{node_id}'", "extra_info": {},
    }  # fmt: skip
    assert one.refused(graph) == {"error": error, "node_errors": {}}


@pytest.mark.parametrize("graph", [{}, {"1": node("ExamInt", value=1)}])
def test_no_outputs(one: Client, graph: Graph) -> None:
    error = {"type": "prompt_no_outputs", "message": "Prompt has no outputs", "details": "", "extra_info": {}}
    assert one.refused(graph) == {"error": error, "node_errors": {}}


def test_a_missing_input(one: Client) -> None:
    complaint = {
        "type": "required_input_missing", "message": "Required input is missing", "details": "value",
        "extra_info": {"input_name": "value"},
    }  # fmt: skip
    assert one.refused({"1": node("ExamShow")}) == {
        "error": {
            "type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation",
            "details": "Required input is missing: value", "extra_info": {},
        },
        "node_errors": {"1": {"errors": [complaint], "dependent_outputs": ["1"], "class_type": "ExamShow"}},
    }  # fmt: skip


def test_defaults_are_not_filled_in(one: Client) -> None:
    assert only(one.refused(shown(["1", 0], **{"1": node("ExamInt")})), "1")["type"] == "required_input_missing"


def test_details_are_empty_when_only_upstream_nodes_are_wrong(one: Client) -> None:
    answer = one.refused({"1": node("ExamInt", value="x"), "2": node("ExamShow", value=["1", 0]),
                          "3": node("ExamShow", value=["2", 0])})  # fmt: skip
    assert answer["error"]["details"] == ""
    assert list(answer["node_errors"]) == ["1"]
    assert sorted(answer["node_errors"]["1"]["dependent_outputs"]) == ["2", "3"]
    assert answer["node_errors"]["1"]["class_type"] == "ExamInt"


@pytest.mark.parametrize("value", [[], ["1"], ["1", 0, 0], [1, 2, 3]])
def test_lists_are_links(one: Client, value: Any) -> None:
    answer = one.refused({**GOOD, "bad": node("ExamShow", value=value)} | {"good": node("ExamShow", value=value)})
    assert only(answer, "bad") == {
        "type": "bad_linked_input", "message": "Bad linked input, must be a length-2 list of [node_id, slot_index]",
        "details": "value",
        "extra_info": {"input_name": "value", "input_config": ["*", {}], "received_value": value},
    }  # fmt: skip


def test_types_that_do_not_match(one: Client) -> None:
    answer = one.refused(shown(["t", 0], v=node("ExamFloat", value=1), t=node("ExamTakeChoice", colour=["v", 0])))
    choices = ["red", "green", "blue"]
    assert only(answer, "t") == {
        "type": "return_type_mismatch", "message": "Return type mismatch between linked nodes",
        "details": f"colour, received_type(FLOAT) mismatch input_type({choices})",
        "extra_info": {"input_name": "colour", "input_config": [choices, {}], "received_type": "FLOAT",
                       "linked_node": ["v", 0]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "declared", "said"),
    [
        ("ExamInt", "x", "INT", "invalid literal for int() with base 10: 'x'"),
        ("ExamInt", "1.5", "INT", "invalid literal for int() with base 10: '1.5'"),
        (
            "ExamInt",
            None,
            "INT",
            "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
        ),
        ("ExamFloat", "high", "FLOAT", "could not convert string to float: 'high'"),
        ("ExamFloat", {}, "FLOAT", "float() argument must be a string or a real number, not 'dict'"),
    ],
)
def test_literals_that_cannot_be_converted(one: Client, kind: str, value: Any, declared: str, said: str) -> None:
    answer = one.refused(shown(["1", 0], **{"1": node(kind, value=value)}))
    info = one.json(f"/object_info/{kind}")[kind]["input"]["required"]["value"]
    assert only(answer, "1") == {
        "type": "invalid_input_type", "message": f"Failed to convert an input value to a {declared} value",
        "details": f"value, {value}, {said}",
        "extra_info": {"input_name": "value", "input_config": info, "received_value": value, "exception_message": said},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "received", "type_", "message"),
    [
        ("ExamInt", -1001, -1001, "value_smaller_than_min", "Value -1001 smaller than min of -1000"),
        ("ExamInt", "1001", 1001, "value_bigger_than_max", "Value 1001 bigger than max of 1000"),
        ("ExamFloat", -0.5, -0.5, "value_smaller_than_min", "Value -0.5 smaller than min of 0.0"),
        ("ExamFloat", 11, 11.0, "value_bigger_than_max", "Value 11.0 bigger than max of 10.0"),
    ],
)
def test_bounds(one: Client, kind: str, value: Any, received: Any, type_: str, message: str) -> None:
    info = one.json(f"/object_info/{kind}")[kind]["input"]["required"]["value"]
    assert only(one.refused(shown(["1", 0], **{"1": node(kind, value=value)})), "1") == {
        "type": type_, "message": message, "details": "value",
        "extra_info": {"input_name": "value", "input_config": info, "received_value": received},
    }  # fmt: skip


@pytest.mark.parametrize("value", [-1000, 1000, 0])
def test_bounds_are_inside(one: Client, value: int) -> None:
    assert one.run(shown(["1", 0], **{"1": node("ExamInt", value=value)})).value == value


def test_choices(one: Client) -> None:
    answer = one.refused(shown(["1", 0], **{"1": node("ExamChoice", colour="pink", number="2")}))
    found = {complaint["extra_info"]["input_name"]: complaint for complaint in complaints(answer, "1")}
    assert found["colour"] == {
        "type": "value_not_in_list", "message": "Value not in list",
        "details": "colour: 'pink' not in ['red', 'green', 'blue']",
        "extra_info": {"input_name": "colour", "input_config": [["red", "green", "blue"], {"default": "green"}],
                       "received_value": "pink"},
    }  # fmt: skip
    assert found["number"]["details"] == "number: '2' not in [1, 2, 3]", "no coercion"
    long = only(one.refused(shown(["1", 0], **{"1": node("ExamLongChoice", word="x")})), "1")
    assert long["details"] == "word: 'x' not in (list of length 21)"
    assert long["extra_info"] == {"input_name": "word", "input_config": None, "received_value": "x"}


def test_new_combos_are_not_checked(one: Client) -> None:
    assert one.run(shown(["1", 0], **{"1": node("ExamNewChoice", word="zzz")})).value == "zzz"


@pytest.mark.parametrize(
    "broken",
    [["gone", 0], ["g", 7], ["g", 0.5], [5, 0], ["g", "0"]],
)
def test_links_to_nothing(one: Client, broken: Any) -> None:
    """On the output node itself, and on the node linked to by one."""
    direct = only(one.refused({"g": GOOD["g"], "o": node("ExamShow", value=broken)}), "o")
    assert (direct["type"], direct["message"]) == ("exception_during_validation", "Exception when validating node")
    assert set(direct["extra_info"]) == {"exception_type", "traceback"}
    assert isinstance(direct["extra_info"]["traceback"], list)
    inner = only(one.refused(shown(["v", 0], g=GOOD["g"], v=node("ExamVariadic", first=broken))), "v")
    assert (inner["type"], inner["message"]) == (
        "exception_during_inner_validation", "Exception when validating inner node")  # fmt: skip
    assert set(inner["extra_info"]) == {
        "input_name", "input_config", "exception_message", "exception_type", "traceback", "linked_node"}  # fmt: skip
    assert inner["extra_info"]["linked_node"] == ["v", 0]
    assert inner["extra_info"]["exception_message"] == inner["details"]


def test_the_words_of_a_link_to_nothing(one: Client) -> None:
    found = only(one.refused({"o": node("ExamShow", value=["gone", 0])}), "o")
    assert (found["details"], found["extra_info"]["exception_type"]) == ("'gone'", "KeyError")


def test_a_node_without_inputs(one: Client) -> None:
    answer = one.refused({"o": {"class_type": "ExamShow"}})
    assert (only(answer, "o")["type"], only(answer, "o")["details"]) == ("exception_during_validation", "'inputs'")
    answer = one.refused(shown(["i", 0], i={"class_type": "ExamInt"}))
    assert only(answer, "i")["type"] == "exception_during_inner_validation"


def test_a_cycle(one: Client) -> None:
    graph = {
        "a": node("ExamAdd", a=["b", 0], b=1),
        "b": node("ExamAdd", a=["a", 0], b=1),
        "o": node("ExamShow", value=["a", 0]),
    }
    answer = one.refused(graph)
    assert answer["node_errors"] == {}
    assert answer["error"]["type"] == "prompt_outputs_failed_validation"
    assert one.refused({"a": node("ExamShow", value=["a", 0])})["node_errors"] == {}


def test_one_valid_output_is_enough(one: Client) -> None:
    assert one.ws
    reply = one.submit({**GOOD, "i": node("ExamInt", value="x"), "bad": node("ExamShow", value=["i", 0])})
    body = reply.json()
    assert (reply.status_code, set(body)) == (200, {"prompt_id", "number", "node_errors"})
    assert list(body["node_errors"]) == ["i"]
    assert body["node_errors"]["i"]["dependent_outputs"] == ["bad"]
    run = one.follow(body["prompt_id"])
    assert list(run.record["outputs"]) == ["good"]
    assert run.record["prompt"][4] == ["good"]


def test_several_complaints_about_several_outputs(one: Client) -> None:
    answer = one.refused(
        {"a": node("ExamShow"), "b": node("ExamCheckOne", a=-1, b=-1), "c": node("ExamCheckFalse", a=1, b=2)}
    )
    assert set(answer["node_errors"]) == {"a", "b", "c"}
    lines = answer["error"]["details"].split("\n")
    assert "Required input is missing: value" in lines
    assert "Value -1 smaller than min of 0: b" in lines
    assert lines.count("Custom validation failed for node: a") == 1


def checked(kind: str, **inputs: Any) -> Graph:
    return {"1": node(kind, **inputs)}


@pytest.mark.parametrize(
    ("kind", "inputs", "details"),
    [
        ("ExamCheckOne", {"a": 100, "b": 1}, {"a - 100 is too much"}),
        ("ExamCheckFalse", {"a": 1, "b": 2}, {"a", "b"}),
        ("ExamCheckAll", {"a": 50, "b": 51}, {"a - the sum is 101", "b - the sum is 101"}),
        ("ExamCheckAsync", {"a": 4, "b": 1}, {"a - four waits in vain"}),
        ("ExamCheckLists", {"a": 5, "b": 1}, {"a - [5]"}),
        ("ExamCheckLinked", {"a": 5, "b": 1}, {"a - a is a literal", "b - a is a literal"}),
    ],
)
def test_classes_that_refuse(one: Client, kind: str, inputs: dict[str, Any], details: set[str]) -> None:
    found = complaints(one.refused(checked(kind, **inputs)), "1")
    assert {complaint["details"] for complaint in found} == details
    assert len(found) == len(details)
    for complaint in found:
        assert complaint["type"] == "custom_validation_failed"
        assert complaint["message"] == "Custom validation failed for node"
        assert complaint["extra_info"] == {"input_name": complaint["details"].partition(" ")[0]}


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("ExamCheckOne", {"a": 50, "b": 10}),
        ("ExamCheckOne", {"a": "50", "b": 10}),
        ("ExamCheckAll", {"a": -50, "b": 99}),
        ("ExamCheckFalse", {"a": -7, "b": "-7"}),
        ("ExamCheckAsync", {"a": 3, "b": 1}),
        ("ExamCheckLists", {"a": 6, "b": 1}),
        ("ExamCheckTypes", {"a": 6, "b": 1}),
    ],
)
def test_classes_that_agree_whatever_the_bounds(exam: Client, kind: str, inputs: dict[str, Any]) -> None:
    assert exam.run(checked(kind, **inputs)).status == "success"


def test_bounds_of_inputs_that_a_class_does_not_name_count(one: Client) -> None:
    assert only(one.refused(checked("ExamCheckOne", a=50, b=11)), "1")["type"] == "value_bigger_than_max"
    assert only(one.refused(checked("ExamCheckTypes", a=50, b=1)), "1")["type"] == "value_bigger_than_max"


def test_linked_inputs_come_as_none(exam: Client) -> None:
    graph = {"i": node("ExamInt", value=500), "1": node("ExamCheckLinked", a=["i", 0], b=1)}
    assert exam.run(graph).text("1") == ["[('a', 500), ('b', 1)]"]
    graph = {"i": node("ExamInt", value=500), "1": node("ExamCheckAll", a=["i", 0], b=1)}
    assert exam.run(graph).status == "success"


def test_a_class_that_checks_types_itself(one: Client) -> None:
    def graph(producer: Graph) -> Graph:
        return {"p": producer, "1": node("ExamCheckTypes", a=["p", 0], b=1)}

    assert one.run(graph(node("ExamText", value="x"))).text("1") == ["[('a', 'x'), ('b', 1)]"]
    found = complaints(one.refused(graph(node("ExamFloat", value=1))), "1")
    assert [complaint["type"] for complaint in found] == ["custom_validation_failed"]
    assert found[0]["details"] == "input_types - a may not be FLOAT"


def test_hidden_inputs_of_a_check(one: Client) -> None:
    found = complaints(one.refused(checked("ExamCheckHidden", a=1), extra_data={"extra_pnginfo": {"w": 1}}), "1")
    said = "a=1 prompt={} me=1 extra=None"
    assert f"a - {said}" in {complaint["details"] for complaint in found}


def test_classes_that_break_down(one: Client) -> None:
    found = only(one.refused(checked("ExamCheckRaises", a=3, b=1)), "1")
    assert (found["type"], found["details"]) == ("exception_during_validation", "three is too much for me")
    assert found["extra_info"]["exception_type"] == "RuntimeError"
    assert any("VALIDATE_INPUTS" in line for line in found["extra_info"]["traceback"])
    later = only(one.refused(checked("ExamCheckAsyncRaises", a=3, b=1)), "1")
    assert (later["type"], later["details"]) == ("exception_during_validation", "not while I sleep")


def test_inner_nodes_that_refuse_and_break_down(one: Client) -> None:
    def graph(a: int) -> Graph:
        return shown(["i", 0], i=node("ExamCheckInner", a=a, b=1))

    refused = one.refused(graph(6))
    assert only(refused, "i")["details"] == "a - inner refusal"
    assert refused["error"]["details"] == ""
    broken = only(one.refused(graph(3)), "i")
    assert (broken["type"], broken["details"]) == ("exception_during_inner_validation", "inner trouble")
    assert broken["extra_info"]["input_name"] == "value"
    assert broken["extra_info"]["linked_node"] == ["i", 0]
    assert broken["extra_info"]["exception_type"] == "RuntimeError"


def test_a_class_is_not_asked_where_an_input_is_missing(one: Client) -> None:
    found = complaints(one.refused(checked("ExamCheckRaises", a=3)), "1")
    assert "required_input_missing" in [complaint["type"] for complaint in found]


def test_partial_execution(exam: Client) -> None:
    graph = {"i": node("ExamInt", value=1), "j": node("ExamBoom", value=1, how="error"),
             "a": node("ExamShow", value=["i", 0]), "b": node("ExamShow", value=["j", 0])}  # fmt: skip
    run = exam.run(graph, partial_execution_targets=["a"])
    assert (run.status, list(run.record["outputs"]), run.record["prompt"][4]) == ("success", ["a"], ["a"])
    assert not {"j", "b"} & set(run.ran)
    assert exam.run(graph, partial_execution_targets=["i", "a", "nobody"]).status == "success"
    assert exam.run(graph, partial_execution_targets=None).status == "error"
    for targets in ([], ["i"], ["nobody"]):
        answer = exam.refused(graph, partial_execution_targets=targets)
        assert answer["error"]["type"] == "prompt_no_outputs"


def test_partial_execution_does_not_check_the_rest(one: Client) -> None:
    graph = {"i": node("ExamInt", value=1), "a": node("ExamShow", value=["i", 0]), "b": node("ExamShow")}
    assert one.queue(graph, partial_execution_targets=["a"])
    one.idle()
    assert one.refused(graph, partial_execution_targets=["b"])["error"]["type"] == "prompt_outputs_failed_validation"


def test_partial_execution_of_an_output_inside_a_chain(exam: Client) -> None:
    graph = {
        "i": node("ExamInt", value=1),
        "a": node("ExamShow", value=["i", 0]),
        "b": node("ExamShow", value=["a", 0]),
        "c": node("ExamShow", value=["b", 0]),
    }
    run = exam.run(graph, partial_execution_targets=["b"])
    assert set(run.record["outputs"]) == {"a", "b"}, "what it needs shows, too"
