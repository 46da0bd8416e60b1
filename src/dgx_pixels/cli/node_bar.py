"""How far a workflow is: one bar for its nodes, one for the steps of the node that runs. Off a terminal: nothing."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Progress


class NodeBar:
    """Two bars on stderr, to be used as a context manager."""

    def __init__(self, workflow: Mapping[str, Any]) -> None:
        self._classes = {node: entry.get("class_type", node) for node, entry in workflow.items()}
        self._bar = _bars() if sys.stderr is not None and sys.stderr.isatty() else None
        self._done: set[str] = set()
        if self._bar:
            self._nodes = self._bar.add_task("waiting", total=len(workflow))
            self._steps = self._bar.add_task("", total=1, visible=False)

    def waiting(self, jobs: int) -> None:
        """So many jobs are queued or running at the server."""
        if self._bar and not self._done:
            self._bar.update(self._nodes, description=f"waiting ({jobs} in the queue)")

    def node(self, node: str) -> None:
        """A node began."""
        if self._bar:
            self._bar.update(self._nodes, description=self._classes.get(node, node), completed=len(self._done))
            self._bar.update(self._steps, visible=False)
        self._done.add(node)

    def cached(self, nodes: list[str]) -> None:
        """Nodes whose results are known already."""
        self._done.update(nodes)

    def step(self, value: float, total: float) -> None:
        """The running node did a step."""
        if self._bar:
            self._bar.update(self._steps, description="  step", completed=value, total=total, visible=total > 1)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()


def _bars() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.description}", markup=False)
    return Progress(
        *(text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
    )
