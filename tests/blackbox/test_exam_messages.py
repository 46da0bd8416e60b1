"""The WebSocket: greetings, feature flags, the order of a run, errors as they are told (contract 2, 3.2)."""

import json
import re
import time
from itertools import count
from typing import Any

import pytest
from exam_client import Client, client_of, node, shown

from serving import Server

_TAGS = count(100_000)
GREETING = {"status": {"exec_info": {"queue_remaining": 0}}}


def quick() -> dict[str, Any]:
    return shown(["1", 0], **{"1": node("ExamCounter", tag=next(_TAGS))})


def test_the_first_message(classic: Server) -> None:
    with client_of(classic.url, "my id") as client:
        client.idle()
        assert client.ws
        assert client.greetings == [("status", {**GREETING, "sid": "my id"})]
        assert all(told == ("status", GREETING) for told in client.silent()), "at most of the prompt before"


@pytest.mark.parametrize("path", ["/ws", "/api/ws", "/ws?clientId="])
def test_a_client_without_id_gets_one(classic: Server, path: str) -> None:
    from websockets.sync.client import connect

    with connect(f"ws://{classic.address}{path}", proxy=None) as socket:
        told = json.loads(socket.recv(5))
    assert told["type"] == "status"
    assert re.fullmatch("[0-9a-f]{32}", told["data"]["sid"])


@pytest.mark.parametrize("path", ["/ws", "/api/ws"])
def test_a_plain_get_is_refused(one: Client, path: str) -> None:
    assert one.get(path).status_code == 400


def test_feature_flags_are_answered_once(classic: Server) -> None:
    answer = ("feature_flags", {"supports_preview_metadata": True, "max_upload_size": 104857600})
    with client_of(classic.url, features={"supports_preview_metadata": True, "supports_manager_v4_ui": True}) as client:
        assert client.ws
        assert client.greetings[1] == answer
        client.send("feature_flags", {"supports_preview_metadata": False})
        assert client.silent() == []
    with client_of(classic.url) as client:
        client.send("something", {"else": 1})
        client.send("feature_flags", {"supports_preview_metadata": True})
        assert client.silent() == [], "only the first message counts"


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "3", '{"type": 5}', '{"type": "feature_flags"}'])
def test_odd_messages_do_no_harm(classic: Server, text: str) -> None:
    with client_of(classic.url) as client:
        client.ws.send(text)
        client.silent(0.2)
        assert client.run(quick()).status == "success"


def test_the_order_of_a_run(exam: Client) -> None:
    exam.idle()
    run = exam.run(quick())
    statuses = [data["status"]["exec_info"]["queue_remaining"] for data in run.of("status")]
    assert statuses[0] == 1
    assert statuses[-1] == 0
    expected = [
        "execution_start", "execution_cached",
        "progress_state", "executing", "progress_state",
        "progress_state", "executing", "executed", "progress_state",
        "execution_success", "executing",
    ]  # fmt: skip
    assert [kind for kind in run.kinds if kind != "status"] == expected
    assert run.kinds.index("execution_start") > 0, "the queue is told of first"
    last = run.kinds[-2:]
    assert last == ["status", "executing"]
    assert run.kinds.index("execution_success") < len(run.kinds) - 2
    states = [(data["nodes"].keys(), [s["state"] for s in data["nodes"].values()]) for data in run.of("progress_state")]
    assert [list(names) for names, _ in states] == [["1"], ["1"], ["1", "out"], ["1", "out"]]
    assert [found for _, found in states] == [
        ["running"], ["finished"], ["finished", "running"], ["finished", "finished"]]  # fmt: skip


