"""What is run again and what is not (contract 5.3), in each cache mode."""

from itertools import count
from typing import Any

import pytest
from exam_client import Client, Graph, node, shown

_TAGS = count(600_000)


def tag() -> int:
    """A number that no other prompt has, so that no cache knows it."""
    return next(_TAGS)


def chain(first: int, b: int = 1) -> Graph:
    """1 -> 2 -> out."""
    return shown(["2", 0], **{"1": node("ExamCounter", tag=first), "2": node("ExamAdd", a=["1", 0], b=b)})


def test_the_same_prompt_again_runs_nothing(exam: Client, caching: bool) -> None:
    graph = chain(tag())
    first = exam.run(graph)
    assert (set(first.ran), first.cached) == ({"1", "2", "out"}, set())
    again = exam.run(graph)
    if not caching:
        assert (set(again.ran), again.cached) == ({"1", "2", "out"}, set())
        return
    assert (again.ran, again.cached) == ([], {"1", "2", "out"})
    kinds = [kind for kind in again.kinds if kind != "status"]
    ends = ["execution_success", "executing"]
    assert kinds == ["execution_start", "execution_cached", "executed", "progress_state", *ends]
    assert again.of("executed") == [{**first.of("executed")[0], "prompt_id": again.prompt_id}]
    (state,) = again.of("progress_state")[0]["nodes"].values()
    assert (state["value"], state["max"], state["state"], state["node_id"]) == (1, 1, "finished", "out")
    assert again.record["outputs"] == first.record["outputs"]
    assert again.record["meta"] == first.record["meta"]


def test_only_what_changed_and_what_follows_it_runs(exam: Client, caching: bool) -> None:
    first = tag()
    exam.run(chain(first))
    again = exam.run(chain(first, b=2))
    assert set(again.ran) == ({"2", "out"} if caching else {"1", "2", "out"})
    assert again.cached == ({"1"} if caching else set())


def test_ids_do_not_matter(exam: Client, caching: bool) -> None:
    first = tag()
    exam.run(chain(first))
    renamed = {"x": node("ExamCounter", tag=first), "y": node("ExamAdd", a=["x", 0], b=1),
               "z": node("ExamShow", value=["y", 0])}  # fmt: skip
    again = exam.run(renamed)
    assert set(again.ran) == (set() if caching else {"x", "y", "z"})
    assert list(again.record["outputs"]) == ["z"]
    assert again.of("executed")[0]["node"] == "z"


def test_coerced_values_are_what_counts(exam: Client, caching: bool) -> None:
    first = tag()
    exam.run(chain(first))
    graph = chain(first)
    graph["1"]["inputs"]["tag"] = str(first)
    graph["1"]["_meta"] = {"title": "another"}
    graph["1"]["inputs"]["undeclared"] = {"ignored": [1]}
    again = exam.run(graph)
    assert ("2" in again.ran) is not caching or "1" in again.ran


def test_the_order_of_keys_does_not_matter(exam: Client, caching: bool) -> None:
    first = tag()
    exam.run(chain(first))
    graph = dict(reversed(chain(first).items()))
    graph["2"]["inputs"] = dict(reversed(graph["2"]["inputs"].items()))
    assert set(exam.run(graph).ran) == (set() if caching else {"1", "2", "out"})


def test_identical_nodes_of_a_prompt_run_once(exam: Client) -> None:
    first = tag()
    graph = {
        "a": node("ExamRandom", tag=first), "b": node("ExamRandom", tag=first),
        "sa": node("ExamShow", value=["a", 0], note="one"), "sb": node("ExamShow", value=["b", 0], note="two"),
        "twin": node("ExamShow", value=["b", 0], note="two"),
    }  # fmt: skip
    run = exam.run(graph)
    assert run.text("sa") == run.text("sb") == run.text("twin")
    assert len({"a", "b"} & set(run.ran)) == 1
    assert len({"sb", "twin"} & set(run.ran)) == 1
    assert {data["node"] for data in run.of("executed")} == {"sa", "sb", "twin"}


