"""Adding a model file to the catalogue's folders: by link or by copy, under a free name. Knows no network."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dgx_pixels.checkpoint.catalogue import POCKET, SUFFIXES, Catalogue
from dgx_pixels.checkpoint.partial import refuse_clash, sync_folder
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.errors import StorageError, UsageError

_CHUNK: Final = 2**20


def destination(catalogue: Catalogue, kind: str, name: str) -> Path:
    """Where a new file of that name goes, with its suffix completed.

    Raises UsageError for an unknown kind, a name that is no plain file name, or one that is taken.
    """
    file = name if name.lower().endswith(SUFFIXES) else f"{name}.safetensors"
    if Path(file).name != file or file.startswith(".") or not file.isprintable() or len(file.encode()) > 200:
        raise UsageError(f"{name!r} cannot be a model's name; use letters, digits, `-` and `_`")
    if kind == "checkpoints" and Path(file).stem == POCKET:
        raise UsageError(f"{POCKET!r} is the name of the model inside the package; choose another --name")
    folder = catalogue.folder(kind)
    for taken in (folder, *catalogue.folders[kind]):
        refuse_clash(taken / file)
    return folder / file


def install(file: Path, target: Path, *, copy: bool = False, report: Callable[[int], None] | None = None) -> None:
    """Make ``file`` appear as ``target``: a symbolic link, or a copy that is whole before it has the name.

    Raises CheckpointError (no file, a pickle, damaged), UsageError (name taken), StorageError.
    """
    TensorFile(file).close()
    refuse_clash(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if copy:
            _copy(file, target, report)
        else:
            target.symlink_to(file.resolve())
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror or error}") from error


def _copy(file: Path, target: Path, report: Callable[[int], None] | None) -> None:
    size, free = file.stat().st_size, shutil.disk_usage(target.parent).free
    if size > free:
        raise StorageError(
            f"{file.name} needs {size / 1e9:.2f} GB in {target.parent}, which has {free / 1e9:.2f} GB free; "
            "make room, or add it without --copy"
        )
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        _pour(file, temporary, report)
        refuse_clash(target)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def _pour(file: Path, into: Path, report: Callable[[int], None] | None) -> None:
    """Copy bytes all the way onto the disk."""
    done = 0
    with file.open("rb") as source, into.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            sink.write(chunk)
            done += len(chunk)
            if report:
                report(done)
        sink.flush()
        os.fsync(sink.fileno())
