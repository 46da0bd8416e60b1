"""CONDITIONING pairs become what the sampler is steered by: areas, masks, windows, sizes, further channels."""

from dataclasses import replace

import pytest
import torch

from dgx_pixels.core.architecture import Prediction
from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.conditioning import MASKED, Surroundings, conditionings, mask_bounds
from dgx_pixels.engine.latents import scaled
from dgx_pixels.engine.presets import SD15, SDXL, SDXL_REFINER
from dgx_pixels.engine.text import refiner_vector, sdxl_vector

LATENT = torch.randn(2, 4, 16, 24)
XL = torch.randn(1, 77, 2048)
POOLED = torch.randn(1, 1280)


def read(options, spec=SDXL, context=XL, **around):
    (entry,) = conditionings([[context, options]], Surroundings(spec=spec, latent=LATENT, **around))
    return entry


def test_an_entry_without_options_holds_everywhere_all_the_time():
    entry = read({"pooled_output": POOLED})
    assert (entry.strength, entry.area, entry.mask, entry.start, entry.end) == (1.0, None, None, 0.0, 1.0)
    assert torch.equal(entry.context, XL)
    assert entry.concat is None


def test_sizes_are_those_of_the_latent_unless_told():
    assert torch.equal(read({"pooled_output": POOLED}).vector, sdxl_vector(POOLED, 192, 128))
    told = {"width": 1024, "height": 512, "crop_w": 8, "crop_h": 16}
    expected = sdxl_vector(POOLED, 1024, 512, 8, 16)
    assert torch.equal(read({"pooled_output": POOLED, **told}).vector, expected)
    target = {"target_width": 640, "target_height": 320}
    expected = sdxl_vector(POOLED, 1024, 512, 8, 16, 640, 320)
    assert torch.equal(read({"pooled_output": POOLED, **told, **target}).vector, expected)


def test_the_refiner_is_told_a_score_by_side():
    context = torch.randn(1, 77, 1280)
    wanted = read({"pooled_output": POOLED}, SDXL_REFINER, context)
    assert torch.equal(wanted.vector, refiner_vector(POOLED, 192, 128, aesthetic_score=6.0))
    unwanted = read({"pooled_output": POOLED}, SDXL_REFINER, context, positive=False)
    assert torch.equal(unwanted.vector, refiner_vector(POOLED, 192, 128, aesthetic_score=2.5))
    told = read({"pooled_output": POOLED, "aesthetic_score": 9}, SDXL_REFINER, context)
    assert torch.equal(told.vector, refiner_vector(POOLED, 192, 128, aesthetic_score=9.0))


def test_no_pooled_text_is_zeros_and_sd15_has_no_vector():
    assert torch.equal(read({}).vector, sdxl_vector(torch.zeros(1, 1280), 192, 128))
    assert read({"pooled_output": torch.zeros(1, 768)}, SD15, torch.zeros(1, 77, 768)).vector is None


def test_text_for_another_model_is_refused():
    with pytest.raises(UsageError, match="its text states are 768 wide, this one wants 2048"):
        read({}, context=torch.zeros(1, 77, 768))
    with pytest.raises(UsageError, match="its pooled text is 768 wide, this one wants 1280"):
        read({"pooled_output": torch.zeros(1, 768)})


@pytest.mark.parametrize("kind", [tuple, list])
def test_areas_in_cells_and_in_parts_of_the_picture(kind):
    assert read({"area": kind((8, 4, 2, 1)), "strength": 0.5}).area == (8, 4, 2, 1)
    assert read({"area": kind((8, 4, 2, 1)), "strength": 0.5}).strength == 0.5
    assert read({"area": kind(("percentage", 0.5, 0.25, 0.5, 0.75))}).area == (8, 6, 8, 18)
    assert read({"area": kind(("percentage", 0.0, 0.0, 0.0, 0.0))}).area == (1, 1, 0, 0)


def test_windows():
    entry = read({"start_percent": 0.25, "end_percent": 0.75})
    assert (entry.start, entry.end) == (0.25, 0.75)


def test_masks_have_a_strength_of_their_own_and_may_bound_the_area():
    mask = torch.zeros(128, 192)
    mask[32:96, 64:128] = 1
    entry = read({"mask": mask, "mask_strength": 0.5, "strength": 2.0, "set_area_to_bounds": False})
    assert torch.equal(entry.mask, mask[None] * 0.5)
    assert (entry.strength, entry.area) == (2.0, None)
    bounded = read({"mask": mask[None], "set_area_to_bounds": True, "area": (1, 1, 0, 0)})
    assert bounded.area == (8, 8, 4, 8)


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        (slice(0, 16), slice(0, 24), (16, 24, 0, 0)),
        (slice(3, 5), slice(10, 22), (8, 12, 3, 10)),
        (slice(15, 16), slice(23, 24), (8, 8, 8, 16)),
        (slice(0, 0), slice(0, 0), (8, 8, 0, 0)),
    ],
)
def test_bounds_are_at_least_eight_cells_and_inside(rows, columns, expected):
    plane = torch.zeros(16, 24)
    plane[rows, columns] = 0.3
    assert mask_bounds(plane) == expected


def inpainting(spec, channels=9):
    return replace(spec, unet=replace(spec.unet, in_channels=channels))


def test_an_inpainting_model_sees_a_rounded_mask_and_the_masked_picture():
    picture, mask = torch.randn(1, 4, 16, 24), torch.rand(1, 1, 128, 192)
    entry = read({"concat_latent_image": picture, "concat_mask": mask}, inpainting(SDXL))
    assert entry.concat.shape == (1, 5, 16, 24)
    assert torch.equal(entry.concat[:, 1:], scaled(SDXL, picture))
    assert set(entry.concat[:, 0].unique().tolist()) <= {0.0, 1.0}


def test_an_inpainting_model_is_shown_the_run_or_nothing():
    mask = torch.ones(1, 1, 4, 4)
    run = read({}, inpainting(SDXL), noise_mask=mask)
    assert torch.equal(run.concat[:, 1:], LATENT)
    assert torch.equal(run.concat[:, 0], torch.ones(2, 16, 24))
    blank = read({}, inpainting(SDXL)).concat
    assert blank.shape == (1, 5, 16, 24)
    assert torch.allclose(blank[0, :, 3, 5], torch.tensor([1.0, *MASKED]))


def test_an_editing_model_sees_the_picture_which_cosxl_scales():
    picture, spec = torch.randn(1, 4, 16, 24), inpainting(SDXL, 8)
    assert torch.equal(read({"concat_latent_image": picture}, spec).concat, picture)
    cosxl = replace(spec, prediction=Prediction.V_EDM)
    assert torch.equal(read({"concat_latent_image": picture}, cosxl).concat, scaled(SDXL, picture))
    assert not read({}, spec).concat.any()
    other_size = read({"concat_latent_image": torch.randn(1, 4, 8, 8)}, spec)
    assert other_size.concat.shape == (1, 4, 16, 24)


def test_a_model_of_unknown_channels_is_refused():
    with pytest.raises(UsageError, match="7 channels where a latent has 4"):
        read({}, inpainting(SDXL, 7))
