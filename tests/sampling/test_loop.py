"""The loop: what it starts from, what it tells, how it stops, and what an inpainting keeps."""

import math

import pytest
import torch
from torch import Tensor
from toy import TABLE, Gaussian, Offset, guided

from dgx_pixels.core.errors import CancelledError
from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import brownian_noise, generator_noise, initial_noise
from dgx_pixels.sampling.samplers import SAMPLER_NAMES
from dgx_pixels.sampling.schedules import sampler_sigmas

NOISE = initial_noise((1, 4, 4, 4), 9)
LATENT = torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4)


class Keeping:
    """Denoises to nothing, and remembers what it saw."""

    def __init__(self):
        self.seen = []

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        self.seen.append((x, float(sigma)))
        return torch.zeros_like(x)

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        return self(x, sigma), torch.zeros_like(x)


def run(denoise=None, sampler="euler", sigmas=None, noise=NOISE, seed=9, **more):
    sigmas = sampler_sigmas(TABLE, sampler, "karras", 6) if sigmas is None else sigmas
    return sample(denoise or Gaussian(), table=TABLE, sampler=sampler, sigmas=sigmas, noise=noise, seed=seed, **more)


@pytest.mark.parametrize("first", [14.614641189575195, 14.614640235900879, 14.7, 100.0])
def test_the_noisiest_level_starts_with_the_full_variance(first):
    model = Keeping()
    run(model, sigmas=torch.tensor([first, 0.0]), latent=LATENT)
    torch.testing.assert_close(model.seen[0][0], NOISE * math.sqrt(1 + first**2) + LATENT)


@pytest.mark.parametrize("first", [14.6, 3.0])
def test_a_lower_level_starts_with_its_own(first):
    model = Keeping()
    run(model, sigmas=torch.tensor([first, 0.0]), latent=LATENT)
    torch.testing.assert_close(model.seen[0][0], NOISE * first + LATENT)


def test_without_levels_the_latent_stays_as_it_is():
    assert torch.equal(run(sigmas=torch.empty(0), latent=LATENT), LATENT)
    assert torch.equal(run(sigmas=torch.empty(0)), torch.zeros_like(NOISE))


def test_without_noise_the_latent_is_where_it_starts():
    model = Keeping()
    run(model, noise=torch.zeros_like(NOISE), latent=LATENT)
    assert torch.equal(model.seen[0][0], LATENT)


def test_every_step_is_told_with_its_level_and_estimate():
    told = []
    sigmas = sampler_sigmas(TABLE, "euler", "karras", 6)
    end = run(on_step=told.append)
    assert [(p.step, p.total) for p in told] == [(i, 6) for i in range(1, 7)]
    assert [p.sigma for p in told] == sigmas[:-1].tolist()
    assert all(p.x0.shape == NOISE.shape for p in told)
    torch.testing.assert_close(end, told[-1].x0)
    assert torch.equal(end, told[-1].x)


@pytest.mark.parametrize("sampler", SAMPLER_NAMES)
def test_progress_rises_and_never_passes_its_total(sampler):
    told = []
    run(guided(Offset(), 2.0), sampler, on_step=told.append)
    steps = [p.step for p in told]
    assert steps == sorted(steps)
    assert 1 <= steps[0] <= steps[-1] <= told[0].total == 6


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_is_given_up_between_steps(after):
    told = []
    with pytest.raises(CancelledError, match=f"after {after} of 6 steps"):
        run(on_step=told.append, cancelled=lambda: len(told) >= after)
    assert len(told) == after


def test_what_the_listener_raises_ends_the_run():
    def interrupted(_progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(on_step=interrupted)


def test_two_halves_of_a_run_make_the_whole():
    sigmas = sampler_sigmas(TABLE, "euler", "karras", 6)
    half = run(sigmas=sigmas[:4])
    again = run(sigmas=sigmas[3:], noise=torch.zeros_like(NOISE), latent=half)
    torch.testing.assert_close(again, run(sigmas=sigmas))


MASK = torch.zeros(4, 4)
MASK[:, 2:] = 1


@pytest.mark.parametrize("sampler", SAMPLER_NAMES)
def test_an_inpainting_keeps_the_latent_outside_its_mask(sampler):
    sigmas = sampler_sigmas(TABLE, sampler, "karras", 8, 0.75)
    end = run(guided(Offset(), 2.0), sampler, sigmas, latent=LATENT, mask=MASK)
    # Those that stop above zero keep that much noise.
    left = {"dpm_fast": 0.2, "dpm_adaptive": 0.2, "uni_pc": 0.01, "uni_pc_bh2": 0.01}.get(sampler, 1e-4)
    assert float((end - LATENT)[..., :2].abs().max()) < left
    assert float((end - LATENT)[..., 2:].abs().min()) > 0.01


@pytest.mark.parametrize("sampler", ["euler", "ddim", "dpmpp_sde", "euler_ancestral"])
def test_the_kept_part_is_seen_at_the_noise_of_its_level(sampler):
    model = Keeping()
    sigmas = sampler_sigmas(TABLE, sampler, "karras", 4, 0.75)
    run(model, sampler, sigmas, latent=LATENT, mask=MASK)
    kept_noise = initial_noise(NOISE.shape, 10) if sampler == "ddim" else NOISE
    for x, sigma in model.seen:
        torch.testing.assert_close(x[..., :2], (LATENT + kept_noise * sigma)[..., :2])


def test_a_soft_mask_blends_what_is_drawn_with_what_is_kept():
    model = Keeping()
    end = run(model, sigmas=torch.tensor([3.0, 0.0]), latent=LATENT, mask=torch.full((4, 4), 0.25))
    torch.testing.assert_close(end, LATENT * 0.75)


def test_the_last_seed_has_a_next_one():
    end = run(sampler="ddim", seed=2**64 - 1, latent=LATENT, mask=MASK)
    assert end.isfinite().all()


@pytest.mark.parametrize("index", [[0], [1], [0, 1, 2], [2, 0], [1, 1]])
def test_a_batch_index_picks_from_the_draws_of_a_seed(index):
    draws = initial_noise((3, 4, 4, 4), 42)
    assert torch.equal(initial_noise((len(index), 4, 4, 4), 42, index), draws[index])


def test_noise_leaves_the_global_generator_alone():
    state = torch.get_rng_state()
    for sampler in ("euler_ancestral", "dpmpp_sde", "ddim"):
        run(sampler=sampler, latent=LATENT, mask=MASK)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_first_noise_on_the_way_is_the_initial_noise():
    # On a CPU both generators start from the seed; on a GPU they are of different kinds.
    s = torch.tensor(1.0)
    assert torch.equal(generator_noise(NOISE, 9)(s, s), NOISE)


def test_brownian_noise_is_one_path_whatever_the_steps():
    x = torch.zeros(1, 4, 32, 32)
    sigmas = torch.tensor([10.0, 4.0, 1.0, 0.0])
    noise = brownian_noise(x, sigmas, 3, on_cpu=True)
    ten, four, one = sigmas[:3]
    whole = noise(ten, one) * 3  # an increment is divided by the root of its span
    torch.testing.assert_close(whole, noise(ten, four) * 6**0.5 + noise(four, one) * 3**0.5, rtol=0, atol=1e-5)
    assert torch.equal(noise(one, ten), -noise(ten, one))
    for step in (noise(ten, four), noise(four, one)):
        assert float(step.std()) == pytest.approx(1, abs=0.05)
