"""Queue, history, priorities, both kinds of deletion, jobs (contract 1.2, 1.3, 3; clients.md)."""

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from exam_client import Client, client_of, node, shown

from serving import Server

_TAGS = count(200_000)


def quick() -> dict[str, Any]:
    return shown(["1", 0], **{"1": node("ExamCounter", tag=next(_TAGS))})


@pytest.fixture
def busy(classic: Server) -> Iterator[Client]:
    """A client whose first prompt runs for as long as the test does."""
    with client_of(classic.url) as client:
        client.idle()
        prompt_id = client.queue(shown(["s", 0], s=node("ExamBlocking", value=next(_TAGS), seconds=90)))
        client.running(prompt_id)
        client.runs = prompt_id
        yield client
        client.post("/queue", {"clear": True})
        client.post("/interrupt")
        client.idle()


def pending(client: Client) -> list[list[Any]]:
    return client.json("/queue")["queue_pending"]


def test_how_many_remain(one: Client) -> None:
    one.idle()
    assert one.get("/prompt").text == '{"exec_info": {"queue_remaining": 0}}'
    assert one.json("/api/prompt") == {"exec_info": {"queue_remaining": 0}}
    assert one.get("/queue").text == '{"queue_running": [], "queue_pending": []}'


def test_items_of_the_queue(busy: Client) -> None:
    graph = quick()
    graph["1"]["inputs"]["tag"] = str(graph["1"]["inputs"]["tag"])
    reply = busy.submit(graph, extra_data={"extra_pnginfo": {"workflow": 1}, "api_key_comfy_org": "secret"})
    body = reply.json()
    queue = busy.json("/queue")
    (running,), (item,) = queue["queue_running"], queue["queue_pending"]
    assert running[1] == busy.runs
    graph["1"]["inputs"]["tag"] = int(graph["1"]["inputs"]["tag"])
    extra = {"extra_pnginfo": {"workflow": 1}, "client_id": busy.name}
    assert item == [body["number"], body["prompt_id"], graph, extra, ["out"]], (
        "exactly five, after coercion, no secrets"
    )
    assert busy.json("/prompt")["exec_info"]["queue_remaining"] == 2
    assert "secret" not in busy.get("/queue").text


def test_the_reply_to_a_prompt(busy: Client) -> None:
    reply = busy.submit(quick())
    assert list(reply.json()) == ["prompt_id", "number", "node_errors"]
    assert len(reply.json()["prompt_id"]) == 36
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert f'"number": {reply.json()["number"]}, ' in reply.text


def test_numbers(busy: Client) -> None:
    first = busy.submit(quick()).json()["number"]
    assert type(first) is int
    assert busy.submit(quick(), number=3).text.count('"number": 3.0')
    assert busy.submit(quick(), number="2.5").json()["number"] == 2.5
    assert busy.submit({"1": node("Nothing")}).status_code == 400
    assert busy.post("/prompt", {}).status_code == 400
    assert busy.submit(quick()).json()["number"] == first + 3, "the counter advances even where nothing is taken"
    front = busy.submit(quick(), front=True).json()["number"]
    assert front == -(first + 4)
    order = sorted(pending(busy), key=lambda item: (item[0], item[1]))
    assert [item[0] for item in order] == [front, 2.5, 3.0, first, first + 3]


def test_the_lowest_number_runs_first(one: Client) -> None:
    one.idle()
    blocker = one.queue(shown(["s", 0], s=node("ExamBlocking", value=next(_TAGS), seconds=90)))
    one.running(blocker)
    ids = {name: one.queue(quick(), **more) for name, more in
           {"last": {}, "first": {"front": True}, "second": {"number": -0.5}}.items()}  # fmt: skip
    one.post("/interrupt")
    order: list[str] = []
    while len(order) < 3:
        kind, data = one.told()
        if kind == "execution_start" and data["prompt_id"] in ids.values():
            order.append(data["prompt_id"])
    assert order == [ids["first"], ids["second"], ids["last"]]


