"""The store that misbehaves on purpose misbehaves as it is told."""

import time

import pytest

from dgx_pixels.core.errors import StaleError, StoreUnavailableError
from dgx_pixels.jobs.writer import JobStore
from faults.faulty_store import Fault, FaultyStore
from faults.samples import new_job, record


async def test_it_refuses_dawdles_and_loses_answers() -> None:
    store = await JobStore.open(None, outputs=None)
    faults = {"submit": Fault("refuse"), "delete_history": Fault("delay", seconds=0.05), "finish": Fault("lose")}
    faulty = FaultyStore(store, faults)
    with pytest.raises(StoreUnavailableError):
        await faulty.submit(new_job("a"))
    assert faulty.counts() == (0, 0)
    await faulty.submit(new_job("a"))
    begin = time.monotonic()
    await faulty.delete_history()
    assert time.monotonic() - begin >= 0.05
    job = await faulty.claim()
    with pytest.raises(StoreUnavailableError):
        await faulty.finish(job.id, job.attempt, "done", record())
    with pytest.raises(StaleError):
        await faulty.finish(job.id, job.attempt, "done", record())
    assert list(await faulty.history()) == ["a"], "it was done, only the answer was lost"
    assert faulty.calls == {"submit": 2, "delete_history": 1, "finish": 2}
    await store.close()
