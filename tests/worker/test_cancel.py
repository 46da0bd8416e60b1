"""Row 9 of the promises: a cancel is prompt in every phase, and what it was acknowledged for never appears."""

import asyncio
import random
import time
from collections import Counter
from typing import Any

import pytest
from works import Works, misbehave, save, times, wait_and_save


def victim(prefix: str) -> dict[str, Any]:
    """A job of three phases: one that never looks up, one of steps, one that writes files."""
    return {
        "1": {"class_type": "Deaf", "inputs": {"seconds": 0.03, "how": "python"}},
        "2": {"class_type": "Wait", "inputs": {"seconds": 0.06, "after": ["1", 0]}},
        "9": {"class_type": "Save", "inputs": {"text": "t", "prefix": prefix, "after": ["2", 0], "count": 200}},
    }


async def test_hundred_cancels_at_random_moments(works: Works) -> None:
    moments = random.Random(9)
    fates: Counter[str] = Counter()
    cancels, neighbours, acknowledged = times(100, 20_000), 0, []
    for number in range(cancels):
        name = f"victim{number}"
        if number % 5 == 0:
            await works.submit(save(f"kept{number}", "neighbour"), f"neighbour{neighbours}")
            neighbours += 1
        await works.submit(victim(name), name)
        await asyncio.sleep(moments.uniform(0, 0.15))
        begin = time.monotonic()
        phase = works.supervisor.status.node if works.supervisor.status.running == name else None
        if await works.supervisor.interrupt(name):
            record = await works.ended(name, 5)
            assert time.monotonic() - begin < 5
            assert record["status"]["status_str"] == "error"
            assert not record["status"]["completed"]
            kind, data = record["status"]["messages"][-1]
            assert kind == "execution_interrupted"
            assert data["prompt_id"] == name
            assert record["outputs"] == {}
            acknowledged.append(name)
            fates[f"node {phase}"] += 1
        elif await works.store.delete_pending([name]):
            works.supervisor.queue_changed()
            assert time.monotonic() - begin < 0.5
            assert await works.store.history_one(name) == {}
            acknowledged.append(name)
            fates["waiting"] += 1
        else:
            assert (await works.ended(name))["status"]["completed"]
            fates["too late"] += 1
    for number in range(neighbours):
        assert (await works.ended(f"neighbour{number}"))["status"]["completed"]
    await works.until(lambda: works.store.counts() == (0, 0))
    await works.until(lambda: not works.staged())
    published = {name.rsplit("_", 2)[0] for name in works.files()}
    assert not published & set(acknowledged)
    assert len(published) == 1 + fates["too late"]
    assert len([name for name in works.files() if name.startswith("neighbour")]) == neighbours
    assert {"node 1", "node 2", "node 9"} <= set(fates), fates
    for name in acknowledged:
        assert "execution_success" not in works.events(name)


@pytest.mark.parametrize("how", ["c", "gil"])
async def test_node_that_never_looks_up_is_ended_hard(works: Works, how: str) -> None:
    await works.run(save("first"), "first")
    for turn in range(times(1, 100)):
        prompt = save("t", "deaf") | {"1": {"class_type": "Deaf", "inputs": {"seconds": 1000.0, "how": how}}}
        prompt["9"]["inputs"]["after"] = ["1", 0]
        await works.submit(prompt, f"deaf{turn}")
        await works.until(lambda: works.supervisor.status.node == "1")
        await works.submit(save("next", "next"), f"next{turn}")
        begin = time.monotonic()
        assert await works.supervisor.interrupt(None)
        record = await works.ended(f"deaf{turn}", 5)
        assert time.monotonic() - begin < 5
        kind, data = record["status"]["messages"][-1]
        assert (kind, data["node_id"], data["node_type"]) == ("execution_interrupted", "1", "Deaf")
        assert works.supervisor.status.ready, "a cancel is no crash"
        assert (await works.ended(f"next{turn}"))["status"]["completed"]


async def test_stopped_worker_is_ended_hard(works: Works) -> None:
    await works.run(save("first"), "first")
    await works.submit(misbehave("stopped"), "stopped")
    await works.until(lambda: works.supervisor.status.node == "1")
    assert await works.supervisor.interrupt("stopped")
    record = await works.ended("stopped", 5)
    assert record["status"]["messages"][-1][0] == "execution_interrupted"


async def test_cancelled_files_do_not_come_back_from_the_workers_memory(works: Works) -> None:
    """A node's remembered result names files; where those were dropped, it must run again."""
    prompt = save("t", "first") | {
        "5": {"class_type": "Wait", "inputs": {"seconds": 30.0}},
        "8": {"class_type": "Save", "inputs": {"text": "t", "prefix": "second", "after": ["5", 0]}},
    }
    await works.submit(prompt, "a")
    await works.until(lambda: works.staged() and works.supervisor.status.node == "5")
    assert works.supervisor.staged("output", "", "first_00001_.txt") is not None
    assert await works.supervisor.interrupt("a")
    assert (await works.ended("a"))["outputs"] == {}
    assert works.supervisor.staged("output", "", "first_00001_.txt") is None
    record = await works.run(save("t", "first"), "b")
    name = record["outputs"]["9"]["images"][0]["filename"]
    await works.until(lambda: works.files() == [name])
    # What was published is remembered and not written again.
    assert (await works.run(save("t", "first"), "c"))["outputs"] == record["outputs"]
    assert works.files() == [name]


async def test_interrupt_names_the_running_prompt_or_does_nothing(works: Works) -> None:
    assert not await works.supervisor.interrupt(None)
    await works.submit(wait_and_save(0.5, "a"), "a")
    await works.submit(wait_and_save(0.0, "b"), "b")
    await works.until(lambda: works.supervisor.status.running == "a")
    assert not await works.supervisor.interrupt("b")
    assert not await works.supervisor.interrupt("unknown")
    assert (await works.ended("a"))["status"]["completed"]
    assert (await works.ended("b"))["status"]["completed"]
    await works.until(lambda: works.files() == ["a_00001_.txt", "b_00001_.txt"])
