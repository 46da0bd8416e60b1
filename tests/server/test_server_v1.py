"""Our own API: typed, described, idempotent."""

import subprocess
import sys

import pytest
from served import GRAPH, Client, InProcess, scaled

from dgx_pixels.core.limits import MAX_GRAPH_BYTES


def test_it_describes_itself(client: Client) -> None:
    described = client.get("/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/v1/jobs", "/v1/jobs/{job_id}", "/v1/jobs/{job_id}/cancel", "/v1/jobs/{job_id}/outputs", "/v1/queue",
        "/healthz", "/readyz",
    }  # fmt: skip
    submit = described["paths"]["/v1/jobs"]["post"]
    assert submit["requestBody"]["content"]["application/json"]["schema"]["required"] == ["graph"]
    assert {"201", "400", "409", "413", "429", "503"} <= set(submit["responses"])
    for path in described["paths"].values():
        for operation in path.values():
            assert operation["description"]


def test_the_life_of_a_job(client: Client) -> None:
    made = client.post("/v1/jobs", {"graph": GRAPH, "priority": 3}, Idempotency_Key="life")
    assert made.status == 201
    job = made.json()
    assert (job["state"], job["priority"], job["outputs"], job["error"]) == ("queued", 3, [], None)
    again = client.post("/v1/jobs", {"graph": GRAPH}, Idempotency_Key="life").json()
    assert again["id"] == job["id"]
    path = f"/v1/jobs/{job['id']}"
    assert client.get(path).json() == job
    assert client.get(path + "/outputs").json() == []
    assert client("DELETE", path).status == 409
    assert client.get("/v1/queue").json() == {"queued": 1, "running": 0}
    cancelled = client.post(path + "/cancel")
    assert (cancelled.status, cancelled.json()["state"]) == (202, "cancelled")
    assert client.post(path + "/cancel").json()["state"] == "cancelled"
    assert client("DELETE", path).status == 204
    assert client.get(path).status == 404


def test_lists(client: Client) -> None:
    ids = [client.post("/v1/jobs", {"graph": GRAPH}).json()["id"] for _ in range(3)]
    page = client.get("/v1/jobs?state=queued&limit=2&offset=1").json()
    assert [job["id"] for job in page["jobs"]] == [ids[1], ids[0]]
    assert (page["total"], page["offset"], page["limit"]) == (3, 1, 2)
    assert client.get("/v1/jobs?state=running&state=done").json()["jobs"] == []
    for query in ("state=odd", "limit=0", "limit=1001", "offset=-1", "limit=x"):
        reply = client.get(f"/v1/jobs?{query}")
        assert (reply.status, reply.json()["code"]) == (422, "bad_request")
    client.post("/queue", {"clear": True})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"", 400, "bad_json"),
        (b"[]", 422, "bad_request"),
        (b"{}", 422, "bad_request"),
        (b'{"graph": {}, "more": 1}', 422, "bad_request"),
        (b'{"graph": [], "priority": 1}', 422, "bad_request"),
        (b'{"graph": {}, "priority": 1e300}', 422, "bad_request"),
        (b'{"graph": {}}', 400, "prompt_no_outputs"),
        (b'{"graph": {"1": {}}}', 400, "invalid_prompt"),
        (b'{"graph": {"1": {"class_type": "SaveImage", "inputs": {}}}}', 400, "prompt_outputs_failed_validation"),
        (b'{"graph": "' + b"x" * MAX_GRAPH_BYTES + b'"}', 413, "refused"),
    ],
)
def test_what_is_wrong_is_told(client: Client, body: bytes, status: int, code: str) -> None:
    reply = client.post("/v1/jobs", body)
    assert (reply.status, reply.json()["code"]) == (status, code)
    assert set(reply.json()) == {"code", "message", "node_errors"}


def test_unknown_jobs_and_paths(client: Client) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/outputs")):
        reply = client(method, f"/v1/jobs/none{path}")
        assert (reply.status, reply.json()["code"]) == (404, "not_found")
    assert client.get("/v1/nothing").json()["code"] == "refused"
    assert client("PUT", "/v1/jobs").status == 405


def test_ready_and_not(serve) -> None:
    server: InProcess = serve(max_queue=1)
    reply = server.client.get("/readyz")
    assert (reply.status, reply.json()) == (200, {"ready": True, "reasons": [], "worker": "off"})
    assert server.client.post("/v1/jobs", {"graph": GRAPH}).status == 201
    full = server.client.post("/v1/jobs", {"graph": GRAPH})
    assert (full.status, full.json()["code"], int(full["retry-after"]) > 0) == (429, "queue_full", True)
    server.draining = True
    reply = server.client.get("/readyz")
    assert (reply.status, reply.json()["reasons"]) == (503, ["the server is about to stop"])
    assert server.client.post("/v1/jobs", {"graph": GRAPH}).status == 503
    assert server.client.get("/healthz").status == 200


def test_schemathesis_finds_nothing(serve, tmp_path) -> None:
    """Requests made from the description, right and wrong ones: every answer is one that it describes."""
    server = serve(disable_all_custom_nodes=True)
    count = scaled(25, 20_000, 2_000)
    flags = ["--max-examples", str(count), "--generation-deterministic", "--phases", "coverage,fuzzing,stateful"]
    checks = ["--checks", "all", "--exclude-checks", "positive_data_acceptance"]  # a graph may be wrong in its own way
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"http://127.0.0.1:{server.port}/v1/openapi.json",
            *flags,
            *checks,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout
    assert server.client.get("/healthz").status == 200
