"""What is done to finished files on the disk: synced where they were staged, then given their names.

The commit of a job's end lies between the two, so a file under its final name is whole and belongs to a job that
ended, and one that was committed can be given its name again after a crash. Blocking; knows no database, no loop.
"""

import errno
import fcntl
import hashlib
import logging
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from dgx_pixels.core.errors import StagedFileError, StorageError, StoreError
from dgx_pixels.jobs.job import StagedFile
from dgx_pixels.jobs.manifest import Entry, next_name
from dgx_pixels.jobs.syncing import sync, sync_folder

STAGING: Final = ".staging"
"""Folder of unfinished files, in the folder of outputs."""

_LOCK: Final = ".lock"
_FOLDER_MODE: Final = 0o750
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})
_PASSING: Final = frozenset(
    {errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
"""What may be over soon; anything else is wrong with the file or its name."""
_log: Final = logging.getLogger(__name__)


class TakenError(Exception):
    """Another file has the name that an entry asks for."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(str(entry.target))
        self.entry = entry


class Staging:
    """The staging folder of one server."""

    def __init__(self, outputs: Path) -> None:
        """Make the folder and lock it. Raises StoreError where it cannot be made or another server has it."""
        self.root = outputs
        self.folder = outputs / STAGING
        self._suspect: set[str] = set()
        self._syncing = ThreadPoolExecutor(8, "sync-files")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be made ({error.strerror}); name another output folder") from error
        try:
            _lock(self._lock)
            sync_folder(outputs)
            with suppress(PermissionError):  # that it exists was settled by whoever may write there
                sync_folder(outputs.parent)
        except BlockingIOError as error:
            os.close(self._lock)
            raise StoreError(f"another server writes to {outputs}; give this one another output folder") from error
        except OSError as error:
            os.close(self._lock)
            raise StoreError(f"{outputs} cannot be used ({error.strerror}); name another output folder") from error

    def close(self) -> None:
        """Let another server use it."""
        self._syncing.shutdown()
        os.close(self._lock)

    def sweep(self, keep: Iterable[str]) -> None:
        """Remove what no job is going to publish any more."""
        kept = {_LOCK, *keep}
        for path in self.folder.iterdir():
            if path.name not in kept:
                with suppress(OSError):
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def secure(self, groups: Sequence[Sequence[StagedFile]]) -> list[list[Entry] | Exception]:
        """Wait until the files of several jobs are on the disk. For each job its entries, or what went wrong."""
        flat = [file for group in groups for file in group]
        outcomes = iter(list(self._syncing.map(self._secure_one, flat)))
        answers = [_joined([next(outcomes) for _ in group]) for group in groups]
        try:
            sync_folder(self.folder)
        except OSError as error:
            failed = _storage(self.folder, error)
            answers = [failed if isinstance(answer, list) else answer for answer in answers]
        return answers

    def _secure_one(self, file: StagedFile) -> Entry | Exception:
        try:
            self._check(file)
            if file.staged in self._suspect:
                self._write_again(file)
            size, digest = self._synced(file)
        except OSError as error:
            if error.errno in _PASSING:
                return _storage(file.filename, error)
            return StagedFileError(f"{file.filename} cannot be published ({error.strerror}); end its job without it")
        except StagedFileError as error:
            return error
        return Entry(0, 0, str(self.root), file.subfolder, file.filename, file.staged, size, digest)

    def _check(self, file: StagedFile) -> None:
        """A worker may have gone mad: what it names stays in its folder."""
        subfolder = PurePosixPath(file.subfolder)
        names = (file.filename, file.staged, *subfolder.parts)
        plain = all(name not in {"", ".", ".."} and "/" not in name and "\0" not in name for name in names)
        if not plain or file.staged == _LOCK or subfolder.is_absolute() or subfolder.parts[:1] == (STAGING,):
            raise StagedFileError(f"{file.subfolder!r}, {file.filename!r} is no place for an output; choose another")
        if subfolder.parts:
            folder = self.root / subfolder
            if not folder.resolve().is_relative_to(self.root.resolve()):
                raise StagedFileError(f"the folder {file.subfolder!r} leads out of the outputs; choose another")
            _make_folder(folder)
        with suppress(FileNotFoundError):  # the name may be taken, but not too long
            (self.root / subfolder / file.filename).lstat()

    def _synced(self, file: StagedFile) -> tuple[int, str]:
        """Size and hash of a file that is on the disk now."""
        # O_NONBLOCK: opening a pipe would wait for somebody to write into it
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(self.folder / file.staged, flags)
        with os.fdopen(descriptor, "rb") as opened:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or about.st_size != (about.st_size if file.size is None else file.size):
                raise StagedFileError(f"the staged file of {file.filename} is not what its worker said; drop it")
            digest = file.sha256 or hashlib.file_digest(opened, "sha256").hexdigest()
            try:
                os.fsync(descriptor)
            except OSError:
                self._suspect.add(file.staged)  # a second fsync would say that all is well
                raise
        return about.st_size, digest

    def _write_again(self, file: StagedFile) -> None:
        """Put a file that may not be on the disk there anew: what an fsync failed for is never synced twice."""
        path = self.folder / file.staged
        data = path.read_bytes()
        if file.sha256 is not None and hashlib.sha256(data).hexdigest() != file.sha256:
            raise StagedFileError(f"the disk lost the contents of {file.filename}; run the job again")
        copy = self.folder / f".{secrets.token_hex(12)}"
        try:
            copy.write_bytes(data)
            sync(copy)
            copy.replace(path)
        except OSError:
            copy.unlink(missing_ok=True)
            raise
        self._suspect.discard(file.staged)

    def publish(self, groups: Sequence[Sequence[Entry]]) -> list[Exception | None]:
        """Give the files of several jobs their names, never over another. For each job None, or what went wrong."""
        return [_attempt(give_name, group) for group in groups]

    def settle(self, groups: Sequence[Sequence[Entry]]) -> list[Exception | None]:
        """Wait until the names are on the disk, then remove the staged ones. For each job None, or what went wrong."""
        folders = {folder for group in groups for entry in group for folder in _folders(entry)}
        outcomes = dict(zip(folders, self._syncing.map(_synced_folder, folders), strict=True))
        answers: list[Exception | None] = []
        for group in groups:
            failed = next((e for entry in group for f in _folders(entry) if (e := outcomes[f]) is not None), None)
            answers.append(failed if failed is not None else _attempt(_drop_staged, group))
        return answers


def _lock(descriptor: int) -> None:
    """Keep other servers out, where the file system knows how to. Raises BlockingIOError, OSError."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}:
            raise


def staged_path(entry: Entry) -> Path:
    """Where a file waits for its name."""
    return Path(entry.root, STAGING, entry.staged)


def _make_folder(folder: Path) -> None:
    """Make a folder, open to the group as the files in it are, whatever the process keeps to itself otherwise."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        each.chmod(_FOLDER_MODE)


def give_name(entry: Entry) -> None:
    """Let a file appear under its final name. Raises TakenError if another file has it, OSError.

    Done a second time, after a crash, it changes nothing.
    """
    staged, target = staged_path(entry), entry.target
    _make_folder(target.parent)
    try:
        _link(staged, target)
    except FileExistsError:
        if not _is_published(entry):
            raise TakenError(entry) from None
    except FileNotFoundError:
        if staged.exists() or not staged.parent.is_dir():
            raise
        if not target.exists():
            _log.error("%s was removed before it could be published", target)


def free_name(entry: Entry) -> str:
    """The next name after the entry's own that no file has."""
    name = next_name(entry.filename)
    while os.path.lexists(entry.folder / name):
        name = next_name(name)
    return name


def _link(staged: Path, target: Path) -> None:
    """Give a file a second name. Raises FileExistsError where that is taken."""
    try:
        os.link(staged, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # a file system without hard links, or a subfolder on another one
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        _copy(staged, target)


def _copy(source: Path, target: Path) -> None:
    """A copy that is whole and on the disk before it has its name."""
    part = target.with_name(f".{source.name}.part")
    try:
        shutil.copyfile(source, part)
        sync(part)
        part.rename(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _is_published(entry: Entry) -> bool:
    """Whether the file under the final name is this one."""
    target = entry.target
    with suppress(FileNotFoundError):
        if target.samefile(staged_path(entry)):
            return True
    if not target.is_file() or target.stat().st_size != entry.size:
        return False
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == entry.sha256


def _attempt(step: Callable[[Entry], None], group: Sequence[Entry]) -> Exception | None:
    try:
        for entry in group:
            step(entry)
    except (OSError, TakenError) as error:
        return error
    return None


def _drop_staged(entry: Entry) -> None:
    staged_path(entry).unlink(missing_ok=True)


def _synced_folder(folder: Path) -> OSError | None:
    try:
        sync_folder(folder)
    except FileNotFoundError:  # removed since, with the files in it
        return None
    except OSError as error:
        return error
    return None


def _folders(entry: Entry) -> Iterator[Path]:
    """The folder of a file and those above it, up to the folder of outputs: any of them may be new."""
    folder = Path(entry.root)
    yield folder
    for part in PurePosixPath(entry.subfolder).parts:
        folder /= part
        yield folder


def _joined(outcomes: list[Entry | Exception]) -> list[Entry] | Exception:
    entries: list[Entry] = []
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            return outcome
        entries.append(outcome)
    return entries


def _storage(what: str | Path, error: OSError) -> StorageError:
    return StorageError(f"{what} cannot be written ({error.strerror}); check the folder and its space")
