"""Models kept warm on one device between pictures. Knows no sprite, no file name a user types, no PNG."""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from dgx_pixels.checkpoint.folders import model_folders
from dgx_pixels.checkpoint.listing import ModelFiles
from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.core.errors import OutOfMemoryError
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.device import pick_device, pick_dtype
from dgx_pixels.engine.embeddings import Embeddings
from dgx_pixels.engine.loading import Checkpoint, load_checkpoint
from dgx_pixels.engine.memory import free_bytes, reserve_bytes
from dgx_pixels.engine.parts import ALL, Parts, load_parts
from dgx_pixels.engine.pipeline import Job, Watch, draw_picture
from dgx_pixels.engine.residency import Admit, Residency
from dgx_pixels.engine.text import TextTowers
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.tokenizer import ClipTokenizer

log = logging.getLogger(__name__)

T = TypeVar("T")


class Engine:
    """Draws pictures with models that stay loaded from one call to the next.

    May be called from several threads: one picture is drawn at a time, the others wait. Use it as a context
    manager or call :meth:`close` to give the memory back.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        files: ModelFiles | None = None,
        free: Callable[[], int] | None = None,
    ) -> None:
        """``files``: where embeddings are looked for; None: in the folders of ``settings``.

        ``free``: bytes left on the device, by which models stay loaded or go, the one unused for longest first;
        None: what the device says. Raises UsageError for a device or precision that does not exist, DeviceError
        for a device that is not there.
        """
        self.settings = settings or Settings()
        self.device = pick_device(self.settings.device)
        self.dtype = pick_dtype(self.settings.dtype, self.device)
        if files is None and isinstance(self.settings, ServerSettings):
            files = ModelFiles(self.settings)
        self._files = files
        self._models = Residency(free or partial(free_bytes, self.device), reserve_bytes(self.device))
        self._lock = threading.RLock()

    def model(self, path: Path) -> Checkpoint:
        """The model in a file, loaded unless it still is; a file changed since is loaded again.

        Raises CheckpointError for a file that is none.
        """
        return self._kept(path, "checkpoint", lambda admit: load_checkpoint(path, self.device, self.dtype, admit))

    def parts(
        self,
        path: Path,
        wanted: frozenset[str] = ALL,
        *,
        device: torch.device | None = None,
        rounded: torch.dtype | None = None,
    ) -> Parts:
        """Those of the ``wanted`` networks that a file has, loaded unless they still are.

        ``rounded``: a type of fewer bits that the U-Net's weights are rounded to, though not kept in. Raises
        CheckpointError for a file that has none of them.
        """
        place = device or self.device
        purpose = f"{','.join(sorted(wanted))} {place} {rounded}"
        return self._kept(path, purpose, lambda admit: load_parts(path, place, self.dtype, wanted, admit, rounded))

    def _kept(self, path: Path, purpose: str, load: Callable[[Admit], T]) -> T:
        with self._lock, _memory_errors(self.device, f"for the model {path.name}"):
            return self._models.get(path, purpose, load)

    def towers(self, clip_l: ClipTextModel | None, clip_g: OpenClipTextModel | None) -> TextTowers:
        """Text towers with the tokenizer and the embeddings that prompts may name."""
        return TextTowers(clip_l, clip_g, self._tokenizer, self._embeddings)

    def draw(self, path: Path, job: Job, watch: Watch | None = None) -> NDArray[np.uint8]:
        """The picture (H, W, 3 or 4) of a job, by the model in a file; ``watch`` hears of every step.

        The same job gives the same picture, bit for bit, on the same device in the same precision. Raises
        CheckpointError, OutOfMemoryError, UsageError for a prompt that cannot be encoded, and whatever ``watch``
        raises, which is how a picture is given up.
        """
        with self._lock:
            model = self.model(path)
            towers = self.towers(model.clip_l, model.clip_g)
            with _memory_errors(self.device, f"to draw {job.width}x{job.height}"):
                return draw_picture(model, towers, job, watch, warn=log.warning)

    def close(self) -> None:
        """Forget every model and give its memory back. The engine can still be used."""
        with self._lock:
            self._models.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def _tokenizer(self) -> ClipTokenizer:
        return ClipTokenizer(load_vocabulary())

    @property
    def _embeddings(self) -> Embeddings:
        folders = self._files.folders if self._files else model_folders(self.settings)
        return Embeddings(folders["embeddings"])


@contextmanager
def _memory_errors(device: torch.device, what: str) -> Generator[None]:
    """Turn torch's ways to say that memory ran out into one sentence."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemoryError(f"{device} has too little memory {what}; {_advice(device)}") from error
    except (RuntimeError, MemoryError) as error:
        if isinstance(error, RuntimeError) and "can't allocate memory" not in str(error):
            raise
        raise OutOfMemoryError(f"this machine has too little memory {what}; ask for a smaller picture") from error


def _advice(device: torch.device) -> str:
    free, total = torch.cuda.mem_get_info(device)
    return f"{free / 2**30:.1f} of {total / 2**30:.1f} GiB are free: close other programs or draw smaller"
