"""A file's settings as a request again, changed here and there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dgx_pixels.core.errors import UsageError
from dgx_pixels.draw.models import Model
from dgx_pixels.draw.repeat import check_init, differences, request_like
from dgx_pixels.draw.request import DrawRequest
from dgx_pixels.draw.settled import DrawSettings, settle

POCKET = Model("pocket", Path("pocket.safetensors"), "ab" * 32, "pocket")
SDXL = Model("sdxl", Path("sdxl.safetensors"), "cd" * 32, "sdxl")


def settled(model: Model = POCKET, **asked: Any) -> DrawSettings:
    return settle(DrawRequest(prompt="a red potion", **asked), model, "cpu", "fp32")


def again(like: DrawSettings, model: Model = POCKET, **changes: Any) -> DrawSettings:
    return settle(request_like(like, changes), model, like.device, like.dtype)


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (POCKET, {}),
        (POCKET, {"size": 48, "steps": 7, "cfg": 0, "seed": 5, "negative": "n", "scale": 3}),
        (POCKET, {"raw": True}),
        (POCKET, {"colours": 4, "width": 64, "height": 128}),
        (SDXL, {"sampler": "dpmpp_2m", "scheduler": "karras"}),
    ],
)
def test_nothing_changed_nothing_different(model: Model, asked: dict[str, Any]) -> None:
    first = settled(model, **asked)
    assert again(first, model) == first
    assert not list(differences(first, again(first, model)))


def test_changes_win() -> None:
    first = settled(seed=1)
    assert again(first, seed=2) == replace(first, seed=2)
    assert again(first, size=16).width == 128
    assert again(first, raw=True).raw
    assert again(settled(raw=True), colours=5).colours == 5
    assert settle(request_like(first, {"model": "sdxl"}), SDXL, "cpu", "fp32").raw


def test_a_change_is_checked_like_any_request() -> None:
    with pytest.raises(UsageError, match="steps 0"):
        request_like(settled(), {"steps": 0})


def test_an_init_image_must_be_given_again() -> None:
    first = replace(settled(), init_sha256="ef" * 32)
    check_init(first, has_init=True)
    with pytest.raises(UsageError, match="init image"):
        check_init(first, has_init=False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model_sha256": "00" * 32}, "another file"),
        ({"init_sha256": "00" * 32}, "init image"),
        ({"device": "cuda"}, "cpu in fp32, not cuda"),
        ({"version": "9.9"}, "version"),
    ],
)
def test_what_cannot_be_as_it_was_is_said(change: dict[str, Any], says: str) -> None:
    first = replace(settled(), init_sha256="ef" * 32)
    (sentence,) = differences(first, replace(first, **change))
    assert says in sentence
