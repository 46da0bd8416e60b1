"""What the filters compute, against plain loops in double precision and against scipy and Pillow."""

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import ndimage
from surroundings import rand, run

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.imaging.blending import BLENDS, COMPOSITES
from dgx_pixels.engine.imaging.filters import MORPHOLOGY, canny, dilated, eroded
from dgx_pixels.engine.imaging.quantizing import bayer
from dgx_pixels.nodes import compositing, images_filters


def kernel(radius: int, sigma: float) -> np.ndarray:
    line = np.linspace(-1, 1, 2 * radius + 1)
    bell = np.exp(-(line[:, None] ** 2 + line[None] ** 2) / (2 * sigma**2))
    return bell / bell.sum()


def convolved(image: torch.Tensor, weights: np.ndarray) -> np.ndarray:
    return np.stack(
        [
            [ndimage.correlate(item[..., c].astype(np.float64), weights, mode="mirror") for c in range(item.shape[-1])]
            for item in image.numpy()
        ]
    ).transpose(0, 2, 3, 1)


@pytest.mark.parametrize(("radius", "sigma"), [(1, 1.0), (3, 0.4), (6, 2.0)])
def test_blur(radius, sigma):
    image = rand(2, 16, 12, 3)
    got = run(images_filters.blur_image, image=image, blur_radius=radius, sigma=sigma)
    assert np.allclose(got, convolved(image, kernel(radius, sigma)), atol=1e-6)


@pytest.mark.parametrize(("radius", "sigma", "alpha"), [(1, 1.0, 1.0), (4, 0.5, 0.1), (2, 3.0, 0.0)])
def test_sharpen(radius, sigma, alpha):
    image = rand(1, 16, 12, 3)
    weights = kernel(radius, sigma) * -(alpha * 10)
    weights[radius, radius] += 1 - weights.sum()
    got = run(images_filters.sharpen_image, image=image, sharpen_radius=radius, sigma=sigma, alpha=alpha)
    assert np.allclose(got, convolved(image, weights).clip(0, 1), atol=2e-5)


def test_windows_larger_than_the_picture_work():
    image = torch.full((1, 4, 3, 3), 0.4)
    assert torch.allclose(run(images_filters.blur_image, image=image, blur_radius=31, sigma=1.0), image)


def test_blending():
    one, two = rand(1, 4, 5, 3), rand(1, 4, 5, 3, seed=1)
    values = {
        mode: run(images_filters.blend_images, image1=one, image2=two, blend_factor=0.25, blend_mode=mode)
        for mode in BLENDS
    }
    assert torch.allclose(values["normal"], one * 0.75 + two * 0.25)
    assert torch.allclose(values["multiply"], one * 0.75 + one * two * 0.25)
    assert torch.allclose(values["screen"], one * 0.75 + (one + two - one * two) * 0.25)
    assert torch.allclose(values["difference"], (one * 0.75 + (one - two) * 0.25).clamp(0, 1))
    half = torch.full_like(one, 0.5)
    for mode in ("overlay", "soft_light"):
        same = run(images_filters.blend_images, image1=one, image2=half, blend_factor=1.0, blend_mode=mode)
        assert torch.allclose(same, one, atol=1e-6)


def test_blending_brings_the_second_to_the_first():
    got = run(
        images_filters.blend_images, image1=rand(1, 4, 5, 4), image2=torch.ones(1, 9, 9, 3), blend_factor=1.0,
        blend_mode="normal",
    )  # fmt: skip
    assert torch.allclose(got, torch.ones(1, 4, 5, 4))


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "bayer-2", "bayer-4", "bayer-8", "bayer-16"])
def test_few_colours(dither):
    image = rand(2, 20, 30, 3)
    got = run(images_filters.quantize_image, image=image, colors=7, dither=dither)
    assert got.shape == image.shape
    for picture in got:
        assert len(torch.unique(picture.reshape(-1, 3), dim=0)) <= 7


def test_few_colours_are_pillows():
    pixels = (rand(1, 20, 30, 3)[0].numpy() * 255).astype(np.uint8)
    wanted = np.asarray(Image.fromarray(pixels).quantize(colors=5).convert("RGB"), np.float32) / 255
    got = run(images_filters.quantize_image, image=rand(1, 20, 30, 3), colors=5, dither="none")
    assert np.array_equal(got[0], wanted)


@pytest.mark.parametrize("side", [2, 4, 8, 16])
def test_ordered_patterns_have_every_step_once(side):
    pattern = np.sort(bayer(side).ravel())
    assert np.allclose(pattern, (np.arange(side * side) + 0.5) / side**2 - 0.5, atol=1e-6)