def test_an_id_of_the_clients_own(one: Client) -> None:
    reply = one.submit(quick(), prompt_id="my own / id ü")
    assert reply.json()["prompt_id"] == "my own / id ü"
    assert one.submit(quick(), prompt_id=12345).json()["prompt_id"] == "12345"
    one.idle()
    assert list(one.json("/history/12345")) == ["12345"]
    first = one.json("/history/12345")["12345"]
    one.idle()
    again = one.run(quick(), prompt_id="12345")
    assert again.record["outputs"] == one.json("/history/12345")["12345"]["outputs"]
    assert again.record["prompt"][0] > first["prompt"][0], "the later run takes the place of the earlier"


def test_pending_prompts_are_deleted(busy: Client) -> None:
    ids = [busy.queue(quick()) for _ in range(4)]
    assert {item[1] for item in pending(busy)} == set(ids)
    reply = busy.post("/queue", {"delete": [ids[1], "unknown"]})
    assert (reply.status_code, reply.content, reply.headers["content-length"]) == (200, b"", "0")
    assert {item[1] for item in pending(busy)} == set(ids) - {ids[1]}
    busy.post("/api/queue", {"delete": [ids[0]], "other": 1})
    assert busy.json(f"/history/{ids[0]}") == {}
    busy.post("/queue", {"delete": [busy.runs]})
    busy.post("/queue", {"clear": True})
    assert pending(busy) == []
    assert busy.json("/queue")["queue_running"][0][1] == busy.runs, "running ones stay"
    assert busy.post("/queue", {}).status_code == 200
    assert busy.post("/queue", {"clear": False}).status_code == 200


def test_history(one: Client) -> None:
    one.idle()
    assert one.post("/history", {"clear": True}).content == b""
    assert one.get("/history").text == "{}"
    ids = [one.run(quick()).prompt_id for _ in range(5)]
    assert list(one.json("/history")) == ids, "oldest first"
    assert list(one.json("/api/history", max_items=2)) == ids[-2:]
    assert list(one.json("/history", max_items=2, offset=-1)) == ids[-2:]
    assert list(one.json("/history", max_items=2, offset=0)) == ids[:2]
    assert list(one.json("/history", max_items=2, offset=1)) == ids[1:3]
    assert list(one.json("/history", offset=3)) == ids[3:]
    assert list(one.json("/history", offset=9)) == []
    assert list(one.json("/history", max_items=100)) == ids
    assert one.json(f"/history/{ids[0]}").keys() == {ids[0]}
    assert one.json("/history/unknown") == {}
    assert one.json("/api/history/unknown") == {}
    one.post("/history", {"delete": [ids[1], "unknown"]})
    assert list(one.json("/history")) == [ids[0], *ids[2:]]
    one.post("/api/history", {"delete": [ids[0]]})
    assert one.json(f"/history/{ids[0]}") == {}


def test_clearing_history_leaves_the_queue(busy: Client) -> None:
    waiting = busy.queue(quick())
    busy.post("/history", {"clear": True})
    assert [item[1] for item in pending(busy)] == [waiting]
    assert busy.json("/history") == {}


@pytest.mark.parametrize("query", ["max_items=x", "offset=x", "max_items=1.5", "offset="])
def test_windows_that_are_no_numbers(one: Client, query: str) -> None:
    reply = one.get(f"/history?{query}")
    assert (reply.status_code, reply.text) == (500, "500 Internal Server Error\n\nServer got itself in trouble")
    assert reply.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/queue", "/history", "/free", "/settings", "/users"])
def test_bodies_that_are_no_json(one: Client, path: str) -> None:
    reply = one.post(path, b"{ nonsense")
    assert (reply.status_code, reply.text) == (500, "500 Internal Server Error\n\nServer got itself in trouble")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json", ""])
