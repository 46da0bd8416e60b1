"""Samplers in k-diffusion's form: theirs run by our loop, and ours called as they are."""

import pytest
import torch
from toy import TABLE, Offset, guided

from dgx_pixels.core.errors import CancelledError
from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.samplers import SAMPLERS, sampler_named
from dgx_pixels.sampling.samplers.functions import CalledModel, FunctionSampler
from dgx_pixels.sampling.schedules import sampler_sigmas

NOISE = initial_noise((2, 4, 4, 4), 5)
SIGMAS = sampler_sigmas(TABLE, "euler", "karras", 5)


def euler_of_a_pack(model, x, sigmas, extra_args=None, callback=None, disable=None, stretch=1.0):
    """As packs write them."""
    ones = x.new_ones([x.shape[0]])
    for i in range(len(sigmas) - 1):
        denoised = model(x, sigmas[i] * ones, **extra_args)
        callback({"x": x, "i": i, "sigma": sigmas[i], "sigma_hat": sigmas[i], "denoised": denoised})
        x = x + (x - denoised) / sigmas[i] * (sigmas[i + 1] - sigmas[i]) * stretch
    return x


def run(sampler, cfg=3.0, sigmas=SIGMAS, **more):
    return sample(guided(Offset(), cfg), table=TABLE, sampler=sampler, sigmas=sigmas, noise=NOISE, seed=5, **more)


def test_a_packs_function_draws_as_ours_and_tells_of_its_steps():
    told = []
    out = run(FunctionSampler(euler_of_a_pack), on_step=told.append)
    torch.testing.assert_close(out, run("euler"))
    assert [(p.step, p.total) for p in told] == [(i, 5) for i in range(1, 6)]
    assert [p.sigma for p in told] == SIGMAS[:-1].tolist()


def test_its_options_are_passed_on():
    assert not torch.equal(run(FunctionSampler(euler_of_a_pack, {"stretch": 0.9})), run("euler"))


def test_it_is_cancelled_between_steps():
    asked = iter([False, False, True])
    with pytest.raises(CancelledError, match="after 2 of 5"):
        run(FunctionSampler(euler_of_a_pack), cancelled=lambda: next(asked))


def test_it_may_ask_for_the_noise_of_an_inpainting():
    mask, latent = torch.zeros(4, 4), torch.full_like(NOISE, 0.5)
    random = FunctionSampler(euler_of_a_pack, inpaint_options={"random": True})
    assert random.own_inpaint_noise
    assert not FunctionSampler(euler_of_a_pack).own_inpaint_noise
    torch.testing.assert_close(run(random, latent=latent, mask=mask), latent)


def test_functions_after_guidance_hear_the_unconditional_estimate():
    heard = []

    def function(model, x, sigmas, extra_args=None, callback=None, disable=None):
        options = {
            **extra_args["model_options"],
            "sampler_post_cfg_function": [lambda a: heard.append(a) or a["denoised"] + 1],
        }
        return model(x, sigmas[:1].expand(len(x)), **{**extra_args, "model_options": options})

    out = run(FunctionSampler(function), cfg=1.0)
    x0, uncond = guided(Offset(), 1.0).both(heard[0]["input"], SIGMAS[0])
    torch.testing.assert_close(out, x0 + 1)
    torch.testing.assert_close(heard[0]["uncond_denoised"], uncond)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda s: s.name)
def test_ours_called_in_their_form_draw_the_same(sampler):
    sigmas = sampler_sigmas(TABLE, sampler.name, "karras", 5)
    steps = []

    def wrapped(model, x, levels, extra_args=None, callback=None, disable=None, **options):
        def hear(step):
            steps.append(step["i"])
            callback(step)

        return sampler.sampler_function(model, x, levels, extra_args=extra_args, callback=hear, disable=True, **options)

    through = run(FunctionSampler(wrapped, sampler.extra_options, sampler.inpaint_options), sigmas=sigmas)
    assert torch.equal(through, run(sampler.name, sigmas=sigmas))
    assert steps == list(range(len(steps)))


def test_ours_overhear_the_unconditional_estimate_of_a_foreign_model():
    guide = guided(Offset(), 3.0)
    known = CalledModel(guide, TABLE)

    def foreign(x, sigma, **extra):
        return known(x, sigma, **extra)

    x = NOISE * SIGMAS[0]
    through = sampler_named("euler_cfg_pp").sampler_function(foreign, x, SIGMAS, extra_args={"seed": 5})
    torch.testing.assert_close(through, sampler_named("euler_cfg_pp").sampler_function(known, x, SIGMAS))
