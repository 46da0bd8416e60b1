"""Every workflow that comes with the program is valid and makes what its name says."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli.outcome import Command
from serving import WORKFLOWS

NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.json"))
SHEETS = {"sprite_set_pocket": (98, 65), "tile_set_pocket": (96, 64)}


def quick(name: str) -> list[str]:
    """--set for few steps, and for pictures that a tiny SDXL draws in no time."""
    graph: dict[str, Any] = json.loads((WORKFLOWS / f"{name}.json").read_text("utf-8"))
    changes: list[str] = []
    for node, entry in graph.items():
        if entry["class_type"] == "KSampler":
            changes += ["--set", f"{node}.steps=2"]
        if "pocket" not in name and "width" in entry["inputs"]:
            changes += ["--set", f"{node}.width=64", "--set", f"{node}.height=64"]
    return changes


def test_all_are_there() -> None:
    sdxl = ["batch_generation", "img2img_sdxl", "txt2img_sdxl"]
    pocket = ["batch_generation_pocket", "img2img_pocket", "sprite_set_pocket", "tile_set_pocket", "txt2img_pocket"]
    assert sorted(NAMES) == sorted(sdxl + pocket)


@pytest.mark.parametrize("name", ["batch_generation", "img2img_sdxl", "txt2img_sdxl"])
def test_those_for_sdxl_ask_for_what_it_was_trained_for(name: str) -> None:
    graph = json.loads((WORKFLOWS / f"{name}.json").read_text("utf-8"))
    (sampler,) = (node["inputs"] for node in graph.values() if node["class_type"] == "KSampler")
    assert (sampler["steps"], sampler["cfg"], sampler["sampler_name"]) == (20, 8.0, "euler")
    assert sampler["denoise"] == (0.75 if name == "img2img_sdxl" else 1.0)
    (size,) = (node["inputs"] for node in graph.values() if "width" in node["inputs"])
    assert (size["width"], size["height"]) == (1024, 1024)
    assert size.get("batch_size", 1) == (4 if name == "batch_generation" else 1)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid(command: Command, name: str) -> None:
    done = command("validate", WORKFLOWS / f"{name}.json")
    assert done.code == 0, done
    assert "is valid" in done.out


@pytest.mark.parametrize("name", NAMES)
def test_it_runs(command: Command, name: str) -> None:
    done = command("run", WORKFLOWS / f"{name}.json", "-o", "made", *quick(name))
    assert done.code == 0, done
    assert done.err == ""
    pictures = [Image.open(Path(line)).convert("RGBA") for line in done.out.splitlines()]
    assert len(pictures) == (4 if "batch" in name else 7 if name in SHEETS else 1)
    wanted = (32, 32) if "pocket" in name else (64, 64)
    assert {picture.size for picture in pictures} - {SHEETS.get(name)} == {wanted}
    assert all(len(picture.getcolors(maxcolors=2**20) or ()) > 1 for picture in pictures)
    assert {path.name for path in Path("made").iterdir()} == {Path(line).name for line in done.out.splitlines()}
    if name in SHEETS:
        assert [picture.size for picture in pictures].count(SHEETS[name]) == 1
