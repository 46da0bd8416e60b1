"""Batches of pictures: made, joined, taken apart, measured, given a border."""

from typing import Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.context import current
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.pixel_sizes import LARGEST, BatchSize, Colour, Offset, Seed, Side
from dgx_pixels.nodes.sockets import Image, Mask, Range, UniqueId

_EXTRAS: Final = "comfy_extras.nodes_images"
_GREY: Final = 0.5

Border = Annotated[int, Range(0, LARGEST, step=8)]


@node("EmptyImage", category="image", function="generate")
def empty_image(*, width: Side = 512, height: Side = 512, batch_size: BatchSize = 1, color: Colour = 0) -> Image:
    """Pictures of one colour, ``0xRRGGBB``."""
    from dgx_pixels.engine.imaging.pasting import solid

    red, green, blue = ((color >> shift & 0xFF) / 255 for shift in (16, 8, 0))
    return solid(height, width, (red, green, blue), batch_size)


@node("ImageInvert", title="Invert Image", category="image", function="invert")
def invert_image(*, image: Image) -> Image:
    """1 - x, alpha included."""
    return 1.0 - image


@node("ImageBatch", title="Batch Images", category="image", function="batch")
def batch_images(*, image1: Image, image2: Image) -> Image:
    """Both in one batch: the second scaled to the size of the first, channels that one lacks made opaque."""
    import torch

    from dgx_pixels.engine.imaging.pasting import most_channels
    from dgx_pixels.engine.imaging.scaling import scaled_images

    one, two = most_channels(image1, image2)
    if one.shape[1:3] != two.shape[1:3]:
        two = scaled_images(two, one.shape[2], one.shape[1], "bilinear", "center")
    return torch.cat((one, two))


@node(
    "RebatchImages",
    title="Rebatch Images",
    category="image/batch",
    module="comfy_extras.nodes_rebatch",
    v3=True,
    function="execute",
    outputs=("IMAGE",),
    lists=(True,),
    list_inputs=True,
)
def rebatch_images(*, images: Image, batch_size: BatchSize = 1) -> Any:
    """All pictures of a list of batches in new batches of ``batch_size``, the last one perhaps smaller."""
    import torch

    batches: Any = images
    sizes: Any = batch_size
    singles = [picture for batch in batches for picture in batch]
    if len({picture.shape for picture in singles}) > 1 and sizes[0] > 1:
        raise UsageError("pictures of different sizes make no batch; scale them to one size first")
    return [torch.stack(singles[begin : begin + sizes[0]]) for begin in range(0, len(singles), sizes[0])]


@node("RepeatImageBatch", category="image/batch", module=_EXTRAS, function="repeat")
def repeat_image_batch(*, image: Image, amount: BatchSize = 1) -> Image:
    """The whole batch ``amount`` times over."""
    return image.repeat(amount, 1, 1, 1)


@node("ImageFromBatch", category="image/batch", module=_EXTRAS, function="frombatch")
def image_from_batch(*, image: Image, batch_index: Annotated[int, Range(0, 4095)] = 0, length: BatchSize = 1) -> Image:
    """``length`` pictures from ``batch_index`` on, as far as there are any; at least the last."""
    begin = min(batch_index, image.shape[0] - 1)
    return image[begin : begin + length].clone()


@node(
    "GetImageSize",
    title="Get Image Size",
    category="image",
    module=_EXTRAS,
    function="get_size",
    names=("width", "height", "batch_size"),
)
def image_size(*, image: Image, unique_id: UniqueId = "") -> tuple[int, int, int]:
    """Width, height and how many there are, which the node also shows."""
    del unique_id  # declared so that every node of this class runs, for each shows its text
    count, height, width = image.shape[:3]
    current().text(f"width: {width}, height: {height}\n batch size: {count}")
    return width, height, count


@node("ImageAddNoise", category="image", module=_EXTRAS, function="repeat")
def add_noise(*, image: Image, seed: Seed = 0, strength: Annotated[float, Range(0.0, 1.0, step=0.01)] = 0.5) -> Image:
    """Gaussian noise on top, from the global generator of the CPU; in 0..1."""
    import torch

    generator = torch.manual_seed(seed)
    noise = torch.randn(image.shape, generator=generator)
    return (image + strength * noise.to(image)).clamp(0.0, 1.0)


@node("ImagePadForOutpaint", title="Pad Image for Outpainting", category="image", function="expand_image")
def pad_for_outpaint(
    *,
    image: Image,
    left: Border = 0,
    top: Border = 0,
    right: Border = 0,
    bottom: Border = 0,
    feathering: Offset = 40,
) -> tuple[Image, Mask]:
    """A grey border, and a mask (1, H, W) that is 1 on it and falls off into the picture over ``feathering`` pixels."""
    import torch
    import torch.nn.functional as F  # noqa: N812 - its usual name

    height, width = image.shape[1:3]
    padded = F.pad(image, (0, 0, left, right, top, bottom), value=_GREY)
    mask = torch.ones(padded.shape[1:3])
    inside = torch.zeros(height, width)
    if 0 < 2 * feathering < min(height, width):
        rows = _distance(height, before=bool(top), after=bool(bottom))
        columns = _distance(width, before=bool(left), after=bool(right))
        nearest = torch.minimum(rows[:, None], columns[None])
        inside = ((feathering - nearest).clamp(min=0) / feathering) ** 2
    mask[top : top + height, left : left + width] = inside
    return padded, mask[None]


def _distance(length: int, *, before: bool, after: bool) -> Any:
    """Pixels (length,) to the nearest end that has a border; ``length`` where none has."""
    import torch

    at = torch.arange(length)
    far = torch.full((length,), length)
    return torch.minimum(at if before else far, length - at if after else far)


NODES = (
    empty_image,
    invert_image,
    batch_images,
    rebatch_images,
    repeat_image_batch,
    image_from_batch,
    image_size,
    add_noise,
    pad_for_outpaint,
)