def test_edges_of_a_square_are_its_outline():
    image = torch.zeros(1, 24, 24, 3)
    image[:, 8:16, 8:16] = 1
    edges = run(images_filters.canny_edges, image=image, low_threshold=0.1, high_threshold=0.3)
    assert edges.shape == (1, 24, 24, 3)
    assert set(edges.unique().tolist()) == {0.0, 1.0}
    rows, columns = np.nonzero(edges[0, ..., 0].numpy())
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (7, 16, 7, 16)
    assert not edges[0, 10:14, 10:14].any()


def slow_canny(grey: np.ndarray, low: float, high: float) -> np.ndarray:
    line = np.exp(-(np.arange(-2.0, 3.0) ** 2) / 2)
    bell = np.outer(line, line) / line.sum() ** 2
    smooth = ndimage.correlate(grey, bell, mode="mirror")
    sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = (ndimage.correlate(smooth, k, mode="nearest") for k in (sobel, sobel.T))
    steep = np.pad(np.sqrt(gx**2 + gy**2 + 1e-6), 1)
    height, width = grey.shape
    edges = np.zeros(grey.shape)
    for y in range(height):
        for x in range(width):
            octant = int(np.round(np.degrees(np.arctan2(gy[y, x], gx[y, x])) / 45)) % 8
            dy, dx = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)][octant]
            here = steep[y + 1, x + 1]
            if here > max(steep[y + 1 + dy, x + 1 + dx], steep[y + 1 - dy, x + 1 - dx]):
                edges[y, x] = 0.5 * (here > low) + 0.5 * (here > high)
    while True:
        near = ndimage.maximum_filter(edges, 3, mode="constant") == 1
        grown = np.where((edges == 0.5) & near, 1.0, edges)
        if np.array_equal(grown, edges):
            return edges
        edges = grown


def test_edges_are_those_of_a_plain_loop():
    smooth = ndimage.gaussian_filter(np.random.default_rng(1).standard_normal((40, 50)), 2)
    grey = ((smooth - smooth.min()) / np.ptp(smooth)).astype(np.float32)
    image = torch.from_numpy(grey)[None, ..., None].repeat(1, 1, 1, 3)
    got = canny(image, 0.15, 0.35)[0].numpy()
    wanted = slow_canny(grey.astype(np.float64), 0.15, 0.35)
    assert {0.0, 0.5, 1.0} == set(np.unique(wanted))
    assert np.array_equal(got, wanted)


def naive(image: torch.Tensor, size: int, choose) -> np.ndarray:
    """``choose`` over windows that reach ``size // 2`` back and the rest ahead, as far as there are pixels."""
    pixels = image.numpy()
    back, ahead = size // 2, size - size // 2
    result = np.zeros_like(pixels)
    for y in range(pixels.shape[1]):
        for x in range(pixels.shape[2]):
            window = pixels[:, max(0, y - back) : y + ahead, max(0, x - back) : x + ahead]
            result[:, y, x] = choose(window, axis=(1, 2))
    return result


@pytest.mark.parametrize("size", [3, 4, 9, 999])
def test_shrinking_and_growing_bright_regions(size):
    image = rand(2, 11, 9, 3)
    assert np.array_equal(eroded(image, size), naive(image, size, np.min))
    assert np.array_equal(dilated(image, size), naive(image, size, np.max))


def test_what_follows_from_shrinking_and_growing():
    image = rand(1, 12, 12, 3)
    got = {name: run(images_filters.morphology, image=image, operation=name, kernel_size=3) for name in MORPHOLOGY}
    assert torch.equal(got["open"], dilated(eroded(image, 3), 3))
    assert torch.equal(got["close"], eroded(dilated(image, 3), 3))
    assert torch.equal(got["gradient"], got["dilate"] - got["erode"])
    assert torch.equal(got["top_hat"], image - got["open"])
    assert torch.equal(got["bottom_hat"], got["close"] - image)


def test_brightness_and_colour_apart_and_together():
    image = rand(2, 5, 6, 3)
    planes = run(images_filters.rgb_to_yuv, image=image)
    assert [plane.shape for plane in planes] == [image.shape] * 3
    assert np.allclose(planes[0][..., 1], image.numpy() @ np.array([0.299, 0.587, 0.114]), atol=1e-6)
    back = run(images_filters.yuv_to_rgb, Y=planes[0], U=planes[1], V=planes[2])
    assert torch.allclose(back, image, atol=2e-3)
    grey = run(images_filters.rgb_to_yuv, image=torch.full((1, 2, 2, 3), 0.3))
    assert torch.allclose(torch.stack(grey)[1:], torch.tensor(0.5), atol=1e-6)


