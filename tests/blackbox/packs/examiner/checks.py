"""VALIDATE_INPUTS in all its forms."""

import asyncio

from comfy.comfy_types import IO


class Checked:
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/checks"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": ("INT", {"min": 0, "max": 10}), "b": ("INT", {"min": 0, "max": 10})}}

    def run(self, **inputs):
        return {"ui": {"text": [str(sorted(inputs.items()))]}, "result": ("ok",)}


class ExamCheckOne(Checked):
    """Names one input: its bounds do not count any more, those of the other do."""

    @classmethod
    def VALIDATE_INPUTS(cls, a):
        if a is None:
            return True
        return True if a < 100 else f"{a} is too much"


class ExamCheckFalse(Checked):
    @classmethod
    def VALIDATE_INPUTS(cls, a, b):
        return a == b


class ExamCheckAll(Checked):
    """Sees all literals: no bounds count."""

    @classmethod
    def VALIDATE_INPUTS(cls, **inputs):
        if any(value is None for value in inputs.values()):
            return True
        return True if sum(inputs.values()) < 100 else "the sum is " + str(sum(inputs.values()))


class ExamCheckTypes(Checked):
    """Switches the check of link types off and does it by itself."""

    @classmethod
    def VALIDATE_INPUTS(cls, input_types):
        if input_types.get("a", "INT") not in ("INT", "STRING"):
            return f"a may not be {input_types['a']}"
        return True


class ExamCheckHidden(Checked):
    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {"a": ("INT", {})},
            "hidden": {"prompt": "PROMPT", "me": "UNIQUE_ID", "extra": "EXTRA_PNGINFO"},
        }

    @classmethod
    def VALIDATE_INPUTS(cls, a, prompt, me, extra):
        return f"a={a} prompt={prompt} me={me} extra={extra}"

    def run(self, a, prompt, me, extra):
        return ("",)


class ExamCheckRaises(Checked):
    @classmethod
    def VALIDATE_INPUTS(cls, a):
        if a == 3:
            raise RuntimeError("three is too much for me")
        return True


class ExamCheckAsync(Checked):
    @classmethod
    async def VALIDATE_INPUTS(cls, a):
        await asyncio.sleep(0.01)
        return True if a != 4 else "four waits in vain"


class ExamCheckAsyncRaises(Checked):
    @classmethod
    async def VALIDATE_INPUTS(cls, a):
        await asyncio.sleep(0)
        raise ValueError("not while I sleep")


class ExamCheckLists(Checked):
    INPUT_IS_LIST = True

    @classmethod
    def VALIDATE_INPUTS(cls, a):
        return True if isinstance(a, list) and a[0] != 5 else f"{a}"

    def run(self, a, b):
        return {"ui": {"text": [f"{a} {b}"]}, "result": ("ok",)}


class ExamCheckInner(Checked):
    """Not an output: fails in the middle of a graph."""

    OUTPUT_NODE = False

    @classmethod
    def VALIDATE_INPUTS(cls, a):
        if a == 3:
            raise RuntimeError("inner trouble")
        return True if a < 5 else "inner refusal"

    def run(self, a, b):
        return (str(a),)


class ExamCheckLinked(Checked):
    """A linked input that it names comes as None."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": (IO.ANY, {}), "b": ("INT", {})}}

    @classmethod
    def VALIDATE_INPUTS(cls, a, b):
        return True if a is None else "a is a literal"


NODES = (
    ExamCheckOne, ExamCheckFalse, ExamCheckAll, ExamCheckTypes, ExamCheckHidden, ExamCheckRaises, ExamCheckAsync,
    ExamCheckAsyncRaises, ExamCheckLists, ExamCheckInner, ExamCheckLinked,
)  # fmt: skip
