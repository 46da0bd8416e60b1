"""Plain values as nodes, and a node that shows any value."""

import json
from typing import Annotated, Any, Final

from dgx_pixels.nodes.declare import node
from dgx_pixels.nodes.sockets import Anything, MultilineText, Range

_MODULE: Final = "comfy_extras.nodes_primitive"
_CATEGORY: Final = "utils/primitive"
_LARGEST: Final = 2**63 - 1

AnyInt = Annotated[int, Range(-_LARGEST, _LARGEST, extra={"control_after_generate": True})]
AnyFloat = Annotated[float, Range(-_LARGEST, _LARGEST)]


@node("PrimitiveInt", title="Int", category=_CATEGORY, module=_MODULE, v3=True, function="execute")
def whole_number(*, value: AnyInt) -> int:
    """The value."""
    return value


@node("PrimitiveFloat", title="Float", category=_CATEGORY, module=_MODULE, v3=True, function="execute")
def real_number(*, value: AnyFloat) -> float:
    """The value."""
    return value


@node("PrimitiveString", title="String", category=_CATEGORY, module=_MODULE, v3=True, function="execute")
def text(*, value: str) -> str:
    """The value."""
    return value


@node(
    "PrimitiveStringMultiline",
    title="String (Multiline)",
    category=_CATEGORY,
    module=_MODULE,
    v3=True,
    function="execute",
)
def long_text(*, value: MultilineText) -> str:
    """The value."""
    return value


@node("PrimitiveBoolean", title="Boolean", category=_CATEGORY, module=_MODULE, v3=True, function="execute")
def truth(*, value: bool) -> bool:
    """The value."""
    return value


@node(
    "PreviewAny",
    title="Preview Any",
    category="utils",
    module="comfy_extras.nodes_preview_any",
    function="main",
    output=True,
)
def preview_any(*, source: Anything = None) -> dict[str, Any]:
    """Any value as text: JSON where it has that form, else as Python writes it."""
    return {"ui": {"text": [_shown(source)]}}


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | bool) or value is None:
        return str(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return str(value)


NODES = (whole_number, real_number, text, long_text, truth, preview_any)