def test_the_fields_of_the_messages(exam: Client) -> None:
    before = time.time() * 1000
    run = exam.run(quick())
    after = time.time() * 1000
    ident = {"prompt_id": run.prompt_id}
    (start,), (cached,), (success,) = (run.of(k) for k in ("execution_start", "execution_cached", "execution_success"))
    for message, more in ((start, {}), (cached, {"nodes": []}), (success, {})):
        stamp = message["timestamp"]
        assert message == ident | more | {"timestamp": stamp}
        assert type(stamp) is int
        assert before - 1000 <= stamp <= after + 1000
    assert run.of("executing")[0] == {"node": "1", "display_node": "1", **ident}
    assert run.of("executing")[-1] == {"node": None, **ident}
    output = run.record["outputs"]["out"]
    assert run.of("executed") == [{"node": "out", "display_node": "out", "output": output, **ident}]
    assert run.of("progress_state")[0] == {
        **ident,
        "nodes": {
            "1": {"value": 0.0, "max": 1.0, "state": "running", "node_id": "1", "prompt_id": run.prompt_id,
                  "display_node_id": "1", "parent_node_id": None, "real_node_id": "1"},
        },
    }  # fmt: skip
    assert run.record["status"] == {
        "status_str": "success", "completed": True,
        "messages": [["execution_start", start], ["execution_cached", cached], ["execution_success", success]],
    }  # fmt: skip
    assert run.record["meta"] == {
        "out": {"node_id": "out", "display_node": "out", "parent_node": None, "real_node_id": "out"}}  # fmt: skip
    assert list(run.record) == ["prompt", "outputs", "status", "meta"]
    number, prompt_id, prompt, extra, outputs = run.record["prompt"]
    assert (type(number), prompt_id, extra, outputs) == (int, run.prompt_id, {"client_id": exam.name}, ["out"])
    assert set(prompt) == {"1", "out"}


def test_an_error(exam: Client) -> None:
    graph = shown(
        ["bad", 0], good=node("ExamCounter", tag=next(_TAGS)), bad=node("ExamBoom", value=["t", 0], how="error")
    )
    graph["t"] = node("ExamVariadic", first=["good", 0])
    graph["never"] = node("ExamShow", value=["bad", 0], note="never")
    run = exam.run(graph)
    error = dict(run.error)
    assert error.pop("timestamp") > 0
    traceback = error.pop("traceback")
    assert traceback
    assert all(isinstance(line, str) for line in traceback)
    assert "it went wrong" in "".join(traceback)
    assert "t" in error.pop("current_outputs")
    assert set(error.pop("executed")) == {"good", "t"}
    value = f"first={run.error['current_inputs']['value'][0].partition('=')[2]}"
    assert error == {
        "prompt_id": run.prompt_id, "node_id": "bad", "node_type": "ExamBoom",
        "exception_message": "it went wrong: ü\n", "exception_type": "ValueError",
        "current_inputs": {"value": [value], "how": ["error"]},
    }  # fmt: skip
    assert [kind for kind in run.kinds if kind != "status"][-2:] == ["execution_error", "executing"]
    assert run.of("status")[-1]["status"]["exec_info"]["queue_remaining"] == 0
    assert run.kinds[-2:] == ["status", "executing"]
    assert not {"out", "never"} & set(run.ran)
    status = run.record["status"]
    assert (status["status_str"], status["completed"]) == ("error", False)
    assert [kind for kind, _ in status["messages"]] == ["execution_start", "execution_cached", "execution_error"]
    assert status["messages"][-1][1] == run.error
    assert run.record["outputs"] == {}


def test_errors_of_other_kinds(exam: Client) -> None:
    own = exam.run(shown(["b", 0], b=node("ExamBoom", value=next(_TAGS), how="own")))
    assert own.error["exception_type"].endswith(".values.ExamError")
    assert own.error["exception_message"] == "our own\n"
    left = exam.run(shown(["b", 0], b=node("ExamBoom", value=next(_TAGS), how="exit")))
    assert left.error["exception_type"] == "SystemExit"
    bad = exam.run(shown(["b", 0], b=node("ExamBoom", value=next(_TAGS), how="bad result")))
    assert bad.error["node_id"] == "b"
    assert exam.run(quick()).status == "success"


def test_classes_that_are_no_nodes(exam: Client) -> None:
    assert exam.run(shown(["b", 0], b=node("ExamUnmade"))).error["exception_message"] == "not made\n"
    assert exam.run(shown(["b", 0], b=node("ExamUnfinished"))).error["exception_type"] == "AttributeError"
    assert exam.run(quick()).status == "success"


