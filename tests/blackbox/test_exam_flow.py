"""Blockers, expansions, loops (contract 5.2)."""

import time
from itertools import count
from typing import Any

import pytest
from exam_client import Client, Graph, node, shown

_TAGS = count(1)


def test_a_silent_blocker(exam: Client) -> None:
    graph = {"b": node("ExamBlock", value=next(_TAGS), block=True), "n": node("ExamNegate", item=["b", 0]),
             "out": node("ExamShow", value=["n", 0]), "free": node("ExamShow", value=["b", 1])}  # fmt: skip
    run = exam.run(graph)
    assert run.status == "success"
    assert run.of("execution_error") == []
    assert set(run.record["outputs"]) == {"free"}
    assert "out" not in [data["node"] for data in run.of("executed")]


def test_a_blocker_that_speaks(exam: Client) -> None:
    graph = {"b": node("ExamBlock", value=next(_TAGS), block=True, message="not today"),
             "n": node("ExamNegate", item=["b", 0]), "m": node("ExamNegate", item=["n", 0]),
             "out": node("ExamShow", value=["m", 0]), "free": node("ExamShow", value=["b", 1])}  # fmt: skip
    run = exam.run(graph)
    (said,) = run.of("execution_error")
    executed = said.pop("executed")
    assert "b" in executed
    assert said == {
        "prompt_id": run.prompt_id, "node_id": "n", "node_type": "ExamNegate",
        "exception_message": "Execution Blocked: not today", "exception_type": "ExecutionBlocked",
        "traceback": [], "current_inputs": {}, "current_outputs": [],
    }  # fmt: skip
    assert (run.status, run.record["status"]["completed"]) == ("success", True)
    assert [kind for kind, _ in run.record["status"]["messages"]] == [
        "execution_start", "execution_cached", "execution_success"]  # fmt: skip
    assert "execution_success" in run.kinds
    assert run.kinds[-1] == "executing"
    assert set(run.record["outputs"]) == {"free"}


def test_a_blocker_for_all_outputs(exam: Client) -> None:
    graph = {"b": node("ExamBlock", value=1, block=False, everything=True), "one": node("ExamShow", value=["b", 0]),
             "two": node("ExamShow", value=["b", 1])}  # fmt: skip
    run = exam.run(graph)
    assert (run.status, run.record["outputs"]) == ("success", {})


def test_blocked_items_of_a_list_are_skipped(exam: Client) -> None:
    graph = {"b": node("ExamBlockSome", count=5, message=""), "n": node("ExamNegate", item=["b", 0]),
             "s": node("ExamShowEach", item=["n", 0])}  # fmt: skip
    run = exam.run(graph)
    assert run.record["outputs"]["s"]["text"] == ["0", "-2", "-4"]
    assert run.status == "success"


def test_a_blocker_inside_a_whole_list_blocks_it(exam: Client) -> None:
    graph = {
        "b": node("ExamBlockSome", count=3, message="one of three"),
        "w": node("ExamWhole", items=["b", 0], literal=1),
        "out": node("ExamShow", value=["w", 0]),
    }
    run = exam.run(graph)
    assert [data["exception_message"] for data in run.of("execution_error")] == ["Execution Blocked: one of three"]
    assert run.record["outputs"] == {}


def test_blocked_runs_are_cached_too(exam: Client, caching: bool) -> None:
    graph = {"b": node("ExamBlock", value=next(_TAGS), block=True), "n": node("ExamNegate", item=["b", 0]),
             "out": node("ExamShow", value=["n", 0])}  # fmt: skip
    exam.run(graph)
    again = exam.run(graph)
    assert ("b" in again.ran) is not caching
    assert again.status == "success"


def expanding(kind: str = "ExamExpand", **inputs: Any) -> Graph:
    return shown(["e", 0], i=node("ExamInt", value=next(_TAGS)), e=node(kind, value=["i", 0], **inputs))


