"""Rows 1 and 4 of the promises: the process is killed at every call that changes the disk, and nothing is lost."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest

from faults.files import Reader
from faults.kit import Driver, Result
from faults.scenario import check
from faults.torture import LONG, rounds

KILLS = ("kill-before", "kill-after")


def kill_at(driver: Driver, root: Path, mode: str, at: int, do: str = "life") -> Result:
    result = driver.run(do, root, mode, at=at)
    assert result.error is None, result.error
    return result


@pytest.mark.parametrize("mode", KILLS)
def test_no_job_is_lost_at_whatever_call_the_process_dies(driver: Driver, quick_folder: Path, mode: str) -> None:
    reads, at, killed = 0, 0, True
    while killed:
        at += 1
        root = quick_folder / str(at)
        root.mkdir()
        with Reader(root / "output") as reader:
            result = kill_at(driver, root, mode, at)
            killed = result.killed
            asyncio.run(check(root, result.notes))
            reader.look()
        assert not reader.broken
        reads += reader.reads
        shutil.rmtree(root)
    assert at > 100, "the shim did not count the calls"
    assert reads >= 1000


@pytest.mark.parametrize("mode", KILLS)
def test_no_job_is_lost_when_the_recovery_dies_too(driver: Driver, quick_folder: Path, mode: str) -> None:
    for first in range(1 if LONG else 60, 400, 1 if LONG else 45):
        origin = quick_folder / "origin"
        origin.mkdir()
        before = kill_at(driver, origin, mode, first)
        second, killed = 0, before.killed
        while killed:
            second += 1 if LONG else 11
            root = quick_folder / "root"
            shutil.copytree(origin, root)
            after = kill_at(driver, root, mode, second, "recover")
            killed = after.killed
            asyncio.run(check(root, before.notes + after.notes))
            shutil.rmtree(root)
        shutil.rmtree(origin)
        if not before.killed:
            break


def test_no_job_is_lost_under_load_whenever_the_process_dies(driver: Driver, quick_folder: Path) -> None:
    chance = random.Random(5)
    for number in rounds(1, share=0.25):
        root = quick_folder / str(number)
        root.mkdir()
        notes: list[tuple[str, str]] = []
        with Reader(root / "output", pause=0.02) as reader:
            for _ in range(8):
                result = driver.run("load", root, seconds=chance.uniform(0.02, 0.25))
                assert result.killed, result.error
                notes += result.notes
            asyncio.run(check(root, notes))
            reader.look()
        assert not reader.broken
        assert sum(what == "accepted" for what, _ in notes) > 50
        shutil.rmtree(root)
