"""IS_CHANGED in all its forms. Every node tells how often its class has run."""

import asyncio
import math


class Changing:
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/changed"
    runs = 0

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {})}, "optional": {"link": ("INT", {"forceInput": True})}}

    def run(self, value, link=None):
        type(self).runs += 1
        return (f"{value} {link}",)


class ExamChangesAlways(Changing):
    @classmethod
    def IS_CHANGED(cls, value, link=None):
        return float("nan")


class ExamChangesNever(Changing):
    @classmethod
    def IS_CHANGED(cls, value, link=None):
        return "the same"


class ExamChangesSometimes(Changing):
    """Every second time."""

    asked = 0

    @classmethod
    def IS_CHANGED(cls, value, link=None):
        cls.asked += 1
        return cls.asked // 2


class ExamChangesSees(Changing):
    """Answers what it sees, so that it can be read in the metadata."""

    @classmethod
    def IS_CHANGED(cls, value, link="absent"):
        return f"value={value} link={link}"


class ExamChangesRaises(Changing):
    @classmethod
    def IS_CHANGED(cls, value, link=None):
        raise RuntimeError("who knows")


class ExamChangesAsync(Changing):
    @classmethod
    async def IS_CHANGED(cls, value, link=None):
        await asyncio.sleep(0.01)
        return value // 10


class ExamChangesSharedNan(Changing):
    @classmethod
    def IS_CHANGED(cls, value, link=None):
        return math.nan


NODES = (
    ExamChangesAlways, ExamChangesNever, ExamChangesSometimes, ExamChangesSees, ExamChangesRaises, ExamChangesAsync,
    ExamChangesSharedNan,
)  # fmt: skip
