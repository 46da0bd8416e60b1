"""Forms and levels that a workflow may put in place of a model's own."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.sampling.consistency import Consistent, DistilledTable
from dgx_pixels.sampling.continuous import AngleLevels
from dgx_pixels.sampling.direct import Direct, Unscaled
from dgx_pixels.sampling.flow import ExponentialFlowLevels, Flow, FlowLevels
from dgx_pixels.sampling.sigmas import SigmaTable

X, OUT = (torch.randn(1, 4, 3, 5, generator=torch.Generator().manual_seed(s)) for s in (0, 1))
SIGMA = torch.tensor(2.0)
TABLE = SigmaTable.discrete()


def test_the_output_is_the_picture():
    assert Direct().clean(X, SIGMA, OUT) is OUT
    torch.testing.assert_close(Direct().scaled(X, SIGMA), X / 5**0.5)
    assert Unscaled().scaled(X, SIGMA) is X
    assert Unscaled().clean(X, SIGMA, OUT) is OUT


def test_distilled_levels_are_every_twentieth():
    levels = DistilledTable.of(TABLE)
    assert len(levels.sigmas) == 50
    assert torch.equal(levels.sigmas, TABLE.sigmas[19::20])
    assert [levels.timestep(float(s)) for s in levels.sigmas] == [float(t) for t in range(19, 1000, 20)]
    assert levels.sigma(999.0) == pytest.approx(TABLE.sigma_max)
    assert levels.sigma(499.0) == pytest.approx(float(TABLE.sigmas[499]))
    assert levels.sigma(0.0) == pytest.approx(float(TABLE.sigmas[19]))  # below the first there is none
    assert levels.percent_to_sigma(0.0) > 1e8
    assert levels.percent_to_sigma(1.0) == 0


def test_a_consistency_model_is_bounded_at_the_start_of_time():
    form = Consistent(table=TABLE)
    eps = X - OUT * SIGMA
    torch.testing.assert_close(form.clean(X, SIGMA, OUT), eps, rtol=1e-3, atol=1e-3)
    beginning = Consistent(table=SigmaTable.edm(1e-6, 1.0))  # told ln(sigma) / 4: 0 at level 1
    torch.testing.assert_close(beginning.clean(X, torch.tensor(1.0), OUT), X / 2**0.5)


@given(st.floats(0.01, 1.0), st.floats(0.1, 12.0))
def test_flow_levels_tell_what_they_are_told(sigma, shift):
    levels = FlowLevels(shift)
    t = levels.timestep(sigma)
    assert t == pytest.approx(1000 * sigma)
    share = sigma / (shift - (shift - 1) * sigma)  # the shift undone
    assert levels.sigma(1000 * share) == pytest.approx(sigma, rel=1e-5)


def test_flow_levels_are_shifted_towards_noise():
    levels = FlowLevels(3.0)
    assert levels.percent_to_sigma(0.5) == pytest.approx(0.75)
    assert (levels.percent_to_sigma(0.0), levels.percent_to_sigma(1.0)) == (1.0, 0.0)
    sigmas = levels.sigmas
    assert len(sigmas) == 1000
    assert bool((sigmas.diff() > 0).all())
    assert float(sigmas[0]) == pytest.approx(levels.sigma_min)
    assert float(sigmas[-1]) == levels.sigma_max == 1.0


def test_the_size_of_the_picture_shifts_exponentially():
    small, large = (ExponentialFlowLevels.of_size(s, s, 0.5, 1.15) for s in (256, 1024))
    assert small.shift == pytest.approx(math.exp(0.5))
    assert large.shift == pytest.approx(math.exp(1.15))
    assert large.timestep(0.4) == pytest.approx(0.4)
    # sigma = e^mu / (e^mu + 1 / t - 1)
    assert large.percent_to_sigma(0.25) == pytest.approx(math.exp(1.15) / (math.exp(1.15) + 1 / 0.75 - 1))


def test_a_flow_goes_straight_between_picture_and_noise():
    form, latent, noise = Flow(), X, OUT
    x = form.noised(latent, noise, 0.3, full=False)
    torch.testing.assert_close(x, 0.7 * latent + 0.3 * noise)
    torch.testing.assert_close(form.clean(x, torch.tensor(0.3), noise - latent), latent)
    assert form.scaled(x, SIGMA) is x
    torch.testing.assert_close(form.finished(x, 0.0), x)
    torch.testing.assert_close(form.finished(x * 0.5, 0.5), x)
    assert torch.equal(form.noised(latent, noise, 1.0, full=True), noise)


@given(st.floats(0.05, 400.0))
def test_angles_tell_levels(sigma):
    levels = AngleLevels.between(0.03, 500.0)
    assert levels.timestep(sigma) == pytest.approx(math.atan(sigma) / math.pi * 2, abs=1e-5)
    assert levels.sigma(levels.timestep(sigma)) == pytest.approx(sigma, rel=0.02)


def test_a_continuous_range_is_log_spaced():
    levels = AngleLevels.between(0.03, 500.0)
    assert levels.percent_to_sigma(0.5) == pytest.approx(math.sqrt(0.03 * 500.0))
    assert (levels.sigma_min, levels.sigma_max) == (pytest.approx(0.03), pytest.approx(500.0))
