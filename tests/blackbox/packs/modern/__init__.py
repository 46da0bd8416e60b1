"""A pack of the new form."""

import asyncio

from comfy_api.latest import ComfyExtension, io, ui
from comfy_execution.graph import ExecutionBlocker
from comfy_execution.graph_utils import GraphBuilder


class ModernAdd(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="ModernAdd",
            display_name="Add (modern)",
            category="exam/modern",
            description="Adds.",
            inputs=[
                io.Int.Input("a", default=1, min=0, max=100, step=2, control_after_generate=True, tooltip="One."),
                io.Float.Input("b", default=0.5, min=0.0, max=1.0, step=0.1, display_mode=io.NumberDisplay.slider),
                io.Combo.Input("how", options=["plus", "times"], default="plus"),
                io.String.Input("note", multiline=True, placeholder="say", optional=True),
                io.Boolean.Input("flag", default=True, optional=True),
                io.MultiCombo.Input("many", options=["x", "y"], default=["x"], optional=True),
                io.MultiType.Input("mixed", types=[io.Int, io.String], optional=True),
                io.Custom("EXAM_THING").Input("thing", optional=True),
            ],
            outputs=[
                io.Float.Output(display_name="sum", tooltip="The sum."),
                io.String.Output("text"),
                io.Int.Output("each", is_output_list=True),
            ],
            hidden=[io.Hidden.unique_id, io.Hidden.prompt, io.Hidden.extra_pnginfo, io.Hidden.dynprompt],
        )

    @classmethod
    def validate_inputs(cls, a, b):
        return True if a != 13 else "unlucky"

    @classmethod
    def execute(cls, a, b, how, note="none", flag=None, many=None, mixed=None, thing=None):
        if how not in ("plus", "times"):
            raise ValueError(f"there is no way {how}")
        total = a + b if how == "plus" else a * b
        hidden = cls.hidden
        kind = hidden.prompt[hidden.unique_id]["class_type"]
        told = f"{hidden.unique_id} {kind} {hidden.extra_pnginfo} {note} {flag} {many}"
        assert hidden.dynprompt.has_node(hidden.unique_id)
        return io.NodeOutput(total, told, [a, a])


class ModernShow(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="ModernShow",
            inputs=[io.AnyType.Input("value")],
            outputs=[],
            is_output_node=True,
            is_experimental=True,
        )

    @classmethod
    def execute(cls, value):
        return io.NodeOutput(ui=ui.PreviewText(f"{value} {sorted(cls.hidden.prompt)}"))


class ModernForms(io.ComfyNode):
    """Every form of a result; state that may not be kept."""

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="ModernForms",
            category="exam/modern",
            inputs=[io.String.Input("form")],
            outputs=[io.String.Output()],
            not_idempotent=True,
            enable_expand=True,
            is_deprecated=True,
        )

    @classmethod
    async def execute(cls, form):
        await asyncio.sleep(0)
        if form == "tuple":
            return ("from a tuple",)
        if form == "dict":
            return {"result": ("from a dict",)}
        if form == "block":
            return io.NodeOutput(block_execution="blocked by a modern node")
        if form == "blocker":
            return ExecutionBlocker(None)
        if form == "expand":
            graph = GraphBuilder()
            node = graph.node("PrimitiveString", value="from an expansion")
            return io.NodeOutput(node.out(0), expand=graph.finalize())
        if form == "state":
            cls.memory = 1
        return io.NodeOutput(form)


class ModernLazy(io.ComfyNode):
    runs = []

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="ModernLazy",
            category="exam/modern",
            inputs=[io.Boolean.Input("ask"), io.Int.Input("value", lazy=True)],
            outputs=[io.Int.Output()],
        )

    @classmethod
    def check_lazy_status(cls, ask, value):
        return ["value"] if ask and value is None else []

    @classmethod
    def fingerprint_inputs(cls, ask, value):
        return "always the same"

    @classmethod
    def execute(cls, ask, value):
        cls.runs.append(1)
        return io.NodeOutput(len(cls.runs) if value is None else value)


class ModernLists(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="ModernLists",
            category="exam/modern",
            inputs=[io.Int.Input("items"), io.Image.Input("image", optional=True)],
            outputs=[io.String.Output()],
            is_input_list=True,
        )

    @classmethod
    def execute(cls, items, image=None):
        return io.NodeOutput(str(items))


class Modern(ComfyExtension):
    async def get_node_list(self):
        return [ModernAdd, ModernShow, ModernForms, ModernLazy, ModernLists]


async def comfy_entrypoint():
    return Modern()
