"""Is an installed file still what it was? Its header, and its hash against the published or recorded one."""

from collections.abc import Callable
from dataclasses import dataclass

from dgx_pixels.checkpoint.catalogue import ModelFile
from dgx_pixels.checkpoint.hashes import HashBook, sha256_of
from dgx_pixels.checkpoint.known import KNOWN
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.errors import CheckpointError


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one file."""

    name: str
    ok: bool
    sha256: str
    finding: str
    """One clause for the user."""


def verify(
    file: ModelFile, book: HashBook, report: Callable[[int], None] | None = None, *, accept: bool = False
) -> Verdict:
    """Read the whole file and judge it; a good file's hash is recorded, with ``accept`` a changed one's too.

    Raises StorageError if the hashes cannot be kept.
    """
    try:
        TensorFile(file.path).close()
    except CheckpointError as error:
        return Verdict(file.name, ok=False, sha256="", finding=str(error))
    sha256 = sha256_of(file.path, report)
    ok, finding = _judge(file, book, sha256)
    if ok or accept:
        book.put(file.path, sha256)
    return Verdict(file.name, ok or accept, sha256, finding if ok or not accept else f"{finding}; accepted")


def _judge(file: ModelFile, book: HashBook, sha256: str) -> tuple[bool, str]:
    published = next((k for k in KNOWN if (k.kind, k.file) == (file.kind, file.path.name)), None)
    if published and sha256 == published.sha256:
        return True, f"is the published {published.name}"
    recorded = book.get(file.path)
    if recorded and sha256 == recorded.sha256:
        return True, "is what was recorded"
    if recorded and recorded.current:
        return False, f"is damaged: recorded {recorded.sha256[:12]}, read {sha256[:12]}; get it again"
    if recorded:
        return (
            False,
            f"changed: recorded {recorded.sha256[:12]}, now {sha256[:12]}; --accept if you changed it",
        )
    if published:
        return (
            False,
            f"is not the published {published.name}, whose name it has; get it again, or --accept it",
        )
    return True, "is readable; its hash is recorded from now on"
