"""Which node runs, under the names that packs know."""

from dataclasses import dataclass

from dgx_pixels.graph.context import NodeContext, current


@dataclass(frozen=True)
class ExecutionContext:
    """The call of a node that runs."""

    prompt_id: str
    node_id: str
    list_index: int | None


def get_executing_context() -> ExecutionContext | None:
    """The running call; None outside of one."""
    try:
        context = current()
    except LookupError:
        return None
    return ExecutionContext(context.prompt_id, context.node_id, context.list_index)


CurrentNodeContext = NodeContext

__all__ = ["CurrentNodeContext", "ExecutionContext", "get_executing_context"]
