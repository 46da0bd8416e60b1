"""The model files on this disk: listed by kind, found by name. Reads folders, never what is in a file."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Final

from dgx_pixels.checkpoint.folders import model_folders
from dgx_pixels.core.errors import ModelNotFoundError, UsageError
from dgx_pixels.core.settings import Settings

SUFFIXES: Final = (".safetensors", ".sft")
POCKET: Final = "pocket"
"""Name of the model inside the package: always there, and the default."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One installed file."""

    name: str
    """Path relative to its folder, with ``/`` and suffix (``pocket`` for the packaged model)."""
    kind: str
    path: Path
    size: int
    """Bytes."""
    mtime_ns: int


def pocket_path() -> Path:
    """File of the packaged Pocket model. Raises ModelNotFoundError where the package came without it."""
    path = Path(str(files("dgx_pixels"))) / "data" / "pocket.safetensors"
    if not path.is_file():
        raise ModelNotFoundError(f"this installation lacks its own model {path}; install the package again")
    return path


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Installed models of every kind, looked up on disk at each call."""

    folders: Mapping[str, tuple[Path, ...]]
    """Kind to folders; the first folder that has a name wins."""

    @classmethod
    def of(cls, settings: Settings) -> "Catalogue":
        """The models of a home. Raises UsageError for a malformed ``extra_model_paths.yaml``."""
        return cls(model_folders(settings))

    def folder(self, kind: str) -> Path:
        """Where new files of a kind go. Raises UsageError for an unknown kind."""
        if folders := self.folders.get(kind):
            return folders[0]
        raise UsageError(f"there is no kind of model {kind!r}; the kinds are {', '.join(self.folders)}")

    def list(self, kind: str | None = None) -> tuple[ModelFile, ...]:
        """Every file of a kind (None: of all), sorted by kind, then name; Pocket leads the checkpoints."""
        kinds = self.folders if kind is None else (kind,)
        return tuple(file for k in kinds for file in self._of_kind(k))

    def find(self, name: str, kind: str = "checkpoints") -> ModelFile:
        """The file called ``name``: with or without suffix, by relative path, or an existing file's own path.

        Raises ModelNotFoundError with the nearest names.
        """
        if kind == "checkpoints" and name == POCKET:
            return _model_file(POCKET, kind, pocket_path())
        inside = not Path(name).is_absolute() and ".." not in Path(name).parts
        for candidate in (name, *(name + suffix for suffix in SUFFIXES)) if inside else ():
            for folder in self.folders.get(kind, ()):
                if (path := folder / candidate).is_file():
                    return _model_file(candidate, kind, path)
        if (path := Path(name).expanduser()).is_file():
            return _model_file(name, kind, path)
        raise ModelNotFoundError(self._dangling(name, kind) or self._not_found(name, kind))

    def find_any(self, name: str) -> ModelFile:
        """``find`` over every kind, checkpoints first. Raises ModelNotFoundError."""
        if name == POCKET:
            return self.find(name)
        for kind in self.folders:
            with suppress(ModelNotFoundError):
                return self.find(name, kind)
        gone = (self._dangling(name, kind) for kind in self.folders)
        raise ModelNotFoundError(next(filter(None, gone), None) or self._not_found(name, None))

    def _of_kind(self, kind: str) -> Iterator[ModelFile]:
        self.folder(kind)
        if kind == "checkpoints":
            with suppress(ModelNotFoundError):  # a source tree before its first training run
                yield _model_file(POCKET, kind, pocket_path())
        found: dict[str, Path] = {}
        for folder in self.folders[kind]:
            for path in _walk(folder):
                found.setdefault(path.relative_to(folder).as_posix(), path)
        for name in sorted(found):
            yield _model_file(name, kind, found[name])

    def _dangling(self, name: str, kind: str) -> str | None:
        """What to say of a link to a file that was moved away."""
        links = (folder / (name + end) for folder in self.folders.get(kind, ()) for end in ("", *SUFFIXES))
        gone = next((link for link in links if link.is_symlink()), None)
        return gone and f"{gone} links to {gone.readlink()}, which is gone; put it back or remove the link"

    def _not_found(self, name: str, kind: str | None) -> str:
        if Path(name).is_absolute() or name.startswith((".", "~")):
            return f"there is no file {name}; check the path"
        near = get_close_matches(name, _spellings(self.list(kind)), 1, 0.5)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        folder = self.folder(kind or "checkpoints")
        return f"no model is called {name!r}{hint}; put files into {folder} or see `dgx-pixels models list`"


def _spellings(models: tuple[ModelFile, ...]) -> list[str]:
    """Names as users write them: with the suffix and without."""
    return [spelling for m in models for spelling in (m.name.removesuffix(".safetensors"), m.name)]


def _model_file(name: str, kind: str, path: Path) -> ModelFile:
    status = path.stat()
    return ModelFile(name, kind, path, status.st_size, status.st_mtime_ns)


def _walk(folder: Path) -> Iterator[Path]:
    """Model files at any depth below ``folder``, through links, each real folder once."""
    seen: set[tuple[int, int]] = set()
    for parent, subfolders, names in os.walk(folder, followlinks=True):
        status = os.stat(parent)  # noqa: PTH116 - os.walk speaks str; a Path for every folder says no more
        here = (status.st_dev, status.st_ino)
        subfolders[:] = [] if here in seen else sorted(s for s in subfolders if not s.startswith("."))
        if here not in seen:
            paths = (Path(parent) / n for n in names if n.lower().endswith(SUFFIXES))
            yield from (p for p in paths if p.is_file())
        seen.add(here)
