"""How a run ends: what goes into the history record, and the messages that say so."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from traceback import format_tb
from typing import Any, Final

from dgx_pixels.core.errors import OutOfMemoryError
from dgx_pixels.graph.cache import Scope
from dgx_pixels.graph.complaints import type_name
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.events import AnyEvent, Event

_MEMORY_TIP: Final = (
    "The device ran out of memory. Try a smaller picture, a smaller batch, or free what other programs hold there.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended, in the words of the history record."""

    status_str: str
    """``success`` or ``error``; an interrupted run is an error."""
    completed: bool
    messages: list[list[Any]]
    """``[type, data]`` of start, cached, and success, error or interruption."""
    outputs: dict[str, Any]
    """What nodes show, by id."""
    meta: dict[str, Any]
    """Where each of those nodes is, by id."""


class Minutes:
    """Sends the messages of a run that are also kept."""

    def __init__(self, prompt_id: str, emit: Callable[[AnyEvent], None]) -> None:
        self.messages: list[list[Any]] = []
        self._prompt_id = prompt_id
        self._emit = emit

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Send and keep a message; prompt id and time are added."""
        full = {**data, "prompt_id": self._prompt_id, "timestamp": int(time.time() * 1000)}
        self.messages.append([kind, full])
        self._emit(Event(kind, full))


def failure(
    node_id: str | None,
    node_type: str | None,
    error: BaseException,
    *,
    inputs: Mapping[str, Sequence[Any]],
    executed: Sequence[str],
    outputs: Sequence[str],
) -> dict[str, Any]:
    """What an ``execution_error`` says of a node that raised; lists are ids of nodes that ran, and with results."""
    message = f"{error}\n"
    if isinstance(error, OutOfMemoryError) or type(error).__name__ == "OutOfMemoryError":
        message += _MEMORY_TIP
    return {
        "node_id": node_id,
        "node_type": node_type,
        "executed": list(executed),
        "exception_message": message,
        "exception_type": type_name(error),
        "traceback": format_tb(error.__traceback__),
        "current_inputs": {name: [_plain(value) for value in values] for name, values in inputs.items()},
        "current_outputs": list(outputs),
    }


def _plain(value: Any) -> Any:
    """A value as a message can carry it."""
    if value is None or type(value) in {int, float, bool, str}:
        return value
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - a value of a node pack may do anything
        return f"<{type(value).__name__}>"


def displays(root: Scope, prompt: DynamicPrompt) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the prompt's nodes show, and where they are; also nodes that others expanded into, now or before."""
    outputs: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    for node_id, shown, parents in _shown(root):
        outputs[node_id] = shown
        meta[node_id] = {
            "node_id": node_id,
            "display_node": prompt.get_display_node_id(node_id) if prompt.has_node(node_id) else parents[0],
            "parent_node": parents[-1] if parents else None,
            "real_node_id": parents[0] if parents else node_id,
        }
    return outputs, meta


def _shown(root: Scope) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Nodes that show something: id, what, and the outermost and the innermost of those they expanded from."""
    stack: list[tuple[Scope, tuple[str, ...]]] = [(root, ())]
    while stack:
        scope, parents = stack.pop()
        for node_id, key in scope.keys.items():
            shown = scope.pool.ui.get(key)
            if shown is not None:
                yield node_id, shown, parents
        stack.extend((inner, (*parents[:1], node_id)) for node_id, inner in scope.current())
