"""One run of one prompt, from its first message to its last."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from dgx_pixels.core.errors import CancelledError
from dgx_pixels.graph.cache import Memory
from dgx_pixels.graph.calling import Caller
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.errors import DependencyCycleError
from dgx_pixels.graph.events import AnyEvent
from dgx_pixels.graph.keys import Keys
from dgx_pixels.graph.mapping import HIDDEN
from dgx_pixels.graph.outcome import Minutes, Outcome, displays, failure
from dgx_pixels.graph.plan import Plan, classes_of
from dgx_pixels.graph.progress import Progress
from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.request import Request
from dgx_pixels.graph.schedule import Schedule
from dgx_pixels.graph.schema import Schema
from dgx_pixels.graph.step import Step
from dgx_pixels.graph.stepper import Stepper
from dgx_pixels.graph.uses import Uses

_FAILURES: Final = (Exception, SystemExit, asyncio.CancelledError)
"""What a node's own code may end with without ending the program: packs call ``exit()``."""


class Run:
    """A prompt on its way. `go` is called once."""

    def __init__(
        self,
        registry: Registry,
        memory: Memory,
        keys: Keys,
        request: Request,
        emit: Callable[[AnyEvent], None],
        interrupted: Callable[[], bool],
        host: object,
    ) -> None:
        self._request = request
        self._memory = memory
        self._minutes = Minutes(request.prompt_id, emit)
        self._prompt = DynamicPrompt(request.prompt)
        self._progress = Progress(request.prompt_id, self._prompt, emit, interrupted)
        self._caller = Caller(self._progress, self._prompt, host)
        self._plan = Plan(registry, keys)
        self._steps: Mapping[str, Step] = self._plan.steps
        self._schedule = Schedule(self._needs, lambda node_id: self._steps[node_id].first)
        self._uses = Uses(self._steps) if memory.frees_early else None
        self._stepper = Stepper(
            request, memory, self._plan, self._prompt, self._progress, self._caller, self._schedule, self._uses
        )
        self._now: str | None = None
        """The node that is at work, for the message about a failure."""

    async def go(self) -> Outcome:
        """Run the prompt. Raises only what no node has caused."""
        self._minutes.tell("execution_start", {})
        kind, data = await self._end()
        await self._stepper.stop()
        self._progress.flush()
        self._minutes.tell(kind, data)
        outputs, meta = displays(self._memory.root, self._prompt)
        self._memory.end()
        completed = kind == "execution_success"
        return Outcome(
            status_str="success" if completed else "error",
            completed=completed,
            messages=self._minutes.messages,
            outputs=outputs,
            meta=meta,
        )

    async def _end(self) -> tuple[str, dict[str, Any]]:
        """Do the work; the message that says how it ended."""
        try:
            await self._prepare()
            await self._work()
        except CancelledError:
            return "execution_interrupted", self._interruption()
        except _FAILURES as error:
            return "execution_error", self._failure(error)
        return "execution_success", {}

    async def _prepare(self) -> None:
        """Give every node its key, drop what may not be reused, and tell what is."""
        await self._plan.add(self._request.prompt, self._memory.root, self._caller)
        self._memory.begin(self._plan.keys, classes_of(self._steps.values()))
        cached = [one.id for one in self._steps.values() if one.outputs is not None]
        self._minutes.tell("execution_cached", {"nodes": cached})
        if self._uses is not None:
            self._uses.expect(self._request.outputs)

    async def _work(self) -> None:
        """Take nodes until none is left."""
        for node_id in self._request.outputs:
            self._schedule.add(node_id)
        while self._schedule:
            node_id = self._schedule.take()
            if node_id is not None:
                self._now = node_id
                await self._stepper.advance(self._steps[node_id])
                if self._stepper.tasks:
                    await asyncio.sleep(0)
            elif self._stepper.tasks:
                self._now = next(iter(self._stepper.aside))
                await self._caller.wait(self._stepper.tasks)
            elif not self._stepper.part():
                cycle = set(self._schedule.cycle())
                self._now = self._prompt.get_display_node_id(next(one for one in self._steps if one in cycle))
                raise DependencyCycleError

    def _needs(self, node_id: str) -> Iterator[str]:
        return (one for one in self._steps[node_id].needs() if self._steps[one].outputs is None)

    def _interruption(self) -> dict[str, Any]:
        node_id, node_type = self._where()
        return {"node_id": node_id, "node_type": node_type, "executed": list(self._stepper.executed)}

    def _where(self) -> tuple[str | None, str | None]:
        """The node of the client's prompt that is at work, and its class."""
        if self._now is None:
            return None, None
        real = self._prompt.get_real_node_id(self._now)
        node: Mapping[str, Any] = self._request.prompt.get(real, {})
        return real, node.get("class_type")

    def _failure(self, error: BaseException) -> dict[str, Any]:
        node_id, node_type = self._where()
        step = self._steps.get(self._now or "")
        shown = {} if step is None else {name: list(step.data[name]) for name in step.data if not _filled(step, name)}
        done = [one.id for one in self._steps.values() if one.outputs is not None]
        told = failure(node_id, node_type, error, inputs=shown, executed=list(self._stepper.executed), outputs=done)
        if isinstance(error, DependencyCycleError):
            told |= {"exception_message": str(error), "traceback": []}
        return told


def _filled(step: Step, name: str) -> bool:
    """Whether an input is a hidden one, filled in by us: not for others to read."""
    return isinstance(step.schema, Schema) and any(
        name == hidden and kind in HIDDEN for hidden, kind in step.schema.hidden_kinds()
    )