def test_json_whatever_the_content_type(one: Client, kind: str) -> None:
    import json

    body = json.dumps({"prompt": quick()}).encode()
    assert one.post("/prompt", body, headers={"Content-Type": kind}).status_code == 200
    one.idle()


def test_free(one: Client) -> None:
    for body in ({}, {"unload_models": True}, {"free_memory": True}, {"unload_models": False, "free_memory": False}):
        reply = one.post("/free", body)
        assert (reply.status_code, reply.content) == (200, b"")


def test_jobs(one: Client) -> None:
    one.idle()
    one.post("/history", {"clear": True})
    graph = {"p": node("ExamPicture", content="NOISE", width=8, height=8, batch=2),
             "s": node("SaveImage", images=["p", 0], filename_prefix="jobs")}  # fmt: skip
    done = one.run(graph, extra_data={"extra_pnginfo": {"workflow": {"id": "wf"}}}).prompt_id
    failed = one.run(shown(["b", 0], b=node("ExamBoom", value=next(_TAGS), how="error"))).prompt_id
    slow = one.queue(shown(["s", 0], s=node("ExamBlocking", value=next(_TAGS), seconds=90)))
    one.running(slow)
    waits = one.queue(quick())
    page = one.json("/api/jobs")
    assert page["pagination"] == {"offset": 0, "limit": page["pagination"]["limit"], "total": 4, "has_more": False}
    jobs = page["jobs"]
    assert [(job["id"], job["status"]) for job in jobs] == [
        (waits, "pending"), (slow, "in_progress"), (failed, "failed"), (done, "completed")]  # fmt: skip
    last = jobs[-1]
    assert (last["outputs_count"], last["workflow_id"], last["preview_output"]["type"]) == (2, "wf", "output")
    assert last["preview_output"]["nodeId"] == "s"
    assert last["preview_output"]["mediaType"] == "images"
    assert last["create_time"] <= last["execution_start_time"] <= last["execution_end_time"]
    assert [job["id"] for job in one.json("/api/jobs", status="completed,failed")["jobs"]] == [failed, done]
    part = one.json("/api/jobs", limit=1, offset=1)
    assert [job["id"] for job in part["jobs"]] == [slow]
    assert part["pagination"] == {"offset": 1, "limit": 1, "total": 4, "has_more": True}
    detail = one.json(f"/api/jobs/{done}")
    record = one.json(f"/history/{done}")[done]
    assert detail["outputs"] == record["outputs"]
    assert detail["execution_status"] == record["status"]
    assert detail["workflow"]["prompt"] == record["prompt"][2]
    unknown = one.get("/api/jobs/unknown")
    assert (unknown.status_code, unknown.json()) == (404, {"error": "Job not found"})
    one.post("/interrupt", {"prompt_id": slow})
    one.idle()
    assert one.json("/api/jobs", status="cancelled")["jobs"][0]["id"] == slow


def test_many_clients_at_once(classic: Server) -> None:
    """Prompts of several clients, in order of arrival, each told of its own."""
    clients = [Client(classic.url) for _ in range(4)]
    try:
        ids = [client.queue(quick()) for client in clients for _ in range(5)]
        for index, client in enumerate(clients):
            runs = [client.follow(prompt_id) for prompt_id in ids[5 * index : 5 * index + 5]]
            assert [run.status for run in runs] == ["success"] * 5
        history = [prompt_id for prompt_id in clients[0].json("/history") if prompt_id in ids]
        assert history == ids
    finally:
        for client in clients:
            client.close()


def test_the_record_of_a_prompt_that_a_client_posted_alone(one: Client) -> None:
    reply = one.post("/prompt", {"prompt": quick(), "extra_data": {"client_id": "from extra data", "mine": 1}})
    prompt_id = reply.json()["prompt_id"]
    one.idle()
    record = one.json(f"/history/{prompt_id}")[prompt_id]
    assert record["prompt"][3] == {"client_id": "from extra data", "mine": 1}
    assert abs(record["status"]["messages"][0][1]["timestamp"] - time.time() * 1000) < 60_000
