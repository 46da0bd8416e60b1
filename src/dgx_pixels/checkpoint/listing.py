"""The files that nodes, routes and node packs name: by kind, as lists of relative names and as paths.

Every kind of ComfyUI's is here, in its order, with its extensions: a pickled checkpoint is listed, so that
workflows which name one stay valid, and refused with a sentence when it is loaded. Knows no file's contents.
"""

import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeAlias

from dgx_pixels.checkpoint.catalogue import pocket_path
from dgx_pixels.checkpoint.folders import CUSTOM_NODES, EXTRA_FILE, current_name, extra_folders
from dgx_pixels.core.errors import ModelNotFoundError, UsageError
from dgx_pixels.core.server_settings import ServerSettings

WEIGHTS: Final = frozenset({".ckpt", ".pt", ".pt2", ".bin", ".pth", ".safetensors", ".pkl", ".sft"})
"""Endings of model files, in lower case."""
PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".ico"})
"""Endings of the pictures in the input and output folders."""
LATENTS: Final = frozenset({".latent"})
DIFFUSERS: Final = "diffusers"
"""Kind of models that are folders, each with a ``model_index.json``."""

_SUBFOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "checkpoints": ("checkpoints",),
    "configs": ("configs",),
    "loras": ("loras",),
    "vae": ("vae",),
    "text_encoders": ("text_encoders", "clip"),
    "diffusion_models": ("unet", "diffusion_models"),
    "clip_vision": ("clip_vision",),
    "style_models": ("style_models",),
    "embeddings": ("embeddings",),
    DIFFUSERS: ("diffusers",),
    "vae_approx": ("vae_approx",),
    "controlnet": ("controlnet", "t2i_adapter"),
    "gligen": ("gligen",),
    "upscale_models": ("upscale_models",),
    CUSTOM_NODES: (),
    "hypernetworks": ("hypernetworks",),
    "photomaker": ("photomaker",),
    "classifiers": ("classifiers",),
    "model_patches": ("model_patches",),
    "audio_encoders": ("audio_encoders",),
}
_ENDINGS: Final[Mapping[str, frozenset[str]]] = {
    "configs": frozenset({".yaml"}),
    CUSTOM_NODES: frozenset(),
    "classifiers": frozenset(),
}
_FROM_OUTPUT: Final = ("checkpoints", "clip", "vae", "diffusion_models", "loras")
# A folder changed this recently may change again without its time showing it.
_SETTLED_NS: Final = 50_000_000

FolderTable: TypeAlias = dict[str, tuple[list[str], set[str]]]
"""Kind to folders and endings (none: every file); packs add kinds and folders to it as the program runs."""


@dataclass(frozen=True, slots=True)
class _Scan:
    """What was found below some folders, and when each folder below them had last changed."""

    folders: tuple[str, ...]
    endings: frozenset[str]
    times: Mapping[str, int]
    found: Mapping[str, int]
    """Name to the index of its folder, sorted by name."""
    settled: bool
    """Whether an unchanged time means an unchanged folder."""

    def current(self, folders: tuple[str, ...], endings: frozenset[str]) -> bool:
        """Whether nothing changed since."""
        same = self.settled and (self.folders, self.endings) == (folders, endings)
        return same and all(_changed_at(folder) == then for folder, then in self.times.items())


