"""Coroutines, progress, interruption (contract 2.1-2.3, 5.2)."""

import time
from itertools import count
from typing import Any

import pytest
from exam_client import Client, Graph, Run, client_of, node, shown

from serving import Server

_TAGS = count(400_000)


def sleeping(kind: str = "ExamSleep", seconds: float = 0.1, value: Any = None) -> Graph:
    return shown(["s", 0], s=node(kind, value=next(_TAGS) if value is None else value, seconds=seconds))


def most_at_once(run: Run, names: set[str]) -> int:
    """How many of some nodes were running at the same time."""
    return max(
        sum(state["state"] == "running" for name, state in message["nodes"].items() if name in names)
        for message in run.of("progress_state")
    )


@pytest.mark.parametrize("kind", ["ExamSleep", "ExamAsyncAtOnce", "ExamSleepShown"])
def test_a_coroutine(exam: Client, kind: str) -> None:
    graph = sleeping(kind)
    run = exam.run(graph)
    assert run.value == graph["s"]["inputs"]["value"]
    assert run.ran.count("s") == 1
    assert run.status == "success"


def test_independent_coroutines_overlap(exam: Client) -> None:
    names = {"a", "b", "c", "d"}
    graph: Graph = {name: node("ExamSleep", value=next(_TAGS) + 100, seconds=0.4) for name in names}
    graph |= {f"out {name}": node("ExamShow", value=[name, 0]) for name in names}
    begin = time.monotonic()
    run = exam.run(graph)
    assert time.monotonic() - begin >= 0.4
    assert most_at_once(run, names) == 4
    assert run.status == "success"


def test_coroutines_that_depend_on_each_other_do_not(exam: Client) -> None:
    graph = sleeping()
    graph["t"] = node("ExamSleep", value=["s", 0], seconds=0.1)
    graph["out"]["inputs"]["value"] = ["t", 0]
    run = exam.run(graph)
    assert most_at_once(run, {"s", "t"}) == 1
    assert run.ran.index("s") < run.ran.index("t") < run.ran.index("out")


def test_other_nodes_run_while_one_sleeps(exam: Client) -> None:
    graph = sleeping(seconds=0.5)
    graph |= {"quick": node("ExamShow", value=next(_TAGS), note="meanwhile")}
    run = exam.run(graph)
    assert run.ran.index("quick") < run.ran.index("out")
    order = [data["node"] for data in run.of("executed")]
    assert order == ["quick", "out"]


def test_mapped_coroutines_overlap_and_keep_their_order(exam: Client) -> None:
    graph = {
        "r": node("ExamRange", count=5), "s": node("ExamClock", value=["r", 0], seconds=0.2),
        "w": node("ExamWhole", items=["s", 0], literal=0), "v": node("ExamWhole", items=["s", 1], literal=0),
        "out": node("ExamShow", value=["w", 0]), "end": node("ExamShow", value=["v", 0]),
    }  # fmt: skip
    run = exam.run(graph)
    begins = [float(x) for x in run.text()[0].split("[")[1].split("]")[0].split(",")]
    ends = [float(x) for x in run.text("end")[0].split("[")[1].split("]")[0].split(",")]
    assert begins == sorted(begins)
    assert max(begins) < min(ends)


def test_coroutines_may_share_a_semaphore(exam: Client) -> None:
    graph: Graph = {str(i): node("ExamGate", value=next(_TAGS), seconds=0.05) for i in range(5)}
    graph |= {f"out{i}": node("ExamShow", value=[str(i), 0]) for i in range(5)}
    run = exam.run(graph)
    assert run.status == "success"
    assert max(int(run.text(f"out{i}")[0]) for i in range(5)) == 2


@pytest.mark.parametrize(
    ("kind", "error", "message"),
    [
        ("ExamSleepBoom", "RuntimeError", "boom after sleep"),
        ("ExamTimeout", "TimeoutError", ""),
        ("ExamCancelsItself", "asyncio.exceptions.CancelledError", ""),
    ],
)
def test_coroutines_that_fail(exam: Client, kind: str, error: str, message: str) -> None:
    run = exam.run(sleeping(kind, 0.05))
    assert run.status == "error"
    assert run.error["exception_type"] in {error, error.rpartition(".")[2]}
    assert run.error["exception_message"].startswith(message)
    assert run.error["exception_message"].endswith("\n")
    assert (run.error["node_id"], run.error["node_type"]) == ("s", kind)
    assert exam.run(sleeping()).status == "success"


