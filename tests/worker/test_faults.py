"""Rows 6 and 7 of the promises: a worker's death or hang never reaches the server, and a poison job fails alone."""

import os
import signal
import time
from pathlib import Path

import pytest
from works import MOST_LAG, Works, misbehave, save, times

from dgx_pixels.core.errors import WorkerError
from dgx_pixels.core.limits import MAX_ATTEMPTS

DEATHS = {
    "segfault": "was killed by SIGSEGV",
    "killed": "was killed by SIGKILL",
    "exit": "ended with exit code 7",
    "overflow": "was killed by SIGSEGV",
    "garbage": "sent what is no message",
    "huge": "sent what is no message",
    "liar": "sent what is no message",
    "mute": "closed its connection",
}
HANGS = {"stopped": "stopped answering", "gil": "stopped answering"}


def lag(works: Works) -> float:
    """The 99th percentile of how late the loop was, in seconds."""
    return sorted(works.lags)[int(len(works.lags) * 0.99)]


@pytest.mark.parametrize("how", DEATHS)
async def test_death_is_seen_at_once_and_the_next_worker_works(
    works: Works, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    for turn in range(times(3, 50)):
        await works.run(save("before"), f"before{turn}")
        await works.submit(misbehave(how), f"bad{turn}")
        assert await works.until(lambda: not works.supervisor.status.ready, 5) <= 1.0
        assert DEATHS[how] in caplog.records[-1].getMessage()
        await next_worker_works(works, turn)
    assert lag(works) < MOST_LAG


@pytest.mark.parametrize("how", HANGS)
async def test_hang_is_seen_within_five_seconds(works: Works, how: str, caplog: pytest.LogCaptureFixture) -> None:
    for turn in range(times(1, 20)):
        await works.run(save("before"), f"before{turn}")
        await works.submit(misbehave(how), f"bad{turn}")
        await works.until(lambda: works.supervisor.status.running is not None)
        await works.until(lambda: not works.supervisor.status.ready, 5)
        assert HANGS[how] in caplog.records[-1].getMessage()
        await next_worker_works(works, turn)
    assert lag(works) < MOST_LAG


async def next_worker_works(works: Works, turn: int) -> None:
    """The job that killed the last one waits for another try, and is taken away."""
    await works.until(lambda: works.store.counts().queued == 1)
    assert await works.store.delete_pending() == [f"bad{turn}"]
    works.supervisor.queue_changed()
    await works.until(lambda: works.supervisor.status.ready, 5)
    assert (await works.run(save("after"), f"after{turn}"))["status"]["completed"]


async def test_want_of_memory_fails_the_job_and_spares_the_worker(works: Works) -> None:
    await works.run(save("before"), "before")
    pid = works.supervisor.status.pid
    record = await works.run(misbehave("memory"), "big")
    kind, error = record["status"]["messages"][-1]
    assert (kind, error["exception_type"]) == ("execution_error", "MemoryError")
    assert (await works.run(save("after"), "after"))["status"]["completed"]
    assert works.supervisor.status.pid == pid


async def test_poison_job_fails_alone(works: Works) -> None:
    await works.submit(misbehave("segfault"), "poison")
    good = times(20, 2000)
    for number in range(good):
        await works.submit(save(str(number), "good"), f"good{number}")
    record = await works.ended("poison", 30)
    final, error = record["status"]["messages"][-1]
    assert record["status"]["status_str"] == "error"
    assert final == "execution_error"
    assert error["node_id"] == "1"
    assert error["node_type"] == "Misbehave"
    assert "SIGSEGV" in error["exception_message"]
    assert f"{MAX_ATTEMPTS} times" in error["exception_message"]
    for number in range(good):
        assert (await works.ended(f"good{number}"))["status"]["completed"]
    await works.until(lambda: len(works.files()) == good)
    assert works.events("poison").count("execution_start") == MAX_ATTEMPTS
    assert works.events("poison")[-2:] == ["execution_error", "executing"]


async def test_files_of_a_dead_worker_are_swept(works: Works) -> None:
    prompt = save("half", "half", 3) | {
        "1": {"class_type": "Misbehave", "inputs": {"how": "killed", "after": ["2", 0]}},
        "2": {"class_type": "Wait", "inputs": {"seconds": 0.3}},
    }
    await works.submit(prompt, "half")
    await works.until(works.staged)
    (works.settings.outputs / ".staging" / "leftover.part").write_bytes(b"of a worker that was torn away")
    await works.until(lambda: works.store.counts() == (1, 0))
    await works.store.delete_pending()
    assert (await works.run(save("next"), "next"))["status"]["completed"]
    await works.until(lambda: not works.staged())
    assert works.files() == ["out_00001_.txt"]
    assert works.supervisor.staged("output", "", "half_00001_.txt") is None


async def test_workers_that_do_not_come_up_are_reported_dead_and_the_server_goes_on(
    tmp_path: Path, crew_path: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dgx_pixels.worker.watch.FIRST_BACKOFF_SECONDS", 0.05)
    works = await Works.open(tmp_path, "crew_nodes:dies_at_once")
    try:
        await works.submit(save("never"), "waits")
        with pytest.raises(WorkerError, match="no worker comes up"):
            await works.supervisor.validate(save("t"))
        assert works.supervisor.status.state == "dead"
        with pytest.raises(WorkerError, match="no worker comes up"):
            await works.supervisor.validate(save("t"))
        assert not works.supervisor.status.ready
        assert works.store.counts() == (1, 0)
        assert lag(works) < MOST_LAG
    finally:
        await works.close()


async def test_job_without_progress_is_given_up(tmp_path: Path, crew_path: None) -> None:
    works = await Works.open(tmp_path, job_timeout=0.6)
    try:
        await works.run(save("before"), "before")
        prompt = save("t") | {"1": {"class_type": "Deaf", "inputs": {"seconds": 60.0, "how": "c"}}}
        prompt["9"]["inputs"]["after"] = ["1", 0]
        begin = time.monotonic()
        record = await works.run(prompt, "stuck")
        assert time.monotonic() - begin < 8
        kind, error = record["status"]["messages"][-1]
        assert (kind, error["node_id"], error["node_type"]) == ("execution_error", "1", "Deaf")
        assert "no progress" in error["exception_message"]
        # Twice as long as the limit, but with a sign of progress now and then.
        slow = save("t") | {"1": {"class_type": "Wait", "inputs": {"seconds": 1.2}}}
        slow["9"]["inputs"]["after"] = ["1", 0]
        assert (await works.run(slow, "slow"))["status"]["completed"]
    finally:
        await works.close()


async def test_worker_killed_while_idle_is_replaced(works: Works) -> None:
    await works.run(save("before"), "before")
    first = works.supervisor.status.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await works.until(lambda: not works.supervisor.status.ready)
    await works.until(lambda: works.supervisor.status.ready)
    assert works.supervisor.status.pid != first
    assert (await works.run(save("after"), "after"))["status"]["completed"]


async def test_what_a_worker_prints_is_heard(works: Works) -> None:
    await works.run({"1": {"class_type": "Chatter", "inputs": {"lines": 2000}}}, "talks")
    await works.until(lambda: len(works.lines) >= 2000)
    assert works.lines[:2000] == [f"line {number}" for number in range(2000)]
