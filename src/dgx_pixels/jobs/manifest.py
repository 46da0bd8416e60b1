"""What is to be published: files of a job that ended, as the database has them. Knows no database and no disk."""

import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

_NUMBERED: Final = re.compile(r"(?P<before>.*?_?)(?P<number>[0-9]+)(?P<after>_?(?:\.[^.]*)?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is whole and on the disk in the staging folder, and the name it is to get."""

    file: int
    """Its number in the database; 0 before it is there."""
    job: int
    root: str
    """Folder of outputs."""
    subfolder: str
    filename: str
    staged: str
    """Name in the staging folder."""
    size: int
    sha256: str

    @property
    def folder(self) -> Path:
        """Where it is to lie."""
        return Path(self.root, self.subfolder)

    @property
    def target(self) -> Path:
        """Its final path."""
        return self.folder / self.filename

    def columns(self) -> dict[str, Any]:
        """Its fields as parameters of a statement."""
        return asdict(self)

    def recorded(self, job: int, file: int) -> "Entry":
        """The same, as the database knows it."""
        return replace(self, job=job, file=file)

    def named(self, filename: str) -> "Entry":
        """The same under another name."""
        return replace(self, filename=filename)


def next_name(filename: str) -> str:
    """The name after this one: the next number, as wide as the last."""
    numbered = _NUMBERED.fullmatch(filename)
    if numbered is None:
        stem, dot, suffix = filename.rpartition(".")
        return f"{stem}_00001_{dot}{suffix}" if stem else f"{filename}_00001_"
    number = numbered["number"]
    return f"{numbered['before']}{int(number) + 1:0{len(number)}}{numbered['after']}"


def renamed(record: Any, entry: Entry, filename: str) -> Any:
    """A history record in which an output file is called otherwise."""
    if isinstance(record, list):
        return [renamed(value, entry, filename) for value in record]
    if not isinstance(record, dict):
        return record
    changed = {name: renamed(value, entry, filename) for name, value in record.items()}
    if (changed.get("filename"), changed.get("subfolder"), changed.get("type", "output")) == (
        entry.filename, entry.subfolder, "output",
    ):  # fmt: skip
        changed["filename"] = filename
    return changed
