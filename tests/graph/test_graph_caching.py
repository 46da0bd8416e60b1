"""What is kept from one prompt to the next, and what counts as the same node."""

import gc
import math
import weakref

import pytest
from graph_parts import ANY, Bench, node, node_type

from dgx_pixels.graph.execute import Classic, Lru, NoCache


@pytest.fixture
def bench() -> Bench:
    return Bench()


def chain(value: int, *, prefix: str = "", note: str = "") -> dict:
    return {
        f"{prefix}1": node("Number", value=value),
        f"{prefix}2": node("Add", a=[f"{prefix}1", 0], b=1),
        f"{prefix}3": node("Show", value=[f"{prefix}2", 0], note=note),
    }


def test_a_prompt_that_is_all_there(bench: Bench) -> None:
    bench.run(chain(1))
    run = bench.run(chain(1))
    assert run.cached == ["1", "2", "3"]
    assert run.types() == ["execution_start", "execution_cached", "executed", "progress_state", "execution_success"]
    assert run.told("executed") == [{"node": "3", "display_node": "3", "output": {"value": [2]}, "prompt_id": "p"}]
    state = run.told("progress_state")[0]["nodes"]["3"]
    assert (state["value"], state["max"], state["state"]) == (1, 1, "finished")
    assert run.outcome.outputs == {"3": {"value": [2]}}
    assert bench.calls == []


def test_a_kept_output_that_shows_nothing_is_told_of_too(bench: Bench) -> None:
    bench.classes["Quiet"] = node_type(lambda _self: (), OUTPUT_NODE=True)
    bench.run({"1": node("Quiet")})
    run = bench.run({"1": node("Quiet")})
    assert run.told("executed") == [{"node": "1", "display_node": "1", "output": None, "prompt_id": "p"}]
    assert run.outcome.outputs == {}


def test_only_what_has_changed_and_follows_runs(bench: Bench) -> None:
    prompt = chain(1) | {"x": node("Number", value=50), "y": node("Add", a=["2", 0], b=["x", 0])}
    prompt |= {"z": node("Show", value=["y", 0])}
    bench.run(prompt)
    prompt["x"] = node("Number", value=60)
    run = bench.run(prompt)
    assert run.ran == ["x", "y", "z"]
    assert run.shown("z") == [62]
    assert run.cached == ["1", "2", "3"]


def test_ids_do_not_matter(bench: Bench) -> None:
    bench.run(chain(1))
    run = bench.run(chain(1, prefix="other"))
    assert run.ran == []
    assert run.outcome.outputs == {"other3": {"value": [2]}}
    assert run.outcome.meta["other3"]["node_id"] == "other3"


def test_identical_nodes_share_one_execution_and_what_it_shows(bench: Bench) -> None:
    run = bench.run(chain(1) | chain(1, prefix="b"))
    assert len(run.ran) == 3
    assert run.outcome.outputs == {"3": {"value": [2]}, "b3": {"value": [2]}}
    assert [data["output"] for data in run.told("executed")] == [{"value": [2]}] * 2


@pytest.mark.parametrize(
    "change", [{"NOT_IDEMPOTENT": True}, {"hidden": {"me": "UNIQUE_ID"}}, {"hidden": {"me": ("UNIQUE_ID",)}}]
)
def test_but_not_where_the_id_is_part_of_the_node(bench: Bench, change: dict) -> None:
    bench.classes["Own"] = node_type(
        lambda _self, value, me=None: bench.note() and (value,), ["INT"], required={"value": ("INT",)}, **change
    )

    def prompt(*ids: str) -> dict:
        return {one: node("Own", value=1) for one in ids} | {f"s{one}": node("Show", value=[one, 0]) for one in ids}

    assert sorted(bench.run(prompt("a", "b")).ran) == ["a", "b", "sa", "sb"]
    assert bench.run(prompt("a", "b")).ran == []
    assert sorted(bench.run(prompt("b", "c")).ran) == ["c", "sc"]


def test_the_order_of_inputs_and_of_dictionaries_does_not_matter(bench: Bench) -> None:
    first = {"1": node("Add", a=1, b=2), "2": node("Show", value={"x": [1, {"p": 1, "q": 2}], "y": None})}
    second = {"1": node("Add", b=2, a=1), "2": node("Show", value={"y": None, "x": [1, {"q": 2, "p": 1}]})}
    bench.run(first)
    assert bench.run(second).ran == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, "1"),
        (1, True),
        (1, 1.0),
        ("a", ["a"]),
        ({"a": 1}, {"a": 2}),
        ([1, 2], [2, 1]),
        (None, "None"),
        ([[]], [[], []]),
    ],
)
def test_other_literals_are_other_nodes(bench: Bench, one, other) -> None:
    bench.run({"1": node("Show", value={"__value__": one})})
    run = bench.run({"1": node("Show", value={"__value__": other})})
    assert run.ran == ["1"]
    assert run.shown("1") == [other]


