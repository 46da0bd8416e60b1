"""The job store as the server sees it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from dgx_pixels.core import limits
from dgx_pixels.core.errors import (
    QueueFullError,
    StagedFileError,
    StaleError,
    StoreError,
    StoreUnavailableError,
    UsageError,
)
from dgx_pixels.jobs import writer
from dgx_pixels.jobs.job import Job, StagedFile
from dgx_pixels.jobs.store import Store
from dgx_pixels.jobs.writer import JobStore
from faults.samples import new_job, record


@pytest.fixture
async def store(quick_folder: Path) -> AsyncIterator[JobStore]:
    made = await open_in(quick_folder)
    yield made
    await made.close()


async def open_in(folder: Path, max_queue: int = 1000, max_history: int = 10_000) -> JobStore:
    return await JobStore.open(
        folder / "jobs.sqlite3", outputs=folder / "output", max_queue=max_queue, max_history=max_history
    )


async def claimed(store: JobStore) -> Job:
    job = await store.claim()
    assert job is not None
    return job


async def test_the_lowest_number_then_the_lowest_id_is_first(store: JobStore) -> None:
    for job_id, number in (("c", 1), ("b", 0.5), ("a", 1), ("d", -2), ("a", 1)):
        await store.submit(new_job(job_id, number))
    order = [await store.claim() for _ in range(6)]
    assert [job and (job.id, job.attempt) for job in order] == [("d", 1), ("b", 1), ("a", 1), ("a", 2), ("c", 1), None]
    assert store.counts() == (0, 5)
    assert {job.id for job in store.running()} == {"a", "b", "c", "d"}


async def test_a_job_is_in_the_database_before_it_is_accepted(store: JobStore, quick_folder: Path) -> None:
    """A database that nobody else can open is looked at as a crash would leave it."""
    await store.submit(new_job("a"))
    copy = quick_folder / "copy.sqlite3"
    for suffix in ("", "-wal"):
        copy.with_name(copy.name + suffix).write_bytes((quick_folder / f"jobs.sqlite3{suffix}").read_bytes())
    found = Store.open(copy)
    assert [job.id for job in found.live()] == ["a"]
    found.close()


async def test_jobs_history_and_numbers_outlive_a_restart(quick_folder: Path) -> None:
    store = await open_in(quick_folder)
    assert [store.next_number() for _ in range(3)] == [0, 1, 2]
    for job_id, number in (("a", 0), ("b", 1), ("c", 2)):
        await store.submit(new_job(job_id, number, key=f"key {job_id}"))
    done, running = await claimed(store), await claimed(store)
    await store.finish(done.id, done.attempt, "done", record())
    await store.close()
    store = await open_in(quick_folder)
    assert sorted(job.id for job in store.pending()) == ["b", "c"], "what ran waits again"
    assert list(await store.history()) == ["a"]
    assert store.next_number() == 3
    assert (await store.submit(new_job("new", key="key a"))).id == "a"
    again = await claimed(store)
    assert (again.id, again.attempt, again.tries) == (running.id, 2, 2)
    with pytest.raises(StaleError):
        await store.finish(running.id, running.attempt, "done", record())
    await store.close()


async def test_a_full_queue_takes_no_more_until_there_is_room(quick_folder: Path) -> None:
    store = await open_in(quick_folder, max_queue=3)
    results = await asyncio.gather(
        *[store.submit(new_job(str(n), n, f"k{n}")) for n in range(9)], return_exceptions=True
    )
    refused = [error for error in results if isinstance(error, Exception)]
    assert [type(error) for error in refused] == [QueueFullError] * 6
    assert (refused[0].http_status, refused[0].retryable) == (429, True)
    assert (await store.submit(new_job("again", key="k0"))).id == "0", "a known key is answered all the same"
    await claimed(store)
    assert (await store.submit(new_job("fits"))).id == "fits"
    with pytest.raises(QueueFullError):
        await store.submit(new_job("does not"))
    await store.close()


async def test_heavy_jobs_fill_the_queue_too(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_QUEUE_BYTES", 5000)
    await store.submit(new_job("a", text="x" * 6000))
    with pytest.raises(QueueFullError):
        await store.submit(new_job("b"))
    await store.delete_pending()
    await store.submit(new_job("b"))


async def test_two_submissions_with_one_key_at_once_are_one_job(store: JobStore) -> None:
    jobs = await asyncio.gather(*[store.submit(new_job(str(n), key="k")) for n in range(20)])
    assert {job.id for job in jobs} == {"0"}
    assert store.counts() == (1, 0)


@pytest.mark.parametrize("bad", [{"id": "\ud800"}, {"client_id": "\udfff"}, {"key": "\ud800"}, {"number": float("nan")},
                                 {"number": float("inf")}, {"number": 2**63}])  # fmt: skip
async def test_what_no_database_can_hold_is_refused(store: JobStore, bad: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="send"):
        await store.submit(replace(new_job("a"), **bad))
    await store.submit(new_job("a"))
    assert store.counts() == (1, 0)


async def test_waiting_jobs_can_be_cancelled_and_running_ones_not(store: JobStore) -> None:
    for job_id in "abcd":
        await store.submit(new_job(job_id))
    await claimed(store)
    assert await store.delete_pending(["a", "b", "nobody"]) == ["b"]
    assert sorted(job.id for job in store.pending()) == ["c", "d"]
    assert sorted(await store.delete_pending()) == ["c", "d"]
    assert await store.claim() is None
    assert [job.id for job in (await store.jobs(["cancelled"])).jobs] == ["d", "c", "b"]
    assert await store.history() == {}, "as in ComfyUI, they leave no record"


async def test_a_worker_may_die_three_times_over_a_job(store: JobStore) -> None:
    await store.submit(new_job("a"))
    await store.submit(new_job("b", 1))
    states = []
    for _ in range(3):
        job = await claimed(store)
        assert job.id == "a"
        states.append(await store.requeue(job.id, job.attempt))
    assert states == ["queued", "queued", "failed"]
    status = (await store.history_one("a"))["a"]["status"]
    assert (status["status_str"], status["completed"]) == ("error", False)
    kind, error = status["messages"][-1]
    assert kind == "execution_error"
    assert "died 3 times" in error["exception_message"]
    assert (await claimed(store)).id == "b"


async def test_a_server_may_die_three_times_over_a_job(quick_folder: Path) -> None:
    store = await open_in(quick_folder)
    await store.submit(new_job("a"))
    for _ in range(3):
        await claimed(store)
        await store.close()
        store = await open_in(quick_folder)
    assert store.counts() == (0, 0)
    job = await store.job("a")
    assert job is not None
    assert job.state == "failed"
    await store.close()


async def test_a_worker_stopped_in_good_order_does_not_count(store: JobStore) -> None:
    await store.submit(new_job("a"))
    for _ in range(5):
        job = await claimed(store)
        assert await store.requeue(job.id, job.attempt, forgiven=True) == "queued"
    assert (await claimed(store)).tries == 1


async def test_an_older_attempt_changes_nothing(store: JobStore) -> None:
    await store.submit(new_job("a"))
    old = await claimed(store)
    await store.requeue(old.id, old.attempt)
    new = await claimed(store)
    for change in (store.finish(old.id, old.attempt, "done", record()), store.requeue(old.id, old.attempt)):
        with pytest.raises(StaleError):
            await change
    await store.finish(new.id, new.attempt, "done", record())
    with pytest.raises(StaleError):
        await store.finish(new.id, new.attempt, "failed", record())


async def test_of_two_ends_at_once_one_counts(store: JobStore) -> None:
    await store.submit(new_job("a"))
    job = await claimed(store)
    ends = [store.finish(job.id, job.attempt, state, record()) for state in ("done", "failed", "cancelled")]
    results = await asyncio.gather(*ends, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), StaleError, StaleError]


async def test_history_is_pruned_and_can_be_forgotten(quick_folder: Path) -> None:
    store = await open_in(quick_folder, max_history=3)
    for job_id in "abcde":
        await store.submit(new_job(job_id))
        job = await claimed(store)
        await store.finish(job.id, job.attempt, "done", record())
    assert list(await store.history()) == ["c", "d", "e"]
    await store.delete_history(["d"])
    assert list(await store.history(1)) == ["e"]
    await store.delete_history()
    assert await store.history() == {}
    await store.close()


async def test_a_client_that_went_away_leaves_its_job_behind(store: JobStore) -> None:
    task = asyncio.create_task(store.submit(new_job("a")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.jobs()
    assert store.counts() == (1, 0)
    await store.submit(new_job("b"))
    assert store.counts() == (2, 0), "nothing is counted as still arriving"


async def test_a_change_that_goes_wrong_takes_no_other_with_it(store: JobStore) -> None:
    def fail(_: Store) -> None:
        raise ZeroDivisionError

    def half(inner: Store) -> None:
        inner.accept(new_job("half"), 1)
        raise StaleError

    results = await asyncio.gather(
        store.submit(new_job("a")),
        store._write(fail, lambda x: x),
        store._write(half, lambda x: x),
        store.submit(new_job("b")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [Job, ZeroDivisionError, StaleError, Job]
    assert [job.id for job in (await store.jobs()).jobs] == ["b", "a"]


async def test_reading_sees_what_was_asked_for_before(store: JobStore) -> None:
    await store.submit(new_job("a"))
    await claimed(store)
    assert (await store.jobs(["running"])).total == 1


async def test_a_closed_store_says_so(quick_folder: Path) -> None:
    store = await open_in(quick_folder)
    await store.close()
    for ask in (store.submit(new_job("a")), store.jobs(), store.delete_history()):
        with pytest.raises(StoreUnavailableError, match="stopping"):
            await ask


async def test_no_second_server_has_the_same_outputs(store: JobStore, quick_folder: Path) -> None:
    with pytest.raises(StoreError, match="another output folder"):
        await JobStore.open(quick_folder / "other.sqlite3", outputs=quick_folder / "output")


async def test_a_store_in_memory_needs_no_disk() -> None:
    store = await JobStore.open(None, outputs=None)
    assert store.staging is None
    await store.submit(new_job("a"))
    job = await claimed(store)
    with pytest.raises(StagedFileError, match="no folder of outputs"):
        await store.finish(job.id, job.attempt, "done", record(), [StagedFile("a.png", "", "x")])
    await store.finish(job.id, job.attempt, "done", record())
    assert list(await store.history()) == ["a"]
    await store.close()


async def test_closing_leaves_no_thread_behind(quick_folder: Path) -> None:
    before = set(threading.enumerate())
    store = await open_in(quick_folder)
    await store.submit(new_job("a"))
    await store.close()
    left = {thread for thread in set(threading.enumerate()) - before if not thread.name.startswith("asyncio")}
    assert not left


async def test_many_clients_share_a_commit(tmp_path: Path) -> None:
    """On a real disk: the promise is 2,000 durable accepts a second from 64 clients; a tenth of it never fails."""
    store = await JobStore.open(tmp_path / "jobs.sqlite3", outputs=None, max_queue=10_000)
    numbers = iter(range(2000))

    async def client() -> None:
        for number in numbers:
            await store.submit(new_job(f"{number:032}", number))

    begin = time.perf_counter()
    await asyncio.gather(*[client() for _ in range(64)])
    assert time.perf_counter() - begin < 10
    begin = time.perf_counter()
    for number in range(1000):
        assert (await claimed(store)).number == number
    assert (time.perf_counter() - begin) / 1000 < 2e-3, "ten times the 0.2 ms that a claim may take"
    await store.close()


def test_limits_are_those_of_the_promises() -> None:
    assert limits.MAX_ATTEMPTS == 3
    assert limits.STORE_PROBE_SECONDS <= 5