def test_an_error_while_others_sleep_ends_the_run_at_once(exam: Client) -> None:
    graph = sleeping("ExamSleep", 30)
    graph |= {"bad": node("ExamBoom", value=next(_TAGS), how="error"), "out2": node("ExamShow", value=["bad", 0])}
    begin = time.monotonic()
    run = exam.run(graph)
    assert time.monotonic() - begin < 15
    assert run.error["node_id"] == "bad"
    graph = sleeping("ExamSleep", 30)
    graph |= {"bad": node("ExamSleepBoom", value=next(_TAGS), seconds=0.2), "out2": node("ExamShow", value=["bad", 0])}
    assert exam.run(graph).error["node_id"] == "bad"
    assert exam.run(sleeping()).status == "success"


def test_coroutines_are_cached(exam: Client, caching: bool) -> None:
    graph = sleeping()
    exam.run(graph)
    assert ("s" in exam.run(graph).ran) is not caching


def test_coroutines_and_their_threads_know_their_node(exam: Client) -> None:
    assert exam.run(sleeping("ExamThread", 0.05)).value == "s"
    graph = {"r": node("ExamRange", count=2), "s": node("ExamContext", value=["r", 0], seconds=0.05),
             "w": node("ExamWhole", items=["s", 0], literal=0)}  # fmt: skip
    assert "['s/0 s/0', 's/1 s/1']" in exam.run(shown(["w", 0], **graph)).text()[0]


def test_a_progress_bar(exam: Client) -> None:
    run = exam.run(sleeping("ExamBar"))
    told = [(data["value"], data["max"], data["node"], data["prompt_id"]) for data in run.of("progress")]
    assert told == [(v, m, "s", run.prompt_id) for v, m in ((1, 3), (2, 3), (5, 10), (10, 10))]
    states = [message["nodes"]["s"] for message in run.of("progress_state") if "s" in message["nodes"]]
    assert [(s["value"], s["max"], s["state"]) for s in states[:6]] == [
        (0.0, 1.0, "running"), (1, 3, "running"), (2, 3, "running"), (5, 10, "running"), (10, 10, "running"),
        (10, 10, "finished"),
    ]  # fmt: skip
    kinds = [kind for kind in run.kinds if kind in {"progress", "progress_state"}]
    assert kinds[:5] == ["progress_state", "progress_state", "progress", "progress_state", "progress"]


@pytest.mark.parametrize("features", [None, {"supports_preview_metadata": True}, {"supports_preview_metadata": 1}])
@pytest.mark.parametrize("kind", ["ExamBarPreview", "ExamTellSync", "ExamTellAsync"])
def test_previews(classic: Server, kind: str, features: dict[str, Any] | None) -> None:
    from io import BytesIO

    from PIL import Image

    with client_of(classic.url, features=features) as client:
        run = client.run(sleeping(kind))
    (frame,) = run.frames
    with Image.open(BytesIO(frame.picture)) as picture:
        assert picture.format == "JPEG"
        wide = picture.size[0] / picture.size[1]
        assert wide == (1 if kind == "ExamTellAsync" else 2)
        if kind == "ExamBarPreview":
            assert picture.size == (128, 64), "fitted into the square that the node asked for"
    if features is not None and features["supports_preview_metadata"] is True:
        assert frame.event == 4
        assert frame.about == {
            "node_id": "s", "prompt_id": run.prompt_id, "display_node_id": "s", "parent_node_id": None,
            "real_node_id": "s", "image_type": "image/jpeg",
        }  # fmt: skip
    else:
        assert frame.event == 1
        assert frame.payload[:4] == b"\0\0\0\1"


def test_progress_by_both_interfaces(one: Client) -> None:
    sync = one.run(sleeping("ExamTellSync"))
    assert [(d["value"], d["max"]) for d in sync.of("progress")] == [(1, 4), (4, 4)]
    both = one.run(sleeping("ExamTellAsync"))
    assert [(d["value"], d["max"], d["node"]) for d in both.of("progress")] == [(0.5, 1.0, "s"), (2, 3, "other")]


def test_interruption_between_steps(exam: Client) -> None:
    prompt_id = exam.queue(sleeping("ExamBlocking", 60))
    exam.listen(prompt_id, "progress")
    begin = time.monotonic()
    assert exam.post("/interrupt").status_code == 200
    run = exam.follow(prompt_id)
    assert time.monotonic() - begin < 10
    (told,) = run.of("execution_interrupted")
    assert set(told) == {"prompt_id", "node_id", "node_type", "executed", "timestamp"}
    assert (told["node_id"], told["node_type"]) == ("s", "ExamBlocking")
    assert (run.status, run.record["status"]["completed"]) == ("error", False)
    assert [kind for kind, _ in run.record["status"]["messages"]][-1] == "execution_interrupted"
    assert run.record["status"]["messages"][-1][1] == told
    assert run.of("execution_success") == run.of("execution_error") == []
    assert exam.run(sleeping()).status == "success", "the flag is cleared"


