"""What the picture nodes compute: batches, borders, sizes, turns, stitches, sheets; against plain loops and Pillow."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from surroundings import Surroundings, rand, run, surroundings

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.imaging.scaling import bislerp, scaled, scaled_images, to_batch, to_bytes
from dgx_pixels.graph.events import TextEvent
from dgx_pixels.nodes import images, images_scaling


@pytest.fixture
def host(tmp_path: Path) -> Surroundings:
    return surroundings(tmp_path)


@pytest.mark.parametrize("method", ["nearest-exact", "bilinear", "area", "bicubic"])
def test_scaling_is_torchs(method):
    image = rand(2, 7, 9, 3)
    wanted = F.interpolate(image.movedim(-1, 1), size=(5, 20), mode=method).movedim(1, -1)
    assert torch.equal(
        run(images_scaling.scale_image, image=image, upscale_method=method, width=20, height=5, crop="disabled"), wanted
    )


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_lanczos_is_pillows_on_bytes_cut_off(channels):
    image = rand(2, 7, 9, channels) * 1.2 - 0.1
    got = scaled_images(image, 20, 5, "lanczos")
    pixels = np.clip(255.0 * image[1].numpy(), 0, 255).astype(np.uint8)
    picture = Image.fromarray(pixels[..., 0] if channels == 1 else pixels).resize((20, 5), Image.Resampling.LANCZOS)
    assert np.array_equal(got[1].numpy(), np.asarray(picture, np.float32).reshape(5, 20, -1) / 255)


def test_cropping_to_the_middle_keeps_the_shape_of_things():
    image = torch.zeros(1, 10, 30, 3)
    image[:, :, 10:20] = 1
    assert torch.equal(scaled_images(image, 5, 5, "area", "center"), torch.ones(1, 5, 5, 3))
    assert torch.equal(scaled_images(image.mT.movedim(1, 3).movedim(1, 2), 5, 5, "area").mean(), torch.tensor(1 / 3))


def test_sides_left_open_follow_from_the_other():
    image = rand(1, 10, 20, 3)
    sizes = {
        sides: run(
            images_scaling.scale_image,
            image=image,
            upscale_method="area",
            width=sides[0],
            height=sides[1],
            crop="disabled",
        ).shape[1:3]
        for sides in ((0, 5), (5, 0), (0, 0), (7, 3))
    }
    assert sizes == {(0, 5): (5, 10), (5, 0): (2, 5), (0, 0): (10, 20), (7, 3): (3, 7)}


def test_other_ways_to_say_a_size():
    image = rand(1, 100, 50, 3)
    by = run(images_scaling.scale_image_by, image=image, upscale_method="area", scale_by=0.25)
    assert by.shape[1:3] == (25, 12)
    total = run(images_scaling.scale_to_total_pixels, image=image, upscale_method="area", megapixels=0.01)
    assert total.shape[1:3] == (145, 72)
    longest = run(images_scaling.scale_to_max_dimension, image=image, upscale_method="area", largest_size=30)
    assert longest.shape[1:3] == (30, 15)
    with pytest.raises(UsageError, match="largest_size"):
        run(images_scaling.scale_to_max_dimension, image=image, upscale_method="area", largest_size=0)


def slow_bislerp(samples: torch.Tensor, width: int) -> torch.Tensor:
    """Columns only, one vector at a time, in double precision."""
    b, c, h, old = samples.shape
    result = torch.zeros(b, c, h, width, dtype=torch.float64)
    for x in range(width):
        at = min(max((x + 0.5) * old / width - 0.5, 0.0), old - 1.0)
        first, r = int(at), at - int(at)
        one, two = (samples[..., i].double() for i in (first, min(first + 1, old - 1)))
        for i in range(b):
            for y in range(h):
                u, v = one[i, :, y], two[i, :, y]
                cosine = float(u @ v / (u.norm() * v.norm()))
                if cosine > 1 - 1e-5:
                    result[i, :, y, x] = u
                    continue
                angle = np.arccos(cosine)
                turned = (np.sin((1 - r) * angle) * u / u.norm() + np.sin(r * angle) * v / v.norm()) / np.sin(angle)
                result[i, :, y, x] = turned * (u.norm() * (1 - r) + v.norm() * r)
    return result


def test_bislerp_turns_vectors_and_mixes_their_lengths():
    samples = rand(2, 4, 3, 5) - 0.5
    wide = slow_bislerp(samples, 12)
    wanted = slow_bislerp(wide.mT, 7).mT
    assert torch.allclose(bislerp(samples, 12, 7).double(), wanted, atol=1e-5)
    assert scaled(samples, 12, 7, "bislerp").shape == (2, 4, 7, 12)


def test_bislerp_of_equal_opposite_and_empty_vectors_is_finite():
    samples = torch.zeros(1, 4, 1, 6)
    samples[0, :, 0, 2:4] = 1.0
    samples[0, :, 0, 4] = -1.0
    assert torch.isfinite(bislerp(samples, 60, 3)).all()
    constant = torch.full((1, 4, 5, 5), 0.3)
    assert torch.allclose(bislerp(constant, 9, 9), torch.full((1, 4, 9, 9), 0.3))


@given(st.integers(1, 9), st.integers(1, 9))
def test_batches_are_cut_or_repeated(have, want):
    tensor = torch.arange(have)
    assert to_batch(tensor, want).tolist() == [k % have for k in range(want)]


@given(st.lists(st.floats(-2, 3, width=32), min_size=1))
def test_bytes_are_clipped_and_cut_off(values):
    wanted = [int(min(max(np.float32(255) * np.float32(v), 0), 255)) for v in values]
    assert to_bytes(torch.tensor(values)).tolist() == wanted


def test_pictures_of_other_types_are_saved_alike():
    image = rand(4, 5, 3)
    assert np.array_equal(to_bytes(image.double()), to_bytes(image))
    assert np.array_equal(to_bytes(image.half()), to_bytes(image.half().float()))
    assert np.array_equal(to_bytes(image.requires_grad_()), to_bytes(image.detach()))


def test_batches_are_joined_at_the_first_ones_size():
    one, two = rand(2, 6, 8, 3), rand(1, 12, 16, 4)
    joined = run(images.batch_images, image1=one, image2=two)
    assert joined.shape == (3, 6, 8, 4)
    assert torch.equal(joined[:2, ..., 3], torch.ones(2, 6, 8))
    assert torch.equal(joined[2:], scaled_images(two, 8, 6, "bilinear", "center"))


def test_batches_are_taken_apart_and_put_together_anew():
    batches = [rand(3, 2, 2, 3), rand(2, 2, 2, 3, seed=1)]
    anew = run(images.rebatch_images, images=batches, batch_size=[2])
    assert [len(batch) for batch in anew] == [2, 2, 1]
    assert torch.equal(torch.cat(anew), torch.cat(batches))
    mixed = [rand(1, 2, 2, 3), rand(1, 3, 3, 3)]
    assert [len(batch) for batch in run(images.rebatch_images, images=mixed, batch_size=[1])] == [1, 1]
    with pytest.raises(UsageError, match="different sizes"):
        run(images.rebatch_images, images=mixed, batch_size=[2])


def test_parts_of_batches():
    batch = rand(5, 2, 2, 3)
    assert torch.equal(run(images.image_from_batch, image=batch, batch_index=1, length=2), batch[1:3])
    assert torch.equal(run(images.image_from_batch, image=batch, batch_index=3, length=9), batch[3:])
    assert torch.equal(run(images.image_from_batch, image=batch, batch_index=99, length=9), batch[4:])
    assert torch.equal(run(images.repeat_image_batch, image=batch, amount=2), torch.cat((batch, batch)))


def test_sizes_are_shown_and_handed_on(host):
    assert host.call(images.image_size, image=rand(2, 30, 40, 3), unique_id="7") == (40, 30, 2)
    assert host.events == [TextEvent("7", "width: 40, height: 30\n batch size: 2")]


def test_noise_is_the_seeds():
    image = torch.full((1, 4, 4, 3), 0.5)
    torch.manual_seed(42)
    wanted = (image + 0.1 * torch.randn(image.shape)).clamp(0, 1)
    assert torch.equal(run(images.add_noise, image=image, seed=42, strength=0.1), wanted)


def slow_outpaint_mask(height, width, left, top, right, bottom, feathering):
    mask = np.ones((height + top + bottom, width + left + right), np.float32)
    for y in range(height):
        for x in range(width):
            value = 0.0
            if feathering > 0 and 2 * feathering < height and 2 * feathering < width:
                ends = [y if top else height, height - y if bottom else height]
                ends += [x if left else width, width - x if right else width]
                value = (max(feathering - min(ends), 0) / feathering) ** 2
            mask[top + y, left + x] = value
    return mask


@given(
    st.integers(1, 24),
    st.integers(1, 24),
    st.lists(st.sampled_from([0, 8, 16]), min_size=4, max_size=4),
    st.integers(0, 14),
)
def test_borders_are_grey_and_their_masks_fall_off_inwards(height, width, border, feathering):
    left, top, right, bottom = border
    image = rand(2, height, width, 3)
    padded, mask = run(
        images.pad_for_outpaint, image=image, left=left, top=top, right=right, bottom=bottom, feathering=feathering
    )
    assert torch.equal(padded[:, top : top + height, left : left + width], image)
    outside = padded.clone()
    outside[:, top : top + height, left : left + width] = 0.5
    assert (outside == 0.5).all()
    assert np.allclose(mask[0], slow_outpaint_mask(height, width, *border, feathering), atol=1e-6)


def test_crops_stay_inside():
    image = rand(1, 6, 8, 3)
    assert torch.equal(run(images_scaling.crop_image, image=image, width=3, height=2, x=4, y=1), image[:, 1:3, 4:7])
    assert run(images_scaling.crop_image, image=image, width=99, height=99, x=99, y=99).shape == (1, 1, 1, 3)


@pytest.mark.parametrize(
    ("rotation", "turn"),
    [("none", None), ("90 degrees", "ROTATE_270"), ("180 degrees", "ROTATE_180"), ("270 degrees", "ROTATE_90")],
)
def test_turns_are_clockwise(rotation, turn):
    image = rand(1, 6, 8, 3)
    picture = Image.fromarray(to_bytes(image[0]))
    wanted = picture.transpose(Image.Transpose[turn]) if turn else picture
    turned = run(images_scaling.rotate_image, image=image, rotation=rotation)
    assert np.array_equal(to_bytes(turned[0]), np.asarray(wanted))


def test_flips():
    image = rand(1, 6, 8, 3)
    down = run(images_scaling.flip_image, image=image, flip_method="x-axis: vertically")
    across = run(images_scaling.flip_image, image=image, flip_method="y-axis: horizontally")
    assert torch.equal(down[0, 0], image[0, -1])
    assert torch.equal(across[0, :, 0], image[0, :, -1])


@pytest.mark.parametrize("direction", ["right", "left", "down", "up"])
@pytest.mark.parametrize("match", [True, False])
def test_stitches(direction, match):
    one, two = rand(2, 6, 8, 3), rand(1, 12, 10, 4, seed=1)
    joined = run(
        images_scaling.stitch_images, image1=one, image2=two, direction=direction, match_image_size=match,
        spacing_width=3, spacing_color="red",
    )  # fmt: skip
    across = direction in {"right", "left"}
    sizes = {(True, True): (6, 8 + 4 + 5), (True, False): (12, 8 + 4 + 10)}
    sizes |= {(False, True): (6 + 4 + 9, 8), (False, False): (6 + 4 + 12, 10)}
    assert joined.shape == (2, *sizes[across, match], 4)
    along = joined if across else joined.movedim(1, 2)
    first, second = (8, 5 if match else 10) if across else (6, 9 if match else 12)
    begin = first if direction in {"right", "down"} else second
    assert (along[:, :, begin : begin + 4] == torch.tensor([1.0, 0.0, 0.0, 1.0])).all()
    assert run(images_scaling.stitch_images, image1=one) is one


def test_smaller_pictures_lie_in_the_middle():
    one, two = torch.ones(1, 4, 4, 3), torch.ones(1, 2, 4, 3)
    joined = run(images_scaling.stitch_images, image1=one, image2=two, match_image_size=False)
    assert joined[0, :, 5, 0].tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(("size", "inside"), [((20, 10), (10, 10)), ((5, 40), (5, 5)), ((3, 3), (3, 3))])
def test_pictures_fit_into_a_frame(size, inside):
    image = torch.full((2, 10, 10, 3), 0.25)
    framed = run(
        images_scaling.resize_and_pad, image=image, target_width=size[0], target_height=size[1],
        padding_color="white", interpolation="area",
    )  # fmt: skip
    assert framed.shape == (2, size[1], size[0], 3)
    assert int((framed == 0.25).all(-1)[0].sum()) == inside[0] * inside[1]
    assert bool(((framed == 0.25) | (framed == 1)).all())


def test_upscale_models_are_refused_with_what_to_do_instead():
    with pytest.raises(UsageError, match="use Upscale Image instead"):
        run(images_scaling.upscale_with_model, upscale_model=object(), image=rand(1, 2, 2, 3))


def test_inverting_is_of_all_channels():
    image = rand(1, 2, 2, 4)
    assert torch.equal(run(images.invert_image, image=image), 1 - image)
