"""``dgx-pixels`` with the words given, in this process, in a home that has every model of the shipped workflows."""

import shutil
import sys
from pathlib import Path

import pytest

from cli.outcome import Command, Done
from dgx_pixels.cli import commands

SDXL = "sd_xl_base_1.0.safetensors"


@pytest.fixture(scope="session")
def stocked_home(tmp_path_factory: pytest.TempPathFactory, tiny_sdxl: Path) -> Path:
    """A home whose SDXL is a tiny one of random weights."""
    home = tmp_path_factory.mktemp("stocked")
    checkpoints = home / "models" / "checkpoints"
    checkpoints.mkdir(parents=True)
    shutil.copy(tiny_sdxl, checkpoints / SDXL)
    return home


@pytest.fixture
def command(
    stocked_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Command:
    """Run it in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DGX_PIXELS_HOME", str(stocked_home))
    monkeypatch.setenv("DGX_PIXELS_DEVICE", "cpu")

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["dgx-pixels", *map(str, words)])
        code = commands.run()
        stdout, stderr = capsysbinary.readouterr()
        return Done(code, stdout, stderr.decode())

    return run
