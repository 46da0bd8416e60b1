"""``dgx-pixels train``: what makes no sense is refused before anything is drawn."""

import json
from pathlib import Path

import pytest
import torch
from outcome import Command

from dgx_pixels.train.run import SETS


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


def test_only_a_finished_run_is_evaluated(command: Command, here: Path) -> None:
    (here / "run").mkdir()
    done = command("train", "evaluate", "run")
    assert "run has no pocket.safetensors; train there first" in done.error
    assert done.code == 1
    done = command("train", "evaluate", "run", "--set", "33 px")
    assert "sets are seen, unseen, 16 px" in done.error
    assert done.code == 2


def test_a_run_from_nothing_to_figures(command: Command, here: Path) -> None:
    """The smallest of all: drawn, judged and published, gone on with, and looked at again."""
    words = ("--size", "smoke", "--device", "cpu", "--batch", 8, "--workers", 2)
    short = (*words, "--minutes", 0.02, "--judge-minutes", 0.02)
    done = command("train", "pocket", "run", *short, "--prompts", 0)
    assert done.code == 0, done.err
    assert sorted(path.name for path in (here / "run").iterdir()) == [
        "judge.safetensors",
        "state.safetensors",
        "vae.safetensors",
    ]
    done = command("train", "pocket", "run", *short, "--prompts", 4)
    assert done.code == 0, done.err
    figures = json.loads((here / "run" / "figures.json").read_text())
    assert set(figures) == set(SETS)
    assert figures["seen"]["prompts"] == 4
    assert (here / "run" / "seen.png").is_file()
    done = command("train", "evaluate", "run", "--set", "unseen", "--prompts", 3, "--device", "cpu")
    assert done.code == 0, done.err
    assert json.loads((here / "run" / "figures.json").read_text())["unseen"]["prompts"] == 3
