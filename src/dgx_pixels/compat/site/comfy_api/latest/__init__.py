"""The newest interface for nodes of the new form."""

from typing import Any

from dgx_pixels.compat.runtime import runtime
from dgx_pixels.graph.context import current

from . import io, ui
from .io import ComfyNode


class ComfyExtension:
    """A pack: ``on_load`` once, then ``get_node_list``."""

    async def on_load(self) -> None:
        """Called before the nodes are asked for."""

    async def get_node_list(self) -> list[type[ComfyNode]]:
        """The nodes of the pack."""
        return []


class Execution:
    """What a node may tell while it runs."""

    async def set_progress(
        self,
        value: float,
        max_value: float,
        node_id: str | None = None,
        preview_image: Any = None,
        ignore_size_limit: bool = False,
    ) -> None:
        """Say how far a node is, by default the running one. Raises the interruption where one was asked for.

        ``preview_image`` is fitted into the square that the settings have for previews, unless ``ignore_size_limit``.
        """
        tell_progress(value, max_value, preview_image, node_id, limited=not ignore_size_limit)


class ComfyAPI:
    """The interface for async nodes."""

    VERSION = "latest"
    STABLE = False

    def __init__(self) -> None:
        self.execution = Execution()


class ExecutionSync:
    """What a node may tell while it runs."""

    def set_progress(
        self,
        value: float,
        max_value: float,
        node_id: str | None = None,
        preview_image: Any = None,
        ignore_size_limit: bool = False,
    ) -> None:
        """Say how far a node is, by default the running one. Raises the interruption where one was asked for.

        ``preview_image`` is fitted into the square that the settings have for previews, unless ``ignore_size_limit``.
        """
        tell_progress(value, max_value, preview_image, node_id, limited=not ignore_size_limit)


class ComfyAPISync:
    """The interface for other nodes."""

    VERSION = "latest"
    STABLE = False

    def __init__(self) -> None:
        self.execution = ExecutionSync()


def tell_progress(
    value: float, max_value: float, preview: Any = None, node_id: str | None = None, *, limited: bool = True
) -> None:
    """Progress of a node; ``preview`` is a Pillow image, or pictures (B, H, W, C) or (H, W, C) in 0..1.

    ``limited``: the picture is made as large or as small as previews are.
    """
    context = current()
    context.check_interrupt()
    picture = None if preview is None else as_pillow(preview)
    size = runtime().settings.preview_size if limited else None
    context.progress(value, max_value, picture, preview_size=size, node_id=node_id)


def as_pillow(picture: Any) -> Any:
    """A picture as Pillow has it."""
    if not hasattr(picture, "cpu"):
        return picture
    from PIL import Image

    pixels = picture[0] if picture.ndim == 4 else picture
    return Image.fromarray((pixels.clamp(0, 1) * 255).byte().cpu().numpy())


class Input:
    """Names for annotations."""

    Image = Any
    Audio = Any
    Mask = Any
    Latent = Any
    Video = Any


class InputImpl:
    """Values that packs make themselves; this engine has no video."""

    VideoFromFile = None
    VideoFromComponents = None


class Types:
    """Names for annotations."""

    VideoCodec = Any
    VideoContainer = Any
    VideoComponents = Any
    MESH = Any
    VOXEL = Any


__all__ = [
    "ComfyAPI",
    "ComfyAPISync",
    "ComfyExtension",
    "ComfyNode",
    "Input",
    "InputImpl",
    "Types",
    "io",
    "ui",
]