def test_slots_and_inputs_are_part_of_a_link(bench: Bench) -> None:
    bench.classes["Two"] = node_type(lambda _self: (1, 2), ["INT", "INT"])
    bench.run({"1": node("Two"), "2": node("Show", value=["1", 0])})
    assert bench.run({"1": node("Two"), "2": node("Show", value=["1", 1])}).shown("2") == [2]
    bench.run({"1": node("Two"), "2": node("Add", a=["1", 0], b=["1", 1]), "3": node("Show", value=["2", 0])})
    run = bench.run({"1": node("Two"), "2": node("Add", a=["1", 1], b=["1", 1]), "3": node("Show", value=["2", 0])})
    assert run.shown("3") == [4]


def test_only_the_prompt_before_is_kept(bench: Bench) -> None:
    bench.run(chain(1))
    bench.run(chain(2))
    assert bench.run(chain(1)).ran == ["1", "2", "3"]


def test_a_node_that_no_output_needs_keeps_its_result(bench: Bench) -> None:
    bench.run(chain(1))
    bench.run({"1": chain(1)["1"], "9": node("Show", value=9)})
    assert bench.run(chain(1)).ran == ["2", "3"]


def test_a_node_that_was_not_validated_is_the_same_still(bench: Bench) -> None:
    prompt = {"1": node("Real", value=1), "2": node("Show", value=["1", 0]), "3": node("Show", value=3)}
    bench.run(prompt)
    assert bench.run(prompt, ["3"]).cached == ["1", "2", "3"]


def test_failed_and_interrupted_runs_keep_what_was_done(bench: Bench) -> None:
    prompt = {"1": node("Number", value=1), "2": node("Fail", value=["1", 0]), "3": node("Show", value=["2", 0])}
    bench.run(prompt)
    assert bench.run(prompt).ran == ["2"]


def test_forget(bench: Bench) -> None:
    bench.run(chain(1))
    bench.executor.forget()
    assert bench.run(chain(1)).cached == []


