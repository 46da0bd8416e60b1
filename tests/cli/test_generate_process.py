"""``dgx-pixels generate`` as a process of its own: terminals, pipes, full disks, Ctrl-C."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

COMMAND = (sys.executable, "-m", "dgx_pixels")
FULL = "No space left on device"
PATIENCE = 120
"""Seconds after which a process is taken to hang."""


def words(checkpoint: Path, *more: object) -> list[str]:
    short = ("generate", "a red potion", "--seed", 7, "--size", 16, "--steps", 2, "--model", checkpoint)
    return [str(word) for word in (*COMMAND, *short, *more)]


def finish(process: subprocess.Popen[bytes]) -> tuple[int, list[str]]:
    """Exit code, and the lines on stderr."""
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err.decode().splitlines()


def run(command: list[str], stdout: object = subprocess.PIPE) -> tuple[int, list[str]]:
    return finish(subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE))


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: what a person sees, and what a process has."""
    person, process = pty.openpty()
    try:
        yield person, process
    finally:
        os.close(person)


def read_until(person: int, wanted: str = "") -> str:
    """What a terminal shows, up to ``wanted`` or the end of the process."""
    seen, end = b"", time.monotonic() + PATIENCE
    while not wanted or wanted.encode() not in seen:
        left = max(0.0, end - time.monotonic())
        assert select.select([person], [], [], left)[0], f"{wanted!r} did not come: {seen!r}"
        try:
            more = os.read(person, 65536)
        except OSError:  # Linux says so when the last process has closed its end
            more = b""
        if not more:
            assert not wanted, f"{wanted!r} did not come: {seen!r}"
            break
        seen += more
    return seen.decode()


@pytest.mark.usefixtures("control_c")
@pytest.mark.parametrize("moment", ["reading", "loading", "of 10000"])
def test_control_c_at_any_moment(
    here: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setenv("DGX_PIXELS_HOME", str(here.parent / "fresh"))  # where no hash is known yet
    with terminal() as (person, end):
        command = words(tiny_checkpoint, "--steps", 10_000)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end)
        os.close(end)
        try:
            read_until(person, moment)
            process.send_signal(signal.SIGINT)
            after = read_until(person)
            assert process.communicate(timeout=PATIENCE)[0] == b""
        finally:
            process.kill()
    assert process.returncode == 130
    assert plain(after).splitlines()[-1] == "error: interrupted"
    assert "Traceback" not in after
    assert not list(here.iterdir())


