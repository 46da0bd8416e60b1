"""Lists on the links: mapped calls, whole lists, lists made of calls."""

from comfy.comfy_types import IO


class ExamRange:
    """A list of numbers, and how many."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"count": ("INT", {"default": 3, "min": 0, "max": 100})}}

    RETURN_TYPES = ("INT", "INT")
    OUTPUT_IS_LIST = (True, False)
    FUNCTION = "run"
    CATEGORY = "exam/lists"

    def run(self, count):
        return (list(range(count)), count)


class ExamPair:
    """Called once for each item."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"a": ("INT", {}), "b": ("INT", {}), "c": ("INT", {"default": 9})}}

    RETURN_TYPES = ("STRING", "INT")
    OUTPUT_IS_LIST = (False, True)
    FUNCTION = "run"
    CATEGORY = "exam/lists"

    def run(self, a, b, c):
        return (f"{a}:{b}:{c}", [a, b])


class ExamWhole:
    """Called once with everything."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"items": (IO.ANY, {}), "literal": ("INT", {})}, "hidden": {"me": "UNIQUE_ID"}}

    RETURN_TYPES = ("STRING",)
    INPUT_IS_LIST = True
    FUNCTION = "run"
    CATEGORY = "exam/lists"

    def run(self, items, literal, me):
        return (f"{items} {literal} {me}",)


class ExamShowEach:
    """Shows each item of a list; one call each."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"item": (IO.ANY, {})}}

    RETURN_TYPES = ()
    FUNCTION = "run"
    CATEGORY = "exam/lists"
    OUTPUT_NODE = True

    def run(self, item):
        more = {"first": ["here"]} if item == 0 else {"later": ["gone"], "first": ["too"]}
        return {"ui": {"text": [str(item)], **more}}


class ExamNumberOfCalls:
    """Which of the mapped calls it is, by the executor's context."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"item": (IO.ANY, {})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/lists"

    def run(self, item):
        from comfy_execution.utils import get_executing_context

        context = get_executing_context()
        return (f"{context.node_id}/{context.list_index}/{bool(context.prompt_id)}",)


NODES = (ExamRange, ExamPair, ExamWhole, ExamShowEach, ExamNumberOfCalls)
