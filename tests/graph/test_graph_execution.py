"""What a run does and says: order, lists, lazy inputs, expansion, blockers, coroutines, failures."""

import asyncio
import threading

import pytest
from graph_parts import ANY, Bench, node, node_type

from dgx_pixels.core.errors import CancelledError, OutOfMemoryError
from dgx_pixels.graph.context import current
from dgx_pixels.graph.events import PreviewEvent, TextEvent
from dgx_pixels.graph.execute import Classic, Event, Executor, Request
from dgx_pixels.graph.registry import Registry

SUM = {"1": node("Number", value=3), "2": node("Add", a=["1", 0], b=4), "3": node("Show", value=["2", 0])}


@pytest.fixture
def bench() -> Bench:
    return Bench()


class TestTheCourseOfARun:
    """Events and the record."""

    def test_messages_in_order_with_their_data(self, bench: Bench) -> None:
        run = bench.run(SUM)
        each = ["progress_state", "executing", "progress_state"]
        last = ["progress_state", "executing", "executed", "progress_state"]
        assert run.types() == ["execution_start", "execution_cached", *each, *each, *last, "execution_success"]
        assert run.told("executing")[0] == {"node": "1", "display_node": "1", "prompt_id": "p"}
        assert run.told("executed") == [{"node": "3", "display_node": "3", "output": {"value": [7]}, "prompt_id": "p"}]
        assert run.told("execution_cached")[0] | {"timestamp": 0} == {"nodes": [], "prompt_id": "p", "timestamp": 0}
        assert (
            set(run.told("execution_start")[0]) == set(run.told("execution_success")[0]) == {"prompt_id", "timestamp"}
        )
        assert isinstance(run.told("execution_start")[0]["timestamp"], int)

    def test_states_of_nodes_add_up(self, bench: Bench) -> None:
        states = bench.run(SUM).told("progress_state")
        place = {"display_node_id": "1", "parent_node_id": None, "real_node_id": "1"}
        running = {"value": 0.0, "max": 1.0, "state": "running", "node_id": "1", "prompt_id": "p", **place}
        assert states[0] == {"prompt_id": "p", "nodes": {"1": running}}
        assert states[1]["nodes"]["1"] == running | {"value": 1.0, "state": "finished"}
        assert [sorted(state["nodes"]) for state in states] == [["1"]] * 2 + [["1", "2"]] * 2 + [["1", "2", "3"]] * 2

    def test_the_record(self, bench: Bench) -> None:
        run = bench.run(SUM)
        assert (run.outcome.status_str, run.outcome.completed) == ("success", True)
        assert run.outcome.messages == [
            [event.type, event.data] for event in run.events if event.type.startswith("execution_")
        ]
        assert run.outcome.outputs == {"3": {"value": [7]}}
        place = {"node_id": "3", "display_node": "3", "parent_node": None, "real_node_id": "3"}
        assert run.outcome.meta == {"3": place}

    def test_the_order_of_the_classic_graph(self, bench: Bench) -> None:
        def part(names: str, outputs: int):
            optional = dict.fromkeys(names, ("X",))
            return node_type(lambda _self, **_inputs: (0,) * outputs, ["X"] * outputs, optional=optional)

        bench.classes |= {"Sampler": part("mpnl", 1), "Loader": part("", 3), "Latent": part("", 1)}
        bench.classes |= {"Encode": part("c", 1), "Decode": part("sv", 1)}
        prompt = {
            "3": node("Sampler", m=["4", 0], p=["6", 0], n=["7", 0], l=["5", 0]),
            "4": node("Loader"),
            "5": node("Latent"),
            "6": node("Encode", c=["4", 1]),
            "7": node("Encode", c=["4", 1], other=1),
            "8": node("Decode", s=["3", 0], v=["4", 2]),
            "9": node("Show", value=["8", 0]),
        }
        assert bench.run(prompt).ran == ["4", "5", "7", "6", "3", "8", "9"]

    def test_only_what_outputs_need_runs(self, bench: Bench) -> None:
        run = bench.run(SUM | {"4": node("Add", a=["2", 0]), "5": node("Fail", value=1)})
        assert run.ran == ["1", "2", "3"]

    def test_only_targets_run(self, bench: Bench) -> None:
        prompt = SUM | {"4": node("Number", value=9), "5": node("Show", value=["4", 0])}
        run = bench.run(prompt, ["5"])
        assert run.ran == ["4", "5"]
        assert list(run.outcome.outputs) == ["5"]

    def test_output_nodes_may_be_in_the_middle(self, bench: Bench) -> None:
        run = bench.run(
            {"1": node("Number", value=2), "2": node("Pass", value=["1", 0]), "3": node("Show", value=["2", 0])}
        )
        assert run.outcome.outputs == {"2": {"value": [2]}, "3": {"value": [2]}}

    def test_hidden_values(self, bench: Bench) -> None:
        seen: list[dict] = []

        def run(self, **inputs):
            seen.append(inputs)
            return ()

        kinds = ["PROMPT", "EXTRA_PNGINFO", "UNIQUE_ID", "DYNPROMPT", "AUTH_TOKEN_COMFY_ORG", "API_KEY_COMFY_ORG"]
        hidden = {kind.lower(): kind for kind in kinds[:3]} | {kind.lower(): (kind,) for kind in kinds[3:]}
        bench.classes["Hidden"] = node_type(run, hidden=hidden, OUTPUT_NODE=True)
        bench.classes["Lists"] = node_type(run, hidden={"me": "UNIQUE_ID"}, OUTPUT_NODE=True, INPUT_IS_LIST=True)
        ran = bench.run(
            {"5": node("Hidden"), "6": node("Lists")},
            extra_pnginfo={"workflow": 1},
            auth_token_comfy_org="t",
            api_key_comfy_org="k",
        )
        (first,) = [one for one in seen if "prompt" in one]
        assert first.pop("dynprompt").get_original_prompt() is first["prompt"]
        assert first.pop("prompt") is ran.prompt
        assert first == {
            "extra_pnginfo": {"workflow": 1},
            "unique_id": "5",
            "auth_token_comfy_org": "t",
            "api_key_comfy_org": "k",
        }
        assert {"me": ["6"]} in seen

    def test_undeclared_literals_are_dropped_and_undeclared_links_passed(self, bench: Bench) -> None:
        seen: list[dict] = []
        bench.classes["Any"] = node_type(
            lambda _self, **inputs: seen.append(inputs) or (), optional={"known": ("INT",)}, OUTPUT_NODE=True
        )
        bench.run({"1": node("Number", value=5), "2": node("Any", known=1, literal=2, linked=["1", 0])})
        assert seen == [{"known": 1, "linked": 5}]

    def test_instances_live_as_long_as_their_id_and_class(self, bench: Bench) -> None:
        def run(self, value):
            self.count = getattr(self, "count", 0) + 1
            return {"ui": {"value": [self.count]}}

        bench.classes["Count"] = node_type(run, required={"value": ("INT",)}, OUTPUT_NODE=True)
        bench.classes["Other"] = node_type(run, required={"value": ("INT",)}, OUTPUT_NODE=True)
        assert bench.run({"1": node("Count", value=1)}).shown("1") == [1]
        assert bench.run({"1": node("Count", value=2)}).shown("1") == [2]
        assert bench.run({"1": node("Other", value=2)}).shown("1") == [1]
        assert bench.run({"1": node("Count", value=3)}).shown("1") == [1]
        bench.executor.forget()
        assert bench.run({"1": node("Count", value=3)}).shown("1") == [1]

    def test_a_wrapped_list_may_look_like_a_link(self, bench: Bench) -> None:
        run = bench.run({"1": node("Show", value={"__value__": ["nowhere", 0]})})
        assert run.shown("1") == [["nowhere", 0]]