class ModelFiles:
    """The folders of every kind and what lies in them.

    Lists are remembered until a folder changes. The model inside the package is among the checkpoints as
    ``pocket.safetensors``, unless the user has a file of that name.
    """

    def __init__(self, settings: ServerSettings) -> None:
        """The folders of a server: its home's, those of the ``extra_model_paths`` files, and those it saves to.

        Raises UsageError for such a file that is malformed or, where it was asked for by name, missing.
        """
        self.table: FolderTable = {
            kind: ([str(settings.models / name) for name in names], set(_ENDINGS.get(kind, WEIGHTS)))
            for kind, names in _SUBFOLDERS.items()
        }
        self.table[CUSTOM_NODES][0].extend(str(folder) for folder in settings.pack_folders)
        self._pictures: Mapping[str, Path] = {
            "input": settings.inputs,
            "output": settings.outputs,
            "temp": settings.temp,
        }
        self._scans: dict[str, _Scan] = {}
        for extra in (settings.home / EXTRA_FILE, *settings.extra_model_paths):
            self._add_from(extra, asked=extra in settings.extra_model_paths)
        for kind in _FROM_OUTPUT:
            self.add(kind, settings.outputs / kind)
        with suppress(ModelNotFoundError):  # a source tree before its first training run
            self.add("checkpoints", pocket_path().parent)

    def _add_from(self, extra: Path, *, asked: bool) -> None:
        if asked and not extra.is_file():
            raise UsageError(f"there is no file {extra} to take model folders from; check --extra-model-paths-config")
        for kind, folders, first in extra_folders(extra):
            for folder in reversed(folders) if first else folders:
                self.add(kind, folder, first=first)

    def add(self, kind: str, folder: Path, *, first: bool = False) -> None:
        """One more folder of a kind; a kind not known yet takes every file. A folder already there moves only up."""
        folders, _ = self.table.setdefault(current_name(kind), ([], set()))
        if first and str(folder) in folders:
            folders.remove(str(folder))
        if str(folder) not in folders:
            folders.insert(0 if first else len(folders), str(folder))

    @property
    def folders(self) -> Mapping[str, tuple[Path, ...]]:
        """Folders of every kind in the order they are searched; kinds in the order of ``/models``."""
        return {kind: tuple(Path(folder) for folder in folders) for kind, (folders, _) in self.table.items()}

    def names(self, kind: str) -> list[str]:
        """Sorted names of the files of a kind, relative to their folder, with ``/``.

        ``input``, ``output`` and ``temp`` are the pictures directly in those folders, ``latents`` the saved latents in
        the input folder. Raises UsageError for an unknown kind.
        """
        return list(self.found(kind))

    def found(self, kind: str) -> Mapping[str, int]:
        """Name of each file to the index of its folder, sorted by name. Raises UsageError for an unknown kind."""
        folders, endings, flat = self._searched(kind)
        scan = self._scans.get(kind)
        if scan is None or not scan.current(folders, endings):
            scan = self._scans[kind] = _scanned(folders, endings, flat=flat, models=kind == DIFFUSERS)
        return scan.found

    def path(self, kind: str, name: str) -> Path:
        """The file of a name, in the first folder that has it.

        A name cannot lead out of its folder. Links in a model folder are its owner's and followed; in the folders
        of pictures, where anybody's uploads lie, only to files inside. Raises ModelNotFoundError, UsageError for
        an unknown kind.
        """
        folders, _, flat = self._searched(kind)
        for folder in folders if _stays_inside(name) else ():
            path = Path(folder, name)
            if _is_there(path, directory=kind == DIFFUSERS) and (not flat or _really_inside(path, folder)):
                return path
        near = get_close_matches(name, self.names(kind), 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"put it into {folders[0] if folders else 'one'}"
        raise ModelNotFoundError(f"there is no file {name!r} among the {kind}; {hint}")

    def _searched(self, kind: str) -> tuple[tuple[str, ...], frozenset[str], bool]:
        """Folders and endings of a kind, and whether only the files directly in them count."""
        if kind == "latents":
            return (str(self._pictures["input"]),), LATENTS, True
        if kind in self._pictures:
            return (str(self._pictures[kind]),), PICTURES, True
        try:
            folders, endings = self.table[current_name(kind)]
        except KeyError:
            raise UsageError(f"there is no kind of model {kind!r}; the kinds are {', '.join(self.table)}") from None
        return tuple(folders), frozenset(ending.lower() for ending in endings if ending), False


def _scanned(folders: tuple[str, ...], endings: frozenset[str], *, flat: bool, models: bool) -> _Scan:
    now = time.time_ns()
    times: dict[str, int] = {}
    found: dict[str, int] = {}
    for index, folder in enumerate(folders):
        for parent, below, names in _walk(folder, times):
            if flat:
                below.clear()
            if models:
                names = [""] if "model_index.json" in names else []  # noqa: PLW2901 - the folder is the model
            for name in names:
                if models or not endings or os.path.splitext(name)[1].lower() in endings:  # noqa: PTH122 - a str
                    path = os.path.relpath(os.path.join(parent, name), folder)  # noqa: PTH118 - os.walk speaks str
                    found.setdefault(path.replace(os.sep, "/"), index)
    settled = all(then < now - _SETTLED_NS for then in times.values())
    return _Scan(folders, endings, times, dict(sorted(found.items())), settled)


def _walk(top: str, times: dict[str, int]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Every folder at or below ``top`` through links, each real one once; when they changed goes into ``times``."""
    times[top] = _changed_at(top)
    seen: set[tuple[int, int]] = set()
    for parent, below, names in os.walk(top, followlinks=True):
        status = os.stat(parent)  # noqa: PTH116 - a Path for every folder says no more
        here = (status.st_dev, status.st_ino)
        below[:] = [] if here in seen else sorted(name for name in below if name != ".git")
        if here not in seen:
            times[parent] = status.st_mtime_ns
            yield parent, below, names
        seen.add(here)


def _changed_at(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - asked often, for every list of names
    except OSError:
        return 0


def _stays_inside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return bool(name) and "\0" not in name and ".." not in parts and not Path(name).is_absolute()


def _really_inside(path: Path, folder: str) -> bool:
    return path.resolve().is_relative_to(Path(folder).resolve())


def _is_there(path: Path, *, directory: bool) -> bool:
    """Whether a regular file (or folder) is there: no device, no pipe."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # a name longer than the file system allows, or that it cannot spell
        return False
    return stat.S_ISDIR(mode) if directory else stat.S_ISREG(mode)
