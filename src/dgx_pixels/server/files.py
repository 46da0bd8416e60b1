"""An open file as a reply: whole or in part, or only that it has not changed. Knows no folder and no name."""

import asyncio
import os
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Final

from starlette.types import Receive, Scope, Send

from dgx_pixels.server.confine import OpenFile

_CHUNK: Final = 256 * 2**10
_MULTIPLE: Final = ","


class FileReply:
    """Sends a file and closes it. Honours If-None-Match, If-Modified-Since, If-Match, If-Range and one Range."""

    def __init__(self, file: OpenFile, headers: dict[str, str]) -> None:
        """``headers``: content type and whatever else goes with the file."""
        self._file = file
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the form of ASGI
        """Answer one request."""
        try:
            asked = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            part = _part(asked, self._file.status)
            await send({"type": "http.response.start", "status": part.status, "headers": self._head(part)})
            if scope["method"] == "HEAD":
                part = _Part(part.status, 0, 0)
            await self._send_body(part, send)
        finally:
            self._file.close()

    def _head(self, part: "_Part") -> list[tuple[bytes, bytes]]:
        status = self._file.status
        head = {
            "etag": etag(status),
            "last-modified": formatdate(status.st_mtime, usegmt=True),
            "accept-ranges": "bytes",
        }
        if part.status in {200, 206}:
            head |= self._headers | {"content-length": str(part.length)}
        if part.status == 206:
            head["content-range"] = f"bytes {part.start}-{part.start + part.length - 1}/{status.st_size}"
        if part.status in {412, 416}:
            head["content-length"] = "0"
        if part.status == 416:
            head["content-range"] = f"bytes */{status.st_size}"
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head.items()]

    async def _send_body(self, part: "_Part", send: Send) -> None:
        at, end = part.start, part.start + part.length
        while at < end:
            chunk = await asyncio.to_thread(os.pread, self._file.fd, min(_CHUNK, end - at), at)
            if not chunk:  # cut short while it was sent: the connection ends, and the reader sees that
                return
            at += len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": at < end})
        if part.length == 0:
            await send({"type": "http.response.body", "body": b""})


@dataclass(frozen=True, slots=True)
class _Part:
    """What of the file goes out."""

    status: int
    start: int
    length: int


def etag(status: os.stat_result) -> str:
    """A tag that changes with the file."""
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}"'


def _part(asked: dict[str, str], status: os.stat_result) -> _Part:
    whole = _Part(200, 0, status.st_size)
    tag, changed = etag(status), int(status.st_mtime)
    if (match := asked.get("if-match")) is not None and match.strip() != "*" and tag not in _tags(match):
        return _Part(412, 0, 0)
    if (none_match := asked.get("if-none-match")) is not None:
        if none_match.strip() == "*" or tag in _tags(none_match):
            return _Part(304, 0, 0)
    elif (since := _seconds(asked.get("if-modified-since"))) is not None and changed <= since:
        return _Part(304, 0, 0)
    if "range" not in asked or not _still_the_same(asked.get("if-range"), tag, changed):
        return whole
    return _range(asked["range"], status.st_size)


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(_MULTIPLE)]


def _still_the_same(if_range: str | None, tag: str, changed: int) -> bool:
    if if_range is None or if_range.strip() == tag:
        return True
    when = _seconds(if_range)
    return when is not None and changed <= when


def _seconds(date: str | None) -> int | None:
    if date is None:
        return None
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def _range(header: str, size: int) -> _Part:
    """One range; several, or one that the file does not have, are answered 416."""
    refused = _Part(416, 0, 0)
    unit, _, ranges = header.partition("=")
    first, dash, last = (text.strip() for text in ranges.partition("-"))
    if unit.strip().lower() != "bytes" or not dash or not _digits(first) or not _digits(last) or first == last == "":
        return refused
    if not first:
        length = min(int(last), size)
        return _Part(206, size - length, length) if length else refused
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    return _Part(206, start, end - start + 1) if start <= end else refused


def _digits(text: str) -> bool:
    return text == "" or (text.isascii() and text.isdigit() and len(text) < 20)
