"""The model a request names: its file, its hash, its family's defaults. Loads no tensor."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from dgx_pixels.checkpoint.catalogue import Catalogue, ModelFile
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
    denoise: float = 0.75
    """Share of an init image that is drawn anew."""


DEFAULTS: Final[Mapping[str, Defaults]] = {
    # At a latent pixel a sprite pixel, colours are settled by the noisiest levels.
    "pocket": Defaults(side=256, cfg=5.0, denoise=0.9),
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


Report: TypeAlias = Callable[[int, int], None]
"""Hears of the bytes read of a file, and how many it has."""


def find_model(name: str, settings: Settings, report: Report | None = None) -> Model:
    """The installed model of that name, or the one in a file of that path.

    Its hash is computed when the file is first seen, which takes seconds for gigabytes. Raises
    ModelNotFoundError, and CheckpointError for a file that is no whole checkpoint.
    """
    file = Catalogue.of(settings).find(name)
    with TensorFile(file.path) as tensors:
        family = read_spec(tensors).family
    return Model(file.name, file.path, _hash(file, settings, report), family)


def _hash(file: ModelFile, settings: Settings, report: Report | None) -> str:
    book = HashBook(settings.home / "cache" / "hashes.sqlite3")
    # A home that cannot be written to costs the time to hash again, no picture.
    with suppress(StorageError):
        if known := book.known(file.path):
            return known
    sha256 = sha256_of(file.path, report and (lambda done: report(done, file.size)))
    with suppress(StorageError):
        book.put(file.path, sha256)
    return sha256
