"""Our client against our server: submit, follow, fetch, upload, cancel, wait, and what can go wrong."""

import asyncio
import io
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dgx_pixels.client import (
    AnswerError,
    AsyncClient,
    BusyError,
    Cached,
    Ended,
    InvalidWorkflowError,
    JobFailedError,
    NodeDone,
    NodeProgress,
    NodeStarted,
    OutputFile,
    Preview,
    Queued,
    Started,
    UnreachableError,
    WaitTimeoutError,
)
from dgx_pixels.core.errors import UsageError
from serving import EXAMPLE, Server, endless, free_port, workflow

TXT2IMG = "txt2img_pocket"


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGBA")


def test_run_tells_all_and_leaves_a_picture(client: Any, server_process: Server) -> None:
    heard: list[Any] = []
    tickets: list[Any] = []
    done = client.run(workflow(TXT2IMG, seed=time.time_ns()), watch=heard.append, accepted=tickets.append)
    (file,) = done.files
    assert done.ok
    assert done.prompt_id == tickets[0].prompt_id
    assert tickets[0].node_errors == {}
    assert (file.type, file.node) == ("output", "9")
    content = client.fetch(file)
    assert picture(content).size == (32, 32)
    assert (server_process.home / "output" / file.filename).read_bytes() == content
    kinds = [type(message) for message in heard]
    assert [k for k in kinds if k is not Queued][:2] == [Started, Cached]
    assert {"3", "8", "9"} <= {message.node for message in heard if isinstance(message, NodeStarted)}
    assert [(m.node, m.value, m.max) for m in heard if isinstance(m, NodeProgress)][-1] == ("3", 2, 2)
    assert [m.node for m in heard if isinstance(m, NodeDone)] == ["9"]
    assert kinds[-1] is Ended
    assert kinds.count(Ended) == 1
    assert Preview not in kinds


def test_submit_then_follow_then_result(client: Any) -> None:
    ticket = client.submit(workflow(TXT2IMG))
    assert list(client.follow(ticket.prompt_id))[-1] == Ended()
    assert client.result(ticket.prompt_id).ok
    assert client.wait(ticket.prompt_id).files == client.result(ticket.prompt_id).files


def test_the_same_key_is_the_same_job(client: Any) -> None:
    key = f"once-{time.time_ns()}"
    first = client.submit(workflow(TXT2IMG), key=key)
    assert client.submit(workflow(TXT2IMG), key=key).prompt_id == first.prompt_id
    assert client.submit(workflow(TXT2IMG), key=key + "x").prompt_id != first.prompt_id


def test_an_uploaded_picture_is_drawn_over(client: Any, tmp_path: Path) -> None:
    mine = tmp_path / "mine.png"
    Image.new("RGB", (32, 32), (10, 200, 30)).save(mine)
    sent = client.upload(mine, subfolder="clients")
    graph = workflow("img2img_pocket", denoise=0.3)
    graph["10"]["inputs"]["image"] = f"{sent.subfolder}/{sent.filename}"
    (file,) = client.run(graph).files
    red, green, blue, _ = picture(client.fetch(file)).resize((1, 1)).getpixel((0, 0))
    assert green > max(red, blue)
    assert client.fetch(OutputFile(sent.filename, sent.subfolder, "input")) == mine.read_bytes()


def test_uploads_of_one_name_are_kept_apart_unless_told_otherwise(client: Any, tmp_path: Path) -> None:
    mine = tmp_path / f"{time.time_ns()}.png"
    mine.write_bytes(EXAMPLE.read_bytes())
    assert client.upload(mine).filename == mine.name
    assert client.upload(mine).filename == mine.name
    Image.new("RGB", (8, 8)).save(mine)
    assert client.upload(mine).filename == f"{mine.stem} (1).png"
    assert client.upload(mine, overwrite=True).filename == mine.name
    assert client.fetch(OutputFile(mine.name, type="input")) == mine.read_bytes()