def test_interruption_of_coroutines(exam: Client) -> None:
    graph = sleeping("ExamSleep", 60)
    graph |= {"t": node("ExamSleep", value=next(_TAGS), seconds=60), "out2": node("ExamShow", value=["t", 0])}
    prompt_id = exam.queue(graph)
    exam.listen(prompt_id, "executing")
    begin = time.monotonic()
    assert exam.post("/interrupt", {"prompt_id": prompt_id}).status_code == 200
    run = exam.follow(prompt_id)
    assert time.monotonic() - begin < 10
    assert len(run.of("execution_interrupted")) == 1


def test_interruption_names_one_prompt_or_none(one: Client) -> None:
    prompt_id = one.queue(sleeping("ExamBlocking", 60))
    waits = one.queue(sleeping())
    one.listen(prompt_id, "progress")
    for body in ({"prompt_id": "somebody else"}, {"prompt_id": waits}):
        assert one.post("/interrupt", body).status_code == 200
    time.sleep(0.3)
    one.running(prompt_id)
    for body in (b"{ broken", b"", b"[]"):
        assert one.post("/interrupt", body, headers={"Content-Type": "application/json"}).status_code == 200
        break
    assert one.follow(prompt_id).of("execution_interrupted")
    assert one.follow(waits).status == "success"


def test_interruption_when_nothing_runs_does_nothing(one: Client) -> None:
    one.idle()
    reply = one.post("/interrupt")
    assert (reply.status_code, reply.content) == (200, b"")
    assert one.run(sleeping()).status == "success"


def test_a_node_that_interrupts_itself(exam: Client) -> None:
    run = exam.run(shown(["b", 0], b=node("ExamBoom", value=next(_TAGS), how="interrupt")))
    assert run.of("execution_interrupted")[0]["node_id"] == "b"
    assert run.status == "error"


def test_a_deaf_node_is_stopped_all_the_same(one: Client) -> None:
    """Ends within seconds, although the node never looks; the next prompt finds a new worker."""
    prompt_id = one.queue(sleeping("ExamDeaf", 90))
    one.listen(prompt_id, "executing")
    begin = time.monotonic()
    one.post("/interrupt")
    run = one.follow(prompt_id)
    assert time.monotonic() - begin < 10
    assert run.of("execution_interrupted")[0]["node_id"] == "s"
    assert one.run(sleeping()).status == "success"


def test_two_clients_hear_of_their_own_prompts_only(exam: Client, mode: str, request: pytest.FixtureRequest) -> None:
    with client_of(request.getfixturevalue(mode).url) as other:
        mine, theirs = exam.queue(sleeping("ExamBar")), other.queue(sleeping("ExamBar"))
        runs = exam.follow(mine), other.follow(theirs)
        for client, run in zip((exam, other), runs, strict=True):
            client.idle()
            late = client.silent()
            for kind, data in [*run.messages, *late]:
                if kind != "status":
                    assert data.get("prompt_id") == run.prompt_id, (kind, data)
                if kind == "progress_state":
                    assert {state["prompt_id"] for state in data["nodes"].values()} == {run.prompt_id}


def test_without_a_client_progress_goes_to_all_and_the_rest_to_nobody(one: Client) -> None:
    assert one.ws
    reply = one.post("/prompt", {"prompt": sleeping("ExamBarPreview")})
    prompt_id = reply.json()["prompt_id"]
    one.until(f"/history/{prompt_id}", bool)
    one.idle()
    told = one.silent(0.5)
    assert {kind for kind, _ in told} == {"status", "progress_state", "progress", "binary"}
    (frame,) = [data["frame"] for kind, data in told if kind == "binary"]
    assert frame.event == 1
    record = one.json(f"/history/{prompt_id}")[prompt_id]
    assert "client_id" not in record["prompt"][3]
    assert [kind for kind, _ in record["status"]["messages"]] == [
        "execution_start", "execution_cached", "execution_success"]  # fmt: skip


def test_an_interruption_without_a_client_goes_to_all(one: Client) -> None:
    assert one.ws
    prompt_id = one.post("/prompt", {"prompt": sleeping("ExamBlocking", 60)}).json()["prompt_id"]
    one.running(prompt_id)
    one.post("/interrupt")
    run = one.listen(prompt_id, "execution_interrupted")
    assert "execution_start" not in run.kinds
