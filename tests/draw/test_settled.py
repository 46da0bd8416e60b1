"""What a request leaves open is settled by its model."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.core.errors import ImageError, UsageError
from dgx_pixels.draw.models import DEFAULTS, Model
from dgx_pixels.draw.request import DrawRequest
from dgx_pixels.draw.settled import DrawSettings, settle

POCKET = Model("pocket", Path("pocket.safetensors"), "ab" * 32, "pocket")
SDXL = Model("sd_xl_base_1.0", Path("base.safetensors"), "cd" * 32, "sdxl")


def settled(model: Model = POCKET, *, has_init: bool = False, **asked: Any) -> DrawSettings:
    return settle(DrawRequest(prompt="a red potion", **asked), model, "cpu", "fp32", has_init=has_init)


def test_pocket_draws_sprites_of_32_by_itself() -> None:
    s = settled()
    assert (s.width, s.height, s.steps, s.cfg, s.sampler, s.scheduler) == (256, 256, 20, 5.0, "euler", "normal")
    assert (s.colours, s.raw, s.scale) == (24, False, 1)


def test_sdxl_draws_its_own_pixels() -> None:
    s = settled(SDXL)
    assert (s.width, s.height, s.steps, s.cfg) == (1024, 1024, 20, 8.0)
    assert s.raw


@pytest.mark.parametrize(("size", "colours"), [(16, 24), (32, 24), (48, 32), (64, 32)])
def test_a_sprite_pixel_is_eight_model_pixels(size: int, colours: int) -> None:
    s = settled(size=size)
    assert (s.width, s.height, s.colours) == (8 * size, 8 * size, colours)


def test_one_side_makes_a_square() -> None:
    assert (settled(width=128).height, settled(height=128).width) == (128, 128)


def test_a_cfg_of_nothing_is_kept() -> None:
    assert settled(cfg=0).cfg == 0.0


def test_seeds_left_open_differ() -> None:
    assert len({settled().seed for _ in range(8)}) > 1


@pytest.mark.parametrize(
    ("model", "asked", "says"),
    [
        (SDXL, {"size": 32}, "width and height"),
        (SDXL, {"colours": 8}, "colours"),
        (POCKET, {"denoise": 0.5}, "init image"),
        (POCKET, {"size": 64, "raw": True, "scale": 17}, "8704x8704"),
        (SDXL, {"scale": 9}, "9216x9216"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(model: Model, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        settled(model, **asked)


def test_the_largest_picture_is_one_that_can_be_read_again() -> None:
    assert settled(size=64, scale=64).scale == 64
    assert settled(size=64, raw=True, scale=16).scale == 16


def test_denoise_is_for_init_images() -> None:
    assert settled(denoise=0.5, has_init=True).denoise == 0.5
    assert settled(denoise=1).denoise == 1.0
    assert (settled().denoise, settled(has_init=True).denoise) == (1.0, 0.9)


@pytest.mark.parametrize("family", DEFAULTS)
def test_settings_survive_json(family: str) -> None:
    s = settled(Model("m", Path("m"), "", family), seed=2**64 - 1)
    assert DrawSettings.from_json(s.to_json()) == s


@given(st.sampled_from(sorted(settled().to_json())), st.none() | st.booleans() | st.lists(st.integers()))
def test_settings_of_another_kind_are_refused(name: str, value: object) -> None:
    given = settled(seed=1).to_json() | {name: value}
    if value is None and name in {"colours", "init_sha256"}:
        return
    with pytest.raises(ImageError, match=name):
        DrawSettings.from_json(given)


@pytest.mark.parametrize("given", [None, [], {}, {"prompt": "x"}, settled(seed=1).to_json() | {"more": 1}])
def test_other_json_is_refused(given: object) -> None:
    with pytest.raises(ImageError, match="settings"):
        DrawSettings.from_json(given)