class TestLists:
    """One call for each item."""

    def test_shorter_lists_repeat_their_last(self, bench: Bench) -> None:
        prompt = {
            "1": node("Numbers", count=4),
            "2": node("Numbers", count=2),
            "3": node("Add", a=["1", 0], b=["2", 0]),
            "4": node("Total", values=["3", 0]),
            "5": node("Show", value=["3", 0]),
        }
        run = bench.run(prompt | {"6": node("Show", value=["4", 0])})
        assert run.outcome.outputs["5"] == {"value": [0, 2, 3, 4]}, "what calls show is put together"
        assert bench.seen == [[0, 2, 3, 4]]
        assert run.shown("6") == [9]
        assert bench.calls.count("3") == 4
        assert run.ran.count("3") == 1

    def test_literals_are_lists_too(self, bench: Bench) -> None:
        bench.run({"1": node("Total", values=5), "2": node("Show", value=["1", 0])})
        assert bench.seen == [[5]]

    def test_lists_of_lists_are_joined(self, bench: Bench) -> None:
        prompt = {
            "1": node("Numbers", count=3),
            "2": node("Numbers", count=["1", 0]),
            "3": node("Show", value=["2", 0]),
        }
        assert bench.run(prompt).shown("3") == [0, 0, 1]

    def test_no_inputs_is_one_call(self, bench: Bench) -> None:
        bench.classes["Nothing"] = node_type(lambda _self: {"ui": {"value": [bench.note()]}}, OUTPUT_NODE=True)
        assert bench.run({"1": node("Nothing")}).shown("1") == ["1"]

    def test_which_call_this_is(self, bench: Bench) -> None:
        bench.classes["Which"] = node_type(lambda _self, x: (current().list_index,), ["INT"], required={"x": ("INT",)})
        prompt = {"1": node("Numbers", count=3), "2": node("Which", x=["1", 0]), "3": node("Show", value=["2", 0])}
        assert bench.run(prompt).shown("3") == [0, 1, 2]

    def test_none_and_plain_dictionaries_are_no_outputs(self, bench: Bench) -> None:
        bench.classes["None"] = node_type(lambda _self: None, OUTPUT_NODE=True)
        bench.classes["Dict"] = node_type(lambda _self: {"other": 1}, OUTPUT_NODE=True)
        run = bench.run({"1": node("None"), "2": node("Dict")})
        assert run.outcome.completed
        assert run.outcome.outputs == {}


