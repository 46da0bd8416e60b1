"""What a node may ask for while it runs: who it is, how to tell of progress, whether to stop.

Kept in a context variable, so that coroutines and the threads of asyncio see the node that they work for.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from dgx_pixels.core.errors import CancelledError
from dgx_pixels.graph.dynamic import DynamicPrompt
from dgx_pixels.graph.events import TextEvent
from dgx_pixels.graph.progress import Progress


@dataclass(slots=True)
class NodeContext:
    """One call of a node."""

    progress_of_run: Progress
    node_id: str
    list_index: int | None
    """Which of the mapped calls this is; None outside of them (IS_CHANGED)."""
    class_type: str
    host: Any
    """What `Executor.run` was given for the nodes."""
    dynprompt: DynamicPrompt
    graphs: int = field(default=0)
    """How many `GraphBuilder`s with a prefix of their own this call has made."""

    @property
    def prompt_id(self) -> str:
        """Of the run."""
        return self.progress_of_run.prompt_id

    def progress(
        self,
        value: float,
        maximum: float,
        preview: Any = None,
        *,
        preview_format: Literal["JPEG", "PNG"] = "JPEG",
        preview_size: int | None = None,
        node_id: str | None = None,
    ) -> None:
        """Say how far the node is, perhaps with a PIL image (fitted into a square of ``preview_size`` pixels).

        ``node_id`` names another node as the one that works. Raises `CancelledError` if the run was interrupted.
        """
        self.check_interrupt()
        told = node_id or self.node_id
        self.progress_of_run.advanced(told, value, maximum, preview, preview_format, preview_size)

    def text(self, text: str) -> None:
        """Show a line of text on the node."""
        self.progress_of_run.emit(TextEvent(self.node_id, text))

    def interrupted(self) -> bool:
        """Whether the run has been asked to stop."""
        return self.progress_of_run.interrupted()

    def check_interrupt(self) -> None:
        """Raise `CancelledError` if the run has been asked to stop."""
        if self.progress_of_run.interrupted():
            raise CancelledError


_CURRENT: Final[ContextVar[NodeContext]] = ContextVar("dgx_pixels_node")


def current() -> NodeContext:
    """The call that is going on. Raises LookupError outside of one."""
    try:
        return _CURRENT.get()
    except LookupError:
        raise LookupError("No node is running here: this works only while a graph executes a node.") from None


@contextmanager
def entered(context: NodeContext) -> Generator[NodeContext]:
    """Make a call the current one."""
    token = _CURRENT.set(context)
    try:
        yield context
    finally:
        _CURRENT.reset(token)
