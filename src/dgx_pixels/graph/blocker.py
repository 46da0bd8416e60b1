"""A value that stops whatever would use it, without failing the run."""


class ExecutionBlocker:
    """Returned by a node in place of an output (or of all of them): calls that would receive it are skipped.

    ``message`` None: silently; else the first node that is skipped says so in an ``execution_error`` event.
    """

    def __init__(self, message: str | None) -> None:
        self.message = message

    def __repr__(self) -> str:
        return f"ExecutionBlocker({self.message!r})"