class TestLazyInputs:
    """Made when a node asks for them."""

    def mix(self, share: float) -> dict:
        return {
            "a": node("Number", value=1),
            "b": node("Number", value=2),
            "mix": node("Mix", share=share, a=["a", 0], b=["b", 0]),
            "out": node("Show", value=["mix", 0]),
        }

    @pytest.mark.parametrize(("share", "ran", "value"), [(0, ["a"], 1), (1, ["b"], 2), (0.5, ["a", "b"], 3)])
    def test_only_what_is_asked_for_runs(self, bench: Bench, share: float, ran: list[str], value: int) -> None:
        run = bench.run(self.mix(share))
        assert run.shown("out") == [value]
        assert sorted(set(run.ran) & {"a", "b"}) == ran
        assert run.ran.count("mix") == 2, "announced again when it is resumed"
        assert bench.calls.count("mix") == 1

    def test_what_is_there_already_is_seen(self, bench: Bench) -> None:
        bench.run(self.mix(0.5) | {"also": node("Show", value=["a", 0])})
        assert bench.seen[-1] == (0.5, 1, 2)
        assert bench.seen[0][2] is None

    def test_the_share_itself_may_be_linked_and_a_literal_needs_no_wait(self, bench: Bench) -> None:
        prompt = self.mix(0) | {"share": node("Real", value=0)}
        prompt["mix"]["inputs"] |= {"share": ["share", 0], "a": 11}
        run = bench.run(prompt)
        assert run.shown("out") == [11]
        assert run.ran == ["share", "mix", "out"]

    def test_a_chain_of_choices_with_coroutines(self, bench: Bench) -> None:
        prompt = {str(i): node("Number", value=i) for i in range(4)}
        prompt |= {
            "left": node("Pick", which=True, a=["0", 0], b=["1", 0]),
            "right": node("Pick", which=False, a=["2", 0], b=["3", 0]),
            "pick": node("Pick", which=False, a=["left", 0], b=["right", 0]),
            "out": node("Show", value=["pick", 0]),
        }
        run = bench.run(prompt)
        assert run.shown("out") == [3]
        assert set(run.ran) == {"3", "right", "pick", "out"}

    def test_asking_for_an_input_that_is_not_linked(self, bench: Bench) -> None:
        run = bench.run({"1": node("Greedy", a=1), "2": node("Show", value=["1", 0])})
        assert run.error["exception_type"] == "comfy_execution.graph.NodeInputError"
        assert "elsewhere" in run.error["exception_message"]
        run = bench.run({"1": node("Greedy", a=1, elsewhere=2), "2": node("Show", value=["1", 0])})
        assert "is not linked" in run.error["exception_message"]

    def test_lists_see_a_tuple_of_none(self, bench: Bench) -> None:
        def needs(self, a):
            bench.seen.append(a)
            return ["a"] if a == (None,) else []

        bench.classes["LazyTotal"] = node_type(
            lambda _self, a: (sum(a),),
            ["INT"],
            required={"a": ("INT", {"lazy": True})},
            INPUT_IS_LIST=True,
            check_lazy_status=needs,
        )
        prompt = {"1": node("Numbers", count=3), "2": node("LazyTotal", a=["1", 0]), "3": node("Show", value=["2", 0])}
        assert bench.run(prompt).shown("3") == [3]
        assert bench.seen == [(None,), [0, 1, 2]]

    def test_a_lazy_cycle_is_told_as_such(self, bench: Bench) -> None:
        prompt = {
            "1": node("Mix", share=0, a=["2", 0], b=1),
            "2": node("Add", a=["1", 0]),
            "3": node("Show", value=["1", 0]),
        }
        events: list = []
        request = Request(prompt_id="p", prompt=prompt, outputs=["3"])
        outcome = bench.executor.run(request, events.append, lambda: False, None)
        (kind, told) = outcome.messages[-1]
        assert kind == "execution_error"
        assert told["exception_type"] == "graph.DependencyCycleError"
        assert told["exception_message"] == "Dependency cycle detected"
        assert (told["node_id"], told["node_type"], told["traceback"]) == ("1", "Mix", [])
        assert (outcome.status_str, outcome.completed) == ("error", False)


class TestBlockers:
    """Values that stop what would use them."""

    def blocked(self, **inputs) -> dict:
        return {
            "1": node("Number", value=1),
            "2": node("Block", value=["1", 0], **inputs),
            "3": node("Add", a=["2", 0]),
            "4": node("Show", value=["3", 0]),
            "5": node("Show", value=["1", 0]),
        }

    def test_silent(self, bench: Bench) -> None:
        run = bench.run(self.blocked(block=True))
        assert run.outcome.completed
        assert list(run.outcome.outputs) == ["5"]
        assert sorted(bench.calls) == ["1", "2", "5"]
        assert run.told("execution_error") == []

    def test_not_blocked(self, bench: Bench) -> None:
        assert bench.run(self.blocked(block=False)).shown("4") == [1]

    def test_with_a_message_it_is_told_once_and_the_run_goes_on(self, bench: Bench) -> None:
        run = bench.run(self.blocked(block=True, message="not today"))
        assert run.outcome.completed
        error = run.error
        assert {"1", "2"} <= set(error.pop("executed"))
        assert error == {
            "prompt_id": "p",
            "node_id": "3",
            "node_type": "Add",
            "exception_message": "Execution Blocked: not today",
            "exception_type": "ExecutionBlocked",
            "traceback": [],
            "current_inputs": {},
            "current_outputs": [],
        }
        assert [kind for kind, _ in run.outcome.messages][-1] == "execution_success"

    def test_in_place_of_all_outputs(self, bench: Bench) -> None:
        prompt = {
            "1": node("BlockAll", value=1),
            "2": node("Show", value=["1", 0]),
            "3": node("Show", value=["1", 1], note="other"),
        }
        run = bench.run(prompt)
        assert sorted(error["node_id"] for error in run.told("execution_error")) == ["2", "3"]

    def test_only_the_blocked_items_of_a_list_are_skipped(self, bench: Bench) -> None:
        prompt = {
            "1": node("Numbers", count=5),
            "2": node("OddOnly", value=["1", 0]),
            "3": node("Add", a=["2", 0], b=10),
            "4": node("Show", value=["3", 0]),
            "5": node("Total", values=["2", 0]),
            "6": node("Show", value=["5", 0]),
        }
        run = bench.run(prompt)
        assert run.shown("4") == [11, 13]
        assert "6" not in run.outcome.outputs, "a node that takes lists is blocked by any item"
        assert sorted(error["node_id"] for error in run.told("execution_error")) == ["3", "5"]


