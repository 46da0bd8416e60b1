"""Nodes that say where and when a conditioning holds: areas, masks, part of the steps, and what it draws over."""

from typing import Annotated, Any, Final, TypeAlias

from dgx_pixels.nodes.conditioning import with_options
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Choice, Conditioning, Image, Latent, Mask, Range, Socket, Vae

Strength: TypeAlias = Annotated[float, Range(0.0, 10.0, 0.01)]
Percent: TypeAlias = Annotated[float, Range(0.0, 1.0, 0.001)]
Fraction: TypeAlias = Annotated[float, Range(0, 1.0, 0.01)]
Side: TypeAlias = Annotated[int, Range(64, 16384, 8)]
Place: TypeAlias = Annotated[int, Range(0, 16384, 8)]
TimestepsRange: TypeAlias = Annotated[Any, Socket("TIMESTEPS_RANGE")]


@node("ConditioningSetArea", title="Conditioning (Set Area)", category="conditioning", function="append")
def set_area(
    *,
    conditioning: Conditioning,
    width: Side = 64,
    height: Side = 64,
    x: Place = 0,
    y: Place = 0,
    strength: Strength = 1.0,
) -> Conditioning:
    """Only a rectangle of the picture, in pixels."""
    area = (height // 8, width // 8, y // 8, x // 8)
    return with_options(conditioning, {"area": area, "strength": strength, "set_area_to_bounds": False})


@node("ConditioningSetAreaPercentage", title="Conditioning (Set Area with Percentage)", category="conditioning",
      function="append")  # fmt: skip
def set_area_percentage(
    *,
    conditioning: Conditioning,
    width: Fraction = 1.0,
    height: Fraction = 1.0,
    x: Fraction = 0,
    y: Fraction = 0,
    strength: Strength = 1.0,
) -> Conditioning:
    """Only a rectangle of the picture, in parts of its sides."""
    area = ("percentage", height, width, y, x)
    return with_options(conditioning, {"area": area, "strength": strength, "set_area_to_bounds": False})


@node("ConditioningSetAreaStrength", category="conditioning", function="append")
def set_area_strength(*, conditioning: Conditioning, strength: Strength = 1.0) -> Conditioning:
    """Weight beside other entries."""
    return with_options(conditioning, {"strength": strength})


@node("ConditioningSetMask", title="Conditioning (Set Mask)", category="conditioning", function="append",
      order=("conditioning", "mask", "set_cond_area", "strength"))  # fmt: skip
def set_mask(
    *,
    conditioning: Conditioning,
    mask: Mask,
    strength: Strength = 1.0,
    set_cond_area: Annotated[str, Choice(("default", "mask bounds"))],
) -> Conditioning:
    """Only where the mask is; with ``mask bounds`` nothing around it is computed."""
    planes = mask[None] if mask.dim() < 3 else mask
    bounds = set_cond_area != "default"
    return with_options(conditioning, {"mask": planes, "set_area_to_bounds": bounds, "mask_strength": strength})


@node("ConditioningSetTimestepRange", category="advanced/conditioning", function="set_range")
def set_timestep_range(*, conditioning: Conditioning, start: Percent = 0.0, end: Percent = 1.0) -> Conditioning:
    """Only during part of the sampling."""
    return with_options(conditioning, {"start_percent": start, "end_percent": end})


@node(
    "ConditioningTimestepsRange",
    title="Timesteps Range",
    category="advanced/hooks",
    experimental=True,
    function="create_range",
    names=("TIMESTEPS_RANGE", "BEFORE_RANGE", "AFTER_RANGE"),
    module="comfy_extras.nodes_hooks",
)
def timesteps_range(
    *, start_percent: Percent = 0.0, end_percent: Percent = 1.0
) -> tuple[TimestepsRange, TimestepsRange, TimestepsRange]:
    """A part of the sampling, and what comes before and after it."""
    return (start_percent, end_percent), (0.0, start_percent), (end_percent, 1.0)


@node(
    "InpaintModelConditioning",
    category="conditioning/inpaint",
    function="encode",
    names=("positive", "negative", "latent"),
    order=("positive", "negative", "pixels", "vae", "mask", "noise_mask"),
)
def condition_inpainting(
    *,
    positive: Conditioning,
    negative: Conditioning,
    vae: Vae,
    pixels: Image,
    mask: Mask,
    noise_mask: bool = True,
) -> tuple[Conditioning, Conditioning, Latent]:
    """What an inpainting model is shown beside the noise: the picture without what is masked, and the mask."""
    from dgx_pixels.engine.inpainting import cropped, greyed, planes_like

    picture, planes = cropped(pixels, planes_like(mask, pixels))
    shown = {"concat_latent_image": vae.encode(greyed(picture, planes.round())), "concat_mask": planes}
    latent: dict[str, Any] = {"samples": vae.encode(picture)}
    if noise_mask:
        latent["noise_mask"] = planes
    return with_options(positive, shown), with_options(negative, shown), latent


@node("InstructPixToPixConditioning", category="conditioning/instructpix2pix", v3=True, function="execute",
      names=("positive", "negative", "latent"), module="comfy_extras.nodes_ip2p")  # fmt: skip
def condition_editing(
    *, positive: Conditioning, negative: Conditioning, vae: Vae, pixels: Image
) -> tuple[Conditioning, Conditioning, Latent]:
    """The picture that an editing model edits, and an empty latent of its size."""
    import torch

    picture = vae.encode(pixels)
    shown = {"concat_latent_image": picture}
    return with_options(positive, shown), with_options(negative, shown), {"samples": torch.zeros_like(picture)}


NODES: Final = (
    set_area,
    set_area_percentage,
    set_area_strength,
    set_mask,
    set_timestep_range,
    timesteps_range,
    condition_inpainting,
    condition_editing,
)
