"""Masks: made, combined, shaped, taken from pictures and turned into them."""

from typing import Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.pixel_sizes import LARGEST, Colour, Offset, Side
from dgx_pixels.nodes.sockets import Choice, Image, Mask, Range

_MODULE: Final = "comfy_extras.nodes_mask"
_CHANNELS: Final = ("red", "green", "blue", "alpha")

Share = Annotated[float, Range(0.0, 1.0, step=0.01)]


def _batched(mask: Mask) -> Mask:
    """(B, H, W) of a mask that may lack its batch."""
    return mask.reshape(-1, *mask.shape[-2:])


@node("SolidMask", category="mask", module=_MODULE, function="solid")
def solid_mask(*, value: Share = 1.0, width: Side = 512, height: Side = 512) -> Mask:
    """One value everywhere."""
    import torch

    return torch.full((1, height, width), value, dtype=torch.float32)


@node("InvertMask", category="mask", module=_MODULE, function="invert")
def invert_mask(*, mask: Mask) -> Mask:
    """1 - x."""
    return 1.0 - mask


@node("CropMask", category="mask", module=_MODULE, function="crop")
def crop_mask(*, mask: Mask, x: Offset = 0, y: Offset = 0, width: Side = 512, height: Side = 512) -> Mask:
    """The part at ``x``, ``y``, as far as there is one."""
    return _batched(mask)[:, y : y + height, x : x + width]


@node("MaskComposite", category="mask", module=_MODULE, function="combine")
def combine_masks(
    *,
    destination: Mask,
    source: Mask,
    x: Offset = 0,
    y: Offset = 0,
    operation: Annotated[str, Choice(("multiply", "add", "subtract", "and", "or", "xor"))],
) -> Mask:
    """The destination, combined with the source where that lies at ``x``, ``y``; in 0..1."""
    result = _batched(destination).clone()
    part = result[:, y:, x:]
    above = _batched(source).to(result)[:, : part.shape[1], : part.shape[2]]
    part = part[:, : above.shape[1], : above.shape[2]]
    part.copy_(_combined(part, above, operation))
    return result.clamp(0.0, 1.0)


def _combined(below: Mask, above: Mask, operation: str) -> Mask:
    if operation == "multiply":
        return below * above
    if operation == "add":
        return below + above
    if operation == "subtract":
        return below - above
    one, other = below.round().bool(), above.round().bool()
    return {"and": one & other, "or": one | other, "xor": one ^ other}[operation].float()


@node("FeatherMask", category="mask", module=_MODULE, function="feather")
def feather_mask(*, mask: Mask, left: Offset = 0, top: Offset = 0, right: Offset = 0, bottom: Offset = 0) -> Mask:
    """Linear ramps at the borders.

    The ramps on the right and below count back from the first column and row, not from the last: workflows know
    them so.
    """
    import torch

    result = _batched(mask).clone()
    height, width = result.shape[-2:]
    for length, room, axis, back in (
        (left, width, 2, False),
        (right, width, 2, True),
        (top, height, 1, False),
        (bottom, height, 1, True),
    ):
        steps = min(length, room)
        if not steps:
            continue
        at = torch.arange(steps)
        ramp = torch.ones(room)
        ramp[(room - at) % room if back else at] = (at + 1.0) / steps
        result *= ramp.view(1, -1, 1) if axis == 1 else ramp
    return result


@node("GrowMask", category="mask", module=_MODULE, function="expand_mask")
def grow_mask(
    *, mask: Mask, expand: Annotated[int, Range(-LARGEST, LARGEST, step=1)] = 0, tapered_corners: bool = True
) -> Mask:
    """Grown by ``expand`` pixels, shrunk if that is negative; corners become round by steps when tapered."""
    from dgx_pixels.engine.imaging.filters import grown

    return grown(_batched(mask), expand, corners=not tapered_corners)


@node("ThresholdMask", category="mask", module=_MODULE, function="image_to_mask")
def threshold_mask(*, mask: Mask, value: Share = 0.5) -> Mask:
    """1 where it is above ``value``, else 0."""
    return (mask > value).float()


@node("ImageToMask", title="Convert Image to Mask", category="mask", module=_MODULE, function="image_to_mask")
def image_to_mask(*, image: Image, channel: Annotated[str, Choice(_CHANNELS)]) -> Mask:
    """One channel of pictures."""
    index = _CHANNELS.index(channel)
    if index >= image.shape[-1]:
        raise UsageError(f"pictures of {image.shape[-1]} channels have no {channel}; choose another channel")
    return image[..., index]


@node("ImageColorToMask", category="mask", module=_MODULE, function="image_to_mask")
def colour_to_mask(*, image: Image, color: Colour = 0) -> Mask:
    """1 where a picture has just that colour, ``0xRRGGBB``."""
    red, green, blue = (image[..., :3].clamp(0, 1) * 255.0).round().int().unbind(-1)
    return ((red << 16) + (green << 8) + blue == color).float()


@node("MaskToImage", title="Convert Mask to Image", category="mask", module=_MODULE, function="mask_to_image")
def mask_to_image(*, mask: Mask) -> Image:
    """Grey pictures."""
    grey: Any = _batched(mask)[..., None]
    return grey.expand(-1, -1, -1, 3)


NODES = (
    solid_mask,
    invert_mask,
    crop_mask,
    combine_masks,
    feather_mask,
    grow_mask,
    threshold_mask,
    image_to_mask,
    colour_to_mask,
    mask_to_image,
)
