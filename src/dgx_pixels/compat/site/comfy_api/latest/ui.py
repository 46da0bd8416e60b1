"""``from comfy_api.latest import ui``: what output nodes show."""

from collections.abc import Sequence
from typing import Any

from dgx_pixels.graph.context import current

from ._io import FolderType


class SavedResult(dict[str, str]):
    """One saved file, as the wire has it."""

    def __init__(self, filename: str, subfolder: str, type: FolderType | str) -> None:
        super().__init__(filename=filename, subfolder=subfolder, type=getattr(type, "value", type))

    @property
    def filename(self) -> str:
        """Name of the file."""
        return self["filename"]

    @property
    def subfolder(self) -> str:
        """Its folder below that of its type."""
        return self["subfolder"]

    @property
    def type(self) -> str:
        """``output``, ``temp`` or ``input``."""
        return self["type"]


class UIOutput:
    """Something to show; ``as_dict`` is the ui dict of the node."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def as_dict(self) -> dict[str, Any]:
        """The ui dict."""
        return dict(self._values)


class SavedImages(UIOutput):
    """Saved pictures, animated or not."""

    def __init__(self, results: Sequence[SavedResult], is_animated: bool = False) -> None:
        self.results = list(results)
        animated = {"animated": (True,)} if is_animated else {}
        super().__init__({"images": self.results, **animated})


class PreviewImage(UIOutput):
    """Pictures (B, H, W, C) put into the temp folder to be looked at."""

    def __init__(self, image: Any, animated: bool = False, cls: Any = None, **_: Any) -> None:
        results = ImageSaveHelper.save_images(image, "ComfyUI_temp", FolderType.temp, cls)
        super().__init__({"images": results, "animated": (animated,)})


class PreviewMask(PreviewImage):
    """Masks (B, H, W) to be looked at."""

    def __init__(self, mask: Any, animated: bool = False, cls: Any = None, **_: Any) -> None:
        planes = mask.reshape(-1, 1, *mask.shape[-2:]).movedim(1, -1)
        super().__init__(planes.expand(-1, -1, -1, 3), animated, cls)


class PreviewText(UIOutput):
    """Text to be read."""

    def __init__(self, value: str, **_: Any) -> None:
        super().__init__({"text": (value,)})


class ImageSaveHelper:
    """Saves pictures as SaveImage does."""

    @staticmethod
    def save_images(
        images: Any, filename_prefix: str, folder_type: FolderType, cls: Any = None, compress_level: int = 4
    ) -> list[SavedResult]:
        """Save pictures (B, H, W, C) in 0..1 into a folder, the workflow in them."""
        import nodes

        hidden = getattr(cls, "hidden", None)
        saver = nodes.PreviewImage() if folder_type is FolderType.temp else nodes.SaveImage()
        arguments: dict[str, Any] = {"images": images}
        if folder_type is not FolderType.temp:
            arguments["filename_prefix"] = filename_prefix
        arguments["prompt"] = getattr(hidden, "prompt", None)
        arguments["extra_pnginfo"] = getattr(hidden, "extra_pnginfo", None)
        shown = saver.save_images(**arguments)
        return [SavedResult(f["filename"], f["subfolder"], f["type"]) for f in shown["ui"]["images"]]

    @staticmethod
    def get_save_images_ui(images: Any, filename_prefix: str, cls: Any = None, compress_level: int = 4) -> SavedImages:
        """Save pictures into the output folder and show them."""
        return SavedImages(ImageSaveHelper.save_images(images, filename_prefix, FolderType.output, cls))


def running_node() -> str:
    """Id of the node that runs."""
    return current().node_id


__all__ = [
    "ImageSaveHelper",
    "PreviewImage",
    "PreviewMask",
    "PreviewText",
    "SavedImages",
    "SavedResult",
    "UIOutput",
]
