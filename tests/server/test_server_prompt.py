"""``POST /prompt``: what is taken, in which order things happen, and each way to be turned away."""

import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from served import GRAPH, Client, InProcess

from dgx_pixels.core.limits import MAX_GRAPH_BYTES, MAX_GRAPH_NODES, MAX_JSON_DEPTH

ERROR_KEYS = {"type", "message", "details", "extra_info"}


@pytest.fixture
def client(server: InProcess) -> Iterator[Client]:
    made = Client(server.port)
    yield made
    made.post("/queue", {"clear": True})
    made.close()


@pytest.mark.parametrize("path", ["/prompt", "/api/prompt"])
def test_a_graph_is_taken(client: Client, path: str) -> None:
    reply = client.post(path, {"prompt": GRAPH})
    assert reply.status == 200
    body = reply.json()
    assert list(body) == ["prompt_id", "number", "node_errors"]
    assert body["node_errors"] == {}
    assert isinstance(body["number"], int)
    assert b'", "number": ' in reply.body


def test_the_counter_goes_on_even_when_nothing_is_taken(client: Client) -> None:
    first = client.post("/prompt", {"prompt": GRAPH}).json()["number"]
    assert client.post("/prompt", {}).status == 400
    assert client.post("/prompt", {"prompt": {"1": {"class_type": "Nothing"}}}).status == 400
    assert client.post("/prompt", {"prompt": GRAPH}).json()["number"] == first + 3


def test_a_given_number_is_a_float_and_leaves_the_counter(client: Client) -> None:
    first = client.post("/prompt", {"prompt": GRAPH}).json()["number"]
    assert client.post("/prompt", {"prompt": GRAPH, "number": 7}).body.find(b'"number": 7.0,') > 0
    assert client.post("/prompt", {"prompt": GRAPH, "number": "-2.5"}).json()["number"] == -2.5
    front = client.post("/prompt", {"prompt": GRAPH, "front": True}).json()["number"]
    assert front == -(first + 1)


def test_the_first_front_prompt_is_zero(serve) -> None:
    assert serve().client.post("/prompt", {"prompt": GRAPH, "front": True}).json()["number"] == 0


def test_no_prompt(client: Client) -> None:
    reply = client.post("/prompt", {"client_id": "c"})
    assert reply.status == 400
    error = {"type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided", "extra_info": {}}
    assert reply.json() == {"error": error, "node_errors": {}}


def test_errors_of_nodes_are_told(client: Client) -> None:
    broken = {**GRAPH, "3": {"class_type": "SaveImage", "inputs": {"filename_prefix": "y"}}}
    reply = client.post("/prompt", {"prompt": {"3": broken["3"]}})
    assert reply.status == 400
    assert reply.json()["error"]["type"] == "prompt_outputs_failed_validation"
    assert reply.json()["error"]["details"] == "Required input is missing: images"
    reply = client.post("/prompt", {"prompt": broken})
    assert reply.status == 200, "one valid output is enough"
    assert list(reply.json()["node_errors"]) == ["3"]


def test_targets(client: Client) -> None:
    two = {**GRAPH, "9": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "y"}}}
    job = client.post("/prompt", {"prompt": two, "partial_execution_targets": ["9"]}).json()["prompt_id"]
    (item,) = [i for i in client.get("/queue").json()["queue_pending"] if i[1] == job]
    assert item[4] == ["9"]
    reply = client.post("/prompt", {"prompt": two, "partial_execution_targets": []})
    assert (reply.status, reply.json()["error"]["type"]) == (400, "prompt_no_outputs")


def test_the_clients_own_id(client: Client) -> None:
    assert client.post("/prompt", {"prompt": GRAPH, "prompt_id": "mine"}).json()["prompt_id"] == "mine"
    again = client.post("/prompt", {"prompt": GRAPH, "prompt_id": "mine"})
    assert (again.status, again.json()["error"]["type"]) == (400, "prompt_id_in_use")
    assert set(again.json()["error"]) == ERROR_KEYS
    client.post("/queue", {"delete": ["mine"]})
    assert client.post("/prompt", {"prompt": GRAPH, "prompt_id": "mine"}).status == 200
    assert client.post("/prompt", {"prompt": GRAPH, "prompt_id": 17}).json()["prompt_id"] == "17"


def test_equal_numbers_and_ids_hurt_nobody(client: Client) -> None:
    """Six of these kill ComfyUI's worker for good."""
    replies = [client.post("/prompt", {"prompt": GRAPH, "number": 5, "prompt_id": "same"}) for _ in range(6)]
    assert [reply.status for reply in replies] == [200, 400, 400, 400, 400, 400]
    assert client.post("/prompt", {"prompt": GRAPH}).status == 200


def test_an_id_is_taken_once_however_many_ask_at_once(server: InProcess) -> None:
    def ask(_: int) -> int:
        own = Client(server.port)
        status = own.post("/prompt", {"prompt": GRAPH, "prompt_id": "race"}).status
        own.close()
        return status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(ask, range(16)))
    assert statuses == [200] + [400] * 15


def test_an_idempotency_key_gives_the_same_job(client: Client) -> None:
    first = client.post("/prompt", {"prompt": GRAPH}, Idempotency_Key="k1").json()
    second = client.post("/prompt", {"prompt": GRAPH}, Idempotency_Key="k1").json()
    assert second["prompt_id"] == first["prompt_id"]
    assert second["number"] == first["number"]
    own = {"prompt": GRAPH, "prompt_id": "own"}
    assert [client.post("/prompt", own, Idempotency_Key="k2").status for _ in range(2)] == [200, 200]
    assert sum(item[1] == "own" for item in client.get("/queue").json()["queue_pending"]) == 1


