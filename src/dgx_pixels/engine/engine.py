"""Models kept warm on one device between pictures. Knows no sprite, no file name a user types, no PNG."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from dgx_pixels.checkpoint.folders import model_folders
from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.core.errors import OutOfMemoryError, UsageError
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.device import pick_device, pick_dtype
from dgx_pixels.engine.embeddings import Embeddings
from dgx_pixels.engine.loading import Checkpoint, load_checkpoint
from dgx_pixels.engine.pipeline import Job, Watch, draw_picture
from dgx_pixels.engine.text import TextTowers
from dgx_pixels.nn.tokenizer import ClipTokenizer

log = logging.getLogger(__name__)


class Engine:
    """Draws pictures with models that stay loaded from one call to the next.

    May be called from several threads: one picture is drawn at a time, the others wait. Use it as a context
    manager or call :meth:`close` to give the memory back.
    """

    def __init__(self, settings: Settings | None = None, *, keep: int = 2) -> None:
        """``keep``: models that stay loaded; the one unused for longest goes first.

        Raises UsageError for a device or precision that does not exist and for ``keep`` below 1, DeviceError for
        a device that is not there.
        """
        if keep < 1:
            raise UsageError(f"an engine that keeps {keep} models cannot draw; keep at least 1")
        self.settings = settings or Settings()
        self.device = pick_device(self.settings.device)
        self.dtype = pick_dtype(self.settings.dtype, self.device)
        self._keep = keep
        self._models: OrderedDict[tuple[Path, int, int], Checkpoint] = OrderedDict()
        self._lock = threading.RLock()

    def model(self, path: Path) -> Checkpoint:
        """The model in a file, loaded unless it still is; a file changed since is loaded again.

        Raises CheckpointError for a file that is none.
        """
        with self._lock, _memory_errors(self.device, f"for the model {path.name}"):
            key = _identity(path)
            if key not in self._models:
                self._make_room(key[0])
                self._models[key] = load_checkpoint(path, self.device, self.dtype)
            self._models.move_to_end(key)
            return self._models[key]

    def draw(self, path: Path, job: Job, watch: Watch | None = None) -> NDArray[np.uint8]:
        """The picture (H, W, 3 or 4) of a job, by the model in a file; ``watch`` hears of every step.

        The same job gives the same picture, bit for bit, on the same device in the same precision. Raises
        CheckpointError, OutOfMemoryError, UsageError for a prompt that cannot be encoded, and whatever ``watch``
        raises, which is how a picture is given up.
        """
        with self._lock:
            model = self.model(path)
            towers = TextTowers(model.clip_l, model.clip_g, self._tokenizer, self._embeddings)
            with _memory_errors(self.device, f"to draw {job.width}x{job.height}"):
                return draw_picture(model, towers, job, watch, warn=log.warning)

    def _make_room(self, path: Path) -> None:
        """Forget what a file held before it changed, and the models unused for longest beyond ``keep``."""
        for stale in [key for key in self._models if key[0] == path]:
            del self._models[stale]
        while len(self._models) >= self._keep:
            self._models.popitem(last=False)

    def close(self) -> None:
        """Forget every model and give its memory back. The engine can still be used."""
        with self._lock:
            self._models.clear()
            if self.device.type == "cuda":
                torch.cuda.empty_cache()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def _tokenizer(self) -> ClipTokenizer:
        return ClipTokenizer(load_vocabulary())

    @cached_property
    def _embeddings(self) -> Embeddings:
        return Embeddings(model_folders(self.settings)["embeddings"])


def _identity(path: Path) -> tuple[Path, int, int]:
    """What tells a file from the one that was there before."""
    path = path.resolve()
    if not path.is_file():
        return path, 0, 0  # reading it will say what is wrong
    status = path.stat()
    return path, status.st_mtime_ns, status.st_size


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
