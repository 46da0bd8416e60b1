"""A safetensors file as named byte ranges: header checked against limits, tensors read on request.

Knows no torch and no architecture; nothing of the file is run or trusted. Format: the specification in the
safetensors repository (8 bytes of little-endian length, a JSON header, then the tensors without gaps).
"""

import json
import math
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeGuard, cast

from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.core.limits import MAX_HEADER_BYTES, MAX_TENSORS

ITEM_BYTES: Final[Mapping[str, int]] = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
"""Bytes to an element of each dtype that is read."""

PICKLES: Final = frozenset({".ckpt", ".pt", ".pth", ".bin", ".pkl"})
PICKLE_HELP: Final = "pickled checkpoints can run code and are not read; convert it to .safetensors"


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Where one tensor lies in its file, and what it is."""

    dtype: str
    """The format's own name: ``F16``, ``BF16``, ``F32``, ..."""
    shape: tuple[int, ...]
    nbytes: int
    offset: int
    """First byte, counted from the start of the file."""


class TensorFile(Mapping[str, TensorInfo]):
    """An open safetensors file: a mapping from key to :class:`TensorInfo` in file order.

    The header is read and checked on construction, the tensors not. Raises CheckpointError, naming the file
    and the first key that is wrong, for a file that is missing, pickled, truncated or not well-formed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.suffix.lower() in PICKLES:
            raise CheckpointError(f"{path}: {PICKLE_HELP}")
        try:
            self._file = path.open("rb", buffering=0)
            size = path.stat().st_size
        except OSError as error:
            raise CheckpointError(f"{path}: cannot be opened ({error.strerror}); check the path") from error
        self.close = weakref.finalize(self, self._file.close)
        self._tensors, self.metadata = _read_header(path, self._file, size)

    def info(self, name: str) -> TensorInfo:
        """What a tensor is and where it lies; raises CheckpointError where the file has none so named."""
        try:
            return self._tensors[name]
        except KeyError:
            raise CheckpointError(f"{self.path}: has no tensor {name}") from None

    def under(self, prefix: str, instead: str = "") -> "TensorView":
        """The tensors whose keys start with ``prefix``, under their names with ``instead`` in its place."""
        return TensorView(self, prefix, instead)

    def read_into(self, name: str, buffer: memoryview | bytearray, start: int = 0) -> None:
        """Fill ``buffer``, a buffer of bytes, with those of a tensor from its byte ``start`` on.

        Raises CheckpointError where the file has grown shorter since it was opened.
        """
        self._file.seek(self.info(name).offset + start)
        view = memoryview(buffer)
        while view:  # a single read may stop short at 2 GiB
            count = self._file.readinto(view)
            if not count:
                raise CheckpointError(f"{self.path}: ends inside {name}; it was changed while being read")
            view = view[count:]

    def __getitem__(self, name: str) -> TensorInfo:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class TensorView(Mapping[str, TensorInfo]):
    """The tensors of a file below a prefix, under their names with another in its place."""

    def __init__(self, file: TensorFile, prefix: str, instead: str = "") -> None:
        self.file = file
        self._keys = {instead + key.removeprefix(prefix): key for key in file if key.startswith(prefix)}
        self._prefix, self._instead = prefix, instead

    def key(self, name: str) -> str:
        """The full key of a name, whether or not the file has it."""
        return self._prefix + name.removeprefix(self._instead)

    def info(self, name: str) -> TensorInfo:
        """As :meth:`TensorFile.info`."""
        return self.file.info(self.key(name))

    def shape(self, name: str, dimensions: int) -> tuple[int, ...]:
        """The shape of a tensor; raises CheckpointError where it is missing or not of so many dimensions."""
        shape = self.info(name).shape
        if len(shape) != dimensions:
            wanted = f"expected {dimensions} dimensions, found shape {list(shape)}"
            raise CheckpointError(f"{self.file.path}: {self.key(name)}: {wanted}")
        return shape

    def read_into(self, name: str, buffer: memoryview | bytearray, start: int = 0) -> None:
        """As :meth:`TensorFile.read_into`."""
        self.file.read_into(self._keys[name], buffer, start)

    def __getitem__(self, name: str) -> TensorInfo:
        return self.file[self._keys[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _read_header(path: Path, file: FileIO, size: int) -> tuple[dict[str, TensorInfo], dict[str, str]]:
    start = file.read(9)
    length = int.from_bytes(start[:8], "little")
    if length > MAX_HEADER_BYTES or not start[8:].startswith(b"{"):
        raise CheckpointError(f"{path}: {_stranger(start)}")
    if 8 + length > size:
        raise CheckpointError(f"{path}: truncated ({size} bytes; its header alone needs {8 + length})")
    entries = _decode(path, start[8:] + file.read(length - 1))
    metadata = entries.pop("__metadata__", {})
    if not _is_metadata(metadata):
        raise CheckpointError(f"{path}: __metadata__ is not a table of strings")
    if len(entries) > MAX_TENSORS:
        raise CheckpointError(f"{path}: names {len(entries)} tensors; at most {MAX_TENSORS} are read")
    tensors = {name: _parse(path, name, entry, 8 + length) for name, entry in entries.items()}
    _check_layout(path, tensors, 8 + length, size)
    return tensors, metadata


def _stranger(start: bytes) -> str:
    """Why a file that opens with these bytes is no safetensors file."""
    if start.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")):
        return PICKLE_HELP
    if start.startswith(b"version h"):
        return "a Git LFS pointer, not the file itself; fetch it with git lfs pull"
    return "not a safetensors file (it does not start with the length of a header, then the header)"


def _decode(path: Path, header: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
            raise CheckpointError(f"{path}: names {twice} twice in its header")
        return table

    try:
        entries = json.loads(header, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: not a safetensors file (its header is not JSON: {error})") from error
    if not isinstance(entries, dict):
        raise CheckpointError(f"{path}: not a safetensors file (its header is not a table)")
    return cast("dict[str, Any]", entries)


def _is_metadata(value: Any) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict) and all(isinstance(v, str) for v in cast("dict[str, Any]", value).values())


def _parse(path: Path, name: str, entry: Any, base: int) -> TensorInfo:
    """One header entry: ``{"dtype": "F16", "shape": [2, 3], "data_offsets": [begin, end]}``."""
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(begin), int(end)]}:
            sizes = cast("list[Any]", shape)
        case _:
            raise CheckpointError(f"{path}: {name}: expected dtype, shape and data_offsets, found {str(entry)[:80]}")
    if dtype not in ITEM_BYTES:
        raise CheckpointError(f"{path}: {name}: dtype {dtype} is not one of {', '.join(ITEM_BYTES)}")
    if not all(type(n) is int and n >= 0 for n in sizes):
        raise CheckpointError(f"{path}: {name}: shape {sizes} is not a list of sizes")
    nbytes = ITEM_BYTES[dtype] * math.prod(sizes)
    if begin < 0 or end - begin != nbytes:
        raise CheckpointError(
            f"{path}: {name}: {dtype} {sizes} needs {nbytes} bytes, but bytes {begin} to {end} are its own"
        )
    return TensorInfo(dtype, tuple(sizes), nbytes, base + begin)


def _check_layout(path: Path, tensors: Mapping[str, TensorInfo], base: int, size: int) -> None:
    """Refuse gaps, overlaps, and a file shorter or longer than its header says."""
    end = base
    for name, info in sorted(tensors.items(), key=lambda item: (item[1].offset, item[1].nbytes)):
        if info.offset != end:
            flaw = "overlaps the tensor before it" if info.offset < end else "leaves a gap before it"
            raise CheckpointError(f"{path}: {name}: {flaw} (starts at byte {info.offset}, expected {end})")
        end += info.nbytes
        if end > size:
            raise CheckpointError(f"{path}: truncated: {name} ends at byte {end}, the file at {size}")
    if end < size:
        raise CheckpointError(f"{path}: {size - end} bytes follow the last tensor; the file is damaged")