def test_an_expansion(exam: Client) -> None:
    graph = expanding(times=3)
    run = exam.run(graph)
    assert run.value == graph["i"]["inputs"]["value"] + 3
    announced = {data["node"]: data["display_node"] for data in run.of("executing") if data["node"]}
    assert {name: announced[name] for name in ("e.0.0.1", "e.0.0.2", "e.0.0.3")} == dict.fromkeys(
        ("e.0.0.1", "e.0.0.2", "e.0.0.3"), "e"
    )
    states = run.of("progress_state")[-1]["nodes"]
    assert states["e.0.0.2"] | {"value": 0, "max": 0} == {
        "node_id": "e.0.0.2", "display_node_id": "e", "real_node_id": "e", "parent_node_id": "e", "state": "finished",
        "prompt_id": run.prompt_id, "value": 0, "max": 0,
    }  # fmt: skip
    assert states["e"]["state"] == "finished"


@pytest.mark.parametrize("block", [False, True])
def test_a_node_that_shows_something_beside(exam: Client, block: bool) -> None:
    value = next(_TAGS) + 300
    run = exam.run(shown(["e", 0], e=node("ExamShowAndMore", value=value, block=block)))
    assert run.text("e") == [f"before {value}"]
    assert run.of("executed")[0]["node"] == "e"
    assert run.record["outputs"].get("out", {}).get("text") == (None if block else [str(value + 1)])


def test_an_expansion_into_nothing(exam: Client) -> None:
    graph = expanding(times=0)
    assert exam.run(graph).value == graph["i"]["inputs"]["value"]


def test_a_raw_link_is_handed_on(exam: Client) -> None:
    graph = expanding("ExamExpandRaw", b=10)
    run = exam.run(graph)
    assert run.value == graph["i"]["inputs"]["value"] + 10
    assert "e.0.0.named" in run.ran


def test_outputs_inside_an_expansion_run(exam: Client) -> None:
    value = next(_TAGS) + 200
    run = exam.run({"e": node("ExamExpandShow", value=value, display="")})
    assert run.record["outputs"] == {"e.0.0.1": {"text": [str(value)], "note": ["nothing"]}}
    assert run.record["meta"] == {
        "e.0.0.1": {"node_id": "e.0.0.1", "display_node": "e", "parent_node": "e", "real_node_id": "e"}
    }
    (executed,) = run.of("executed")
    assert (executed["node"], executed["display_node"]) == ("e.0.0.1", "e")


def test_an_expansion_may_be_shown_elsewhere(exam: Client) -> None:
    value = next(_TAGS) + 200
    graph = {"e": node("ExamExpandShow", value=value, display="there"), "there": node("ExamInt", value=1)}
    run = exam.run(graph)
    assert run.record["meta"]["e.0.0.1"]["display_node"] == "there"
    assert run.record["meta"]["e.0.0.1"]["real_node_id"] == "e"
    assert run.of("executed")[0]["display_node"] == "there"


def test_mixed_results_of_mapped_calls(exam: Client) -> None:
    graph = {
        "r": node("ExamRange", count=4), "e": node("ExamExpandMixed", item=["r", 0]),
        "w": node("ExamWhole", items=["e", 0], literal=0), "v": node("ExamWhole", items=["e", 1], literal=0),
        "out": node("ExamShow", value=["w", 0]), "each": node("ExamShow", value=["v", 0]),
    }  # fmt: skip
    run = exam.run(graph)
    assert run.text()[0].startswith('"[0, 101, 2, 103] ')
    assert run.text("each")[0].startswith('"[0, 0, 0, 2, 2, 0, 1, 2] ')
    assert {"e.1.0.1", "e.3.0.1"} <= set(run.ran), "the second number is the call"


