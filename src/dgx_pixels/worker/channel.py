"""The worker's end of the wire: blocking, shared by its threads. Knows no job."""

import os
import socket
import threading

from dgx_pixels.core.limits import MAX_JOB_FRAME_BYTES, MAX_WORKER_FRAME_BYTES
from dgx_pixels.worker.frames import FrameReader, Message, encode

_CHUNK = 2**18


class Channel:
    """Sends and receives messages; a worker whose server is gone ends on the spot."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._reader = FrameReader(MAX_JOB_FRAME_BYTES)
        self._ready: list[Message] = []
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Send a message, whole and in order with those of other threads. Raises FrameError for one too large."""
        frame = encode(message, MAX_WORKER_FRAME_BYTES)
        try:
            with self._lock:
                self._wire.sendall(frame)
        except OSError:
            _end()

    def receive(self) -> Message:
        """The next message; to be called by one thread only. Raises FrameError."""
        while not self._ready:
            try:
                data = self._wire.recv(_CHUNK)
            except OSError:
                data = b""
            if not data:
                _end()
            self._ready.extend(self._reader.feed(data))
        return self._ready.pop(0)


def _end() -> None:
    """Leave without a word to anybody: nobody is left who would read it."""
    os._exit(0)
