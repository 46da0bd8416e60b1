"""A pack of the new form."""

from comfy_api.latest import ComfyExtension, io, ui
from typing_extensions import override


class Shade(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="TestShade",
            display_name="Shade",
            category="test",
            inputs=[
                io.Image.Input("image"),
                io.Float.Input("factor", default=0.5, min=0.0, max=1.0, step=0.01),
                io.Combo.Input("mode", options=["dark", "light"]),
                io.Mask.Input("mask", optional=True, tooltip="Nothing yet."),
            ],
            outputs=[io.Image.Output(display_name="shaded")],
            hidden=[io.Hidden.unique_id],
        )

    @classmethod
    def validate_inputs(cls, factor):
        return True if factor != 0.25 else "a quarter is too little"

    @classmethod
    def execute(cls, image, factor, mode, mask=None) -> io.NodeOutput:
        assert cls.hidden.unique_id
        try:
            cls.state = 1
        except AttributeError:
            return io.NodeOutput(image * factor if mode == "dark" else 1 - (1 - image) * factor)
        raise AssertionError("a running node must not keep state")


class Show(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="TestShow", category="test", inputs=[io.Image.Input("image")], outputs=[], is_output_node=True
        )

    @classmethod
    async def execute(cls, image) -> io.NodeOutput:
        return io.NodeOutput(ui=ui.PreviewImage(image, cls=cls))


class Modern(ComfyExtension):
    @override
    async def get_node_list(self):
        return [Shade, Show]


async def comfy_entrypoint():
    return Modern()