def plain(text: str) -> str:
    """What is left on a terminal when its control sequences are taken out."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_terminal_shows_the_bar_and_then_the_sprite(here: Path, tiny_checkpoint: Path) -> None:
    with terminal() as (person, end):
        process = subprocess.Popen(words(tiny_checkpoint, "--count", 2, "--scale", 2), stdout=end, stderr=end)
        os.close(end)
        seen = read_until(person)
        assert process.wait(PATIENCE) == 0
    assert "loading" in seen
    assert re.search(r"picture 1 of 2, step \d of 2", seen)
    assert re.search(r"\d+%", plain(seen))
    assert re.search(r"\d:\d\d:\d\d", plain(seen))
    for name in ("a-red-potion-7.png", "a-red-potion-8.png"):
        rows = plain(seen).partition(f"{name}\r\n")[0].splitlines()[-8:]
        assert {len(row.rpartition("\r")[2]) for row in rows} == {16}  # two rows of pixels to a row of blocks
        assert set("".join(rows)) <= set("▀▄ \r")
        with Image.open(here / name) as image:
            red, green, blue, alpha = image.getpixel((0, 0))
        assert not alpha or f"\x1b[38;2;{red};{green};{blue}m" in seen
    assert "seed 7\r\n" in seen


def test_a_path_goes_down_the_pipe_though_the_bar_has_a_terminal(here: Path, tiny_checkpoint: Path) -> None:
    with terminal() as (person, end):
        process = subprocess.Popen(words(tiny_checkpoint), stdout=subprocess.PIPE, stderr=end)
        os.close(end)
        seen = read_until(person)
        assert process.communicate(timeout=PATIENCE)[0] == b"a-red-potion-7.png\n"
    assert "of 2" in seen
    assert ".png" not in seen


def test_a_terminal_without_colours_shows_the_path_alone(
    here: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with terminal() as (person, end):
        process = subprocess.Popen(words(tiny_checkpoint), stdout=end, stderr=subprocess.PIPE)
        os.close(end)
        assert read_until(person) == "a-red-potion-7.png\r\n"
        assert finish(process) == (0, ["seed 7"])


def test_a_png_is_not_poured_over_a_terminal(here: Path, tiny_checkpoint: Path) -> None:
    with terminal() as (person, end):
        process = subprocess.Popen(words(tiny_checkpoint, "-o", "-"), stdout=end, stderr=subprocess.PIPE)
        os.close(end)
        assert read_until(person) == ""
        code, (line,) = finish(process)
    assert code == 2
    assert "stdout is a terminal; pipe it" in line


def test_a_full_disk_leaves_no_file(here: Path, tiny_checkpoint: Path) -> None:
    (here / "old.png").write_text("old")
    for target in ("old.png", "."):
        limited = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *words(tiny_checkpoint, "--raw", "-o", target)]
        code, (line,) = run(limited)
        assert (code, line) == (
            1,
            f"error: {target} cannot be written (File too large); check the folder and its space",
        )
    assert [path.read_text() for path in here.iterdir()] == ["old"]


def test_a_file_system_without_space_leaves_no_file(here: Path, tiny_checkpoint: Path) -> None:
    # A file system of one page, seen by this process alone.
    mount = 'mount -t tmpfs -o size=4k none "$0" && cd "$0" || exit 99; "$@"; code=$?; ls -A >&2; exit $code'
    code, lines = run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(here), *words(tiny_checkpoint, "--raw")]
    )
    if code not in {0, 1}:
        pytest.skip("this machine lets nobody mount a file system")
    assert (code, lines) == (1, [f"error: . cannot be written ({FULL}); check the folder and its space"])


@pytest.mark.parametrize("target", ["-", "x.png"])
def test_a_full_disk_behind_stdout(here: Path, tiny_checkpoint: Path, target: str) -> None:
    with Path("/dev/full").open("wb") as full:
        code, (line,) = run(words(tiny_checkpoint, "-o", target), full)
    assert (code, line) == (1, f"error: the output cannot be used ({FULL}); check its folder and its space")


@pytest.mark.parametrize("more", [("show", "x.png"), ("models", "list"), ("--help",)])
def test_a_full_disk_behind_the_other_commands(here: Path, tiny_checkpoint: Path, more: tuple[str, ...]) -> None:
    run(words(tiny_checkpoint, "-o", "x.png"))
    with Path("/dev/full").open("wb") as full:
        code, (line,) = run([*COMMAND, *more], full)
    assert (code, line) == (1, f"error: the output cannot be used ({FULL}); check its folder and its space")


def test_a_reader_that_went_away_costs_no_traceback(here: Path, tiny_checkpoint: Path) -> None:
    process = subprocess.Popen(words(tiny_checkpoint, "-o", "-"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(PATIENCE) == 1
    assert process.stderr.read() == b""
    process.stderr.close()


def test_without_any_stdout(here: Path, tiny_checkpoint: Path) -> None:
    assert run(["sh", "-c", '"$@" >&-', "sh", *words(tiny_checkpoint)]) == (0, ["seed 7"])
    assert (here / "a-red-potion-7.png").is_file()


def test_names_and_prompts_that_an_encoding_lacks(
    here: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    done = subprocess.run(
        [*map(os.fsencode, words(tiny_checkpoint, "--negative", "火", "-o")), b"\xff.png"],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"\xff.png\n", b"seed 7\n")
    shown = subprocess.run([*COMMAND, b"show", b"\xff.png"], capture_output=True, check=True)
    assert rb"\u706b" in shown.stdout


def imports(words: list[str]) -> set[str]:
    """Every module that a command imports."""
    done = subprocess.run([sys.executable, "-X", "importtime", *words[1:]], capture_output=True, check=False)
    found = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines() if "|" in line}
    assert "typer" in found
    return found


LIGHT = [
    ("--help",),
    ("--version",),
    ("generate", "--help"),
    ("generate", "x", "--steps", "0"),
    ("generate", "x", "--model", "nothing"),
    ("show", "--help"),
    ("models", "list"),
    ("train", "--help"),
    ("dev", "--help"),
]


@pytest.mark.parametrize("light", LIGHT, ids=" ".join)
def test_what_draws_nothing_imports_no_torch(here: Path, light: tuple[str, ...]) -> None:
    heavy = {"torch", "scipy", "torchsde"} | ({"numpy", "PIL", "httpx"} if "--help" in light else set())
    assert not imports([*COMMAND, *light]) & heavy


def test_drawing_imports_no_compiler_and_nothing_that_trains(here: Path, tiny_checkpoint: Path) -> None:
    found = imports(words(tiny_checkpoint))
    assert "torch" in found
    unneeded = {"torch._dynamo", "torch._inductor", "sympy", "scipy", "rich.progress", "httpx", "dgx_pixels.train"}
    assert not found & unneeded
