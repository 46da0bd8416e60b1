"""A finished file's settings as a request that draws it again, and what may keep it from coming out the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from dgx_pixels.core.errors import UsageError
from dgx_pixels.draw.request import DrawRequest
from dgx_pixels.draw.settled import DrawSettings


def request_like(like: DrawSettings, changes: Mapping[str, Any]) -> DrawRequest:
    """The request that gave ``like``, except for ``changes``, named as the request's fields are.

    Raises UsageError for a change that is not offered.
    """
    asked: dict[str, Any] = {
        "prompt": like.prompt,
        "negative": like.negative,
        "model": like.model,
        "width": like.width,
        "height": like.height,
        "steps": like.steps,
        "cfg": like.cfg,
        "sampler": like.sampler,
        "scheduler": like.scheduler,
        "seed": like.seed,
        "denoise": like.denoise if like.init_sha256 else None,
        "colours": like.colours,
        "scale": like.scale,
        "raw": like.raw,
    }
    if "size" in changes:
        del asked["width"], asked["height"]
    if "raw" in changes or "model" in changes:
        del asked["colours"]
    if "colours" in changes or "model" in changes:
        del asked["raw"]
    return DrawRequest(**{**asked, **changes})


def check_init(like: DrawSettings, *, has_init: bool) -> None:
    """Raise UsageError where a picture that began with an init image would be repeated without one."""
    if like.init_sha256 and not has_init:
        raise UsageError("that picture began with an init image, which its file does not hold; give it again")


def differences(like: DrawSettings, now: DrawSettings) -> Iterator[str]:
    """A sentence on each thing beyond the request's reach that is no longer as it was."""
    if like.model == now.model and like.model_sha256 != now.model_sha256:
        was, is_ = like.model_sha256[:10], now.model_sha256[:10]
        yield f"the model {now.model} is another file than it was ({is_}, not {was}): the picture will differ"
    if like.init_sha256 and like.init_sha256 != now.init_sha256:
        yield "the init image is not the one that it was drawn from: the picture will differ"
    if (like.device, like.dtype) != (now.device, now.dtype):
        was, is_ = f"{like.device} in {like.dtype}", f"{now.device} in {now.dtype}"
        yield f"it was drawn on {was}, not {is_}: some pixels may differ"
    if like.version != now.version:
        yield f"it was drawn by version {like.version}, not {now.version}: some pixels may differ"
