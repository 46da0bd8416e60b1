"""Training data, drawn while training: worker processes draw, the trainer keeps what they drew.

Nothing is stored on disk: the same seed draws the same sprites.
"""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context

import torch
from torch import Tensor

from dgx_pixels.core.limits import SPRITE_SIZES
from dgx_pixels.train.drawing import CAPTIONS, Chunk, draw_chunk

Encoder = Callable[[Tensor], Tensor]
"""Sprites (N, 4, s, s) in [-1, 1] to latents (N, 4, s, s) of unit variance."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A chunk on the training device."""

    images: Tensor
    tokens: Tensor
    labels: Tensor
    latents: Tensor | None


@dataclass(slots=True)
class Store:
    """Everything drawn so far, on the training device, by size."""

    device: torch.device
    shelves: dict[int, list[Shelf]] = field(default_factory=dict)
    encoder: Encoder | None = None

    def add(self, chunk: Chunk) -> None:
        """Keep a chunk; encode it where there is an encoder."""
        parts = (chunk.images, chunk.tokens, chunk.labels)
        images, tokens, labels = (torch.from_numpy(a).to(self.device) for a in parts)
        self.shelves.setdefault(images.shape[1], []).append(Shelf(images, tokens, labels, self._encode(images)))

    def encode_with(self, encoder: Encoder) -> None:
        """Encode everything drawn so far, and from now on whatever is added: once a sprite, not once a step."""
        self.encoder = encoder
        for shelves in self.shelves.values():
            shelves[:] = [replace(shelf, latents=self._encode(shelf.images)) for shelf in shelves]

    def __len__(self) -> int:
        return sum(self.count(size) for size in self.shelves)

    def count(self, size: int) -> int:
        """Sprites of one size."""
        return sum(len(shelf.images) for shelf in self.shelves.get(size, []))

    def batch(self, size: int, count: int) -> tuple[Tensor, Tensor]:
        """``count`` sprites of one size: images (N, 4, s, s) in [-1, 1] and labels (N, 2)."""
        parts = [(shelf.images[rows], shelf.labels[rows]) for shelf, rows in self._pick(size, count)]
        images, labels = (torch.cat(part)[:count] for part in zip(*parts, strict=True))
        return _floats(images), labels.long()

    def latents(self, size: int, count: int) -> tuple[Tensor, Tensor]:
        """``count`` encoded sprites of one size: latents (N, 4, s, s) and one caption each (N, 77)."""
        parts: list[tuple[Tensor, Tensor]] = []
        for shelf, rows in self._pick(size, count):
            which = torch.randint(CAPTIONS, (len(rows),), device=self.device)
            if shelf.latents is not None:
                parts.append((shelf.latents[rows], shelf.tokens[rows, which]))
        latents, tokens = (torch.cat(part)[:count] for part in zip(*parts, strict=True))
        return latents.float(), tokens.long()

    def _pick(self, size: int, count: int) -> list[tuple[Shelf, Tensor]]:
        """Up to eight shelves, and rows of each."""
        shelves = self.shelves[size]
        picks = torch.randint(len(shelves), (min(8, max(1, count // 16)),)).tolist()
        share = -(-count // len(picks))
        return [(shelves[i], torch.randint(len(shelves[i].images), (share,), device=self.device)) for i in picks]

    @torch.no_grad()
    def _encode(self, images: Tensor) -> Tensor | None:
        if self.encoder is None:
            return None
        return torch.cat([self.encoder(_floats(part)).half() for part in images.split(64)])


def _floats(images: Tensor) -> Tensor:
    return images.permute(0, 3, 1, 2).float() / 127.5 - 1


class Artists:
    """Worker processes that draw without end; ``collect`` moves what is finished into a store."""

    def __init__(self, seed: int, workers: int, share: dict[int, float] | None = None, ahead: int = 3) -> None:
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
            if all(store.count(size) >= wait_for for size in self._share):
                return
            if not done:
                next(iter(self._waiting)).exception(timeout=600)

    def close(self) -> None:
        """Stop drawing."""
        self._pool.shutdown(wait=False, cancel_futures=True)
