"""Folders and files by kind, under the names that node packs know them by."""

import os
from pathlib import Path
from typing import Any, Self

from dgx_pixels.checkpoint.listing import WEIGHTS
from dgx_pixels.compat.runtime import runtime
from dgx_pixels.core.errors import ModelNotFoundError, UsageError
from dgx_pixels.graph.context import current
from dgx_pixels.nodes.places import confined_folder, largest_number, split_prefix, with_tokens

_run = runtime()
_files = _run.files
_directories = {
    "output": str(_run.settings.outputs),
    "input": str(_run.settings.inputs),
    "temp": str(_run.settings.temp),
    "user": str(_run.settings.users),
}

supported_pt_extensions: set[str] = set(WEIGHTS)
folder_names_and_paths: dict[str, tuple[list[str], set[str]]] = _files.table
base_path: str = str(_run.settings.home)
models_dir: str = str(_run.settings.models)
output_directory: str = _directories["output"]
input_directory: str = _directories["input"]
temp_directory: str = _directories["temp"]
user_directory: str = _directories["user"]
filename_list_cache: dict[str, Any] = {}
extension_mimetypes_cache: dict[str, str] = {"webp": "image"}


class _NoCache:
    """Lists of names are remembered by the engine itself; this offers the old switch without effect."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def clear(self) -> None:
        """Forget nothing: lists follow the folders by themselves."""


cache_helper = _NoCache()


def map_legacy(folder_name: str) -> str:
    """The present name of a kind."""
    return {"unet": "diffusion_models", "clip": "text_encoders"}.get(folder_name, folder_name)


def get_folder_paths(folder_name: str) -> list[str]:
    """Folders of a kind; a copy. Raises KeyError for an unknown one."""
    return folder_names_and_paths[map_legacy(folder_name)][0][:]


def add_model_folder_path(folder_name: str, full_folder_path: str, is_default: bool = False) -> None:
    """One more folder of a kind, first in the search where ``is_default``."""
    _files.add(map_legacy(folder_name), Path(full_folder_path), first=is_default)


def get_filename_list(folder_name: str) -> list[str]:
    """Sorted relative names of the files of a kind. Raises KeyError for an unknown kind."""
    try:
        return _files.names(map_legacy(folder_name))
    except UsageError as error:
        raise KeyError(folder_name) from error


def get_full_path(folder_name: str, filename: str) -> str | None:
    """Path of a file of a kind, None where there is none."""
    try:
        return str(_files.path(map_legacy(folder_name), filename))
    except (ModelNotFoundError, UsageError):
        return None


def get_full_path_or_raise(folder_name: str, filename: str) -> str:
    """As `get_full_path`. Raises FileNotFoundError."""
    found = get_full_path(folder_name, filename)
    if found is None:
        raise FileNotFoundError(f"Model in folder '{folder_name}' with filename '{filename}' not found.")
    return found


def get_directory(kind: str) -> str | None:
    """Folder of ``output``, ``input``, ``temp`` or ``user``; None for any other word."""
    return _directories.get(kind)


def get_directory_by_type(type_name: str) -> str | None:
    """Folder of ``output``, ``input`` or ``temp``; None for any other word."""
    return _directories.get(type_name) if type_name != "user" else None


def get_output_directory() -> str:
    """Where finished files go."""
    return _directories["output"]


def get_input_directory() -> str:
    """Where uploads lie."""
    return _directories["input"]


def get_temp_directory() -> str:
    """Where previews go."""
    return _directories["temp"]


def get_user_directory() -> str:
    """Where users' settings lie."""
    return _directories["user"]


def set_output_directory(output_dir: str) -> None:
    """Let finished files go elsewhere."""
    _directories["output"] = output_dir


def set_input_directory(input_dir: str) -> None:
    """Let uploads be looked for elsewhere."""
    _directories["input"] = input_dir


def set_temp_directory(temp_dir: str) -> None:
    """Let previews go elsewhere."""
    _directories["temp"] = temp_dir


def set_user_directory(user_dir: str) -> None:
    """Let users' settings be looked for elsewhere."""
    _directories["user"] = user_dir


def get_system_user_directory(name: str = "system") -> str:
    """A private folder of a pack inside the user folder."""
    return str(Path(_directories["user"]) / f"__{name}")


def annotated_filepath(name: str) -> tuple[str, str | None]:
    """Name without its `` [input]`` tag, and the folder that the tag names (None without one)."""
    for kind in ("output", "input", "temp"):
        if name.endswith(f"[{kind}]"):
            return name[: -len(kind) - 3], _directories[kind]
    return name, None


def get_annotated_filepath(name: str, default_dir: str | None = None) -> str:
    """Path of a name that may carry a tag. Raises ValueError for one that leaves its folder."""
    bare, tagged = annotated_filepath(name)
    folder = tagged or default_dir or _directories["input"]
    path = os.path.abspath(os.path.join(folder, bare))  # noqa: PTH100, PTH118 - packs take and give strings
    if os.path.commonpath((os.path.realpath(folder), os.path.realpath(path))) != os.path.realpath(folder):
        raise ValueError(f"{name!r} is outside of its folder")
    return path


def exists_annotated_filepath(name: str) -> bool:
    """Whether a name that may carry a tag is a file inside its folder."""
    try:
        return Path(get_annotated_filepath(name)).exists()
    except ValueError:
        return False


def get_save_image_path(
    filename_prefix: str, output_dir: str, image_width: int = 0, image_height: int = 0
) -> tuple[str, str, int, str, str]:
    """(folder, file name without number, next number, subfolder, prefix) for a file to save into ``output_dir``.

    Raises UsageError for a prefix that leads out of it.
    """
    prefix = with_tokens(filename_prefix, image_width, image_height)
    subfolder, name = split_prefix(prefix)
    folder = confined_folder(Path(output_dir), subfolder)
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder), name, _next_number(folder, name), subfolder, prefix


def _next_number(folder: Path, name: str) -> int:
    """The next number of a name, after those that files of the running job are still to get."""
    try:
        places = current().host.places
    except LookupError:
        return largest_number((entry.name for entry in folder.iterdir()), name) + 1
    return places.next_number(folder, name)


def get_input_subfolders() -> list[str]:
    """Folders below the input folder, relative to it, sorted."""
    root = Path(_directories["input"])
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir()) if root.is_dir() else []


def recursive_search(directory: str, excluded_dir_names: list[str] | None = None) -> tuple[list[str], dict[str, float]]:
    """Relative names of all files below a folder, and when each folder there last changed."""
    excluded = set(excluded_dir_names or [])
    names: list[str] = []
    times: dict[str, float] = {}
    for parent, below, files in os.walk(directory, followlinks=True):
        below[:] = [name for name in below if name not in excluded]
        times[parent] = Path(parent).stat().st_mtime
        names.extend(os.path.relpath(Path(parent) / name, directory) for name in files)
    return names, times


def filter_files_extensions(files: list[str], extensions: set[str]) -> list[str]:
    """The names whose ending is among ``extensions`` (empty: all), sorted."""
    return sorted(name for name in files if not extensions or Path(name).suffix.lower() in extensions)


def filter_files_content_types(files: list[str], content_types: list[str]) -> list[str]:
    """The names that are of one of the types ``image``, ``video``, ``audio``, ``model``."""
    import mimetypes

    kept: list[str] = []
    for name in files:
        kind = (mimetypes.guess_type(name, strict=False)[0] or "").split("/")[0]
        ending = Path(name).suffix.lower().removeprefix(".")
        if extension_mimetypes_cache.get(ending, kind) in content_types:
            kept.append(name)
    return kept
