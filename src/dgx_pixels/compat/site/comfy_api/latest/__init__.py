"""The newest interface for nodes of the new form."""

from typing import Any

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
        """Say how far the running node is. Raises the interruption where one was asked for."""
        tell_progress(value, max_value, preview_image)


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
        """Say how far the running node is. Raises the interruption where one was asked for."""
        tell_progress(value, max_value, preview_image)


class ComfyAPISync:
    """The interface for other nodes."""

    VERSION = "latest"
    STABLE = False

    def __init__(self) -> None:
        self.execution = ExecutionSync()


def tell_progress(value: float, max_value: float, preview: Any = None) -> None:
    """Progress of the running node; ``preview`` is a Pillow image, or pictures (B, H, W, C) or (H, W, C) in 0..1."""
    context = current()
    context.check_interrupt()
    context.progress(value, max_value, preview if preview is None else as_pillow(preview))


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