def slow_paste(target, source, x, y, mask):
    """Pixel by pixel; the mask has the source's size."""
    result = target.clone()
    for row in range(source.shape[1]):
        for column in range(source.shape[2]):
            if 0 <= y + row < target.shape[1] and 0 <= x + column < target.shape[2]:
                m = mask[:, row, column, None] if mask is not None else 1.0
                old = target[:, y + row, x + column]
                result[:, y + row, x + column] = source[:, row, column] * m + old * (1 - m)
    return result


@pytest.mark.parametrize(("x", "y"), [(0, 0), (3, 2), (7, 5), (8, 6), (100, 100)])
@pytest.mark.parametrize("masked", [False, True])
def test_pasting(x, y, masked):
    target, source = rand(2, 6, 8, 3), rand(2, 4, 5, 3, seed=1)
    mask = rand(2, 4, 5, seed=2) if masked else None
    before = target.clone()
    got = run(compositing.composite_masked, destination=target, source=source, x=x, y=y, mask=mask)
    assert torch.allclose(got, slow_paste(target, source, x, y, mask))
    assert torch.equal(target, before)


def test_pasting_brings_batches_channels_and_sizes_together():
    target, source = rand(3, 6, 8, 4), torch.ones(1, 3, 3, 3)
    got = run(
        compositing.composite_masked, destination=target, source=source, x=0, y=0, resize_source=True,
        mask=torch.ones(64, 64),
    )  # fmt: skip
    assert torch.allclose(got, torch.ones(3, 6, 8, 4))


def test_layers_show_as_porter_and_duff_have_it():
    red, blue = torch.zeros(1, 1, 1, 3), torch.zeros(1, 1, 1, 3)
    red[..., 0], blue[..., 2] = 1, 1

    def mixed(mode, a, b):
        colour, mask = run(
            compositing.porter_duff, source=red, source_alpha=torch.full((1, 1, 1), 1 - a), destination=blue,
            destination_alpha=torch.full((1, 1, 1), 1 - b), mode=mode,
        )  # fmt: skip
        return [round(v, 4) for v in (*colour[0, 0, 0].tolist(), float(1 - mask))]

    assert mixed("SRC", 0.5, 1) == [1, 0, 0, 0.5]
    assert mixed("DST", 0.5, 1) == [0, 0, 1, 1]
    assert mixed("SRC_OVER", 0.5, 1) == [0.5, 0, 0.5, 1]
    assert mixed("DST_OVER", 0.5, 1) == [0, 0, 1, 1]
    assert mixed("SRC_IN", 0.5, 0.5) == [1, 0, 0, 0.25]
    assert mixed("SRC_OUT", 1, 0.25) == [1, 0, 0, 0.75]
    assert mixed("XOR", 1, 1) == [0, 0, 0, 0]
    assert mixed("ADD", 1, 1) == [1, 0, 1, 1]
    assert mixed("CLEAR", 1, 1) == [0, 0, 0, 0]
    for mode in COMPOSITES:
        assert all(0 <= v <= 1 for v in mixed(mode, 0.3, 0.6))


def test_layers_of_other_sizes_take_the_sources():
    colour, mask = run(
        compositing.porter_duff, source=rand(2, 6, 8, 3), source_alpha=torch.zeros(2, 3, 4), mode="DST",
        destination=torch.ones(1, 12, 16, 3), destination_alpha=torch.zeros(1, 64, 64),
    )  # fmt: skip
    assert colour.shape == (1, 6, 8, 3)
    assert torch.allclose(colour, torch.ones(1, 6, 8, 3))
    assert torch.allclose(mask, torch.zeros(1, 6, 8), atol=1e-6)


def test_alpha_apart_and_together():
    image = rand(2, 5, 6, 4)
    plain, mask = run(compositing.split_alpha, image=image)
    assert torch.equal(plain, image[..., :3])
    assert torch.equal(mask, 1 - image[..., 3])
    assert torch.allclose(run(compositing.join_alpha, image=plain, alpha=mask), image)
    assert not run(compositing.split_alpha, image=plain)[1].any()
    assert run(compositing.join_alpha, image=plain[:1], alpha=torch.zeros(3, 64, 64)).shape == (3, 5, 6, 4)


def test_words_that_are_not_offered_are_refused():
    with pytest.raises(UsageError, match="'x' is not offered; choose one of normal"):
        run(
            images_filters.blend_images,
            image1=rand(1, 2, 2, 3),
            image2=rand(1, 2, 2, 3),
            blend_factor=1.0,
            blend_mode="x",
        )
