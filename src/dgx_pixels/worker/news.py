"""How many jobs there are, told to all: at every change, and while there are some never silent for long."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from dgx_pixels.core.limits import QUIET_SECONDS

_BURST: Final = 100
_PER_SECOND: Final = 100


class News:
    """Tells the length of the queue; when it changes faster than anybody can see, only now and then."""

    def __init__(self, count: Callable[[], int], publish: Callable[[int], None]) -> None:
        self._count = count
        self._publish = publish
        self._allowance = float(_BURST)
        self._told = self._filled = time.monotonic()
        self._later: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """The queue is another one now."""
        now = time.monotonic()
        self._allowance = min(_BURST, self._allowance + (now - self._filled) * _PER_SECOND)
        self._filled = now
        if self._allowance >= 1:
            self._tell(now)
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(1 / _PER_SECOND, self._tell_late)

    async def keep_talking(self) -> None:
        """For as long as it runs, let nobody who waits for a job think that the connection is dead."""
        while True:
            await asyncio.sleep(QUIET_SECONDS / 5)
            if self._count() and time.monotonic() - self._told >= QUIET_SECONDS - QUIET_SECONDS / 5:
                self._tell(time.monotonic())

    def _tell_late(self) -> None:
        self._later = None
        self.changed()

    def _tell(self, now: float) -> None:
        self._allowance = max(0.0, self._allowance - 1)
        self._told = now
        self._publish(self._count())