class TestExpansion:
    """Nodes that become graphs."""

    def test_children_run_under_ids_of_their_own(self, bench: Bench) -> None:
        run = bench.run(
            {"m": node("Double", value=5), "2": node("Show", value=["m", 0]), "3": node("Show", value=["m", 1])}
        )
        assert run.shown("2") == [10]
        assert run.shown("3") == [7]
        assert run.ran[:3] == ["m", "m.0.0.1", "m.0.0.2"]
        (child,) = [data for data in run.told("executing") if data["node"] == "m.0.0.1"]
        assert child["display_node"] == "m"
        state = run.told("progress_state")[-1]["nodes"]["m.0.0.1"]
        assert (state["parent_node_id"], state["real_node_id"]) == ("m", "m")

    def test_each_call_of_a_list_expands(self, bench: Bench) -> None:
        prompt = {"n": node("Numbers", count=3), "m": node("Double", value=["n", 0]), "o": node("Show", value=["m", 0])}
        run = bench.run(prompt | {"p": node("Show", value=["m", 1])})
        assert run.shown("o") == [0, 2, 4]
        assert run.shown("p") == [7, 7, 7]
        assert {one.split(".")[1] for one in run.ran if one.startswith("m.")} == {"0", "1", "2"}

    def test_lists_behind_links_stay_in_their_place(self, bench: Bench) -> None:
        graph = {"x1": node("Numbers", count=3)}
        bench.classes["Grow"] = node_type(
            lambda _self: {"result": (["x1", 0], "next"), "expand": graph},
            ["INT", "STRING"],
            OUTPUT_IS_LIST=(True, False),
        )
        prompt = {"1": node("Grow"), "2": node("Show", value=["1", 0]), "3": node("Show", value=["1", 1])}
        run = bench.run(prompt)
        assert (run.shown("2"), run.shown("3")) == ([0, 1, 2], ["next"])

    def test_output_nodes_inside_run_and_are_recorded(self, bench: Bench) -> None:
        run = bench.run({"1": node("ShowInside", value=4)})
        assert run.outcome.outputs == {"1.0.0.seen": {"value": [4]}}
        assert run.outcome.meta["1.0.0.seen"] == {
            "node_id": "1.0.0.seen",
            "display_node": "elsewhere",
            "parent_node": "1",
            "real_node_id": "1",
        }
        again = bench.run({"1": node("ShowInside", value=4)})
        assert again.outcome.outputs == run.outcome.outputs
        assert again.ran == []
        assert bench.run({"1": node("ShowInside", value=5)}).outcome.outputs == {"1.0.0.seen": {"value": [5]}}

    def test_a_blocker_for_all_outputs(self, bench: Bench) -> None:
        from dgx_pixels.graph.blocker import ExecutionBlocker

        bench.classes["Grow"] = node_type(
            lambda _self: {"result": ExecutionBlocker(None), "expand": {"x": node("Number", value=1)}}, ["INT"]
        )
        run = bench.run({"1": node("Grow"), "2": node("Show", value=["1", 0])})
        assert run.outcome.completed
        assert run.outcome.outputs == {}

    def test_links_to_nodes_outside(self, bench: Bench) -> None:
        bench.classes["Outside"] = node_type(
            lambda _self, link: {"result": (["y", 0], link), "expand": {"y": node("Add", a=link, b=1)}},
            ["INT", "INT"],
            required={"link": ("INT", {"rawLink": True})},
        )
        prompt = {"1": node("Number", value=5), "2": node("Outside", link=["1", 0])}
        run = bench.run(prompt | {"3": node("Show", value=["2", 0]), "4": node("Show", value=["2", 1])})
        assert (run.shown("3"), run.shown("4")) == ([6], [5])

    @pytest.mark.parametrize("taken", ["2", "1"])
    def test_ids_that_are_taken(self, bench: Bench, taken: str) -> None:
        bench.classes["Grow"] = node_type(
            lambda _self: {"result": (), "expand": {taken: node("Number", value=1)}}, OUTPUT_NODE=True
        )
        run = bench.run({"1": node("Grow"), "2": node("Number", value=1)})
        assert run.error["exception_type"] == "comfy_execution.graph.DuplicateNodeError"

    def test_classes_that_do_not_exist(self, bench: Bench) -> None:
        bench.classes["Grow"] = node_type(
            lambda _self: {"result": (), "expand": {"x": node("Nowhere")}}, OUTPUT_NODE=True
        )
        assert "Nowhere" in bench.run({"1": node("Grow")}).error["exception_message"]

    def test_a_failing_child_is_told_as_the_node_that_the_client_knows(self, bench: Bench) -> None:
        bench.classes["Grow"] = node_type(
            lambda _self: {"result": (["x", 0],), "expand": {"x": node("Fail", value=1)}}, ["INT"]
        )
        error = bench.run({"1": node("Grow"), "2": node("Show", value=["1", 0])}).error
        assert (error["node_id"], error["node_type"]) == ("1", "Grow")
        assert error["current_inputs"] == {"value": [1]}

    def test_a_dynamic_cycle(self, bench: Bench) -> None:
        def run(self, me):
            return {"result": (["x", 0],), "expand": {"x": node("Add", a=[me, 0])}}

        bench.classes["Grow"] = node_type(run, ["INT"], hidden={"me": "UNIQUE_ID"})
        error = bench.run({"1": node("Grow"), "2": node("Show", value=["1", 0])}).error
        assert error["exception_type"] == "graph.DependencyCycleError"
        assert error["exception_message"] == "Dependency cycle detected"
        assert (error["node_id"], error["node_type"]) == ("1", "Grow")

    def test_a_node_waits_for_one_that_is_the_same(self, bench: Bench) -> None:
        prompt = {f"m{i}": node("Double", value=5) for i in range(3)}
        prompt |= {f"o{i}": node("Show", value=[f"m{i}", 0], note=str(i)) for i in range(3)}
        run = bench.run(prompt)
        assert [run.shown(f"o{i}") for i in range(3)] == [[10]] * 3
        assert len([one for one in bench.calls if one in {"m0", "m1", "m2"}]) == 1

    def test_unless_that_one_waits_for_it(self, bench: Bench) -> None:
        grown: list[str] = []

        def grow(self, value):
            here = current().node_id
            grown.append(here)
            if len(grown) > 1:
                return (value,)
            other = {"a": "b", "b": "a"}[here]
            return {"result": (["x", 0],), "expand": {"x": node("Add", a=[other, 0], b=100)}}

        bench.classes["Grow"] = node_type(grow, ["INT"], required={"value": ("INT",)})
        prompt = {"a": node("Grow", value=1), "b": node("Grow", value=1)}
        prompt |= {"s": node("Show", value=["a", 0], note="s"), "t": node("Show", value=["b", 0], note="t")}
        run = bench.run(prompt)
        assert run.outcome.completed
        assert sorted(run.shown("s") + run.shown("t")) in ([1, 101], [101, 101])

    def loop(self, start: int, end: int) -> dict:
        return {
            "open": node("WhileOpen", value=start),
            "step": node("Add", a=["open", 1], b=["by", 0]),
            "by": node("Number", value=2),
            "less": node("Less", a=["step", 0], b=end),
            "close": node("WhileClose", flow=["open", 0], go_on=["less", 0], value=["step", 0]),
            "out": node("Show", value=["close", 0]),
        }

    @pytest.mark.parametrize("mode", [Classic(), "lru", "none"])
    def test_a_loop(self, mode) -> None:
        from dgx_pixels.graph.execute import Lru, NoCache

        bench = Bench({"lru": Lru(100), "none": NoCache()}.get(mode, mode))
        run = bench.run(self.loop(0, 9))
        assert run.shown("out") == [10]
        assert bench.calls.count("by") == 1, "what is outside of the loop runs once"
        assert sum(one.endswith("step") for one in bench.calls) == 5
        assert {data["display_node"] for data in run.told("executing")} <= {
            "open",
            "step",
            "by",
            "less",
            "close",
            "out",
        }

    def test_loops_reuse_the_turns_they_have_in_common(self, bench: Bench) -> None:
        bench.run(self.loop(0, 9))
        assert bench.run(self.loop(0, 9)).ran == []
        run = bench.run(self.loop(0, 13))
        assert run.shown("out") == [14]

    def test_a_thousand_nested_expansions(self, bench: Bench) -> None:
        run = bench.run({"1": node("CountDown", value=1000), "2": node("Show", value=["1", 0])})
        assert run.shown("2") == [1000]
        assert bench.run({"1": node("CountDown", value=1000), "2": node("Show", value=["1", 0])}).ran == []


