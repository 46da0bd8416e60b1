"""Textual-inversion embeddings by name: safetensors files in folders. Knows no prompt and no tower.

Gal et al., "An Image is Worth One Word" (2022); a file holds the vectors of one word for one or two towers.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors import safe_open
from torch import Tensor

from dgx_pixels.checkpoint.tensorfile import PICKLES, TensorFile
from dgx_pixels.core.errors import CheckpointError

SUFFIXES: Final = (".safetensors", ".pt", ".bin")
"""What a name may leave out, in the order they are tried."""
BUNDLE: Final = "bundle_emb."
"""Prefix of embeddings that came inside a LoRA file."""
MAX_VECTORS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Embeddings:
    """The embeddings in some folders and the folders below them; the first that has a name wins."""

    folders: tuple[Path, ...] = ()

    def vectors(self, name: str, key: str) -> Tensor | None:
        """Vectors (n, W) in fp32 for one tower, on the CPU; None where no file has that name.

        ``key``: the tower, ``clip_l`` or ``clip_g``; a file that does not tell them apart gives the same for
        each. Raises CheckpointError for a file that is pickled, broken or no embedding.
        """
        path = self.find(name)
        return None if path is None else read_vectors(path, key)

    def find(self, name: str) -> Path | None:
        """File of a name, which may have folders before it and may lack its suffix.

        A name that leads out of the folders finds nothing. A pickled file is found only where no safetensors
        one is.
        """
        candidates = [
            path
            for folder in self._searched()
            for suffix in ("", *SUFFIXES)
            if name and _inside(path := _plain(folder / (name + suffix)), folder) and _is_file(path)
        ]
        return min(candidates, key=lambda path: path.suffix.lower() in PICKLES, default=None)

    def _searched(self) -> Iterator[Path]:
        """Every folder, each before those below it; links are followed, but none of them twice."""
        seen: set[str] = set()
        for top in self.folders:
            for folder, below, _ in os.walk(top, followlinks=True):
                real = os.path.realpath(folder)
                below[:] = [] if real in seen else sorted(below)
                if real not in seen:
                    yield Path(folder)
                seen.add(real)


def read_vectors(path: Path, key: str) -> Tensor:
    """Vectors (n, W) in fp32 of a file: those of the tower ``key``, of a bundle, or else its first tensor.

    Raises CheckpointError for a file that is pickled, broken or no embedding.
    """
    with TensorFile(path) as file:
        names = _chosen(sorted(file), key)
        if not names:
            raise CheckpointError(f"{path}: holds no tensor; an embedding has one")
        for name in names:
            _check(path, name, file.info(name).dtype, file.info(name).shape)
        widths = sorted({file.info(name).shape[-1] for name in names})
        if len(widths) > 1:
            raise CheckpointError(f"{path}: vectors of different widths, {widths[0]} and {widths[1]}")
    with safe_open(path, "pt") as tensors:
        return torch.cat([torch.atleast_2d(tensors.get_tensor(name)).float() for name in names])


def _chosen(names: list[str], key: str) -> list[str]:
    """Keys of the vectors for one tower among the keys of a file."""
    if key in names:
        return [key]
    for end in (".string_to_param.*", f".{key}"):
        bundled = [name for name in names if name.startswith(BUNDLE) and name.endswith(end)]
        if bundled:
            return bundled
    return names[:1]


def _check(path: Path, name: str, dtype: str, shape: tuple[int, ...]) -> None:
    if not dtype.startswith(("F", "BF")) or len(shape) not in (1, 2) or (len(shape) == 2 and not shape[0]):
        found = f"found {dtype} {list(shape)}"
        raise CheckpointError(f"{path}: {name}: expected vectors of floats, [width] or [n, width]; {found}")
    if len(shape) == 2 and shape[0] > MAX_VECTORS:
        raise CheckpointError(f"{path}: {name}: {shape[0]} vectors; an embedding has at most {MAX_VECTORS}")


def _plain(path: Path) -> Path:
    """The path without ``..`` and ``.``, links left alone."""
    return Path(os.path.normpath(path))


def _inside(path: Path, folder: Path) -> bool:
    return _plain(folder) in path.parents


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the file system allows
        return False
