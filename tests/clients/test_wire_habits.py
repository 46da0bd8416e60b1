"""What further clients send and expect, as observed on the wire; each test bears a client's name."""

import io
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import websocket
from PIL import Image

from serving import EXAMPLE, Server, endless, workflow

SMALL = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "small"}},
}


@pytest.fixture
def http(server_process: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server_process.url, timeout=30) as client:
        yield client


def small() -> dict[str, Any]:
    """A graph that nobody has sent before."""
    graph = json.loads(json.dumps(SMALL))
    graph["1"]["inputs"]["color"] = time.time_ns() % 0xFFFFFF
    return graph


def ended(http: httpx.Client, prompt_id: str) -> Any:
    """The record of a prompt, asked for until it is there."""
    for _ in range(600):
        record = http.get(f"/history/{prompt_id}").json()
        if record:
            return record[prompt_id]
        time.sleep(0.05)
    raise AssertionError(f"{prompt_id} does not end")


def connected(server: Server, query: str = "") -> websocket.WebSocket:
    socket = websocket.WebSocket()
    socket.connect(f"ws://{server.address}/ws{query}", timeout=30)
    return socket


def test_open_webui_uploads_under_api(http: httpx.Client) -> None:
    files = {"image": ("of-open-webui.png", EXAMPLE.read_bytes(), "image/png")}
    reply = http.post("/api/upload/image", files=files, data={"type": "input", "overwrite": "true"})
    assert reply.json() == {"name": "of-open-webui.png", "subfolder": "", "type": "input"}
    names = http.get("/object_info").json()["LoadImage"]["input"]["required"]["image"][0]
    assert "of-open-webui.png" in names


def test_open_webui_edits_a_picture(http: httpx.Client, server_process: Server) -> None:
    sent = http.post("/api/upload/image", files={"image": ("edit.png", EXAMPLE.read_bytes(), "image/png")}).json()
    graph = workflow("img2img_pocket")
    graph["10"]["inputs"]["image"] = sent["name"]
    client_id = str(uuid.uuid4())
    socket = connected(server_process, f"?clientId={client_id}")
    prompt_id = http.post("/prompt", json={"prompt": graph, "client_id": client_id}).json()["prompt_id"]
    while True:
        message = json.loads(socket.recv())
        if message["type"] == "executing" and message["data"]["node"] is None:
            break
    socket.close()
    (image,) = http.get(f"/history/{prompt_id}").json()[prompt_id]["outputs"]["9"]["images"]
    assert http.get("/view", params=image).content.startswith(b"\x89PNG")


def test_swarmui_reads_the_type_first(http: httpx.Client, server_process: Server) -> None:
    socket = connected(server_process, "?clientId=swarm")
    prompt_id = http.post("/prompt", json={"prompt": small(), "client_id": "swarm"}).json()["prompt_id"]
    frames: list[str] = []
    while not frames or f'"node": null, "prompt_id": "{prompt_id}"' not in frames[-1]:
        frames.append(socket.recv())
    socket.close()
    assert len(frames) > 5
    assert [frame for frame in frames if not frame.startswith(('{"type":', '{ "type"'))] == []


def test_swarmui_interrupts_one_prompt_and_no_other(http: httpx.Client, server_process: Server) -> None:
    prompt_id = http.post("/prompt", json={"prompt": endless()}).json()["prompt_id"]
    server_process.until_running(prompt_id)
    assert http.post("/interrupt", json={"prompt_id": "another"}).status_code == 200
    time.sleep(0.5)
    assert http.get(f"/history/{prompt_id}").json() == {}
    http.post("/interrupt", json={"prompt_id": prompt_id})
    assert ended(http, prompt_id)["status"]["messages"][-1][0] == "execution_interrupted"


def test_swarmui_forgets_what_it_has_fetched(http: httpx.Client) -> None:
    first, second = (http.post("/prompt", json={"prompt": small()}).json()["prompt_id"] for _ in range(2))
    ended(http, first)
    ended(http, second)
    assert http.post("/history", json={"delete": [first]}).status_code == 200
    history = http.get("/history").json()
    assert first not in history
    assert second in history


def test_swarmui_asks_for_features_and_memory(http: httpx.Client) -> None:
    assert http.get("/features").json()["supports_preview_metadata"] is True
    assert http.post("/free", json={"unload_models": True, "free_memory": True}).status_code == 200


def test_comfy_api_client_finds_html_at_the_root(http: httpx.Client) -> None:
    reply = http.get("/")
    assert reply.headers["content-type"].startswith("text/html")
    assert "<html" in reply.text


