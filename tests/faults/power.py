"""What a disk holds after a power cut, made from the shim's trace of what was done to it.

The strictest reading of POSIX: of a file remains what was synced, of a folder the names it had when it was synced.
What was not synced may be there all the same, page by page and name by name: ``luck`` decides.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PAGE = 4096
WORDS = {
    "N": "noted", "C": "created", "W": "written", "T": "truncated", "S": "synced", "F": "not_synced", "M": "made",
    "L": "linked", "R": "renamed", "U": "removed", "X": "removed",
}  # fmt: skip
"""What the letters of a trace mean."""


class Step(NamedTuple):
    kind: str
    inode: int
    offset: int
    data: bytes


def read_trace(path: Path) -> list[Step]:
    return list(_steps(path.read_bytes()))


def _steps(trace: bytes) -> Iterator[Step]:
    at = 0
    while at < len(trace):
        end = trace.index(b"\n", at)
        kind, inode, offset, size = trace[at:end].split()
        at = end + 1 + int(size)
        yield Step(kind.decode(), int(inode), int(offset), trace[end + 1 : at])


@dataclass(eq=False)
class File:
    cached: bytearray = field(default_factory=bytearray)
    stored: bytearray = field(default_factory=bytearray)
    dirty: set[int] = field(default_factory=set)

    def write(self, offset: int, data: bytes) -> None:
        if len(self.cached) < offset:
            self.cached.extend(bytes(offset - len(self.cached)))
        self.cached[offset : offset + len(data)] = data
        self.dirty.update(range(offset // PAGE, (offset + len(data) - 1) // PAGE + 1))

    def truncate(self, size: int) -> None:
        self.dirty.update(range(size // PAGE, len(self.cached) // PAGE + 1))
        self.cached[size:] = bytes(max(0, size - len(self.cached)))

    def sync(self) -> None:
        self.stored = self._with(self.dirty)
        self.dirty.clear()

    def fail_to_sync(self) -> None:
        """The pages count as clean now, and are nowhere but in memory."""
        self.dirty.clear()

    def after_cut(self, luck: random.Random | None) -> bytes:
        kept = {page for page in self.dirty if luck is not None and luck.random() < 0.5}
        return bytes(self._with(kept) if kept else self.stored)

    def _with(self, pages: set[int]) -> bytearray:
        """What is stored, with pages and size of what is cached."""
        data = bytearray(self.stored[: len(self.cached)].ljust(len(self.cached), b"\0"))
        for page in pages:
            data[page * PAGE : (page + 1) * PAGE] = self.cached[page * PAGE : (page + 1) * PAGE]
        return data[: len(self.cached)]


@dataclass(eq=False)
class Folder:
    cached: "dict[str, File | Folder]" = field(default_factory=dict)
    stored: "dict[str, File | Folder]" = field(default_factory=dict)
    changes: "list[tuple[str, File | Folder | None]]" = field(default_factory=list)

    def put(self, name: str, entry: "File | Folder | None") -> None:
        self.changes.append((name, entry))
        if entry is None:
            self.cached.pop(name, None)
        else:
            self.cached[name] = entry

    def sync(self) -> None:
        self.stored = dict(self.cached)
        self.changes.clear()

    def after_cut(self, luck: random.Random | None) -> "dict[str, File | Folder]":
        """Names reach the disk in the order in which they were made, as far as they do."""
        names = dict(self.stored)
        for name, entry in self.changes[: luck.randint(0, len(self.changes)) if luck is not None else 0]:
            if entry is None:
                names.pop(name, None)
            else:
                names[name] = entry
        return names


class Disk:
    """The disk below a folder that existed before the trace began."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = Folder()
        self.notes: list[tuple[str, str]] = []
        self._files: dict[int, File] = {}

    def do(self, step: Step) -> None:
        getattr(self, f"_{WORDS[step.kind]}")(step)

    def after_cut(self, target: Path, luck: random.Random | None = None) -> None:
        """Write what is left to another folder."""
        _materialize(self.top, target, luck)

    def _find(self, path: bytes) -> tuple[Folder, str]:
        *parents, name = Path(path.decode()).relative_to(self.root).parts
        folder = self.top
        for parent in parents:
            entry = folder.cached[parent]
            assert isinstance(entry, Folder)
            folder = entry
        return folder, name

    def _noted(self, step: Step) -> None:
        what, job_id = json.loads(step.data)
        self.notes.append((what, job_id))

    def _created(self, step: Step) -> None:
        folder, name = self._find(step.data)
        self._files[step.inode] = File()
        folder.put(name, self._files[step.inode])

    def _written(self, step: Step) -> None:
        self._files[step.inode].write(step.offset, step.data)

    def _truncated(self, step: Step) -> None:
        self._files[step.inode].truncate(step.offset)

    def _synced(self, step: Step) -> None:
        if step.inode in self._files:
            self._files[step.inode].sync()
        elif Path(step.data.decode()) == self.root:
            self.top.sync()
        elif Path(step.data.decode()).is_relative_to(self.root):
            folder, name = self._find(step.data)
            entry = folder.cached[name]
            assert isinstance(entry, Folder)
            entry.sync()

    def _not_synced(self, step: Step) -> None:
        if step.inode in self._files:
            self._files[step.inode].fail_to_sync()

    def _made(self, step: Step) -> None:
        folder, name = self._find(step.data)
        folder.put(name, Folder())

    def _linked(self, step: Step) -> None:
        one, two = step.data.split(b"\0")
        (source, old), (target, new) = self._find(one), self._find(two)
        target.put(new, source.cached[old])

    def _renamed(self, step: Step) -> None:
        one, two = step.data.split(b"\0")
        (source, old), (target, new) = self._find(one), self._find(two)
        target.put(new, source.cached[old])
        source.put(old, None)

    def _removed(self, step: Step) -> None:
        folder, name = self._find(step.data)
        folder.put(name, None)


def _materialize(folder: Folder, target: Path, luck: random.Random | None) -> None:
    target.mkdir(exist_ok=True)
    for name, entry in folder.after_cut(luck).items():
        if isinstance(entry, Folder):
            _materialize(entry, target / name, luck)
        else:
            (target / name).write_bytes(entry.after_cut(luck))
