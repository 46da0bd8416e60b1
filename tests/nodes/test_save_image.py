"""Pictures into files: pixels, names, the workflow inside; previews; animations; pictures over the socket."""

import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from surroundings import Surroundings, surroundings

from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.events import Event, PreviewEvent
from dgx_pixels.nodes.images import empty_image
from dgx_pixels.nodes.images_loading import load_image
from dgx_pixels.nodes.save_animation import save_animated_png, save_animated_webp
from dgx_pixels.nodes.save_image import mask_preview, preview_image, save_image, save_image_websocket

PROMPT = {"1": {"class_type": "KSampler", "inputs": {"text": "ein Drache, 龍"}, "_meta": {"title": "é"}}}


@pytest.fixture
def host(tmp_path: Path) -> Surroundings:
    return surroundings(tmp_path)


def ramp(channels: int = 3, batch: int = 1) -> torch.Tensor:
    """Values below, in and above 0..1."""
    return torch.linspace(-0.2, 1.2, batch * 8 * 10 * channels).view(batch, 8, 10, channels)


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def saved(host: Surroundings, result: dict) -> list[Path]:
    folders = {"output": host.outputs, "temp": host.temp}
    return [folders[i["type"]] / i["subfolder"] / i["filename"] for i in result["ui"]["images"]]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_values_are_clipped_and_cut_off(host, channels):
    (path,) = saved(host, host.call(save_image, images=ramp(channels), filename_prefix="a"))
    wanted = np.clip(255.0 * ramp(channels)[0].numpy(), 0, 255).astype(np.uint8)
    assert np.array_equal(pixels(path).reshape(8, 10, channels), wanted)
    (path,) = saved(host, host.call(save_image, images=torch.full((1, 2, 2, 3), 0.5), filename_prefix="half"))
    assert pixels(path).max() == 127


def test_a_batch_is_files_with_numbers_after_one_another(host):
    result = host.call(save_image, images=ramp(batch=3), filename_prefix="set/%width%x%height%_%batch_num%")
    assert result["ui"]["images"] == [
        {"filename": f"10x8_{k}_0000{k + 1}_.png", "subfolder": "set", "type": "output"} for k in range(3)
    ]
    assert all(path.is_file() for path in saved(host, result))


def test_every_byte_survives_loading_and_saving(host):
    original = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(4, 2)
    original[..., 3] = 255
    Image.fromarray(original[..., :3]).save(host.inputs / "x.png")
    picture, _ = host.call(load_image, image="x.png")
    (path,) = saved(host, host.call(save_image, images=picture))
    assert np.array_equal(pixels(path), original[..., :3])


def test_files_carry_the_graph_and_what_the_client_gave(host):
    extra = {"workflow": {"nodes": [1], "ü": "龍"}, "tool": "x"}
    (path,) = saved(host, host.call(save_image, images=ramp(), prompt=PROMPT, extra_pnginfo=extra))
    text = Image.open(path).text
    assert {key: json.loads(value) for key, value in text.items()} == {"prompt": PROMPT, **extra}
    assert text["prompt"].isascii()


def test_files_carry_nothing_where_that_is_switched_off(host):
    host.metadata = False
    for node in (save_image, preview_image):
        (path,) = saved(host, host.call(node, images=ramp(), prompt=PROMPT, extra_pnginfo={"a": 1}))
        assert Image.open(path).text == {}


def test_odd_metadata_does_not_lose_the_picture(host):
    for extra in (None, [1], {"": 1}, {"x" * 200: 2}, {"工作流": object()}, {1: float("nan")}):
        (path,) = saved(host, host.call(save_image, images=ramp(), prompt=PROMPT, extra_pnginfo=extra))
        assert pixels(path).shape == (8, 10, 3)


def test_a_node_keeps_its_letters_and_others_have_their_own(host):
    one, other = host.instance(preview_image), host.instance(preview_image)
    names = [host.call(node, images=ramp())["ui"]["images"][0]["filename"] for node in (one, one, other)]
    assert re.fullmatch(r"ComfyUI_temp_[a-vx-z]{5}_00001_\.png", names[0])
    assert names[1] == names[0].replace("00001", "00002")
    assert names[2][:18] != names[0][:18]


def test_packs_call_and_inherit_as_they_are_used_to(host):
    class PackNode(type(host.instance(save_image))):
        def __init__(self):
            self.type = "temp"
            self.prefix_append = "_mine"

    result = host.call(PackNode(), ramp(), "prefix", PROMPT, {"workflow": 1})
    assert result["ui"]["images"] == [{"filename": "prefix_mine_00001_.png", "subfolder": "", "type": "temp"}]
    result = host.call(host.instance(preview_image), ramp(), "own", PROMPT)
    assert result["ui"]["images"][0]["filename"].startswith("own_temp_")


