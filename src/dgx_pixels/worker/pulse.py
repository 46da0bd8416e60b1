"""The worker's heartbeat: a thread of its own says that the process lives and how far its job has come."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from dgx_pixels.core.limits import HANG_SECONDS, HEARTBEAT_SECONDS, LONG_CALL_SECONDS
from dgx_pixels.worker.channel import Channel
from dgx_pixels.worker.frames import Beat


class Pulse:
    """Beats until the process ends."""

    def __init__(self, channel: Channel) -> None:
        self.steps = 0
        """Signs of progress so far; whoever makes some adds to it."""
        self._channel = channel
        self._patience = HANG_SECONDS

    def start(self) -> None:
        """Begin to beat."""
        threading.Thread(target=self._beat, name="pulse", daemon=True).start()

    @contextmanager
    def long_call(self) -> Generator[None]:
        """While something is done that may stop every thread of the process: nobody is to be alarmed."""
        self._patience = LONG_CALL_SECONDS
        self._channel.send(Beat(self.steps, self._patience))
        try:
            yield
        finally:
            self._patience = HANG_SECONDS
            self._channel.send(Beat(self.steps, self._patience))

    def _beat(self) -> None:
        while True:
            self._channel.send(Beat(self.steps, self._patience))
            time.sleep(HEARTBEAT_SECONDS)