class TestIsChanged:
    """IS_CHANGED."""

    def add(self, bench: Bench, changed, **described) -> None:
        described.setdefault("required", {"value": ("INT",), "other": ("INT",)})
        bench.classes["Change"] = node_type(
            lambda _self, **inputs: bench.note() and (1,), ["INT"], IS_CHANGED=classmethod(changed), **described
        )

    def prompt(self, **more) -> dict:
        change = node("Change", value=5, other=["n", 0]) | more
        return {"n": node("Number", value=1), "c": change, "s": node("Show", value=["c", 0])}

    def test_sees_literals_and_none_for_links_and_is_stored(self, bench: Bench) -> None:
        seen: list[dict] = []
        self.add(bench, lambda _cls, **inputs: seen.append(inputs) or "state")
        run = bench.run(self.prompt())
        assert seen == [{"value": 5, "other": None}]
        assert run.prompt["c"]["is_changed"] == ["state"]
        assert "is_changed" not in run.prompt["n"]

    def test_another_answer_is_another_node(self, bench: Bench) -> None:
        answers = iter(["a", "a", "b"])
        self.add(bench, lambda _cls, **_inputs: next(answers))
        bench.run(self.prompt())
        assert bench.run(self.prompt()).ran == []
        assert bench.run(self.prompt()).ran == ["c", "s"]

    @pytest.mark.parametrize("answer", [float("nan"), math.nan, object(), {1, 2}, [float("nan")]])
    def test_answers_that_equal_nothing(self, bench: Bench, answer) -> None:
        self.add(bench, lambda _cls, **_inputs: answer)
        bench.run(self.prompt())
        run = bench.run(self.prompt() | {"t": node("Show", value=["n", 0])})
        assert run.cached == ["n"]
        assert sorted(run.ran) == ["c", "s", "t"]

    def test_nodes_that_equal_nothing_are_not_shared(self, bench: Bench) -> None:
        self.add(bench, lambda _cls, **_inputs: float("nan"))
        prompt = self.prompt() | {"d": node("Change", value=5, other=["n", 0]), "t": node("Show", value=["d", 0])}
        assert {"c", "d", "s", "t"} <= set(bench.run(prompt).ran)

    def test_an_exception_means_changed(self, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
        self.add(bench, lambda _cls, value: value)
        run = bench.run(self.prompt())
        assert math.isnan(run.prompt["c"]["is_changed"])
        assert "IS_CHANGED of node c" in caplog.text
        assert bench.run(self.prompt()).ran == ["c", "s"]

    def test_is_asked_of_all_nodes_of_the_prompt(self, bench: Bench) -> None:
        asked: list[int] = []
        self.add(bench, lambda _cls, **inputs: asked.append(inputs["value"]) or 0)
        bench.run(self.prompt() | {"lonely": node("Change", value=9, other=1)})
        assert sorted(asked) == [5, 9]

    def test_a_client_may_answer_itself(self, bench: Bench) -> None:
        asked: list[int] = []
        self.add(bench, lambda _cls, **_inputs: asked.append(1) or 0)
        bench.run(self.prompt(is_changed=["mine"]))
        assert bench.run(self.prompt(is_changed=["mine"])).ran == []
        assert bench.run(self.prompt(is_changed=["other"])).ran == ["c", "s"]
        assert asked == []

    def test_a_node_without_it_ignores_such_answers(self, bench: Bench) -> None:
        prompt = chain(1)
        prompt["1"]["is_changed"] = [1]
        bench.run(prompt)
        prompt["1"]["is_changed"] = [2]
        assert bench.run(prompt).ran == []

    def test_may_be_a_coroutine(self, bench: Bench) -> None:
        answers = iter(["a", "a", "b"])

        async def changed(_cls, **_inputs):
            return next(answers)

        self.add(bench, changed)
        bench.run(self.prompt())
        assert bench.run(self.prompt()).ran == []
        assert bench.run(self.prompt()).ran == ["c", "s"]

    def test_knows_the_host(self, bench: Bench) -> None:
        from dgx_pixels.graph.context import current

        seen: list = []
        self.add(bench, lambda _cls, **_inputs: seen.append(current().host) or 0)
        bench.run(self.prompt(), host="host")
        assert seen == ["host"]


def test_values_that_cannot_be_compared_never_match(bench: Bench) -> None:
    bench.classes["Grow"] = node_type(
        lambda _self, value: {"result": (["x", 0],), "expand": {"x": node("Held", value=object())}},
        ["INT"],
        required={"value": ("INT",)},
    )
    bench.classes["Held"] = node_type(lambda _self, value: bench.note() and (1,), ["INT"], required={"value": (ANY,)})
    for value in (1, 2):
        bench.run({"1": node("Grow", value=value), "2": node("Show", value=["1", 0])})
        assert "x" in bench.calls


class TestExpansions:
    """Nodes that came from nodes."""

    def test_a_kept_node_keeps_what_it_became(self, bench: Bench) -> None:
        prompt = {"m": node("Double", value=5), "s": node("Show", value=["m", 0])}
        bench.run(prompt)
        assert bench.run(prompt).ran == []
        run = bench.run(prompt | {"t": node("Show", value=["m", 1], note="new")})
        assert run.ran == ["t"]

    def test_children_that_are_the_same_are_reused_when_the_node_expands_again(self, bench: Bench) -> None:
        def run(self, value):
            graph = {"x": node("Add", a=1, b=1), "y": node("Add", a=["x", 0], b=value)}
            return {"result": (["y", 0],), "expand": graph}

        bench.classes["Grow"] = node_type(run, ["INT"], required={"value": ("INT",)})
        bench.run({"m": node("Grow", value=5), "s": node("Show", value=["m", 0])})
        again = bench.run({"m": node("Grow", value=6), "s": node("Show", value=["m", 0])})
        assert again.shown("s") == [8]
        assert again.ran == ["m", "y", "s"]

    def test_children_go_with_their_node(self, bench: Bench) -> None:
        bench.run({"1": node("ShowInside", value=4)})
        bench.run(chain(1))
        assert bench.run({"1": node("ShowInside", value=4)}).ran == ["1", "1.0.0.seen"]


class TestLru:
    """The results used last."""

    def test_prompts_before_the_last_are_kept_while_there_is_room(self) -> None:
        bench = Bench(Lru(6))
        for value in (1, 2):
            bench.run(chain(value))
        assert bench.run(chain(1)).ran == []
        bench.run(chain(3))
        assert bench.run(chain(1)).ran == []
        assert bench.run(chain(2)).ran == ["1", "2", "3"]

    def test_what_the_prompt_uses_stays_however_small_the_room(self) -> None:
        bench = Bench(Lru(0))
        bench.run(chain(1))
        assert bench.run(chain(1)).ran == []
        bench.run(chain(2))
        assert bench.run(chain(1)).ran == ["1", "2", "3"]

    def test_results_that_can_never_be_used_take_no_room(self) -> None:
        bench = Bench(Lru(3))
        bench.classes["Fickle"] = node_type(
            lambda _self: (1,), ["INT"], IS_CHANGED=classmethod(lambda _cls: float("nan"))
        )
        bench.run(chain(1))
        for _ in range(5):
            bench.run({"f": node("Fickle"), "t": node("Show", value=["f", 0])})
        assert bench.run(chain(1)).ran == []

    def test_expansions_are_used_with_their_node(self) -> None:
        bench = Bench(Lru(8))
        prompt = {"1": node("ShowInside", value=4)}
        bench.run(prompt)
        for value in range(5):
            bench.run(prompt | chain(value))
        assert bench.run(prompt).outcome.outputs == {"1.0.0.seen": {"value": [4]}}


class Thing:
    """A value whose life can be watched."""


class TestNoCache:
    """Nothing is kept."""

    def test_every_prompt_runs_whole(self) -> None:
        bench = Bench(NoCache())
        for _ in range(2):
            run = bench.run(chain(1) | chain(1, prefix="b"))
            assert len(run.ran) == 3, "but for nodes that are the same"
            assert run.cached == []
            assert run.outcome.outputs == {"3": {"value": [2]}, "b3": {"value": [2]}}

    def things(self, bench: Bench) -> list[int]:
        """Add classes whose values can be counted; how many were alive when each was made."""
        alive: weakref.WeakSet[Thing] = weakref.WeakSet()
        counts: list[int] = []

        def make(self, before=None, **_others):
            gc.collect()
            thing = Thing()
            alive.add(thing)
            counts.append(len(alive))
            return (thing,)

        bench.classes["Thing"] = node_type(make, ["THING"], optional={"before": ("THING", {})})
        bench.classes["End"] = node_type(lambda _self, x: (), required={"x": ("THING",)}, OUTPUT_NODE=True)
        bench.seen.append(alive)
        return counts

    def test_results_go_when_nothing_needs_them(self) -> None:
        bench = Bench(NoCache())
        counts = self.things(bench)
        prompt = {"0": node("Thing")} | {str(i): node("Thing", before=[str(i - 1), 0]) for i in range(1, 10)}
        prompt["end"] = node("End", x=["9", 0])
        bench.run(prompt)
        assert max(counts) == 2
        gc.collect()
        assert len(bench.seen[0]) == 0

    def test_results_wait_for_all_that_need_them(self) -> None:
        bench = Bench(NoCache())
        counts = self.things(bench)
        prompt = {"0": node("Thing")} | {str(i): node("Thing", before=[str(i - 1), 0], n=i) for i in range(1, 5)}
        prompt["last"] = node("Thing", before=["4", 0], again=["0", 0])
        prompt["end"] = node("End", x=["last", 0])
        run = bench.run(prompt)
        assert run.ran.count("0") == 1
        assert max(counts) == 3

    def test_a_lazy_input_is_not_made_twice(self) -> None:
        bench = Bench(NoCache())
        prompt = {
            "a": node("Number", value=1),
            "b": node("Add", a=["a", 0], b=1),
            "s": node("Show", value=["b", 0]),
            "mix": node("Mix", share=1, a=0, b=["a", 0]),
            "t": node("Show", value=["mix", 0]),
        }
        run = bench.run(prompt)
        assert run.ran.count("a") == 1

    def test_instances_stay(self) -> None:
        bench = Bench(NoCache())

        def run(self):
            self.count = getattr(self, "count", 0) + 1
            return {"ui": {"value": [self.count]}}

        bench.classes["Count"] = node_type(run, OUTPUT_NODE=True)
        assert [bench.run({"1": node("Count")}).shown("1") for _ in range(3)] == [[1], [2], [3]]


@pytest.mark.parametrize("mode", [Classic(), Lru(2), NoCache()])
def test_long_graphs_run_and_tell_of_it_in_few_words(mode) -> None:
    bench = Bench(mode)
    prompt = {"0": node("Number", value=1)}
    prompt |= {str(i): node("Add", a=[str(i - 1), 0], b=1) for i in range(1, 2000)}
    wide = {f"w{i}": node("Show", value=["1999", 0], note=str(i)) for i in range(200)}
    run = bench.run(prompt | wide)
    assert run.shown("w7") == [2000]
    states = run.told("progress_state")
    assert len(states) < 1000
    assert [one["state"] for one in states[-1]["nodes"].values()] == ["finished"] * 2200
