"""The record of jobs, in a file and in memory: the same tests for both."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from dgx_pixels.core.errors import StaleError
from dgx_pixels.jobs.job import Job, NewJob
from dgx_pixels.jobs.manifest import Entry
from dgx_pixels.jobs.store import Store
from faults.samples import new_job, record


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = Store.open(tmp_path / "jobs.sqlite3" if request.param == "file" else None)
    yield made
    made.close()


def accept(store: Store, new: NewJob, now: int = 1) -> Job:
    with store.transaction():
        return store.accept(new, now)[0]


def start(store: Store, job: Job, attempt: int = 1) -> Job:
    with store.transaction():
        store.claim(job.seq, attempt, 2)
    return replace(job, state="running", attempt=attempt)


def end(store: Store, job_id: str, state: str = "done") -> Job:
    job = start(store, accept(store, new_job(job_id)))
    with store.transaction():
        store.finish(job, state, record(), (), 3)
    return job


def test_what_was_accepted_is_told_again_as_it_came(store: Store) -> None:
    new = NewJob("id", {"1": {"x": [1, 2.5, None, "é\0"]}}, {"client_id": "c"}, ["1", "2"], 1.5, "key", "c")
    job = accept(store, new, 17)
    assert (job.id, job.prompt, job.extra_data, list(job.outputs)) == (new.id, new.prompt, new.extra_data, new.outputs)
    assert (job.number, job.key, job.client_id, job.create_ms) == (1.5, "key", "c", 17)
    assert (job.state, job.attempt, job.start_ms, job.end_ms, job.record) == ("queued", 0, None, None, None)
    assert store.job("id") == job
    assert store.live() == [job]


@pytest.mark.parametrize("number", [0, -3, 7, 7.0, -0.0, 1e300, 2**62])
def test_a_number_keeps_its_kind(store: Store, number: float) -> None:
    found = accept(store, new_job("a", number)).number
    assert (found, type(found)) == (number, type(number))


def test_a_key_brings_one_job_however_it_went_on(store: Store) -> None:
    first = accept(store, new_job("a", key="k"))
    with store.transaction():
        again, fresh = store.accept(new_job("b", key="k"), 5)
    assert (again, fresh) == (first, False)
    with store.transaction():
        store.cancel(first.seq, 6)
        again, fresh = store.accept(new_job("c", key="k"), 7)
    assert (again.id, again.state, fresh) == ("a", "cancelled", False)


def test_only_a_waiting_job_can_be_claimed_and_only_with_a_newer_attempt(store: Store) -> None:
    job = start(store, accept(store, new_job("a")))
    with pytest.raises(StaleError), store.transaction():
        store.claim(job.seq, 2, 3)
    with store.transaction():
        store.requeue(job)
    with pytest.raises(StaleError), store.transaction():
        store.claim(job.seq, 1, 3)
    assert start(store, job, 2).attempt == 2


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_only_the_attempt_that_has_a_job_can_end_it(store: Store, state: str) -> None:
    old = start(store, accept(store, new_job("a")))
    with store.transaction():
        store.requeue(old)
    new = start(store, old, 2)
    for stale in (old, replace(new, attempt=3), replace(new, seq=99)):
        with pytest.raises(StaleError), store.transaction():
            store.finish(stale, state, record(), (), 3)
        with pytest.raises(StaleError), store.transaction():
            store.requeue(stale)
    with store.transaction():
        store.finish(new, state, record(), (), 3)
    with pytest.raises(StaleError), store.transaction():
        store.finish(new, state, record(), (), 3)
    found = store.job("a")
    assert found is not None
    assert (found.state, found.end_ms, found.tries, found.record) == (state, 3, 2, record())


def test_only_a_waiting_job_can_be_cancelled(store: Store) -> None:
    running, waiting = start(store, accept(store, new_job("a"))), accept(store, new_job("b"))
    with store.transaction():
        store.cancel(waiting.seq, 4)
    for job in (running, waiting):
        with pytest.raises(StaleError), store.transaction():
            store.cancel(job.seq, 4)
    assert store.page(("cancelled",), 10, 0).jobs[0].id == "b"
    assert store.history(None, None) == "{}"


def test_an_attempt_that_is_forgiven_does_not_count(store: Store) -> None:
    job = start(store, accept(store, new_job("a")))
    with store.transaction():
        store.requeue(job, forgiven=True)
    found = store.job("a")
    assert found is not None
    assert (found.state, found.attempt, found.tries, found.start_ms) == ("queued", 1, 0, None)


def test_an_error_inside_takes_back_everything(store: Store) -> None:
    with suppress(ZeroDivisionError), store.transaction():
        store.accept(new_job("a"), 1)
        raise ZeroDivisionError
    assert store.live() == []
    assert accept(store, new_job("b")).seq == 1


def test_history_is_windowed_as_comfyui_does(store: Store) -> None:
    for job_id in "abcde":
        end(store, job_id)

    def ids(count: int | None, offset: int | None) -> str:
        return "".join(json.loads(store.history(count, offset)))

    assert ids(None, None) == "abcde"
    assert ids(2, None) == "de"
    assert ids(2, -1) == "de"
    assert ids(9, None) == "abcde"
    assert ids(0, None) == ""
    assert ids(-1, None) == ""
    assert ids(None, 2) == "cde"
    assert ids(2, 1) == "bc"
    assert ids(2, 4) == "e"
    assert ids(2, 9) == ""
    assert ids(None, -1) == "abcde"


def test_a_history_record_is_as_comfyui_has_it(store: Store) -> None:
    job = start(store, accept(store, NewJob("a", {"9": {"inputs": {}}}, {"client_id": "c"}, ["9"], 0)))
    with store.transaction():
        store.finish(job, "done", record(), (), 3)
    expected = {"a": {"prompt": [0, "a", {"9": {"inputs": {}}}, {"client_id": "c"}, ["9"]], **record()}}
    assert store.history_one("a") == json.dumps(expected)
    assert store.history(None, None) == json.dumps(expected)
    assert store.history_one("b") == "{}"


def test_a_later_run_of_an_id_takes_the_place_of_the_earlier_one(store: Store) -> None:
    end(store, "a")
    end(store, "b")
    again = accept(store, new_job("a", 5))
    assert again.attempt == 1, "attempts of an id go on"
    assert json.loads(store.history_one("a"))["a"]["prompt"][0] == 0
    with store.transaction():
        store.claim(again.seq, 2, 2)
        store.finish(replace(again, attempt=2), "done", record(), (), 3)
    assert json.loads(store.history_one("a"))["a"]["prompt"][0] == 5
    assert list(json.loads(store.history(None, None))) == ["b", "a"]


def test_the_oldest_ends_are_pruned(store: Store) -> None:
    waiting = accept(store, new_job("w"))
    for job_id in "abcd":
        end(store, job_id)
    with store.transaction():
        store.prune(2)
    assert list(json.loads(store.history(None, None))) == ["c", "d"]
    assert store.live() == [waiting]


def test_history_can_be_forgotten_but_not_what_waits_or_runs(store: Store) -> None:
    waiting = accept(store, new_job("w"))
    for job_id in "abc":
        end(store, job_id)
    with store.transaction():
        store.forget(["a", "w", "nobody"])
    assert list(json.loads(store.history(None, None))) == ["b", "c"]
    with store.transaction():
        store.forget(None)
    assert store.history(None, None) == "{}"
    assert store.live() == [waiting]


def test_jobs_are_listed_newest_first_by_state_and_in_pages(store: Store) -> None:
    for job_id in "abcd":
        end(store, job_id, "failed" if job_id == "b" else "done")
    accept(store, new_job("w", extra_pnginfo={"workflow": {"id": "flow"}}))
    page = store.page(("queued", "done"), 2, 0)
    assert ([job.id for job in page.jobs], page.total, page.has_more) == (["w", "d"], 4, True)
    assert page.jobs[0].workflow_id == "flow"
    page = store.page(("queued", "done"), 2, 2)
    assert ([job.id for job in page.jobs], page.total, page.has_more) == (["c", "a"], 4, False)
    assert page.jobs[0].record == record()
    assert store.page(("failed",), 10, 5).jobs == []


def test_files_of_a_job_are_in_the_outbox_until_they_are_published(store: Store) -> None:
    job = start(store, accept(store, new_job("a")))
    wanted = Entry(0, 0, "/out", "sub", "a_00001_.png", "x1", 3, "00")
    with store.transaction():
        entries = store.finish(job, "done", record(), [wanted], 3)
    assert entries == store.outbox() == [wanted.recorded(job.seq, entries[0].file)]
    with store.transaction():
        store.published([entries[0].file])
    assert store.outbox() == []


def test_a_file_with_another_name_is_called_so_in_the_history(store: Store) -> None:
    job = start(store, accept(store, new_job("a")))
    places = (("", "output"), ("", "temp"), ("s", "output"))
    images = [{"filename": "a_00001_.png", "subfolder": subfolder, "type": kind} for subfolder, kind in places]
    with store.transaction():
        entry = store.finish(
            job, "done", {"outputs": {"1": {"images": images}}}, [Entry(0, 0, "/", "", "a_00001_.png", "x", 1, "0")], 3
        )[0]
        renamed = store.rename(entry, "a_00002_.png")
    assert store.outbox() == [renamed]
    found = json.loads(store.history_one("a"))["a"]["outputs"]["1"]["images"]
    assert [image["filename"] for image in found] == ["a_00002_.png", "a_00001_.png", "a_00001_.png"]


def test_the_counter_only_grows(store: Store) -> None:
    with store.transaction():
        store.remember_counter(5)
        store.remember_counter(3)
    assert store.counter() == 5


def test_a_probe_can_be_written(store: Store) -> None:
    store.probe()
    assert store.live() == []