class TestCoroutines:
    """Nodes that wait for something outside."""

    def test_they_overlap(self, bench: Bench) -> None:
        prompt = {f"w{i}": node("Wait", value=i, seconds=0.02 + i / 1000) for i in range(5)}
        prompt |= {f"o{i}": node("Show", value=[f"w{i}", 0]) for i in range(5)}
        run = bench.run(prompt)
        assert [run.shown(f"o{i}") for i in range(5)] == [[i] for i in range(5)]
        assert [kind for kind, _ in bench.seen] == ["begin"] * 5 + ["end"] * 5

    def test_others_run_meanwhile(self, bench: Bench) -> None:
        prompt = {"w": node("Wait", value=1, seconds=0.05), "o": node("Show", value=["w", 0])}
        prompt |= {"a": node("Number", value=1), "b": node("Add", a=["a", 0]), "s": node("Show", value=["b", 0])}
        bench.run(prompt)
        assert bench.calls.index("s") < bench.calls.index("w")

    def test_the_calls_of_a_list_overlap_and_keep_their_order(self, bench: Bench) -> None:
        async def run(self, x):
            bench.seen.append("begin")
            await asyncio.sleep(0.03 - x / 100)
            bench.seen.append("end")
            return (x,)

        bench.classes["Slow"] = node_type(run, ["INT"], required={"x": ("INT",)})
        prompt = {"n": node("Numbers", count=3), "w": node("Slow", x=["n", 0]), "o": node("Show", value=["w", 0])}
        assert bench.run(prompt).shown("o") == [0, 1, 2]
        assert bench.seen == ["begin"] * 3 + ["end"] * 3

    def test_the_same_coroutine_is_awaited_once(self, bench: Bench) -> None:
        prompt = {f"w{i}": node("Wait", value=1, seconds=0.01) for i in range(3)}
        run = bench.run(prompt | {f"o{i}": node("Show", value=[f"w{i}", 0], note=str(i)) for i in range(3)})
        assert len(run.outcome.outputs) == 3
        assert len(bench.seen) == 2

    def test_those_that_need_not_wait(self, bench: Bench) -> None:
        assert bench.run({"1": node("AtOnce", value=3), "2": node("Show", value=["1", 0])}).shown("2") == [3]

    def test_they_may_expand_and_block(self, bench: Bench) -> None:
        async def grow(self):
            await asyncio.sleep(0.001)
            return {"result": (["x", 0],), "expand": {"x": node("Wait", value=4, seconds=0.001)}}

        bench.classes["Grow"] = node_type(grow, ["INT"])
        assert bench.run({"1": node("Grow"), "2": node("Show", value=["1", 0])}).shown("2") == [4]

    def test_failures_and_time_outs(self, bench: Bench) -> None:
        error = bench.run({"1": node("FailLater", value=3, seconds=0.001), "2": node("Show", value=["1", 0])}).error
        assert (error["node_id"], error["exception_type"]) == ("1", "RuntimeError")
        assert error["exception_message"] == "late 3\n"
        assert error["current_inputs"] == {"value": [3], "seconds": [0.001]}
        error = bench.run({"1": node("TimeOut", value=3), "2": node("Show", value=["1", 0])}).error
        assert error["exception_type"] == "TimeoutError"

    def test_a_failure_ends_what_else_is_going_on(self, bench: Bench) -> None:
        prompt = {"f": node("FailLater", value=3, seconds=0.001), "1": node("Show", value=["f", 0])}
        prompt |= {"w": node("Wait", value=3, seconds=60), "2": node("Show", value=["w", 0])}
        assert bench.run(prompt).error["node_id"] == "f"
        assert ("end", "w") not in bench.seen

    def test_a_coroutine_that_is_cancelled_from_inside_is_a_failure(self, bench: Bench) -> None:
        async def run(self):
            asyncio.current_task().cancel()
            await asyncio.sleep(1)

        bench.classes["Own"] = node_type(run, OUTPUT_NODE=True)
        assert bench.run({"1": node("Own")}).error["exception_type"] == "asyncio.exceptions.CancelledError"

    def test_threads_of_asyncio_know_the_node(self, bench: Bench) -> None:
        async def run(self):
            loop = asyncio.get_running_loop()
            ids = [await asyncio.to_thread(lambda: current().node_id)]
            ids.append(await loop.run_in_executor(None, lambda: current().node_id))
            return {"ui": {"value": ids}}

        bench.classes["Threads"] = node_type(run, OUTPUT_NODE=True)
        assert bench.run({"5": node("Threads")}).shown("5") == ["5", "5"]

    def test_background_work_does_not_outlive_the_run(self, bench: Bench) -> None:
        ended: list[bool] = []

        async def forever() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                ended.append(True)

        async def run(self):
            self.task = asyncio.create_task(forever())
            await asyncio.sleep(0)
            return ()

        bench.classes["Leave"] = node_type(run, OUTPUT_NODE=True)
        assert bench.run({"1": node("Leave")}).outcome.completed
        assert ended == [True]


