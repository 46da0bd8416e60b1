"""comfy-cli, as its users call it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from serving import EXAMPLE, Server, endless, workflow

Comfy = Callable[..., Any]


@pytest.fixture
def comfy(server_process: Server, tmp_path: Path) -> Comfy:
    """``comfy --json`` with the words given, in a home of its own; what its envelope holds."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMFY")}
    quiet = {"DO_NOT_TRACK": "1", "COMFY_NO_WATCH": "1", "COMFY_CLI_NO_REMOTE_REFRESH": "1"}
    env = kept | quiet | {"HOME": str(tmp_path), "COMFY_LOCAL_URL": server_process.url}

    def run(*words: str) -> Any:
        command = [sys.executable, "-m", "comfy_cli", "--skip-prompt", "--json", *words]
        done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
        envelope = json.loads(done.stdout.splitlines()[-1])
        return envelope["data"] if envelope["ok"] else envelope["error"]

    return run


def saved(folder: Path, graph: Any) -> str:
    path = folder / "workflow.json"
    path.write_text(json.dumps(graph))
    return str(path)


def test_comfy_cli_text_to_image(comfy: Comfy, tmp_path: Path) -> None:
    done = comfy("run", "--workflow", saved(tmp_path, workflow("txt2img_pocket", seed=time.time_ns())), "--wait")
    assert done["status"] == "completed"
    assert "9" in done["executed_node_ids"]
    comfy("download", done["prompt_id"], "--out-dir", str(tmp_path / "got"))
    (file,) = (tmp_path / "got").rglob("*.png")
    with Image.open(file) as picture:
        assert picture.size == (32, 32)


def test_comfy_cli_image_to_image(comfy: Comfy, tmp_path: Path) -> None:
    mine = tmp_path / "of-comfy-cli.png"
    mine.write_bytes(EXAMPLE.read_bytes())
    (sent,) = comfy("upload", str(mine))["uploads"]
    graph = workflow("img2img_pocket")
    graph["10"]["inputs"]["image"] = sent["cloud_name"]
    assert comfy("run", "--workflow", saved(tmp_path, graph), "--wait")["status"] == "completed"


def test_comfy_cli_its_own_workflow_with_our_checkpoint(comfy: Comfy) -> None:
    sized = ("--set", "checkpoint=pocket.safetensors", "--set", "steps=2", "--set", "width=128", "--set", "height=128")
    done = comfy("run", "--prompt", "a red potion", *sized, "--wait")
    assert done["status"] == "completed", done


def test_comfy_cli_cancels(comfy: Comfy, server_process: Server, tmp_path: Path) -> None:
    running = comfy("run", "--workflow", saved(tmp_path, endless()))["prompt_id"]
    server_process.until_running(running)
    waiting = comfy("run", "--workflow", saved(tmp_path, endless(seed=1)))["prompt_id"]
    assert {job["prompt_id"]: job["status"] for job in comfy("jobs", "ls")["jobs"]}[running] == "running"
    comfy("jobs", "cancel", waiting)
    comfy("jobs", "cancel", running)
    server_process.until_idle()
    assert comfy("jobs", "status", running)["status"] == "cancelled"


def test_comfy_cli_lists_models_and_nodes(comfy: Comfy) -> None:
    assert [file["name"] for file in comfy("model", "list-folder", "checkpoints")["files"]] == ["pocket.safetensors"]
    assert "loras" in [folder["name"] for folder in comfy("model", "list-folders")["folders"]]
    assert comfy("nodes", "show", "KSampler")["output_types"] == ["LATENT"]


def test_comfy_cli_asks_for_memory_back(comfy: Comfy) -> None:
    assert comfy("free")["requested"]["unload_models"]
    assert comfy("system-stats")["devices"][0]["type"] == "cpu"


def test_comfy_cli_shows_what_is_wrong(comfy: Comfy, tmp_path: Path) -> None:
    said = comfy("run", "--workflow", saved(tmp_path, workflow("txt2img_pocket", steps=0)), "--wait")
    assert "steps=0 below catalog min 1" in json.dumps(said)
