"""Row 3 of the promises: every call fails once, or from there on for a while, and the store comes through."""

import asyncio
import errno
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dgx_pixels.core.errors import StorageError
from faults.files import Reader
from faults.kit import Driver
from faults.scenario import check, drain, new_job, open_store, submit
from faults.torture import LONG, rounds

FAULTS = {
    "an I/O error": ({"mode": "fail", "error": errno.EIO}, 1),
    "no space": ({"mode": "fail", "error": errno.ENOSPC}, 1),
    "no space for a while": ({"mode": "fail", "error": errno.ENOSPC, "burst": 25}, 5),
    "a short write": ({"mode": "short"}, 4),
}
"""How calls fail, and to which of them the short form does it: each, or each so many."""


@pytest.mark.parametrize("name", FAULTS)
def test_whichever_call_fails_nothing_is_lost_and_the_store_takes_jobs_again(
    driver: Driver, quick_folder: Path, name: str
) -> None:
    fault, every = FAULTS[name]
    reads, at, calls = 0, 0, 1
    while at <= calls:
        at += 1 if LONG else every
        root = quick_folder / str(at)
        root.mkdir()
        with Reader(root / "output") as reader:
            result = driver.run("life", root, at=at, **fault)
            assert result.error is None, result.error
            asyncio.run(check(root, result.notes))
            reader.look()
        assert not reader.broken
        reads += reader.reads
        calls = max(calls, min(result.calls or 0, 400))
        shutil.rmtree(root)
    assert at > 100, "the shim did not count the calls"
    assert reads >= 1000 / every


def test_a_file_that_may_not_grow_stops_the_store_until_it_may(driver: Driver, quick_folder: Path) -> None:
    result = driver.run("full", quick_folder)
    assert result.error is None, result.error
    notes = dict(result.notes)
    assert "done" in notes
    assert ("accepted", "after") in result.notes
    assert "obstacle" in notes
    asyncio.run(check(quick_folder, result.notes))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB of our own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_full_disk_refuses_jobs_and_takes_them_soon_after_it_has_space(small_disk: Path) -> None:
    chance = random.Random(7)
    for number in rounds(2, share=0.05):
        root = small_disk / str(number)
        root.mkdir()
        await check(root, await fill_and_free(root, small_disk / "ballast", chance.randint(1, 12)))
        shutil.rmtree(root)


async def fill_and_free(root: Path, ballast: Path, jobs: int) -> list[tuple[str, str]]:
    """Jobs on a disk that is full for a while; what was answered."""
    notes: list[tuple[str, str]] = []

    def tell(what: str, job_id: str) -> None:
        notes.append((what, job_id))

    store = await open_store(root)
    for count in range(jobs):
        await submit(store, f"before{count}", tell)
    await asyncio.to_thread(fill, ballast)
    for count in range(1000):
        try:
            await store.submit(new_job(store, f"full{count}"))
        except StorageError:
            break
        tell("accepted", f"full{count}")
    assert store.obstacle is not None
    recovered = asyncio.Event()
    store.when_recovered(recovered.set)
    await asyncio.to_thread(ballast.unlink)
    await asyncio.wait_for(recovered.wait(), 5)
    await submit(store, "after", tell)
    await drain(store, tell)
    await store.close()
    return notes


def fill(path: Path) -> None:
    """Take all the space there is."""
    with path.open("wb", buffering=0) as file:
        for size in (2**16, 2**12, 1):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