class TestFailures:
    """What is told of a node that raises."""

    def test_the_message(self, bench: Bench) -> None:
        prompt = {"1": node("Number", value=7), "2": node("Fail", value=["1", 0]), "3": node("Show", value=["2", 0])}
        run = bench.run(prompt)
        error = dict(run.error)
        assert any("graph_parts" in line for line in error.pop("traceback"))
        assert isinstance(error.pop("timestamp"), int)
        assert error == {
            "prompt_id": "p",
            "node_id": "2",
            "node_type": "Fail",
            "executed": ["1"],
            "exception_message": "no 7\n",
            "exception_type": "ValueError",
            "current_inputs": {"value": [7]},
            "current_outputs": ["1"],
        }
        assert run.outcome.messages[-1] == ["execution_error", run.error]
        assert (run.outcome.status_str, run.outcome.completed) == ("error", False)
        assert run.ran == ["1", "2"]

    def test_what_was_shown_before_stays(self, bench: Bench) -> None:
        prompt = {"1": node("Pass", value=7), "2": node("Fail", value=["1", 0]), "3": node("Show", value=["2", 0])}
        assert bench.run(prompt).outcome.outputs == {"1": {"value": [7]}}

    def test_values_that_are_not_plain_are_written_out(self, bench: Bench) -> None:
        class Odd:
            def __str__(self):
                raise RuntimeError

        def run(self, **inputs):
            raise KeyError("k")

        values = {"none": None, "text": "t", "number": 1.5, "list": {"__value__": [1]}, "dict": {"a": 1}}
        bench.classes["Odd"] = node_type(lambda _self: (Odd(),), ["ODD"])
        bench.classes["Bad"] = node_type(
            run,
            optional={**dict.fromkeys(values, (ANY,)), "odd": (ANY,)},
            hidden={"me": "UNIQUE_ID", "key": "API_KEY_COMFY_ORG"},
            OUTPUT_NODE=True,
        )
        prompt = {"0": node("Odd"), "1": node("Bad", odd=["0", 0], **values)}
        error = bench.run(prompt, api_key_comfy_org="secret").error
        assert error["exception_message"] == "'k'\n"
        assert error["current_inputs"] == {
            "odd": ["<Odd>"],
            "none": [None],
            "text": ["t"],
            "number": [1.5],
            "list": ["[1]"],
            "dict": ["{'a': 1}"],
        }

    def test_names_of_exceptions(self, bench: Bench) -> None:
        class Own(Exception):  # noqa: N818
            pass

        own = f"{__name__}.TestFailures.test_names_of_exceptions.<locals>.Own"
        for node_id, error, name in (("1", Own("x"), own), ("2", OSError(), "OSError")):

            def run(self, error=error):
                raise error

            bench.classes["Bad"] = node_type(run, OUTPUT_NODE=True)
            assert bench.run({node_id: node("Bad")}).error["exception_type"] == name

    def test_out_of_memory_comes_with_advice(self, bench: Bench) -> None:
        def run(self):
            raise OutOfMemoryError("needs 9 GB")

        bench.classes["Big"] = node_type(run, OUTPUT_NODE=True)
        message = bench.run({"1": node("Big")}).error["exception_message"]
        assert message.startswith("needs 9 GB\n")
        assert "ran out of memory" in message

    def test_a_node_that_calls_exit_is_a_failure_like_others(self, bench: Bench) -> None:
        bench.classes["Exit"] = node_type(lambda _self: exit(3), OUTPUT_NODE=True)
        assert bench.run({"1": node("Exit")}).error["exception_type"] == "SystemExit"

    def test_a_class_that_cannot_be_made_or_asked(self, bench: Bench) -> None:
        def init(self):
            raise RuntimeError("no")

        bench.classes["Bad"] = node_type(lambda _self: (), OUTPUT_NODE=True, __init__=init)
        assert bench.run({"1": node("Bad")}).error["exception_message"] == "no\n"
        asked = iter([True])

        def types(_cls):
            if next(asked, False):
                return {"required": {}}
            raise OSError("gone")

        bench.classes["Bad"] = node_type(lambda _self: (), OUTPUT_NODE=True)
        bench.classes["Bad"].INPUT_TYPES = classmethod(types)
        assert bench.run({"1": node("Bad")}).error["exception_message"] == "gone\n"

    def test_an_output_that_is_not_there(self, bench: Bench) -> None:
        bench.classes["Short"] = node_type(lambda _self: (), ["INT"])
        error = bench.run({"1": node("Short"), "2": node("Show", value=["1", 0])}).error
        assert (error["node_id"], error["exception_type"]) == ("2", "IndexError")

    def test_ctrl_c_ends_the_run_and_the_executor_goes_on(self, bench: Bench) -> None:
        def run(self):
            raise KeyboardInterrupt

        bench.classes["Stop"] = node_type(run, OUTPUT_NODE=True)
        with pytest.raises(KeyboardInterrupt):
            bench.run({"1": node("Stop")})
        assert bench.run(SUM).outcome.completed

    def test_ctrl_c_while_coroutines_work(self, bench: Bench) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        async def run(self):
            asyncio.get_running_loop().call_later(0.01, interrupt)
            await asyncio.sleep(60)

        bench.classes["Stop"] = node_type(run, OUTPUT_NODE=True)
        with pytest.raises(KeyboardInterrupt):
            bench.run({"1": node("Stop")})
        assert bench.run(SUM).outcome.completed


