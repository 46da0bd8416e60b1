"""Files and the end of their job: both or neither, and never over another file."""

import asyncio
import errno
import hashlib
import os
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dgx_pixels.core.errors import StagedFileError, StaleError, StorageError
from dgx_pixels.jobs import outbox, staging, syncing
from dgx_pixels.jobs.job import Job, StagedFile
from dgx_pixels.jobs.manifest import next_name
from dgx_pixels.jobs.writer import JobStore
from faults.samples import new_job, record


@pytest.fixture
async def store(quick_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[JobStore]:
    monkeypatch.setattr(outbox, "PUBLISH_RETRY_SECONDS", 0.05)
    made = await JobStore.open(quick_folder / "jobs.sqlite3", outputs=quick_folder / "output")
    yield made
    await made.close()


async def claimed(store: JobStore, job_id: str = "a") -> Job:
    await store.submit(new_job(job_id))
    job = await store.claim()
    assert job is not None
    return job


def staged(store: JobStore, filename: str, data: bytes = b"picture", subfolder: str = "") -> StagedFile:
    assert store.staging is not None
    name = f"{hashlib.sha256(filename.encode()).hexdigest()[:12]}.png"
    (store.staging / name).write_bytes(data)
    return StagedFile(filename, subfolder, name, len(data), hashlib.sha256(data).hexdigest())


async def test_files_have_their_names_when_the_job_has_ended(store: JobStore, quick_folder: Path) -> None:
    job = await claimed(store)
    files = [staged(store, "a_00001_.png", b"one"), staged(store, "b_00001_.png", b"two", "sprites/small")]
    await store.finish(job.id, job.attempt, "done", record(*files), files)
    assert (quick_folder / "output" / "a_00001_.png").read_bytes() == b"one"
    assert (quick_folder / "output" / "sprites" / "small" / "b_00001_.png").read_bytes() == b"two"
    await tidy(store)


async def test_who_reads_of_a_file_finds_it(
    store: JobStore, quick_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = staging.Staging.publish

    def slowly(self: staging.Staging, *args: object) -> None:
        time.sleep(0.05)
        publish(self, *args)

    monkeypatch.setattr(staging.Staging, "publish", slowly)
    job = await claimed(store)
    file = staged(store, "a.png")
    ending = asyncio.create_task(store.finish(job.id, job.attempt, "done", record(file), [file]))
    while not await store.history_one(job.id):  # noqa: ASYNC110 - as clients ask
        await asyncio.sleep(0)
    assert (quick_folder / "output" / "a.png").exists()
    await ending
    await tidy(store)


async def tidy(store: JobStore) -> None:
    """Wait until nothing is left to do after a publication."""
    async with asyncio.timeout(5):
        while store.held() or len(names(store.staging)) > 1:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


def names(folder: Path | None) -> list[str]:
    assert folder is not None
    return sorted(path.name for path in folder.iterdir())


async def test_size_and_hash_are_found_out_where_they_are_not_told(store: JobStore, quick_folder: Path) -> None:
    job = await claimed(store)
    told = staged(store, "a.png")
    file = StagedFile(told.filename, told.subfolder, told.staged)
    await store.finish(job.id, job.attempt, "done", record(file), [file])
    assert (quick_folder / "output" / "a.png").read_bytes() == b"picture"


@pytest.mark.parametrize(
    ("filename", "subfolder", "name"),
    [
        ("../a.png", "", None), ("a/b.png", "", None), ("", "", None), (".", "", None), ("..", "", None),
        ("a\0.png", "", None), ("x" * 300, "", None), ("a.png", "..", None), ("a.png", "/tmp", None),
        ("a.png", "x/../..", None), ("a.png", "link", None), ("a.png", "file", None), ("a.png", ".staging", None),
        ("a.png", "", "../a"), ("a.png", "", "missing"), ("a.png", "", ".lock"), ("a.png", "", "symlink"),
        ("a.png", "", "folder"), ("a.png", "", "/etc/passwd"), ("a.png", "", "pipe"),
    ],
)  # fmt: skip
async def test_a_worker_gone_mad_publishes_nothing(
    store: JobStore, quick_folder: Path, filename: str, subfolder: str, name: str | None
) -> None:
    outputs = quick_folder / "output"
    (outputs / "link").symlink_to(quick_folder)
    (outputs / "file").touch()
    assert store.staging is not None
    (store.staging / "symlink").symlink_to(quick_folder / "jobs.sqlite3")
    (store.staging / "folder").mkdir()
    os.mkfifo(store.staging / "pipe")
    good = staged(store, "good.png")
    bad = StagedFile(filename, subfolder, name or staged(store, "whatever.png").staged)
    job = await claimed(store)
    with pytest.raises(StagedFileError):
        await store.finish(job.id, job.attempt, "done", record(bad), [good, bad])
    assert names(outputs) == [".staging", "file", "link"]
    assert not (quick_folder / "a.png").exists()
    await store.finish(job.id, job.attempt, "failed", record(status="error"))


@pytest.mark.parametrize("change", ["longer", "shorter"])
async def test_a_file_that_is_not_what_was_said_is_refused(store: JobStore, change: str) -> None:
    job = await claimed(store)
    file = staged(store, "a.png")
    assert store.staging is not None
    (store.staging / file.staged).write_bytes(b"picture!" if change == "longer" else b"pic")
    with pytest.raises(StagedFileError):
        await store.finish(job.id, job.attempt, "done", record(file), [file])


async def test_a_name_that_another_program_took_is_passed_by(store: JobStore, quick_folder: Path) -> None:
    job = await claimed(store)
    for number in (1, 2):
        (quick_folder / "output" / f"a_0000{number}_.png").write_bytes(b"mine")
    file = staged(store, "a_00001_.png")
    await store.finish(job.id, job.attempt, "done", record(file), [file])
    assert (quick_folder / "output" / "a_00001_.png").read_bytes() == b"mine"
    assert (quick_folder / "output" / "a_00003_.png").read_bytes() == b"picture"
    images = (await store.history_one("a"))["a"]["outputs"]["1"]["images"]
    assert [image["filename"] for image in images] == ["a_00003_.png"], "the history knows"
    await tidy(store)


async def test_nothing_is_published_for_a_stale_attempt(store: JobStore, quick_folder: Path) -> None:
    old = await claimed(store)
    await store.requeue(old.id, old.attempt)
    file = staged(store, "a.png")
    with pytest.raises(StaleError):
        await store.finish(old.id, old.attempt, "done", record(file), [file])
    assert names(quick_folder / "output") == [".staging"]


async def test_the_job_ends_and_its_files_follow_when_the_disk_allows(
    store: JobStore, quick_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([errno.ENOSPC, errno.EIO])
    real = os.link

    def link(*args: object, **kwargs: object) -> None:
        number = next(failures, None)
        if number is not None:
            raise OSError(number, os.strerror(number))
        real(*args, **kwargs)

    monkeypatch.setattr(staging.os, "link", link)
    job = await claimed(store)
    file = staged(store, "a.png")
    await store.finish(job.id, job.attempt, "done", record(file), [file])
    assert (quick_folder / "output" / "a.png").read_bytes() == b"picture"


async def test_what_could_not_be_published_is_at_the_next_start(
    quick_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PUBLISH_RETRY_SECONDS", 0.05)
    store = await JobStore.open(quick_folder / "jobs.sqlite3", outputs=quick_folder / "output")
    job = await claimed(store)
    file = staged(store, "a.png")
    with monkeypatch.context() as patch:
        patch.setattr(staging.os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EROFS, "read-only")))
        end = asyncio.create_task(store.finish(job.id, job.attempt, "done", record(file), [file]))
        await asyncio.sleep(0.2)
        assert not end.done(), "the end is told when the files have their names"
        assert store.held() == {file.staged}
        await store.close()
        with pytest.raises(StorageError, match="starts again"):
            await end
    assert not (quick_folder / "output" / "a.png").exists()
    store = await JobStore.open(quick_folder / "jobs.sqlite3", outputs=quick_folder / "output")
    assert (quick_folder / "output" / "a.png").read_bytes() == b"picture"
    assert list(await store.history()) == ["a"]
    await store.close()


@pytest.mark.parametrize("number", [errno.EPERM, errno.EXDEV, errno.EOPNOTSUPP])
async def test_a_file_system_without_hard_links_will_do(
    store: JobStore, quick_folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(staging.os, "link", link)
    (quick_folder / "output" / "a_1.png").write_bytes(b"mine")
    job = await claimed(store)
    file = staged(store, "a_1.png")
    await store.finish(job.id, job.attempt, "done", record(file), [file])
    assert (quick_folder / "output" / "a_1.png").read_bytes() == b"mine"
    assert (quick_folder / "output" / "a_2.png").read_bytes() == b"picture"
    await tidy(store)
    assert names(quick_folder / "output") == [".staging", "a_1.png", "a_2.png"]


async def test_a_folder_of_outputs_may_move_while_the_server_is_down(
    quick_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PUBLISH_RETRY_SECONDS", 0.05)
    store = await JobStore.open(quick_folder / "jobs.sqlite3", outputs=quick_folder / "old")
    job = await claimed(store)
    file = staged(store, "a.png")
    with monkeypatch.context() as patch:
        patch.setattr(staging.os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
        end = asyncio.create_task(store.finish(job.id, job.attempt, "done", record(file), [file]))
        await asyncio.sleep(0.1)
        await store.close()
        await asyncio.gather(end, return_exceptions=True)
    (quick_folder / "old").rename(quick_folder / "new")
    store = await JobStore.open(quick_folder / "jobs.sqlite3", outputs=quick_folder / "new")
    assert (quick_folder / "new" / "a.png").read_bytes() == b"picture"
    assert not (quick_folder / "old").exists()
    await store.close()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EOPNOTSUPP])
async def test_a_file_system_that_cannot_sync_folders_will_do(
    store: JobStore, quick_folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(syncing.os, "fsync", fsync)
    job = await claimed(store)
    file = staged(store, "a.png")
    await store.finish(job.id, job.attempt, "done", record(file), [file])
    assert (quick_folder / "output" / "a.png").read_bytes() == b"picture"
    await tidy(store)


async def test_a_file_whose_sync_failed_is_written_anew(
    store: JobStore, quick_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        if len(synced) == 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(syncing.os, "fsync", fsync)
    job = await claimed(store)
    file = staged(store, "a.png")
    with pytest.raises(StorageError, match=r"a.png cannot be written"):
        await store.finish(job.id, job.attempt, "done", record(file), [file])
    assert not (quick_folder / "output" / "a.png").exists()
    await store.finish(job.id, job.attempt, "done", record(file), [file])
    published = quick_folder / "output" / "a.png"
    assert published.read_bytes() == b"picture"
    assert published.stat().st_ino in synced[1:]
    assert published.stat().st_ino != synced[0], "what an fsync failed for is never synced twice"


async def test_what_nobody_will_publish_is_swept_at_the_start(quick_folder: Path) -> None:
    folder = quick_folder / "output" / ".staging"
    (folder / "folder").mkdir(parents=True)
    (folder / "folder" / "file").touch()
    (folder / "link").symlink_to(quick_folder)
    (folder / "half.png").write_bytes(b"hal")
    (quick_folder / "keep").touch()
    store = await JobStore.open(quick_folder / "jobs.sqlite3", outputs=quick_folder / "output")
    assert names(folder) == [".lock"]
    assert (quick_folder / "keep").exists()
    await store.close()


async def test_many_files_are_published_at_once(store: JobStore, quick_folder: Path) -> None:
    jobs = [await claimed(store, str(number)) for number in range(100)]
    files = [staged(store, f"x_{job.id}.png", job.id.encode()) for job in jobs]
    await asyncio.gather(
        *[store.finish(j.id, j.attempt, "done", record(f), [f]) for j, f in zip(jobs, files, strict=True)]
    )
    for job in jobs:
        assert (quick_folder / "output" / f"x_{job.id}.png").read_text() == job.id
    await tidy(store)


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("ComfyUI_00001_.png", "ComfyUI_00002_.png"), ("a_99999_.png", "a_100000_.png"), ("a_009_.png", "a_010_.png"),
        ("plain.png", "plain_00001_.png"), ("no_suffix", "no_suffix_00001_"), ("v2_00009_.webp", "v2_00010_.webp"),
        ("a_1.png", "a_2.png"), ("anim_00001_.tar.gz", "anim_00001_.tar_00001_.gz"),
    ],
)  # fmt: skip
def test_the_next_name(name: str, following: str) -> None:
    assert next_name(name) == following
