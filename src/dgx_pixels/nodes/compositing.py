"""Pictures over pictures, with masks and alpha."""

from typing import Annotated, Final

from dgx_pixels.nodes.choices import known
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.pixel_sizes import Offset
from dgx_pixels.nodes.sockets import Choice, Image, Mask

_MODULE: Final = "comfy_extras.nodes_compositing"
# As `engine.imaging.blending` has them, which imports torch.
_MODES: Final = (
    *("ADD", "CLEAR", "DARKEN", "DST", "DST_ATOP", "DST_IN", "DST_OUT", "DST_OVER", "LIGHTEN", "MULTIPLY"),
    *("OVERLAY", "SCREEN", "SRC", "SRC_ATOP", "SRC_IN", "SRC_OUT", "SRC_OVER", "XOR"),
)


@node("ImageCompositeMasked", category="image", module="comfy_extras.nodes_mask", function="composite")
def composite_masked(
    *,
    destination: Image,
    source: Image,
    x: Offset = 0,
    y: Offset = 0,
    resize_source: bool = False,
    mask: Mask | None = None,
) -> Image:
    """The source laid over the destination at ``x``, ``y``, where the mask says so."""
    from dgx_pixels.engine.imaging.pasting import pasted, same_channels

    below, above = (image.movedim(-1, 1) for image in same_channels(destination, source))
    return pasted(below, above, x, y, mask, resize=resize_source).movedim(1, -1)


@node(
    "PorterDuffImageComposite",
    title="Porter-Duff Image Composite",
    category="mask/compositing",
    module=_MODULE,
    v3=True,
    function="execute",
)
def porter_duff(
    *,
    source: Image,
    source_alpha: Mask,
    destination: Image,
    destination_alpha: Mask,
    mode: Annotated[str, Choice(_MODES)] = "DST",
) -> tuple[Image, Mask]:
    """Two layers in one of the eighteen ways; alphas are masks, 1 where transparent. Of the source's size."""
    from dgx_pixels.engine.imaging.blending import composited
    from dgx_pixels.engine.imaging.pasting import same_channels
    from dgx_pixels.engine.imaging.scaling import scaled, scaled_images

    count = min(map(len, (source, source_alpha, destination, destination_alpha)))
    height, width = source.shape[1:3]

    def alpha(mask: Mask) -> Image:
        planes = 1 - mask[:count, None]
        if planes.shape[-2:] != (height, width):
            planes = scaled(planes, width, height, "bicubic", "center")
        return planes[:, 0, ..., None]

    below = destination[:count]
    if below.shape[1:3] != (height, width):
        below = scaled_images(below, width, height, "bicubic", "center")
    above, below = same_channels(source[:count], below)
    layers = above, alpha(source_alpha), below, alpha(destination_alpha)
    colour, seen = composited(*layers, known(mode, _MODES))
    return colour, 1 - seen[..., 0]


@node(
    "SplitImageWithAlpha",
    title="Split Image with Alpha",
    category="mask/compositing",
    module=_MODULE,
    v3=True,
    function="execute",
)
def split_alpha(*, image: Image) -> tuple[Image, Mask]:
    """The picture without alpha, and 1 - alpha; 0 everywhere where there is none."""
    alpha = image[..., 3] if image.shape[-1] > 3 else image.new_ones(image.shape[:3])
    return image[..., :3], 1 - alpha


@node(
    "JoinImageWithAlpha",
    title="Join Image with Alpha",
    category="mask/compositing",
    module=_MODULE,
    v3=True,
    function="execute",
)
def join_alpha(*, image: Image, alpha: Mask) -> Image:
    """The picture with 1 - mask for its alpha; the shorter batch is repeated."""
    import torch

    from dgx_pixels.engine.imaging.pasting import resized_mask
    from dgx_pixels.engine.imaging.scaling import to_batch

    planes = 1 - resized_mask(alpha, *image.shape[1:3])
    count = max(len(image), len(planes))
    return torch.cat((to_batch(image[..., :3], count), to_batch(planes, count)[..., None].to(image)), -1)


NODES = (composite_masked, porter_duff, split_alpha, join_alpha)
