"""From a prompt to a picture through the nodes: the same bytes as the engine draws by itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from surroundings import Surroundings, surroundings

from dgx_pixels.checkpoint.catalogue import pocket_path
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.imaging.scaling import to_bytes
from dgx_pixels.engine.pipeline import Job
from dgx_pixels.engine.presets import TINY_SD15
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint
from dgx_pixels.nodes import conditioning, latents, latents_math, loading, sampling
from dgx_pixels.nodes import conditioning_reach as reach

KNOBS = {"steps": 3, "cfg": 4.0, "sampler_name": "euler_ancestral", "scheduler": "karras", "seed": 7}


@pytest.fixture
def host(tmp_path: Path) -> Surroundings:
    host = surroundings(tmp_path / "home")
    host.engine = Engine(Settings(home=tmp_path / "home", device="cpu"), files=host.files)
    return host


def drawn(host, positive="a red potion", negative="blurry", latent=None, **knobs):
    """Bytes (B, H, W, C) of a run of Pocket."""
    with torch.inference_mode():
        model, clip, vae = host.call(loading.load_checkpoint, ckpt_name="pocket.safetensors")
        sides = {
            name: side if isinstance(side, list) else host.call(conditioning.encode_text, text=side, clip=clip)
            for name, side in {"positive": positive, "negative": negative}.items()
        }
        latent = latent or host.call(latents.empty_latent, width=128, height=128, batch_size=1)
        values = {"denoise": 1.0, **KNOBS, **knobs}
        samples = host.call(sampling.ksampler, model=model, latent_image=latent, **sides, **values)
        return to_bytes(host.call(latents.decode, samples=samples, vae=vae))


def test_text_to_picture_is_the_engines_own(host):
    job = Job(prompt="a red potion", negative="blurry", width=128, height=128, steps=3, cfg=4.0,
              sampler="euler_ancestral", scheduler="karras", seed=7)  # fmt: skip
    (picture,) = drawn(host)
    assert picture.shape == (128, 128, 4)
    assert np.array_equal(picture, host.engine.draw(pocket_path(), job))


def test_an_area_of_the_whole_picture_changes_nothing(host):
    with torch.inference_mode():
        _, clip, _ = host.call(loading.load_checkpoint, ckpt_name="pocket.safetensors")
        text = host.call(conditioning.encode_text, text="a red potion", clip=clip)
        whole = host.call(reach.set_area_percentage, conditioning=text)
    assert np.array_equal(drawn(host, positive=whole), drawn(host))


def test_only_the_masked_part_of_a_latent_is_drawn_anew(host):
    with torch.inference_mode():
        _, _, vae = host.call(loading.load_checkpoint, ckpt_name="pocket.safetensors")
        pixels = torch.rand(1, 128, 128, 4)
        latent = host.call(latents.encode, pixels=pixels, vae=vae)
        mask = torch.zeros(1, 128, 128)
        mask[:, :, 64:] = 1
        masked = host.call(latents.set_noise_mask, samples=latent, mask=mask)
        before = to_bytes(host.call(latents.decode, samples=latent, vae=vae))
    (after,), (before,) = drawn(host, latent=masked), before
    assert np.abs(after[:, :48].astype(int) - before[:, :48]).max() <= 2
    assert np.abs(after[:, 80:].astype(int) - before[:, 80:]).mean() > 10


@pytest.fixture
def inpainting(host, tmp_path) -> Surroundings:
    spec = replace(TINY_SD15, unet=replace(TINY_SD15.unet, in_channels=9))
    folder = host.files.folders["checkpoints"][0]
    folder.mkdir(parents=True)
    write_random_checkpoint(folder / "inpaint.safetensors", spec)
    return host


def test_an_inpainting_model_draws_over_what_it_is_shown(inpainting):
    host, pixels = inpainting, torch.rand(1, 32, 32, 3)
    results = []
    with torch.inference_mode():
        model, clip, vae = host.call(loading.load_checkpoint, ckpt_name="inpaint.safetensors")
        text = host.call(conditioning.encode_text, text="a", clip=clip)
        for part in (8, 24):
            mask = torch.zeros(1, 32, 32)
            mask[..., :part] = 1
            positive, negative, latent = host.call(
                reach.condition_inpainting, positive=text, negative=text, vae=vae, pixels=pixels, mask=mask,
                noise_mask=False,
            )  # fmt: skip
            shown = {"positive": positive, "negative": negative, "latent_image": latent}
            results.append(host.call(sampling.ksampler, model=model, denoise=1.0, **shown, **KNOBS)["samples"])
    assert all(torch.isfinite(result).all() for result in results)
    assert not torch.allclose(*results)


def test_guidance_can_be_put_through_an_operation(host):
    with torch.inference_mode():
        model, clip, _ = host.call(loading.load_checkpoint, ckpt_name="pocket.safetensors")
        text = host.call(conditioning.encode_text, text="a red potion", clip=clip)
        nothing = host.call(conditioning.encode_text, text="", clip=clip)
        latent = host.call(latents.empty_latent, width=64, height=64)
        silenced = host.call(latents_math.apply_operation_cfg, model=model, operation=lambda latent: latent * 0)
        inputs = {"latent_image": latent, "denoise": 1.0, **KNOBS}
        got = host.call(sampling.ksampler, model=silenced, positive=text, negative=nothing, **inputs)
        unguided = host.call(sampling.ksampler, model=model, positive=nothing, negative=nothing, **inputs)
    assert torch.allclose(got["samples"], unguided["samples"], atol=1e-4)
