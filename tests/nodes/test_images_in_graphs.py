"""Picture nodes where they live: validated and run in graphs, by the real executor."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from surroundings import surroundings

from dgx_pixels.graph.events import Event, TextEvent
from dgx_pixels.graph.execute import Classic, Executor, Request
from dgx_pixels.graph.validate import validate_prompt
from dgx_pixels.nodes.catalogue import build_registry


class Bench:
    """Runs prompts one after the other, as a worker does."""

    def __init__(self, root: Path) -> None:
        self.host = surroundings(root)
        self.registry = build_registry(self.host.files)
        self.executor = Executor(self.registry, cache=Classic())

    def validate(self, prompt):
        return asyncio.run(validate_prompt(self.registry, prompt))

    def run(self, **nodes):
        prompt = {key: {"class_type": kind, "inputs": inputs} for key, (kind, inputs) in nodes.items()}
        valid = self.validate(prompt)
        assert valid.ok, valid.error
        self.host.events.clear()
        request = Request(prompt_id="p", prompt=prompt, outputs=valid.outputs)
        return self.executor.run(request, self.host.events.append, lambda: False, self.host)

    def ran(self) -> set[str]:
        """Nodes that were called in the last run."""
        return {e.data["node"] for e in self.host.events if isinstance(e, Event) and e.type == "executing"} - {None}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def empty(**changes):
    return ("EmptyImage", {"width": 32, "height": 16, "batch_size": 1, "color": 0xFF0000, **changes})


def test_a_picture_goes_through_a_graph_into_a_file(bench):
    outcome = bench.run(
        a=empty(batch_size=2),
        b=("ImageScaleBy", {"image": ["a", 0], "upscale_method": "lanczos", "scale_by": 2.0}),
        size=("GetImageSize", {"image": ["b", 0]}),
        save=("SaveImage", {"images": ["b", 0], "filename_prefix": "x"}),
        show=("PreviewAny", {"source": ["size", 2]}),
        mask=("ImageToMask", {"image": ["a", 0], "channel": "red"}),
        look=("MaskPreview", {"mask": ["mask", 0]}),
    )
    assert outcome.completed, outcome.messages
    assert [image["filename"] for image in outcome.outputs["save"]["images"]] == ["x_00001_.png", "x_00002_.png"]
    assert outcome.outputs["show"] == {"text": ["2"]}
    assert [image["type"] for image in outcome.outputs["look"]["images"]] == ["temp", "temp"]
    assert TextEvent("size", "width: 64, height: 32\n batch size: 2") in bench.host.events
    picture = Image.open(bench.host.outputs / "x_00002_.png")
    assert (picture.size, picture.getpixel((5, 5))) == ((64, 32), (255, 0, 0))
    assert '"class_type": "SaveImage"' in picture.text["prompt"]


def test_anything_may_be_previewed(bench):
    for slot, kind in ((0, "IMAGE"), (1, "MASK")):
        outcome = bench.run(
            a=empty(),
            b=(
                "ImagePadForOutpaint",
                {"image": ["a", 0], "left": 8, "top": 0, "right": 0, "bottom": 0, "feathering": 2},
            ),
            c=("PreviewAny", {"source": ["b", slot]}),
        )
        assert outcome.completed, kind
        assert outcome.outputs["c"]["text"][0].startswith("tensor(")


def test_lists_of_batches_are_saved_batch_by_batch(bench):
    outcome = bench.run(
        a=empty(batch_size=3),
        b=("RebatchImages", {"images": ["a", 0], "batch_size": 2}),
        c=("SaveImage", {"images": ["b", 0], "filename_prefix": "x_%batch_num%"}),
    )
    names = [image["filename"] for image in outcome.outputs["c"]["images"]]
    assert names == ["x_0_00001_.png", "x_1_00002_.png", "x_0_00003_.png"]


def test_a_loaded_picture_is_read_again_only_after_it_changed(bench):
    path = bench.host.inputs / "x.png"

    def run():
        outcome = bench.run(
            a=("LoadImage", {"image": "x.png"}), b=("SaveImage", {"images": ["a", 0], "filename_prefix": "x"})
        )
        assert outcome.completed, outcome.messages
        return bench.ran()

    Image.new("RGB", (4, 4), (9, 9, 9)).save(path)
    assert run() == {"a", "b"}
    assert run() == set()
    Image.new("RGB", (4, 4), (7, 7, 7)).save(path)
    assert run() == {"a", "b"}
    assert int(np.asarray(Image.open(bench.host.outputs / "x_00002_.png")).max()) == 7


@pytest.mark.parametrize("name", ["../../secretdir/secret.png", "/etc/passwd", "link.png", "nowhere.png"])
def test_cve_2026_56673_is_refused_when_the_prompt_is_checked(bench, name):
    secret = bench.host.inputs.parent / "secret.png"
    Image.new("RGB", (2, 2)).save(secret)
    (bench.host.inputs / "link.png").symlink_to(secret)
    prompt = {
        "1": {"class_type": "LoadImage", "inputs": {"image": name}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}},
    }
    valid = bench.validate(prompt)
    assert not valid.ok
    (error,) = valid.node_errors["1"]["errors"]
    assert error["type"] == "custom_validation_failed"
    assert error["details"] == f"image - Invalid image file: {name}"


def test_a_prefix_that_leads_out_is_an_error_of_the_run(bench):
    outcome = bench.run(a=empty(), b=("SaveImage", {"images": ["a", 0], "filename_prefix": "../../x"}))
    assert not outcome.completed
    name, data = outcome.messages[-1]
    assert (name, data["node_type"]) == ("execution_error", "SaveImage")
    assert "Saving image outside the output folder is not allowed" in data["exception_message"]
    assert not list(bench.host.outputs.parent.parent.glob("x_*"))


def test_words_of_new_nodes_are_checked_when_they_run(bench):
    outcome = bench.run(
        a=empty(),
        b=("Morphology", {"image": ["a", 0], "operation": "melt", "kernel_size": 3}),
        c=("PreviewImage", {"images": ["b", 0]}),
    )
    assert "'melt' is not offered" in outcome.messages[-1][1]["exception_message"]


def test_pictures_over_the_socket_are_sent_in_every_run(bench):
    for _ in range(2):
        assert bench.run(a=empty(), b=("SaveImageWebsocket", {"images": ["a", 0]})).completed
        assert "b" in bench.ran()
