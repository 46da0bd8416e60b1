"""Samplers against mathematics: the ODE of a Gaussian has a closed solution, and the SDE must keep its variance.

The recorded numbers (`test_vectors`) say that every sampler is ComfyUI's; these say that it is a sampler.
"""

import math

import pytest
import torch
from torch import Tensor
from toy import TABLE, Gaussian, Offset, guided

from dgx_pixels.core.errors import UsageError
from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.samplers import SAMPLER_NAMES, SAMPLERS, Noise, sampler_named
from dgx_pixels.sampling.samplers.step import ancestral
from dgx_pixels.sampling.schedules import sampler_sigmas

# Orders are those seen on a Gaussian; Heun++ averages slopes of other levels, which costs it one.
ORDERS = {
    "euler": 1, "ddim": 1, "euler_cfg_pp": 1, "heunpp2": 1,
    "heun": 2, "dpm_2": 2, "dpmpp_2m": 2, "dpmpp_2m_cfg_pp": 2, "res_multistep": 2, "res_multistep_cfg_pp": 2,
    "ipndm": 2, "deis": 2, "lms": 3,
}  # fmt: skip
# lcm jumps to the estimate and so loses variance, and one CFG++ form contracts; the others are faithful.
FAITHFUL = {
    "dpm_2_ancestral", "dpmpp_2s_ancestral", "dpmpp_sde", "dpmpp_2m_sde", "dpmpp_2m_sde_heun", "dpmpp_3m_sde",
    "res_multistep_ancestral", "er_sde", "seeds_2", "seeds_3", "sa_solver", "sa_solver_pece",
}  # fmt: skip
STOCHASTIC = [spec.name for spec in SAMPLERS if spec.noise]


def levels(n: int, high: float = 10.0, low: float = 0.05) -> Tensor:
    """n steps even in the seventh root of sigma, which do not end clean: the ODE is singular at 0."""
    return torch.linspace(high ** (1 / 7), low ** (1 / 7), n + 1) ** 7


def drawn(name: str, sigmas: Tensor, side: int = 8, seed: int = 3) -> tuple[Tensor, Tensor]:
    """Where a sampler takes a latent of a Gaussian's noised distribution, and where it was taken from."""
    model = Gaussian()
    noise = initial_noise((1, 4, side, side), seed)
    start = float(sigmas[0])
    x = model.mean + noise * math.sqrt(model.deviation**2 + start**2)
    # What `sample` adds to the latent is the noise times the first level.
    end = sample(model, table=TABLE, sampler=name, sigmas=sigmas, noise=noise, seed=seed + 1, latent=x - noise * start)
    return end, x


def error(name: str, n: int) -> float:
    sigmas = levels(n)
    end, x = drawn(name, sigmas)
    return float((end - Gaussian().solution(x, float(sigmas[0]), float(sigmas[-1]))).abs().max())


@pytest.mark.parametrize("name", ORDERS)
def test_an_ode_sampler_converges_at_its_order(name):
    coarse, fine = error(name, 20), error(name, 40)
    assert fine < coarse / 2 ** (ORDERS[name] - 0.2)


@pytest.mark.parametrize("name", ["dpm_fast", "dpm_adaptive", "ipndm_v", "uni_pc", "uni_pc_bh2", "gradient_estimation"])
def test_an_ode_sampler_without_an_even_order_comes_near_the_solution(name):
    assert error(name, 40) < 0.1


@pytest.mark.parametrize("name", sorted(FAITHFUL))
def test_an_sde_sampler_keeps_the_variance(name):
    sigmas = levels(30)
    end, _ = drawn(name, sigmas, side=32)
    variance = Gaussian.deviation**2 + float(sigmas[-1]) ** 2
    assert float(end.var()) == pytest.approx(variance, rel=0.1)
    assert float(end.mean()) == pytest.approx(Gaussian.mean, abs=0.05)


@pytest.mark.parametrize("name", STOCHASTIC)
def test_noise_on_the_way_follows_from_the_seed(name):
    noise = initial_noise((1, 4, 2, 2), 1)
    sigmas = sampler_sigmas(TABLE, name, "karras", 4)
    first, again, other = (
        sample(guided(Offset(), 3.0), table=TABLE, sampler=name, sigmas=sigmas, noise=noise, seed=seed)
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.allclose(first, other)


@pytest.mark.parametrize("name", SAMPLER_NAMES)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_steps_end_finite_with_a_batch(name, n):
    sigmas = sampler_sigmas(TABLE, name, "normal", n)
    noise = initial_noise((2, 4, 2, 2), 5)
    end = sample(guided(Offset(), 3.0), table=TABLE, sampler=name, sigmas=sigmas, noise=noise, seed=5)
    assert end.isfinite().all()
    assert not torch.equal(end[0], end[1])


@pytest.mark.parametrize(
    "name", [n for n in SAMPLER_NAMES if n not in {"dpm_fast", "dpm_adaptive", "uni_pc", "uni_pc_bh2"}]
)
def test_a_last_step_to_zero_ends_on_the_clean_estimate(name):
    seen = []
    noise = initial_noise((1, 4, 2, 2), 5)
    sigmas = sampler_sigmas(TABLE, name, "karras", 6)
    end = sample(Gaussian(), table=TABLE, sampler=name, sigmas=sigmas, noise=noise, seed=5, on_step=seen.append)
    tolerance = 1e-2 if name == "sa_solver_pece" else 1e-4  # which evaluates again after the correction
    torch.testing.assert_close(end, seen[-1].x0, rtol=0, atol=tolerance)


def test_the_adaptive_sampler_gives_up_on_what_is_not_a_number():
    def broken(x: Tensor, _sigma: Tensor) -> Tensor:
        return x * math.nan

    *_, last = sampler_named("dpm_adaptive").run(broken, torch.ones(1, 4, 2, 2), levels(5))
    assert last.x.isnan().all()


@pytest.mark.parametrize("n", [1, 2, 3, 6, 7, 15, 37])
def test_the_fast_sampler_spends_one_call_a_step(n):
    predict = Offset()
    sigmas = sampler_sigmas(TABLE, "dpm_fast", "karras", n)
    noise = initial_noise((1, 4, 2, 2), 1)
    sample(guided(predict, 1.0), table=TABLE, sampler="dpm_fast", sigmas=sigmas, noise=noise, seed=1)
    assert len(predict.calls) == n


@pytest.mark.parametrize(("s", "t"), [(14.6, 10.0), (1.0, 0.99), (14.6146, 0.0292), (4518.76, 2254.2), (3.0, 0.0)])
def test_an_ancestral_step_splits_the_variance_of_its_end(s, t):
    down, up = ancestral(torch.tensor(s), torch.tensor(t))
    assert float(down**2 + up**2) == pytest.approx(t * t, rel=1e-6)
    assert float(down) == pytest.approx(t * t / s, rel=0.01, abs=1e-7)
    assert up.dtype == down.dtype == torch.float32


def test_nothing_is_renoised_where_a_step_is_deterministic():
    down, up = ancestral(torch.tensor(2.0), torch.tensor(1.0), eta=0.0)
    assert (float(down), float(up)) == (1.0, 0.0)


def test_brownian_samplers_are_offered_on_the_cpu_and_on_the_device():
    for spec in SAMPLERS:
        if spec.noise is Noise.BROWNIAN_GPU:
            assert sampler_named(spec.name.removesuffix("_gpu")).noise is Noise.BROWNIAN


def test_an_unknown_sampler_is_named_with_the_nearest():
    with pytest.raises(UsageError, match=r"'eular'.*Did you mean 'euler'"):
        sampler_named("eular")
