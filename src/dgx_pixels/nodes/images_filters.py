"""Pictures changed pixel by pixel: blends, blur, sharpening, few colours, edges, shapes, colour spaces."""

from typing import Annotated, Final

from dgx_pixels.nodes.choices import known
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Choice, Image, Range

_POST: Final = "comfy_extras.nodes_post_processing"
_MORPHOLOGY: Final = "comfy_extras.nodes_morphology"
# As `engine.imaging` has them, which imports torch.
_BLENDS: Final = ("normal", "multiply", "screen", "overlay", "soft_light", "difference")
_DITHERS: Final = ("none", "floyd-steinberg", "bayer-2", "bayer-4", "bayer-8", "bayer-16")
_OPERATIONS: Final = ("erode", "dilate", "open", "close", "gradient", "bottom_hat", "top_hat")

Radius = Annotated[int, Range(1, 31, step=1)]
Threshold = Annotated[float, Range(0.01, 0.99, step=0.01)]


@node("ImageBlend", category="image/postprocessing", module=_POST, v3=True, function="execute")
def blend_images(
    *,
    image1: Image,
    image2: Image,
    blend_factor: Annotated[float, Range(0.0, 1.0, step=0.01)] = 0.5,
    blend_mode: Annotated[str, Choice(_BLENDS)],
) -> Image:
    """The first mixed with its blend with the second, which is scaled to its size."""
    from dgx_pixels.engine.imaging.blending import blended
    from dgx_pixels.engine.imaging.pasting import same_channels
    from dgx_pixels.engine.imaging.scaling import scaled_images

    below, above = same_channels(image1, image2.to(image1.device))
    if below.shape[1:3] != above.shape[1:3]:
        above = scaled_images(above, below.shape[2], below.shape[1], "bicubic", "center")
    return blended(below, above, blend_factor, known(blend_mode, _BLENDS))


@node("ImageBlur", category="image/postprocessing", module=_POST, v3=True, function="execute")
def blur_image(
    *, image: Image, blur_radius: Radius = 1, sigma: Annotated[float, Range(0.1, 10.0, step=0.1)] = 1.0
) -> Image:
    """Through a Gaussian window."""
    from dgx_pixels.engine.imaging.filters import blurred

    return blurred(image, blur_radius, sigma)


@node("ImageSharpen", category="image/postprocessing", module=_POST, v3=True, function="execute")
def sharpen_image(
    *,
    image: Image,
    sharpen_radius: Radius = 1,
    sigma: Annotated[float, Range(0.1, 10.0, step=0.01)] = 1.0,
    alpha: Annotated[float, Range(0.0, 5.0, step=0.01)] = 1.0,
) -> Image:
    """What a Gaussian window takes away, on top."""
    from dgx_pixels.engine.imaging.filters import sharpened

    return sharpened(image, sharpen_radius, sigma, alpha)


@node("ImageQuantize", category="image/postprocessing", module=_POST, v3=True, function="execute")
def quantize_image(
    *,
    image: Image,
    colors: Annotated[int, Range(1, 256, step=1)] = 256,
    dither: Annotated[str, Choice(_DITHERS)],
) -> Image:
    """Each picture in few of its own colours."""
    from dgx_pixels.engine.imaging.quantizing import quantized

    return quantized(image, colors, known(dither, _DITHERS))


@node("Canny", category="image/preprocessors", module="comfy_extras.nodes_canny", v3=True, function="execute")
def canny_edges(*, image: Image, low_threshold: Threshold = 0.4, high_threshold: Threshold = 0.8) -> Image:
    """White edges on black."""
    from dgx_pixels.engine.imaging.filters import canny

    return canny(image, low_threshold, high_threshold)[..., None].repeat(1, 1, 1, 3)


@node(
    "Morphology",
    title="ImageMorphology",
    category="image/postprocessing",
    module=_MORPHOLOGY,
    v3=True,
    function="execute",
)
def morphology(
    *,
    image: Image,
    operation: Annotated[str, Choice(_OPERATIONS)],
    kernel_size: Annotated[int, Range(3, 999, step=1)] = 3,
) -> Image:
    """Bright regions shrunk, grown, or what that changes, with a square window."""
    from dgx_pixels.engine.imaging.filters import MORPHOLOGY

    return MORPHOLOGY[known(operation, _OPERATIONS)](image, kernel_size)


@node(
    "ImageRGBToYUV",
    category="image/batch",
    module=_MORPHOLOGY,
    v3=True,
    function="execute",
    names=("Y", "U", "V"),
)
def rgb_to_yuv(*, image: Image) -> tuple[Image, Image, Image]:
    """Brightness and two differences of colour, each as a grey picture."""
    from dgx_pixels.engine.imaging.filters import to_ycbcr

    y, u, v = (plane[..., None].repeat(1, 1, 1, 3) for plane in to_ycbcr(image).unbind(-1))
    return y, u, v


@node("ImageYUVToRGB", category="image/batch", module=_MORPHOLOGY, v3=True, function="execute")
def yuv_to_rgb(*, Y: Image, U: Image, V: Image) -> Image:
    """The picture of its brightness and two differences of colour, each the mean over its channels."""
    import torch

    from dgx_pixels.engine.imaging.filters import to_rgb

    return to_rgb(torch.stack([plane.mean(-1) for plane in (Y, U, V)], -1))


NODES = (
    blend_images,
    blur_image,
    sharpen_image,
    quantize_image,
    canny_edges,
    morphology,
    rgb_to_yuv,
    yuv_to_rgb,
)
