"""Methods inside the network against their papers' formulas, on small tensors."""

import math

import pytest
import torch

from dgx_pixels.engine.patching import hypertile
from dgx_pixels.engine.patching.deep_shrink import Shrink, Unshrink
from dgx_pixels.engine.patching.freeu import scaled_half, scaled_low
from dgx_pixels.engine.patching.hypertile import HyperTile, random_division
from dgx_pixels.engine.patching.self_attention_guidance import Watched, Watching, blurred, received
from dgx_pixels.engine.patching.tome import TokenMerging, matching
from dgx_pixels.nn.transformer import attend


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def close(a, b, tolerance=1e-5):
    torch.testing.assert_close(a, b, rtol=tolerance, atol=tolerance)


def test_half_of_the_backbone_is_multiplied():
    h = noise(2, 6, 3, 4)
    changed = scaled_half(h, 1.5, by_mean=False)
    assert torch.equal(changed, torch.cat((h[:, :3] * 1.5, h[:, 3:]), dim=1))
    assert scaled_half(h, 1.0, by_mean=True) is h


def test_the_second_version_follows_the_mean_over_the_channels():
    h = noise(2, 6, 3, 4)
    changed = scaled_half(h, 1.5, by_mean=True)
    mean = h.mean(1)
    for i in range(2):
        unit = (mean[i] - mean[i].min()) / (mean[i].max() - mean[i].min())
        close(changed[i, :3], h[i, :3] * (0.5 * unit + 1))
        assert torch.equal(changed[i, 3:], h[i, 3:])
    flat = torch.ones(1, 4, 2, 2)
    assert scaled_half(flat, 1.5, by_mean=True).isfinite().all()


def test_the_skip_loses_its_lowest_frequencies():
    skip = noise(1, 2, 8, 8) + 3
    rows = torch.fft.fftfreq(8, 1 / 8)
    low = ((rows >= -1) & (rows < 1)).float()  # the four around the centre, as the paper's box of radius 1 has them
    factor = 1 + (0.2 - 1) * low[:, None] * low
    close(scaled_low(skip, 0.2), torch.fft.ifft2(torch.fft.fft2(skip) * factor).real, 1e-4)
    assert scaled_low(skip, 1.0) is skip
    assert scaled_low(noise(1, 2, 1, 1).half(), 0.2).dtype == torch.float16


def test_divisions_are_the_finest_whose_parts_are_large_enough():
    torch.manual_seed(0)
    assert {random_division(96, 32, 3) for _ in range(50)} == {1, 2, 3}  # parts of 32, 48 and 96
    assert {random_division(96, 32, 2) for _ in range(50)} == {2, 3}
    assert random_division(96, 32, 1) == 3
    assert random_division(20, 32, 4) == 1


def test_divisions_come_from_the_global_generator():
    torch.manual_seed(5)
    first = [random_division(96, 8, 4) for _ in range(20)]
    torch.manual_seed(5)
    assert [random_division(96, 8, 4) for _ in range(20)] == first


def options(height, width, scale=1, **more):
    return {
        "original_shape": [2, 4, height * scale, width * scale],
        "activations_shape": [2, 8, height, width],
        "transformer_index": 0,
        "block_index": 0,
        **more,
    }


def test_attention_within_tiles_is_attention_of_each_tile():
    tokens = noise(2, 8 * 12, 8)

    def attention(x):
        return attend(x, x, x, 2)

    tiled = HyperTile(4, 1, 0, scale_depth=False)(attention, tokens, options(8, 12))
    picture, result = (t.unflatten(1, (8, 12)) for t in (tokens, tiled))
    for y in range(0, 8, 4):
        for x in range(0, 12, 4):
            part = picture[:, y : y + 4, x : x + 4].reshape(2, 16, 8)
            close(result[:, y : y + 4, x : x + 4].reshape(2, 16, 8), attention(part))


@pytest.mark.parametrize(("depth", "scale_depth", "tiles"), [(0, False, 1), (1, False, 4), (1, True, 1)])
def test_tiles_reach_as_deep_as_they_are_told(depth, scale_depth, tiles):
    calls = []
    tile = HyperTile(4, 1, depth, scale_depth)
    tile(lambda x: calls.append(len(x)) or x, noise(1, 64, 8), options(8, 8, scale=2))
    assert calls == [tiles]


def test_tiles_are_no_smaller_than_32_pixels():
    assert hypertile.LEAST == 32


