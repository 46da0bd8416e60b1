"""``dgx-pixels run`` and ``validate``: workflows in files, changes by --set, here and on a server."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli.outcome import Command, Done
from serving import EXAMPLE, WORKFLOWS, Server, endless, free_port, workflow

TXT2IMG = WORKFLOWS / "txt2img_pocket.json"
QUICK = ("--set", "3.steps=1")
Run = Callable[..., Done]


@pytest.fixture(params=["here", "server"])
def run(request: pytest.FixtureRequest, command: Command) -> Run:
    """``dgx-pixels run`` in this process and on a server; the same words, the same outcome."""
    if request.param == "here":
        return lambda *words: command("run", *words)
    url = request.getfixturevalue("server_process").url
    return lambda *words: command("run", "--server", url, *words)


def size(done: Done) -> tuple[int, int]:
    assert done.code == 0, done
    (line,) = done.out.splitlines()
    with Image.open(line) as picture:
        return picture.size


@pytest.mark.parametrize("node", ["5", "Size", "EmptyLatentImage"])
def test_a_node_is_named_by_id_title_or_class(run: Run, node: str) -> None:
    assert size(run(TXT2IMG, *QUICK, "--set", f"{node}.width=128")) == (16, 32)


def test_text_stays_text_and_may_hold_anything(run: Run) -> None:
    done = run(TXT2IMG, *QUICK, "--set", "Prompt.text=42", "--set", "Save.filename_prefix=a=b.c")
    assert size(done) == (32, 32)
    assert "a=b.c_0" in done.out
    with Image.open(done.out.strip()) as picture:
        assert json.loads(picture.info["prompt"])["6"]["inputs"]["text"] == "42"


def test_a_picture_of_mine_is_taken_along(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (32, 32), (0, 200, 0)).save(tmp_path / "mine.png")
    changes = ("--set", "10.image=./mine.png", "--set", "3.denoise=0.3")
    done = run(WORKFLOWS / "img2img_pocket.json", *QUICK, *changes)
    assert size(done) == (32, 32)
    red, green, blue, _ = Image.open(done.out.strip()).convert("RGBA").resize((1, 1)).getpixel((0, 0))
    assert green > max(red, blue)


def test_nothing_is_written_over(run: Run) -> None:
    first, second = (size(run(TXT2IMG, *QUICK, "--set", f"3.seed={seed}", "-o", "out")) for seed in (1, 2))
    assert first == second == (32, 32)
    assert len(list(Path("out").iterdir())) == 2


def test_an_output_that_cannot_be_made_is_named_and_the_others_are_made(run: Run, tmp_path: Path) -> None:
    graph = workflow("txt2img_pocket", steps=1)
    graph["90"] = {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}
    done = run(saved(tmp_path, graph))
    assert size(done) == (32, 32)
    assert done.err == "left out: node 90 (SaveImage): Required input is missing: images\n"


def test_a_node_that_fails_is_named(run: Run, tmp_path: Path) -> None:
    picture = {"class_type": "LoadImage", "inputs": {"image": str(tmp_path / "broken.png")}}
    save = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}}
    (tmp_path / "broken.png").write_bytes(EXAMPLE.read_bytes()[:300])
    done = run(saved(tmp_path, {"1": picture, "2": save}))
    assert done.code == 1
    assert "node 1 (LoadImage)" in done.error


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("3.steps", "--set '3.steps': write it as node.input=value, such as 3.seed=42"),
        ("steps=3", "--set 'steps=3': write it as node.input=value"),
        ("33.steps=3", "--set 33: there is no such node; there are 4 (CheckpointLoaderSimple), "),
        ("3.stops=3", "--set 3.stops: node 3 has no input 'stops'; it has seed, steps, cfg"),
        ("CLIPTextEncode.text=x", "several nodes are called so (6, 7); use an id"),
        ("3.steps=many", "node 3 (KSampler): Failed to convert an input value to a INT value: steps, many"),
        ("3.steps=0", "node 3 (KSampler): Value 0 smaller than min of 1: steps"),
        ("3.sampler_name=eulre", "node 3 (KSampler): Value not in list: sampler_name: 'eulre' not in"),
        ("4.ckpt_name=x.safetensors", "node 4 (CheckpointLoaderSimple): Value not in list: ckpt_name"),
    ],
)
def test_a_wrong_change_is_one_line(run: Run, change: str, error: str) -> None:
    done = run(TXT2IMG, "--set", change)
    assert done.code == 2
    assert error in done.error


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("{", "is no JSON file"),
        ("\ud800", "is no JSON file"),
        ("[" * 100_000, "is nested too deeply"),
        ("{}", "is no workflow in API format"),
        ("[1]", "is no workflow in API format"),
        ('{"1": 2}', "is no workflow in API format"),
        ('{"1": {"inputs": [1]}}', "is no workflow in API format"),
        ('{"1": {"class_type": "KSampler", "_meta": null}}', "is no workflow in API format"),
        ('{"nodes": [{"id": 1}], "links": []}', "this is no workflow of the editor"),
        ('{"nodes": [{"id": 1, "type": "Nothing"}], "links": []}', "node 1 (Nothing) is no node known here"),
        ('{"1": {"class_type": "Nothing", "inputs": {}}}', "Cannot execute because node Nothing does not exist"),
        ('{"1": {"inputs": {}}}', "Cannot execute because a node is missing the class_type property."),
    ],
)
def test_a_wrong_file_is_one_line(command: Command, tmp_path: Path, content: str | None, error: str) -> None:
    path = tmp_path / "wrong.json"
    if content is not None:
        path.write_bytes(content.encode("utf-8", "surrogatepass"))
    for name in ("run", "validate"):
        done = command(name, path)
        if name == "validate" and done.out:
            assert error in done.out
            assert done.code == 2
        else:
            assert error in done.error


def test_validate_names_every_fault(command: Command, tmp_path: Path) -> None:
    graph = workflow("txt2img_pocket", steps=0, sampler_name="eulre")
    del graph["8"]["inputs"]["vae"]
    done = command("validate", saved(tmp_path, graph))
    assert done.code == 2
    assert len(done.out.splitlines()) == 3
    assert done.err.splitlines() == [f"error: {tmp_path / 'workflow.json'} has 3 faults"]
    assert command("validate", TXT2IMG, "--set", "3.steps=3").code == 0


def test_a_request_s_body_and_the_editor_s_form_are_workflows_too(command: Command, tmp_path: Path) -> None:
    assert command("validate", saved(tmp_path, {"prompt": workflow("txt2img_pocket"), "client_id": "x"})).code == 0
    editors = {
        "nodes": [
            {"id": 1, "type": "EmptyImage", "outputs": [{"type": "IMAGE"}], "widgets_values": [8, 8, 1, 3]},
            {
                "id": 2,
                "type": "SaveImage",
                "inputs": [{"name": "images", "type": "IMAGE", "link": 1}],
                "widgets_values": ["saved"],
            },
        ],
        "links": [[1, 1, 0, 2, 0, "IMAGE"]],
    }
    assert size(command("run", saved(tmp_path, editors))) == (8, 8)


def test_no_server_is_one_line(command: Command) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert f"no events from {nobody}" in command("run", TXT2IMG, "--server", nobody).error
    assert "is no address of a server" in command("run", TXT2IMG, "--server", "ftp://x").error


def test_a_wrong_device_is_one_line(command: Command) -> None:
    assert "device" in command("run", TXT2IMG, *QUICK, "--device", "abacus").error


def test_the_example_is_put_where_no_input_folder_is(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGX_PIXELS_HOME", str(tmp_path / "new"))
    assert command("validate", WORKFLOWS / "img2img_pocket.json").code == 0
    example = tmp_path / "new" / "input" / "example.png"
    assert example.read_bytes() == EXAMPLE.read_bytes()
    example.unlink()  # what a user takes out stays out
    assert "Invalid image file: example.png" in command("validate", WORKFLOWS / "img2img_pocket.json").out
    assert not example.exists()


def test_the_server_puts_the_example_there_too(server_process: Server) -> None:
    assert (server_process.home / "input" / "example.png").read_bytes() == EXAMPLE.read_bytes()


@pytest.mark.parametrize("place", ["here", "server"])
def test_ctrl_c_stops_it(place: str, server_process: Server, tmp_path: Path) -> None:
    where = ["--server", server_process.url] if place == "server" else []
    graph = endless()
    graph["1"] = {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 9}}
    graph["2"] = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "first"}}
    before = set(server_process.get("/history"))
    process = subprocess.Popen(
        [sys.executable, "-m", "dgx_pixels", "run", saved(tmp_path, graph), *where],
        cwd=tmp_path,
        env=os.environ | {"DGX_PIXELS_HOME": str(tmp_path / "home"), "DGX_PIXELS_DEVICE": "cpu"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if place == "server":
        server_process.until("/queue", lambda queue: queue["queue_running"])
    else:
        wait_for(tmp_path / "first_00001_.png")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "error: interrupted\n")
    assert not list(tmp_path.glob("sprite*"))
    if place == "server":
        server_process.until_idle()
        (stopped,) = (record for name, record in server_process.get("/history").items() if name not in before)
        assert stopped["status"]["messages"][-1][0] == "execution_interrupted"


def wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.05)


def saved(folder: Path, graph: dict[str, Any]) -> Path:
    path = folder / "workflow.json"
    path.write_text(json.dumps(graph))
    return path
