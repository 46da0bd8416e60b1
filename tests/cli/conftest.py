"""The command line as its tests call it: whole, with what it printed and the folder it was called in."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from outcome import Command, Done

from dgx_pixels.cli import commands


@pytest.fixture(scope="session")
def cli_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without models, which remembers the hashes of the tests' own from one test to the next."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def here(tmp_path: Path, cli_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, on the CPU."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DGX_PIXELS_HOME", str(cli_home))
    monkeypatch.setenv("DGX_PIXELS_DEVICE", "cpu")
    return folder


@pytest.fixture
def command(here: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Command:
    """``dgx-pixels`` with the words given, in this process."""

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["dgx-pixels", *map(str, words)])
        code = commands.run()
        stdout, stderr = capsysbinary.readouterr()
        return Done(code, stdout, stderr.decode())

    return run


@pytest.fixture
def generate(command: Command, tiny_checkpoint: Path) -> Command:
    """``dgx-pixels generate`` with a tiny model, 16 sprite pixels and 2 steps unless the words say otherwise."""

    def run(*words: object) -> Done:
        given = {"--model": tiny_checkpoint, "--size": 16, "--steps": 2}
        if "--width" in words or "--height" in words:
            del given["--size"]
        missing = [word for pair in given.items() if pair[0] not in words for word in pair]
        return command("generate", *missing, *words)

    return run


@pytest.fixture
def control_c() -> Iterator[None]:
    """Ctrl-C is heard, here and in child processes, though tests may run as a background job, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
