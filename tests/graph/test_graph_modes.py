"""Random graphs: whatever is kept, results are the same, and nothing runs that need not."""

from dataclasses import dataclass, field
from typing import Any

from graph_parts import Bench, node, node_type
from hypothesis import given, settings
from hypothesis import strategies as st

from dgx_pixels.graph.execute import CacheMode, Classic, Lru, NoCache
from dgx_pixels.graph.links import is_link

KINDS = (
    *("Number", "Add", "Add", "AtOnce", "Mix", "Pick", "Double", "CountDown", "Pass", "Block", "Numbers", "Total"),
    *("ShowInside", "Steady", "Fickle", "Own"),
)


def bench_with(mode: CacheMode) -> Bench:
    bench = Bench(mode)
    value = {"value": ("INT", {})}

    def same(self, value, me=None):
        bench.note()
        return (value,)

    bench.classes["Fickle"] = node_type(
        same, ["INT"], required=value, IS_CHANGED=classmethod(lambda _cls, value: float("nan"))
    )
    bench.classes["Steady"] = node_type(same, ["INT"], required=value, IS_CHANGED=classmethod(lambda _cls, value: "s"))
    bench.classes["Own"] = node_type(same, ["INT"], required=value, hidden={"me": "UNIQUE_ID"})
    return bench


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    """A few nodes of all kinds, each linked to some before it, and a few outputs."""
    graph: dict[str, Any] = {}

    def source() -> Any:
        if graph and draw(st.integers(0, 3)):
            return [draw(st.sampled_from(sorted(graph))), 0]
        return draw(st.integers(0, 2))

    for i in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(KINDS))
        inputs: dict[str, Any]
        match kind:
            case "Number" | "CountDown":
                inputs = {"value": draw(st.integers(0, 3))}
            case "Numbers":
                inputs = {"count": draw(st.integers(1, 3))}
            case "Add":
                inputs = {"a": source(), "b": source()}
            case "Mix":
                inputs = {"share": draw(st.sampled_from([0, 0.5, 1])), "a": source(), "b": source()}
            case "Pick":
                inputs = {"which": draw(st.booleans()), "a": source(), "b": source()}
            case "Block":
                inputs = {"value": source(), "block": draw(st.booleans())}
            case "Total":
                inputs = {"values": source()}
            case _:
                inputs = {"value": source()}
        graph[f"n{i}"] = node(kind, **inputs)
    sinks = draw(st.lists(st.sampled_from(sorted(graph)), min_size=1, max_size=3))
    with_outputs = [one for one in sinks if graph[one]["class_type"] != "ShowInside"] or [0]
    return graph | {f"o{i}": node("Show", value=[one, 0] if one else 0) for i, one in enumerate(with_outputs)}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Prompts one after another: the same, with other literals, with other ids, or quite another."""
    prompts = [draw(graphs())]
    for _ in range(draw(st.integers(0, 3))):
        before = prompts[-1]
        match draw(st.sampled_from(["same", "literals", "ids", "shorter", "new", "first"])):
            case "literals":
                prompts.append({one: changed(draw, what) for one, what in before.items()})
            case "ids":
                prompts.append(renamed(before))
            case "shorter":
                outputs = [one for one in before if one.startswith("o")]
                kept = draw(st.sampled_from(outputs)) if outputs else None
                prompts.append({one: what for one, what in before.items() if one not in outputs or one == kept})
            case "new":
                prompts.append(draw(graphs()))
            case "first":
                prompts.append(prompts[0])
            case _:
                prompts.append(before)
    return prompts


def changed(draw: st.DrawFn, what: dict[str, Any]) -> dict[str, Any]:
    inputs = dict(what["inputs"])
    if isinstance(inputs.get("value"), int) and draw(st.integers(0, 3)) == 0:
        inputs["value"] = draw(st.integers(0, 3))
    return what | {"inputs": inputs}


def renamed(prompt: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{one}'": what
        | {"inputs": {name: [f"{g[0]}'", g[1]] if is_link(g) else g for name, g in what["inputs"].items()}}
        for one, what in prompt.items()
    }


def essence(prompt: dict[str, Any], node_id: str, nonce: dict[str, object]) -> Any:
    """What a node is, ids aside: the long way round."""
    what = prompt[node_id]
    kind = what["class_type"]
    inputs = tuple(
        (name, essence(prompt, given[0], nonce), given[1]) if is_link(given) else (name, given)
        for name, given in sorted(what["inputs"].items())
    )
    own = nonce.setdefault(node_id, object()) if kind == "Fickle" else node_id if kind == "Own" else None
    return (kind, own, inputs)


@dataclass
class Kept:
    """What a mode should have kept, told from its definition alone."""

    mode: CacheMode
    essences: set[Any] = field(default_factory=set)

    def before(self, now: set[Any]) -> set[Any]:
        if isinstance(self.mode, NoCache):
            self.essences = set()
        elif isinstance(self.mode, Classic):
            self.essences &= now
        return self.essences


def needed(prompt: dict[str, Any], outputs: list[str]) -> set[str]:
    seen: set[str] = set()
    stack = list(outputs)
    while stack:
        one = stack.pop()
        if one not in seen:
            seen.add(one)
            stack += [given[0] for given in prompt[one]["inputs"].values() if is_link(given)]
    return seen


@settings(max_examples=120)
@given(histories())
def test_modes_agree_and_nothing_runs_twice(prompts: list[dict[str, Any]]) -> None:
    benches = [(Kept(mode), bench_with(mode)) for mode in (Classic(), Lru(10**6), Lru(2), NoCache())]
    for prompt in prompts:
        results = []
        for kept, bench in benches:
            run = bench.run(prompt)
            assert run.outcome.completed, run.outcome.messages
            nonce: dict[str, object] = {}
            what = {one: essence(run.prompt, one, nonce) for one in run.prompt}
            ran = [one for one in dict.fromkeys(run.ran) if one in prompt]
            outputs = [one for one in prompt if getattr(bench.classes[prompt[one]["class_type"]], "OUTPUT_NODE", False)]
            assert set(ran) <= needed(prompt, outputs)
            assert len({what[one] for one in ran}) == len(ran), "nodes that are the same run once"
            here = {one for one in prompt if what[one] in kept.before(set(what.values()))}
            if isinstance(kept.mode, Lru):
                # Results of expanded nodes are kept in the same place, and may be those of a node of the prompt.
                assert here <= set(run.cached) or kept.mode.size == 2
            else:
                assert here == set(run.cached)
            assert not {what[one] for one in ran} & {what[one] for one in run.cached}
            kept.essences |= {what[one] for one in ran}
            results.append({one: shown for one, shown in run.outcome.outputs.items() if one in prompt})
        assert all(result == results[0] for result in results[1:])
        fresh = bench_with(Classic()).run(prompt)
        assert results[0] == {one: shown for one, shown in fresh.outcome.outputs.items() if one in prompt}
