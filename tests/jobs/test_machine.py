"""Row 5 of the promises: whatever is asked for in whatever order, the store does what the model does."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dgx_pixels.core.errors import QueueFullError, StaleError
from dgx_pixels.jobs.job import Job, StagedFile
from dgx_pixels.jobs.writer import JobStore
from faults.files import contents, published
from faults.model import Model, ModelJob
from faults.samples import new_job, record
from faults.torture import LONG, examples

IDS = st.sampled_from("abcdef")
SOME_IDS = st.none() | st.lists(IDS, max_size=3)
MAX_QUEUE, MAX_HISTORY = 4, 5


class Machine(RuleBasedStateMachine):
    folder: Path

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp(dir=self.folder))
        self.model = Model(MAX_QUEUE, MAX_HISTORY)
        self.held: list[tuple[ModelJob, Job]] = []
        self.stale: list[Job] = []
        self._start()

    def _start(self) -> None:
        self.store: JobStore = self._do(
            JobStore.open(
                self.root / "jobs.sqlite3",
                outputs=self.root / "output",
                max_queue=MAX_QUEUE,
                max_history=MAX_HISTORY,
            )
        )

    def _do(self, coroutine: Any) -> Any:
        return self.loop.run(coroutine)

    @rule(job_id=IDS, number=st.integers(-2, 2) | st.just(0.5), key=st.none() | st.sampled_from("xyz"))
    def submit(self, job_id: str, number: float, key: str | None) -> None:
        expected = self.model.submit(job_id, number, key)
        if expected is None:
            with pytest.raises(QueueFullError):
                self._do(self.store.submit(new_job(job_id, number, key)))
        else:
            job = self._do(self.store.submit(new_job(job_id, number, key)))
            assert (job.id, job.number, job.state) == (expected.id, expected.number, expected.state)

    @rule()
    def claim(self) -> None:
        expected, job = self.model.claim(), self._do(self.store.claim())
        assert (job and (job.id, job.number, job.tries)) == (
            expected and (expected.id, expected.number, expected.tries)
        )
        if expected is not None:
            assert job.attempt > expected.attempt
            expected.attempt = job.attempt
            self.held.append((expected, job))

    @precondition(lambda self: self.held)
    @rule(which=st.randoms(), state=st.sampled_from(["done", "failed", "cancelled"]), count=st.integers(0, 2))
    def finish(self, which: Any, state: str, count: int) -> None:
        expected, job = self.held.pop(which.randrange(len(self.held)))
        files = [self._staged(job, number) for number in range(count)]
        self._do(self.store.finish(job.id, job.attempt, state, record(*files), files))
        self.model.end(expected, state, tuple(file.filename for file in files))
        self.stale.append(job)

    def _staged(self, job: Job, number: int) -> StagedFile:
        name = f"{job.seq}.{job.attempt}.{number}"
        (self.store.staging / name).write_bytes(contents(job.id, job.attempt, number))
        return StagedFile(name, "", name)

    @precondition(lambda self: self.held)
    @rule(which=st.randoms())
    def the_worker_dies(self, which: Any) -> None:
        expected, job = self.held.pop(which.randrange(len(self.held)))
        self.model.die(expected)
        assert self._do(self.store.requeue(job.id, job.attempt)) == expected.state
        self.stale.append(job)

    @precondition(lambda self: self.stale)
    @rule(which=st.randoms())
    def somebody_is_late(self, which: Any) -> None:
        job = which.choice(self.stale)
        with pytest.raises(StaleError):
            self._do(self.store.finish(job.id, job.attempt, "done", record(), [self._staged(job, 9)]))

    @rule(ids=SOME_IDS)
    def cancel(self, ids: list[str] | None) -> None:
        assert sorted(self._do(self.store.delete_pending(ids))) == sorted(self.model.cancel(ids))

    @rule(ids=SOME_IDS)
    def forget(self, ids: list[str] | None) -> None:
        self._do(self.store.delete_history(ids))
        self.model.ended = [job for job in self.model.ended if ids is not None and job.id not in ids]

    @rule(killed=st.booleans())
    def restart(self, killed: bool) -> None:
        """An orderly end, or what a kill leaves: the files as they are at this moment."""
        if killed:
            left = Path(tempfile.mkdtemp(dir=self.folder))
            for name in ("jobs.sqlite3", "jobs.sqlite3-wal"):
                shutil.copyfile(self.root / name, left / name)
            _copy(self.root / "output", left / "output")
        self._do(self.store.close())
        if killed:
            shutil.rmtree(self.root)
            self.root = left
        self._start()
        self.model.restart()
        self.stale += [job for _, job in self.held]
        self.held = []

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        if not hasattr(self, "store"):
            return
        assert sorted((j.number, j.id) for j in self.store.pending()) == [
            (j.number, j.id) for j in self.model.waiting()
        ]
        assert sorted(j.id for j in self.store.running()) == sorted(j.id for j in self.model.running())
        assert list(self._do(self.store.history())) == self.model.history()
        page = self._do(self.store.jobs(limit=1000))
        everything = sorted(self.model.jobs + self.model.ended, key=lambda job: -job.order)
        assert [(job.id, job.state) for job in page.jobs] == [(job.id, job.state) for job in everything]
        assert {path.name for path in published(self.root / "output")} == self.model.published

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self._do(self.store.close())
            self.loop.close()
            shutil.rmtree(self.root)


def _copy(source: Path, target: Path) -> None:
    """Copy a tree that changes meanwhile."""
    target.mkdir()
    for path in source.iterdir():
        if path.is_dir():
            _copy(path, target / path.name)
        else:
            try:
                shutil.copyfile(path, target / path.name)
            except FileNotFoundError:
                continue


def test_the_store_does_what_the_model_does(quick_folder: Path) -> None:
    machine = type("MachineHere", (Machine,), {"folder": quick_folder})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(500, share=0.15, per_second=20),
            stateful_step_count=15,
            derandomize=not LONG,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
