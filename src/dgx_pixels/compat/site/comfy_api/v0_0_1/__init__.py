"""Version 0.0.1 of the interface: the newest one answers for it."""

from comfy_api.latest import ComfyAPI, ComfyAPISync, ComfyExtension, ComfyNode, Input, InputImpl, Types, io, ui

__all__ = ["ComfyAPI", "ComfyAPISync", "ComfyExtension", "ComfyNode", "Input", "InputImpl", "Types", "io", "ui"]