def test_comfy_api_client_unpacks_five_items_of_a_queue_entry(http: httpx.Client, server_process: Server) -> None:
    ids = [http.post("/prompt", json={"prompt": endless(seed=seed)}).json()["prompt_id"] for seed in (1, 2)]
    server_process.until_running(ids[0])
    queue = http.get("/queue").json()
    for entries, prompt_id in ((queue["queue_running"], ids[0]), (queue["queue_pending"], ids[1])):
        ((number, name, prompt, extra, outputs),) = entries
        assert (name, outputs) == (prompt_id, ["9"])
        assert isinstance(number, int)
        assert prompt["3"]["class_type"] == "KSampler"
        assert isinstance(extra, dict)
    http.post("/queue", json={"delete": [ids[1]]})
    assert http.get("/queue").json()["queue_pending"] == []
    http.post("/interrupt")
    server_process.until_idle()


def test_comfy_api_client_uploads_a_mask(http: httpx.Client) -> None:
    name = http.post("/upload/image", files={"image": ("masked.png", EXAMPLE.read_bytes())}).json()["name"]
    mask = io.BytesIO()
    Image.new("RGBA", (32, 32), (0, 0, 0, 77)).save(mask, "PNG")
    original = json.dumps({"filename": name, "subfolder": "", "type": "input"})
    data = {"original_ref": original, "type": "input", "subfolder": "clipspace"}
    reply = http.post("/upload/mask", files={"image": ("mask.png", mask.getvalue())}, data=data).json()
    stored = http.get("/view", params={"filename": reply["name"], "subfolder": "clipspace", "type": "input"})
    assert Image.open(io.BytesIO(stored.content)).getchannel("A").getextrema() == (77, 77)


def test_comfy_api_client_clears_the_history(http: httpx.Client) -> None:
    ended(http, http.post("/prompt", json={"prompt": small()}).json()["prompt_id"])
    http.post("/history", json={"clear": True})
    assert http.get("/history").json() == {}


def test_krita_takes_no_other_prompt_id_than_its_own(http: httpx.Client) -> None:
    mine = str(uuid.uuid4())
    body = {"prompt": small(), "client_id": "krita", "prompt_id": mine, "front": True}
    assert http.post("/prompt", json=body).json()["prompt_id"] == mine
    assert ended(http, mine)["prompt"][1] == mine


def test_krita_looks_at_the_machine_first(http: httpx.Client) -> None:
    stats = http.get("/system_stats").json()
    assert stats["devices"][0]["type"] == "cpu"
    assert isinstance(stats["devices"][0]["vram_total"], int)
    assert http.get("/api/etn/model_info/checkpoints").status_code == 404


def test_comfy_ui_client_asks_how_much_is_left(http: httpx.Client) -> None:
    assert http.get("/prompt").json() == {"exec_info": {"queue_remaining": 0}}
    assert http.get("/object_info/KSampler").json()["KSampler"]["name"] == "KSampler"


def test_comfy_ui_client_reads_metadata_of_models(http: httpx.Client, server_process: Server) -> None:
    head = json.dumps({"__metadata__": {"ss_tag": "x"}}).encode()
    path = server_process.home / "models" / "loras" / "told.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(head).to_bytes(8, "little") + head)
    assert http.get("/view_metadata/loras", params={"filename": "told.safetensors"}).json() == {"ss_tag": "x"}
    assert http.get("/view_metadata/loras", params={"filename": "none.safetensors"}).status_code == 404
    path.unlink()


def test_a_first_connection_without_an_id_is_given_one(http: httpx.Client, server_process: Server) -> None:
    """As the editor does on its first visit."""
    socket = connected(server_process)
    told = json.loads(socket.recv())
    sid = told["data"]["sid"]
    socket.send(json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}}))
    assert json.loads(socket.recv())["type"] == "feature_flags"
    prompt_id = http.post("/prompt", json={"prompt": small(), "client_id": sid}).json()["prompt_id"]
    kinds: list[str] = []
    while not kinds or kinds[-1] != "execution_success":
        kinds.append(json.loads(socket.recv())["type"])
    assert "executed" in kinds
    socket.close()
    ended(http, prompt_id)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain;charset=UTF-8", None])
def test_a_prompt_is_json_whatever_its_content_type(http: httpx.Client, kind: str | None) -> None:
    headers = {"content-type": kind} if kind else {}
    reply = http.post("/prompt", content=json.dumps({"prompt": small()}), headers=headers)
    assert reply.status_code == 200
    ended(http, reply.json()["prompt_id"])
