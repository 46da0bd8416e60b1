"""Loaded files that stay on the device for as long as its memory allows. Knows not what is in them."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import torch

log = logging.getLogger(__name__)

T = TypeVar("T")

Admit: TypeAlias = Callable[[int], None]
"""Told how many bytes are about to be taken; makes room for them."""
_Key: TypeAlias = tuple[Path, int, int, str]


class Residency:
    """A cache by file and purpose: what was used last stays, what was unused for longest goes first.

    A file that changed since is loaded again, and what it held before goes at once.
    """

    def __init__(self, free: Callable[[], int], reserve: int) -> None:
        """``free``: bytes left on the device; ``reserve``: bytes not to be filled with models."""
        self._free = free
        self._reserve = reserve
        self._loaded: OrderedDict[_Key, Any] = OrderedDict()

    def get(self, path: Path, purpose: str, load: Callable[[Admit], T]) -> T:
        """What was loaded from a file for a purpose, or what ``load`` returns now, with room made for it.

        Where memory runs out all the same, everything else goes and it is tried once more.
        """
        key = _identity(path, purpose)
        if key not in self._loaded:
            for stale in [k for k in self._loaded if k[0] == key[0] and k[1:3] != key[1:3]]:
                del self._loaded[stale]
            self._loaded[key] = self._load(load)
        self._loaded.move_to_end(key)
        return self._loaded[key]

    def _load(self, load: Callable[[Admit], T]) -> T:
        try:
            return load(self._admit)
        except torch.OutOfMemoryError:
            if not self._loaded:
                raise
        self.clear()
        return load(self._admit)

    def _admit(self, size: int) -> None:
        while self._loaded and self._free() - size < self._reserve:
            oldest = next(iter(self._loaded))
            del self._loaded[oldest]
            log.info("memory is short: %s is forgotten", oldest[0].name)

    def clear(self) -> None:
        """Forget everything."""
        self._loaded.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _identity(path: Path, purpose: str) -> _Key:
    """What tells a file from the one that was there before."""
    path = path.resolve()
    if not path.is_file():
        return path, 0, 0, purpose  # reading it will say what is wrong
    status = path.stat()
    return path, status.st_mtime_ns, status.st_size, purpose
