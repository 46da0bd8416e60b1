"""Where and when a piece of guidance counts: areas and their fading, masks, strengths, windows, missing halves."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from toy import TABLE, text

from dgx_pixels.sampling.conditioning import Conditioning, Entry, entries, mask_like, share_areas

X = torch.arange(4 * 32 * 48, dtype=torch.float32).reshape(1, 4, 32, 48)
sides = st.integers(1, 64)
offsets = st.integers(0, 60)


def placed(*side: Conditioning, x: Tensor = X, sigma: float = 1.0) -> list[Entry]:
    return list(entries(side, 0, x, torch.tensor(sigma), TABLE))


def test_without_area_or_mask_the_whole_latent_counts_once():
    (entry,) = placed(text(1.0))
    assert torch.equal(entry.x, X)
    assert (entry.weight == 1).all()


def test_an_area_is_height_width_y_x():
    (entry,) = placed(replace(text(1.0), area=(8, 12, 4, 20)))
    assert torch.equal(entry.x, X[..., 4:12, 20:32])


@given(sides, sides, offsets, offsets)
def test_areas_are_cut_to_the_latent(height, width, top, left):
    found = placed(replace(text(1.0), area=(height, width, top, left)))
    if top >= 32 or left >= 48:
        assert not found
    else:
        assert torch.equal(found[0].x, X[..., top : top + height, left : left + width])
        assert found[0].weight.shape[-2:] == found[0].x.shape[-2:]


def test_an_area_fades_over_eight_pixels_at_its_inner_borders():
    (entry,) = placed(replace(text(1.0), area=(32, 40, 0, 8)))  # touches the latent's top, bottom and right
    rising = [*(i / 8 for i in range(1, 9)), *[1.0] * 32]
    assert entry.weight[0, 0, 0].tolist() == pytest.approx(rising)
    assert torch.equal(entry.weight[0, 0], entry.weight[0, 0, :1].expand(32, 40))


def test_a_small_area_fades_over_a_quarter_of_its_size():
    (entry,) = placed(replace(text(1.0), area=(8, 3, 4, 4)))
    assert entry.weight[0, 0, :, 1].tolist() == pytest.approx([0.5, 1, 1, 1, 1, 1, 1, 0.5])
    assert (entry.weight[0, 0, 3] == 1).all()  # three pixels have no quarter


@given(sides, sides, offsets, offsets, st.floats(0.01, 10.0))
def test_weights_lie_above_zero_up_to_the_strength(height, width, top, left, strength):
    for entry in placed(replace(text(1.0), area=(height, width, top, left), strength=strength)):
        assert (entry.weight > 0).all()
        assert float(entry.weight.max()) <= strength * (1 + 1e-6)


def test_a_mask_weighs_instead_of_a_fade():
    mask = torch.zeros(32, 48)
    mask[:, 24:] = 0.5
    (entry,) = placed(replace(text(1.0), mask=mask, area=(8, 16, 4, 16), strength=3.0))
    assert (entry.weight[..., :8] == 0).all()
    assert (entry.weight[..., 8:] == 1.5).all()


def test_a_mask_of_another_resolution_is_scaled_without_smoothing():
    x = torch.zeros(2, 4, 2, 2)
    mask = torch.arange(16.0).reshape(4, 4)
    # Bilinear, half-pixel centres: each pixel is the mean of the four it covers.
    assert mask_like(mask, x)[0, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert mask_like(mask, x).shape == (2, 1, 2, 2)


@pytest.mark.parametrize("shape", [(2, 2), (1, 2, 2), (3, 2, 2), (2, 1, 2, 2)])
def test_masks_are_repeated_over_the_batch(shape):
    masks = torch.rand(shape)
    given = mask_like(masks, torch.zeros(3, 4, 2, 2))
    rows = masks.reshape(-1, 1, 2, 2)
    assert torch.equal(given, torch.cat([rows] * 3)[:3])


def test_a_text_is_repeated_over_the_batch_and_a_longer_list_cut():
    x = torch.zeros(3, 4, 2, 2)
    one = Conditioning(torch.rand(1, 5, 7), torch.rand(1, 6))
    many = Conditioning(torch.rand(2, 5, 7), torch.rand(4, 6))
    first, second = placed(one, many, x=x)
    assert torch.equal(first.context, one.context.expand(3, 5, 7))
    assert torch.equal(first.vector, one.vector.expand(3, 6))
    assert torch.equal(second.context, many.context[[0, 1, 0]])
    assert torch.equal(second.vector, many.vector[:3])


@pytest.mark.parametrize(
    ("start", "end", "awake"),
    [(0.0, 1.0, True), (0.5, 1.0, True), (0.0, 0.5, True), (0.51, 1.0, False), (0.0, 0.49, False), (1.0, 1.0, False)],
)
def test_a_window_holds_both_its_ends(start, end, awake):
    middle = TABLE.percent_to_sigma(0.5)
    assert bool(placed(replace(text(1.0), start=start, end=end), sigma=middle)) == awake


def test_a_window_from_zero_holds_a_first_level_above_the_table():
    assert placed(text(1.0), sigma=14.7)
    assert not placed(replace(text(1.0), start=0.001), sigma=14.7)


AREA = (8, 8, 4, 4)
OUTER = (16, 16, 0, 0)


def contexts(side: list[Conditioning]) -> list[float]:
    return [float(entry.context) for entry in side]


def test_nothing_is_shared_without_areas():
    positive, negative = share_areas([text(1.0), text(2.0)], [text(3.0)])
    assert (contexts(positive), contexts(negative)) == ([1.0, 2.0], [3.0])


@pytest.mark.parametrize("swapped", [False, True])
def test_the_other_side_gets_a_piece_of_its_own_text_at_the_area(swapped):
    own, other = [text(1.0), replace(text(2.0), area=AREA, strength=0.5)], [text(3.0)]
    first, second = share_areas(*((other, own) if swapped else (own, other)))
    added = first if swapped else second
    assert contexts(added) == [3.0, 3.0]
    assert (added[1].area, added[1].strength) == (AREA, 0.5)
    assert len(own) == 2
    assert len(other) == 1


def test_the_smallest_piece_that_encloses_the_area_is_taken():
    negative = [text(3.0), replace(text(4.0), area=OUTER), replace(text(5.0), area=(4, 4, 4, 4))]
    _, shared = share_areas([replace(text(1.0), area=AREA)], negative)
    assert contexts(shared)[3:] == [4.0]


def test_an_area_that_both_sides_have_is_not_doubled():
    positive, negative = share_areas([replace(text(1.0), area=AREA)], [text(2.0), replace(text(3.0), area=AREA)])
    assert (contexts(positive), contexts(negative)) == ([1.0], [2.0, 3.0])


def test_a_side_with_nothing_around_the_area_gets_nothing():
    _, negative = share_areas([replace(text(1.0), area=OUTER)], [replace(text(2.0), area=(16, 16, 1, 0))])
    assert contexts(negative) == [2.0]
