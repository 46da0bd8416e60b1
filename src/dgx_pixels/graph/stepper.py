"""Brings one node of a run one step further: to its result, or to where it has to wait for something."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.cache import Memory, Outputs
from dgx_pixels.graph.calling import Caller, harvested
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.errors import DuplicateNodeError, NodeInputError
from dgx_pixels.graph.events import Event
from dgx_pixels.graph.keys import Key
from dgx_pixels.graph.links import is_link
from dgx_pixels.graph.mapping import Data, gather
from dgx_pixels.graph.plan import Plan, classes_of
from dgx_pixels.graph.progress import Progress
from dgx_pixels.graph.request import Request
from dgx_pixels.graph.results import Returned, merged, read, shown
from dgx_pixels.graph.schedule import Schedule
from dgx_pixels.graph.schema import Schema
from dgx_pixels.graph.step import Step
from dgx_pixels.graph.uses import Uses


class Stepper:
    """Takes the nodes of a run as the schedule offers them."""

    def __init__(
        self,
        request: Request,
        memory: Memory,
        plan: Plan,
        prompt: DynamicPrompt,
        progress: Progress,
        caller: Caller,
        schedule: Schedule,
        uses: Uses | None,
    ) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()
        """Calls that are going on."""
        self.executed: dict[str, None] = {}
        """Ids of the nodes that have run."""
        self.aside: dict[str, None] = {}
        """Ids of the nodes whose coroutines are at work."""
        self._underway: dict[tuple[int, Key], str] = {}
        """Nodes that have been called and are not done, by where their results will be."""
        self._followers: dict[str, str] = {}
        """Nodes that wait for one that is the same, and that one."""
        self._request = request
        self._memory = memory
        self._plan = plan
        self._steps: Mapping[str, Step] = plan.steps
        self._prompt = prompt
        self._progress = progress
        self._caller = caller
        self._schedule = schedule
        self._uses = uses

    async def advance(self, step: Step) -> None:
        """Go on with a node that the schedule offered. Raises what the node raises."""
        if step.running:
            results, step.running = step.running, []
            await self._settle(step, [harvested(one) for one in results])
        elif step.expanded is not None:
            self._finish(step, merged(step.expanded, _lists(step), self._behind(step)))
        elif step.outputs is not None:
            self._reuse(step)
        elif not self._follows(step):
            await self._call(step)

    def _follows(self, step: Step) -> bool:
        """Whether another node is at work that is the same: its results will do."""
        leader = self._underway.setdefault(step.place, step.id)
        if leader == step.id or step.alone:
            return False
        self._followers[step.id] = leader
        self._schedule.depend(step.id, leader)
        self._schedule.put_back(step.id)
        return True

    def part(self) -> bool:
        """Everything waits: let a node that follows another run by itself. Whether there was one."""
        if not self._followers:
            return False
        node_id, leader = self._followers.popitem()
        self._steps[node_id].alone = True
        self._schedule.part(node_id, leader)
        return True

    async def stop(self) -> None:
        """End the calls that are going on."""
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _call(self, step: Step) -> None:
        """Call a node, or find that it wants more inputs first."""
        schema = step.schema
        if isinstance(schema, Exception):
            raise schema
        self._progress.started(step.id)
        self._tell("executing", step)
        step.data, pending = self._gather(step, schema)
        while callable(getattr(step.cls, "check_lazy_status", None)) and await self._asks(step, pending):
            if any(self._steps[producer].outputs is None for producer in step.needs()):
                self._schedule.put_back(step.id)
                return
            step.data, pending = self._gather(step, schema)
        function: Callable[..., Any] = getattr(step.instance(), step.cls.FUNCTION)
        results = self._caller.start(step, function, step.data, self._blocked(step))
        tasks = [one for one in results if isinstance(one, asyncio.Task)]
        if tasks:
            await asyncio.sleep(0)
            tasks = [one for one in tasks if not one.done()]
        if tasks:
            self._await(step, results, tasks)
        else:
            await self._settle(step, [harvested(one) for one in results])

    def _gather(self, step: Step, schema: Schema) -> tuple[Data, set[str]]:
        """Values of the inputs, and names of those whose values are not given yet.

        A lazy input that was not asked for is not given even where its value is at hand by chance: what a node does
        must not depend on that.
        """
        links = dict(step.links)
        pending: set[str] = set()

        def linked(name: str, link: Any) -> Sequence[Any] | None:
            producer = links.get(name)
            if producer is None:
                return None
            outputs = self._steps[producer].outputs
            if outputs is None or (name not in step.asked and schema.option(name, "lazy")):
                pending.add(name)
                return (None,)
            return outputs[link[1]]

        def hidden(kind: str) -> Any:
            return self._hidden(kind, step)

        return gather(schema, step.inputs, hidden, linked), pending

    def _hidden(self, kind: str, step: Step) -> Any:
        match kind:
            case "PROMPT":
                return self._prompt.original_prompt
            case "DYNPROMPT":
                return self._prompt
            case "UNIQUE_ID":
                return step.id
            case _:
                return self._request.extra_data.get(kind.lower())

    async def _asks(self, step: Step, pending: set[str]) -> bool:
        """Ask a node which of its lazy inputs it needs. Whether any of them have not been given yet."""
        function = step.instance().check_lazy_status
        results = self._caller.start(step, function, step.data, blocked=lambda _: None)
        answers = await self._caller.finish(results)
        named = {name for answer in answers if isinstance(answer, list | tuple | set) for name in answer}
        wanted = [name for name in named if name not in step.data or name in pending]
        links = dict(step.links)
        for name in sorted(wanted):
            if name not in links:
                what = "is not linked" if name in step.inputs else "is not there"
                raise NodeInputError(f"Node {step.id} needs its input {name}, which {what}: link it to a node.")
            step.asked.add(name)
            if self._steps[links[name]].outputs is None:
                self._schedule.depend(step.id, links[name])
        return bool(wanted)

    def _blocked(self, step: Step) -> Callable[[ExecutionBlocker], ExecutionBlocker]:
        """What a call gives in place of a result when it is blocked: a blocker that has had its say."""
        said: set[str] = set()

        def blocked(blocker: ExecutionBlocker) -> ExecutionBlocker:
            if blocker.message is not None and blocker.message not in said:
                said.add(blocker.message)
                self._progress.emit(Event("execution_error", self._block_message(step, blocker.message)))
            return ExecutionBlocker(None)

        return blocked

    def _block_message(self, step: Step, message: str) -> dict[str, Any]:
        real = self._prompt.get_real_node_id(step.id)
        return {
            "prompt_id": self._request.prompt_id,
            "node_id": real,
            "node_type": self._steps[real].class_type,
            "executed": list(self.executed),
            "exception_message": f"Execution Blocked: {message}",
            "exception_type": "ExecutionBlocked",
            "traceback": [],
            "current_inputs": {},
            "current_outputs": [],
        }

    def _await(self, step: Step, results: list[Any], tasks: Sequence["asyncio.Task[Any]"]) -> None:
        """Put a node aside until its coroutines are done."""
        step.running = results
        step.unfinished = len(tasks)
        self._schedule.hold(step.id)
        self.aside[step.id] = None

        def over(task: "asyncio.Task[Any]") -> None:
            self.tasks.discard(task)
            step.unfinished -= 1
            if not step.unfinished:
                del self.aside[step.id]
                self._schedule.release(step.id)

        self.tasks.update(tasks)
        for task in tasks:
            task.add_done_callback(over)

    async def _settle(self, step: Step, results: Sequence[Any]) -> None:
        """All calls have returned: show what they show, then expand or finish."""
        declared = getattr(step.cls, "RETURN_TYPES", ())
        returned = [read(result, len(declared)) for result in results]
        ui = shown(returned)
        if ui:
            step.ui = ui
            self._tell_executed(step)
        if any(one.expand is not None for one in returned):
            await self._expand(step, returned)
            return
        plain = [(one.result, False) for one in returned if one.result is not None]
        self._finish(step, merged(plain, _lists(step), lambda _: None))

    async def _expand(self, step: Step, returned: Sequence[Returned]) -> None:
        """Put the nodes that a node expanded into on the list, and let the node wait for its results."""
        nodes: dict[str, Any] = {}
        for one in returned:
            for node_id, node in (one.expand or {}).items():
                if node_id in nodes:
                    raise DuplicateNodeError(f"Node {node_id} comes twice: ids of an expansion must be new.")
                display = node.get("override_display_id", step.id)
                self._prompt.add_ephemeral_node(node_id, node, step.id, display)
                nodes[node_id] = node
        inner = self._memory.inside(step.scope, step.id, step.class_type)
        await self._plan.add(nodes, inner, self._caller)
        children = [self._steps[node_id] for node_id in nodes]
        self._memory.expanded(inner, {one.id: one.key for one in children}, classes_of(children))
        step.expanded = [(one.result, one.expand is not None) for one in returned if one.result is not None]
        step.inner_links = [
            value[0] for result, linked in step.expanded if linked for value in result if self._is_linked(value)
        ]
        roots = [one.id for one in children if isinstance(one.schema, Exception) or one.schema.is_output]
        if self._uses is not None:
            self._uses.expect(roots)
            self._uses.link(step)
        for node_id in roots:
            self._schedule.add(node_id)
        for producer in step.inner_links:
            if self._steps[producer].outputs is None:
                self._schedule.depend(step.id, producer)
        self._schedule.put_back(step.id)

    def _is_linked(self, value: Any) -> bool:
        return is_link(value) and value[0] in self._steps

    def _behind(self, step: Step) -> Callable[[Any], list[Any] | None]:
        """What the links among the results of an expanded node stand for."""

        def behind(value: Any) -> list[Any] | None:
            if not self._is_linked(value):
                return None
            outputs = self._steps[value[0]].outputs
            if outputs is None:
                raise NodeInputError(f"Node {step.id} wants output {value[1]} of {value[0]}, which has no results.")
            return outputs[value[1]]

        return behind

    def _finish(self, step: Step, outputs: Outputs) -> None:
        step.outputs = outputs
        step.expanded = None
        self.executed[step.id] = None
        self._progress.finished(step.id)
        self._leave(step)

    def _reuse(self, step: Step) -> None:
        """The results are there: from an earlier prompt, or from a node that is the same."""
        if step.ui is not None or step.id in self._request.outputs:
            self._tell_executed(step)
        self._progress.finished(step.id)
        self._leave(step)

    def _leave(self, step: Step) -> None:
        self._schedule.done(step.id)
        self._followers.pop(step.id, None)
        if self._underway.get(step.place) == step.id:
            del self._underway[step.place]
        if self._uses is not None:
            self._uses.done(step)
        step.data = {}

    def _tell(self, kind: str, step: Step, **more: Any) -> None:
        data = {"node": step.id, "display_node": self._prompt.get_display_node_id(step.id)}
        self._progress.emit(Event(kind, {**data, **more, "prompt_id": self._request.prompt_id}))

    def _tell_executed(self, step: Step) -> None:
        self._tell("executed", step, output=step.ui)


def _lists(step: Step) -> Sequence[bool]:
    """Which outputs are lists."""
    return getattr(step.cls, "OUTPUT_IS_LIST", None) or ()
