"""Drawing nodes with real models: the engine's own pictures bit for bit, and everything a workflow may change."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from drawing import Drawing, drawing
from PIL import Image

import dgx_pixels
from dgx_pixels.core.errors import CancelledError, OutOfMemoryError, UsageError
from dgx_pixels.engine.noise import SeededNoise
from dgx_pixels.engine.pipeline import Job
from dgx_pixels.graph.context import NodeContext, entered
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.events import PreviewEvent
from dgx_pixels.graph.progress import Progress
from dgx_pixels.nodes.host import PreviewSettings

POCKET = Path(dgx_pixels.__file__).parent / "data" / "pocket.safetensors"
JOB = Job(
    prompt="a cat", negative="a dog", width=32, height=48, steps=3, cfg=4.0, sampler="euler", scheduler="normal", seed=7
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, tiny_checkpoint) -> Drawing:
    return drawing(tmp_path_factory.mktemp("tiny"), tiny_checkpoint)


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory, tiny_sdxl) -> Drawing:
    return drawing(tmp_path_factory.mktemp("sdxl"), tiny_sdxl)


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Drawing:
    return drawing(tmp_path_factory.mktemp("real"), POCKET)


def calls(model):
    """The model, and a list of the rows of every call of its network."""
    rows = []

    def counted(apply, call):
        rows.append(len(call.x))
        return apply(call)

    return model.patched(wrapper=counted), rows


@pytest.mark.parametrize(
    "change",
    [
        {}, {"seed": 2**64 - 1}, {"cfg": 1.0}, {"steps": 5, "sampler": "dpmpp_2m_sde", "scheduler": "karras"},
        {"sampler": "euler_ancestral_cfg_pp"}, {"steps": 6, "sampler": "uni_pc"},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("name", ["tiny", "sdxl"])
def test_the_pictures_of_the_engine_bit_for_bit(request, name, change):
    model: Drawing = request.getfixturevalue(name)
    job = replace(JOB, **change)
    latent = model.ksampler(
        seed=job.seed, steps=job.steps, cfg=job.cfg, sampler_name=job.sampler, scheduler=job.scheduler
    )
    (picture,) = model.bytes(latent)
    assert np.array_equal(picture, model.host.engine.draw(model.path, job))


def test_the_pictures_of_pocket_bit_for_bit(real):
    job = replace(JOB, width=128, height=128, steps=4, cfg=5.0)
    latent = real.ksampler(steps=4, cfg=5.0, latent_image=real.empty(128, 128))
    (picture,) = real.bytes(latent)
    assert np.array_equal(picture, real.host.engine.draw(real.path, job))


def test_an_items_picture_does_not_depend_on_its_batch(sdxl):
    batch = sdxl.ksampler(latent_image=sdxl.empty(batch=3))["samples"]
    for k in (0, 2):
        alone = sdxl.ksampler(latent_image={**sdxl.empty(), "batch_index": [k]})["samples"]
        torch.testing.assert_close(alone, batch[k : k + 1], rtol=1e-4, atol=1e-2)


def test_other_keys_are_handed_on_and_the_input_stays_as_it_is(sdxl):
    latent = {**sdxl.empty(), "kept": "this", "batch_index": [1]}
    before = latent["samples"].clone()
    out = sdxl.ksampler(latent_image=latent)
    assert out.keys() == latent.keys()
    assert out["kept"] == "this"
    assert torch.equal(latent["samples"], before)
    assert out["samples"].dtype == torch.float32
    assert out["samples"].device.type == "cpu"


def test_without_denoising_the_latent_stays_as_it_is(sdxl):
    start = sdxl.ksampler()
    assert torch.equal(sdxl.ksampler(latent_image=start, denoise=0.0)["samples"], start["samples"])


def test_a_little_denoising_stays_near_the_latent(sdxl):
    start = sdxl.ksampler()
    near, far = (sdxl.ksampler(latent_image=start, denoise=d, seed=8)["samples"] for d in (0.1, 0.9))
    assert (near - start["samples"]).abs().mean() < (far - start["samples"]).abs().mean() / 3


def test_the_latent_scale_is_applied_and_undone(sdxl):
    model, seen = sdxl.model, []
    watched = model.patched(wrapper=lambda apply, call: seen.append(call.x) or apply(call))
    start = {"samples": torch.full((1, 4, 6, 4), 2.0)}
    sdxl.node(
        "KSamplerAdvanced", model=watched, add_noise="disable", noise_seed=1, steps=2, cfg=1.0, sampler_name="euler",
        scheduler="normal", positive=sdxl.positive, negative=sdxl.negative, latent_image=start, start_at_step=0,
        end_at_step=10000, return_with_leftover_noise="disable",
    )  # fmt: skip
    torch.testing.assert_close(seen[0], start["samples"] * 0.13025)


def test_a_mask_keeps_what_it_leaves_out(sdxl):
    start = sdxl.ksampler()
    mask = torch.zeros(1, 1, 48, 32)
    mask[..., 24:, :] = 1
    out = sdxl.ksampler(latent_image={**start, "noise_mask": mask}, seed=8)["samples"]
    torch.testing.assert_close(out[..., :2, :], start["samples"][..., :2, :], rtol=1e-4, atol=1e-4)
    assert (out[..., 4:, :] - start["samples"][..., 4:, :]).abs().mean() > 0.1


def advanced(sdxl, latent, **changes):
    inputs = {
        "model": sdxl.model,
        "add_noise": "enable",
        "noise_seed": 7,
        "steps": 4,
        "cfg": 4.0,
        "sampler_name": "euler",
        "scheduler": "normal",
        "positive": sdxl.positive,
        "negative": sdxl.negative,
        "start_at_step": 0,
        "end_at_step": 10000,
        "return_with_leftover_noise": "disable",
    }
    return sdxl.node("KSamplerAdvanced", latent_image=latent, **(inputs | changes))["samples"]


def test_a_run_in_two_parts_is_the_run(sdxl):
    whole = advanced(sdxl, sdxl.empty())
    assert torch.equal(whole, sdxl.ksampler(steps=4)["samples"])
    half = advanced(sdxl, sdxl.empty(), end_at_step=2, return_with_leftover_noise="enable")
    rest = advanced(sdxl, {"samples": half}, add_noise="disable", start_at_step=2)
    torch.testing.assert_close(rest, whole, rtol=1e-3, atol=1e-2)
    levels = sdxl.node("BasicScheduler", model=sdxl.model, scheduler="normal", steps=4, denoise=1.0)[:3]
    noisy, _ = sdxl.node("SamplerCustomAdvanced", **parts(sdxl, sigmas=levels))
    assert torch.equal(half, noisy["samples"])
    clean, _ = sdxl.node("SamplerCustomAdvanced", **parts(sdxl, sigmas=torch.cat((levels[:2], torch.zeros(1)))))
    assert torch.equal(advanced(sdxl, sdxl.empty(), end_at_step=2), clean["samples"])
    assert torch.equal(advanced(sdxl, {"samples": half}, start_at_step=4), half)


def parts(sdxl, **changes):
    return {
        "noise": sdxl.node("RandomNoise", noise_seed=7),
        "guider": sdxl.node(
            "CFGGuider", model=sdxl.model, positive=sdxl.positive, negative=sdxl.negative, cfg=4.0
        ),
        "sampler": sdxl.node("KSamplerSelect", sampler_name="euler"),
        "sigmas": sdxl.node("BasicScheduler", model=sdxl.model, scheduler="normal", steps=3, denoise=1.0),
        "latent_image": sdxl.empty(),
        **changes,
    }  # fmt: skip


def test_sampling_out_of_parts_is_the_same(sdxl):
    whole = sdxl.ksampler()["samples"]
    out, denoised = sdxl.node("SamplerCustomAdvanced", **parts(sdxl))
    assert torch.equal(out["samples"], whole)
    torch.testing.assert_close(denoised["samples"], whole, rtol=1e-4, atol=1e-4)
    made = parts(sdxl)
    custom, _ = sdxl.node(
        "SamplerCustom", model=sdxl.model, add_noise=True, noise_seed=7, cfg=4.0, positive=sdxl.positive,
        negative=sdxl.negative, sampler=made["sampler"], sigmas=made["sigmas"], latent_image=made["latent_image"],
    )  # fmt: skip
    assert torch.equal(custom["samples"], whole)


def test_the_second_output_is_the_last_clean_estimate(sdxl):
    seen = []
    model = sdxl.model.patched(after_cfg=(lambda g: seen.append(g.denoised) or g.denoised,))
    guider = sdxl.node("CFGGuider", model=model, positive=sdxl.positive, negative=sdxl.negative, cfg=4.0)
    made = parts(sdxl, guider=guider)
    out, denoised = sdxl.node("SamplerCustomAdvanced", **{**made, "sigmas": made["sigmas"][:-1]})
    assert torch.equal(denoised["samples"], seen[-1] / 0.13025)
    assert not torch.equal(out["samples"], denoised["samples"])
    left_alone, same = sdxl.node("SamplerCustomAdvanced", **{**made, "sigmas": made["sigmas"][:0]})
    assert torch.equal(left_alone["samples"], made["latent_image"]["samples"])
    assert same is left_alone or torch.equal(same["samples"], left_alone["samples"])


def test_objects_of_node_packs_are_sampled_with(sdxl):
    class Noise:
        seed = 3

        def generate_noise(self, latent):
            return torch.ones_like(latent["samples"])

    class Guider:
        def sample(
            self, noise, latent_image, sampler, sigmas, denoise_mask=None, callback=None, disable_pbar=False, seed=None
        ):
            callback(0, latent_image, noise, 1)
            return latent_image + noise * seed

    out, denoised = sdxl.node("SamplerCustomAdvanced", **parts(sdxl, noise=Noise(), guider=Guider()))
    assert (out["samples"] == 3).all()
    assert (denoised["samples"] == 3).all()


def test_without_noise_the_sampler_begins_with_the_latent(sdxl):
    noise = sdxl.node("DisableNoise")
    assert noise.seed == 0
    assert not noise.generate_noise(sdxl.empty()).any()
    start = {"samples": torch.ones(1, 4, 6, 4)}
    added = sdxl.node("AddNoise", model=sdxl.model, noise=noise, sigmas=torch.tensor([3.0]), latent_image=start)
    torch.testing.assert_close(added["samples"], start["samples"])


@pytest.mark.parametrize(("sigmas", "scale"), [([3.0], 3.0), ([3.0, 2.0, 1.0], 2.0), ([], 0.0)])
def test_noise_added_is_that_between_two_levels(sdxl, sigmas, scale):
    start = {"samples": torch.full((1, 4, 6, 4), 2.0), "kept": 1}
    noise = sdxl.node("RandomNoise", noise_seed=5)
    out = sdxl.node("AddNoise", model=sdxl.model, noise=noise, sigmas=torch.tensor(sigmas), latent_image=start)
    torch.testing.assert_close(out["samples"], 2 + noise.generate_noise(start) * scale / 0.13025)
    assert out["kept"] == 1


def test_noise_leaves_the_global_generator_seeded():
    latent = {"samples": torch.zeros(2, 4, 4, 4)}
    drawn = [(SeededNoise(9).generate_noise(latent), torch.randn(3)) for _ in range(2)]
    assert torch.equal(drawn[0][0], drawn[1][0])
    assert torch.equal(drawn[0][1], drawn[1][1])


def test_an_empty_latent_fits_every_model_and_a_picture_only_its_own(sdxl):
    wide = {"samples": torch.zeros(1, 16, 6, 4)}
    assert torch.equal(sdxl.ksampler(latent_image=wide)["samples"], sdxl.ksampler()["samples"])
    with pytest.raises(UsageError, match="16 channels"):
        sdxl.ksampler(latent_image={"samples": torch.ones(1, 16, 6, 4)})


def test_names_of_other_programs_fall_back_to_the_first(sdxl):
    odd = sdxl.ksampler(sampler_name="nobody's", scheduler="nobody's")
    assert torch.equal(odd["samples"], sdxl.ksampler(sampler_name="euler", scheduler="simple")["samples"])


def context(drawn: Drawing, interrupted=lambda: False) -> NodeContext:
    prompt = DynamicPrompt({"7": {"class_type": "KSampler", "inputs": {}}})
    progress = Progress("p", prompt, drawn.host.events.append, interrupted)
    return NodeContext(progress, "7", 0, "KSampler", drawn.host, prompt)


def test_a_cancelled_run_stops_between_steps(sdxl):
    model, rows = calls(sdxl.model)
    inputs = {
        "model": model,
        "seed": 7,
        "steps": 9,
        "cfg": 4.0,
        "sampler_name": "euler",
        "scheduler": "normal",
        "positive": sdxl.positive,
        "negative": sdxl.negative,
        "latent_image": sdxl.empty(),
        "denoise": 1.0,
    }
    with entered(context(sdxl, lambda: len(rows) == 2)), pytest.raises(CancelledError):
        sdxl.classes["KSampler"]().sample(**inputs)
    assert rows == [2, 2]


def test_every_step_is_told_and_shown_only_where_asked(tiny):
    tiny.host.events.clear()
    tiny.ksampler()
    told = [e.data for e in tiny.host.events if getattr(e, "type", "") == "progress"]
    assert [(d["value"], d["max"]) for d in told] == [(1, 3), (2, 3), (3, 3)]
    assert not [e for e in tiny.host.events if isinstance(e, PreviewEvent)]


@pytest.mark.parametrize("name", ["tiny", "sdxl"])
def test_previews_are_jpegs_fitted_to_the_size_asked_for(request, name):
    drawn: Drawing = request.getfixturevalue(name)
    drawn.host.events.clear()
    drawn.host.preview = PreviewSettings("latent2rgb", 96)
    try:
        drawn.ksampler()
    finally:
        drawn.host.preview = PreviewSettings()
    shown = [e for e in drawn.host.events if isinstance(e, PreviewEvent)]
    assert [e.format for e in shown] == ["JPEG"] * 3
    pictures = [Image.open(BytesIO(e.image)) for e in shown]
    assert {p.size for p in pictures} == {(64, 96)}
    reference = BytesIO()
    Image.new("RGB", (8, 8)).save(reference, "JPEG", quality=95)
    assert pictures[0].quantization == Image.open(reference).quantization


def test_outside_of_a_run_nodes_draw_in_silence(sdxl):
    inputs = {
        "model": sdxl.model,
        "seed": 7,
        "steps": 3,
        "cfg": 4.0,
        "sampler_name": "euler",
        "scheduler": "normal",
        "positive": sdxl.positive,
        "negative": sdxl.negative,
        "latent_image": sdxl.empty(),
    }
    (latent,) = sdxl.classes["KSampler"]().sample(**inputs)
    assert torch.equal(latent["samples"], sdxl.ksampler()["samples"])


@pytest.mark.parametrize("name", ["KSampler", "KSamplerAdvanced"])
def test_texts_run_apart_where_memory_is_short(sdxl, name):
    rows = []

    def small(apply, call):
        rows.append(len(call.x))
        if len(call.x) > 1:
            raise torch.OutOfMemoryError
        return apply(call)

    model = sdxl.model.patched(wrapper=small)
    samples = (
        sdxl.ksampler(model=model)["samples"]
        if name == "KSampler"
        else advanced(sdxl, sdxl.empty(), model=model, steps=3)
    )
    torch.testing.assert_close(samples, sdxl.ksampler()["samples"], rtol=1e-4, atol=1e-2)
    assert rows == [2, 1, 1, 1, 1, 1, 1]


def test_where_even_one_text_is_too_much_the_error_says_what_to_do(sdxl):
    def full(apply, call):
        raise torch.OutOfMemoryError

    with pytest.raises(OutOfMemoryError, match="draw smaller"):
        sdxl.ksampler(model=sdxl.model.patched(wrapper=full))


def test_the_method_takes_inputs_in_order_as_node_packs_call_it(sdxl):
    ordered = (sdxl.model, 7, 3, 4.0, "euler", "normal", sdxl.positive, sdxl.negative, sdxl.empty())
    (latent,) = sdxl.classes["KSampler"]().sample(*ordered, denoise=1.0)
    assert torch.equal(latent["samples"], sdxl.ksampler()["samples"])
