"""Opening a database: locked, checked, migrated after a backup, or refused in one sentence."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dgx_pixels.core.errors import StoreError
from dgx_pixels.jobs.statements import migrations
from dgx_pixels.jobs.store import Store
from faults.samples import new_job

SECOND_SERVER = """
import sys, time
from pathlib import Path
from dgx_pixels.core.errors import StoreError
from dgx_pixels.jobs.store import Store
begin = time.monotonic()
try:
    Store.open(Path(sys.argv[1]))
except StoreError as error:
    print(error)
    sys.exit(time.monotonic() - begin > 1)
sys.exit(2)
"""


def one(path: Path, sql: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchone()[0]


def test_a_second_server_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    store = Store.open(path)
    try:
        done = subprocess.run(
            [sys.executable, "-c", SECOND_SERVER, str(path)], capture_output=True, text=True, check=False, timeout=20
        )
    finally:
        store.close()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"another server is using {path}; stop it, or start this one with another --home\n"


def test_a_database_is_durable_and_of_one_connection(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "jobs.sqlite3")
    pragmas = {
        name: store._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "locking_mode", "synchronous", "user_version")
    }
    store.close()
    assert pragmas == {"journal_mode": "wal", "locking_mode": "exclusive", "synchronous": 2, "user_version": 1}
    assert not (tmp_path / "jobs.sqlite3-shm").exists()


def test_one_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match=r"newer dgx-pixels \(schema 99"):
        Store.open(path)
    assert one(path, "PRAGMA user_version") == 99


def test_a_migration_keeps_the_jobs_and_a_copy_of_what_was(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    store = Store.open(path)
    with store.transaction():
        store.accept(new_job("a"), 1)
    store.close()
    store = Store.open(path, [*migrations(), "ALTER TABLE job ADD COLUMN colour TEXT;", "CREATE TABLE paint (x);"])
    assert [job.id for job in store.live()] == ["a"]
    store.close()
    assert one(path, "PRAGMA user_version") == 3
    backup = tmp_path / "jobs.sqlite3.v1.bak"
    assert one(backup, "PRAGMA user_version") == 1
    assert one(backup, "SELECT id FROM job") == "a"
    assert not list(tmp_path.glob("*.part"))


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    Store.open(path).close()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(path, [*migrations(), "CREATE TABLE paint (x); CREATE TABLE job (y);"])
    assert one(path, "PRAGMA user_version") == 1
    assert one(path, "SELECT count(*) FROM sqlite_master WHERE name = 'paint'") == 0
    Store.open(path).close()


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    store = Store.open(path)
    with store.transaction():
        for number in range(200):
            store.accept(new_job(f"job {number}" * 20), 1)
    store.close()
    data = bytearray(path.read_bytes())
    data[8 * 4096 : 9 * 4096] = bytes(4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    path.write_bytes(b"x" * 5000)
    with pytest.raises(StoreError, match=r"is damaged .*move it away"):
        Store.open(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path / "file" / "jobs.sqlite3")
