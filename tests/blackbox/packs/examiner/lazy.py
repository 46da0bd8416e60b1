"""Lazy inputs: asked for at once, one after the other, for each item of a list, by a coroutine, wrongly."""

import asyncio

from comfy.comfy_types import IO, CheckLazyMixin


def lazy(kind="INT"):
    return (kind, {"lazy": True})


class ExamPick:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"which": ("STRING", {}), "a": lazy(IO.ANY), "b": lazy(IO.ANY)}}

    RETURN_TYPES = (IO.ANY,)
    FUNCTION = "run"
    CATEGORY = "exam/lazy"

    def check_lazy_status(self, which, a, b):
        return [name for name in which if {"a": a, "b": b}[name] is None]

    def run(self, which, a, b):
        return ({"": "neither", "a": a, "b": b, "ab": f"{a} and {b}"}[which],)


class ExamOneByOne:
    """Asks for a, and for b only where a is below 5; c is a list mapped over."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": lazy(), "b": lazy()}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/lazy"

    def check_lazy_status(self, a, b):
        if a is None:
            return ["a"]
        return ["b"] if a < 5 and b is None else []

    def run(self, a, b):
        return (f"{a} {b}",)


class ExamPickAsync(ExamPick):
    async def check_lazy_status(self, which, a, b):
        await asyncio.sleep(0.01)
        return [name for name in which if {"a": a, "b": b}[name] is None]


class ExamLazyLists:
    INPUT_IS_LIST = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": lazy(), "b": lazy()}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/lazy"

    def check_lazy_status(self, a, b):
        return ["a"] if a == (None,) or a == [None] else []

    def run(self, a, b):
        return (f"{list(a)} {list(b)}",)


class ExamLazyWithoutCheck:
    """Never asks: it gets nothing."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": lazy()}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/lazy"

    def run(self, a):
        return (repr(a),)


class ExamLazyMixin(CheckLazyMixin):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": lazy(), "b": lazy()}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/lazy"

    def run(self, a, b):
        return (f"{a} {b}",)


class ExamLazyWrong:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"ask": ("STRING", {}), "a": lazy()}, "optional": {"b": lazy()}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/lazy"

    def check_lazy_status(self, ask, a, b=None):
        return [ask]

    def run(self, ask, a, b=None):
        return (f"{a} {b}",)


class ExamLazyRaises(ExamPick):
    def check_lazy_status(self, which, a, b):
        raise RuntimeError("lazy to the end")


NODES = (
    ExamPick, ExamOneByOne, ExamPickAsync, ExamLazyLists, ExamLazyWithoutCheck, ExamLazyMixin, ExamLazyWrong,
    ExamLazyRaises,
)  # fmt: skip
