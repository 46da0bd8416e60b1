"""Node packs live in the worker: it knows their nodes, checks prompts that use them, and serves their routes."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from works import Works, save

PACK = """
import time
from aiohttp import web
from server import PromptServer

class Shout:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"text": ("STRING", {"default": "a"}), "times": ("INT", {"min": 1, "max": 3})}}
    RETURN_TYPES = ("TEXT",)
    FUNCTION = "shout"
    CATEGORY = "pack"
    def shout(self, text, times):
        PromptServer.instance.send_sync("pack.shouted", {"text": text})
        return (text.upper() * times,)

class Broken:
    @classmethod
    def INPUT_TYPES(cls):
        raise RuntimeError("no types today")

class Save:
    "A name that is taken."

@PromptServer.instance.routes.get("/pack/hello")
async def hello(request):
    return web.json_response({"hello": "there"})

def handler(request):
    request["extra_data"] = {"seen": True}
    return request

PromptServer.instance.add_on_prompt_handler(handler)
NODE_CLASS_MAPPINGS = {"Shout": Shout, "Broken": Broken, "Save": Save}
NODE_DISPLAY_NAME_MAPPINGS = {"Shout": "Shout!"}
WEB_DIRECTORY = "web"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "custom_nodes" / "pack"
    (folder / "web").mkdir(parents=True)
    (folder / "__init__.py").write_text(PACK)
    (tmp_path / "custom_nodes" / "bad.py").write_text("raise ImportError('nothing here')")
    return tmp_path


def shouting(times: int, wait: float = 0.0) -> dict[str, Any]:
    prompt = save("said ") | {"1": {"class_type": "Shout", "inputs": {"text": "hi", "times": times}}}
    prompt["9"]["inputs"]["after"] = ["1", 0]
    if wait:
        prompt["2"] = {"class_type": "Wait", "inputs": {"seconds": wait, "after": ["1", 0]}}
        prompt["9"]["inputs"]["after"] = ["2", 0]
    return prompt


async def test_packs_nodes_are_known_checked_and_run(home: Path, crew_path: None) -> None:
    works = await Works.open(home)
    try:
        info = await works.supervisor.object_info()
        assert list(info) == ["Shout"]
        assert info["Shout"]["display_name"] == "Shout!"
        assert info["Shout"]["python_module"] == "custom_nodes.pack"
        packs = {pack.name: pack for pack in await works.supervisor.packs()}
        assert packs["pack"].error is None
        assert packs["pack"].web == home / "custom_nodes" / "pack" / "web"
        assert packs["bad"].error is not None
        assert "nothing here" in packs["bad"].error
        prompt = shouting(2)
        prompt["1"]["inputs"]["times"] = "2"
        validation = await works.supervisor.validate(prompt)
        assert validation.ok
        assert validation.outputs == ["9"]
        assert prompt["1"]["inputs"]["times"] == 2, "coerced in place"
        refused = await works.supervisor.validate(shouting(4))
        assert not refused.ok
        assert refused.node_errors["1"]["errors"][0]["type"] == "value_bigger_than_max"
        assert (await works.run(prompt, "a"))["status"]["completed"]
        await works.until(works.files)
        assert (works.settings.outputs / "out_00001_.txt").read_text().startswith("said HIHI")
        assert ("pack.shouted", {"text": "hi"}) in works.heard
    finally:
        await works.close()


async def test_questions_are_answered_while_a_job_runs_and_after_a_crash(home: Path, crew_path: None) -> None:
    works = await Works.open(home)
    try:
        await works.submit(shouting(1, wait=1.0), "a")
        await works.until(lambda: works.supervisor.status.node == "2")
        begin = time.monotonic()
        assert (await works.supervisor.validate(shouting(1))).ok
        assert works.supervisor.status.running == "a"
        assert time.monotonic() - begin < 1.0
        await works.submit({"1": {"class_type": "Misbehave", "inputs": {"how": "exit"}}}, "bad")
        await works.until(lambda: not works.supervisor.status.ready)
        assert (await works.supervisor.validate(shouting(1))).ok
    finally:
        await works.close()


async def test_packs_routes_and_handlers(home: Path, crew_path: None) -> None:
    works = await Works.open(home)
    try:
        request = {"prompt": save("t"), "client_id": "c"}
        assert await works.supervisor.rewritten(dict(request)) == request | {"extra_data": {"seen": True}}
        routes = await works.supervisor.routes()
        assert routes is not None
        assert ("GET", "/pack/hello") in routes.known
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(routes.socket))) as client:
            for path in ("/pack/hello", "/api/pack/hello"):
                assert (await client.get(f"http://worker{path}")).json() == {"hello": "there"}
    finally:
        await works.close()


async def test_without_packs_no_worker_is_started(works: Works) -> None:
    assert await works.supervisor.object_info() == {}
    assert await works.supervisor.packs() == []
    assert await works.supervisor.routes() is None
    assert await works.supervisor.rewritten({"prompt": {}}) == {"prompt": {}}
    assert works.supervisor.status.pid is None
