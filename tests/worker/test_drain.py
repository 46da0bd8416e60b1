"""Row 23 of the promises: a stop drains. Nothing is lost, nothing is done twice, and no process stays behind."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from works import Works, save, times, wait_and_save

HERE = Path(__file__).parent


async def test_restarts_under_load_lose_and_double_nothing(tmp_path: Path, crew_path: None) -> None:
    moments, accepted = random.Random(23), 0
    for restart in range(times(5, 500)):
        works = await Works.open(tmp_path)
        for _ in range(12):
            await works.submit(wait_and_save(moments.uniform(0, 0.15), f"job{accepted}"), f"job{accepted}")
            accepted += 1
        await works.until(works.busy)
        await asyncio.sleep(moments.uniform(0, 0.6))
        await works.close(grace=0.0 if restart % 2 else 1.0)
    works = await Works.open(tmp_path)
    try:
        await works.until(lambda: works.store.counts() == (0, 0), 30 + accepted)
        for number in range(accepted):
            assert (await works.ended(f"job{number}"))["status"]["completed"]
        await works.until(lambda: not works.staged())
        assert works.files() == sorted(f"job{number}_00001_.txt" for number in range(accepted))
    finally:
        await works.close()


async def test_running_job_gets_its_grace(tmp_path: Path, crew_path: None) -> None:
    works = await Works.open(tmp_path)
    await works.submit(wait_and_save(0.5, "a"), "a")
    await works.submit(wait_and_save(0.0, "b"), "b")
    await works.until(lambda: works.supervisor.status.running == "a")
    pid = works.supervisor.status.pid
    assert pid is not None
    begin = time.monotonic()
    await works.supervisor.stop(20.0)
    assert time.monotonic() - begin < 10
    assert (await works.store.history_one("a"))["a"]["status"]["completed"]
    assert works.files() == ["a_00001_.txt"]
    assert works.store.counts() == (1, 0), "the next job waits for the next start"
    assert not alive(pid)
    await works.close()


async def test_second_stop_shortens_the_grace_of_the_first(tmp_path: Path, crew_path: None) -> None:

    works = await Works.open(tmp_path)
    await works.submit(wait_and_save(60.0, "a"), "a")
    await works.until(lambda: works.supervisor.status.running == "a")
    first = asyncio.create_task(works.supervisor.stop(60.0))
    await asyncio.sleep(0.1)
    begin = time.monotonic()
    await works.supervisor.stop(0.0)
    await first
    assert time.monotonic() - begin < 5
    assert works.store.counts() == (1, 0)
    (job,) = works.store.pending()
    assert job.tries == 0, "it is not the job's fault"
    await works.close()


PARENT = """
import asyncio, pathlib, sys
from works import Works, save

async def main():
    works = await Works.open(pathlib.Path(sys.argv[1]))
    await works.run(save("first"), "first")
    prompt = {"1": {"class_type": "Deaf", "inputs": {"seconds": 1000.0, "how": sys.argv[2]}}}
    prompt["9"] = {"class_type": "Save", "inputs": {"text": "t", "prefix": "never", "after": ["1", 0]}}
    await works.submit(prompt, "deaf")
    await works.until(lambda: works.supervisor.status.node == "1")
    print(works.supervisor.status.pid, flush=True)
    await asyncio.sleep(1000)

asyncio.run(main())
"""


@pytest.mark.parametrize("how", ["python", "gil", "c"])
def test_no_worker_outlives_a_killed_server(tmp_path: Path, crew_path: None, how: str) -> None:
    for turn in range(times(1, 70)):
        command = [sys.executable, "-c", PARENT, str(tmp_path / str(turn)), how]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout is not None
            worker = int(parent.stdout.readline())
            assert alive(worker)
            parent.send_signal(signal.SIGKILL)
            parent.wait()
            end = time.monotonic() + 1.0
            while alive(worker) and time.monotonic() < end:
                time.sleep(0.01)
            assert not alive(worker)


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie that somebody else has yet to bury."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


async def test_worker_ignores_signals_meant_for_the_server(works: Works) -> None:
    await works.run(save("first"), "first")
    pid = works.supervisor.status.pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGINT)
    assert (await works.run(save("second"), "second"))["status"]["completed"]
    assert works.supervisor.status.pid == pid
