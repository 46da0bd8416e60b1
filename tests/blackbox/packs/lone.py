"""A pack of the new form that is one file, with a plain function as its entry."""

from comfy_api.latest import ComfyExtension, io


class LoneNode(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(node_id="LoneNode", category="exam/lone", inputs=[], outputs=[io.String.Output()])

    @classmethod
    def execute(cls):
        return io.NodeOutput("lone")


class Lone(ComfyExtension):
    async def get_node_list(self):
        return [LoneNode]


def comfy_entrypoint():
    return Lone()
