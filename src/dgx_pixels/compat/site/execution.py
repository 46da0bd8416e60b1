"""The executor, under the names that packs know: to be imported, and its validation to be called."""

from typing import Any

from dgx_pixels.compat.runtime import runtime
from dgx_pixels.core.errors import UsageError
from dgx_pixels.graph.execute import Executor
from dgx_pixels.graph.registry import Registry
from dgx_pixels.graph.validate import validate_prompt as _validate

PromptExecutor = Executor


class PromptQueue:
    """The queue is the server's; a worker has no hand in it."""

    def __init__(self, server: Any = None) -> None:
        self.server = server

    def get_current_queue(self) -> tuple[list[Any], list[Any]]:
        """Nothing: ask the server over HTTP."""
        return [], []

    def get_tasks_remaining(self) -> int:
        """How many wait, as far as a worker knows."""
        return 0

    def put(self, item: Any) -> None:
        """Raise UsageError: jobs come in by ``POST /prompt``."""
        raise UsageError("a node pack cannot queue jobs from within the worker; POST them to /prompt")


class IsChangedCache:
    """Answers of IS_CHANGED; the executor keeps its own."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.is_changed: dict[str, Any] = {}


async def validate_prompt(
    prompt_id: str, prompt: dict[str, Any], partial_execution_list: list[str] | None = None
) -> tuple[bool, dict[str, Any] | None, list[str], dict[str, Any]]:
    """(whether something can run, error, ids of good outputs, errors by node)."""
    found = await _validate(Registry(runtime().classes, runtime().titles), prompt, partial_execution_list)
    return found.ok, found.error, found.outputs, found.node_errors
