"""``dgx-pixels dev``: the file it writes is one that loads."""

from pathlib import Path

import pytest
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


@pytest.mark.parametrize("wrong", [["--family", "sdxxl"], ["--dtype", "fp12"], ["--device", "tpu"]])
def test_says_what_is_offered(tmp_path: Path, wrong: list[str]) -> None:
    done = CliRunner().invoke(app, ["random-checkpoint", "-o", str(tmp_path / "x"), *wrong])
    assert isinstance(done.exception, UsageError)
    assert f"{wrong[1]} is not one of" in str(done.exception)
    assert not list(tmp_path.iterdir())
