"""comfy-api-simplified: a workflow's file, parameters by title, pictures by name."""

import io
import threading
import time
from typing import Any

import pytest
from comfy_api_simplified import ComfyApiWrapper, ComfyWorkflowWrapper
from PIL import Image

from serving import EXAMPLE, WORKFLOWS, Server, endless

SMALL = ComfyWorkflowWrapper(
    {
        "1": {
            "class_type": "EmptyImage",
            "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0},
            "_meta": {"title": "Colour"},
        },
        "2": {
            "class_type": "SaveImage",
            "inputs": {"images": ["1", 0], "filename_prefix": "small"},
            "_meta": {"title": "Save"},
        },
    }
)


@pytest.fixture
def api(server_process: Server) -> ComfyApiWrapper:
    return ComfyApiWrapper(server_process.url)


def quick(name: str) -> ComfyWorkflowWrapper:
    made = ComfyWorkflowWrapper(WORKFLOWS / f"{name}.json")
    made.set_node_param("Sampler", "steps", 2)
    made.set_node_param("Sampler", "seed", time.time_ns())
    return made


def sizes(files: dict[str, bytes]) -> list[Any]:
    return [Image.open(io.BytesIO(content)).size for content in files.values()]


def test_comfy_api_simplified_text_to_image(api: ComfyApiWrapper) -> None:
    graph = quick("txt2img_pocket")
    graph.set_node_param("Prompt", "text", "a blue potion")
    assert sizes(api.queue_and_wait_images(graph, "Save")) == [(32, 32)]


def test_comfy_api_simplified_image_to_image(api: ComfyApiWrapper) -> None:
    sent = api.upload_image(EXAMPLE)
    graph = quick("img2img_pocket")
    graph.set_node_param("Picture to start from", "image", f"{sent['subfolder']}/{sent['name']}")
    assert sizes(api.queue_and_wait_images(graph, "Save")) == [(32, 32)]


def test_comfy_api_simplified_takes_an_empty_queue_for_the_end(api: ComfyApiWrapper) -> None:
    """It connects after it has queued, and looks into the history as soon as the queue is empty."""
    for color in range(25):
        SMALL.set_node_param("Colour", "color", color)
        assert sizes(api.queue_and_wait_images(SMALL, "Save")) == [(8, 8)]


def test_comfy_api_simplified_cancel(api: ComfyApiWrapper, server_process: Server) -> None:
    failures: list[BaseException] = []

    def draw() -> None:
        try:
            api.queue_and_wait_images(endless(), "Save")
        except KeyError as error:  # a stopped job has no output
            failures.append(error)

    thread = threading.Thread(target=draw)
    thread.start()
    queue = server_process.until("/queue", lambda queue: queue["queue_running"])
    assert api.get_queue_size_before(queue["queue_running"][0][1]) == 0
    api.interrupt()
    thread.join(30)
    assert not thread.is_alive()
    assert [error.args for error in failures] == [("9",)]


def test_comfy_api_simplified_lists(api: ComfyApiWrapper) -> None:
    names = api.get_object_info("CheckpointLoaderSimple")["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0]
    assert names == ["pocket.safetensors"]
    assert api.get_object_info("NoSuchNode") == {}
    assert "KSampler" in api.get_object_info()
    assert api.get_embeddings() == []
    assert api.get_system_stats()["system"]["comfyui_version"]