@pytest.mark.parametrize(
    ("how", "kind"),
    [("taken", "DuplicateNodeError"), ("unknown", ""), ("error", "ValueError"), ("cycle", "DependencyCycleError")],
)
def test_expansions_gone_wrong(exam: Client, how: str, kind: str) -> None:
    run = exam.run(expanding("ExamExpandWrong", how=how))
    assert run.status == "error"
    assert run.error["exception_type"].endswith(kind)
    assert run.error["node_id"] == "e", "the node that the user sees"
    assert exam.run(expanding("ExamExpandWrong", how="fine")).status == "success"


def test_a_cycle_that_only_shows_while_running(exam: Client) -> None:
    run = exam.run(expanding("ExamExpandLink"))
    assert run.error["exception_type"] == "graph.DependencyCycleError"
    assert run.error["exception_message"] == "Dependency cycle detected"
    assert run.error["node_id"] == "e"


def looping(times: int, start: Any = 0, **more: Any) -> Graph:
    return shown(
        ["close", 0],
        open=node("ExamLoopOpen", left=times, value=start),
        down=node("ExamCountDown", left=["open", 1]),
        body=node("ExamAdd", a=["open", 2], b=["step", 0]),
        step=node("ExamInt", value=3),
        close=node("ExamLoopClose", loop=["open", 0], go_on=["down", 1], left=["down", 0], value=["body", 0]),
        **more,
    )


@pytest.mark.parametrize("times", [1, 2, 6])
def test_a_loop(exam: Client, times: int) -> None:
    start = next(_TAGS) * 100
    run = exam.run(looping(times, start))
    assert run.value == start + 3 * times
    assert run.ran.count("step") <= 1


def test_a_loop_is_shown_at_the_nodes_of_the_user(exam: Client) -> None:
    run = exam.run(looping(3, next(_TAGS) * 1000))
    displays = {data["display_node"] for data in run.of("executing") if data["node"]}
    assert displays <= {"open", "down", "body", "step", "close", "out"}


def test_a_loop_again(exam: Client, caching: bool) -> None:
    graph = looping(3, next(_TAGS) * 1000)
    exam.run(graph)
    again = exam.run(graph)
    assert (again.ran == []) is caching
    longer = exam.run(looping(4, graph["open"]["inputs"]["value"]))
    assert longer.value == graph["open"]["inputs"]["value"] + 12


def test_recursion(exam: Client) -> None:
    run = exam.run(shown(["r", 0], r=node("ExamRecur", value=next(_TAGS), left=30)))
    assert run.status == "success"
    assert {data["display_node"] for data in run.of("executing") if data["node"]} == {"r", "out"}


def test_a_loop_of_loops(exam: Client) -> None:
    inner = {
        "o2": node("ExamLoopOpen", left=2, value=["open", 2]),
        "d2": node("ExamCountDown", left=["o2", 1]),
        "b2": node("ExamAdd", a=["o2", 2], b=1),
        "c2": node("ExamLoopClose", loop=["o2", 0], go_on=["d2", 1], left=["d2", 0], value=["b2", 0]),
    }
    start = next(_TAGS) * 10000
    graph = looping(3, start) | inner
    graph["body"]["inputs"]["a"] = ["c2", 0]
    assert exam.run(graph).value == start + 3 * (3 + 2)


def test_nodes_that_sleep_inside_expansions_overlap(exam: Client) -> None:
    begin = time.monotonic()
    run = exam.run(shown(["s", 0], s=node("ExamSleepExpand", value=next(_TAGS), seconds=0.4)))
    assert run.text() == ["'first=1,second=2,third=3'"]
    # One pause before and one for three at once; one after the other they would take 1.6 s.
    assert time.monotonic() - begin >= 0.8
    last = run.of("progress_state")[-1]
    inside = [
        [state["state"] for name, state in message["nodes"].items() if name.startswith("s.")]
        for message in run.of("progress_state")
    ]
    assert max(states.count("running") for states in inside) == 3, "all three ran at the same time"
    assert all(state["state"] == "finished" for state in last["nodes"].values())
