"""What stays loaded: room is made before it is needed, and memory that runs out all the same costs one retry."""

from pathlib import Path

import pytest
import torch

from dgx_pixels.engine.memory import free_bytes, reserve_bytes
from dgx_pixels.engine.residency import Residency


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_text(path.name)
    return paths


def test_what_a_file_holds_is_kept_for_each_purpose(files):
    residency = Residency(lambda: 2**40, 0)
    first = residency.get(files[0], "unet", lambda _: object())
    assert residency.get(files[0], "unet", lambda _: object()) is first
    assert residency.get(files[0], "vae", lambda _: object()) is not first
    assert residency.get(files[0], "unet", lambda _: object()) is first


def test_room_is_made_for_what_is_about_to_be_taken(files):
    sizes = {"a": 30, "b": 50}
    kept: list[str] = []
    residency = Residency(lambda: 100 - sum(sizes[name] for name in kept), 10)

    class Thing:
        def __init__(self, name: str) -> None:
            self.name = name
            kept.append(name)

        def __del__(self) -> None:
            kept.remove(self.name)

    def load(name):
        def loaded(admit):
            admit(sizes[name])
            return Thing(name)

        return loaded

    for path in files[:2]:
        residency.get(path, "", load(path.name))
    assert kept == ["a", "b"]
    sizes["c"] = 30
    residency.get(files[2], "", load("c"))
    assert kept == ["b", "c"]


def test_memory_that_runs_out_while_loading_costs_the_others_and_a_second_try(files):
    residency = Residency(lambda: 2**40, 0)
    first = residency.get(files[0], "", lambda _: object())
    tries = []

    def load(_admit):
        tries.append(1)
        if len(tries) == 1:
            raise torch.OutOfMemoryError
        return "loaded"

    assert residency.get(files[1], "", load) == "loaded"
    assert residency.get(files[0], "", lambda _: object()) is not first


def test_with_nothing_to_give_up_memory_that_runs_out_is_the_error_it_is(files):
    def load(_admit):
        raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        Residency(lambda: 2**40, 0).get(files[0], "", load)


def test_this_machine_tells_its_memory():
    cpu = torch.device("cpu")
    assert 2**20 < free_bytes(cpu) < 2**50
    assert 2**29 <= reserve_bytes(cpu) < 2**45
