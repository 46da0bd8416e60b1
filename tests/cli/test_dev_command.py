"""``dgx-pixels dev``: the file it writes is one that loads."""

from pathlib import Path

import pytest
from outcome import Command
from typer.testing import CliRunner

from dgx_pixels.checkpoint.families import read_spec
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.cli.dev import app
from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.presets import TINY_SD15
from dgx_pixels.train.architecture import POCKET


@pytest.mark.parametrize(("family", "spec"), [("tiny-sd15", TINY_SD15), ("pocket", POCKET)])
def test_writes_a_checkpoint_of_the_family_asked_for(tmp_path: Path, family: str, spec: object) -> None:
    path = tmp_path / "random.safetensors"
    done = CliRunner().invoke(app, ["random-checkpoint", "--family", family, "--dtype", "bf16", "-o", str(path)])
    assert done.exit_code == 0, done.output
    assert f"{family}, bf16" in done.output
    assert read_spec(TensorFile(path)) == spec
    assert {info.dtype for info in TensorFile(path).values()} == {"BF16", "I64"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--family", "sdxxl"], "sdxxl is not one of sdxl, sdxl-refiner"),
        (["--dtype", "fp12"], "fp12 is not one of fp16"),
        (["--device", "tpu"], "there is no device 'tpu'"),
        (["-o", "x.ckpt"], "x.ckpt has the name of a pickle"),
    ],
)
def test_says_what_is_offered(here: Path, wrong: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["random-checkpoint", "-o", "x", *wrong])
    assert isinstance(done.exception, UsageError)
    assert says in str(done.exception)
    assert not list(here.iterdir())


def test_a_folder_that_is_a_file_is_one_line(command: Command, here: Path) -> None:
    (here / "plain").touch()
    done = command("dev", "random-checkpoint", "--family", "tiny-sd15", "-o", "plain/x.safetensors")
    assert "plain/x.safetensors: cannot be written (Not a directory)" in done.error
    assert done.code == 1
