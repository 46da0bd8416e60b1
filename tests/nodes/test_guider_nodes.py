"""GUIDER values with a tiny model: what each kind comes to where its extra sides say nothing new."""

import pytest
import torch
from drawing import Drawing, drawing


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory, tiny_sdxl) -> Drawing:
    return drawing(tmp_path_factory.mktemp("sdxl"), tiny_sdxl)


def sampled(sdxl, guider):
    sigmas = sdxl.node("BasicScheduler", model=sdxl.model, scheduler="normal", steps=2, denoise=1.0)
    sampler = sdxl.node("KSamplerSelect", sampler_name="euler")
    noise = sdxl.node("RandomNoise", noise_seed=7)
    latent = sdxl.empty()
    inputs = {"noise": noise, "guider": guider, "sampler": sampler, "sigmas": sigmas, "latent_image": latent}
    return sdxl.node("SamplerCustomAdvanced", **inputs)[0]["samples"]


def plain(sdxl, cfg=4.0, **changes):
    return sdxl.ksampler(steps=2, cfg=cfg, **changes)["samples"]


def close(a, b):
    torch.testing.assert_close(a, b, rtol=1e-3, atol=5e-2)


def dual(sdxl, **changes):
    inputs = {
        "model": sdxl.model,
        "cond1": sdxl.positive,
        "cond2": sdxl.positive,
        "negative": sdxl.negative,
        "cfg_conds": 3.0,
        "cfg_cond2_negative": 4.0,
        "style": "regular",
    }
    return sampled(sdxl, sdxl.node("DualCFGGuider", **(inputs | changes)))


def test_one_text_alone(sdxl):
    guider = sdxl.node("BasicGuider", model=sdxl.model, conditioning=sdxl.positive)
    assert torch.equal(sampled(sdxl, guider), plain(sdxl, cfg=1.0))


@pytest.mark.parametrize("style", ["regular", "nested"])
def test_two_levels_with_one_text_twice_are_one_level(sdxl, style):
    close(dual(sdxl, style=style), plain(sdxl))


@pytest.mark.parametrize("style", ["regular", "nested"])
def test_a_middle_like_the_negative_leaves_the_outer_level(sdxl, style):
    one_level = dual(sdxl, cond2=sdxl.negative, style=style, cfg_cond2_negative=1.0)
    close(one_level, plain(sdxl, cfg=3.0))


def test_the_styles_differ(sdxl):
    middle = sdxl.node("CLIPTextEncode", text="a house", clip=sdxl.clip)
    regular, nested = (dual(sdxl, cond2=middle, style=style) for style in ("regular", "nested"))
    assert not torch.allclose(regular, nested, rtol=1e-2, atol=1e-1)


def perp(sdxl, **changes):
    inputs = {
        "model": sdxl.model,
        "positive": sdxl.positive,
        "negative": sdxl.negative,
        "empty_conditioning": sdxl.negative,
        "cfg": 4.0,
        "neg_scale": 1.0,
    }
    return sampled(sdxl, sdxl.node("PerpNegGuider", **(inputs | changes)))


def test_perp_neg_from_the_negative_text_is_plain_guidance(sdxl):
    close(perp(sdxl), plain(sdxl))
    close(perp(sdxl, neg_scale=0.0), plain(sdxl))


def test_the_deprecated_patch_guides_alike(sdxl):
    empty = sdxl.node("CLIPTextEncode", text="", clip=sdxl.clip)
    patched = sdxl.node("PerpNeg", model=sdxl.model, empty_conditioning=empty, neg_scale=2.0)
    assert patched is not sdxl.model
    drawn = plain(sdxl, model=patched)
    close(drawn, perp(sdxl, empty_conditioning=empty, neg_scale=2.0))
    assert not torch.allclose(drawn, plain(sdxl), rtol=1e-2, atol=1e-1)


def test_a_guider_answers_to_the_names_that_node_packs_use(sdxl):
    guider = sdxl.node("CFGGuider", model=sdxl.model, positive=sdxl.positive, negative=sdxl.negative, cfg=4.0)
    assert guider.model_patcher is sdxl.model
    assert guider.inner_model.model_sampling.percent_to_sigma(0.5) == pytest.approx(1.61558, rel=1e-4)
    guider.set_conds(sdxl.negative, sdxl.positive)
    guider.set_cfg(2.0)
    noise = sdxl.node("RandomNoise", noise_seed=7).generate_noise(sdxl.empty())
    sigmas = sdxl.node("BasicScheduler", model=sdxl.model, scheduler="normal", steps=2, denoise=1.0)
    told = []
    samples = guider.sample(
        noise,
        sdxl.empty()["samples"],
        sdxl.node("KSamplerSelect", sampler_name="euler"),
        sigmas,
        callback=lambda step, x0, x, total: told.append((step, x0.shape, x.shape, total)),
        seed=7,
    )
    swapped = {"positive": sdxl.negative, "negative": sdxl.positive}
    assert torch.equal(samples, plain(sdxl, cfg=2.0, **swapped))
    assert told == [(i, (1, 4, 6, 4), (1, 4, 6, 4), 2) for i in range(2)]
