"""A real sampler: progress, previews, interruption; names that packs import (contract 2.2, 2.3, 6.4)."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from exam_client import Client, client_of, node, shown
from PIL import Image

from serving import ENDLESS, Server, workflow

NAMES = (Path(__file__).parent / "names_of_packs.txt").read_text()


@pytest.fixture
def drawing(lru: Server) -> Iterator[Client]:
    with client_of(lru.url, features={"supports_preview_metadata": True}) as client:
        yield client
        client.idle()


def graph(**changes: Any) -> tuple[dict[str, Any], str, str]:
    """A workflow on Pocket, its sampler's id and its output's."""
    made = workflow("txt2img_pocket", **changes)
    ids = {value["class_type"]: name for name, value in made.items()}
    return made, ids["KSampler"], ids["SaveImage"]


def test_progress_and_previews_with_metadata(drawing: Client) -> None:
    made, sampler, save = graph(steps=3, seed=1)
    run = drawing.run(made)
    told = [(data["value"], data["max"]) for data in run.of("progress") if data["node"] == sampler]
    assert told == [(1, 3), (2, 3), (3, 3)]
    frames = [frame for frame in run.frames if frame.event == 4]
    assert len(frames) == len(run.frames) == 3
    for frame in frames:
        assert frame.about["node_id"] == sampler
        assert frame.about["image_type"] == "image/jpeg"
        with Image.open(BytesIO(frame.picture)) as picture:
            assert picture.format == "JPEG"
            assert max(picture.size) == 96
    at = run.kinds.index("binary")
    assert run.kinds[at - 1 : at + 2] == ["progress_state", "binary", "progress"]
    (image,) = run.record["outputs"][save]["images"]
    reply = drawing.get("/view", **image)
    assert reply.status_code == 200
    with Image.open(BytesIO(reply.content)) as picture:
        assert json.loads(picture.text["prompt"])[sampler]["inputs"]["steps"] == 3


def test_previews_without_metadata(lru: Server) -> None:
    with client_of(lru.url) as client:
        made, _, _ = graph(steps=2, seed=2)
        run = client.run(made)
        assert [frame.event for frame in run.frames] == [1, 1]
        assert all(frame.payload.startswith(b"\0\0\0\1\xff\xd8") for frame in run.frames)


def test_no_previews_unless_asked_for(one: Client) -> None:
    made, sampler, _ = graph(steps=2, seed=3)
    run = one.run(made)
    assert run.frames == []
    assert [data["value"] for data in run.of("progress") if data["node"] == sampler] == [1, 2]


def test_a_sampler_is_interrupted(drawing: Client) -> None:
    made, sampler, _ = graph(steps=ENDLESS, seed=4)
    prompt_id = drawing.queue(made)
    drawing.listen(prompt_id, "progress")
    drawing.post("/interrupt", {"prompt_id": prompt_id})
    run = drawing.follow(prompt_id)
    (told,) = run.of("execution_interrupted")
    assert (told["node_id"], told["node_type"]) == (sampler, "KSampler")


def test_a_sampler_inside_a_loop(drawing: Client) -> None:
    """Half a step at a time, by expansion: the parts' progress is shown at the nodes of the user."""
    made, sampler, _ = graph(steps=2, seed=5)
    latent = made[sampler]["inputs"]["latent_image"]
    made |= {
        "open": node("ExamLoopOpen", left=2, value=latent), "down": node("ExamCountDown", left=["open", 1]),
        "close": node("ExamLoopClose", loop=["open", 0], go_on=["down", 1], left=["down", 0], value=[sampler, 0]),
    }  # fmt: skip
    made[sampler]["inputs"]["latent_image"] = ["open", 2]
    for value in made.values():
        if value["class_type"] == "VAEDecode":
            value["inputs"]["samples"] = ["close", 0]
    run = drawing.run(made)
    assert run.status == "success"
    displays = [frame.about["display_node_id"] for frame in run.frames]
    assert displays == [sampler] * 4
    assert len({frame.about["node_id"] for frame in run.frames}) == 2


@pytest.mark.parametrize("line", NAMES.splitlines(), ids=lambda line: line.split()[0])
def test_every_name_that_packs_import(one: Client, line: str) -> None:
    assert one.run(shown(["n", 0], n=node("OddImports", table=line))).value == ""


def test_a_pack_in_a_folder_that_is_no_name(exam: Client) -> None:
    assert exam.run(shown(["w", 0], w=node("OddWord"))).value == "inside later"
    info = exam.json("/object_info/OddWord")["OddWord"]
    assert info["python_module"] == "custom_nodes.odd-name.v2"


def test_the_websocket_library_of_comfyuis_own_scripts(classic: Server) -> None:
    """It names an Origin, reads frames one by one and is not told of the end in any other way than by messages."""
    import websocket

    for host in ("127.0.0.1", "localhost"):
        ws = websocket.WebSocket()
        ws.connect(f"ws://{host}:{classic.port}/ws?clientId=script")
        try:
            with client_of(classic.url, "script") as client:
                reply = client.submit(shown(["1", 0], **{"1": node("ExamInt", value=7)}))
                prompt_id = reply.json()["prompt_id"]
            while True:
                message = json.loads(ws.recv())
                if message["type"] == "executing" and message["data"]["node"] is None:
                    assert message["data"]["prompt_id"] == prompt_id
                    break
        finally:
            ws.close()
