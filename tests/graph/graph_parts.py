"""Small nodes of every kind that a graph can have, and a bench to run them on."""

import asyncio
import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dgx_pixels.graph.blocker import ExecutionBlocker
from dgx_pixels.graph.builder import GraphBuilder
from dgx_pixels.graph.context import current
from dgx_pixels.graph.execute import CacheMode, Classic, Event, Executor, Outcome, Request
from dgx_pixels.graph.links import is_link
from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.validate import Validation, validate_prompt

Prompt = dict[str, Any]


class Wild(str):
    """The wildcard type as packs write it."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __ne__(self, other):
        return False


ANY = Wild("*")


def node_type(
    run: Callable[..., Any],
    outputs: Sequence[Any] = (),
    *,
    required: Mapping[str, Any] | None = None,
    optional: Mapping[str, Any] | None = None,
    hidden: Mapping[str, Any] | None = None,
    **attributes: Any,
) -> type[Any]:
    """A class in the old form. ``run`` takes self and the inputs."""
    sections = {"required": required or {}}
    if optional is not None:
        sections["optional"] = optional
    if hidden is not None:
        sections["hidden"] = hidden
    return type(
        "Part",
        (),
        {
            "INPUT_TYPES": classmethod(lambda _cls: sections),
            "RETURN_TYPES": tuple(outputs),
            "FUNCTION": "run",
            "run": run,
            **attributes,
        },
    )


def node(class_type: str, /, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


@dataclass
class Result:
    """A run as its client sees it."""

    outcome: Outcome
    events: list[Any]
    prompt: Prompt

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [event.data for event in self.events if isinstance(event, Event) and event.type == kind]

    def types(self) -> list[str]:
        return [event.type for event in self.events if isinstance(event, Event)]

    @property
    def ran(self) -> list[str]:
        return [data["node"] for data in self.told("executing")]

    @property
    def cached(self) -> list[str]:
        return self.told("execution_cached")[0]["nodes"]

    @property
    def error(self) -> dict[str, Any]:
        (error,) = self.told("execution_error")
        return error

    def shown(self, node_id: str) -> list[Any]:
        return self.outcome.outputs[node_id]["value"]


@dataclass
class Bench:
    """Node classes and an executor; ``calls`` counts by node id what has really run."""

    mode: CacheMode = field(default_factory=Classic)
    calls: list[str] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)
    """What nodes noted of themselves."""
    classes: dict[str, type[Any]] = field(default_factory=dict)
    stop: bool = False

    def __post_init__(self) -> None:
        self.classes |= arithmetic(self) | listing(self) | waiting(self) | lazy(self) | blocking(self) | growing(self)
        self.executor = Executor(Registry(self.classes, {}), cache=self.mode)

    @property
    def registry(self) -> Registry:
        return Registry(self.classes, {})

    def note(self) -> str:
        self.calls.append(current().node_id)
        return current().node_id

    def check(self, prompt: Prompt, targets: Sequence[str] | None = None) -> Validation:
        return asyncio.run(validate_prompt(self.registry, prompt, targets))

    def run(
        self, prompt: Prompt, targets: Sequence[str] | None = None, host: object = None, **extra_data: Any
    ) -> Result:
        """Validate and run a copy of a prompt, the way a job goes."""
        prompt = copy.deepcopy(prompt)
        checked = self.check(prompt, targets)
        assert checked.ok, checked
        events: list[Any] = []
        self.calls.clear()
        request = Request(prompt_id="p", prompt=prompt, outputs=checked.outputs, extra_data=extra_data)
        outcome = self.executor.run(request, events.append, lambda: self.stop, host)
        return Result(outcome, events, prompt)


def arithmetic(bench: Bench) -> dict[str, type[Any]]:
    def number(self, value):
        bench.note()
        return (value,)

    def add(self, a, b=0):
        bench.note()
        return (a + b,)

    def show(self, value, note=""):
        bench.note()
        return {"ui": {"value": [value]}}

    def show_and_pass(self, value):
        bench.note()
        return {"ui": {"value": [value]}, "result": (value,)}

    def fail(self, value):
        bench.note()
        raise ValueError(f"no {value}")

    whole = ("INT", {"min": -1000, "max": 10**9})
    return {
        "Number": node_type(number, ["INT"], required={"value": whole}),
        "Text": node_type(number, ["STRING"], required={"value": ("STRING", {})}),
        "Real": node_type(number, ["FLOAT"], required={"value": ("FLOAT", {"min": 0.0, "max": 1.0})}),
        "Add": node_type(add, ["INT"], required={"a": whole}, optional={"b": whole}),
        "Show": node_type(show, required={"value": (ANY,)}, optional={"note": ("STRING", {})}, OUTPUT_NODE=True),
        "Pass": node_type(show_and_pass, ["INT"], required={"value": ("INT",)}, OUTPUT_NODE=True),
        "Fail": node_type(fail, ["INT"], required={"value": whole}),
    }


def listing(bench: Bench) -> dict[str, type[Any]]:
    def numbers(self, count):
        bench.note()
        return (list(range(count)),)

    def total(self, values):
        bench.note()
        bench.seen.append(values)
        return (sum(values),)

    return {
        "Numbers": node_type(numbers, ["INT"], required={"count": ("INT", {})}, OUTPUT_IS_LIST=(True,)),
        "Total": node_type(total, ["INT"], required={"values": ("INT", {})}, INPUT_IS_LIST=True),
    }


def waiting(bench: Bench) -> dict[str, type[Any]]:
    async def wait(self, value, seconds):
        bench.seen.append(("begin", current().node_id))
        await asyncio.sleep(seconds)
        bench.seen.append(("end", bench.note()))
        return (value,)

    async def at_once(self, value):
        bench.note()
        return (value,)

    async def fail_later(self, value, seconds):
        await asyncio.sleep(seconds)
        raise RuntimeError(f"late {value}")

    async def time_out(self, value):
        await asyncio.wait_for(asyncio.sleep(60), 0.001)
        return (value,)

    timed = {"value": ("INT", {}), "seconds": ("FLOAT", {})}
    return {
        "Wait": node_type(wait, ["INT"], required=timed),
        "AtOnce": node_type(at_once, ["INT"], required={"value": ("INT", {})}),
        "FailLater": node_type(fail_later, ["INT"], required=timed),
        "TimeOut": node_type(time_out, ["INT"], required={"value": ("INT", {})}),
    }


def lazy(bench: Bench) -> dict[str, type[Any]]:
    def mix(self, share, a, b):
        bench.note()
        return (a if share == 0 else b if share == 1 else a + b,)

    def mix_needs(self, share, a, b):
        bench.seen.append((share, a, b))
        return [name for name, skip in (("a", share == 1), ("b", share == 0)) if not skip]

    def pick(self, which, a=None, b=None):
        bench.note()
        return (a if which else b,)

    async def pick_needs(self, which, a=None, b=None):
        await asyncio.sleep(0)
        name = "a" if which else "b"
        return [name] if (a if which else b) is None else []

    def greedy(self, **_inputs):
        return (0,)

    delayed = ("INT", {"lazy": True})
    both = {"a": delayed, "b": delayed}
    return {
        "Mix": node_type(mix, ["INT"], required={"share": ("FLOAT", {}), **both}, check_lazy_status=mix_needs),
        "Pick": node_type(pick, ["INT"], required={"which": ("BOOLEAN",)}, optional=both, check_lazy_status=pick_needs),
        "Greedy": node_type(
            greedy, ["INT"], optional=both, check_lazy_status=lambda _self, **_inputs: ["a", "elsewhere"]
        ),
    }


def blocking(bench: Bench) -> dict[str, type[Any]]:
    def block(self, value, block, message=""):
        bench.note()
        return (ExecutionBlocker(message or None) if block else value,)

    def block_all(self, value):
        return ExecutionBlocker("all of it")

    def odd_only(self, value):
        bench.note()
        return (value if value % 2 else ExecutionBlocker("even"),)

    return {
        "Block": node_type(
            block,
            ["INT"],
            required={"value": ("INT",), "block": ("BOOLEAN",)},
            optional={"message": ("STRING",)},
        ),
        "BlockAll": node_type(block_all, ["INT", "INT"], required={"value": ("INT",)}),
        "OddOnly": node_type(odd_only, ["INT"], required={"value": ("INT",)}),
    }


def growing(bench: Bench) -> dict[str, type[Any]]:
    def double(self, value):
        """Expands into value + value; the literal 7 comes along as a second output."""
        bench.note()
        graph = GraphBuilder()
        first = graph.node("Add", a=value, b=0)
        second = graph.node("Add", a=first.out(0), b=value)
        return {"result": (second.out(0), 7), "expand": graph.finalize()}

    def count_down(self, value):
        bench.note()
        if value == 0:
            return (0,)
        here = current()
        graph = GraphBuilder(prefix=f"{here.dynprompt.get_real_node_id(here.node_id)}:{here.list_index}:{value}:")
        rest = graph.node("CountDown", value=value - 1)
        more = graph.node("Add", a=rest.out(0), b=1)
        return {"result": (more.out(0),), "expand": graph.finalize()}

    def show_inside(self, value):
        bench.note()
        graph = GraphBuilder()
        graph.node("Show", "seen", value=value).set_override_display_id("elsewhere")
        return {"result": (), "expand": graph.finalize()}

    return {
        "Double": node_type(double, ["INT", "INT"], required={"value": ("INT", {})}),
        "CountDown": node_type(count_down, ["INT"], required={"value": ("INT", {})}),
        "ShowInside": node_type(show_inside, required={"value": ("INT", {})}, OUTPUT_NODE=True),
        "WhileOpen": node_type(_while_open(bench), ["FLOW", "INT"], required={"value": ("INT", {})}),
        "WhileClose": node_type(
            _while_close(bench),
            ["INT"],
            required={"flow": ("FLOW", {"rawLink": True}), "go_on": ("BOOLEAN",), "value": ("INT", {})},
            hidden={"prompt": "DYNPROMPT", "me": "UNIQUE_ID"},
        ),
        "Less": node_type(lambda _self, a, b: (a < b,), ["BOOLEAN"], required={"a": ("INT", {}), "b": ("INT", {})}),
    }


def _while_open(bench):
    def run(self, value):
        bench.note()
        return ("flow", value)

    return run


def _while_close(bench):
    def run(self, flow, go_on, value, prompt, me):
        bench.note()
        if not go_on:
            return (value,)
        graph = GraphBuilder()
        inside = _between(prompt, flow[0], me)
        copies = {one: graph.node(prompt.get_node(one)["class_type"], "again" if one == me else one) for one in inside}
        for one, copied in copies.items():
            copied.set_override_display_id(one)
            for name, given in prompt.get_node(one)["inputs"].items():
                linked = is_link(given) and given[0] in copies
                copied.set_input(name, copies[given[0]].out(given[1]) if linked else given)
        copies[flow[0]].set_input("value", value)
        return {"result": (copies[me].out(0),), "expand": graph.finalize()}

    return run


def _between(prompt, first: str, last: str) -> list[str]:
    """Nodes on paths from ``first`` to ``last``."""
    found: dict[str, bool] = {}

    def leads(one: str) -> bool:
        if one not in found:
            found[one] = one == first
            links = [given[0] for given in prompt.get_node(one)["inputs"].values() if is_link(given)]
            found[one] = one == first or sum(map(leads, links)) > 0
        return found[one]

    leads(last)
    return [one for one, inside in found.items() if inside]
