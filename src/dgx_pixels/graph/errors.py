"""What a graph can do wrong while it runs, under the names that node packs and clients know these errors by."""

from dgx_pixels.core.errors import UsageError


class NodeInputError(UsageError):
    """A node asked for an input that is not linked."""

    __module__ = "comfy_execution.graph"


class NodeNotFoundError(UsageError):
    """The prompt has no such node."""

    __module__ = "comfy_execution.graph"


class DuplicateNodeError(UsageError):
    """A node expanded into a graph with an id that is taken."""

    __module__ = "comfy_execution.graph"


class DependencyCycleError(UsageError):
    """Dependency cycle detected"""

    __module__ = "graph"