def test_a_full_queue_is_429(serve) -> None:
    client = serve(max_queue=2).client
    assert [client.post("/prompt", {"prompt": GRAPH}).status for _ in range(3)] == [200, 200, 429]
    reply = client.post("/prompt", {"prompt": GRAPH})
    assert int(reply["retry-after"]) > 0
    assert reply.json()["error"]["type"] == "queue_full"
    assert reply.json()["node_errors"] == {}


def test_nothing_is_taken_while_the_server_drains(serve) -> None:
    server = serve()
    server.draining = True
    reply = server.client.post("/prompt", {"prompt": GRAPH})
    assert (reply.status, reply.json()["error"]["type"]) == (503, "stopping")
    assert int(reply["retry-after"]) > 0
    assert server.client.get("/history").status == 200


def nested(depth: int) -> dict:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return {"prompt": GRAPH, "extra_data": {"x": value}}


BAD = {
    "no JSON": b"{",
    "empty": b"",
    "no object": b"[1]",
    "null": b"null",
    "no UTF-8": b'{"prompt": "\xff"}',
    "NaN": b'{"prompt": {"1": {"class_type": "EmptyImage", "inputs": {"width": NaN}}}}',
    "Infinity": json.dumps({"prompt": GRAPH, "number": math.inf}).encode(),
    "an infinite number": b'{"prompt": {}, "number": 1e999}',
    "an infinite word": json.dumps({"prompt": GRAPH, "number": "inf"}).encode(),
    "no number": json.dumps({"prompt": GRAPH, "number": {}}).encode(),
    "a number beyond 64 bits": json.dumps({"prompt": GRAPH, "number": 1e300}).encode(),
    "an integer of 5000 digits": b'{"prompt": {}, "number": ' + b"9" * 5000 + b"}",
    "a list of nodes": json.dumps({"prompt": [GRAPH["1"]]}).encode(),
    "a node that is none": json.dumps({"prompt": {"1": 5}}).encode(),
    "a class that is no text": json.dumps({"prompt": {"1": {"class_type": ["a"], "inputs": {}}}}).encode(),
    "no nodes": json.dumps({"prompt": {}}).encode(),
    "targets that are none": json.dumps({"prompt": GRAPH, "partial_execution_targets": "2"}).encode(),
    "extra data that is none": json.dumps({"prompt": GRAPH, "extra_data": [1]}).encode(),
    "an id too long": json.dumps({"prompt": GRAPH, "prompt_id": "x" * 300}).encode(),
    "an id that is no text": b'{"prompt": ' + json.dumps(GRAPH).encode() + b', "prompt_id": "\\ud800"}',
    "a client that is no text": b'{"prompt": ' + json.dumps(GRAPH).encode() + b', "client_id": "\\udfff"}',
    "an id with NUL": json.dumps({"prompt": GRAPH, "prompt_id": "a\0b"}).encode(),
    "a cycle": json.dumps(
        {"prompt": {"2": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "x"}}}}
    ).encode(),
    "too deep": json.dumps(nested(MAX_JSON_DEPTH)).encode(),
    "100,000 deep": b"[" * 100_000,
    "too many nodes": json.dumps({"prompt": {str(i): GRAPH["1"] for i in range(MAX_GRAPH_NODES + 1)}}).encode(),
    "a name too long": json.dumps({"prompt": {"x" * 70_000: GRAPH["2"]}}).encode(),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_what_is_wrong_is_a_400_that_says_so(client: Client, body: bytes) -> None:
    reply = client.post("/prompt", body)
    assert reply.status == 400
    assert set(reply.json()) == {"error", "node_errors"}
    assert set(reply.json()["error"]) == ERROR_KEYS
    assert "site-packages" not in reply.text
    assert client.post("/prompt", {"prompt": GRAPH}).status == 200


def test_as_deep_as_may_be(client: Client) -> None:
    assert client.post("/prompt", nested(MAX_JSON_DEPTH - 3)).status == 200


def test_too_large_a_body_is_413(client: Client) -> None:
    assert client.post("/prompt", {"prompt": GRAPH, "extra_data": {"x": "y" * MAX_GRAPH_BYTES}}).status == 413
    assert client.post("/prompt", {"prompt": GRAPH}).status == 200


def test_a_big_graph_that_is_right_is_taken(client: Client) -> None:
    graph = {**GRAPH, **{str(i): GRAPH["2"] for i in range(10, 3000)}}
    reply = client.post(
        "/prompt", {"prompt": graph, "extra_data": {"extra_pnginfo": {"workflow": {"x": "y" * 300_000}}}}
    )
    assert reply.status == 200
    (item,) = [i for i in client.get("/queue").json()["queue_pending"] if i[1] == reply.json()["prompt_id"]]
    assert item[2] == graph


def test_secrets_reach_neither_disk_nor_queue(serve) -> None:
    server = serve()
    extra = {"auth_token_comfy_org": "s3cret-1", "api_key_comfy_org": "s3cret-2", "kept": 1}
    job = server.client.post("/prompt", {"prompt": GRAPH, "extra_data": extra}).json()["prompt_id"]
    assert server.client.get(f"/api/jobs/{job}").json()["workflow"]["extra_data"] == {"kept": 1}
    server.stop()
    for path in server.settings.home.rglob("*"):
        assert not path.is_file() or b"s3cret" not in path.read_bytes()
