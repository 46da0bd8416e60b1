"""Guidance by three texts: two-level guidance and Perp-Neg."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from toy import TABLE, Offset, text

from dgx_pixels.sampling.guidance import Guide, never_fits
from dgx_pixels.sampling.guiders import DualGuide, PerpNegGuide, perp_neg
from dgx_pixels.sampling.noise import initial_noise

X = initial_noise((1, 4, 4, 4), 3)
SIGMA = torch.tensor(1.0)
BASE = X / 2
POSITIVE, MIDDLE, NEGATIVE = 1.0, 0.25, -0.5


def guide(cfg, predict=None):
    return Guide(predict or Offset(), TABLE, [text(POSITIVE)], [text(NEGATIVE)], cfg)


@given(st.floats(0, 20), st.floats(0, 20))
def test_two_levels_add_up(outer, inner):
    x0, uncond = DualGuide(guide(inner), [text(MIDDLE)], outer).both(X, SIGMA)
    expected = NEGATIVE + (MIDDLE - NEGATIVE) * inner + (POSITIVE - MIDDLE) * outer
    torch.testing.assert_close(x0, BASE + expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(uncond, BASE + NEGATIVE)


@given(st.floats(0, 20), st.floats(0, 20))
def test_nested_levels_multiply(outer, inner):
    x0 = DualGuide(guide(inner), [text(MIDDLE)], outer, nested=True)(X, SIGMA)
    positive = MIDDLE + (POSITIVE - MIDDLE) * outer
    torch.testing.assert_close(x0, BASE + NEGATIVE + (positive - NEGATIVE) * inner, rtol=1e-4, atol=1e-3)


def test_three_sides_share_a_call_and_split_where_memory_is_short():
    predict = Offset()
    dual = DualGuide(guide(2.0, predict), [text(MIDDLE)], 3.0)
    whole = dual(X, SIGMA)
    assert predict.calls == [(3, 4, 4, 4)]
    assert torch.equal(dual.fitting(never_fits)(X, SIGMA), whole)
    assert predict.calls[1:] == [(1, 4, 4, 4)] * 3


def test_a_negative_text_along_the_positive_one_has_no_effect():
    empty = torch.zeros(1, 4)
    wanted = torch.tensor([[1.0, 2.0, 0.0, 0.0]])
    torch.testing.assert_close(perp_neg(wanted, wanted * 3, empty, 5.0, 2.0), wanted * 2)
    across = torch.tensor([[-2.0, 1.0, 0.0, 0.0]])
    torch.testing.assert_close(perp_neg(wanted, across, empty, 5.0, 2.0), (wanted - 5 * across) * 2)


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_perp_neg_guides_away_from_the_empty_text(scale):
    predict = Offset()
    x0, uncond = PerpNegGuide(guide(2.0, predict), [text(0.0)], scale).both(X, SIGMA)
    # Every text of the toy shifts in one direction: nothing of the negative one is perpendicular.
    torch.testing.assert_close(x0, BASE + 2 * POSITIVE, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(uncond, BASE)
    assert predict.calls == [(3, 4, 4, 4)]
