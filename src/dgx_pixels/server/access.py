"""The token: where it comes from, how a client shows it, how a browser keeps it. Knows no route."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode

from dgx_pixels.core.errors import UsageError
from dgx_pixels.server.origin import is_loopback

FILE: Final = "token"
"""Name of the file, in ``home``, that keeps a token the server made itself."""
_PARAMETER: Final = "token"


@dataclass(frozen=True, slots=True)
class Token:
    """What clients have to show."""

    value: str
    cookie: str
    """Name of the cookie: browsers do not tell the ports of a host apart, so it has ours."""
    fresh: bool = False
    """Whether it was made just now, and so has to be told."""

    @property
    def cookie_value(self) -> str:
        """What the cookie holds: the token cannot be read off it."""
        return hashlib.sha256(b"dgx-pixels cookie " + self.value.encode()).hexdigest()

    def shown(self, headers: Sequence[tuple[bytes, bytes]], query: bytes) -> bool:
        """Whether a request carries the token: as Bearer, in its address, or as the cookie made of it."""
        for name, value in headers:
            if name == b"authorization":
                scheme, _, given = value.partition(b" ")
                if scheme.lower() == b"bearer" and _equal(given.strip(), self.value):
                    return True
            elif name == b"cookie" and _equal(_cookie(value, self.cookie), self.cookie_value):
                return True
        return self.in_query(query)

    def in_query(self, query: bytes) -> bool:
        """Whether the address carries the token."""
        if _PARAMETER.encode() not in query:
            return False
        given = [value for name, value in _pairs(query) if name == _PARAMETER]
        return any(_equal(value.encode(), self.value) for value in given)

    def set_cookie(self, *, secure: bool) -> str:
        """The value of Set-Cookie."""
        flags = "Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")
        return f"{self.cookie}={self.cookie_value}; {flags}"


def without_token(query: bytes) -> str:
    """The query of an address, less the token."""
    return urlencode([(name, value) for name, value in _pairs(query) if name != _PARAMETER])


def find_token(given: str | None, listen: Sequence[str], home: Path, port: int) -> Token | None:
    """The token that a server asks for: the one given; none where only this machine can reach it; else its own,
    from ``home`` or new and kept there.

    Raises UsageError for a token too weak or unfit for a header, OSError where it cannot be kept.
    """
    cookie = f"dgx_pixels_{port}"
    if given is not None:
        _check_strength(given)
        return Token(given, cookie)
    if all(is_loopback(address) for address in listen):
        return None
    path = home / FILE
    if path.is_file() and (kept := path.read_text("utf-8").strip()):
        _check_strength(kept)
        return Token(kept, cookie)
    made = secrets.token_urlsafe(24)
    home.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "w") as file:
        os.fchmod(fd, 0o600)
        file.write(made + "\n")
    return Token(made, cookie, fresh=True)


def _check_strength(token: str) -> None:
    if not 16 <= len(token) <= 256 or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("a token has 16 to 256 characters of ASCII without spaces; make it longer or let us make one")


def _pairs(query: bytes) -> list[tuple[str, str]]:
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True)


def _cookie(header: bytes, name: str) -> bytes:
    if name.encode() not in header:
        return b""
    try:
        morsel = SimpleCookie(header.decode("latin-1")).get(name)
    except CookieError:
        return b""
    return morsel.value.encode("latin-1") if morsel else b""


def _equal(given: bytes, wanted: str) -> bool:
    """Compared in a time that says nothing of where they differ."""
    return hmac.compare_digest(given, wanted.encode())
