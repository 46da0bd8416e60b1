"""Nodes that scale, cut, turn and put together latents. Sizes are in pixels, 8 to a latent pixel."""

from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Choice, Latent, Mask, Range

if TYPE_CHECKING:
    from torch import Tensor

Method: TypeAlias = Annotated[str, Choice(("nearest-exact", "bilinear", "area", "bicubic", "bislerp"))]
Length: TypeAlias = Annotated[int, Range(0, 16384, 8)]
Side: TypeAlias = Annotated[int, Range(64, 16384, 8)]

_LEAST: Final = 64  # pixels to a side of what is scaled
_CELLS: Final = 8  # latent pixels that a cut leaves at least


@node("LatentUpscale", title="Upscale Latent", category="latent", function="upscale")
def upscale(
    *,
    samples: Latent,
    upscale_method: Method,
    width: Length = 512,
    height: Length = 512,
    crop: Annotated[str, Choice(("disabled", "center"))],
) -> Latent:
    """The latent at another size; a side of 0 follows from the other, two of them leave it as it is."""
    from dgx_pixels.engine.imaging.scaling import scaled

    if not width and not height:
        return samples
    rows, columns = samples["samples"].shape[-2:]
    if not width:
        height = max(_LEAST, height)
        width = round(columns * height / rows)
    elif not height:
        width = max(_LEAST, width)
        height = round(rows * width / columns)
    width, height = max(_LEAST, width) // 8, max(_LEAST, height) // 8
    return {**samples, "samples": scaled(samples["samples"], width, height, upscale_method, crop)}


@node("LatentUpscaleBy", title="Upscale Latent By", category="latent", function="upscale")
def upscale_by(
    *, samples: Latent, upscale_method: Method, scale_by: Annotated[float, Range(0.01, 8.0, 0.01)] = 1.5
) -> Latent:
    """The latent so many times as large."""
    from dgx_pixels.engine.imaging.scaling import scaled

    rows, columns = (max(1, round(side * scale_by)) for side in samples["samples"].shape[-2:])
    return {**samples, "samples": scaled(samples["samples"], columns, rows, upscale_method)}


@node("LatentComposite", title="Latent Composite", category="latent", function="composite")
def composite(*, samples_to: Latent, samples_from: Latent, x: Length = 0, y: Length = 0, feather: Length = 0) -> Latent:
    """One latent pasted over another, its inner borders fading over ``feather`` pixels."""
    import torch

    below, above = samples_to["samples"], samples_from["samples"]
    top, left = y // 8, x // 8
    above = above[..., : max(0, below.shape[-2] - top), : max(0, below.shape[-1] - left)]
    rows, columns = above.shape[-2:]
    weight = torch.ones(rows, columns)
    weight *= _fade(rows, feather // 8, begin=top != 0, end=top + rows < below.shape[-2])[:, None]
    weight *= _fade(columns, feather // 8, begin=left != 0, end=left + columns < below.shape[-1])
    result = below.clone()
    part = result[..., top : top + rows, left : left + columns]
    part.copy_(above * weight + part * (1 - weight))
    return {**samples_to, "samples": result}


def _fade(length: int, feather: int, *, begin: bool, end: bool) -> "Tensor":
    """Weights (length,) that rise linearly over ``feather`` from those ends that are to fade."""
    import torch

    weights = torch.ones(length)
    reach = min(feather, length)
    ramp = torch.arange(1, reach + 1) / max(1, feather)
    if begin:
        weights[:reach] *= ramp
    if end:
        weights[length - reach :] *= ramp.flip(0)
    return weights


@node("LatentCompositeMasked", category="latent", function="composite", module="comfy_extras.nodes_mask")
def composite_masked(
    *,
    destination: Latent,
    source: Latent,
    x: Length = 0,
    y: Length = 0,
    resize_source: bool = False,
    mask: Mask | None = None,
) -> Latent:
    """One latent pasted over another, as far as the mask lets it be seen."""
    from dgx_pixels.engine.imaging.pasting import pasted

    result = pasted(destination["samples"], source["samples"], x, y, mask, unit=8, resize=resize_source)
    return {**destination, "samples": result}


@node("LatentCrop", title="Crop Latent", category="latent/transform", function="crop")
def crop_latent(*, samples: Latent, width: Side = 512, height: Side = 512, x: Length = 0, y: Length = 0) -> Latent:
    """A rectangle of the latent; the corner moves in where less than 8 cells would be left."""
    rows, columns = samples["samples"].shape[-2:]
    top, left = max(0, min(y // 8, rows - _CELLS)), max(0, min(x // 8, columns - _CELLS))
    part = samples["samples"][..., top : top + height // 8, left : left + width // 8]
    return {**samples, "samples": part}


@node("LatentRotate", title="Rotate Latent", category="latent/transform", function="rotate")
def rotate(
    *, samples: Latent, rotation: Annotated[str, Choice(("none", "90 degrees", "180 degrees", "270 degrees"))]
) -> Latent:
    """The latent turned clockwise."""
    import torch

    turns = {"90": 1, "180": 2, "270": 3}.get(rotation.split(" ", maxsplit=1)[0], 0)
    return {**samples, "samples": torch.rot90(samples["samples"], turns, [3, 2])}


@node("LatentFlip", title="Flip Latent", category="latent/transform", function="flip")
def flip(
    *, samples: Latent, flip_method: Annotated[str, Choice(("x-axis: vertically", "y-axis: horizontally"))]
) -> Latent:
    """The latent mirrored."""
    return {**samples, "samples": samples["samples"].flip(2 if flip_method.startswith("x") else 3)}


NODES: Final = (upscale, upscale_by, composite, composite_masked, crop_latent, rotate, flip)
