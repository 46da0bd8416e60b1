"""Row 2 of the promises: the power goes, and with it everything that was not synced."""

import asyncio
import errno
import random
import shutil
from pathlib import Path

from faults.files import is_whole, published
from faults.kit import Driver
from faults.power import Disk, Step, read_trace
from faults.scenario import check
from faults.torture import LONG, rounds


def trace(driver: Driver, folder: Path, mode: str = "count", at: int = -1) -> tuple[list[Step], Path]:
    """What one life does to the disk."""
    root = folder / "life"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    (folder / "trace").unlink(missing_ok=True)
    result = driver.run("life", root, mode, at=at, error=errno.EIO, trace=str(folder / "trace"))
    assert result.error is None, result.error
    return read_trace(folder / "trace"), root


def check_after_cut(disk: Disk, folder: Path, luck: random.Random | None) -> None:
    root = folder / "cut"
    disk.after_cut(root, luck)
    for path in published(root / "output"):
        assert is_whole(path.read_bytes()), path
    asyncio.run(check(root, disk.notes))
    shutil.rmtree(root)


def cut_everywhere(steps: list[Step], root: Path, folder: Path, lucks: list[int | None], every: int) -> int:
    disk = Disk(root)
    cuts = 0
    for number, step in enumerate(steps):
        disk.do(step)
        if number % every == 0:
            for luck in lucks:
                check_after_cut(disk, folder, None if luck is None else random.Random(1000 * luck + number))
                cuts += 1
    return cuts


def test_nothing_that_was_answered_is_lost_wherever_the_power_goes(driver: Driver, quick_folder: Path) -> None:
    steps, root = trace(driver, quick_folder)
    assert sum(step.kind == "S" for step in steps) > 20, "the shim did not trace the syncs"
    assert cut_everywhere(steps, root, quick_folder, [None, 1], every=2) >= 200


def test_the_long_form_draws_other_luck(driver: Driver, quick_folder: Path) -> None:
    for number in rounds(1, share=0.1):
        steps, root = trace(driver, quick_folder)
        cut_everywhere(steps, root, quick_folder, [number + 2], every=1 if LONG else 5)


def test_a_sync_that_failed_is_never_taken_for_one_that_succeeded(driver: Driver, quick_folder: Path) -> None:
    """The kernel drops what it could not write, and the next sync of the same pages says that all is well."""
    steps, _ = trace(driver, quick_folder)
    calls = sum(step.kind != "N" for step in steps)
    failed = 0
    for at in range(1, calls + 1, 1 if LONG else 5):
        steps, root = trace(driver, quick_folder, "fail", at)
        if any(step.kind == "F" for step in steps):
            failed += 1
            cut_everywhere(steps, root, quick_folder, [None], every=1 if LONG else 25)
    assert failed >= 3


def test_nor_by_the_next_server(driver: Driver, quick_folder: Path) -> None:
    """It finds a log in memory of which a part may not be on the disk, and must not go on writing behind it."""
    despaired = 0
    for at in range(30, 120):
        root = quick_folder / "life"
        root.mkdir()
        file = str(quick_folder / "trace")
        killed = driver.run("despair", root, "fail", at=at, error=errno.EIO, trace=file).killed
        before = read_trace(quick_folder / "trace")
        if killed and before[-1].kind == "F":
            result = driver.run("another", root, trace=file)
            assert result.error is None, result.error
            steps = read_trace(quick_folder / "trace")
            disk = Disk(root)
            for step in before:
                disk.do(step)
            for number, step in enumerate(steps[len(before) :]):
                disk.do(step)
                if step.kind == "N" or (step.kind == "S" and (number % 5 == 0 or LONG)):
                    check_after_cut(disk, quick_folder, None)
            despaired += 1
        shutil.rmtree(root)
        (quick_folder / "trace").unlink()
    assert despaired
