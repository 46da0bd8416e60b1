"""Guidance: which entries share a network call, and how their estimates become one."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from toy import TABLE, Offset, guided, text

from dgx_pixels.sampling.conditioning import Conditioning
from dgx_pixels.sampling.guidance import Guide

X = torch.randn((1, 4, 16, 16), generator=torch.Generator().manual_seed(0))
SIGMA = torch.tensor(1.0)
BASE = X / 2  # what the toy predicts at sigma 1, beside the offset of its text


class Recorder(Offset):
    """Keeps what it was called with."""

    def __call__(self, call):
        self.inputs = [*getattr(self, "inputs", []), (call.x, call.context, call.vector)]
        return super().__call__(call)


def guide(predict, positive, negative=(), cfg=1.0, **more):
    return Guide(predict, TABLE, positive, negative, cfg, **more)


@given(st.floats(0.0, 30.0))
def test_guidance_goes_from_the_unconditional_estimate_through_the_conditional(cfg):
    x0, uncond = guided(Offset(), cfg).both(X, SIGMA)
    torch.testing.assert_close(uncond, BASE - 0.2)
    torch.testing.assert_close(x0, BASE - 0.2 + 0.5 * cfg, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("cfg", "rows"), [(1.0, 1), (1 + 1e-10, 1), (1 + 1e-6, 2), (0.0, 2)])
def test_with_cfg_1_the_negative_side_is_not_evaluated(cfg, rows):
    predict = Offset()
    guided(predict, cfg)(X, SIGMA)
    assert predict.calls == [(rows, 4, 16, 16)]


def test_cfg_plus_plus_asks_for_both_even_with_cfg_1():
    predict = Offset()
    x0, uncond = guided(predict, 1.0).both(X, SIGMA)
    assert predict.calls == [(2, 4, 16, 16)]
    torch.testing.assert_close(x0 - uncond, torch.full_like(X, 0.5))


def test_unconditional_rows_come_first():
    predict = Recorder()
    guide(predict, [text(1.0), text(2.0)], [text(3.0)], 2.0)(X, SIGMA)
    assert predict.inputs[0][1].flatten().tolist() == pytest.approx([3.0, 2.0, 1.0])


def test_vectors_go_with_their_texts():
    predict = Recorder()
    positive, negative = (Conditioning(torch.full((1, 1, 1), v), torch.full((1, 3), 10 * v)) for v in (1.0, 2.0))
    guide(predict, [positive], [negative], 2.0)(X.expand(2, -1, -1, -1), SIGMA)
    (_, context, vectors) = predict.inputs[0]
    assert context.flatten().tolist() == [2.0, 2.0, 1.0, 1.0]
    assert vectors[:, 0].tolist() == [20.0, 20.0, 10.0, 10.0]


def test_entries_are_averaged_by_their_weights():
    positive = [replace(text(1.0), strength=3.0), replace(text(5.0), strength=1.0)]
    torch.testing.assert_close(guide(Offset(), positive)(X, SIGMA), BASE + 2.0)


def test_a_single_entrys_strength_cancels():
    torch.testing.assert_close(guide(Offset(), [replace(text(1.0), strength=0.2)])(X, SIGMA), BASE + 1.0)


def test_masks_share_the_latent_out():
    mask = torch.zeros(16, 16)
    mask[:, 8:] = 1
    x0 = guide(Offset(), [replace(text(1.0), mask=mask), replace(text(2.0), mask=1 - mask)])(X, SIGMA)
    torch.testing.assert_close(x0 - BASE, (2 - mask).expand_as(X))


def test_an_area_is_denoised_alone_and_blended_by_its_fade():
    predict = Offset()
    x0 = guide(predict, [text(0.0), replace(text(1.0), area=(16, 8, 0, 8))])(X, SIGMA)
    assert predict.calls == [(1, 4, 16, 8), (1, 4, 16, 16)]
    fade = torch.tensor([0.5, 1, 1, 1, 1, 1, 1, 1])  # a quarter of eight pixels
    torch.testing.assert_close((x0 - BASE)[0, 0, 0, 8:], fade / (1 + fade))
    torch.testing.assert_close(x0[..., :8], BASE[..., :8])


def test_areas_of_one_shape_share_a_call():
    predict = Offset()
    guide(predict, [replace(text(1.0), area=(16, 8, 0, x)) for x in (0, 8)])(X, SIGMA)
    assert predict.calls == [(2, 4, 16, 8)]


@pytest.mark.parametrize("cfg", [1.0, 3.0])
def test_an_area_of_the_negative_side_is_completed_on_the_positive_with_any_cfg(cfg):
    predict = Offset()
    guide(predict, [text(1.0)], [text(0.0), replace(text(0.0), area=(8, 8, 0, 0))], cfg)(X, SIGMA)
    rows = 1 if cfg == 1 else 2
    assert sorted(predict.calls) == [(rows, 4, 8, 8), (rows, 4, 16, 16)]


def test_where_nothing_counts_the_estimate_is_zero():
    predict = Offset()
    x0 = guide(predict, [replace(text(1.0), area=(16, 8, 0, 0))])(X, SIGMA)
    torch.testing.assert_close(x0[..., :6], BASE[..., :6] + 1)
    assert (x0[..., 8:] == 0).all()
    asleep = guide(predict, [replace(text(1.0), start=0.9)])
    assert (asleep(X, SIGMA) == 0).all()


def test_a_window_changes_the_text_on_the_way():
    half = [replace(text(1.0), end=0.5), replace(text(2.0), start=0.5)]
    for sigma, offset in ((5.0, 1.0), (0.5, 2.0)):
        x0 = guide(Offset(), half)(X, torch.tensor(sigma))
        torch.testing.assert_close(x0, X / (1 + sigma**2) + offset)


@pytest.mark.parametrize(("most", "calls"), [(4, [4]), (3, [2, 2]), (2, [2, 2]), (1, [1, 1, 1, 1]), (0, [1, 1, 1, 1])])
def test_as_many_entries_share_a_call_as_fit(most, calls):
    predict, asked = Offset(), []

    def fits(shape):
        asked.append(shape)
        return shape[0] <= most

    positive, negative = [text(1.0), text(2.0)], [text(3.0), text(4.0)]
    x0 = guide(predict, positive, negative, 2.0, fits=fits)(X, SIGMA)
    assert [shape[0] for shape in predict.calls] == calls
    assert all(shape[1:] == (4, 16, 16) and shape[0] > 1 for shape in asked)
    torch.testing.assert_close(x0, BASE + 3.5 + (1.5 - 3.5) * 2.0)


def of_length(tokens: int) -> Conditioning:
    return Conditioning(torch.arange(float(tokens)).reshape(1, tokens, 1) + 1)


@pytest.mark.parametrize(("lengths", "common"), [((77, 77), 77), ((77, 154), 154), ((154, 231), 462), ((77, 308), 308)])
def test_shorter_texts_are_repeated_to_the_least_common_multiple(lengths, common):
    predict = Recorder()
    a, b = lengths
    guide(predict, [of_length(a)], [of_length(b)], 2.0)(X, SIGMA)
    (_, context, _) = predict.inputs[0]
    assert context.shape == (2, common, 1)
    assert torch.equal(context[1], of_length(a).context[0].repeat(common // a, 1))
    assert torch.equal(context[0], of_length(b).context[0].repeat(common // b, 1))


@given(st.integers(1, 12), st.integers(1, 12))
def test_texts_run_apart_where_one_would_be_repeated_beyond_four_times(a, b):
    predict = Offset()
    guide(predict, [of_length(a)], [of_length(b)], 2.0)(X, SIGMA)
    together = math.lcm(a, b) // min(a, b) <= 4
    assert [shape[0] for shape in predict.calls] == ([2] if together else [1, 1])


def test_texts_with_and_without_a_vector_run_apart():
    predict = Offset()
    guide(predict, [replace(text(1.0), vector=torch.zeros(1, 3))], [text(2.0)], 2.0)(X, SIGMA)
    assert len(predict.calls) == 2


def test_a_batch_is_guided_as_each_of_its_pictures():
    batch = torch.cat([X, -X, 2 * X])
    together = guided(Offset(), 3.0)(batch, SIGMA)
    alone = torch.cat([guided(Offset(), 3.0)(x[None], SIGMA) for x in batch])
    assert torch.equal(together, alone)
