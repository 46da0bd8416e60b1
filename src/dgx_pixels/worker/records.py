"""How runs end that did not end by themselves: events and history records for them, in the form of those that did."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FINAL: Final = frozenset({"execution_success", "execution_error", "execution_interrupted"})
"""Events of which a run has one, at its end."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a run was when it ended."""

    prompt_id: str
    node_id: str | None = None
    """The node of the prompt, not of an expansion."""
    node_type: str | None = None
    executed: Sequence[str] = ()
    """Nodes that had run."""


def is_final(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether an event ends its run: an error without a time is that of one blocked node."""
    return kind in FINAL and "timestamp" in data


def interrupted(where: Whereabouts) -> tuple[str, dict[str, Any]]:
    """Event of a run that was stopped."""
    return "execution_interrupted", _where(where) | {"timestamp": now()}


def failed(where: Whereabouts, kind: str, message: str, traceback: Sequence[str] = ()) -> tuple[str, dict[str, Any]]:
    """Event of a run that failed outside of its nodes."""
    return "execution_error", _where(where) | {
        "exception_message": f"{message}\n",
        "exception_type": kind,
        "traceback": list(traceback),
        "current_inputs": {},
        "current_outputs": [],
        "timestamp": now(),
    }


def record(
    messages: Sequence[Sequence[Any]],
    final: tuple[str, dict[str, Any]],
    outputs: Mapping[str, Any] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """History record of a run that ended with an error or was stopped; ``messages`` are the ones before ``final``."""
    kept = [list(message) for message in messages if message[0] not in FINAL]
    return {
        "outputs": dict(outputs or {}),
        "status": {"status_str": "error", "completed": False, "messages": [*kept, list(final)]},
        "meta": dict(meta or {}),
    }


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def _where(where: Whereabouts) -> dict[str, Any]:
    return {
        "prompt_id": where.prompt_id,
        "node_id": where.node_id,
        "node_type": where.node_type,
        "executed": list(where.executed),
    }
