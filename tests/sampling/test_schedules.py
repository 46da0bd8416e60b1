"""Levels of a run beyond the recorded ones: lengths, parts, odd counts, and names that do not exist."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from toy import TABLE

from dgx_pixels.core.errors import UsageError
from dgx_pixels.sampling.samplers import SAMPLER_NAMES
from dgx_pixels.sampling.schedules import (
    ALIGN_YOUR_STEPS,
    SCHEDULES,
    align_your_steps,
    sampler_sigmas,
    schedule_named,
)
from dgx_pixels.sampling.sigmas import BEFORE_START, SigmaTable

DROPPING = ["dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2"]
steps = st.integers(1, 120)


@given(steps, st.sampled_from(sorted(SCHEDULES)), st.booleans())
def test_every_schedule_falls_to_zero(n, name, zero_snr):
    sigmas = SCHEDULES[name](SigmaTable.discrete(zero_snr=zero_snr), n)
    assert sigmas.dtype == torch.float32
    assert sigmas[-1] == 0
    assert (sigmas.diff() < 0).all()
    if name not in {"ddim_uniform", "beta"}:
        assert len(sigmas) == n + 1


@given(steps, st.sampled_from(sorted(SCHEDULES)), st.floats(0.01, 0.9999))
def test_a_partial_run_is_the_end_of_a_longer_one(n, name, denoise):
    part = sampler_sigmas(TABLE, "euler", name, n, denoise)
    whole = sampler_sigmas(TABLE, "euler", name, int(n / denoise))
    assert len(part) <= n + 1
    assert torch.equal(part, whole[-len(part) :])


def test_a_whole_run_keeps_the_levels_that_a_schedule_has_beyond_its_steps():
    # 1000 // 30 is 33, and 1, 34, ..., 991 are 31 levels.
    sigmas = sampler_sigmas(TABLE, "euler", "ddim_uniform", 30)
    assert len(sigmas) == 32
    assert sigmas[0] == TABLE.sigmas[991]
    assert len(sampler_sigmas(TABLE, "euler", "ddim_uniform", 30, 0.99995)) == 32
    assert len(sampler_sigmas(TABLE, "euler", "ddim_uniform", 15, 0.5)) == 16


@pytest.mark.parametrize("sampler", DROPPING)
@pytest.mark.parametrize("denoise", [1.0, 0.75, 0.3])
def test_some_samplers_leave_out_the_second_last_of_one_level_more(sampler, denoise):
    n = 7
    whole = SCHEDULES["karras"](TABLE, int(n / denoise) + 1).tolist()
    assert sampler_sigmas(TABLE, sampler, "karras", n, denoise).tolist() == [*whole[:-2], 0.0][-(n + 1) :]


@pytest.mark.parametrize("sampler", sorted(set(SAMPLER_NAMES) - set(DROPPING)))
def test_all_others_run_on_the_schedule_itself(sampler):
    assert torch.equal(sampler_sigmas(TABLE, sampler, "normal", 9), SCHEDULES["normal"](TABLE, 9))


def test_start_and_end_cut_a_run_in_two_that_join():
    whole = sampler_sigmas(TABLE, "euler", "karras", 10)
    first = sampler_sigmas(TABLE, "euler", "karras", 10, end_at_step=4, force_full_denoise=False)
    second = sampler_sigmas(TABLE, "euler", "karras", 10, start_at_step=4)
    assert torch.equal(torch.cat([first, second[1:]]), whole)
    assert sampler_sigmas(TABLE, "euler", "karras", 10, end_at_step=4)[-1] == 0
    assert torch.equal(sampler_sigmas(TABLE, "euler", "karras", 10, end_at_step=10_000), whole)


@pytest.mark.parametrize("cut", [{"start_at_step": 10}, {"start_at_step": 4, "end_at_step": 4}, {"end_at_step": 0}])
def test_a_run_that_ends_before_it_starts_has_no_level(cut):
    assert len(sampler_sigmas(TABLE, "euler", "normal", 10, **cut)) == 0


def test_no_denoising_has_no_level():
    assert len(sampler_sigmas(TABLE, "euler", "normal", 10, 0.0)) == 0
    assert len(align_your_steps("SDXL", 10, 0.0)) == 0


def test_one_step_of_the_schedule_that_divides_by_steps_less_one():
    assert SCHEDULES["kl_optimal"](TABLE, 1).tolist() == [pytest.approx(TABLE.sigma_max), 0.0]


@pytest.mark.parametrize("family", ALIGN_YOUR_STEPS)
def test_align_your_steps(family):
    published = ALIGN_YOUR_STEPS[family]
    assert align_your_steps(family, 10).tolist() == pytest.approx([*published[:-1], 0.0])
    longer = align_your_steps(family, 20)
    assert longer[::2].tolist() == pytest.approx([*published[:-1], 0.0])
    assert float(longer[1]) == pytest.approx((published[0] * published[1]) ** 0.5)
    assert torch.equal(align_your_steps(family, 20, 0.5), longer[-11:])


def test_what_is_not_offered_is_refused_by_name():
    with pytest.raises(UsageError, match=r"'karas'.*Did you mean 'karras'"):
        schedule_named("karas")
    with pytest.raises(UsageError, match="SDXL"):
        align_your_steps("SD3", 10)
    with pytest.raises(UsageError, match="'eulr'"):
        sampler_sigmas(TABLE, "eulr", "normal", 10)
    for function in (lambda n: sampler_sigmas(TABLE, "euler", "normal", n), lambda n: align_your_steps("SDXL", n)):
        with pytest.raises(UsageError, match="0 steps"):
            function(0)


@given(st.floats(0.0, 999.0))
def test_sigmas_and_timesteps_are_inverse(t):
    assert TABLE.timestep(TABLE.sigma(t)) == pytest.approx(t, abs=0.5 + 1e-3)


@given(st.lists(st.floats(-0.5, 1.5), min_size=2))
def test_later_percents_are_less_noisy(percents):
    sigmas = [TABLE.percent_to_sigma(p) for p in sorted(percents)]
    assert sigmas == sorted(sigmas, reverse=True)


@pytest.mark.parametrize("table", [TABLE, SigmaTable.edm()], ids=["discrete", "continuous"])
def test_percents_run_from_before_the_start_to_zero(table):
    assert table.percent_to_sigma(0.0) == BEFORE_START > table.sigma_max
    assert table.percent_to_sigma(1.0) == 0.0
    assert table.percent_to_sigma(1e-9) == pytest.approx(table.sigma_max, rel=1e-4)


def test_the_continuous_table_tells_a_quarter_of_the_logarithm():
    table = SigmaTable.edm()
    assert (table.sigma_min, table.sigma_max) == pytest.approx((0.002, 80.0))
    assert table.timestep(1.0) == 0.0
    assert table.sigma(table.timestep(3.0)) == pytest.approx(3.0)
    assert table.percent_to_sigma(0.5) == pytest.approx((0.002 * 80.0) ** 0.5)