def test_cancel_a_running_job(client: Any, server_process: Server) -> None:
    ticket = client.submit(endless())
    server_process.until_running(ticket.prompt_id)
    client.cancel(ticket.prompt_id)
    with pytest.raises(JobFailedError, match="cancelled") as caught:
        client.wait(ticket.prompt_id)
    assert caught.value.record["status"]["status_str"] == "error"


def test_cancel_a_queued_job_while_another_makes_noise(client: Any, server_process: Server) -> None:
    running, queued = client.submit(endless()), client.submit(workflow(TXT2IMG))
    server_process.until_running(running.prompt_id)
    client.cancel(queued.prompt_id)
    with pytest.raises(JobFailedError, match="taken from the queue"):
        client.wait(queued.prompt_id)
    assert client.result(running.prompt_id) is None
    client.cancel(running.prompt_id)
    with pytest.raises(JobFailedError):
        client.wait(running.prompt_id)


def test_front_runs_before_what_waits(client: Any, server_process: Server) -> None:
    running = client.submit(endless())
    server_process.until_running(running.prompt_id)
    late, early = client.submit(workflow(TXT2IMG, seed=1)), client.submit(workflow(TXT2IMG, seed=2), front=True)
    client.cancel(running.prompt_id)
    ends = [client.wait(t.prompt_id).record["status"]["messages"][-1][1]["timestamp"] for t in (early, late)]
    assert ends == sorted(ends)
    assert early.number < late.number


def test_waiting_ends_in_time_and_the_job_goes_on(client: Any, server_process: Server) -> None:
    ticket = client.submit(endless())
    server_process.until_running(ticket.prompt_id)
    with pytest.raises(WaitTimeoutError, match=ticket.prompt_id) as caught:
        client.wait(ticket.prompt_id, timeout=0.3)
    assert caught.value.prompt_id == ticket.prompt_id
    assert client.result(ticket.prompt_id) is None
    with pytest.raises(WaitTimeoutError):
        client.run(endless(), timeout=0.3)
    for item in (*client.queue()["queue_pending"], *client.queue()["queue_running"]):
        client.cancel(item[1])
    server_process.until_idle()


def test_a_run_given_up_is_cancelled(client: Any, server_process: Server) -> None:
    def enough(message: Any) -> None:
        if isinstance(message, NodeProgress):
            raise KeyError("enough")

    tickets: list[Any] = []
    with pytest.raises(KeyError, match="enough"):
        client.run(endless(), watch=enough, accepted=tickets.append)
    server_process.until_idle()
    assert "cancelled" in client.result(tickets[0].prompt_id).failure


async def test_a_cancelled_task_cancels_its_job(server_process: Server) -> None:
    async with AsyncClient(server_process.url) as client:
        started = asyncio.Event()
        watch = lambda message: started.set() if isinstance(message, NodeProgress) else None  # noqa: E731
        task = asyncio.create_task(client.run(endless(), watch=watch))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(server_process.until_idle)


def test_a_node_that_fails_is_named(client: Any) -> None:
    graph = workflow("img2img_pocket")
    graph["11"]["inputs"] |= {"width": 8, "height": 8}
    graph["5"] = {
        "class_type": "LatentCrop",
        "inputs": {"samples": ["4", 0], "width": 64, "height": 64, "x": 0, "y": 0},
    }
    with pytest.raises(InvalidWorkflowError, match=r"node 5 \(LatentCrop\): Return type mismatch"):
        client.submit(graph)


def test_an_invalid_workflow_is_explained_node_by_node(client: Any) -> None:
    graph = workflow(TXT2IMG, steps=0)
    del graph["8"]["inputs"]["vae"]
    with pytest.raises(InvalidWorkflowError) as caught:
        client.submit(graph)
    assert set(caught.value.node_errors) == {"3", "8"}
    assert caught.value.error["type"] == "prompt_outputs_failed_validation"
    assert "node 3 (KSampler): Value 0 smaller than min of 1: steps" in str(caught.value)
    assert "node 8 (VAEDecode): Required input is missing: vae" in str(caught.value)
    with pytest.raises(InvalidWorkflowError, match="no outputs"):
        client.run({"1": {"class_type": "EmptyLatentImage", "inputs": {}}})


