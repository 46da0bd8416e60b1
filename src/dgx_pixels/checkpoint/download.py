"""One file over HTTP into a folder, whole or not at all: resumed, retried, checked and only then named.

The only module that uses a network. Knows neither models by name nor how progress is shown.
"""

import logging
import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dgx_pixels.checkpoint.answers import (
    TRY_AGAIN,
    check_answer,
    check_redirects,
    content_range,
    validator,
)
from dgx_pixels.checkpoint.partial import Origin, Partial, opened
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.errors import CheckpointError, DownloadError, UsageError
from dgx_pixels.core.limits import MAX_HEADER_BYTES

if TYPE_CHECKING:
    import httpx

Report = Callable[[int, int | None], None]
"""Called with the bytes on disk, and the bytes in all where that is known."""


@dataclass(frozen=True, slots=True)
class Source:
    """What to fetch, and what is known of it beforehand. Raises UsageError for what is no http(s) address."""

    url: str
    size: int | None = None
    sha256: str | None = None

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError as error:
            raise UsageError(f"the address is malformed: {error}; check it") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{self.address!r} is not an http:// or https:// address")

    @property
    def address(self) -> str:
        """The URL as it may be shown and stored: without user, password, query and fragment."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take and how often it is asked again; times in seconds."""

    connect: float = 15
    read: float = 60
    tries: int = 6
    """Attempts in a row that bring nothing new before giving up."""
    pause: float = 1
    """Before the second attempt; doubles each time."""
    longest_pause: float = 30


def download(source: Source, target: Path, report: Report | None = None, patience: Patience | None = None) -> str:
    """Fetch ``source`` to ``target`` and return its SHA-256, going on where an earlier call stopped.

    Raises UsageError (name taken), StorageError (no room) and DownloadError (all else).
    After an interruption ``<target>.part`` stays for the next call; what fails its checks is removed.
    """
    patience = patience or Patience()
    with opened(target) as part, _client(patience) as client:
        _fetch_all(_Fetch(client, source, part, report or _silent), patience)
        if fault := _fault(source, part):
            part.discard()
            raise DownloadError(f"{source.address} {fault}; what came was removed")
        part.publish()
        return part.sha256


class _DroppedError(Exception):
    """The attempt brought no more; another may."""


@dataclass(frozen=True, slots=True)
class _Fetch:
    """The attempts at one file."""

    client: "httpx.Client"
    source: Source
    part: Partial
    report: Report

    def attempt(self) -> None:
        """Ask once and write what comes. Raises _DroppedError if asking again may help."""
        import httpx

        try:
            with self.client.stream("GET", self.source.url, headers=self._resume_headers()) as response:
                check_redirects(response, self.source.address)
                self._receive(response)
        except httpx.TooManyRedirects as error:
            raise DownloadError(f"{self.source.address} redirects in a circle; check the address") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise DownloadError(f"{self.source.address} leads to something that is not http(s)") from error
        except httpx.RequestError as error:
            raise _DroppedError(str(error) or type(error).__name__) from error
        finally:
            self.part.flush()

    def _resume_headers(self) -> dict[str, str]:
        """Ask for the rest alone, if the file is still the one we have the beginning of."""
        origin = self.part.origin
        if not self.part.done or origin is None or origin.address != self.source.address:
            return {}
        rest = {"Range": f"bytes={self.part.done}-"}
        if origin.validator:
            return {**rest, "If-Range": origin.validator}
        # Without a validator only a hash can tell whether the two pieces belong together.
        return rest if self.source.sha256 else {}

    def _receive(self, response: "httpx.Response") -> None:
        if response.status_code == 416 and self._have_all(response):
            return
        if response.status_code in TRY_AGAIN:
            raise _DroppedError(f"the server answers {response.status_code}")
        check_answer(response, self.source.address)
        total = self._continue(response) if response.status_code == 206 else self._begin(response)
        self.report(self.part.done, total)
        for chunk in response.iter_raw():  # not in larger ones: what httpx gathers, a dropped line loses
            self._take(chunk, total)
            self.report(self.part.done, total)
        if total is not None and self.part.done != total:
            raise _DroppedError(f"the server stopped at {self.part.done} of {total} bytes")

    def _have_all(self, response: "httpx.Response") -> bool:
        """Whether 416 (nothing at that range) means that an earlier run had all of it."""
        if self.part.done and content_range(response)[1] == self.part.done:
            return True
        self._start_over(response)
        raise _DroppedError("the server's file changed")

    def _begin(self, response: "httpx.Response") -> int | None:
        """The whole file comes; its size, if known."""
        length = response.headers.get("content-length")
        total = self._agreed(int(length) if length else None)
        self._start_over(response)
        return total

    def _continue(self, response: "httpx.Response") -> int | None:
        """The rest comes; the whole file's size, if known."""
        start, total = content_range(response)
        origin, tag = self.part.origin, validator(response)
        if start != self.part.done or (origin and tag and tag != origin.validator):
            self._start_over(response)
            raise _DroppedError("the server's file changed")
        return self._agreed(total)

    def _start_over(self, response: "httpx.Response") -> None:
        self.part.restart(Origin(self.source.address, validator(response)))

    def _agreed(self, offered: int | None) -> int | None:
        """The whole size by the server's word and ours; makes sure that it fits on the disk."""
        wanted = self.source.size
        if None not in (offered, wanted) and offered != wanted:
            raise DownloadError(f"{self.source.address} has {offered} bytes, not the {wanted} published: another file")
        total = wanted if offered is None else offered
        if total is not None:
            self.part.make_room(total)
        return total

    def _take(self, chunk: bytes, total: int | None) -> None:
        if not self.part.done:
            _check_start(chunk, self.source)
        if total is not None and self.part.done + len(chunk) > total:
            self.part.discard()
            raise DownloadError(f"{self.source.address} sends more than the {total} bytes it has; removed")
        self.part.write(chunk)


