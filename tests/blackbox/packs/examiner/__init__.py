"""Nodes for every way in which a pack may use the executor. The names of section 6.4 of the contract load first."""

import comfy.utils
from comfy.comfy_types import IO, ComfyNodeABC, InputTypeDict
from comfy_api.v0_0_2 import ComfyAPI, ComfyAPISync
from comfy_execution.graph import ExecutionBlocker
from comfy_execution.graph_utils import GraphBuilder, is_link

from . import changed, checks, flow, lazy, lists, loops, pictures, values, waiting

NODE_CLASS_MAPPINGS = {}
NODE_DISPLAY_NAME_MAPPINGS = {"ExamInt": "An integer", "NotThere": "Nothing"}
for _module in (values, checks, changed, lazy, lists, flow, loops, waiting, pictures):
    NODE_CLASS_MAPPINGS.update({cls.__name__: cls for cls in _module.NODES})
NODE_CLASS_MAPPINGS["SaveImage"] = values.ExamInt
NODE_CLASS_MAPPINGS["ExamInt two"] = values.ExamInt
WEB_DIRECTORY = "./web"