def test_a_long_text(one: Client) -> None:
    run = one.run({"l": node("ExamLong", count=3_000_000)})
    assert len(run.text("l")[0]) == 3_000_000
    assert len(run.of("executed")[0]["output"]["text"][0]) == 3_000_000


def test_a_text_too_long_for_the_wire_fails_alone(one: Client) -> None:
    run = one.run({"l": node("ExamLong", count=6_000_000)})
    assert run.status == "error"
    assert one.run(quick()).status == "success"


def test_current_inputs_are_plain(exam: Client) -> None:
    graph = shown(["b", 0], t=node("ExamThing"), b=node("ExamBoom", value=["t", 0], how="error"))
    (value,) = exam.run(graph).error["current_inputs"]["value"]
    assert value.startswith("<object object")
    graph = shown(["b", 0], r=node("ExamRange", count=3), b=node("ExamBoom", value=["r", 0], how="error"))
    assert exam.run(graph).error["current_inputs"] == {"value": [0, 1, 2], "how": ["error"]}


def test_too_little_memory_gets_a_tip(one: Client) -> None:
    graph = {"p": node("ExamPicture", content="WHITE", width=8, height=8, batch=1),
             "m": node("ExamOutOfMemory", image=["p", 0]), "s": node("PreviewImage", images=["m", 0])}  # fmt: skip
    message = one.run(graph).error["exception_message"]
    assert message.startswith("nothing left\n")
    assert len(message) > len("nothing left\n")


def test_a_client_that_comes_back_hears_where_its_prompt_is(classic: Server) -> None:
    with client_of(classic.url, "comes back") as client:
        prompt_id = client.queue(shown(["s", 0], s=node("ExamBlocking", value=next(_TAGS), seconds=60)))
        client.listen(prompt_id, "progress")
        with client_of(classic.url, "comes back") as again, client_of(classic.url, "stranger") as stranger:
            assert again.ws
            assert again.greetings[0][1]["sid"] == "comes back"
            assert again.told() == ("executing", {"node": "s"})
            assert stranger.ws
            assert [kind for kind, _ in stranger.silent() if kind != "status"] == []
            again.post("/interrupt")
            again.listen(prompt_id, "executing", wanted=lambda data: data.get("node", 0) is None)


def test_texts_of_nodes_and_pictures_as_results(one: Client) -> None:
    graph = {
        "p": node("ExamPicture", content="WHITE", width=24, height=8, batch=2),
        "size": node("GetImageSize", image=["p", 0]),
        "w": node("SaveImageWebsocket", images=["p", 0]),
    }
    run = one.run(shown(["size", 0], **graph))
    texts = [frame for frame in run.frames if frame.event == 3]
    assert len(texts) == 1
    assert texts[0].payload.startswith(b"\0\0\0\4size")
    assert b"24" in texts[0].payload
    pictures = [frame for frame in run.frames if frame.event == 1]
    assert len(pictures) == 2
    assert all(frame.payload.startswith(b"\0\0\0\2\x89PNG") for frame in pictures)


def test_all_hear_of_the_queue(classic: Server) -> None:
    with client_of(classic.url) as one, client_of(classic.url) as other:
        assert other.ws
        one.idle()
        one.run(quick())
        told = other.silent(0.5)
        assert {kind for kind, _ in told} == {"status"}
        assert told[-1][1] == GREETING
        prompt_id = one.queue(shown(["s", 0], s=node("ExamBlocking", value=next(_TAGS), seconds=60)))
        waiting = [one.queue(quick()) for _ in range(2)]
        one.running(prompt_id)
        other.silent(0.5)
        one.post("/queue", {"delete": waiting[:1]})
        assert other.told()[1]["status"]["exec_info"]["queue_remaining"] == 2
        one.post("/queue", {"clear": True})
        assert other.told()[1]["status"]["exec_info"]["queue_remaining"] == 1
        one.post("/interrupt")
        one.idle()
