"""A pack of the old form that imports, at load, what ComfyUI's own test pack imports."""

import asyncio

import torch
from comfy.comfy_types import IO, ComfyNodeABC, InputTypeDict
from comfy.utils import ProgressBar
from comfy_api.v0_0_2 import ComfyAPI, ComfyAPISync
from comfy_execution.graph import ExecutionBlocker
from comfy_execution.graph_utils import GraphBuilder, is_link

api = ComfyAPI()
api_sync = ComfyAPISync()


class Grey(ComfyNodeABC):
    @classmethod
    def INPUT_TYPES(cls) -> InputTypeDict:
        return {"required": {"level": (IO.FLOAT, {"default": 0.5, "min": 0.0, "max": 1.0}), "size": (IO.INT, {})}}

    RETURN_TYPES = (IO.IMAGE,)
    FUNCTION = "make"
    CATEGORY = "test"

    def make(self, level, size):
        bar = ProgressBar(2)
        bar.update(1)
        api_sync.execution.set_progress(2, 2)
        return (torch.full((1, size, size, 3), level),)


class Repeat:
    """Expands into a chain of built-in nodes."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE", {"rawLink": True}), "times": ("INT", {"default": 2, "min": 1})}}

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "repeat"
    CATEGORY = "test"

    def repeat(self, image, times):
        assert is_link(image)
        graph = GraphBuilder()
        last = image
        for _ in range(times):
            last = graph.node("ImageInvert", image=last).out(0)
        return {"result": (last,), "expand": graph.finalize()}


class Stop:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",), "stop": ("BOOLEAN", {"default": False})}}

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "pass_on"
    CATEGORY = "test"

    def pass_on(self, image, stop):
        return (ExecutionBlocker(None) if stop else image,)


class Slow:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": (IO.ANY, {}), "seconds": ("FLOAT", {"default": 0.1})}}

    RETURN_TYPES = (IO.ANY,)
    FUNCTION = "wait"
    CATEGORY = "test"

    async def wait(self, image, seconds):
        await api.execution.set_progress(0.5, 1.0)
        await asyncio.sleep(seconds)
        return (image,)


NODE_CLASS_MAPPINGS = {"TestGrey": Grey, "TestRepeat": Repeat, "TestStop": Stop, "TestSlow": Slow, "SaveImage": Stop}
NODE_DISPLAY_NAME_MAPPINGS = {"TestGrey": "A grey picture"}
WEB_DIRECTORY = "./js"
