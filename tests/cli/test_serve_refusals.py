"""What ``serve`` refuses before it starts: one line each, that says what to do."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--device", "gpu"], "there is no device 'gpu'; devices are auto, cpu, cuda and cuda:N"),
        (["--custom-nodes", "/no/such/folder"], "--custom-nodes /no/such/folder: there is no such folder"),
        (["--front-end-root", "/no/such/folder"], "--front-end-root /no/such/folder: there is no such folder"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_start_that_cannot_work_is_one_line(flags: list[str], said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dgx_pixels", "serve", "--home", str(tmp_path / "home"), "--port", "0", *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()