def test_one_broken_output_is_told_of_and_the_other_made(client: Any) -> None:
    graph = workflow(TXT2IMG)
    graph["90"] = {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}
    ticket = client.submit(graph)
    assert list(ticket.node_errors) == ["90"]
    assert [file.node for file in client.wait(ticket.prompt_id).files] == ["9"]


def test_what_there_is(client: Any) -> None:
    assert client.models() == ["pocket.safetensors"]
    assert client.models("loras") == []
    assert client.nodes("KSampler")["KSampler"]["output"] == ["LATENT"]
    assert len(client.nodes()) > 100
    assert client.system_stats()["devices"][0]["type"] == "cpu"
    with pytest.raises(AnswerError) as caught:
        client.models("no/such")
    assert caught.value.status == 404


def test_unknown_jobs_are_gone(client: Any) -> None:
    assert client.result("no such/job?") is None
    with pytest.raises(JobFailedError, match="is gone"):
        client.wait("no such/job?")


def test_nobody_there(connect: Any) -> None:
    nobody = connect(Nobody(), patience=0.2)
    for call in (nobody.queue, lambda: nobody.run(workflow(TXT2IMG)), lambda: nobody.wait("x")):
        with pytest.raises(UnreachableError, match="is the server running"):
            call()
    with pytest.raises(WaitTimeoutError):
        connect(Nobody()).wait("x", timeout=0.2)


def test_an_address_that_is_none(connect: Any) -> None:
    for wrong in ("ftp://here", "http://", ""):
        with pytest.raises(UsageError, match="is no address of a server"):
            connect(Nobody(wrong))


class Nobody:
    """Where no server is."""

    def __init__(self, url: str | None = None) -> None:
        self.url = f"127.0.0.1:{free_port()}" if url is None else url


def test_a_token_is_asked_for(connect: Any, strict_server: Server, known: Any) -> None:
    for stranger in (connect(strict_server), connect(strict_server, token="not the right one")):
        for name, *given in (("queue",), ("run", workflow(TXT2IMG)), ("wait", "x")):
            with pytest.raises(AnswerError, match="token") as caught:
                getattr(stranger, name)(*given)
            assert caught.value.status == 401
    assert known.run(workflow(TXT2IMG)).ok


def test_previews_come_where_the_server_makes_them(known: Any) -> None:
    heard: list[Any] = []
    known.run(workflow(TXT2IMG, seed=time.time_ns(), steps=3), watch=heard.append)
    previews = [message for message in heard if isinstance(message, Preview)]
    assert len(previews) >= 1
    assert previews[-1].format == "jpeg"
    assert max(picture(previews[-1].image).size) == 512


def test_a_full_queue_is_busy(known: Any) -> None:
    first = known.submit(endless())
    while not known.queue()["queue_running"]:
        time.sleep(0.05)
    known.submit(workflow(TXT2IMG))
    with pytest.raises(BusyError, match="429") as caught:
        known.submit(workflow(TXT2IMG))
    assert caught.value.status == 429
    assert caught.value.retry_after > 0
    known.cancel(first.prompt_id)


def test_a_server_that_comes_back_has_lost_nothing(known: Any, strict_server: Server) -> None:
    before = known.run(workflow(TXT2IMG))
    restarts: list[Any] = []

    def restart(message: Any) -> None:
        if isinstance(message, NodeProgress) and not restarts:
            restarts.append(message)
            strict_server.stop()
            strict_server.start()

    after = known.run(workflow(TXT2IMG, steps=40, seed=time.time_ns()), watch=restart)
    assert restarts
    assert after.ok
    assert [file.filename for file in after.files] != [file.filename for file in before.files]
    assert known.result(before.prompt_id) == before
    assert picture(known.fetch(before.files[0])).size == (32, 32)


def test_a_client_that_waits_outlives_a_crash(connect: Any, strict_server: Server, known: Any) -> None:
    ticket = known.submit(workflow(TXT2IMG, steps=40, seed=time.time_ns()))
    strict_server.kill()
    strict_server.start()
    assert known.wait(ticket.prompt_id).ok
