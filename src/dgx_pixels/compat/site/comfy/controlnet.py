"""ControlNets, which arrive with a later version, under the names that packs know."""

from typing import Any

from dgx_pixels.core.errors import NotYetError


class ControlBase:
    """Base of nets that steer, for `isinstance`."""


class ControlNet(ControlBase):
    """A ControlNet."""


class ControlLora(ControlNet):
    """A ControlNet as a difference of low rank."""


class T2IAdapter(ControlBase):
    """A T2I adapter."""


def load_controlnet(ckpt_path: str, model: Any = None, **_: Any) -> Any:
    """Raise NotYetError."""
    raise NotYetError("ControlNets arrive with a later version; take the node out")
