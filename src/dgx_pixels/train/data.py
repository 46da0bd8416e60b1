"""Training data, drawn while training: worker processes draw, the trainer keeps what they drew.

Nothing is stored on disk: the same seed draws the same sprites.
"""

import random
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

import torch
from torch import Tensor

from dgx_pixels.core.limits import SPRITE_SIZES
from dgx_pixels.train.drawing import CAPTIONS, Chunk, draw_chunk


@dataclass(slots=True)
class Shelf:
    """Sprites of one size on the training device: when it is full, the newest take the place of the oldest."""

    images: Tensor
    """(capacity, s, s, 4) uint8."""
    tokens: Tensor
    """(capacity, CAPTIONS, 77) int32."""
    labels: Tensor
    """(capacity, 2) int16."""
    added: int = 0
    """Sprites ever put here."""

    @classmethod
    def empty(cls, capacity: int, chunk: Chunk, device: torch.device) -> "Shelf":
        """Room for ``capacity`` sprites like those of ``chunk``."""
        images, tokens, labels = (
            torch.from_numpy(a).new_empty((capacity, *a.shape[1:]), device=device)
            for a in (chunk.images, chunk.tokens, chunk.labels)
        )
        return cls(images, tokens, labels)

    def __len__(self) -> int:
        return min(self.added, len(self.images))

    def add(self, chunk: Chunk) -> None:
        """Keep a chunk, of which no more than the capacity is kept."""
        capacity = len(self.images)
        rows = torch.arange(self.added, self.added + len(chunk.images), device=self.images.device) % capacity
        rows = rows[-capacity:]
        pairs = ((self.images, chunk.images), (self.tokens, chunk.tokens), (self.labels, chunk.labels))
        for kept, new in pairs:
            kept[rows] = torch.from_numpy(new[-capacity:]).to(kept.device)
        self.added += len(chunk.images)

    def pick(self, count: int) -> Tensor:
        """``count`` random rows, with repetition."""
        return torch.randint(len(self), (count,), device=self.images.device)


@dataclass(slots=True)
class Store:
    """The newest sprites drawn, on the training device, by size."""

    device: torch.device
    capacity: int = 100_000
    """Sprites kept of each size."""
    shelves: dict[int, Shelf] = field(default_factory=dict)

    def add(self, chunk: Chunk) -> None:
        """Keep a chunk."""
        size = chunk.images.shape[1]
        if size not in self.shelves:
            self.shelves[size] = Shelf.empty(self.capacity, chunk, self.device)
        self.shelves[size].add(chunk)

    @property
    def drawn(self) -> int:
        """Sprites drawn so far, those that others took the place of included."""
        return sum(shelf.added for shelf in self.shelves.values())

    def count(self, size: int) -> int:
        """Sprites of one size at hand."""
        return len(self.shelves[size]) if size in self.shelves else 0

    def labelled(self, size: int, count: int) -> tuple[Tensor, Tensor]:
        """``count`` sprites of one size: images (N, 4, s, s) in [-1, 1] and labels (N, 2)."""
        shelf = self.shelves[size]
        rows = shelf.pick(count)
        return _floats(shelf.images[rows]), shelf.labels[rows].long()

    def captioned(self, size: int, count: int) -> tuple[Tensor, Tensor]:
        """``count`` sprites of one size: images (N, 4, s, s) in [-1, 1] and one caption each (N, 77)."""
        shelf = self.shelves[size]
        rows = shelf.pick(count)
        which = torch.randint(CAPTIONS, (count,), device=self.device)
        return _floats(shelf.images[rows]), shelf.tokens[rows, which].long()


def _floats(images: Tensor) -> Tensor:
    return images.permute(0, 3, 1, 2).float() / 127.5 - 1


class Artists:
    """Worker processes that draw without end; ``collect`` moves what is finished into a store."""

    def __init__(self, seed: int, workers: int, share: dict[int, float] | None = None, ahead: int = 3) -> None:
        # Ctrl-C is the trainer's to answer; the workers end when it closes them.
        self._pool = ProcessPoolExecutor(workers, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
        self._rng = random.Random(seed)
        self._share = share or dict.fromkeys(SPRITE_SIZES, 1.0)
        self._waiting: set[Future[Chunk]] = set()
        self._ahead = ahead * workers

    def _order(self) -> None:
        sizes, weights = zip(*self._share.items(), strict=True)
        while len(self._waiting) < self._ahead:
            size = self._rng.choices(sizes, weights)[0]
            self._waiting.add(self._pool.submit(draw_chunk, self._rng.getrandbits(48), size))

    def collect(self, store: Store, *, wait_for: int = 0) -> None:
        """Move finished chunks into ``store``; block until it holds ``wait_for`` sprites of every size."""
        for chunk in self._finished(store, wait_for):
            store.add(chunk)

    def _finished(self, store: Store, wait_for: int) -> Iterator[Chunk]:
        while True:
            self._order()
            done = {f for f in self._waiting if f.done()}
            self._waiting -= done
            for future in done:
                yield future.result()
            if all(store.count(size) >= wait_for for size in self._share):
                return
            if not done:
                next(iter(self._waiting)).exception(timeout=600)

    def close(self) -> None:
        """Stop drawing, once the chunks begun are finished: a process that left before would wait for ever."""
        self._pool.shutdown(wait=True, cancel_futures=True)
