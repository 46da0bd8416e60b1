"""Pictures out of workflows: PNG files that carry their workflow, previews, and pictures straight to the client."""

import random
import time
from typing import Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.context import current
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.host import HostArg
from dgx_pixels.nodes.metadata import notes
from dgx_pixels.nodes.sockets import Image, Instance, Mask, PngInfo, PromptGraph, Unlisted

_LETTERS: Final = "abcdefghijklmnopqrstuvxyz"


def _saved(
    images: Image, prefix: str, kind: Any, texts: dict[str, str], host: HostArg, *, fast: bool
) -> dict[str, Any]:
    """Write a batch (B, H, W, C); the names as outputs of a node."""
    from dgx_pixels.engine.imaging.scaling import to_bytes
    from dgx_pixels.pixel.png import encode_png, text_chunk

    _check(images)
    height, width = images.shape[1:3]
    chunks = [text_chunk(key, text) for key, text in texts.items()]
    places = host.places.reserve(prefix, kind, len(images), width, height)
    for place, image in zip(places, images, strict=True):
        place.write(encode_png(to_bytes(image), chunks, fast=fast))
    return {"ui": {"images": [place.ui() for place in places]}}


def _check(images: Image) -> None:
    if images.ndim != 4 or 0 in images.shape or images.shape[-1] > 4:
        raise UsageError(
            f"values of shape {tuple(images.shape)} are no pictures; they have (batch, height, width, 1-4)"
        )


@node("SaveImage", title="Save Image", category="image", function="save_images", output=True)
def save_image(
    *,
    images: Image,
    filename_prefix: str = "ComfyUI",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    itself: Instance = None,
    host: HostArg,
) -> dict[str, Any]:
    """Write pictures into the output folder, the workflow in each.

    Classes of node packs that inherit from it choose the folder by their ``type``, and add ``prefix_append``.
    """
    kind = getattr(itself, "type", "output")
    prefix = filename_prefix + getattr(itself, "prefix_append", "")
    texts = notes(prompt, extra_pnginfo, wanted=host.metadata)
    return _saved(images, prefix, kind, texts, host, fast=kind == "temp")


@node("PreviewImage", title="Preview Image", category="image", function="save_images", output=True)
def preview_image(
    *,
    images: Image,
    filename_prefix: Annotated[str, Unlisted()] = "ComfyUI",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    itself: Instance = None,
    host: HostArg,
) -> dict[str, Any]:
    """Write pictures into the folder of previews."""
    texts = notes(prompt, extra_pnginfo, wanted=host.metadata)
    return _saved(images, filename_prefix + _letters(itself), "temp", texts, host, fast=True)


@node(
    "MaskPreview",
    title=None,
    category="mask",
    module="comfy_extras.nodes_mask",
    function="execute",
    output=True,
)
def mask_preview(
    *,
    mask: Mask,
    filename_prefix: Annotated[str, Unlisted()] = "ComfyUI",
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    itself: Instance = None,
    host: HostArg,
) -> dict[str, Any]:
    """Write a mask as grey pictures into the folder of previews."""
    grey = mask.reshape(-1, *mask.shape[-2:], 1).expand(-1, -1, -1, 3)
    texts = notes(prompt, extra_pnginfo, wanted=host.metadata)
    return _saved(grey, filename_prefix + _letters(itself), "temp", texts, host, fast=True)


def _letters(instance: Any) -> str:
    """What tells the previews of one node from another's, for as long as the node stays in the editor's graph."""
    if not hasattr(instance, "prefix_append"):
        instance.prefix_append = "_temp_" + "".join(random.choices(_LETTERS, k=5))
    return instance.prefix_append


def _now(**_inputs: Any) -> float:
    return time.time()


@node("SaveImageWebsocket", category="api/image", function="save_images", output=True, changed=_now)
def save_image_websocket(*, images: Image) -> tuple[()]:
    """Send each picture as a PNG over the client's WebSocket, with no file written; every run sends them again."""
    from PIL import Image as Pillow

    from dgx_pixels.engine.imaging.scaling import to_bytes

    _check(images)
    context = current()
    for index, image in enumerate(images):
        pixels = to_bytes(image)
        picture = Pillow.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
        context.progress(index, len(images), picture, preview_format="PNG")
    return ()


NODES = (save_image, preview_image, mask_preview, save_image_websocket)
