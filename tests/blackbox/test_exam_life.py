"""Rough handling: restarts in the middle, killed workers, Ctrl-C, a second server (contract 5.1, 10; reliability 4)."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from exam_client import Client, client_of, node, shown
from exam_packs import furnish

from serving import Running, Server

_TAGS = count(1)


@pytest.fixture(scope="module")
def server(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is hurt again and again."""
    folder = tmp_path_factory.mktemp("life")
    furnish(folder / "home" / "custom_nodes")
    with running.server(folder, "--grace", "0.2") as made:
        yield made


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with client_of(server.url) as made:
        yield made


def quick() -> dict[str, Any]:
    return shown(["1", 0], **{"1": node("ExamCounter", tag=next(_TAGS))})


def slow(seconds: float = 90) -> dict[str, Any]:
    return shown(["s", 0], s=node("ExamBlocking", value=next(_TAGS), seconds=seconds))


def workers(server: Server) -> list[int]:
    """Process ids of a server's children that are workers."""
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"worker.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_restarted_in_the_middle(server: Server) -> None:
    """What ended is in the history, what ran and what waited runs again, in order, with nobody asking."""
    with client_of(server.url) as client:
        done = client.run(quick()).prompt_id
        running = client.queue(slow(1.5))
        waiting = [client.queue(quick()) for _ in range(3)]
        client.listen(running, "progress")
    server.stop()
    server.start()
    with client_of(server.url) as client:
        assert done in client.json("/history")
        client.idle()
        history = list(client.json("/history"))
        assert history[-4:] == [running, *waiting]
        assert all(record["status"]["status_str"] == "success" for record in client.json("/history").values())
        number = client.submit(quick()).json()["number"]
        assert number > max(client.json("/history")[prompt_id]["prompt"][0] for prompt_id in waiting)
        client.idle()


def test_the_server_is_killed(server: Server) -> None:
    with client_of(server.url) as client:
        running = client.queue(slow(1.5))
        waiting = [client.queue(quick()) for _ in range(2)]
        client.listen(running, "progress")
        before = workers(server)
    server.kill()
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() and "Z" not in _state(pid) for pid in before):
        assert time.monotonic() < end, "a worker outlives its server"
        time.sleep(0.05)
    server.start()
    with client_of(server.url) as client:
        client.idle()
        history = client.json("/history")
        assert [history[prompt_id]["status"]["status_str"] for prompt_id in (running, *waiting)] == ["success"] * 3


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_the_worker_is_killed(server: Server, client: Client) -> None:
    """Its prompt runs again; clients see nothing but that it takes longer; the packs' routes come back."""
    assert client.get("/exam/hello").status_code == 200
    prompt_id = client.queue(slow(1.5))
    client.listen(prompt_id, "progress")
    (pid,) = workers(server)
    os.kill(pid, signal.SIGKILL)
    for path in ("/system_stats", "/queue", "/history", "/prompt"):
        assert client.get(path).status_code == 200
    run = client.follow(prompt_id)
    assert run.status == "success"
    assert client.get("/exam/hello").json()["hello"] == "nobody", "another worker serves them"
    assert client.run(quick()).status == "success"


def test_the_worker_is_killed_while_it_answers_for_a_pack(server: Server, client: Client) -> None:
    client.run(quick())
    answers: list[int] = []

    def ask() -> None:
        answers.append(httpx.get(f"{server.url}/exam/slow", timeout=60, trust_env=False).status_code)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.5)
    os.kill(workers(server)[0], signal.SIGKILL)
    thread.join(30)
    assert answers == [502]
    assert client.run(quick()).status == "success"


def test_a_worker_that_dies_each_time(server: Server, client: Client) -> None:
    """Given up after three attempts; what waits behind it runs."""
    prompt_id = client.queue(slow(90))
    behind = client.queue(quick())
    for _ in range(3):
        client.listen(prompt_id, "progress")
        os.kill(workers(server)[0], signal.SIGKILL)
    run = client.follow(prompt_id)
    assert run.status == "error"
    assert run.error["exception_type"] == "WorkerDied"
    assert client.follow(behind).status == "success"


def test_a_second_server_on_the_same_port(server: Server, tmp_path: Path) -> None:
    done = _serve(tmp_path, "--port", str(server.port))
    assert done.returncode != 0
    assert f"port {server.port} on 127.0.0.1 is taken" in done.stderr
    assert "Traceback" not in done.stderr
    with client_of(server.url) as client:
        assert client.get("/system_stats").status_code == 200


def test_a_second_server_on_the_same_home(server: Server) -> None:
    done = _serve(server.home, "--port", "0")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "another" in done.stderr.lower(), done.stderr
    with client_of(server.url) as client:
        assert client.run(quick()).status == "success"
        assert (server.home / "temp").is_dir(), "the folder of previews is still the first one's"
        graph = {"p": node("ExamPicture", content="NOISE", width=8, height=8, batch=1),
                 "s": node("PreviewImage", images=["p", 0])}  # fmt: skip
        image = client.run(graph).record["outputs"]["s"]["images"][0]
        assert client.get("/view", **image).status_code == 200


def _serve(home: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dgx_pixels", "serve", "--home", str(home), "--cpu", *flags]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_ctrl_c(server: Server) -> None:
    """Once is enough: it ends well, soon, with a job running, sockets open and requests under way."""
    with client_of(server.url) as client:
        prompt_id = client.queue(slow())
        client.listen(prompt_id, "progress")
        assert server.process is not None
        begin = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(30) == 0
        assert time.monotonic() - begin < 15
    assert "Traceback" not in server.said()
    assert not (server.home / "temp").exists(), "previews go with the server"
    server.start()
    with client_of(server.url) as client:
        client.running(prompt_id)
        client.post("/interrupt")
        client.idle()


def test_an_interrupted_job_does_not_come_back(server: Server) -> None:
    with client_of(server.url) as client:
        prompt_id = client.queue(slow())
        client.listen(prompt_id, "progress")
        client.post("/interrupt", {"prompt_id": prompt_id})
        client.follow(prompt_id)
    server.stop()
    server.start()
    with client_of(server.url) as client:
        client.idle()
        record = client.json(f"/history/{prompt_id}")[prompt_id]
        assert record["status"]["messages"][-1][0] == "execution_interrupted"


def test_a_pack_that_hangs_while_it_loads_leaves_the_server_alone(
    running: Running, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("slow")
    packs = folder / "home" / "custom_nodes"
    packs.mkdir(parents=True)
    (packs / "sleepy.py").write_text("import time\ntime.sleep(3)\nNODE_CLASS_MAPPINGS = {}\n")
    with running.server(folder) as server, client_of(server.url) as client:
        end = time.monotonic() + 10
        while not workers(server):
            assert time.monotonic() < end, "packs are loaded before somebody waits for them"
            time.sleep(0.01)
        begin = time.monotonic()
        for path in ("/system_stats", "/queue", "/models", "/object_info/SaveImage", "/settings", "/"):
            assert client.get(path).status_code == 200
        assert time.monotonic() - begin < 2.5
        assert client.get("/nothing").status_code == 404
        assert "SaveImage" in client.json("/object_info")
