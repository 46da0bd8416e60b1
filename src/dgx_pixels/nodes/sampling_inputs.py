"""Inputs that several sampling nodes have, and the callback that tells of their steps. Comes without torch."""

from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from dgx_pixels.core.limits import MAX_SEED, MAX_STEPS
from dgx_pixels.graph.context import NodeContext, current
from dgx_pixels.nodes.sockets import Choice, Range
from dgx_pixels.sampling.names import SAMPLERS, SCHEDULES

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from dgx_pixels.engine.guiders import StepCallback

CUSTOM: Final = "comfy_extras.nodes_custom_sampler"
"""Module of the nodes that make sampling out of parts."""

UNROUNDED: Final = {"round": False}
"""What the editor is told of numbers that it must not round."""

Seed: TypeAlias = Annotated[int, Range(0, MAX_SEED, extra={"control_after_generate": True})]
Steps: TypeAlias = Annotated[int, Range(1, MAX_STEPS)]
Cfg: TypeAlias = Annotated[float, Range(0.0, 100.0, 0.1, {"round": 0.01})]
Fraction: TypeAlias = Annotated[float, Range(0.0, 1.0, 0.01)]
SamplerName: TypeAlias = Annotated[str, Choice(SAMPLERS)]
SchedulerName: TypeAlias = Annotated[str, Choice(SCHEDULES)]
Scale: TypeAlias = Annotated[float, Range(0.0, 100.0, 0.01, UNROUNDED)]

_BLACK: Final = (0, 0, 0, 255)


def watching(model: Any) -> "StepCallback | None":
    """What tells the run's listeners of each step, with a picture where they asked for one; None outside of a run.

    It raises CancelledError where the run was interrupted. ``model``: whose latents are looked at.
    """
    try:
        context = current()
    except LookupError:
        return None
    shown = getattr(context.host, "preview", None)
    size = shown.size if shown is not None and shown.method != "none" and model is not None else None
    return lambda step, x0, _x, total: _tell(context, step, total, None if size is None else (model, x0), size)


def _tell(context: NodeContext, step: int, total: int, seen: "tuple[Any, Tensor] | None", size: int | None) -> None:
    picture = None if seen is None else preview_picture(*seen)
    context.progress(step + 1, total, picture, preview_size=size)


def preview_picture(model: Any, x0: "Tensor") -> "Image":
    """A small opaque picture of the first item of a latent (B, C, h, w) of the sampler's scale."""
    from PIL import Image

    from dgx_pixels.sampling.preview import latent_to_image

    picture = Image.fromarray(latent_to_image(x0, model.colors()))
    if picture.mode == "RGB":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, _BLACK), picture).convert("RGB")