@pytest.mark.parametrize("kind", ["ExamNotIdempotent", "ExamKnowsItself"])
def test_nodes_bound_to_their_id_do_not_share(exam: Client, caching: bool, kind: str) -> None:
    first = tag()
    graph = {"a": node(kind, tag=first), "b": node(kind, tag=first), "sa": node("ExamShow", value=["a", 0]),
             "sb": node("ExamShow", value=["b", 0])}  # fmt: skip
    run = exam.run(graph)
    assert run.text("sa") != run.text("sb")
    assert {"a", "b"} <= set(run.ran)
    assert set(exam.run(graph).ran) == (set() if caching else set(graph))
    moved = {"c": graph["a"], "sc": node("ExamShow", value=["c", 0])}
    assert "c" in exam.run(moved).ran


def test_classic_keeps_just_the_prompt_before(exam: Client, mode: str) -> None:
    one, two = tag(), tag()
    exam.run(chain(one))
    exam.run(chain(two))
    ran = set(exam.run(chain(one)).ran)
    assert ran == (set() if mode == "lru" else {"1", "2", "out"})


def test_a_part_of_a_prompt_keeps_that_part(exam: Client, mode: str) -> None:
    first = tag()
    exam.run(chain(first))
    exam.run({"s": node("ExamShow", value=["1", 0], note="part"), "1": node("ExamCounter", tag=first)})
    assert (
        set(exam.run(chain(first)).ran) == {"classic": {"2", "out"}, "lru": set(), "uncached": {"1", "2", "out"}}[mode]
    )


def test_failed_runs_keep_what_finished(exam: Client, caching: bool) -> None:
    first = tag()
    graph = shown(["bad", 0], **{"1": node("ExamCounter", tag=first), "2": node("ExamAdd", a=["1", 0], b=0)})
    graph["bad"] = node("ExamBoom", value=["2", 0], how="error")
    run = exam.run(graph)
    assert run.error["node_id"] == "bad"
    again = exam.run(graph)
    assert again.cached == ({"1", "2"} if caching else set())
    assert set(again.ran) == ({"bad"} if caching else {"1", "2", "bad"})


def test_objects_never_match_but_their_producer_does(exam: Client, caching: bool) -> None:
    graph = {
        "t": node("ExamThing"),
        "j": node("ExamTypes", tag=tag(), thing=["t", 0]),
        "out": node("ExamShow", value=["j", 0]),
    }
    exam.run(graph)
    assert set(exam.run(graph).ran) == (set() if caching else {"t", "j", "out"})


def changing(kind: str, first: int, **more: Any) -> Graph:
    return shown(["c", 0], c=node(kind, value=first, **more))


@pytest.mark.parametrize(
    ("kind", "again"),
    [("ExamChangesAlways", True), ("ExamChangesRaises", True), ("ExamChangesNever", False), ("ExamChangesSees", False)],
)
def test_is_changed_decides(exam: Client, caching: bool, kind: str, again: bool) -> None:
    graph = changing(kind, tag())
    exam.run(graph)
    assert ("c" in exam.run(graph).ran) is (again or not caching)


def test_is_changed_of_a_value_that_moves_now_and_then(exam: Client, caching: bool) -> None:
    graph = changing("ExamChangesSometimes", tag())
    ran = ["c" in exam.run(graph).ran for _ in range(5)]
    assert ran.count(True) == 5 if not caching else ran.count(True) == 3, ran