def test_masks_are_shown_in_grey(host):
    mask = torch.linspace(0, 1, 20).view(4, 5)
    (path,) = saved(host, host.call(mask_preview, mask=mask))
    assert np.array_equal(pixels(path)[..., 1], (mask.numpy() * 255).astype(np.uint8))
    assert len(saved(host, host.call(mask_preview, mask=mask.expand(3, 4, 5)))) == 3


@pytest.mark.parametrize("shape", [(8, 10, 3), (1, 8, 10, 5), (0, 8, 10, 3), (1, 0, 10, 3)])
@pytest.mark.parametrize("node", [save_image, preview_image, save_image_websocket])
def test_what_is_no_picture_is_refused(host, shape, node):
    with pytest.raises(UsageError, match="no pictures"):
        host.call(node, images=torch.zeros(shape))


def test_a_prefix_that_leads_out_fails_the_run(host):
    with pytest.raises(UsageError, match="outside the output folder is not allowed"):
        host.call(save_image, images=ramp(), filename_prefix="../../x")


def test_animated_pngs(host):
    images = torch.stack([torch.full((6, 9, 3), shade) for shade in (0.0, 0.4, 0.8)])
    result = host.call(
        save_animated_png, images=images, filename_prefix="a", fps=4.0, compress_level=4, prompt=PROMPT,
        extra_pnginfo={"workflow": {"x": 1}},
    )  # fmt: skip
    (path,) = saved(host, result)
    assert result["ui"]["animated"] == [True]
    assert path.name == "a_00001_.png"
    with Image.open(path) as image:
        assert (image.n_frames, image.info["duration"]) == (3, 250)
    data = path.read_bytes()
    chunks = [data.index(b"comfprompt\0"), data.index(b"comfworkflow\0")]
    assert data.index(b"IDAT") < min(chunks)
    assert json.dumps(PROMPT).encode() in data
    assert host.call(load_image, image="a_00001_.png [output]")[0].shape == (3, 6, 9, 3)


@pytest.mark.parametrize("count", [1, 3])
def test_animated_webps(host, count):
    images = torch.rand(count, 16, 24, 3, generator=torch.Generator().manual_seed(0))
    result = host.call(
        save_animated_webp, images=images, filename_prefix="a", fps=10.0, lossless=True, quality=80,
        method="fastest", prompt=PROMPT, extra_pnginfo={"workflow": {"x": 1}},
    )  # fmt: skip
    (path,) = saved(host, result)
    assert result["ui"]["animated"] == [count > 1]
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == count
        assert np.array_equal(np.asarray(image.convert("RGB")), (images[0].numpy() * 255).astype(np.uint8))
        assert image.getexif()[0x0110] == "prompt:" + json.dumps(PROMPT)
        assert image.getexif()[0x010F] == 'workflow:{"x": 1}'


def test_a_webp_has_its_largest_side(host):
    with pytest.raises(UsageError, match="16383"):
        host.call(save_animated_webp, images=torch.zeros(1, 1, 16384, 3), method="default")


def test_pictures_over_the_socket(host):
    assert host.call(save_image_websocket, images=ramp(batch=2)) == ()
    pictures = [event for event in host.events if isinstance(event, PreviewEvent)]
    assert [event.format for event in pictures] == ["PNG", "PNG"]
    assert np.array_equal(
        np.asarray(Image.open(BytesIO(pictures[1].image))),
        np.clip(255.0 * ramp(batch=2)[1].numpy(), 0, 255).astype(np.uint8),
    )
    told = [event.data for event in host.events if isinstance(event, Event) and event.type == "progress"]
    assert [(data["value"], data["max"]) for data in told] == [(0, 2), (1, 2)]
    node = host.instance(save_image_websocket)
    assert node.CATEGORY == "api/image"
    assert node.IS_CHANGED(images=None) != node.IS_CHANGED(images=None)


def test_no_file_is_written_for_the_socket(host):
    host.call(save_image_websocket, images=ramp())
    assert not [*host.outputs.iterdir(), *host.temp.iterdir()]


@pytest.mark.parametrize("colour", [0, 0xFF8001, 0xFFFFFF])
def test_empty_images_have_their_colour(host, colour):
    image = host.call(empty_image, width=7, height=5, batch_size=2, color=colour)
    assert image.shape == (2, 5, 7, 3)
    assert image.is_contiguous()
    (path, _) = saved(host, host.call(save_image, images=image))
    assert tuple(pixels(path)[2, 3]) == (colour >> 16, colour >> 8 & 255, colour & 255)
