"""The model a request names: its file, its hash, its family's defaults. Loads no tensor."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dgx_pixels.checkpoint.catalogue import Catalogue
from dgx_pixels.checkpoint.families import read_spec
from dgx_pixels.checkpoint.hashes import HashBook, sha256_of
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.errors import StorageError
from dgx_pixels.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a family draws with where the request leaves it open."""

    side: int
    """Width and height in model pixels."""
    steps: int = 20
    cfg: float = 8.0
    sampler: str = "euler"
    scheduler: str = "normal"


DEFAULTS: Final[Mapping[str, Defaults]] = {
    "pocket": Defaults(side=256, cfg=5.0),
    "sdxl": Defaults(side=1024),
    "sdxl-refiner": Defaults(side=1024),
    "sd15": Defaults(side=512),
}
"""By family."""


@dataclass(frozen=True, slots=True)
class Model:
    """An installed model."""

    name: str
    path: Path
    sha256: str
    family: str

    @property
    def draws_sprites(self) -> bool:
        """Its pictures lie on a grid of cells, each of which is a pixel of a sprite."""
        return self.family == "pocket"

    @property
    def defaults(self) -> Defaults:
        """Of its family."""
        return DEFAULTS[self.family]


def find_model(name: str, settings: Settings) -> Model:
    """The installed model of that name, or the one in a file of that path.

    Its hash is computed when the file is first seen, which takes seconds for gigabytes. Raises
    ModelNotFoundError, and CheckpointError for a file that is no whole checkpoint.
    """
    file = Catalogue.of(settings).find(name)
    with TensorFile(file.path) as tensors:
        family = read_spec(tensors).family
    return Model(file.name, file.path, _hash(file.path, settings), family)


def _hash(path: Path, settings: Settings) -> str:
    book = HashBook(settings.home / "cache" / "hashes.sqlite3")
    # A home that cannot be written to costs the time to hash again, no picture.
    with suppress(StorageError):
        if known := book.known(path):
            return known
    sha256 = sha256_of(path)
    with suppress(StorageError):
        book.put(path, sha256)
    return sha256
