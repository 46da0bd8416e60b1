"""What a server's answer to a download says: the file, a part of it, or neither. Reads headers only."""

from typing import TYPE_CHECKING, Final

from dgx_pixels.core.errors import DownloadError

if TYPE_CHECKING:
    import httpx

TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that another attempt may change."""


def check_answer(response: "httpx.Response", address: str) -> None:
    """Raises DownloadError for every final answer that is not the file's bytes."""
    status, headers = response.status_code, response.headers
    if status in (401, 403):
        raise DownloadError(f"{address} answers {status}: it wants a login or an accepted licence")
    if status in (404, 410):
        raise DownloadError(f"{address} answers {status}: there is no such file; check the address")
    if status not in (200, 206):
        raise DownloadError(f"{address} answers {status}, not with a file")
    if headers.get("content-type", "").startswith("text/html"):
        raise DownloadError(f"{address} is a web page, not a file; take the address of its download button")
    if (encoding := headers.get("content-encoding", "identity")) != "identity":
        raise DownloadError(f"{address} answers in {encoding} though asked for plain bytes; use a mirror")


def check_redirects(response: "httpx.Response", address: str) -> None:
    """Raises DownloadError if a redirect led from https to http, where anyone on the way may alter a file."""
    schemes = [r.url.scheme for r in (*response.history, response)]
    if "https" in schemes and schemes[-1] == "http":
        raise DownloadError(f"{address} redirects from https to plain http; ask its publisher for another address")


def validator(response: "httpx.Response") -> str | None:
    """What If-Range may carry of this answer: a strong ETag, else the date (RFC 9110, 13.1.5)."""
    tag = response.headers.get("etag", "")
    return tag if tag.startswith('"') else response.headers.get("last-modified")


def content_range(response: "httpx.Response") -> tuple[int, int | None]:
    """Start and whole size of ``Content-Range: bytes 5-9/10``; -1 for a malformed start, None for no size."""
    unit, _, rest = response.headers.get("content-range", "").partition(" ")
    span, _, total = rest.partition("/")
    start = span.partition("-")[0]
    whole = int(total) if total.isdecimal() else None
    return (int(start), whole) if unit == "bytes" and start.isdecimal() else (-1, whole)
