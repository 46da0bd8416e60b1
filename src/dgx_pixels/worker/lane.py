"""Keeps the events of jobs apart: those of one job all come before those of the next.

The next job runs while the files of the last one are still on their way to the disk; its events wait until the last
one's end is told.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

_MAX_KEPT: Final = 100

Tell = Callable[[], None]
"""Tells listeners of one thing."""


class Turn:
    """One job's place in the lane."""

    def __init__(self, lane: "Lane") -> None:
        self._lane = lane
        self._kept: list[Tell] = []
        self._over = False

    def tell(self, tell: Tell, *, lossy: bool = False) -> None:
        """Tell now, or when this turn comes. What is ``lossy`` may be left out where too much waits."""
        if self._lane.first is self:
            tell()
        elif not lossy or len(self._kept) < _MAX_KEPT:
            self._kept.append(tell)

    def leave(self) -> None:
        """Nothing more is to be told: the next one's turn comes when all this is told."""
        self._over = True
        self._lane.advance()

    def catch_up(self) -> bool:
        """Tell what was kept; whether this turn is over."""
        kept, self._kept = self._kept, []
        for tell in kept:
            tell()
        return self._over


class Lane:
    """The turns, in the order in which jobs began."""

    def __init__(self) -> None:
        self._turns: deque[Turn] = deque()

    @property
    def first(self) -> Turn | None:
        """Whose turn it is."""
        return self._turns[0] if self._turns else None

    def enter(self) -> Turn:
        """A job begins."""
        turn = Turn(self)
        self._turns.append(turn)
        return turn

    def advance(self) -> None:
        """Go on to the first turn that is not over."""
        while self._turns and self._turns[0].catch_up():
            self._turns.popleft()
