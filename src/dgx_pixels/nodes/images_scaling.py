"""Pictures of another size or shape: scaled, cropped, turned, put side by side."""

import math
from typing import Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes.choices import known
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.pixel_sizes import Offset, Side
from dgx_pixels.nodes.sockets import Choice, Image, Range, Socket

# As `engine.imaging.scaling` has them, which imports torch.
_METHODS: Final = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
_LONG_SIDE_METHODS: Final = ("area", "lanczos", "bilinear", "nearest-exact", "bilinear", "bicubic")
_PAD_METHODS: Final = ("area", "bicubic", "nearest-exact", "bilinear", "lanczos")
_EXTRAS: Final = "comfy_extras.nodes_images"
_COLOURS: Final = {
    "white": (1.0, 1.0, 1.0),
    "black": (0.0, 0.0, 0.0),
    "red": (1.0, 0.0, 0.0),
    "green": (0.0, 1.0, 0.0),
    "blue": (0.0, 0.0, 1.0),
}

Method = Annotated[str, Choice(_METHODS)]


def _scaled(image: Image, width: int, height: int, method: str, crop: str = "disabled") -> Image:
    from dgx_pixels.engine.imaging.scaling import scaled_images

    return scaled_images(image, width, height, known(method, _METHODS), crop)


@node("ImageScale", title="Upscale Image", category="image/upscaling", function="upscale")
def scale_image(
    *,
    image: Image,
    upscale_method: Method,
    width: Offset = 512,
    height: Offset = 512,
    crop: Annotated[str, Choice(("disabled", "center"))],
) -> Image:
    """To a size; a side of 0 follows from the other, two of 0 leave the picture alone."""
    if not width and not height:
        return image
    down, across = image.shape[1:3]
    width = width or max(1, round(across * height / down))
    height = height or max(1, round(down * width / across))
    return _scaled(image, width, height, upscale_method, crop)


@node("ImageScaleBy", title="Upscale Image By", category="image/upscaling", function="upscale")
def scale_image_by(
    *, image: Image, upscale_method: Method, scale_by: Annotated[float, Range(0.01, 8.0, step=0.01)] = 1.0
) -> Image:
    """To a multiple of its size, rounded; at least a pixel."""
    height, width = (max(1, round(side * scale_by)) for side in image.shape[1:3])
    return _scaled(image, width, height, upscale_method)


@node(
    "ImageScaleToTotalPixels",
    category="image/upscaling",
    module="comfy_extras.nodes_post_processing",
    v3=True,
    function="execute",
)
def scale_to_total_pixels(
    *, image: Image, upscale_method: Method, megapixels: Annotated[float, Range(0.01, 16.0, step=0.01)] = 1.0
) -> Image:
    """To about so many times 1024 x 1024 pixels, its shape kept."""
    height, width = image.shape[1:3]
    factor = math.sqrt(int(megapixels * 1024 * 1024) / (width * height))
    return _scaled(image, max(1, round(width * factor)), max(1, round(height * factor)), upscale_method)


@node("ImageScaleToMaxDimension", category="image/upscaling", module=_EXTRAS, function="upscale")
def scale_to_max_dimension(
    *, image: Image, upscale_method: Annotated[str, Choice(_LONG_SIDE_METHODS)], largest_size: Offset = 512
) -> Image:
    """To a size whose longer side is ``largest_size``, its shape kept."""
    if not largest_size:
        raise UsageError("a picture of no pixels is none; choose a largest_size above 0")
    height, width = image.shape[1:3]
    longer = max(height, width)
    across, down = (max(1, round(side / longer * largest_size)) for side in (width, height))
    return _scaled(image, across, down, upscale_method)


@node(
    "ImageUpscaleWithModel",
    title="Upscale Image (using Model)",
    category="image/upscaling",
    module="comfy_extras.nodes_upscale_model",
    v3=True,
    function="execute",
)
def upscale_with_model(*, upscale_model: Annotated[Any, Socket("UPSCALE_MODEL")], image: Image) -> Image:
    """Not there yet; says so."""
    raise UsageError(
        f"pictures of {image.shape[2]}x{image.shape[1]} cannot be upscaled by {type(upscale_model).__name__}: "
        "upscale models are not read yet; use Upscale Image instead"
    )


@node("ImageCrop", title="Image Crop", category="image/transform", module=_EXTRAS, function="crop")
def crop_image(*, image: Image, width: Side = 512, height: Side = 512, x: Offset = 0, y: Offset = 0) -> Image:
    """The part at ``x``, ``y``, as far as there is one; at least the last pixel."""
    left, top = min(x, image.shape[2] - 1), min(y, image.shape[1] - 1)
    return image[:, top : top + height, left : left + width]


