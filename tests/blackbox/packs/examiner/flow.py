"""Blockers and expansions."""

from comfy.comfy_types import IO
from comfy_execution.graph import ExecutionBlocker
from comfy_execution.graph_utils import GraphBuilder, is_link


class ExamBlock:
    """Blocks where told to: silently without a message."""

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {"value": (IO.ANY, {}), "block": ("BOOLEAN", {"default": False})},
            "optional": {"message": ("STRING", {"default": ""}), "everything": ("BOOLEAN", {})},
        }

    RETURN_TYPES = (IO.ANY, "STRING")
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, value, block, message="", everything=False):
        blocker = ExecutionBlocker(message or None)
        if everything:
            return blocker
        return (blocker if block else value, "free")


class ExamBlockSome:
    """A list of which every second item is blocked."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"count": ("INT", {}), "message": ("STRING", {"default": ""})}}

    RETURN_TYPES = ("INT",)
    OUTPUT_IS_LIST = (True,)
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, count, message):
        return ([ExecutionBlocker(message or None) if i % 2 else i for i in range(count)],)


class ExamNegate:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"item": ("INT", {})}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, item):
        return (-item,)


class ExamExpand:
    """value + times, by a chain of additions that it expands into."""

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {"value": ("INT", {"forceInput": True}), "times": ("INT", {})},
            "hidden": {"me": "UNIQUE_ID"},
        }

    RETURN_TYPES = ("INT", "STRING")
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, value, times, me):
        graph = GraphBuilder()
        last = value
        for _ in range(times):
            node = graph.node("ExamAdd", a=last, b=1)
            last = node.out(0)
        assert times == 0 or is_link(last)
        return {"result": (last, "plain"), "expand": graph.finalize()}


class ExamExpandRaw:
    """Hands the link of its input on to the node that it expands into."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {"rawLink": True}), "b": ("INT", {})}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, value, b):
        assert is_link(value), value
        graph = GraphBuilder()
        node = graph.node("ExamAdd", "named", a=value, b=0)
        node.set_input("b", b)
        assert node.get_input("b") == b
        assert graph.lookup_node("named") is node
        spare = graph.node("ExamInt", value=3)
        graph.remove_node(spare.id)
        return {"result": (node.out(0),), "expand": graph.finalize()}


class ExamExpandShow:
    """Expands into an output node, which nothing needs; shown at itself, or at another node."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {}), "display": ("STRING", {"default": ""})}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/flow"
    OUTPUT_NODE = True

    def run(self, value, display):
        graph = GraphBuilder()
        node = graph.node("ExamShow", value=value)
        if display:
            node.set_override_display_id(display)
        return {"result": (value,), "expand": graph.finalize()}


class ExamExpandMixed:
    """Mapped over a list: some calls return values, some links."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"item": ("INT", {})}}

    RETURN_TYPES = ("INT", "INT")
    OUTPUT_IS_LIST = (False, True)
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, item):
        if item % 2 == 0:
            return (item, [item, item])
        graph = GraphBuilder()
        added = graph.node("ExamAdd", a=100, b=item)
        ranged = graph.node("ExamRange", count=item)
        return {"result": (added.out(0), ranged.out(0)), "expand": graph.finalize()}


class ExamExpandWrong:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {}), "how": (["taken", "unknown", "error", "cycle", "fine"],)},
                "hidden": {"me": "UNIQUE_ID"}}  # fmt: skip

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, value, how, me):
        if how == "taken":
            return {"result": ([me, 0],), "expand": {me: {"class_type": "ExamInt", "inputs": {"value": 1}}}}
        graph = GraphBuilder()
        if how == "unknown":
            node = graph.node("ExamDoesNotExist", value=1)
        elif how == "error":
            node = graph.node("ExamBoom", value=1, how="error")
        elif how == "cycle":
            node = graph.node("ExamAdd", b=1)
            other = graph.node("ExamAdd", a=node.out(0), b=1)
            node.set_input("a", other.out(0))
        else:
            node = graph.node("ExamAdd", a=value, b=1)
        return {"result": (node.out(0),), "expand": graph.finalize()}


class ExamExpandLink:
    """Expands into a node that is linked to itself from without: a cycle that only shows while running."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {})}, "hidden": {"me": "UNIQUE_ID"}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, value, me):
        graph = GraphBuilder()
        node = graph.node("ExamAdd", a=[me, 0], b=1)
        return {"result": (node.out(0),), "expand": graph.finalize()}


class ExamShowAndMore:
    """Shows something and expands, or shows something and blocks."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {}), "block": ("BOOLEAN", {})}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, value, block):
        shown = {"text": [f"before {value}"]}
        if block:
            return {"ui": shown, "result": (ExecutionBlocker(None),)}
        graph = GraphBuilder()
        node = graph.node("ExamAdd", a=value, b=1)
        return {"ui": shown, "result": (node.out(0),), "expand": graph.finalize()}


class ExamResultOnly:
    """The forms that a result may have."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"how": (["tuple", "result", "ui", "list"],)}}

    RETURN_TYPES = ("STRING", "STRING")
    FUNCTION = "run"
    CATEGORY = "exam/flow"

    def run(self, how):
        values = (how, "second")
        forms = {
            "result": {"result": values},
            "ui": {"ui": {"text": ["shown"]}, "result": values},
            "list": list(values),
        }
        return forms.get(how, values)


NODES = (
    ExamBlock, ExamBlockSome, ExamNegate, ExamExpand, ExamExpandRaw, ExamExpandShow, ExamExpandMixed, ExamExpandWrong,
    ExamExpandLink, ExamShowAndMore, ExamResultOnly,
)  # fmt: skip
