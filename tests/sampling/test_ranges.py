"""Schedules between given bounds: their ends, their shapes, and what they refuse."""

import math

import pytest
import torch
from toy import TABLE

from dgx_pixels.core.errors import UsageError
from dgx_pixels.sampling.ranges import (
    exponential_range,
    extended,
    karras_range,
    laplace_range,
    polyexponential_range,
    vp_range,
)
from dgx_pixels.sampling.schedules import ALIGN_YOUR_STEPS, SCHEDULES, align_your_steps, scheduled, turbo


@pytest.mark.parametrize("make", [karras_range, exponential_range, polyexponential_range])
@pytest.mark.parametrize("n", [1, 2, 9])
def test_between_the_bounds(make, n):
    sigmas = make(n, 0.1, 10.0)
    assert len(sigmas) == n + 1
    assert sigmas[-1] == 0
    assert sigmas[0] == pytest.approx(10.0)
    assert n == 1 or sigmas[-2] == pytest.approx(0.1, rel=1e-5)
    assert (sigmas.diff() < 0).all()


def test_rho_1_is_linear_and_exponential():
    torch.testing.assert_close(karras_range(5, 1.0, 5.0, rho=1.0), torch.tensor([5.0, 4, 3, 2, 1, 0]))
    torch.testing.assert_close(polyexponential_range(7, 0.1, 10.0), exponential_range(7, 0.1, 10.0))
    assert (polyexponential_range(7, 0.1, 10.0, rho=2.0)[1:-2] < exponential_range(7, 0.1, 10.0)[1:-2]).all()


def test_laplace_is_cut_at_the_bounds_and_has_no_zero():
    sigmas = laplace_range(9, 0.05, 12.0, mu=0.3, beta=0.5)
    assert len(sigmas) == 9
    assert sigmas[0] == 12.0
    assert sigmas[-1] == pytest.approx(0.05)
    assert sigmas[4] == pytest.approx(math.exp(0.3))
    quarter = math.exp(0.3 - 0.5 * math.log(0.5 + 1e-5))
    assert sigmas[2] == pytest.approx(quarter)


def test_the_variance_preserving_schedule_follows_its_formula():
    sigmas = vp_range(3, 19.9, 0.1, 1e-3)
    expected = [math.sqrt(math.expm1(19.9 * t * t / 2 + 0.1 * t)) for t in (1.0, 0.5005, 1e-3)]
    assert sigmas.tolist() == pytest.approx([*expected, 0.0], rel=1e-4)


@pytest.mark.parametrize(
    ("make", "numbers"),
    [(karras_range, (0.1, 1.0, 0.0)), (exponential_range, (0.0, 1.0)), (polyexponential_range, (1.0, 0.0))],
)
def test_bounds_without_a_value_are_refused(make, numbers):
    with pytest.raises(UsageError, match="above 0"):
        make(4, *numbers)


@pytest.mark.parametrize(
    ("spacing", "middle"),
    [("linear", 3.0), ("cosine", 4 - 2 * math.sin(math.pi / 4)), ("sine", 2 + 2 * math.cos(math.pi / 4))],
)
def test_steps_in_a_range_are_cut(spacing, middle):
    sigmas = torch.tensor([8.0, 4.0, 2.0, 0.0])
    assert extended(sigmas, 2, 5.0, 3.0, spacing).tolist() == pytest.approx([8.0, 4.0, middle, 2.0, 0.0])
    assert extended(sigmas, 1, math.inf, 0.0, spacing).tolist() == sigmas.tolist()
    assert len(extended(sigmas, 4, math.inf, 0.0, spacing)) == 3 * 4 + 1
    assert extended(sigmas[:0], 4, math.inf, 0.0, spacing).tolist() == []


def test_turbo_levels_are_those_of_its_ten_timesteps():
    ten = [TABLE.sigma(t) for t in range(999, 0, -100)]
    assert turbo(TABLE, 10).tolist() == [*ten, 0.0]
    assert turbo(TABLE, 1).tolist() == [ten[0], 0.0]
    assert turbo(TABLE, 3, denoise=0.5).tolist() == [*ten[5:8], 0.0]
    assert turbo(TABLE, 3, denoise=0.0).tolist() == [0.0]


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_alone_keeps_its_last_steps(name):
    for steps, denoise in ((6, 1.0), (6, 0.4)):
        whole = SCHEDULES[name](TABLE, int(steps / denoise))
        assert torch.equal(scheduled(TABLE, name, steps, denoise), whole[-(steps + 1) :])
    assert len(scheduled(TABLE, name, 6, 0.0)) == 0


@pytest.mark.parametrize("family", ALIGN_YOUR_STEPS)
def test_ten_aligned_steps_are_the_published_ones(family):
    expected = [*ALIGN_YOUR_STEPS[family][:-1], 0.0]
    assert align_your_steps(family, 10).tolist() == pytest.approx(expected, rel=1e-6)
    assert align_your_steps(family, 10, 0.5).tolist() == pytest.approx(expected[5:], rel=1e-6)