@node("ImageRotate", category="image/transform", module=_EXTRAS, function="rotate")
def rotate_image(
    *,
    image: Image,
    rotation: Annotated[str, Choice(("none", "90 degrees", "180 degrees", "270 degrees"))],
) -> Image:
    """Clockwise, in quarter turns."""
    import torch

    turns = {"none": 0, "90 degrees": 1, "180 degrees": 2, "270 degrees": 3}[rotation]
    return torch.rot90(image, turns, (2, 1))


@node("ImageFlip", category="image/transform", module=_EXTRAS, function="flip")
def flip_image(
    *, image: Image, flip_method: Annotated[str, Choice(("x-axis: vertically", "y-axis: horizontally"))]
) -> Image:
    """Upside down, or left to right."""
    return image.flip(1 if flip_method.startswith("x") else 2)


@node("ImageStitch", title="Image Stitch", category="image/transform", module=_EXTRAS, function="stitch")
def stitch_images(
    *,
    image1: Image,
    direction: Annotated[str, Choice(("right", "down", "left", "up"))] = "right",
    match_image_size: bool = True,
    spacing_width: Annotated[int, Range(0, 1024, step=2)] = 0,
    spacing_color: Annotated[str, Choice(tuple(_COLOURS))] = "white",
    image2: Image | None = None,
) -> Image:
    """The second picture beside the first, ``direction`` of it.

    ``match_image_size``: it is scaled to the side where they meet; else the smaller one lies in the middle of black.
    A batch shorter than the other repeats its last picture; an odd space is made even.
    """
    import torch

    from dgx_pixels.engine.imaging.pasting import most_channels, solid

    if image2 is None:
        return image1
    across = direction in {"left", "right"}
    one, two = _of_one_length(*most_channels(image1, image2))
    two = _matched(one, two, across=across) if match_image_size else two
    one, two = _centered(one, two, axis=1 if across else 2)
    parts = [one, two] if direction in {"right", "down"} else [two, one]
    if spacing := spacing_width + spacing_width % 2:
        height, width = (one.shape[1], spacing) if across else (spacing, one.shape[2])
        colour = (*_COLOURS[spacing_color], 1.0)[: one.shape[-1]]
        parts.insert(1, solid(height, width, colour, one.shape[0]).to(one))
    return torch.cat(parts, dim=2 if across else 1)


def _of_one_length(one: Image, two: Image) -> tuple[Image, Image]:
    import torch

    longest = max(len(one), len(two))
    filled = [torch.cat((batch, batch[-1:].expand(longest - len(batch), -1, -1, -1))) for batch in (one, two)]
    return filled[0], filled[1]


def _matched(one: Image, two: Image, *, across: bool) -> Image:
    """The second scaled so that it is as high (or as wide) as the first."""
    height, width = two.shape[1:3]
    if across:
        return _scaled(two, max(1, int(width * one.shape[1] / height)), one.shape[1], "lanczos")
    return _scaled(two, one.shape[2], max(1, int(height * one.shape[2] / width)), "lanczos")


def _centered(one: Image, two: Image, axis: int) -> tuple[Image, Image]:
    """Both of the same length along an axis of (B, H, W, C), black on either side of the shorter."""
    import torch.nn.functional as F  # noqa: N812 - its usual name

    longest = max(one.shape[axis], two.shape[axis])
    padded: list[Image] = []
    for image in (one, two):
        missing = longest - image.shape[axis]
        around = (missing // 2, missing - missing // 2)
        padded.append(F.pad(image, (0, 0, *around) if axis == 2 else (0, 0, 0, 0, *around)))
    return padded[0], padded[1]


@node("ResizeAndPadImage", category="image/transform", module=_EXTRAS, function="resize_and_pad")
def resize_and_pad(
    *,
    image: Image,
    target_width: Side = 512,
    target_height: Side = 512,
    padding_color: Annotated[str, Choice(("white", "black"))],
    interpolation: Annotated[str, Choice(_PAD_METHODS)],
) -> Image:
    """As large as fits into the target, its shape kept, in the middle of white or black."""
    count, down, across, channels = image.shape
    scale = min(target_width / across, target_height / down)
    width, height = max(1, int(across * scale)), max(1, int(down * scale))
    padded = image.new_full((count, target_height, target_width, channels), float(padding_color == "white"))
    left, top = (target_width - width) // 2, (target_height - height) // 2
    padded[:, top : top + height, left : left + width] = _scaled(image, width, height, interpolation)
    return padded


NODES = (
    scale_image,
    scale_image_by,
    scale_to_total_pixels,
    scale_to_max_dimension,
    upscale_with_model,
    crop_image,
    rotate_image,
    flip_image,
    stitch_images,
    resize_and_pad,
)
