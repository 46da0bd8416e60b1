"""What the fault tests put a job store through, and what must be true afterwards whatever happened meanwhile."""

import asyncio
import hashlib
import json
import os
import resource
import signal
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

from dgx_pixels.core.errors import StorageError, StoreError
from dgx_pixels.core.limits import MAX_ATTEMPTS
from dgx_pixels.jobs.job import Job, NewJob, StagedFile
from dgx_pixels.jobs.writer import JobStore
from faults.files import contents, is_whole, published

Tell = Callable[[str, str], None]

PATIENCE = 400
"""Times that something the disk refuses is asked for again."""


def new_job(store: JobStore, job_id: str) -> NewJob:
    prompt = {"1": {"class_type": "Draw", "inputs": {"text": job_id * 20}}}
    return NewJob(job_id, prompt, {"client_id": "tester"}, ["1"], store.next_number(), f"key-{job_id}", "tester")


async def open_store(root: Path) -> JobStore:
    for _ in range(PATIENCE):
        try:
            return await JobStore.open(root / "jobs.sqlite3", outputs=root / "output")
        except StoreError as error:
            reason = error
        await asyncio.sleep(0.001)
    raise reason


async def submit(store: JobStore, job_id: str, tell: Tell) -> None:
    """As a client that asks again, with the same key, until it is told that its job is accepted."""
    for _ in range(PATIENCE):
        try:
            await store.submit(new_job(store, job_id))
        except StorageError:
            tell("refused", job_id)
            await asyncio.sleep(0.001)
        else:
            tell("accepted", job_id)
            return
    raise AssertionError("the store takes no jobs although the disk does")


def stage(store: JobStore, job: Job) -> list[StagedFile]:
    """As a worker: two files, one in a subfolder."""
    staged: list[StagedFile] = []
    for number, subfolder in enumerate(("", "sprites/small")):
        data = contents(job.id, job.attempt, number)
        name = f"{job.id}.{job.attempt}.{number}.bin"
        path = store.staging / f"{name}.staged"
        while not _can_write(path, data):
            pass
        staged.append(StagedFile(name, subfolder, path.name, len(data), hashlib.sha256(data).hexdigest()))
    return staged


def _can_write(path: Path, data: bytes) -> bool:
    try:
        path.write_bytes(data)
    except OSError:
        return False
    return True


def record(files: Iterable[StagedFile]) -> dict[str, object]:
    images = [{"filename": f.filename, "subfolder": f.subfolder, "type": "output"} for f in files]
    status = {"status_str": "success", "completed": True, "messages": []}
    return {"outputs": {"1": {"images": images}}, "status": status, "meta": {"1": {"node_id": "1"}}}


async def insist(ask: Callable[[], object]) -> None:
    """Until the disk lets it happen."""
    for _ in range(PATIENCE):
        try:
            await ask()  # type: ignore[misc]
        except StorageError:
            await asyncio.sleep(0.001)
        else:
            return
    raise AssertionError("the store stays read-only although the disk is well")


async def drain(store: JobStore, tell: Tell, pause: float = 0.0) -> None:
    """As a worker and its supervisor, until nothing waits."""
    while store.counts().queued:
        job = await store.claim()
        if job is None:  # the disk takes nothing at the moment
            await asyncio.sleep(0.001)
            continue
        files = stage(store, job)
        await asyncio.sleep(pause)
        await insist(lambda job=job, files=files: store.finish(job.id, job.attempt, "done", record(files), files))
        tell("done", job.id)


async def life(root: Path, tell: Tell) -> None:
    """Everything that can happen to jobs, once."""
    store = await open_store(root)
    await asyncio.gather(*[submit(store, job_id, tell) for job_id in ("a", "b", "c")])
    job = None
    while job is None:
        job = await store.claim()
    stage(store, job)
    await insist(lambda: store.requeue(job.id, job.attempt, forgiven=True))
    tell("cancelling", "c")
    await insist(lambda: store.delete_pending(["c"]))
    tell("cancelled", "c")
    await drain(store, tell)
    await submit(store, "d", tell)
    await drain(store, tell)
    tell("forgetting", "b")
    await insist(lambda: store.delete_history(["b"]))
    tell("forgotten", "b")
    await store.close()
    tell("closed", "")


async def recover(root: Path, tell: Tell) -> None:
    """A server that starts, does what is left to do, and stops."""
    store = await open_store(root)
    await drain(store, tell)
    await store.close()
    tell("closed", "")


