"""Training data, drawn while training: worker processes draw, the trainer keeps what they drew.

Nothing is stored on disk: the same seed draws the same sprites.
"""

import random
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

import torch
from torch import Tensor

from dgx_pixels.core.limits import SPRITE_SIZES
from dgx_pixels.train.drawing import CAPTIONS, Chunk, draw_chunk


@dataclass(slots=True)
class Store:
    """Everything drawn so far, on the training device, by size."""

    device: torch.device
    chunks: dict[int, list[tuple[Tensor, Tensor, Tensor]]] = field(default_factory=dict)

    def add(self, chunk: Chunk) -> None:
        """Keep a chunk."""
        parts = (chunk.images, chunk.tokens, chunk.labels)
        images, tokens, labels = (torch.from_numpy(a).to(self.device) for a in parts)
        self.chunks.setdefault(chunk.images.shape[1], []).append((images, tokens, labels))

    def __len__(self) -> int:
        return sum(len(part[0]) for parts in self.chunks.values() for part in parts)

    def batch(self, size: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """``count`` sprites of one size: images (N, 4, s, s) in [-1, 1], tokens (N, 77), labels (N, 2)."""
        chunks = self.chunks[size]
        picks = torch.randint(len(chunks), (min(8, max(1, count // 16)),)).tolist()
        share = -(-count // len(picks))
        parts = [self._share(chunks[p], share) for p in picks]
        images, tokens, labels = (torch.cat(part)[:count] for part in zip(*parts, strict=True))
        return images.permute(0, 3, 1, 2).float() / 127.5 - 1, tokens, labels

    def _share(self, chunk: tuple[Tensor, Tensor, Tensor], count: int) -> tuple[Tensor, Tensor, Tensor]:
        images, tokens, labels = chunk
        rows = torch.randint(len(images), (count,), device=self.device)
        which = torch.randint(CAPTIONS, (count,), device=self.device)
        return images[rows], tokens[rows, which].long(), labels[rows].long()


class Artists:
    """Worker processes that draw without end; ``collect`` moves what is finished into a store."""

    def __init__(
        self, seed: int, workers: int, share: dict[int, float] | None = None, ahead: int = 3
    ) -> None:
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
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
            have = (sum(len(c[0]) for c in store.chunks.get(size, [])) for size in self._share)
            if all(n >= wait_for for n in have):
                return
            if not done:
                next(iter(self._waiting)).exception(timeout=600)

    def close(self) -> None:
        """Stop drawing."""
        self._pool.shutdown(wait=False, cancel_futures=True)
