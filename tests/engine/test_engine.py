"""The engine: models stay warm, changed files are read again, threads take turns, memory errors are sentences."""

import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from dgx_pixels.core.errors import CheckpointError, OutOfMemoryError
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.pipeline import Job
from dgx_pixels.engine.presets import TINY_POCKET
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint

JOB = Job(prompt="a cat", width=16, height=16, steps=2, cfg=2.0, sampler="euler", scheduler="normal", seed=1)


@pytest.fixture
def files(tiny_checkpoint: Path, tmp_path: Path) -> list[Path]:
    """Three files with the same model in them."""
    return [Path(shutil.copy(tiny_checkpoint, tmp_path / f"{name}.safetensors")) for name in "abc"]


@pytest.fixture
def engine(home: Settings) -> Engine:
    return Engine(home)


def rewrite(path: Path, seed: int) -> None:
    """Another model of the same size in the file, a second later."""
    then = path.stat().st_mtime_ns
    write_random_checkpoint(path, TINY_POCKET, seed=seed)
    os.utime(path, ns=(then + 10**9, then + 10**9))


def test_a_model_stays_loaded(engine, files):
    first = engine.model(files[0])
    assert engine.model(files[0]) is first
    assert engine.model(files[0].parent / "." / "x" / ".." / files[0].name) is first


def test_a_link_is_the_file_it_leads_to(engine, files, tmp_path):
    (tmp_path / "link.safetensors").symlink_to(files[0])
    assert engine.model(tmp_path / "link.safetensors") is engine.model(files[0])


class Memory:
    """Bytes left on a device: as the test says, then plenty."""

    def __init__(self):
        self.answers = []

    def __call__(self):
        return self.answers.pop(0) if self.answers else 2**60


def test_models_stay_while_memory_allows_and_the_one_unused_for_longest_goes_first(home, files):
    memory = Memory()
    engine = Engine(home, free=memory)
    a, b = engine.model(files[0]), engine.model(files[1])
    assert engine.model(files[0]) is a
    memory.answers = [0]  # until one of them has gone
    engine.model(files[2])
    assert engine.model(files[0]) is a
    assert engine.model(files[1]) is not b


def test_every_model_goes_before_one_is_refused(home, files):
    memory = Memory()
    engine = Engine(home, free=memory)
    a, b = engine.model(files[0]), engine.model(files[1])
    memory.answers = [0, 0, 0]
    assert engine.model(files[2]).vae is not None
    assert engine.model(files[0]) is not a
    assert engine.model(files[1]) is not b


def test_a_changed_file_is_read_again_and_its_old_model_forgotten(engine, files):
    kept, old = engine.model(files[1]), engine.model(files[0])
    rewrite(files[0], seed=5)
    new = engine.model(files[0])
    assert not torch.equal(new.unet.out[2].weight, old.unet.out[2].weight)
    assert engine.model(files[1]) is kept  # the old model made the room, not another


def test_a_changed_file_changes_the_picture(engine, files):
    before = engine.draw(files[0], JOB)
    rewrite(files[0], seed=5)
    assert not np.array_equal(engine.draw(files[0], JOB), before)


def test_a_closed_engine_can_be_used_again(home, files):
    with Engine(home) as engine:
        first = engine.model(files[0])
    assert engine.model(files[0]) is not first


def test_a_warm_engine_draws_what_a_fresh_one_does(home, files):
    warm = Engine(home)
    pictures = [warm.draw(files[0], JOB) for _ in range(2)]
    assert all(np.array_equal(picture, Engine(home).draw(files[0], JOB)) for picture in pictures)


def test_threads_take_turns_and_get_their_own_pictures(engine, files):
    jobs = [Job(**{**{f: getattr(JOB, f) for f in JOB.__slots__}, "seed": seed}) for seed in range(4)]
    expected = [engine.draw(files[0], job) for job in jobs]
    busy, drawn = [], {}

    def draw(seed: int) -> None:
        drawn[seed] = engine.draw(files[0], jobs[seed], lambda step: busy.append((seed, step.step)))

    threads = [threading.Thread(target=draw, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(drawn[seed], expected[seed]) for seed in range(4))
    assert [seed for seed, _ in busy[::2]] == [seed for seed, _ in busy[1::2]]  # no picture between two steps


def test_a_picture_given_up_leaves_the_engine_whole(engine, files):
    def interrupted(_step):
        raise KeyboardInterrupt

    expected = engine.draw(files[0], JOB)
    with pytest.raises(KeyboardInterrupt):
        engine.draw(files[0], JOB, interrupted)
    assert np.array_equal(engine.draw(files[0], JOB), expected)


@pytest.mark.parametrize("content", [None, b"", b"not a model at all"])
def test_a_file_that_is_no_model_is_refused_and_the_next_one_drawn(engine, files, tmp_path, content):
    broken = tmp_path / "broken.safetensors"
    if content is not None:
        broken.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"broken\.safetensors"):
        engine.draw(broken, JOB)
    assert engine.draw(files[0], JOB).shape == (16, 16, 4)


def test_memory_that_runs_out_is_one_sentence(engine, files, monkeypatch):
    model = engine.model(files[0])

    def greedy(*_args):
        return torch.empty(2**60, dtype=torch.uint8)  # an exabyte

    monkeypatch.setattr(type(model.unet), "forward", greedy)
    with pytest.raises(OutOfMemoryError, match="too little memory to draw 16x16; ask for a smaller picture"):
        engine.draw(files[0], JOB)


def test_other_failures_stay_what_they_are(engine, files, monkeypatch):
    def broken(*_args):
        raise RuntimeError("a bug")

    monkeypatch.setattr(type(engine.model(files[0]).unet), "forward", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        engine.draw(files[0], JOB)


def test_embeddings_of_the_home_are_read_and_missing_ones_logged(home, files, caplog):
    folder = home.models / "embeddings"
    folder.mkdir(parents=True)
    save_file({"clip_l": torch.ones(1, 64), "clip_g": torch.ones(1, 128)}, folder / "mine.safetensors")
    engine = Engine(home)
    plain = engine.draw(files[0], JOB)
    job = Job(**{**{f: getattr(JOB, f) for f in JOB.__slots__}, "prompt": "a cat embedding:mine embedding:gone"})
    assert not np.array_equal(engine.draw(files[0], job), plain)
    assert [record.message for record in caplog.records] == ["there is no embedding 'gone'; it is ignored"]
