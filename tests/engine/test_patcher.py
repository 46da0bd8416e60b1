"""What node packs call on a MODEL: functions in their form take part in the sampling, and clones stay apart."""

import pytest
import torch

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.guiders import guided_by
from dgx_pixels.engine.loading import Checkpoint
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.model_options import (
    set_model_options_patch_replace,
    set_model_options_post_cfg_function,
    set_model_options_pre_cfg_function,
)
from dgx_pixels.engine.patching.perturbed_attention import perturbed_attention
from dgx_pixels.nn.transformer import attend
from dgx_pixels.sampling.samplers import sampler_named
from dgx_pixels.sampling.schedules import sampler_sigmas

NOISE = torch.randn(1, 4, 4, 6, generator=torch.Generator().manual_seed(0))


def side(seed: int):
    draw = torch.Generator().manual_seed(seed)
    return [[torch.randn(1, 7, 192, generator=draw), {"pooled_output": torch.randn(1, 64, generator=draw)}]]


@torch.inference_mode()
def draw(model: Model, cfg: float = 4.0, steps: int = 2, mask=None) -> torch.Tensor:
    guider = guided_by(model, side(1), side(2), cfg)
    sigmas = sampler_sigmas(model.table, "euler", "normal", steps)
    return guider.sample(NOISE, torch.ones_like(NOISE), sampler_named("euler"), sigmas, mask, seed=1)


@pytest.fixture
def model(pocket: Checkpoint) -> Model:
    return Model.of(pocket)


@pytest.fixture(scope="module")
def plain(pocket: Checkpoint) -> torch.Tensor:
    return draw(Model.of(pocket))


def test_a_cfg_function_works_on_noise(model, plain):
    told = []

    def guided(args):
        told.append(args)
        torch.testing.assert_close(args["cond"], args["input"] - args["cond_denoised"])
        return args["uncond"] + (args["cond"] - args["uncond"]) * args["cond_scale"]

    clone = model.clone()
    clone.set_model_sampler_cfg_function(guided)
    torch.testing.assert_close(draw(clone), plain, rtol=1e-4, atol=1e-4)
    assert told[0]["cond_scale"] == 4.0
    assert told[0]["sigma"].shape == told[0]["timestep"].shape == (1,)
    assert told[0]["model_options"]["sampler_cfg_function"] is guided
    assert torch.equal(draw(model), plain)