class TestInterruption:
    """Stopping on request."""

    def test_before_a_node(self, bench: Bench) -> None:
        def stop(self, value):
            bench.stop = True
            return (value,)

        bench.classes["Stop"] = node_type(stop, ["INT"], required={"value": ("INT",)})
        run = bench.run({"1": node("Stop", value=1), "2": node("Add", a=["1", 0]), "3": node("Show", value=["2", 0])})
        (told,) = run.told("execution_interrupted")
        assert told | {"timestamp": 0} == {
            "prompt_id": "p",
            "node_id": "2",
            "node_type": "Add",
            "executed": ["1"],
            "timestamp": 0,
        }
        assert (run.outcome.status_str, run.outcome.completed) == ("error", False)
        assert run.outcome.messages[-1] == ["execution_interrupted", told]
        bench.stop = False
        assert bench.run(SUM).outcome.completed

    def test_between_the_calls_of_a_list(self, bench: Bench) -> None:
        def run(self, x):
            bench.note()
            bench.stop = x == 2
            return (x,)

        bench.classes["Stop"] = node_type(run, ["INT"], required={"x": ("INT",)})
        bench.run({"1": node("Numbers", count=9), "2": node("Stop", x=["1", 0]), "3": node("Show", value=["2", 0])})
        assert bench.calls.count("2") == 3

    def test_at_the_next_word_of_progress(self, bench: Bench) -> None:
        def run(self):
            for step in range(100):
                bench.stop = step == 3
                current().progress(step, 100)
            return ()

        bench.classes["Long"] = node_type(run, OUTPUT_NODE=True)
        result = bench.run({"1": node("Long")})
        assert len(result.told("progress")) == 3
        assert result.told("execution_interrupted")[0]["node_id"] == "1"

    def test_while_only_coroutines_work(self, bench: Bench) -> None:
        timer = threading.Timer(0.02, lambda: setattr(bench, "stop", True))
        timer.start()
        run = bench.run({"1": node("Wait", value=1, seconds=60), "2": node("Show", value=["1", 0])})
        timer.join()
        assert run.told("execution_interrupted")[0]["node_id"] == "1"

    def test_by_the_node_itself(self, bench: Bench) -> None:
        class PackInterrupt(CancelledError):  # noqa: N818
            pass

        def run(self):
            raise PackInterrupt

        bench.classes["Own"] = node_type(run, OUTPUT_NODE=True)
        assert bench.run({"1": node("Own")}).told("execution_interrupted")


