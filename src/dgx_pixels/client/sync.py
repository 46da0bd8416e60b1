"""A client to call: every method returns when the server has answered."""

import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import httpx
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from dgx_pixels.client import protocol
from dgx_pixels.client.errors import BusyError, JobFailedError, UnreachableError, WaitTimeoutError
from dgx_pixels.client.messages import Ended, Message, OutputFile, Result
from dgx_pixels.client.protocol import Call, Ticket, Workflow
from dgx_pixels.core.errors import DgxPixelsError

T = TypeVar("T")
PAUSES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each further attempt to reach a server that went away; the last one repeats."""
LONGEST_FRAME: Final = 64 * 2**20
"""Bytes of the largest preview taken."""
CLOSING_SECONDS: Final = 2.0
"""How long a server may take to say goodbye."""


class Client:
    """Submits workflows to a server, follows them, fetches what they made. Not for several threads at once.

    ``patience`` is how many seconds a server that went away may take to come back before UnreachableError.
    """

    def __init__(self, url: str = "http://127.0.0.1:8188", *, token: str | None = None, patience: float = 30.0) -> None:
        """Raises UsageError for an address that is none; the server is not asked yet."""
        self.url = protocol.base_url(url)
        self.client_id = uuid.uuid4().hex
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._patience = patience
        self._http = httpx.Client(base_url=self.url, headers=self._headers, timeout=60.0, trust_env=False)

    def submit(self, workflow: Workflow, *, key: str | None = None, front: bool = False) -> Ticket:
        """Queue a workflow. When this returns the server has it on disk.

        ``key``: the same one again gives the same job. Raises InvalidWorkflowError, BusyError.
        """
        return self._call(protocol.submit(workflow, self.client_id, key=key, front=front))

    def follow(self, prompt_id: str) -> Iterator[Message]:
        """What happens to a job from now on, until `Ended`; connects again where the connection is lost."""
        yield from self._messages(prompt_id, None, None)

    def wait(self, prompt_id: str, *, timeout: float | None = None) -> Result:
        """The result of a job. Raises JobFailedError, and WaitTimeoutError after ``timeout`` seconds."""
        for _ in self._messages(prompt_id, None, timeout):
            pass
        return self._ended(prompt_id)

    def run(
        self,
        workflow: Workflow,
        *,
        watch: Callable[[Message], None] | None = None,
        accepted: Callable[[Ticket], None] | None = None,
        timeout: float | None = None,
        key: str | None = None,
    ) -> Result:
        """Submit, follow and wait; ``accepted`` hears of the job, ``watch`` every message. Raises what those raise.

        Interrupted, by Ctrl-C or by an exception of ``watch``, it cancels the job; at a time-out the job goes on.
        """
        with self._connected() as socket:
            ticket = self.submit(workflow, key=key)
            if accepted:
                accepted(ticket)
            try:
                for message in self._messages(ticket.prompt_id, socket, timeout):
                    if watch:
                        watch(message)
            except (UnreachableError, WaitTimeoutError):
                raise
            except BaseException:
                with suppress(DgxPixelsError):
                    self.cancel(ticket.prompt_id)
                raise
        return self._ended(ticket.prompt_id)

    def result(self, prompt_id: str) -> Result | None:
        """The result of a job, None while it has not ended."""
        return self._call(protocol.result(prompt_id))

    def fetch(self, file: OutputFile) -> bytes:
        """The bytes of a file that a job made."""
        return self._call(protocol.fetch(file))

    def upload(self, path: Path, *, subfolder: str = "", overwrite: bool = False) -> OutputFile:
        """Send a picture to the server's input folder. The answer has the name that LoadImage takes."""
        return self._call(protocol.upload(path.name, path.read_bytes(), subfolder=subfolder, overwrite=overwrite))

    def cancel(self, prompt_id: str) -> None:
        """Take a job from the queue, or stop it where it runs."""
        for call in protocol.cancel(prompt_id):
            self._call(call)

    def models(self, kind: str = "checkpoints") -> list[str]:
        """Names of the models of a kind."""
        return self._call(protocol.models(kind))

    def nodes(self, name: str | None = None) -> dict[str, Any]:
        """What the server says of all nodes, or of one."""
        return self._call(protocol.node_info(name))

    def queue(self) -> dict[str, Any]:
        """Jobs that run and wait, as ``GET /queue`` has them."""
        return self._call(protocol.queue())

    def system_stats(self) -> dict[str, Any]:
        """The server's machine and device."""
        return self._call(protocol.system_stats())

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, call: Call[T]) -> T:
        try:
            reply = self._http.request(
                call.method,
                call.path,
                params=dict(call.params) or None,
                json=call.json,
                files=call.files,
                data=call.data,
                headers=dict(call.headers),
            )
        except httpx.TransportError as error:
            raise UnreachableError(f"no answer from {self.url} ({error}); is the server running?") from error
        return call.read(protocol.check(reply.status_code, reply.content, reply.headers))

    @contextmanager
    def _connected(self) -> Generator[ClientConnection]:
        with ExitStack() as stack:
            try:
                socket = stack.enter_context(
                    connect(
                        protocol.socket_url(self.url, self.client_id),
                        additional_headers=self._headers,
                        max_size=LONGEST_FRAME,
                        close_timeout=CLOSING_SECONDS,
                        proxy=None,
                    )
                )
                socket.send(protocol.HELLO)
            except InvalidStatus as error:
                reply = error.response
                protocol.check(reply.status_code, bytes(reply.body or b""), reply.headers)
                raise UnreachableError(f"{self.url} tells no events ({error}); is it such a server?") from error
            except (OSError, WebSocketException) as error:
                raise UnreachableError(f"no events from {self.url} ({error}); is the server running?") from error
            yield socket

    def _messages(
        self,
        prompt_id: str,
        socket: ClientConnection | None,
        timeout: float | None,
    ) -> Iterator[Message]:
        """Messages of a job from ``socket``, then from others where that one breaks, until the job has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with ExitStack() as stack:
                mine = socket is None
                socket = socket or self._patiently(lambda: stack.enter_context(self._connected()), prompt_id, deadline)
                try:
                    if mine and self._call(protocol.over(prompt_id)):
                        yield Ended()
                        return
                    for message in self._heard(socket, prompt_id, deadline):
                        yield message
                        if isinstance(message, Ended):
                            return
                except (OSError, WebSocketException, UnreachableError):
                    pass  # the server went away: the next round waits for it
            socket = None

    def _heard(self, socket: ClientConnection, prompt_id: str, deadline: float | None) -> Iterator[Message]:
        """Messages of one connection. Raises WaitTimeoutError at ``deadline``."""
        watch = protocol.Watch(prompt_id, deadline, time.monotonic())
        while True:
            if watch.must_ask(time.monotonic()) and self._call(protocol.over(prompt_id)):
                yield Ended()
            try:
                frame = socket.recv(watch.patience(time.monotonic()))
            except TimeoutError:
                continue
            message = protocol.read_frame(frame, prompt_id)
            watch.heard(message, time.monotonic())
            if message is not None:
                yield message

    def _patiently(self, attempt: Callable[[], T], prompt_id: str, deadline: float | None) -> T:
        """What an attempt gives, repeated while a server may be starting anew."""
        given_up = time.monotonic() + self._patience
        pauses = iter(PAUSES)
        pause = 0.0
        while True:
            try:
                return attempt()
            except (UnreachableError, BusyError):
                if deadline is not None and time.monotonic() >= deadline:
                    raise WaitTimeoutError(prompt_id) from None
                if time.monotonic() > given_up:
                    raise
                pause = next(pauses, pause)
                time.sleep(pause)

    def _ended(self, prompt_id: str) -> Result:
        found = self._patiently(lambda: self.result(prompt_id), prompt_id, None)
        if found is None:
            raise JobFailedError(f"job {prompt_id} is gone: it was taken from the queue or from the history", {})
        if not found.ok:
            raise JobFailedError(f"job {prompt_id} failed: {found.failure}", found.record)
        return found
