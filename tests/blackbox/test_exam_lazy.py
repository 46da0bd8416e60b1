"""Lazy inputs (contract 5.2)."""

from itertools import count
from typing import Any

import pytest
from exam_client import Client, Graph, node, shown

_TAGS = count(1)


def picking(kind: str, which: str) -> Graph:
    first = next(_TAGS)
    return shown(
        ["pick", 0],
        a=node("ExamCounter", tag=first),
        b=node("ExamRandom", tag=first),
        pick=node(kind, which=which, a=["a", 0], b=["b", 0]),
    )


@pytest.mark.parametrize("kind", ["ExamPick", "ExamPickAsync"])
@pytest.mark.parametrize("which", ["", "a", "b", "ab"])
def test_only_what_is_asked_for_runs(exam: Client, kind: str, which: str) -> None:
    run = exam.run(picking(kind, which))
    assert {"a", "b"} & set(run.ran) == set(which)
    assert run.ran.count("pick") == (2 if which else 1), "announced again when it is resumed"
    assert run.status == "success"


def test_one_after_the_other(exam: Client) -> None:
    def run(a: int) -> Any:
        graph = {"a": node("ExamAdd", a=a, b=next(_TAGS) * 0), "b": node("ExamCounter", tag=next(_TAGS) + 500)}
        return exam.run(shown(["l", 0], l=node("ExamOneByOne", a=["a", 0], b=["b", 0]), **graph))

    low, high = run(next(_TAGS) % 3), run(next(_TAGS) + 50)
    assert "b" in low.ran
    assert low.ran.count("l") == 3
    assert "b" not in high.ran
    assert high.ran.count("l") == 2
    assert high.text()[0].endswith("None'")


def test_mapped_lazy_inputs(exam: Client) -> None:
    graph = {
        "which": node("ExamRange", count=3),
        "a": node("ExamRange", count=8),
        "b": node("ExamCounter", tag=next(_TAGS) + 1000),
        "l": node("ExamOneByOne", a=["a", 0], b=["b", 0]),
        "w": node("ExamWhole", items=["l", 0], literal=0),
    }
    text = exam.run(shown(["w", 0], **graph)).text()[0]
    assert text.count("'") >= 2
    assert "0 " in text
    assert "7 " in text


def test_whole_lists_lazily(exam: Client) -> None:
    graph = {"a": node("ExamRange", count=2), "b": node("ExamCounter", tag=next(_TAGS)),
             "l": node("ExamLazyLists", a=["a", 0], b=["b", 0])}  # fmt: skip
    run = exam.run(shown(["l", 0], **graph))
    assert run.text() == ["'[0, 1] [None]'"]
    assert "b" not in run.ran


def test_never_asked_never_given(exam: Client) -> None:
    run = exam.run(shown(["l", 0], a=node("ExamCounter", tag=next(_TAGS)), l=node("ExamLazyWithoutCheck", a=["a", 0])))
    assert run.text() == ["'None'"]
    assert "a" not in run.ran


def test_lazy_literals_are_given(exam: Client) -> None:
    assert exam.run(shown(["l", 0], l=node("ExamLazyWithoutCheck", a=5))).text() == ["'5'"]


def test_the_mixin_asks_for_everything(exam: Client) -> None:
    graph = {
        "a": node("ExamInt", value=1),
        "b": node("ExamInt", value=2),
        "l": node("ExamLazyMixin", a=["a", 0], b=["b", 0]),
    }
    assert exam.run(shown(["l", 0], **graph)).text() == ["'1 2'"]


def test_a_list_of_which_is_asked_for_each_item(exam: Client) -> None:
    graph = {"a": node("ExamInt", value=1), "l": node("ExamLazyWrong", ask="a", a=["a", 0])}
    assert exam.run(shown(["l", 0], **graph)).text() == ["'1 None'"]


@pytest.mark.parametrize("ask", ["b", "nonsense"])
def test_asking_for_what_is_not_there_is_an_error(exam: Client, ask: str) -> None:
    run = exam.run(shown(["l", 0], a=node("ExamInt", value=1), l=node("ExamLazyWrong", ask=ask, a=["a", 0])))
    assert run.error["exception_type"].endswith("NodeInputError")
    assert run.error["node_id"] == "l"
    assert run.status == "error"


def test_asking_for_a_literal(exam: Client) -> None:
    """One that is declared is there already; one that is not has been dropped."""
    graph = shown(["l", 0], a=node("ExamInt", value=1), l=node("ExamLazyWrong", ask="b", a=["a", 0], b=3))
    assert exam.run(graph).text() == ["'None 3'"]
    graph["l"]["inputs"] |= {"ask": "stranger", "stranger": 3}
    assert exam.run(graph).error["exception_type"].endswith("NodeInputError")


def test_an_error_in_the_asking(exam: Client) -> None:
    graph = picking("ExamLazyRaises", "a")
    run = exam.run(graph)
    assert (run.error["exception_type"], run.error["node_id"]) == ("RuntimeError", "pick")


@pytest.mark.parametrize(("value", "needed"), [(0.0, {"one"}), (1.0, {"two"}), (0.5, {"one", "two"})])
def test_pictures_by_a_mask(exam: Client, value: float, needed: set[str]) -> None:
    side = 16 + next(_TAGS)
    graph = {
        "one": node("ExamPicture", content="BLACK", width=side, height=side, batch=1),
        "two": node("ExamPicture", content="WHITE", width=side, height=side, batch=1),
        "mask": node("ExamMask", value=value, side=side),
        "mix": node("ExamMix", one=["one", 0], two=["two", 0], mask=["mask", 0]),
        "mean": node("ExamMean", image=["mix", 0]),
        "save": node("PreviewImage", images=["mix", 0]),
    }
    run = exam.run(shown(["mean", 0], **graph))
    assert {"one", "two"} & set(run.ran) == needed
    assert run.value == value
    assert run.record["outputs"]["save"]["images"][0]["type"] == "temp"


def test_a_lazy_input_is_validated_all_the_same(one: Client) -> None:
    graph = picking("ExamPick", "a")
    graph["b"] = node("ExamInt", value=5000)
    answer = one.refused(graph)
    assert [error["type"] for error in answer["node_errors"]["b"]["errors"]] == ["value_bigger_than_max"]


def test_a_lazy_chain_of_lazy_nodes(exam: Client) -> None:
    first = next(_TAGS)
    graph = {
        "x": node("ExamCounter", tag=first + 10000), "y": node("ExamCounter", tag=first + 20000),
        "p": node("ExamPick", which="a", a=["x", 0], b=["y", 0]),
        "q": node("ExamPick", which="b", a=["y", 0], b=["p", 0]),
    }  # fmt: skip
    run = exam.run(shown(["q", 0], **graph))
    assert "x" in run.ran
    assert "y" not in run.ran


def test_lazy_inputs_into_expanding_nodes(exam: Client) -> None:
    graph = {
        "i": node("ExamInt", value=next(_TAGS)), "e": node("ExamExpand", value=["i", 0], times=2),
        "r": node("ExamRandom", tag=next(_TAGS)), "p": node("ExamPick", which="a", a=["e", 0], b=["r", 0]),
    }  # fmt: skip
    run = exam.run(shown(["p", 0], **graph))
    assert run.value == graph["i"]["inputs"]["value"] + 2
    assert "r" not in run.ran