def _fetch_all(fetch: _Fetch, patience: Patience) -> None:
    """Attempts until one succeeds; those that got further than any before do not count."""
    failures, furthest = 0, fetch.part.done
    while True:
        try:
            return fetch.attempt()
        except _DroppedError as error:
            failures = 0 if fetch.part.done > furthest else failures + 1
            furthest = max(furthest, fetch.part.done)
            if failures >= patience.tries:
                kept = fetch.part.done
                then = f"; {kept} bytes are kept, the same command goes on from there" if kept else ""
                said = f"{fetch.source.address} failed {failures} times: {error}{then}"
                raise DownloadError(said) from error
        # Jitter keeps many machines from coming back in step.
        time.sleep(min(patience.pause * 2**failures, patience.longest_pause) * random.uniform(0.5, 1))


def _fault(source: Source, part: Partial) -> str | None:
    """What is wrong with a complete partial file: its size, its hash or its header."""
    if source.size is not None and part.done != source.size:
        return f"sent {part.done} bytes, not the {source.size} published"
    if source.sha256 and part.sha256 != source.sha256.lower():
        return f"has SHA-256 {part.sha256}, not {source.sha256.lower()}: damaged, or a different file"
    try:
        TensorFile(part.path).close()
    except CheckpointError as error:
        return f"sent no whole safetensors file: {error}"
    return None


def _check_start(chunk: bytes, source: Source) -> None:
    """Refuse web pages and pickles at their first bytes rather than after seven gigabytes."""
    length = int.from_bytes(chunk[:8], "little")
    if len(chunk) > 8 and not (2 <= length <= MAX_HEADER_BYTES and chunk[8:9] == b"{"):
        raise DownloadError(f"{source.address} is not a safetensors file: it starts with {chunk[:8]!r}")


def _silent(done: int, total: int | None) -> None:
    """Report to nobody."""


@contextmanager
def _client(patience: Patience) -> "Generator[httpx.Client]":
    import httpx

    for name in ("httpx", "httpcore"):  # they log whole addresses, and there may be a password in one
        logging.getLogger(name).setLevel(logging.WARNING)
    timeout = httpx.Timeout(patience.read, connect=patience.connect)
    headers = {"Accept-Encoding": "identity", "User-Agent": "dgx-pixels"}
    with httpx.Client(timeout=timeout, headers=headers, follow_redirects=True, max_redirects=10) as client:
        yield client
