"""What the mask nodes compute, against plain loops and scipy."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from surroundings import rand, run

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes import masks


def test_plain_masks():
    assert torch.equal(run(masks.solid_mask, value=0.25, width=3, height=2), torch.full((1, 2, 3), 0.25))
    mask = rand(1, 4, 5)
    assert torch.equal(run(masks.invert_mask, mask=mask), 1 - mask)
    assert torch.equal(run(masks.crop_mask, mask=mask[0], x=1, y=2, width=9, height=1), mask[:, 2:3, 1:])
    assert torch.equal(run(masks.threshold_mask, mask=mask, value=0.5), (mask > 0.5).float())
    picture = run(masks.mask_to_image, mask=mask[0])
    assert torch.equal(picture, mask[..., None].repeat(1, 1, 1, 3))


def slow_feather(mask, left, top, right, bottom):
    result = mask.copy()
    height, width = mask.shape[-2:]
    left, right, top, bottom = min(left, width), min(right, width), min(top, height), min(bottom, height)
    for x in range(left):
        result[:, :, x] *= (x + 1) / left
    for x in range(right):
        result[:, :, -x] *= (x + 1) / right
    for y in range(top):
        result[:, y] *= (y + 1) / top
    for y in range(bottom):
        result[:, -y] *= (y + 1) / bottom
    return result


@given(st.tuples(*[st.integers(0, 9)] * 4), st.integers(1, 7), st.integers(1, 7))
def test_feathers_keep_their_off_by_one(sides, height, width):
    mask = rand(2, height, width)
    left, top, right, bottom = sides
    got = run(masks.feather_mask, mask=mask, left=left, top=top, right=right, bottom=bottom)
    assert np.allclose(got, slow_feather(mask.numpy(), *sides), atol=1e-6)


@given(st.integers(-6, 6), st.booleans())
def test_growing_is_scipys(expand, tapered):
    mask = rand(2, 9, 12)
    corner = 0 if tapered else 1
    footprint = np.array([[corner, 1, corner], [1, 1, 1], [corner, 1, corner]])
    wanted = mask.numpy()
    for _ in range(abs(expand)):
        change = ndimage.grey_dilation if expand > 0 else ndimage.grey_erosion
        wanted = np.stack([change(plane, footprint=footprint) for plane in wanted])
    assert np.array_equal(run(masks.grow_mask, mask=mask, expand=expand, tapered_corners=tapered), wanted)


def test_growing_beyond_the_mask_ends_soon():
    mask = torch.zeros(1, 64, 64)
    mask[0, 32, 32] = 1
    assert run(masks.grow_mask, mask=mask, expand=16384, tapered_corners=True).all()
    assert not run(masks.grow_mask, mask=mask[0], expand=-16384, tapered_corners=False).any()


def slow_combine(below, above, x, y, operation):
    rules = {
        "multiply": lambda a, b: a * b,
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "and": lambda a, b: float(round(a) and round(b)),
        "or": lambda a, b: float(bool(round(a) or round(b))),
        "xor": lambda a, b: float(bool(round(a)) != bool(round(b))),
    }
    result = below.copy()
    for item in range(below.shape[0]):
        for row in range(above.shape[1]):
            for column in range(above.shape[2]):
                if y + row < below.shape[1] and x + column < below.shape[2]:
                    a, b = below[item, y + row, x + column], above[min(item, len(above) - 1), row, column]
                    result[item, y + row, x + column] = rules[operation](float(a), float(b))
    return result.clip(0, 1)


@pytest.mark.parametrize("operation", ["multiply", "add", "subtract", "and", "or", "xor"])
@pytest.mark.parametrize(("x", "y"), [(0, 0), (2, 1), (6, 4), (99, 99)])
def test_combining(operation, x, y):
    below, above = rand(2, 5, 7), rand(1, 3, 4, seed=1)
    got = run(masks.combine_masks, destination=below, source=above, x=x, y=y, operation=operation)
    assert np.allclose(got, slow_combine(below.numpy(), above.numpy(), x, y, operation), atol=1e-6)


def test_channels_become_masks():
    image = rand(2, 3, 4, 4)
    for index, channel in enumerate(("red", "green", "blue", "alpha")):
        assert torch.equal(run(masks.image_to_mask, image=image, channel=channel), image[..., index])
    with pytest.raises(UsageError, match="no alpha"):
        run(masks.image_to_mask, image=image[..., :3], channel="alpha")


def test_colours_become_masks():
    image = torch.tensor([[[[1.0, 0.5, 0.0], [1.0, 0.502, 0.001], [0.0, 0.0, 0.0]]]])
    assert run(masks.colour_to_mask, image=image, color=0xFF8000).tolist() == [[[1.0, 1.0, 0.0]]]
    assert run(masks.colour_to_mask, image=image, color=0).tolist() == [[[0.0, 0.0, 1.0]]]
