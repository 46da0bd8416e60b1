"""Slow work off the event loop, in batches: what arrives during one makes the next. Knows not what the work is."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batches(Generic[T, R]):
    """Calls ``work`` in a thread with everything that waits; it answers each item with a result or an exception."""

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R | Exception]], pool: Executor) -> None:
        self._work = work
        self._pool = pool
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def do(self, item: T) -> R:
        """The result of one item; it is worked on even if nobody waits for it any more."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                answers = await loop.run_in_executor(self._pool, self._work, [item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - whatever it was, those who wait are told
                answers = [error] * len(batch)
            for (_, future), answer in zip(batch, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
        self._running = None
