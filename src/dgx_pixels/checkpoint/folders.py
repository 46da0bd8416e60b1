"""Which folders hold which kind of model: our own tree, and those an ``extra_model_paths.yaml`` adds.

Knows folder names only; what lies in them is the catalogue's business.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from dgx_pixels.core.errors import UsageError
from dgx_pixels.core.settings import Settings

EXTRA_FILE: Final = "extra_model_paths.yaml"
"""Name of the optional file, in ``home``, that names further model folders."""

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "checkpoints": ("checkpoints",),
    "loras": ("loras",),
    "vae": ("vae",),
    "embeddings": ("embeddings",),
    "controlnet": ("controlnet", "t2i_adapter"),
    "upscale_models": ("upscale_models",),
    "text_encoders": ("text_encoders", "clip"),
    "diffusion_models": ("unet", "diffusion_models"),
    "clip_vision": ("clip_vision",),
}
"""Kinds of model, each with its subfolders of ``models``; the first one takes new files."""

_OLD_NAMES: Final = {"unet": "diffusion_models", "clip": "text_encoders"}
CUSTOM_NODES: Final = "custom_nodes"
"""Kind under which the file names folders of node packs, which hold no models."""
# What sections of the file carry beside folders.
_NOT_FOLDERS: Final = {"base_path", "is_default"}

_FORM: Final = "{path}: {what}; the form is `section:` with `kind: folder` lines below it"


def model_folders(settings: Settings) -> dict[str, tuple[Path, ...]]:
    """Kind to folders, in the order they are searched. Raises UsageError for a malformed ``EXTRA_FILE``."""
    found = {kind: [settings.models / name for name in names] for kind, names in KINDS.items()}
    for kind, folders, first in extra_folders(settings.home / EXTRA_FILE):
        if kind == CUSTOM_NODES:
            continue
        have = found.setdefault(kind, [])
        new = [f for f in folders if f not in have]
        found[kind] = new + have if first else have + new
    return {kind: tuple(folders) for kind, folders in found.items()}


def current_name(kind: str) -> str:
    """The name of a kind that may be called as it was of old."""
    return _OLD_NAMES.get(kind, kind)


def extra_folders(path: Path) -> Iterator[tuple[str, list[Path], bool]]:
    """(kind, folders, whether they go first) of each line of an ``EXTRA_FILE``; nothing where there is none.

    Raises UsageError for a malformed one.
    """
    for section in _sections(path):
        base = _absolute(str(section.get("base_path") or ""), path.parent)
        first = bool(section.get("is_default"))
        for kind, lines in section.items():
            if kind not in _NOT_FOLDERS and lines:
                folders = [_absolute(line.strip(), base) for line in str(lines).splitlines() if line.strip()]
                yield current_name(kind), folders, first


def _sections(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    import yaml

    try:
        tree = yaml.safe_load(path.read_text("utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(tree, dict):
        raise UsageError(_FORM.format(path=path, what="it is no mapping"))
    for name, section in tree.items():
        if section is not None and not isinstance(section, dict):
            raise UsageError(_FORM.format(path=path, what=f"section {name!r} is no mapping"))
    return [section for section in tree.values() if section]


def _absolute(text: str, base: Path) -> Path:
    """``text`` with ``~`` and ``$NAME`` filled in, relative to ``base``."""
    return Path(os.path.normpath(base / Path(os.path.expandvars(text)).expanduser()))
