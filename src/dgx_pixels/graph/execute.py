"""Runs prompts: the entry to everything else here."""

import asyncio
import contextvars
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from dgx_pixels.graph.cache import CacheMode, Classic, Lru, Memory, NoCache
from dgx_pixels.graph.events import AnyEvent, Event, PreviewEvent, TextEvent
from dgx_pixels.graph.keys import Keys
from dgx_pixels.graph.outcome import Outcome
from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.request import Request
from dgx_pixels.graph.run import Run

__all__ = [
    "AnyEvent",
    "CacheMode",
    "Classic",
    "Event",
    "Executor",
    "Lru",
    "NoCache",
    "Outcome",
    "PreviewEvent",
    "Request",
    "TextEvent",
]


class Executor:
    """Runs one prompt at a time, in the thread that asks; keeps results between them."""

    def __init__(self, registry: Registry, *, cache: CacheMode) -> None:
        self._registry = registry
        self._memory = Memory(cache)
        self._keys = Keys()
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_ThreadsThatKnowTheNode(thread_name_prefix="node"))
        weakref.finalize(self, self._loop.close)

    def run(
        self,
        request: Request,
        emit: Callable[[AnyEvent], None],
        interrupted: Callable[[], bool],
        host: object,
    ) -> Outcome:
        """Run a prompt to its end. Never raises for what a node does wrong.

        ``emit`` hears of everything as it happens, sometimes from other threads. ``interrupted`` is asked before each
        call of a node and whenever one reports progress. ``host`` is for the nodes (`NodeContext.host`).
        """
        run = Run(self._registry, self._memory, self._keys, request, emit, interrupted, host)
        try:
            return self._loop.run_until_complete(run.go())
        finally:
            self._end_tasks()

    def _end_tasks(self) -> None:
        """End what nodes have started and left, and after Ctrl-C the run itself."""
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    def forget(self) -> None:
        """Drop every kept value and instance."""
        self._memory.forget()

    def sift(self, keep: Callable[[Any], bool]) -> None:
        """Drop the results of nodes among whose values is one that ``keep`` says no to."""
        self._memory.sift(keep)


class _ThreadsThatKnowTheNode(ThreadPoolExecutor):
    """Threads for blocking work of coroutines, in which `context.current` answers as in the coroutine."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return super().submit(contextvars.copy_context().run, fn, *args, **kwargs)
