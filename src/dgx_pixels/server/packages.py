"""The editor and its companions, where their Python packages are installed: found without importing them."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Packages:
    """Folders to serve as they are; None for what is not installed."""

    editor: Path | None
    templates: Path | None
    docs: Path | None

    @classmethod
    def find(cls, editor_root: Path | None) -> "Packages":
        """Those of this installation; ``editor_root`` replaces the editor's package."""
        return cls(
            editor=editor_root or _folder("comfyui_frontend_package", "static"),
            templates=_folder("comfyui_workflow_templates", "templates"),
            docs=_folder("comfyui_embedded_docs", "docs"),
        )


def _folder(module: str, below: str) -> Path | None:
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return None
    places = (spec.submodule_search_locations if spec else None) or ()
    return next((folder for place in places if (folder := Path(place) / below).is_dir()), None)


def installed(package: str) -> str | None:
    """Version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