def test_is_changed_may_be_async(exam: Client, caching: bool) -> None:
    first = 10 * tag()
    exam.run(changing("ExamChangesAsync", first))
    run = exam.run(changing("ExamChangesAsync", first))
    assert ("c" in run.ran) is not caching
    assert run.record["prompt"][2]["c"].get("is_changed") in (None, [first // 10])


def test_is_changed_sees_none_for_links_and_lands_in_the_metadata(one: Client) -> None:
    graph = changing("ExamChangesSees", tag(), link=["1", 0])
    graph["1"] = node("ExamInt", value=3)
    graph["p"] = node("ExamPicture", content="WHITE", width=8, height=8, batch=1)
    graph["save"] = node("SaveImage", images=["p", 0], filename_prefix="changed")
    run = one.run(graph)
    file = run.record["outputs"]["save"]["images"][0]
    embedded = _metadata(one, file)["prompt"]
    assert embedded["c"]["is_changed"] == [f"value={graph['c']['inputs']['value']} link=None"]
    again = one.run(embedded)
    assert again.cached >= {"c", "p", "save"}, "a client that sends it back supplies the value itself"
    embedded["c"]["is_changed"] = ["something else"]
    assert "c" in one.run(embedded).ran


def test_is_changed_is_asked_of_nodes_that_nothing_needs(one: Client) -> None:
    graph = changing("ExamChangesSees", tag())
    graph["idle"] = node("ExamChangesSees", value=5)
    graph["p"] = node("ExamPicture", content="NOISE", width=8, height=8, batch=1)
    graph["save"] = node("SaveImage", images=["p", 0], filename_prefix="idle")
    run = one.run(graph)
    assert "idle" not in run.ran
    embedded = _metadata(one, run.record["outputs"]["save"]["images"][0])["prompt"]
    assert embedded["idle"]["is_changed"] == ["value=5 link=absent"]


def _metadata(client: Client, file: dict[str, str]) -> dict[str, Any]:
    import json
    from io import BytesIO

    from PIL import Image

    reply = client.get("/view", **file)
    assert reply.status_code == 200
    with Image.open(BytesIO(reply.content)) as picture:
        return {key: json.loads(value) for key, value in picture.text.items()}


def test_a_changed_node_takes_what_follows_along(exam: Client) -> None:
    graph = changing("ExamChangesAlways", tag())
    graph["v"] = node("ExamVariadic", first=5, other=["c", 0])
    graph["end"] = node("ExamShow", value=["v", 0])
    exam.run(graph)
    assert {"c", "v", "out", "end"} <= set(exam.run(graph).ran)


def test_free_memory_drops_the_results(exam: Client) -> None:
    graph = chain(tag())
    exam.run(graph)
    reply = exam.post("/free", {"free_memory": True})
    assert (reply.status_code, reply.content) == (200, b"")
    assert set(exam.run(graph).ran) == {"1", "2", "out"}


def test_unloading_models_keeps_the_results(exam: Client, caching: bool) -> None:
    graph = chain(tag())
    exam.run(graph)
    assert exam.post("/free", {"unload_models": True}).status_code == 200
    assert set(exam.run(graph).ran) == (set() if caching else {"1", "2", "out"})


def test_unloading_models_drops_the_results_that_are_none(exam: Client, caching: bool) -> None:
    """Objects might hold a model; what came of them stays."""
    graph = {
        "t": node("ExamThing"),
        "j": node("ExamTypes", tag=tag(), thing=["t", 0]),
        "u": node("ExamShow", value=["t", 0]),
    }
    graph |= {"out": node("ExamShow", value=["j", 0])}
    exam.run(graph)
    exam.post("/free", {"unload_models": True})
    again = exam.run(graph)
    assert set(again.ran) == ({"t", "u"} if caching else {"t", "j", "u", "out"})


def test_expansions_are_cached_with_their_node(exam: Client, caching: bool) -> None:
    graph = shown(
        ["e", 0], **{"1": node("ExamInt", value=tag() % 900), "e": node("ExamExpand", value=["1", 0], times=2)}
    )
    first = exam.run(graph)
    assert {"e.0.0.1", "e.0.0.2"} <= set(first.ran)
    assert set(exam.run(graph).ran) == (set() if caching else {"1", "e", "e.0.0.1", "e.0.0.2", "out"})


def test_inner_nodes_are_reused_when_the_expansion_grows(exam: Client, caching: bool) -> None:
    graph = shown(
        ["e", 0], **{"1": node("ExamInt", value=-tag() % 900), "e": node("ExamExpand", value=["1", 0], times=2)}
    )
    exam.run(graph)
    graph["e"]["inputs"]["times"] = 3
    again = exam.run(graph)
    assert {"e", "e.0.0.3", "out"} <= set(again.ran)
    if caching:
        assert "1" not in again.ran


def test_pictures_are_not_saved_twice(exam: Client, caching: bool) -> None:
    graph = {"p": node("ExamPicture", content="NOISE", width=8, height=8 + tag() % 500, batch=1),
             "a": node("SaveImage", images=["p", 0], filename_prefix="same"),
             "b": node("SaveImage", images=["p", 0], filename_prefix="same")}  # fmt: skip
    run = exam.run(graph)
    assert run.record["outputs"]["a"] == run.record["outputs"]["b"], "one file, both report it"
    assert len({"a", "b"} & set(run.ran)) == 1
    assert {data["node"] for data in run.of("executed")} == {"a", "b"}
    again = exam.run(graph)
    assert (again.record["outputs"] == run.record["outputs"]) is caching
