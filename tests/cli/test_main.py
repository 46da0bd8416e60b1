"""The command line as a process: one line on stderr, the right exit code, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest


def run(*args: str, home: Path) -> subprocess.CompletedProcess[str]:
    env = {"DGX_PIXELS_HOME": str(home), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, "-m", "dgx_pixels", *args], capture_output=True, text=True, check=False, env=env
    )


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("modells",), 2, "models"),
        (("--nope",), 2, "--nope"),
        (("models", "list", "--nope"), 2, "--nope"),
        (("models", "show", "nothing"), 1, "nothing"),
        (("models", "add", "no-such-file.safetensors"), 1, "no-such-file"),
        (("dev", "random-checkpoint", "-o", "x.safetensors", "--family", "sdxxl"), 2, "sdxxl"),
        (("dev", "random-checkpoint"), 2, "--output"),
    ],
)
def test_a_mistake_costs_one_line(args: tuple[str, ...], code: int, says: str, tmp_path: Path) -> None:
    done = run(*args, home=tmp_path)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert says in lines[0]
    assert done.returncode == code


def test_help_and_version(tmp_path: Path) -> None:
    assert run("--version", home=tmp_path).stdout.strip() == "0.1.0"
    helped = run("--help", home=tmp_path)
    assert helped.returncode == 0
    assert all(word in helped.stdout for word in ("models", "train", "dev"))
