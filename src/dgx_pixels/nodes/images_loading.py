"""Pictures from the folders of uploads, outputs and previews into workflows."""

from typing import Annotated, Any, Final

from dgx_pixels.nodes.declare import described_as, node
from dgx_pixels.nodes.host import HostArg
from dgx_pixels.nodes.picture_names import fingerprint, is_there, picture_path
from dgx_pixels.nodes.pixel_sizes import Offset
from dgx_pixels.nodes.sockets import Choice, Files, Image, Mask, Options, Socket

_UPLOAD: Final = {"image_upload": True}
_OUTPUTS: Final = {
    **_UPLOAD,
    "image_folder": "output",
    "remote": {"route": "/internal/files/output", "refresh_button": True, "control_after_refresh": "first"},
}


def _changed(*, image: Any = None, files: Any, **_others: Any) -> str | float:
    return fingerprint(files, image)


def _validated(*, image: Any, files: Any) -> bool | str:
    # A name that another node makes is known when the graph runs.
    return True if image is None else is_there(files, image)


def _read(host: HostArg, name: str, default: str = "input") -> tuple[Image, Mask]:
    from dgx_pixels.engine.imaging.reading import read_image

    return read_image(picture_path(host.files, name, default))


@node(
    "LoadImage",
    title="Load Image",
    category="image",
    function="load_image",
    changed=_changed,
    validate=_validated,
)
def load_image(*, image: Annotated[str, Files("input", extra=_UPLOAD)], host: HostArg) -> tuple[Image, Mask]:
    """All frames of a picture, and as a mask where they are transparent."""
    return _read(host, image)


@node(
    "LoadImageMask",
    title="Load Image (as Mask)",
    category="mask",
    function="load_image",
    changed=_changed,
    validate=_validated,
)
def load_image_mask(
    *,
    image: Annotated[str, Files("input", extra=_UPLOAD)],
    channel: Annotated[str, Choice(("alpha", "red", "green", "blue"))],
    host: HostArg,
) -> Mask:
    """One channel of a picture; alpha inverted, so that 1 is where it is transparent."""
    from dgx_pixels.engine.imaging.reading import read_channel

    return read_channel(picture_path(host.files, image), channel)


def _load_output(*, image: Annotated[str, Socket("COMBO"), Options(_OUTPUTS)], host: HostArg) -> tuple[Image, Mask]:
    """`LoadImage` for finished pictures."""
    return _read(host, image)


load_image_output = described_as(
    load_image,
    run=_load_output,
    name="LoadImageOutput",
    title="Load Image (from Outputs)",
    experimental=True,
    description="Load an image from the output folder.",
)


@node(
    "WebcamCapture",
    title="Webcam Capture",
    category="image",
    module="comfy_extras.nodes_webcam",
    function="load_capture",
    changed=_changed,
    validate=_validated,
)
def webcam_capture(
    *,
    image: Annotated[str, Socket("WEBCAM")],
    width: Offset = 0,
    height: Offset = 0,
    capture_on_queue: bool = True,
    host: HostArg,
) -> Image:
    """The picture that the browser took and uploaded."""
    del width, height, capture_on_queue  # the browser's business
    return _read(host, image)[0]


NODES = (load_image, load_image_mask, load_image_output, webcam_capture)
