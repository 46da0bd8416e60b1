"""Coroutines, progress, sleep, interruption."""

import asyncio
import time

import comfy.model_management
from comfy.comfy_types import IO
from comfy.utils import ProgressBar
from comfy_api.v0_0_2 import ComfyAPI, ComfyAPISync
from comfy_execution.graph_utils import GraphBuilder
from comfy_execution.utils import get_executing_context

api = ComfyAPI()
api_sync = ComfyAPISync()


class Waiting:
    RETURN_TYPES = (IO.ANY,)
    FUNCTION = "run"
    CATEGORY = "exam/waiting"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": (IO.ANY, {}), "seconds": ("FLOAT", {"default": 0.1, "min": 0.0, "max": 100.0})}}


class ExamSleep(Waiting):
    async def run(self, value, seconds):
        await asyncio.sleep(seconds)
        return (value,)


class ExamSleepShown(Waiting):
    """An output node that sleeps."""

    OUTPUT_NODE = True

    async def run(self, value, seconds):
        await asyncio.sleep(seconds)
        return {"ui": {"text": [str(value)]}, "result": (value,)}


class ExamClock(Waiting):
    """When it began and ended, in seconds."""

    RETURN_TYPES = ("FLOAT", "FLOAT")

    async def run(self, value, seconds):
        begin = time.monotonic()
        await asyncio.sleep(seconds)
        return (begin, time.monotonic())


class ExamSleepBoom(Waiting):
    async def run(self, value, seconds):
        await asyncio.sleep(seconds)
        raise RuntimeError(f"boom after sleep: {value}")


class ExamTimeout(Waiting):
    """Gives its own work half the time that it takes."""

    async def run(self, value, seconds):
        await asyncio.wait_for(asyncio.sleep(seconds), seconds / 2)
        return (value,)


class ExamCancelsItself(Waiting):
    async def run(self, value, seconds):
        raise asyncio.CancelledError


class ExamAsyncAtOnce(Waiting):
    """A coroutine that never waits."""

    async def run(self, value, seconds):
        return (value,)


class ExamSleepExpand(Waiting):
    """Sleeps, then expands into nodes that sleep at the same time."""

    async def run(self, value, seconds):
        await asyncio.sleep(seconds)
        graph = GraphBuilder()
        sleepers = [graph.node("ExamSleep", value=number, seconds=seconds) for number in (1, 2, 3)]
        total = graph.node(
            "ExamVariadic", first=sleepers[0].out(0), second=sleepers[1].out(0), third=sleepers[2].out(0)
        )
        return {"result": (total.out(0),), "expand": graph.finalize()}


class ExamGate(Waiting):
    """Coroutines of one class share a semaphore: how many were inside at once at most."""

    gate = None
    inside = 0
    most = 0

    async def run(self, value, seconds):
        if ExamGate.gate is None:
            ExamGate.gate = asyncio.Semaphore(2)
        async with ExamGate.gate:
            ExamGate.inside += 1
            ExamGate.most = max(ExamGate.most, ExamGate.inside)
            await asyncio.sleep(seconds)
            ExamGate.inside -= 1
        return (ExamGate.most,)


class ExamThread(Waiting):
    """Blocking work in a thread of the event loop's, which still knows the node."""

    async def run(self, value, seconds):
        loop = asyncio.get_running_loop()

        def work():
            time.sleep(seconds)
            return get_executing_context().node_id

        return (await loop.run_in_executor(None, work),)


class ExamContext(Waiting):
    """Two coroutines of a gather know whose they are, after a pause too."""

    async def run(self, value, seconds):
        async def who():
            await asyncio.sleep(seconds)
            context = get_executing_context()
            return f"{context.node_id}/{context.list_index}"

        return (" ".join(await asyncio.gather(who(), who())),)


class ExamBlocking(Waiting):
    """Blocks, in steps that an interruption can end."""

    def run(self, value, seconds):
        bar = ProgressBar(100)
        for _ in range(100):
            time.sleep(seconds / 100)
            bar.update(1)
        return (value,)


class ExamDeaf(Waiting):
    """Blocks without a look at the interruption."""

    def run(self, value, seconds):
        time.sleep(seconds)
        return (value,)


class ExamBar(Waiting):
    """Two steps of three, then another total."""

    def run(self, value, seconds):
        bar = ProgressBar(3)
        bar.update(1)
        bar.update_absolute(2)
        bar.update_absolute(5, 10)
        bar.update_absolute(12)
        comfy.model_management.throw_exception_if_processing_interrupted()
        return (value,)


class ExamBarPreview(Waiting):
    def run(self, value, seconds):
        from PIL import Image

        bar = ProgressBar(1)
        bar.update_absolute(1, 1, ("JPEG", Image.new("RGB", (64, 32), "red"), 128))
        return (value,)


class ExamTellSync(Waiting):
    """Progress by the synchronous interface, with a picture at the end."""

    def run(self, value, seconds):
        from PIL import Image

        api_sync.execution.set_progress(value=1, max_value=4)
        api_sync.execution.set_progress(value=4, max_value=4, preview_image=Image.new("RGB", (40, 20), "blue"))
        return (value,)


class ExamTellAsync(Waiting):
    """Progress by the asynchronous interface, with a tensor as the picture; and for another node."""

    async def run(self, value, seconds):
        import torch

        await api.execution.set_progress(value=0.5, max_value=1.0, preview_image=torch.ones(1, 16, 16, 3))
        await asyncio.sleep(seconds)
        await api.execution.set_progress(value=2, max_value=3, node_id="other")
        return (value,)


NODES = (
    ExamSleep, ExamSleepShown, ExamClock, ExamSleepBoom, ExamTimeout, ExamCancelsItself, ExamAsyncAtOnce,
    ExamSleepExpand, ExamGate, ExamThread, ExamContext, ExamBlocking, ExamDeaf, ExamBar, ExamBarPreview, ExamTellSync,
    ExamTellAsync,
)  # fmt: skip
