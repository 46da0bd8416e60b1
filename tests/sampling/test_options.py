"""Samplers with their numbers set: what each number does, against what is known without it."""

from dataclasses import replace

import pytest
import torch
from toy import TABLE, Gaussian, Offset, guided

from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.samplers import Noise, Sampler, sampler_named
from dgx_pixels.sampling.samplers.er_sde import power_scale
from dgx_pixels.sampling.samplers.euler import euler_pp
from dgx_pixels.sampling.samplers.upscaling import lcm_upscale
from dgx_pixels.sampling.schedules import sampler_sigmas

NOISE = initial_noise((1, 4, 4, 4), 5)
WITH_ETA = (
    *("euler_ancestral", "euler_ancestral_cfg_pp", "dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde"),
    *("dpmpp_2s_ancestral", "sa_solver"),
)
WINDOW = {"window": (5.0, 0.3)}


def run(sampler, n=6, denoise=None, noise=NOISE, sigmas=None, seed=5):
    sigmas = sampler_sigmas(TABLE, "euler", "karras", n) if sigmas is None else sigmas
    denoise = denoise or guided(Offset(), 3.0)
    return sample(denoise, table=TABLE, sampler=sampler, sigmas=sigmas, noise=noise, seed=seed)


def named(name, **options) -> Sampler:
    return sampler_named(name).with_options(**options)


@pytest.mark.parametrize(
    ("name", "options", "same"),
    [
        ("euler_ancestral", {"eta": 0.0}, "euler"),
        ("euler_ancestral_cfg_pp", {"eta": 0.0}, "euler_cfg_pp"),
        ("lms", {"order": 1}, "euler"),
        ("dpmpp_2m_sde", {"eta": 0.0}, "dpmpp_2m"),
        ("dpmpp_2m_sde", {"solver_type": "heun"}, "dpmpp_2m_sde_heun"),
        ("er_sde", {"scale": power_scale(1.0), "s_noise": 0.0, "max_stage": 1}, "euler"),
        ("sa_solver", {"use_pece": True}, "sa_solver_pece"),
        ("sa_solver", {**WINDOW, "eta": 0.0, "predictor_order": 1, "corrector_order": 0}, "euler"),
        ("dpm_adaptive", {"order": 3, "h_init": 0.05}, "dpm_adaptive"),
    ],
)
def test_options_at_which_samplers_meet(name, options, same):
    torch.testing.assert_close(run(named(name, **options)), run(same), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        *[(n, "eta", 0.5) for n in WITH_ETA],
        *[(n, "s_noise", 0.5) for n in (*WITH_ETA, "er_sde")],
        ("dpmpp_sde", "r", 0.3),
        ("lms", "order", 2),
        ("er_sde", "max_stage", 2),
        ("sa_solver", "predictor_order", 2),
        ("sa_solver", "corrector_order", 2),
        ("dpm_adaptive", "order", 2),
        ("dpm_adaptive", "rtol", 0.5),
        ("dpm_adaptive", "atol", 0.5),
        ("dpm_adaptive", "h_init", 0.5),
        ("dpm_adaptive", "pcoeff", 0.3),
        ("dpm_adaptive", "dcoeff", 0.3),
        ("dpm_adaptive", "accept_safety", 0.99),
    ],
)
def test_every_number_matters(name, option, value):
    assert not torch.equal(run(named(name, **{option: value})), run(name))


@pytest.mark.parametrize("name", ["euler_ancestral", "dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde", "dpmpp_2s_ancestral"])
def test_without_eta_no_noise_enters(name):
    calm = named(name, eta=0.0)
    assert torch.equal(run(calm, seed=5), run(calm, seed=6))


@pytest.mark.parametrize(
    "options", [{"order": 2}, {"order": 3}, {"eta": 0.5, "rtol": 0.005, "atol": 0.001}, {"pcoeff": 0.2, "dcoeff": 0.1}]
)
def test_adaptive_steps_stay_near_the_exact_solution(options):
    model = Gaussian()
    sampler = replace(named("dpm_adaptive", **options), noise=Noise.GENERATOR)
    noise = initial_noise((1, 4, 64, 64), 5)
    sigmas = torch.tensor([10.0, 0.01])
    out = run(sampler, denoise=model, noise=noise, sigmas=sigmas)
    assert float(out.mean()) == pytest.approx(model.mean, abs=0.05)
    assert float(out.std()) == pytest.approx(model.deviation, rel=0.1)
    if "eta" not in options:
        torch.testing.assert_close(out, model.solution(noise * 10, 10.0, 0.01), rtol=0.05, atol=0.05)


@pytest.mark.parametrize("corrector", [0, 2])
def test_a_simple_second_order_is_of_second_order(corrector):
    model = Gaussian()
    simple = named("sa_solver", window=(0.0, 0.0), predictor_order=2, corrector_order=corrector, simple_order_2=True)
    errors = []
    for n in (20, 40):
        sigmas = torch.linspace(0, 1, n + 1).mul(torch.tensor(0.1 / 10).log()).exp() * 10
        exact = model.solution(NOISE * 10, 10.0, 0.1)
        errors.append(float((run(simple, denoise=model, sigmas=sigmas) - exact).abs().max()))
    assert errors[1] < errors[0] / 3
    exact_weights = simple.with_options(simple_order_2=False)
    assert not torch.equal(run(simple, denoise=model), run(exact_weights, denoise=model))


def test_the_pushed_euler_ends_beyond_the_guided_estimate():
    sigmas = torch.tensor([1.0, 0.0])
    x0, uncond = guided(Offset(), 3.0).both(NOISE, sigmas[0])
    out = run(Sampler("euler_pp", euler_pp), sigmas=sigmas)
    torch.testing.assert_close(out, 2 * x0 - uncond)


@pytest.mark.parametrize(
    ("steps", "sides"), [(None, [6, 8, 8, 8]), (1, [8, 8, 8, 8]), (0, [4, 4, 4, 4]), (4, [5, 6, 7, 8])]
)
def test_a_growing_latent(steps, sides):
    seen = []

    def resize(x, width, height):
        return torch.nn.functional.interpolate(x, size=(height, width))

    class Recorder(Gaussian):
        def __call__(self, x, sigma):
            seen.append(x.shape[-1])
            return super().__call__(x, sigma)

    sampler = Sampler("lcm_upscale", lcm_upscale, options={"resize": resize, "ratio": 2.0, "steps": steps})
    out = run(sampler, denoise=Recorder(), sigmas=torch.tensor([4.0, 3.0, 2.0, 1.0, 0.0]))
    assert seen == [4, *sides[:3]]
    assert out.shape[-2:] == (sides[3], sides[3])
