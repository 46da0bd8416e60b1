"""The pattern of ComfyUI's own script examples: urllib, websocket-client, a prompt_id of one's own."""

import io
import json
import struct
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import websocket
from PIL import Image

from serving import Server, endless, workflow


class Script:
    """The functions that each of those scripts begins with."""

    def __init__(self, server: Server) -> None:
        self.address = server.address
        self.client_id = str(uuid.uuid4())
        self.socket = websocket.WebSocket()
        self.socket.connect(f"ws://{self.address}/ws?clientId={self.client_id}", timeout=30)

    def queue_prompt(self, prompt: Any, prompt_id: str) -> Any:
        body = {"prompt": prompt, "client_id": self.client_id, "prompt_id": prompt_id}
        request = urllib.request.Request(f"http://{self.address}/prompt", data=json.dumps(body).encode())
        return json.loads(urllib.request.urlopen(request).read())

    def get_image(self, filename: str, subfolder: str, folder_type: str) -> bytes:
        query = urllib.parse.urlencode({"filename": filename, "subfolder": subfolder, "type": folder_type})
        with urllib.request.urlopen(f"http://{self.address}/view?{query}") as response:
            return response.read()

    def get_history(self, prompt_id: str) -> Any:
        with urllib.request.urlopen(f"http://{self.address}/history/{prompt_id}") as response:
            return json.loads(response.read())

    def until_the_end(self, prompt_id: str) -> Iterator[tuple[str, bytes]]:
        """(node that runs, binary frame) until nothing of the prompt runs any more."""
        node = ""
        while True:
            out = self.socket.recv()
            if not isinstance(out, str):
                yield node, out
                continue
            message = json.loads(out)
            if message["type"] == "executing" and message["data"].get("prompt_id") == prompt_id:
                if message["data"]["node"] is None:
                    return
                node = message["data"]["node"]


@pytest.fixture
def script(server_process: Server) -> Iterator[Script]:
    made = Script(server_process)
    yield made
    made.socket.close()


def test_websockets_api_example(script: Script) -> None:
    prompt_id = str(uuid.uuid4())
    assert script.queue_prompt(workflow("txt2img_pocket", seed=time.time_ns()), prompt_id)["prompt_id"] == prompt_id
    assert list(script.until_the_end(prompt_id)) == []
    history = script.get_history(prompt_id)[prompt_id]
    (image,) = history["outputs"]["9"]["images"]
    assert Image.open(io.BytesIO(script.get_image(**renamed(image)))).size == (32, 32)


def renamed(image: dict[str, str]) -> dict[str, str]:
    return {"filename": image["filename"], "subfolder": image["subfolder"], "folder_type": image["type"]}


def test_websockets_api_example_with_images_over_the_socket(script: Script) -> None:
    graph = workflow("txt2img_pocket", seed=time.time_ns())
    graph["save_image_websocket_node"] = {"class_type": "SaveImageWebsocket", "inputs": {"images": ["12", 0]}}
    del graph["9"]
    prompt_id = str(uuid.uuid4())
    script.queue_prompt(graph, prompt_id)
    ((node, frame),) = script.until_the_end(prompt_id)
    assert node == "save_image_websocket_node"
    assert struct.unpack(">II", frame[:8]) == (1, 2)
    picture = Image.open(io.BytesIO(frame[8:]))
    assert (picture.format, picture.size) == ("PNG", (32, 32))
    assert script.get_history(prompt_id)[prompt_id]["status"]["status_str"] == "success"


def test_basic_api_example_posts_and_forgets(server_process: Server) -> None:
    data = json.dumps({"prompt": workflow("txt2img_pocket")}).encode()
    request = urllib.request.Request(f"{server_process.url}/prompt", data=data)
    assert request.get_header("Content-type") is None  # urllib will say that it is a form
    urllib.request.urlopen(request).read()
    server_process.until_idle()


def test_the_history_is_there_whenever_the_end_is_told(script: Script) -> None:
    graph = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "end"}},
    }
    for color in range(40):
        graph["1"]["inputs"]["color"] = color
        prompt_id = str(uuid.uuid4())
        script.queue_prompt(graph, prompt_id)
        assert list(script.until_the_end(prompt_id)) == []
        (image,) = script.get_history(prompt_id)[prompt_id]["outputs"]["2"]["images"]
        assert script.get_image(**renamed(image)).startswith(b"\x89PNG")


def test_an_interrupted_script_hears_the_end(script: Script, server_process: Server) -> None:
    prompt_id = str(uuid.uuid4())
    script.queue_prompt(endless(), prompt_id)
    server_process.until_running(prompt_id)
    interrupt = urllib.request.Request(f"{server_process.url}/interrupt", data=b"")
    threading.Timer(0.2, lambda: urllib.request.urlopen(interrupt).read()).start()
    assert list(script.until_the_end(prompt_id)) == []
    status = script.get_history(prompt_id)[prompt_id]["status"]
    assert (status["status_str"], status["completed"]) == ("error", False)


def test_a_wrong_workflow_is_an_http_error_with_a_reason(script: Script) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        script.queue_prompt(workflow("txt2img_pocket", sampler_name="eulre"), "x")
    reason = json.loads(caught.value.read())
    assert caught.value.code == 400
    (error,) = reason["node_errors"]["3"]["errors"]
    assert error["type"] == "value_not_in_list"