def test_functions_before_and_after_guidance(model, plain):
    clone = model.clone()
    clone.set_model_sampler_pre_cfg_function(lambda args: [args["conds_out"][0] * 2, args["conds_out"][1]])
    assert not torch.equal(draw(clone), plain)
    clone.set_model_sampler_pre_cfg_function(lambda args: [args["conds_out"][0] / 2, args["conds_out"][1]])
    assert torch.equal(draw(clone), plain)
    clone.set_model_sampler_post_cfg_function(lambda args: args["denoised"] * 0 + args["cond_denoised"])
    torch.testing.assert_close(draw(clone), draw(model, cfg=1.0), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("wanted", [False, True])
def test_the_unconditional_side_is_evaluated_when_it_is_asked_for(model, wanted):
    seen = []
    clone = model.clone()
    clone.set_model_sampler_post_cfg_function(
        lambda args: seen.append(args["uncond_denoised"].abs().sum()) or args["denoised"],
        disable_cfg1_optimization=wanted,
    )
    draw(clone, cfg=1.0)
    assert all(bool(total) is wanted for total in seen)


def test_a_wrapper_stands_around_the_network(model, plain):
    calls = []

    def wrapper(apply_model, args):
        calls.append((tuple(args["input"].shape), args["cond_or_uncond"], sorted(args["c"])))
        return apply_model(args["input"], args["timestep"], **args["c"])

    clone = model.clone()
    clone.set_model_unet_function_wrapper(wrapper)
    assert torch.equal(draw(clone), plain)
    assert calls[0] == ((2, 4, 4, 6), [1, 0], ["c_crossattn", "transformer_options", "y"])
    clone.set_model_unet_function_wrapper(lambda apply, a: apply(a["input"], a["timestep"], **a["c"]) / 2)
    assert not torch.equal(draw(clone), plain)


def test_a_mask_function_hears_the_levels(model):
    told = []

    def mask(sigma, denoise_mask, extra_options):
        told.append((float(sigma[0]), len(extra_options["sigmas"])))
        return denoise_mask * 0

    clone = model.clone()
    clone.set_model_denoise_mask_function(mask)
    kept = draw(clone, mask=torch.ones(1, 1, 4, 6))
    torch.testing.assert_close(kept, torch.ones_like(NOISE), rtol=1e-4, atol=1e-4)
    assert told[0][0] > told[-1][0]
    assert told[0][1] == 3


PLACES = (
    "attn1_patch",
    "attn2_patch",
    "attn1_output_patch",
    "attn2_output_patch",
    "input_block_patch",
    "input_block_patch_after_skip",
    "output_block_patch",
    "emb_patch",
)


@pytest.mark.parametrize("place", PLACES)
def test_functions_inside_the_network(model, plain, place):
    blocks = []

    def same(*args):
        values, options = (args[:1], args[2]) if place == "emb_patch" else (args[:-1], args[-1])
        blocks.append(options.get("block"))
        assert set(options) >= {"sigmas", "cond_or_uncond", "original_shape", "sample_sigmas", "mine"}
        return values[0] if len(values) == 1 else values

    clone = model.clone()
    getattr(clone, f"set_model_{place}")(same)
    clone.model_options["transformer_options"]["mine"] = 1
    assert torch.equal(draw(clone), plain)
    assert blocks
    changed = model.clone()
    getattr(changed, f"set_model_{place}")(
        lambda *args: args[0] * 2 if len(args) < 3 or place == "emb_patch" else [value * 2 for value in args[:-1]]
    )
    assert not torch.equal(draw(changed), plain)
    assert torch.equal(draw(model), plain)


@pytest.mark.parametrize("attention", ["attn1", "attn2"])
def test_attention_can_be_replaced(model, plain, attention):
    clone = model.clone()
    replace = getattr(clone, f"set_model_{attention}_replace")
    replace(lambda q, k, v, options: attend(q, k, v, options["n_heads"]), "middle", 0)
    assert torch.equal(draw(clone), plain)
    replace(lambda q, _k, _v, _options: q * 0, "middle", 0, 1)
    assert not torch.equal(draw(clone), plain)


def test_a_further_pass_with_other_options(model, plain):
    """Perturbed-attention guidance as packs write it is ours, bit for bit."""

    def guided(args):
        options = set_model_options_patch_replace(args["model_options"], lambda _q, _k, v, _o: v, "attn1", "middle", 0)
        (perturbed,) = args["model"].estimates(args["input"], args["sigma"], [args["cond"]], options)
        return args["denoised"] + (args["cond_denoised"] - perturbed) * 3.0

    clone = model.clone()
    clone.set_model_sampler_post_cfg_function(guided)
    ours = draw(perturbed_attention(model, 3.0))
    assert torch.equal(draw(clone), ours)
    assert not torch.equal(ours, plain)
    with pytest.raises(UsageError, match="function of its guidance"):
        model.model.estimates(NOISE, torch.tensor([1.0]), [()], {})


def test_options_can_be_written_directly(model, plain):
    clone = model.clone()
    clone.model_options["sampler_post_cfg_function"] = [lambda args: args["denoised"] * 0]
    assert float(draw(clone).abs().max()) < 1e-4
    assert "sampler_post_cfg_function" not in model.model_options
    assert torch.equal(draw(model), plain)


def test_a_clone_of_a_clone_has_what_it_had_and_its_own(model):
    first = model.clone()
    first.set_model_attn1_patch(lambda q, k, v, _o: (q, k, v))
    second = first.clone()
    second.set_model_attn1_patch(lambda q, k, v, _o: (q, k, v))
    third = second.changed(name="other")
    third.set_model_attn1_patch(lambda q, k, v, _o: (q, k, v))
    counts = [len(m.model_options["transformer_options"]["patches"]["attn1_patch"]) for m in (first, second, third)]
    assert counts == [1, 2, 3]
    assert model.model_options == {}


def test_helpers_return_options_of_their_own():
    options = {"transformer_options": {"patches": {}}}
    replaced = set_model_options_patch_replace(options, print, "attn1", "input", 4, 0)
    assert replaced["transformer_options"]["patches_replace"] == {"attn1": {("input", 4, 0): print}}
    after = set_model_options_post_cfg_function(options, print, disable_cfg1_optimization=True)
    assert after["sampler_post_cfg_function"] == [print]
    assert after["disable_cfg1_optimization"]
    assert set_model_options_pre_cfg_function(after, print)["sampler_pre_cfg_function"] == [print]
    assert options == {"transformer_options": {"patches": {}}}


def test_objects_of_the_model(model):
    sampling = model.get_model_object("model_sampling")
    assert float(sampling.sigma_max) == pytest.approx(14.6146, rel=1e-4)
    assert sampling.percent_to_sigma(0.5) == pytest.approx(1.6155803)
    assert sampling.timestep(sampling.sigmas[[10, 500]]).tolist() == [10.0, 500.0]
    assert float(sampling.sigma(torch.tensor(500.0))) == pytest.approx(float(sampling.sigmas[500]))
    assert model.get_model_object("diffusion_model") is model.unet
    assert model.get_model_object("diffusion_model.out.0") is model.unet.out[0]
    assert model.get_model_object("latent_format").scale_factor == 0.13025
    assert model.model.model_sampling.sigmas is not None
    assert (model.load_device.type, model.model_dtype(), model.model.get_dtype()) == ("cpu", *[torch.float32] * 2)
    assert model.model_size() == sum(4 * p.numel() for p in model.unet.parameters())
    assert model.is_clone(model.clone())


class Halved:
    """A pack's ``model_sampling``: v-prediction in its own words."""

    def __init__(self, inner) -> None:
        self.inner = inner
        self.calls = []

    def __getattr__(self, name):
        self.calls.append(name)
        return getattr(self.inner, name)


def test_a_packs_sampling_takes_the_models_place(model, plain):
    theirs = Halved(model.get_model_object("model_sampling"))
    clone = model.clone()
    clone.add_object_patch("model_sampling", theirs)
    assert torch.equal(draw(clone), plain)
    assert {"calculate_input", "calculate_denoised", "noise_scaling", "timestep"} <= set(theirs.calls)
    back = clone.clone()
    back.add_object_patch("model_sampling", model.get_model_object("model_sampling"))
    assert torch.equal(draw(back), plain)


def test_another_network_takes_its_place(model, plain):
    clone = model.clone()
    clone.add_object_patch("diffusion_model", lambda *args, **more: model.unet(*args, **more) * 2)
    assert not torch.equal(draw(clone), plain)
    assert torch.equal(draw(model), plain)
    with pytest.raises(UsageError, match="cannot be replaced"):
        clone.add_object_patch("latent_format", object())


def test_weights_can_be_patched(model, plain):
    key = "diffusion_model.out.2.weight"
    weight = model.model_state_dict()[key]
    clone = model.clone()
    assert clone.add_patches({key: (weight,), "diffusion_model.nowhere": (weight,)}, 0.5, 0.5) == [key]
    torch.testing.assert_close(draw(clone), plain)
    more = model.clone()
    more.add_patches({key: ("diff", (weight,))})
    torch.testing.assert_close(more.model_state_dict("diffusion_model.out.")[key], weight * 2)
    less = model.clone()
    less.add_patches({key: (None,)}, 0.0, 0.5)
    assert torch.equal(less.patch_model().out[2].weight, weight * 0.5)
    less.unpatch_model()
    assert torch.equal(less.unet.out[2].weight, weight * 0.5)
    assert torch.equal(model.unet.out[2].weight, weight)
    with pytest.raises(UsageError, match="give a difference"):
        model.clone().add_patches({key: ("lora", (weight,))})


def test_a_pack_can_merge_models(model, pocket):
    other = Model.of(pocket)
    other.add_patches(dict.fromkeys(other.model_state_dict(), (None,)), 0.0, 3.0)
    merged = model.clone()
    patches = other.get_key_patches("diffusion_model.")
    assert len(merged.add_patches(patches, 0.5, 0.5)) == len(patches) == len(model.weights.names)
    name = "input_blocks.0.0.weight"
    torch.testing.assert_close(merged.weights.exact(name), model.weights.exact(name) * 2)


def test_attachments_go_with_clones(model):
    clone = model.clone()
    clone.set_attachments("mine", 3)
    assert clone.clone().get_attachment("mine") == 3
    assert model.get_attachment("mine") is None
