"""Node packs in ComfyUI's layout: both forms, what they import, what they may do, and what a broken one costs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

HERE = Path(__file__).parent
PACKS = HERE / "packs"
GREY = {"class_type": "TestGrey", "inputs": {"level": 0.25, "size": 16}}


def run(home: Path, workflow: dict[str, Any], packs: Path = PACKS) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, HERE / "runner.py", home, packs, json.dumps(workflow)],
        capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "log": done.stderr}


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def pixels(home: Path, told: dict[str, Any], output: str, place: int = 0) -> np.ndarray:
    file = told["outputs"][output]["images"][place]
    return np.asarray(Image.open(home / file["type"] / file["filename"]))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("home")
    workflow = {
        "1": GREY,
        "2": node("TestRepeat", image=["1", 0], times=3),
        "3": node("SaveImage", images=["2", 0], filename_prefix="expanded"),
        "4": node("TestStop", image=["1", 0], stop=True),
        "5": node("SaveImage", images=["4", 0], filename_prefix="stopped"),
        "6": node("TestShade", image=["1", 0], factor=0.5, mode="dark"),
        "7": node("TestShow", image=["6", 0]),
        "8": node("TestSaveTwice", images=["6", 0], filename_prefix="twice"),
        "9": node("TestSlow", image=["1", 0], seconds=0.01),
        "10": node("TestAlias", image=["9", 0]),
        "11": node("PreviewImage", images=["10", 0]),
        "12": node("TestFacts", sampler="euler"),
    }
    return {**run(home, workflow), "home": home}


def test_the_run_succeeds_with_packs_of_every_form(told: dict[str, Any]) -> None:
    assert told["status"] == "success", told["messages"]


def test_a_broken_pack_is_reported_and_the_others_load(told: dict[str, Any]) -> None:
    assert "broken" in told["log"]
    assert "this pack is broken" in told["log"]
    loaded = set(told["infos"])
    assert {"TestGrey", "TestShade", "TestFacts"} <= loaded


def test_object_info_names_the_provider_and_built_in_names_stay_ours(told: dict[str, Any]) -> None:
    assert told["infos"]["TestGrey"]["python_module"] == "custom_nodes.classic"
    assert told["infos"]["TestGrey"]["display_name"] == "A grey picture"
    assert told["infos"]["TestFacts"]["python_module"] == "custom_nodes.single"
    assert told["infos"]["TestSaveTwice"]["python_module"] == "custom_nodes.single"
    assert told["infos"]["TestAlias"]["python_module"] == "custom_nodes.single"
    assert told["save_image"] == "nodes"


def test_a_new_form_node_looks_as_the_wire_has_it(told: dict[str, Any]) -> None:
    info = told["infos"]["TestShade"]
    assert info["input"]["required"]["image"] == ["IMAGE", {}]
    assert info["input"]["required"]["factor"] == ["FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0, "step": 0.01}]
    assert info["input"]["required"]["mode"] == ["COMBO", {"multiselect": False, "options": ["dark", "light"]}]
    assert info["input"]["optional"]["mask"] == ["MASK", {"tooltip": "Nothing yet."}]
    assert info["input"]["hidden"] == {"unique_id": ["UNIQUE_ID"]}
    assert info["output_name"] == ["shaded"]
    assert info["output_tooltips"] == [None]
    assert info["deprecated"] is info["experimental"] is info["api_node"] is False
    assert told["infos"]["TestShow"]["input"]["hidden"] == {"prompt": ["PROMPT"], "extra_pnginfo": ["EXTRA_PNGINFO"]}


def test_an_expansion_runs_built_in_nodes(told: dict[str, Any]) -> None:
    assert (pixels(told["home"], told, "3") == 191).all()  # 0.25 inverted three times
    assert "2.0.0.1" in told["ran"]


def test_a_blocker_stops_what_follows(told: dict[str, Any]) -> None:
    assert "5" not in told["outputs"]


def test_a_new_form_output_shows_a_preview(told: dict[str, Any]) -> None:
    shown = told["outputs"]["7"]
    assert shown["images"][0]["type"] == "temp"
    assert shown["animated"] == [False]
    assert (pixels(told["home"], told, "7") == 31).all()


def test_a_subclass_of_a_built_in_node_saves_twice(told: dict[str, Any]) -> None:
    assert [f["filename"] for f in told["outputs"]["8"]["images"]] == ["twice_00001_.png", "twice_00002_.png"]
    assert (pixels(told["home"], told, "8", 1) == 223).all()


def test_progress_of_bars_and_of_both_interfaces(told: dict[str, Any]) -> None:
    assert [1, 2, "1"] in told["progress"]
    assert [2, 2, "1"] in told["progress"]
    assert [0.5, 1.0, "9"] in told["progress"]


def test_what_packs_ask_for_is_answered(told: dict[str, Any]) -> None:
    text = told["outputs"]["12"]["text"]
    assert text[0] == str(told["home"] / "output")
    assert text[1:] == ["True", "cpu", "12", "simple", "12", "16384", "GrowMask"]


def test_validation_of_new_form_nodes(tmp_path: Path) -> None:
    refused = run(tmp_path, {"1": GREY, "2": node("TestShade", image=["1", 0], factor=0.25, mode="dark"),
                             "3": node("PreviewImage", images=["2", 0])})  # fmt: skip
    fault = refused["node_errors"]["2"]["errors"][0]
    assert fault["type"] == "custom_validation_failed"
    assert fault["details"] == "factor - a quarter is too little"


def test_packs_are_found_by_form_and_switched_off_by_name(tmp_path: Path) -> None:
    from dgx_pixels.compat.loading import find_packs

    for name in ("one", "two.disabled", ".hidden", "__pycache__", "no_pack"):
        (tmp_path / name).mkdir()
        if name != "no_pack":
            (tmp_path / name / "__init__.py").touch()
    (tmp_path / "three.py").touch()
    (tmp_path / "notes.txt").touch()
    assert {p.name for p in find_packs([tmp_path])} == {"one", "three.py"}
    assert not list(find_packs([tmp_path], disable_all=True))
    assert {p.name for p in find_packs([tmp_path], disable_all=True, whitelist=["one"])} == {"one"}
    assert not list(find_packs([tmp_path / "missing"]))
