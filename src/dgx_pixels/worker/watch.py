"""When a worker is taken for hung, when a job for stuck, and how long a crashed worker stays down. Knows no process:
it is told what happened, and asked what to think of it.
"""

from collections import deque
from typing import Final

from dgx_pixels.core.limits import (
    FIRST_BACKOFF_SECONDS,
    IDLE_CRASH_SECONDS,
    LAST_BACKOFF_SECONDS,
    MAX_IDLE_CRASHES,
    WORKER_START_SECONDS,
)

LOOK_SECONDS: Final = 0.25
"""How often to ask."""


class Watch:
    """What is known of one worker's life. Times are seconds of one monotonic clock."""

    def __init__(self, job_timeout: float, now: float) -> None:
        """``job_timeout``: seconds without a sign of progress after which a job is stuck."""
        self._job_timeout = job_timeout
        self._patience = WORKER_START_SECONDS
        self._steps = 0
        self._run: int | None = None
        self._last_beat = self._last_step = self._last_look = now

    def beat(self, now: float, steps: int, patience: float) -> None:
        """The worker says that it lives, how far it is, and when it will say so again."""
        self._last_beat, self._patience = now, patience
        if steps != self._steps:
            self._steps, self._last_step = steps, now

    def look(self, now: float, run: int | None) -> None:
        """To be called every `LOOK_SECONDS` with the number of the run that goes on.

        Time that this process itself slept through counts against nobody.
        """
        overslept = now - self._last_look - LOOK_SECONDS
        if overslept > LOOK_SECONDS:
            self._last_beat += overslept
            self._last_step += overslept
        if run != self._run:
            self._run, self._last_step = run, now
        self._last_look = now

    def hung(self, now: float) -> bool:
        """Whether it has been silent for too long."""
        return now - self._last_beat > self._patience

    def stuck(self, now: float) -> bool:
        """Whether its job has shown no progress for too long."""
        return self._run is not None and now - self._last_step > self._job_timeout


class Crashes:
    """Crashes in a row, and those without a job."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._idle: deque[float] = deque(maxlen=MAX_IDLE_CRASHES)
        self.hopeless = False
        """Workers do not even come up."""

    def crashed(self, now: float, *, idle: bool) -> None:
        """A worker went down; ``idle``: it had no job."""
        self._in_a_row += 1
        if idle:
            self._idle.append(now)
            self.hopeless |= len(self._idle) == MAX_IDLE_CRASHES and now - self._idle[0] <= IDLE_CRASH_SECONDS

    def came_up(self) -> None:
        """A worker is up."""
        self.hopeless = False

    def went_well(self) -> None:
        """A worker came to the end of a job."""
        self._in_a_row = 0
        self._idle.clear()

    @property
    def pause(self) -> float:
        """Seconds from the start of one worker to that of the next, at least."""
        if not self._in_a_row:
            return 0.0
        return min(LAST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0 ** min(self._in_a_row - 1, 16))
