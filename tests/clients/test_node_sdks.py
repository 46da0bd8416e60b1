"""The clients written for Node, each in a script of its own (``drivers``)."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from programs import program, unpacked
from serving import EXAMPLE, WORKFLOWS, Server

HERE = Path(__file__).parent
Node = Callable[..., Any]


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """Run a driver with Node; what it tells."""
    executable = program("node")
    unpacked(HERE / "node_modules", "the Makefile's set-up")

    def run(driver: str, address: str) -> Any:
        done = subprocess.run(
            [executable, HERE / "drivers" / driver, address, WORKFLOWS, EXAMPLE],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_saintno_comfyui_sdk(node: Node, server_process: Server) -> None:
    told = node("saintno.mjs", server_process.url)
    assert told["txt2img"] == told["img2img"] == [32]
    assert told["progress"] == ["3", 2]
    assert told["upload"] == {
        "name": "of-saintno.png",
        "subfolder": "sdk",
        "type": "input",
        "filename": "of-saintno.png",
    }
    assert told["cancel"] == "The execution was interrupted!"
    assert told["checkpoints"] == told["models"] == ["pocket.safetensors"]
    assert told["loras"] == told["embeddings"] == []
    assert told["types"] == 20
    assert told["features"] == {"supports_preview_metadata": True, "max_upload_size": 104857600}
    assert told["queue"] == {"queue_running": [], "queue_pending": []}
    assert told["status"] == {"exec_info": {"queue_remaining": 0}}
    assert told["devices"] == "cpu"
    assert told["users"] == {"storage": "server", "migrated": True}
    assert told["setting"] == told["settings"] == "red"
    assert (told["userdata"], told["listed"], told["left"]) == ({"a": 1}, ["note.json"], 0)
    assert told["templates"] == {}
    for name in ("samplers", "folders", "logs", "histories", "extensions", "freed"):
        assert told[name] is True


def test_stable_canvas_comfyui_client(node: Node, server_process: Server) -> None:
    told = node("stable_canvas.mjs", server_process.address)
    assert told["txt2img"] == told["polled"] == told["img2img"] == [32]
    assert told["progress"] == [2, 2]
    assert told["written"] == [128]
    assert "failed with status: error" in told["cancel"]
    assert told["checkpoints"] == told["models"] == ["pocket.safetensors"]
    assert dict(told["others"])["getLoRAs"] == 0
    assert told["queue"] == [0, 0]
    assert told["stats"] == 1
    assert told["users"] == "server"
    assert told["setting"] == ["blue", "blue"]
    for name in ("samplers", "schedulers", "folders", "extensions", "history"):
        assert told[name] is True
