"""``dgx-pixels train``: what makes no sense is refused before anything is drawn."""

from pathlib import Path

import pytest
import torch
from outcome import Command


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--minutes", "nan"), "nan is no time to train"),
        (("--judge-minutes", 0), "0.0 is no time to train"),
        (("--stop-after", -1), "-1.0 is no time to train"),
        (("--batch", 0), "--batch"),
        (("--workers", 0), "--workers"),
        (("--prompts", -1), "--prompts"),
        (("--size", "huge"), "huge"),
        (("--device", "tpu"), "there is no device 'tpu'"),
        (("--device", "cpu,tpu"), "there is no device 'tpu'"),
    ],
)
def test_wrong_usage(command: Command, here: Path, words: tuple[object, ...], says: str) -> None:
    done = command("train", "pocket", "run", *words)
    assert says in done.error
    assert done.code == 2
    assert not list(here.iterdir())


def test_a_folder_that_is_a_file(command: Command, here: Path) -> None:
    (here / "run").touch()
    done = command("train", "pocket", "run", "--size", "smoke", "--device", "cpu")
    assert "'run' is a file" in done.error
    assert done.code == 2


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there(command: Command, here: Path) -> None:
    done = command("train", "pocket", "run")
    assert "no CUDA device" in done.error
    assert done.code == 1
    assert not list(here.iterdir())
