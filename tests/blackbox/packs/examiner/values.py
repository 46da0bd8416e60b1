"""Values in and out: every kind of widget, optional and hidden inputs, outputs with and without sockets."""

import random
import sys

from comfy.comfy_types import IO, ComfyNodeABC, InputTypeDict

COLOURS = ["red", "green", "blue"]


class ExamInt:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {"default": 0, "min": -1000, "max": 1000, "step": 1})}}

    RETURN_TYPES = ("INT",)
    RETURN_NAMES = ("number",)
    FUNCTION = "run"
    CATEGORY = "exam/values"
    DESCRIPTION = "An integer."
    OUTPUT_TOOLTIPS = ("The integer.",)

    def run(self, value):
        assert type(value) is int
        return (value,)


class ExamFloat:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.0, "min": 0.0, "max": 10.0, "step": 0.5, "round": 0.1})}}

    RETURN_TYPES = ("FLOAT",)
    FUNCTION = "run"
    DEPRECATED = True
    EXPERIMENTAL = True
    API_NODE = False

    def run(self, value):
        assert type(value) is float
        return (value,)


class ExamText:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("STRING", {"multiline": True})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, value):
        assert type(value) is str
        return (value,)


class ExamFlag:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("BOOLEAN", {"default": True, "label_on": "yes", "label_off": "no"})}}

    RETURN_TYPES = ("BOOLEAN",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, value):
        assert type(value) is bool
        return (value,)


class ExamChoice:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"colour": (COLOURS, {"default": "green"}), "number": ([1, 2, 3],)}}

    RETURN_TYPES = (COLOURS, "INT")
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, colour, number):
        return (colour, number)


class ExamTakeChoice:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"colour": (COLOURS,)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, colour):
        return (colour,)


class ExamLongChoice:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"word": ([f"word{i}" for i in range(21)],)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, word):
        return (word,)


class ExamNewChoice:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"word": ("COMBO", {"options": ["a", "b"]})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, word):
        return (word,)


class ExamJson:
    """Takes a literal of no known type, lists among them."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("EXAM_JSON",)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, value):
        return (repr(value),)


class ExamShow(ComfyNodeABC):
    """An output node with a socket: shows what it gets and hands it on."""

    @classmethod
    def INPUT_TYPES(cls) -> InputTypeDict:
        return {"required": {"value": (IO.ANY, {})}, "optional": {"note": (IO.STRING, {"default": ""})}}

    RETURN_TYPES = (IO.ANY,)
    FUNCTION = "show"
    CATEGORY = "exam/values"
    OUTPUT_NODE = True

    def show(self, value, note="nothing"):
        return {"ui": {"text": [repr(value)], "note": [note]}, "result": (value,)}


class ExamSilentOutput:
    """An output node that shows nothing."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": (IO.ANY,)}}

    RETURN_TYPES = ()
    FUNCTION = "run"
    CATEGORY = "exam/values"
    OUTPUT_NODE = True

    def run(self, value):
        return {}


class ExamTruthyOutput:
    """Not an output node: only a plain True counts."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": (IO.ANY,)}}

    RETURN_TYPES = ()
    FUNCTION = "run"
    CATEGORY = "exam/values"
    OUTPUT_NODE = 1

    def run(self, value):
        return {"ui": {"text": ["no"]}}


class ExamOptional:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}, "optional": {"a": ("INT", {"default": 5}), "b": ("INT", {"default": 6})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, a=70, **more):
        return (f"a={a} more={more}",)


class ExamVariadic:
    """Takes whatever is linked to it."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"first": ("INT,FLOAT", {})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, **inputs):
        return (",".join(f"{name}={inputs[name]}" for name in sorted(inputs)),)


