"""Jobs from the queue to their files and events, through a real worker process."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from works import Works, save, wait_and_save

from dgx_pixels.core.errors import StorageError
from dgx_pixels.jobs.writer import JobStore


async def test_job_runs_and_is_told_in_the_contracts_order(works: Works) -> None:
    assert works.supervisor.status.state == "off"
    record = await works.run(save("hello"), "a")
    await works.until(lambda: works.heard[-1] == ("executing", {"node": None, "prompt_id": "a"}))
    assert works.files() == ["out_00001_.txt"]
    assert record["status"]["status_str"] == "success"
    assert record["status"]["completed"]
    assert [kind for kind, _ in record["status"]["messages"]] == [
        "execution_start",
        "execution_cached",
        "execution_success",
    ]
    image = {"filename": "out_00001_.txt", "subfolder": "", "type": "output"}
    assert record["outputs"] == {"9": {"images": [image]}}
    assert [kind for kind, _ in works.heard] == [
        "status",
        "status",
        "execution_start",
        "execution_cached",
        "progress_state",
        "executing",
        "executed",
        "progress_state",
        "execution_success",
        "status",
        "executing",
    ]
    remaining = [data["status"]["exec_info"]["queue_remaining"] for kind, data in works.heard if kind == "status"]
    assert remaining == [1, 1, 0]
    assert works.supervisor.status.state == "idle"


async def test_worker_is_kept_and_events_of_jobs_do_not_mix(works: Works) -> None:
    for number in range(30):
        await works.submit(save(str(number)), str(number))
    await works.until(lambda: works.heard[-1] == ("executing", {"node": None, "prompt_id": "29"}))
    assert len(works.files()) == 30
    ids = [data["prompt_id"] for _, data in works.heard if "prompt_id" in data]
    assert ids == sorted(ids, key=int)
    await works.until(lambda: not works.staged())


async def test_secrets_reach_the_node_and_no_file(works: Works) -> None:
    works.supervisor.keep_secrets("a", {"api_key_comfy_org": "very-secret"})
    record = await works.run({"1": {"class_type": "Secret", "inputs": {}}}, "a")
    assert record["outputs"]["1"]["text"] == ["True 11"]
    assert "very-secret" not in json.dumps(record)
    for path in works.home.rglob("*"):
        if path.is_file():
            assert b"very-secret" not in path.read_bytes()


async def test_job_of_nobody_is_run_too(works: Works) -> None:
    await works.submit(save("t"), "a", client=None)
    assert (await works.ended("a"))["status"]["completed"]
    assert {kind for kind, _ in works.heard} <= {"status", "progress_state", "progress"}


async def test_same_id_twice_runs_twice(works: Works) -> None:
    await works.submit(wait_and_save(0.2, "first"), "same")
    await works.submit(wait_and_save(0.0, "second"), "same")
    await works.until(lambda: works.store.counts() == (0, 0))
    await works.until(lambda: works.files() == ["first_00001_.txt", "second_00001_.txt"])
    record = (await works.store.history_one("same"))["same"]
    assert record["outputs"]["9"]["images"][0]["filename"] == "second_00001_.txt"


async def test_file_told_of_can_be_seen_before_it_has_its_name(works: Works) -> None:
    prompt = save("seen") | {
        "5": {"class_type": "Wait", "inputs": {"seconds": 0.5}},
        "8": {"class_type": "Save", "inputs": {"text": "t", "prefix": "late", "after": ["5", 0]}},
    }
    await works.submit(prompt, "a")
    await works.until(lambda: "executed" in works.events("a"))
    path = works.supervisor.staged("output", "", "out_00001_.txt")
    assert path is not None
    assert path.read_text().startswith("seen")
    assert works.supervisor.staged("temp", "", "out_00001_.txt") is None
    assert works.files() == []
    await works.ended("a")
    await works.until(lambda: works.supervisor.staged("output", "", "out_00001_.txt") is None)
    assert (works.settings.outputs / "out_00001_.txt").read_text().startswith("seen")


async def test_silence_is_broken_while_a_job_runs(
    tmp_path: Path, crew_path: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cold model load says nothing for long; clients drop connections that are silent for ten seconds."""
    monkeypatch.setattr("dgx_pixels.worker.news.QUIET_SECONDS", 0.5)
    works = await Works.open(tmp_path)
    try:
        await works.run(save("first"), "first")
        prompt = save("t") | {"1": {"class_type": "Deaf", "inputs": {"seconds": 2.0, "how": "c"}}}
        prompt["9"]["inputs"]["after"] = ["1", 0]
        await works.submit(prompt, "quiet")
        gaps, last, seen = [], time.monotonic(), len(works.heard)
        while not await works.store.history_one("quiet"):
            await asyncio.sleep(0.02)
            if len(works.heard) > seen:
                gaps.append(time.monotonic() - last)
                last, seen = time.monotonic(), len(works.heard)
        assert max(gaps) < 1.5
        await works.until(lambda: works.heard[-1] == ("executing", {"node": None, "prompt_id": "quiet"}))
        seen = len(works.heard)
        await asyncio.sleep(1.0)
        assert len(works.heard) == seen, "where nobody waits, silence is right"
    finally:
        await works.close()


