"""What a drawing is at, on stderr, where that is a terminal: the step, the share done, the time left.

Knows no model and no picture.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress


class DrawBar:
    """A bar to be used as a context manager. Off a terminal it shows nothing."""

    def __init__(self) -> None:
        self._bar = _bar() if sys.stderr is not None and sys.stderr.isatty() else None

    def say(self, what: str, done: int = 0, total: int | None = None) -> None:
        """Show what is being done, and how much of it; ``total`` None: nobody knows."""
        if not self._bar:
            return
        if not self._bar.tasks or self._bar.tasks[0].total != total:  # another kind of work, with a pace of its own
            for task in self._bar.task_ids:
                self._bar.remove_task(task)
            self._bar.add_task(what, total=total)
            self._bar.refresh()
        self._bar.update(self._bar.task_ids[0], description=what, completed=done)

    @contextmanager
    def paused(self) -> Generator[None]:
        """Leave the terminal to others for a while."""
        if not self._bar:
            yield
            return
        self._bar.stop()
        yield
        self._bar.start()

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()


def _bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    text = TextColumn("{task.description}", markup=False)
    # stdout is left as it is: a path printed there may be on its way into a pipe.
    return Progress(
        *(text, BarColumn(), TaskProgressColumn(), TimeRemainingColumn()),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
    )
