"""Writes a safetensors file tensor by tensor, so that its size needs no memory. Knows no torch.

The file appears under its name once it is whole.
"""

import json
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dgx_pixels.checkpoint.tensorfile import ITEM_BYTES
from dgx_pixels.core.errors import StorageError


@dataclass(frozen=True, slots=True)
class Plan:
    """A tensor to be written."""

    dtype: str
    """The format's own name: ``F16``, ``BF16``, ``F32``, ..."""
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Bytes it takes in the file."""
        return ITEM_BYTES[self.dtype] * math.prod(self.shape)


def write_tensors(
    path: Path, plans: Mapping[str, Plan], data: Iterable[bytes | memoryview], metadata: Mapping[str, str]
) -> None:
    """Write ``data``, the bytes of each tensor in the order of ``plans``.

    Raises StorageError, leaving nothing behind, where the disk does not take it; ValueError where the data is
    not what was planned.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(encode_header(plans, metadata))
            for (name, plan), content in zip(plans.items(), data, strict=True):
                if len(content) != plan.nbytes:
                    raise ValueError(f"{name}: planned {plan.nbytes} bytes, given {len(content)}")
                file.write(content)
        part.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror}); check the folder and its space") from error
    finally:
        with suppress(NotADirectoryError):
            part.unlink(missing_ok=True)


def encode_header(plans: Mapping[str, Plan], metadata: Mapping[str, str]) -> bytes:
    """What comes before the tensors: the length of the header, then the header."""
    entries: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    begin = 0
    for name, plan in plans.items():
        end = begin + plan.nbytes
        entries[name] = {"dtype": plan.dtype, "shape": list(plan.shape), "data_offsets": [begin, end]}
        begin = end
    header = json.dumps(entries, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)  # the tensors start aligned
    return len(header).to_bytes(8, "little") + header
