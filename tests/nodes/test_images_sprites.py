"""Our own nodes: a workflow's sprite is the command line's, to the byte; sheets."""

import asyncio
import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from surroundings import rand, run, surroundings

from dgx_pixels import Engine, generate_pixel_art
from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.settings import Settings
from dgx_pixels.graph.execute import Classic, Executor, Request
from dgx_pixels.graph.validate import validate_prompt
from dgx_pixels.nodes import sprites
from dgx_pixels.nodes.catalogue import build_registry
from dgx_pixels.nodes.save_image import save_image
from dgx_pixels.pixel.snap import to_sprite


def without_text(data: bytes) -> list[bytes]:
    """The chunks of a PNG file that say what it shows."""
    chunks, at = [], 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in {b"tEXt", b"iTXt"}:
            chunks.append(data[at:end])
        at = end
    return chunks


@pytest.mark.parametrize(("size", "scale", "colours"), [(16, 1, 0), (48, 2, 0), (16, 1, 5)])
def test_a_workflows_sprite_is_the_command_lines_to_the_byte(tmp_path: Path, tiny_checkpoint, size, scale, colours):
    asked = {"model": str(tiny_checkpoint), "size": size, "steps": 2, "seed": 5}
    with Engine(Settings(home=tmp_path / "home", device="cpu")) as engine:
        (raw,) = generate_pixel_art("a red potion", engine=engine, raw=True, **asked)
        (wanted,) = generate_pixel_art("a red potion", engine=engine, scale=scale, colours=colours or None, **asked)
    decoded = torch.from_numpy(np.asarray(raw.image).astype(np.float32) / 255)[None]
    snapped = run(sprites.pixel_snap, image=decoded, cell=8, colours=colours, scale=scale)
    host = surroundings(tmp_path / "server")
    host.call(save_image, images=snapped, prompt={"1": {}})
    saved = (host.outputs / "ComfyUI_00001_.png").read_bytes()
    assert without_text(saved) == without_text(wanted.png())
    assert np.array_equal(np.asarray(Image.open(BytesIO(saved))), np.asarray(wanted.image))


def workflow(model: str, prompt: str, side: int, seed: int, steps: int, cfg: float) -> dict:
    """The usual one, a `PixelSnap` before its end."""
    numbers = {"seed": seed, "steps": steps, "cfg": cfg, "denoise": 1.0}
    links = {"model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}
    nodes = {
        "4": ("CheckpointLoaderSimple", {"ckpt_name": model}),
        "5": ("EmptyLatentImage", {"width": side, "height": side, "batch_size": 1}),
        "6": ("CLIPTextEncode", {"text": prompt, "clip": ["4", 1]}),
        "7": ("CLIPTextEncode", {"text": "", "clip": ["4", 1]}),
        "3": ("KSampler", {**numbers, **links, "sampler_name": "euler", "scheduler": "normal"}),
        "8": ("VAEDecode", {"samples": ["3", 0], "vae": ["4", 2]}),
        "9": ("PixelSnap", {"image": ["8", 0], "cell": 8, "colours": 0, "scale": 1}),
        "10": ("SaveImage", {"images": ["9", 0], "filename_prefix": "pocket"}),
    }
    return {key: {"class_type": kind, "inputs": inputs} for key, (kind, inputs) in nodes.items()}


def test_the_whole_workflow_draws_what_the_command_line_draws(tmp_path: Path, tiny_checkpoint):
    host = surroundings(tmp_path)
    folder = host.files.folders["checkpoints"][0]
    folder.mkdir(parents=True)
    shutil.copy(tiny_checkpoint, folder / "tiny.safetensors")
    with Engine(Settings(home=tmp_path, device="cpu")) as engine:
        host.engine = engine
        registry = build_registry(host.files)
        prompt = workflow("tiny.safetensors", "a red potion", side=128, seed=42, steps=3, cfg=5.0)
        valid = asyncio.run(validate_prompt(registry, prompt))
        assert valid.ok, valid.node_errors
        request = Request(prompt_id="p", prompt=prompt, outputs=valid.outputs)
        with torch.inference_mode():
            outcome = Executor(registry, cache=Classic()).run(request, lambda _: None, lambda: False, host)
        assert outcome.completed, outcome.messages
        (wanted,) = generate_pixel_art(
            "a red potion", engine=engine, model="tiny", size=16, seed=42, steps=3, cfg=5.0, sampler="euler",
            scheduler="normal",
        )  # fmt: skip
    saved = (host.outputs / "pocket_00001_.png").read_bytes()
    assert without_text(saved) == without_text(wanted.png())


def test_a_batch_is_snapped_picture_by_picture():
    image = rand(2, 32, 48, 3)
    snapped = run(sprites.pixel_snap, image=image, cell=8, colours=4, scale=1)
    assert snapped.shape == (2, 4, 6, 4)
    for one, sprite in zip(image, snapped, strict=True):
        wanted = to_sprite((one.numpy() * 255).astype(np.uint8), 8, 4)
        assert np.array_equal((sprite.numpy() * 255).astype(np.uint8), wanted)


def test_other_grids_are_refused():
    with pytest.raises(UsageError, match="no whole cells of 8"):
        run(sprites.pixel_snap, image=rand(1, 30, 32, 3))
    with pytest.raises(UsageError, match="pixels"):
        run(sprites.pixel_snap, image=torch.zeros(1, 2048, 2048, 3), cell=1, scale=64)


def test_sheets():
    images = rand(5, 4, 6, 3)
    sheet = run(sprites.sprite_sheet, images=images, columns=0, gap=1)
    assert sheet.shape == (1, 2 * 5 - 1, 3 * 7 - 1, 4)
    assert torch.equal(sheet[0, 5:9, 7:13, :3], images[4])
    assert sheet[0, 5:9, 7:13, 3].all()
    assert not sheet[0, 4].any()
    assert not sheet[0, 5:, 14:].any()
    assert run(sprites.sprite_sheet, images=images, columns=99, gap=0).shape == (1, 4, 30, 4)
    assert torch.equal(run(sprites.sprite_sheet, images=rand(1, 4, 6, 4))[0], rand(1, 4, 6, 4)[0])
