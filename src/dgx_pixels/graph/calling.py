"""Calls into node classes: once for each item of the lists, with the context that the node may ask for."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from inspect import isawaitable
from typing import Any, Final

from dgx_pixels.core.errors import CancelledError
from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.context import NodeContext, entered
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.mapping import Data, calls
from dgx_pixels.graph.progress import Progress
from dgx_pixels.graph.schema import Schema
from dgx_pixels.graph.step import Step

_GLANCE: Final = 0.05
"""Seconds between two looks at the interrupt flag while only coroutines are at work."""


class Caller:
    """Calls the methods of a run's nodes."""

    def __init__(self, progress: Progress, dynprompt: DynamicPrompt, host: Any) -> None:
        self._progress = progress
        self._dynprompt = dynprompt
        self._host = host

    def start(
        self,
        step: Step,
        function: Callable[..., Any],
        data: Data,
        blocked: Callable[[ExecutionBlocker], Any],
    ) -> list[Any]:
        """Results of all calls; of coroutines, tasks. A call that would receive a blocker gives ``blocked(it)``.

        Raises what a call raises, `CancelledError` if the run was interrupted before one.
        """
        results: list[Any] = []
        lists = isinstance(step.schema, Schema) and step.schema.takes_lists
        blockable = any(isinstance(value, ExecutionBlocker) for values in data.values() for value in values)
        for index, arguments in enumerate(calls(data, lists=lists)):
            if blockable and (blocker := _blocker(arguments, lists=lists)) is not None:
                results.append(blocked(blocker))
            else:
                results.append(self._call(step, function, index, arguments))
        return results

    def _call(self, step: Step, function: Callable[..., Any], index: int, arguments: dict[str, Any]) -> Any:
        if self._progress.interrupted():
            raise CancelledError
        context = NodeContext(self._progress, step.id, index, step.class_type, self._host, self._dynprompt)
        with entered(context):
            result = function(**arguments)
            if type(result) is not tuple and isawaitable(result):
                return asyncio.get_running_loop().create_task(_awaited(result))
            return result

    async def finish(self, results: Iterable[Any]) -> list[Any]:
        """The results with those of the tasks among them. Raises `CancelledError` if the run is interrupted."""
        every = list(results)
        await self.wait({one for one in every if isinstance(one, asyncio.Task)}, return_when=asyncio.ALL_COMPLETED)
        return [harvested(one) for one in every]

    async def wait(self, tasks: "set[asyncio.Task[Any]]", return_when: str = asyncio.FIRST_COMPLETED) -> None:
        """Let coroutines work until one of ``tasks`` or all of them are done. Raises `CancelledError`, as `finish`."""
        waiting = tasks
        while waiting:
            done, waiting = await asyncio.wait(waiting, timeout=_GLANCE, return_when=return_when)
            if done and return_when == asyncio.FIRST_COMPLETED:
                return
            if self._progress.interrupted():
                raise CancelledError


def harvested(result: Any) -> Any:
    """The result of a call, or of its task, which is done. Raises what it raised."""
    return result.result() if isinstance(result, asyncio.Task) else result


async def _awaited(result: Awaitable[Any]) -> Any:
    return await result


def _blocker(arguments: dict[str, Any], *, lists: bool) -> ExecutionBlocker | None:
    """The first blocker that a call would receive."""
    for value in arguments.values():
        for one in value if lists else (value,):
            if isinstance(one, ExecutionBlocker):
                return one
    return None
