"""A worker process as the server sees it: messages in and out, lines of output, death noticed at once.

Knows no job and no reason to kill it.
"""

import asyncio
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from dgx_pixels.core.limits import MAX_JOB_FRAME_BYTES, MAX_WORKER_FRAME_BYTES
from dgx_pixels.worker.flag import CancelFlag
from dgx_pixels.worker.frames import FrameError, FrameReader, Message, encode

log = logging.getLogger(__name__)

_LAST_WORDS_SECONDS: Final = 0.2
_LINE_END: Final = re.compile(rb"[\r\n]+")
_LONGEST_LINE: Final = 2**14
_TOP_PAD: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Death:
    """Why a worker is gone."""

    reason: str
    """Ends a sentence that begins with "the worker": ``was killed by SIGSEGV``."""
    wanted: bool = False
    """Whether this server ended it for a reason that is not the worker's own."""


class WorkerProcess:
    """One child process. Made by `start`; gone when `died` is done."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", flag: CancelFlag, on_message: Callable[[Message], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._process = process
        self._on_message = on_message
        self._reader = FrameReader(MAX_WORKER_FRAME_BYTES)
        self._wire: asyncio.Transport | None = None
        self._output: asyncio.ReadTransport | None = None
        self._reason: Death | None = None
        self._code: int | None = None
        self._deaf = False
        self.flag = flag
        self.died: asyncio.Future[Death] = self._loop.create_future()

    @classmethod
    async def start(cls, on_message: Callable[[Message], None], on_line: Callable[[str], None]) -> Self:
        """Start a process; ``on_message`` hears all it sends, ``on_line`` what it prints, both in the loop.

        Raises OSError.
        """
        here, there = socket.socketpair()
        flag = CancelFlag()
        try:
            process = _spawned(there.fileno(), flag.descriptor)
        except OSError:
            here.close()
            flag.close()
            raise
        finally:
            there.close()
        worker = cls(process, flag, on_message)
        await worker._connect(here, on_line)
        return worker

    async def _connect(self, wire: socket.socket, on_line: Callable[[str], None]) -> None:
        wire.setblocking(False)
        self._wire, _ = await self._loop.create_unix_connection(lambda: _Wire(self), sock=wire)
        self._output, _ = await self._loop.connect_read_pipe(lambda: _Lines(on_line), self._process.stdout)
        threading.Thread(target=self._wait, name=f"wait-{self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its group."""
        return self._process.pid

    def send(self, message: Message) -> None:
        """Send a message; after its death nothing happens. Raises FrameError for one too large."""
        frame = encode(message, MAX_JOB_FRAME_BYTES)
        if self._wire is not None and not self._wire.is_closing():
            self._wire.write(frame)

    def kill(self, reason: str, *, wanted: bool = False) -> None:
        """End it and all it started, now. ``reason`` ends the sentence "the worker ..."; the first one counts."""
        if self.died.done() or self._code is not None:
            return
        self._reason = self._reason or Death(reason, wanted)
        self._deaf = True
        self._kill_group()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def _wait(self) -> None:
        """Wait for the end of the process, end its descendants, tell the loop. Runs in a thread."""
        # Not yet reaped, its number is nobody else's.
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        self._kill_group()
        code = self._process.wait()
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know
            self._loop.call_soon_threadsafe(self._exited, code)

    def received(self, data: bytes) -> None:
        """Bytes came over the wire."""
        try:
            for message in self._reader.feed(data):
                if self._deaf:
                    return
                self._on_message(message)
        except FrameError as error:
            self.kill(f"sent what is no message ({error})")
        except Exception:  # a message that this side cannot cope with is as bad as a broken one
            log.exception("a message of the worker led to an error")
            self.kill("sent a message that led to an error")

    def wire_closed(self) -> None:
        """No more will come over the wire: it is dead, or as good as."""
        self._deaf = True
        if self._code is None:
            self._loop.call_later(_LAST_WORDS_SECONDS, self.kill, "closed its connection")
        else:
            self._bury()

    def _exited(self, code: int) -> None:
        self._code = code
        if self._deaf:
            self._bury()
        else:  # its last messages may still lie in the socket
            self._loop.call_later(_LAST_WORDS_SECONDS, self._bury)

    def _bury(self) -> None:
        if self.died.done():
            return
        for transport in (self._wire, self._output):
            if transport is not None:
                transport.close()
        self._deaf = True
        self.flag.close()
        self.died.set_result(self._reason or Death(_described(self._code or 0)))


def _spawned(wire: int, flag: int) -> "subprocess.Popen[bytes]":
    """A worker process with two more descriptors. It dies with the thread that this is called from."""
    numbers = [str(number) for number in (wire, flag, os.getpid())]
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-u", "-m", "dgx_pixels.worker.child", *numbers],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(wire, flag),
        process_group=0,
        env=_environment(),
    )


class _Wire(asyncio.Protocol):
    """Passes on what the transport of the socket says."""

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker

    def data_received(self, data: bytes) -> None:
        self._worker.received(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol names it
        self._worker.wire_closed()


class _Lines(asyncio.Protocol):
    """Cuts what a process prints into lines; progress bars that go back to a line's start make lines, too."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = _LINE_END.split(self._rest + data)
        if len(self._rest) > _LONGEST_LINE:
            lines, self._rest = [*lines, self._rest], b""
        self._tell(lines)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol names it
        self._tell([self._rest])

    def _tell(self, lines: list[bytes]) -> None:
        for line in lines:
            if line:
                self._on_line(line.decode("utf-8", "replace"))


def _described(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    with suppress(ValueError):
        return f"was killed by {signal.Signals(-code).name}"
    return f"was killed by signal {-code}"


def _environment() -> dict[str, str]:
    """Ours, without its secret; memory that the child frees stays with it, or every picture faults it in."""
    own = {name: value for name, value in os.environ.items() if name != "DGX_PIXELS_TOKEN"}
    return {"MALLOC_TOP_PAD_": str(_TOP_PAD), **own}
