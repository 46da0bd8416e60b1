"""A job from prompts to pixels with a tiny model of every family: same job, same bits; every part has its effect."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.checkpoint.writing import Plan
from dgx_pixels.core.architecture import Prediction
from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.latents import encode_picture
from dgx_pixels.engine.levels import sigma_table
from dgx_pixels.engine.loading import Checkpoint, load_checkpoint
from dgx_pixels.engine.pipeline import Job, check_sampling, draw_picture
from dgx_pixels.engine.presets import TINY_POCKET, TINY_REFINER, TINY_SD15, TINY_SDXL
from dgx_pixels.engine.random_checkpoint import write_random_checkpoint
from dgx_pixels.engine.text import TextTowers, encode_prompt, refiner_vector, sdxl_vector
from dgx_pixels.nn.tokenizer import ClipTokenizer

JOB = Job(
    prompt="a cat", negative="a dog", width=32, height=48, steps=3, cfg=4.0, sampler="euler", scheduler="normal", seed=7
)
V_PRED, ZERO_SNR = Plan("F32", (0,)), Plan("F32", (0,))
MARKERS = {"eps": {}, "v": {"v_pred": V_PRED}, "zsnr": {"v_pred": V_PRED, "ztsnr": ZERO_SNR}}
TOKENIZER = ClipTokenizer(load_vocabulary())


def towers(model: Checkpoint) -> TextTowers:
    return TextTowers(model.clip_l, model.clip_g, TOKENIZER)


def draw(model: Checkpoint, job: Job = JOB, watch=None, warn=print) -> np.ndarray:
    return draw_picture(model, towers(model), job, watch, warn)


@pytest.fixture(scope="module")
def flavours(tmp_path_factory) -> dict[str, Checkpoint]:
    folder = tmp_path_factory.mktemp("flavours")
    for name, markers in MARKERS.items():
        write_random_checkpoint(folder / name, TINY_SDXL, markers=markers)
    return {name: load_checkpoint(folder / name, "cpu", torch.float32) for name in MARKERS}


def seen_by_the_unet(model: Checkpoint, job: Job = JOB) -> list[tuple]:
    """What the U-Net was called with."""
    calls = []
    hook = model.unet.register_forward_pre_hook(lambda _module, args: calls.append(args))
    try:
        draw(model, job)
    finally:
        hook.remove()
    return calls


@pytest.mark.parametrize("spec", [TINY_SDXL, TINY_REFINER, TINY_SD15, TINY_POCKET], ids=lambda spec: spec.family)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_every_family_draws_the_same_job_bit_for_bit(tmp_path: Path, spec, dtype):
    write_random_checkpoint(tmp_path / "m.safetensors", spec)
    model = load_checkpoint(tmp_path / "m.safetensors", "cpu", dtype)
    first, again = draw(model), draw(model)
    assert first.shape == (48, 32, spec.vae.image_channels)
    assert first.dtype == np.uint8
    assert first.std() > 1
    assert np.array_equal(first, again)


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "a bat"}, {"negative": ""}, {"seed": 8}, {"steps": 4}, {"cfg": 5.0}, {"cfg": 1.0},
        {"sampler": "heun"}, {"scheduler": "karras"},
    ],
    ids=str,
)  # fmt: skip
def test_every_part_of_a_job_matters(sdxl, change):
    assert not np.array_equal(draw(sdxl), draw(sdxl, replace(JOB, **change)))


def test_with_cfg_1_the_negative_prompt_does_not_matter(sdxl):
    job = replace(JOB, cfg=1.0)
    assert np.array_equal(draw(sdxl, job), draw(sdxl, replace(job, negative="anything")))


def test_the_unet_is_told_the_pictures_own_size(sdxl):
    (x, _, context, y), *_ = seen_by_the_unet(sdxl)
    positive, negative = encode_prompt(towers(sdxl), "a cat"), encode_prompt(towers(sdxl), "a dog")
    assert x.shape == (2, 4, 6, 4)
    assert torch.equal(context, torch.cat((negative.context, positive.context)))
    expected = [sdxl_vector(side.pooled, width=32, height=48) for side in (negative, positive)]
    assert torch.equal(y, torch.cat(expected))


def test_the_refiner_is_told_how_good_a_picture_should_be(tmp_path: Path):
    write_random_checkpoint(tmp_path / "m", TINY_REFINER)
    model = load_checkpoint(tmp_path / "m", "cpu", torch.float32)
    (_, _, _, y), *_ = seen_by_the_unet(model)
    pooled = [encode_prompt(towers(model), text).pooled for text in ("a dog", "a cat")]
    expected = [refiner_vector(p, 32, 48, aesthetic_score=score) for p, score in zip(pooled, (2.5, 6.0), strict=True)]
    assert torch.equal(y, torch.cat(expected))


def test_sd15_has_no_vector(tmp_path: Path):
    write_random_checkpoint(tmp_path / "m", TINY_SD15)
    assert all(y is None for *_, y in seen_by_the_unet(load_checkpoint(tmp_path / "m", "cpu", torch.float32)))


def test_marker_keys_change_what_is_drawn_from_the_same_weights(flavours):
    eps, v, zsnr = (draw(flavours[name]) for name in MARKERS)
    assert not np.array_equal(eps, v)
    assert not np.array_equal(v, zsnr)


def test_marker_keys_choose_the_levels(flavours):
    assert sigma_table(flavours["v"].spec).sigma_max == pytest.approx(14.614641, rel=1e-6)
    assert sigma_table(flavours["zsnr"].spec).sigma_max == pytest.approx(4518.76, rel=1e-5)
    edm = replace(TINY_SDXL, prediction=Prediction.V_EDM, sigma_max=120.0)
    assert sigma_table(edm).sigma_max == pytest.approx(120)
    assert sigma_table(edm).sigma_min == pytest.approx(0.002)


def test_a_zero_snr_model_starts_from_noise_alone(flavours):
    (x, t, _, _), *_ = seen_by_the_unet(flavours["zsnr"])
    assert t.tolist() == [999.0, 999.0]
    assert float(x.std()) == pytest.approx(1, abs=0.2)


def start(model: Checkpoint) -> np.ndarray:
    shape = (48, 32, model.spec.vae.image_channels)
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


def test_the_less_is_denoised_the_nearer_the_picture_stays_to_its_start(pocket):
    init = start(pocket)
    with torch.inference_mode():
        origin = encode_picture(pocket, init)

    def distance(denoise: float) -> float:
        (x, *_), *_ = seen_by_the_unet(pocket, replace(JOB, init=init, denoise=denoise))
        return float((x[:1] - origin).abs().mean())

    assert distance(0.05) < distance(0.3) < distance(0.7)
    assert not np.array_equal(draw(pocket, replace(JOB, init=init)), draw(pocket))


def test_a_denoise_below_one_runs_as_many_steps(pocket):
    steps = []
    draw(pocket, replace(JOB, init=start(pocket), denoise=0.4), lambda step: steps.append((step.step, step.total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_outside_the_mask_the_latent_is_that_of_the_start(pocket):
    init = start(pocket)
    nothing = replace(JOB, init=init, mask=np.zeros((48, 32), np.float32))
    pictures = draw(pocket, nothing).astype(int), draw(pocket, replace(nothing, prompt="other", seed=1)).astype(int)
    assert np.abs(pictures[0] - pictures[1]).max() <= 1  # the last step rounds what it takes away again
    everything = replace(JOB, init=init, mask=np.ones((6, 4), np.float32))
    assert np.array_equal(draw(pocket, everything), draw(pocket, replace(JOB, init=init)))


def test_a_step_offers_a_preview_and_draws_none_unasked(pocket):
    steps = []
    picture = draw(pocket, watch=steps.append)
    assert [step.preview().shape for step in steps] == [(6, 4, 4)] * 3
    assert np.array_equal(picture, draw(pocket))


def test_what_the_watcher_raises_ends_the_drawing(pocket):
    def interrupted(_step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw(pocket, watch=interrupted)


def test_parts_of_a_prompt_without_effect_are_told(pocket):
    told = []
    draw(pocket, replace(JOB, prompt="embedding:nope cat", negative="embedding:none"), warn=told.append)
    assert told == [f"there is no embedding {name!r}; it is ignored" for name in ("nope", "none")]


def test_where_memory_runs_out_both_prompts_are_drawn_one_after_the_other(sdxl, monkeypatch):
    forward = type(sdxl.unet).forward

    def tight(unet, x, *rest):
        if len(x) > 1:
            raise torch.OutOfMemoryError
        return forward(unet, x, *rest)

    whole = draw(sdxl)
    monkeypatch.setattr(type(sdxl.unet), "forward", tight)
    assert (abs(draw(sdxl).astype(int) - whole) <= 1).all()


def test_a_model_made_for_inpainting_is_refused(tmp_path: Path, sdxl):
    tensors = load_file(sdxl.path)
    key = "model.diffusion_model.input_blocks.0.0.weight"
    save_file({**tensors, key: torch.zeros(32, 9, 3, 3)}, tmp_path / "inpaint.safetensors")
    model = load_checkpoint(tmp_path / "inpaint.safetensors", "cpu", torch.float32)
    with pytest.raises(UsageError, match=r"inpaint\.safetensors is made for inpainting .* 9 channels"):
        draw(model)


@pytest.mark.parametrize(("sampler", "scheduler"), [("nope", "normal"), ("euler", "nope")])
def test_names_are_checked_before_anything_is_loaded(sampler, scheduler):
    check_sampling("euler", "normal")
    with pytest.raises(UsageError, match="'nope'"):
        check_sampling(sampler, scheduler)


def test_odd_latents_are_drawn(sdxl):
    assert draw(sdxl, replace(JOB, width=24, height=40)).shape == (40, 24, 3)


@pytest.mark.parametrize("sampler", ["dpmpp_2m_sde", "euler_ancestral", "uni_pc", "dpm_adaptive", "euler_cfg_pp"])
def test_other_kinds_of_samplers_draw_bit_for_bit_too(pocket, sampler):
    job = replace(JOB, sampler=sampler, scheduler="karras")
    assert np.array_equal(draw(pocket, job), draw(pocket, job))