class ExamHidden:
    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {"tag": ("STRING", {})},
            "hidden": {
                "prompt": "PROMPT",
                "extra": "EXTRA_PNGINFO",
                "me": "UNIQUE_ID",
                "graph": "DYNPROMPT",
                "token": "AUTH_TOKEN_COMFY_ORG",
                "key": "API_KEY_COMFY_ORG",
            },
        }

    RETURN_TYPES = ("STRING", "STRING", "STRING", "STRING", "STRING")
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, tag, prompt, extra, me, graph, token, key):
        kind = prompt[me]["class_type"]
        told = (
            graph.get_node(me) == prompt[me],
            graph.has_node(me),
            graph.has_node("nobody"),
            me in graph.all_node_ids(),
        )
        ids = (graph.get_parent_node_id(me), graph.get_real_node_id(me), graph.get_display_node_id(me))
        return (f"{me} {kind}", repr(extra), repr(told), repr(ids), repr((token, key)))


class ExamCounter:
    """Counts the calls of its instance."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"tag": ("INT", {})}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def __init__(self):
        self.calls = 0

    def run(self, tag):
        self.calls += 1
        return (self.calls,)


class ExamRandom:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"tag": ("INT", {})}}

    RETURN_TYPES = ("FLOAT",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, tag):
        return (random.random(),)


class ExamNotIdempotent(ExamRandom):
    NOT_IDEMPOTENT = True


class ExamKnowsItself(ExamRandom):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"tag": ("INT", {})}, "hidden": {"me": "UNIQUE_ID"}}

    def run(self, tag, me):
        return (random.random(),)


class ExamThing:
    """Puts out an object that is no JSON."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    RETURN_TYPES = ("THING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self):
        return (object(),)


class ExamAdd:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": ("INT", {"forceInput": True}), "b": ("INT", {"default": 0})}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, a, b):
        return (a + b,)


class ExamBoom:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": (IO.ANY, {}), "how": (["error", "own", "exit", "interrupt", "bad result"],)}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, value, how):
        if how == "error":
            raise ValueError("it went wrong: ü")
        if how == "own":
            raise ExamError("our own")
        if how == "exit":
            sys.exit(3)
        if how == "interrupt":
            import comfy.model_management

            raise comfy.model_management.InterruptProcessingException
        return 7


class ExamError(Exception):
    """Of this module."""


class ExamUnmade:
    """Cannot be constructed."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def __init__(self):
        raise OSError("not made")


class ExamUnfinished:
    """Has no method of its FUNCTION's name."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "later"
    CATEGORY = "exam/values"


class ExamLong:
    """A text of that many characters, shown."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"count": ("INT", {})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/values"
    OUTPUT_NODE = True

    def run(self, count):
        return {"ui": {"text": ["x" * count]}, "result": ("x" * count,)}


class ExamTypes:
    """Puts out several types; takes several."""

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {"tag": ("INT", {})},
            "optional": {
                "number": ("FLOAT,INT", {}),
                "mixed": ("IMAGE,FLOAT", {}),
                "any": (IO.ANY, {}),
                "star": ("*", {}),
                "thing": ("THING", {}),
                "io_number": (IO.NUMBER, {}),
            },
        }

    RETURN_TYPES = ("INT", "FLOAT", "FLOAT,STRING", "*", IO.ANY, "THING")
    FUNCTION = "run"
    CATEGORY = "exam/values"

    def run(self, tag, **inputs):
        return (tag, float(tag), float(tag), tag, tag, tag)


class ExamBrokenTypes:
    @classmethod
    def INPUT_TYPES(cls):
        raise RuntimeError("no inputs today")

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/values"
    OUTPUT_NODE = True

    def run(self):
        return (1,)


NODES = (
    ExamInt,
    ExamFloat,
    ExamText,
    ExamFlag,
    ExamChoice,
    ExamTakeChoice,
    ExamLongChoice,
    ExamNewChoice,
    ExamJson,
    ExamShow,
    ExamSilentOutput,
    ExamTruthyOutput,
    ExamOptional,
    ExamVariadic,
    ExamHidden,
    ExamCounter,
    ExamRandom,
    ExamNotIdempotent,
    ExamKnowsItself,
    ExamThing,
    ExamAdd,
    ExamBoom,
    ExamUnmade,
    ExamUnfinished,
    ExamLong,
    ExamTypes,
    ExamBrokenTypes,
)
