"""Batches of pictures as animations: WebP and PNG files that carry their workflow."""

from io import BytesIO
from typing import Annotated, Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.host import HostArg
from dgx_pixels.nodes.metadata import notes
from dgx_pixels.nodes.places import Place
from dgx_pixels.nodes.sockets import Choice, Image, PngInfo, PromptGraph, Range

FramesPerSecond = Annotated[float, Range(0.01, 1000.0, step=0.01)]

_METHODS: Final = {"default": 4, "fastest": 0, "slowest": 6}
_WEBP_SIDE: Final = 16383
_EXIF_MODEL: Final = 0x0110
"""EXIF tag that holds ``prompt:<JSON>``; further notes go into the tags below it, which is where editors look."""


@node(
    "SaveAnimatedWEBP",
    category="image/animation",
    module="comfy_extras.nodes_images",
    function="save_images",
    output=True,
)
def save_animated_webp(
    *,
    images: Image,
    filename_prefix: str = "ComfyUI",
    fps: FramesPerSecond = 6.0,
    lossless: bool = True,
    quality: Annotated[int, Range(0, 100)] = 80,
    method: Annotated[str, Choice(tuple(_METHODS))],
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    host: HostArg,
) -> dict[str, Any]:
    """One WebP file of all pictures."""
    if max(images.shape[1:3]) > _WEBP_SIDE:
        raise UsageError(f"a WebP file has at most {_WEBP_SIDE} pixels a side; scale the pictures down")
    first, *rest = _pictures(images)
    file = BytesIO()
    first.save(
        file,
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=int(1000.0 / fps),
        exif=_exif(first, notes(prompt, extra_pnginfo, wanted=host.metadata)),
        lossless=lossless,
        quality=quality,
        method=_METHODS.get(method, _METHODS["default"]),
    )
    place = _place(host, filename_prefix, images, ".webp")
    place.write(file.getvalue())
    return {"ui": {"images": [place.ui()], "animated": [bool(rest)]}}


@node(
    "SaveAnimatedPNG",
    category="image/animation",
    module="comfy_extras.nodes_images",
    function="save_images",
    output=True,
)
def save_animated_png(
    *,
    images: Image,
    filename_prefix: str = "ComfyUI",
    fps: FramesPerSecond = 6.0,
    compress_level: Annotated[int, Range(0, 9)] = 4,
    prompt: PromptGraph = None,
    extra_pnginfo: PngInfo = None,
    host: HostArg,
) -> dict[str, Any]:
    """One animated PNG file of all pictures; its notes lie in ``comf`` chunks behind the first picture."""
    from PIL.PngImagePlugin import PngInfo as Chunks

    chunks = Chunks()
    for key, text in notes(prompt, extra_pnginfo, wanted=host.metadata).items():
        chunks.add(b"comf", key.encode("latin-1", "replace") + b"\0" + text.encode("latin-1"), after_idat=True)
    first, *rest = _pictures(images)
    file = BytesIO()
    first.save(
        file,
        "PNG",
        save_all=True,
        append_images=rest,
        duration=int(1000.0 / fps),
        pnginfo=chunks,
        compress_level=compress_level,
    )
    place = _place(host, filename_prefix, images, ".png")
    place.write(file.getvalue())
    return {"ui": {"images": [place.ui()], "animated": [True]}}


def _pictures(images: Image) -> list[Any]:
    """PIL images of a batch."""
    from PIL import Image as Pillow

    from dgx_pixels.engine.imaging.scaling import to_bytes

    if 0 in images.shape:
        raise UsageError("there are no pictures to save; give at least one")
    return [Pillow.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels) for pixels in to_bytes(images)]


def _exif(picture: Any, texts: dict[str, str]) -> Any:
    exif = picture.getexif()
    tag = _EXIF_MODEL
    for key, text in texts.items():
        exif[tag] = f"{key}:{text}"
        tag -= 1
    return exif


def _place(host: HostArg, prefix: str, images: Image, suffix: str) -> Place:
    height, width = images.shape[1:3]
    return host.places.reserve(prefix, "output", 1, width, height, suffix)[0]


NODES = (save_animated_webp, save_animated_png)