async def load(root: Path, tell: Tell) -> None:
    """Clients and a worker that never stop."""
    store = await open_store(root)
    start = store.next_number()

    async def client(number: int) -> None:
        for count in range(100_000):
            await submit(store, f"{start}-{number}-{count}", tell)

    clients = [asyncio.create_task(client(number)) for number in range(8)]
    while not all(task.done() for task in clients):
        await drain(store, tell)
        await asyncio.sleep(0)


async def full(root: Path, tell: Tell) -> None:
    """No file may grow beyond a limit, until jobs are refused; then it is lifted."""
    store = await open_store(root)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, most))
    accepted = 0
    with suppress(StorageError):
        while True:
            await store.submit(new_job(store, f"job{accepted}"))
            tell("accepted", f"job{accepted}")
            accepted += 1
    tell("obstacle", store.obstacle or "")
    assert await store.claim() is None
    assert (await store.jobs()).total == accepted, "what was accepted can be read all the time"
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    await submit(store, "after", tell)
    await drain(store, tell)
    await store.close()


async def despair(root: Path, _: Tell) -> None:
    """A server that is killed because a disk failed."""

    def die(what: str, _: str) -> None:
        if what == "refused":
            os.kill(os.getpid(), signal.SIGKILL)

    await life(root, die)


async def another(root: Path, tell: Tell) -> None:
    """A server that takes one job more."""
    store = await open_store(root)
    await submit(store, "another", tell)
    await drain(store, tell)
    await store.close()


SCENARIOS = {scenario.__name__: scenario for scenario in (life, recover, load, full, despair, another)}


async def check(root: Path, notes: Iterable[tuple[str, str]]) -> None:
    """Start again, do what is left, and compare with what had been answered (``notes``: what, job)."""
    told: defaultdict[str, set[str]] = defaultdict(set)
    for what, job_id in notes:
        told[what].add(job_id)
    store = await open_store(root)
    for job_id in told["done"] - told["forgetting"]:
        job = await store.job(job_id)
        assert job is not None, f"{job_id} was done and is lost"
        assert job.state == "done", f"{job_id} was done and is {job.state}"
    await drain(store, lambda *_: None)
    for job_id in told["accepted"]:
        await _check_job(store, job_id, told)
    await _check_files(store, root / "output")
    await _check_keys(store, told)
    await store.close()
    staged = [path.name for path in (root / "output" / ".staging").iterdir()]
    assert staged == [".lock"], f"left in the staging folder: {staged}"
    with closing(sqlite3.connect(root / "jobs.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM outbox").fetchall() == [(0,)]


async def _check_job(store: JobStore, job_id: str, told: dict[str, set[str]]) -> None:
    job = await store.job(job_id)
    allowed = {"done"}
    if job_id in told["forgetting"]:
        allowed.add("forgotten")
    if job_id in told["cancelled"]:
        allowed = {"cancelled"}
    elif job_id in told["cancelling"]:
        allowed.add("cancelled")
    state = job.state if job is not None else "forgotten"
    if job is not None and job.tries >= MAX_ATTEMPTS:  # killed three times in its midst: it may be the reason
        allowed.add("failed")
    assert state in allowed, f"{job_id} is {state}, not {allowed}"


async def _check_files(store: JobStore, outputs: Path) -> None:
    """Every file is whole and of a job that says so; every file that a job names is there; one attempt a job."""
    attempts: defaultdict[str, set[str]] = defaultdict(set)
    for path in published(outputs):
        assert is_whole(path.read_bytes()), f"{path} is broken"
        job_id, attempt, _ = path.name.split(".", 2)
        attempts[job_id].add(attempt)
    assert all(len(found) == 1 for found in attempts.values()), f"published twice: {dict(attempts)}"
    history = await store.history()
    for job_id, entry in history.items():
        for image in entry["outputs"].get("1", {"images": []})["images"]:
            assert (outputs / image["subfolder"] / image["filename"]).is_file(), f"{job_id} lacks {image}"
    page = await store.jobs(limit=1000)
    for job in page.jobs:
        assert job.state == "done" or job.id not in attempts, f"{job.id} is {job.state} and has published"


async def _check_keys(store: JobStore, told: dict[str, set[str]]) -> None:
    """Asking again for what is known makes no second job."""
    before = json.dumps((await store.jobs(limit=1000)).total)
    for job_id in sorted(told["accepted"] - told["forgetting"]):
        again = await store.submit(new_job(store, job_id))
        assert again.id == job_id
    assert json.dumps((await store.jobs(limit=1000)).total) == before