async def test_freeing_memory_forgets_results(works: Works) -> None:
    first = await works.run(save("t"), "a")
    assert (await works.run(save("t"), "b"))["outputs"] == first["outputs"]
    works.supervisor.free(unload_models=True, free_memory=False)
    assert (await works.run(save("t"), "c"))["outputs"] == first["outputs"]
    works.supervisor.free(unload_models=False, free_memory=True)
    again = await works.run(save("t"), "d")
    assert again["outputs"]["9"]["images"][0]["filename"] == "out_00002_.txt"


async def test_warm_worker_comes_up_without_a_job(tmp_path: Path, crew_path: None) -> None:
    works = await Works.open(tmp_path, warm=True)
    try:
        await works.until(lambda: works.supervisor.status.state == "idle")
    finally:
        await works.close()


async def test_end_that_the_disk_refuses_is_asked_for_again(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refusals = JobStore.finish, [2]

    async def finish(self: JobStore, *arguments: object) -> None:
        if refusals[0]:
            refusals[0] -= 1
            raise StorageError
        await real(self, *arguments)

    monkeypatch.setattr(JobStore, "finish", finish)
    await works.submit(save("a"), "a")
    await works.submit(save("b"), "b")
    assert (await works.ended("a"))["status"]["completed"]
    assert (await works.ended("b"))["status"]["completed"]
    await works.until(lambda: len(works.files()) == 2)
    ids = [data["prompt_id"] for _, data in works.heard if "prompt_id" in data]
    assert ids == sorted(ids), "the second waits for its turn to be told"


async def test_lost_file_fails_its_job_alone(works: Works) -> None:
    await works.submit(wait_and_save(0.0, "first"), "first")
    await works.ended("first")
    prompt = save("lost", "lost") | {
        "5": {"class_type": "Wait", "inputs": {"seconds": 0.3}},
        "8": {"class_type": "Save", "inputs": {"text": "t", "prefix": "late", "after": ["5", 0]}},
    }
    await works.submit(prompt, "a")
    await works.until(lambda: works.supervisor.staged("output", "", "lost_00001_.txt"))
    path = works.supervisor.staged("output", "", "lost_00001_.txt")
    assert path is not None
    path.unlink()
    record = await works.ended("a")
    assert record["status"]["status_str"] == "error"
    assert record["status"]["messages"][-1][1]["exception_type"] == "StagedFileError"
    assert record["outputs"] == {}
    again = await works.run(save("lost", "lost"), "b")
    assert again["status"]["completed"]
    name = again["outputs"]["9"]["images"][0]["filename"]
    await works.until((works.settings.outputs / name).exists)
    await works.until(lambda: not works.staged())


def test_the_servers_side_is_light() -> None:
    code = (
        "import sys, dgx_pixels.worker.supervisor;"
        "sys.exit(', '.join({'torch', 'numpy', 'PIL', 'scipy', 'safetensors'} & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
