"""Row 20: whatever comes as a graph is answered 200, 400, 413 or 429, and the server goes on."""

import copy
import json
import math
import random
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from served import GRAPH, InProcess, scaled

CASES = scaled(1000, 2_000_000, 200_000)
ALLOWED = {200, 400, 413, 429}

TXT2IMG: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 1, "steps": 2, "cfg": 8.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
            "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0],
        },
        "_meta": {"title": "KSampler"},
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "pocket.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a potion", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "x"}},
}  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 10**400, 0.0, -0.0, 1.5, 1e308, 5e-324, "", "a", "9",
    "3", "\0", "\ud800", "\u202e", "x" * 5000, "nan", "inf", "1e5", "../../x", "${x}", "%s", [], [[]], ["3"], ["3", 0],
    ["3", "0"], ["3", -1], ["3", 99], ["3", 0.5], ["3", 0, 0], [3, 0], [None, 0], ["", 0], ["99", 0], [["3", 0], 0], {},
    {"__value__": [1, 2]}, {"__value__": {"__value__": 1}}, {"a": {"b": {}}}, [1] * 50,
]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    running = InProcess(tmp_path_factory.mktemp("fuzz") / "home", disable_all_custom_nodes=True, max_queue=50)
    yield running
    assert running.client.get("/healthz").status == 200
    assert running.client.post("/prompt", {"prompt": GRAPH}).status == 200
    running.stop()


def check(server: InProcess, body: bytes) -> None:
    began = time.perf_counter()
    reply = server.client.post("/prompt", body)
    assert reply.status in ALLOWED, (reply.status, reply.text, body[:2000])
    assert time.perf_counter() - began < 2
    if reply.status == 400:
        answer = reply.json()
        assert set(answer) == {"error", "node_errors"}
        assert set(answer["error"]) == {"type", "message", "details", "extra_info"}
    if reply.status == 200:
        server.client.post("/queue", {"clear": True})


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode("ascii")


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(ODD),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
classes = st.sampled_from(sorted({node["class_type"] for node in TXT2IMG.values()} | {"EmptyImage", "Nothing", ""}))
ids = st.sampled_from(["1", "2", "3", "4", "", "a.b", "é"])
links = st.tuples(ids, st.integers(-1, 4)).map(list)
names = st.sampled_from([name for node in TXT2IMG.values() for name in node["inputs"]] + ["x", "is_changed"])
nodes = st.fixed_dictionaries(
    {},
    optional={
        "class_type": classes | values,
        "inputs": st.dictionaries(names, values | links, max_size=6) | values,
        "_meta": values,
    },
)
graphs = st.dictionaries(ids, nodes | values, max_size=5)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "prompt": graphs | values, "number": values, "front": values, "client_id": values, "prompt_id": values,
        "extra_data": values | st.just({"extra_pnginfo": {}}),
        "partial_execution_targets": values | st.lists(ids, max_size=3),
    },
)  # fmt: skip
relaxed = settings(max_examples=CASES, suppress_health_check=list(HealthCheck))


@relaxed
@given(bodies)
def test_any_json(server: InProcess, body: dict[str, Any]) -> None:
    check(server, dumped(body))


@settings(relaxed, max_examples=CASES // 5)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(max_size=60).map(lambda t: t.encode("utf-8", "surrogatepass")),
        values.map(dumped),
    )
)
def test_any_bytes(server: InProcess, body: bytes) -> None:
    check(server, body)


def test_real_workflows_changed_at_random(server: InProcess) -> None:
    draw = random.Random(20)
    for _ in range(CASES):
        body: dict[str, Any] = {
            "prompt": copy.deepcopy(TXT2IMG),
            "client_id": "c",
            "extra_data": {"extra_pnginfo": {"workflow": {}}},
        }
        for _ in range(draw.randint(1, 4)):
            mutate(body, draw)
        check(server, dumped(body))


def mutate(body: Any, draw: random.Random) -> None:
    """Change one thing somewhere below."""
    here = body
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = draw.choice(keys)
        if isinstance(here[key], dict | list) and here[key] and draw.random() < 0.75:
            here = here[key]
            continue
        break
    kind = draw.random()
    if kind < 0.6:
        here[key] = copy.deepcopy(draw.choice(ODD))
    elif kind < 0.75:
        del here[key]
    elif kind < 0.9 and isinstance(here, dict):
        here[draw.choice(["3", "9", "images", "x", "class_type", "inputs", "é", "\0"])] = here.pop(key)
    elif isinstance(here, dict):
        here[f"{key}b"] = copy.deepcopy(here[key])


LARGE = {
    "5,000 nodes in a chain": {
        **{str(i): {"class_type": "ImageInvert", "inputs": {"image": [str(i - 1), 0]}} for i in range(1, 4998)},
        "0": GRAPH["1"],
        "s": {"class_type": "SaveImage", "inputs": {"images": ["4997", 0], "filename_prefix": "x"}},
    },
    "5,000 outputs": {
        **{
            str(i): {"class_type": "SaveImage", "inputs": {"images": ["x", 0], "filename_prefix": "x"}}
            for i in range(4999)
        },
        "x": GRAPH["1"],
    },
    "5,000 broken outputs": {
        str(i): {"class_type": "SaveImage", "inputs": {"images": ["gone", 0]}} for i in range(5000)
    },
    "a ladder of 2,000 steps, each reached twice": {
        **{
            str(i): {"class_type": "ImageBatch", "inputs": {"image1": [str(i - 1), 0], "image2": [str(i - 1), 0]}}
            for i in range(1, 2000)
        },
        "0": GRAPH["1"],
        "s": {"class_type": "SaveImage", "inputs": {"images": ["1999", 0], "filename_prefix": "x"}},
    },
    "a cycle of 4,000": {
        **{str(i): {"class_type": "ImageInvert", "inputs": {"image": [str((i + 1) % 4000), 0]}} for i in range(4000)},
        "s": {"class_type": "SaveImage", "inputs": {"images": ["0", 0], "filename_prefix": "x"}},
    },
}


@pytest.mark.parametrize("graph", LARGE.values(), ids=LARGE)
def test_large_graphs(server: InProcess, graph: dict[str, Any]) -> None:
    reply = server.client.post("/prompt", {"prompt": graph})
    assert reply.status in {200, 400}
    server.client.post("/queue", {"clear": True})
    assert server.client.post("/prompt", {"prompt": GRAPH}).status == 200


def test_numbers_of_every_kind_and_one_id(server: InProcess) -> None:
    """Equal numbers, equal ids, any order: the queue stays one."""
    draw = random.Random(5)
    for _ in range(200):
        number = draw.choice([0, 0.0, -0.0, 1, "1", 1.0, -1, 2**53, -(2**62), 1e18, math.pi])
        reply = server.client.post(
            "/prompt", {"prompt": GRAPH, "number": number, "prompt_id": draw.choice(["a", "b", "c"])}
        )
        assert reply.status in {200, 400}
    server.client.post("/queue", {"clear": True})
    assert server.client.get("/prompt").status == 200