class TestProgress:
    """What a node tells while it works."""

    def test_values_and_pictures(self, bench: Bench) -> None:
        from PIL import Image

        def run(self):
            current().progress(1, 4, Image.new("RGBA", (40, 20), "red"), preview_size=10)
            current().progress(2, 4, Image.new("L", (3, 3)), preview_format="PNG")
            current().progress(3, 4)
            current().text("so far")
            return ()

        bench.classes["Tell"] = node_type(run, OUTPUT_NODE=True)
        run = bench.run({"5": node("Tell")})
        assert run.told("progress") == [{"value": i, "max": 4, "prompt_id": "p", "node": "5"} for i in (1, 2, 3)]
        kinds = [event.type if isinstance(event, Event) else type(event).__name__ for event in run.events]
        assert kinds[4:12] == ["progress_state", "PreviewEvent", "progress"] * 2 + ["progress_state", "progress"]
        jpeg, png = [event for event in run.events if isinstance(event, PreviewEvent)]
        assert (jpeg.format, jpeg.image[:3], jpeg.node_id, jpeg.display_node_id) == ("JPEG", b"\xff\xd8\xff", "5", "5")
        assert (jpeg.real_node_id, jpeg.parent_node_id, jpeg.prompt_id) == ("5", None, "p")
        assert (png.format, png.image[:4]) == ("PNG", b"\x89PNG")
        assert [event for event in run.events if isinstance(event, TextEvent)] == [TextEvent("5", "so far")]
        states = [data["nodes"]["5"] for data in run.told("progress_state")]
        assert [(state["value"], state["max"], state["state"]) for state in states] == [
            (0.0, 1.0, "running"),
            (1, 4, "running"),
            (2, 4, "running"),
            (3, 4, "running"),
            (4, 4, "finished"),
        ]

    def test_a_preview_is_fitted_up_and_down(self, bench: Bench) -> None:
        from io import BytesIO

        from PIL import Image

        def run(self):
            for size in ((40, 20), (2, 4), (1000, 1)):
                current().progress(1, 4, Image.new("RGB", size), preview_size=16)
            return ()

        bench.classes["Tell"] = node_type(run, OUTPUT_NODE=True)
        pictures = [event.image for event in bench.run({"5": node("Tell")}).events if isinstance(event, PreviewEvent)]
        assert [Image.open(BytesIO(one)).size for one in pictures] == [(16, 8), (8, 16), (16, 1)]

    def test_what_a_node_knows_of_itself(self, bench: Bench) -> None:
        def run(self):
            here = current()
            bench.seen.append((here.prompt_id, here.node_id, here.class_type, here.host, here.interrupted()))
            assert here.dynprompt.has_node("5")
            return ()

        bench.classes["Tell"] = node_type(run, OUTPUT_NODE=True)
        host = object()
        bench.run({"5": node("Tell")}, host=host)
        assert bench.seen == [("p", "5", "Tell", host, False)]
        with pytest.raises(LookupError, match="No node is running"):
            current()


def test_an_unvalidated_prompt_fails_without_raising() -> None:
    executor = Executor(Registry({}, {}), cache=Classic())
    for prompt in ({"1": node("Nowhere")}, {}):
        request = Request(prompt_id="p", prompt=prompt, outputs=["1"])
        outcome = executor.run(request, lambda _: None, lambda: False, None)
        assert outcome.status_str == "error"


def test_an_executor_leaves_nothing_open() -> None:
    executor = Executor(Registry({}, {}), cache=Classic())
    loop = executor._loop
    del executor
    assert loop.is_closed()
