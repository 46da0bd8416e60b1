"""The server's side of decoding: a few processes, started by the first picture, replaced when they die."""

import asyncio
import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from dgx_pixels.core.errors import BusyError, ImageError
from dgx_pixels.core.limits import DECODE_SECONDS, MAX_DECODES_WAITING, MAX_IMAGE_FILE_BYTES

_PROCESSES: Final = 2
_PATIENCE: Final = 3.0 * DECODE_SECONDS
_MAX_ANSWER: Final = 4096
_TOO_MUCH: Final = "the picture takes more time or memory to decode than one may; send a smaller one"


class DecodePool:
    """Runs `operations` on open files."""

    def __init__(self) -> None:
        self._all = [_Worker() for _ in range(_PROCESSES)]
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for worker in self._all:
            self._free.put(worker)
        self._turn = asyncio.Semaphore(_PROCESSES)
        self._waiting = 0

    async def run(self, do: str, files: Sequence[int], **options: Any) -> bytes:
        """What an operation writes, given the descriptors it reads.

        Raises ImageError for pictures that are damaged or too much, BusyError when too many wait.
        """
        if self._waiting >= MAX_DECODES_WAITING:
            raise BusyError("too many pictures wait to be decoded; ask again in a moment")
        self._waiting += 1
        try:
            if any(os.fstat(fd).st_size > MAX_IMAGE_FILE_BYTES for fd in files):
                raise ImageError(f"the file has more than {MAX_IMAGE_FILE_BYTES} bytes; send a smaller one")
            async with self._turn:
                return await asyncio.to_thread(self._run, do, files, options)
        finally:
            self._waiting -= 1

    def _run(self, do: str, files: Sequence[int], options: dict[str, Any]) -> bytes:
        worker = self._free.get()
        try:
            with tempfile.TemporaryFile() as out:
                worker.ask({"do": do, "with": options}, files, out)
                out.seek(0)
                return out.read()
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes."""
        for worker in self._all:
            worker.stop()


class _Worker:
    """One process, or none while it has nothing to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def ask(self, request: dict[str, Any], files: Sequence[int], out: BinaryIO) -> None:
        """Have a request done. Raises ImageError; the process may be gone afterwards."""
        line = json.dumps(request).encode()
        try:
            reply = self._exchange(line, [*files, out.fileno()])
        except OSError as error:
            self.stop()
            raise ImageError(_TOO_MUCH) from error
        if reply is None:
            self.stop()
            raise ImageError(_TOO_MUCH)
        if "error" in reply:
            raise ImageError(reply["error"])

    def _exchange(self, line: bytes, files: list[int]) -> dict[str, Any] | None:
        """The answer; None if the process died of the request."""
        if self._process is None or self._process.poll() is not None:  # none yet, or it has gone to rest
            self._start()
        answer = self._send(line, files)
        if not answer and self._process is not None and self._process.wait(_PATIENCE) == 0:  # it went to rest just now
            self._start()
            answer = self._send(line, files)
        return json.loads(answer) if answer else None

    def _send(self, line: bytes, files: list[int]) -> bytes:
        assert self._channel is not None  # noqa: S101 - the caller has started it
        try:
            socket.send_fds(self._channel, [line], files)
            return self._channel.recv(_MAX_ANSWER)
        except (BrokenPipeError, ConnectionResetError):
            return b""

    def _start(self) -> None:
        self.stop()
        ours, theirs = socket.socketpair()
        ours.settimeout(_PATIENCE)
        with theirs:
            command = [sys.executable, "-m", "dgx_pixels.server.decoding.child", str(theirs.fileno())]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._channel = ours

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._channel = self._process = None
