"""Loops of pairs of nodes: the closing one copies everything between it and the opening one until it is done."""

from comfy.comfy_types import IO
from comfy_execution.graph_utils import GraphBuilder, is_link


class ExamLoopOpen:
    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {"left": ("INT", {}), "value": (IO.ANY, {})},
            "optional": {"extra": (IO.ANY, {})},
        }

    RETURN_TYPES = ("EXAM_LOOP", "INT", IO.ANY, IO.ANY)
    FUNCTION = "run"
    CATEGORY = "exam/loops"

    def run(self, left, value, extra=None):
        return ("loop", left, value, extra)


class ExamLoopClose:
    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "loop": ("EXAM_LOOP", {"rawLink": True}),
                "go_on": ("BOOLEAN", {"forceInput": True}),
                "left": ("INT", {}),
                "value": (IO.ANY, {}),
            },
            "hidden": {"graph": "DYNPROMPT", "me": "UNIQUE_ID"},
        }

    RETURN_TYPES = (IO.ANY,)
    FUNCTION = "run"
    CATEGORY = "exam/loops"

    def run(self, loop, go_on, left, value, graph, me):
        if not go_on:
            return (value,)
        opening = loop[0]
        body = self.between(opening, me, graph)
        copy = GraphBuilder()
        for name in body:
            node = graph.get_node(name)
            made = copy.node(node["class_type"], "again" if name == me else name)
            made.set_override_display_id(name)
        for name in body:
            made = copy.lookup_node("again" if name == me else name)
            for key, given in graph.get_node(name)["inputs"].items():
                inside = is_link(given) and given[0] in body
                made.set_input(key, copy.lookup_node(given[0]).out(given[1]) if inside else given)
        first = copy.lookup_node(opening)
        first.set_input("left", left)
        first.set_input("value", value)
        return {"result": (copy.lookup_node("again").out(0),), "expand": copy.finalize()}

    def between(self, opening, closing, graph):
        """Every node on a way from one to the other, both among them."""

        def reaches(name, seen):
            if name == opening:
                return True
            if name not in seen:
                seen[name] = False
                links = [v[0] for v in graph.get_node(name)["inputs"].values() if is_link(v)]
                on_the_way = [reaches(link, seen) for link in links]
                seen[name] = any(on_the_way)
            return seen[name]

        seen = {}
        reaches(closing, seen)
        return [opening, *(name for name, inside in seen.items() if inside)]


class ExamCountDown:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"left": ("INT", {"forceInput": True})}}

    RETURN_TYPES = ("INT", "BOOLEAN")
    FUNCTION = "run"
    CATEGORY = "exam/loops"

    def run(self, left):
        return (left - 1, left > 1)


class ExamRecur:
    """Expands into itself until nothing is left."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("INT", {}), "left": ("INT", {})}}

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "exam/loops"

    def run(self, value, left):
        if left == 0:
            return (value,)
        graph = GraphBuilder()
        added = graph.node("ExamAdd", a=value, b=1)
        again = graph.node("ExamRecur", value=added.out(0), left=left - 1)
        return {"result": (again.out(0),), "expand": graph.finalize()}


NODES = (ExamLoopOpen, ExamLoopClose, ExamCountDown, ExamRecur)