@pytest.mark.parametrize("size", [(4, 6), (5, 3), (2, 7)])
@pytest.mark.parametrize("ratio", [0.1, 0.5, 1.0])
def test_merged_tokens_are_means_and_come_back_to_all_places(size, ratio):
    height, width = size
    tokens = noise(2, height * width, 8)
    merge, unmerge = matching(tokens, height, width, ratio, torch.Generator().manual_seed(0))
    count = torch.tensor([1.0]).expand(2, height * width, 1)
    merged = merge(tokens)
    assert merged.shape[1] >= height * width * (1 - ratio) - 1
    assert torch.equal(merge(count), torch.ones(2, merged.shape[1], 1))
    back = unmerge(merged)
    assert back.shape == tokens.shape
    assert merge(back).shape == merged.shape
    close(merge(back), merged)  # what was merged is alike now


def test_nothing_merged_is_only_another_order():
    tokens = noise(2, 24, 8)
    merge, unmerge = matching(tokens, 4, 6, 0.0, torch.Generator().manual_seed(0))
    assert torch.equal(unmerge(merge(tokens)), tokens)


def test_like_tokens_are_merged_first():
    tokens = noise(1, 16, 8)
    tokens[0, 1:4] = tokens[0, 0]
    tokens[0, 4:8] = tokens[0, 0]
    merge, unmerge = matching(tokens, 4, 4, 0.3, torch.Generator().manual_seed(0))
    close(unmerge(merge(tokens)), tokens)  # 4 of 16 merged, and 6 of the first two rows have a twin to go to


def test_tokens_are_merged_at_one_resolution_alone():
    calls = []

    def attention(x):
        calls.append(x.shape[1])
        return x

    merging = TokenMerging(0.5, 1)
    for scale in (1, 2, 4):
        merging(attention, noise(1, 64, 8), options(8, 8, scale=scale))
    merging(attention, noise(1, 7, 8), options(1, 7, scale=2))  # no cell to merge in
    assert calls == [64, 32, 64, 7]


def test_the_inside_shrinks_after_its_block_and_within_its_window():
    h = noise(1, 4, 9, 12)
    shrink = Shrink(3, 2.0, high=10.0, low=1.0, method="area")
    here = {"block": ("input", 3), "sigmas": torch.tensor([5.0])}
    small = shrink(h, here)
    assert small.shape == (1, 4, 4, 6)
    for there in ({"block": ("input", 2)}, {"sigmas": torch.tensor([10.5])}, {"sigmas": torch.tensor([0.5])}):
        assert shrink(h, here | there) is h
    grown, skip = Unshrink("bilinear")(small, h, {})
    assert grown.shape == h.shape
    assert skip is h
    assert Unshrink("bilinear")(h, h, {})[0] is h


def test_attention_received_is_one_on_average():
    q, k = noise(2, 6, 8), noise(2, 6, 8, seed=1)
    maps = received(q, k, 2)
    close(maps.mean(dim=1), torch.ones(2))
    one = received(q[:, :, :4], k[:, :, :4], 1)
    weights = (q[0, :, :4] @ k[0, :, :4].T / math.sqrt(4)).softmax(-1)
    close(one[0], weights.sum(0))


def test_watching_changes_nothing_and_sees_the_unconditional_rows():
    watched = Watched()
    q, k, v = (noise(4, 6, 8, seed=s) for s in range(3))
    told = {"n_heads": 2, "activations_shape": [4, 8, 2, 3], "cond_or_uncond": [1, 0]}
    assert torch.equal(Watching(watched)(q, k, v, told), attend(q, k, v, 2))
    assert torch.equal(watched.attention, received(q[:2], k[:2], 2))
    assert watched.size == (2, 3)
    before = watched.attention
    Watching(watched)(q, k, v, told | {"cond_or_uncond": [0]})
    assert watched.attention is before


def test_a_blur_keeps_the_mean_and_what_is_flat():
    x = noise(1, 4, 12, 12)
    flat = torch.full((1, 4, 12, 12), 2.0)
    close(blurred(flat, 2.0), flat)
    assert blurred(x, 2.0).std() < x.std() / 2
    assert blurred(x, 0.0) is x
    dot = torch.zeros(1, 1, 19, 19)
    dot[..., 9, 9] = 1
    spread = blurred(dot, 1.5)[0, 0, 9, 5:14]
    weights = torch.exp(-0.5 * (torch.arange(-4, 5) / 1.5) ** 2)
    weights = weights / weights.sum()
    close(spread, weights * weights[4])


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_blur_fits_into_small_latents(size):
    assert blurred(noise(1, 4, size, size + 1), 2.0).shape == (1, 4, size, size + 1)
