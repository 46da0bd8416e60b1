"""Who may talk to us at all: the rules on Host, Origin, Sec-Fetch-Site and Referer, as one pure function.

A request with any mark of a browser has to come from our own pages; one without is a program's. Host has to be a
name of ours, so that a stranger's name that leads to this machine gets nowhere. No name is ever looked up.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_HOST: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_ORIGIN: Final = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#@\\\s]+)", re.ASCII | re.IGNORECASE)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_ANY: Final = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request may not pass."""

    status: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port as Host and Origin name them."""

    name: str
    """In lower case, without brackets."""
    port: int | None


@dataclass(frozen=True, slots=True)
class Names:
    """The names this server goes by."""

    names: frozenset[str]
    any_address: bool
    """Whether every IP address is one of ours: those of all interfaces, and of whoever forwards a port to us."""
    open_origin: str | None
    """``--enable-cors-header``: the one origin let in beside our own, ``*`` for all."""

    @classmethod
    def of(cls, listen: Sequence[str], allowed: Sequence[str], cors_origin: str | None) -> "Names":
        """The names of a server that listens on these addresses."""
        own = {"localhost", *(name.lower().strip("[]") for name in (*listen, *allowed) if name not in _ANY)}
        if any(is_loopback(address) for address in listen) or any(address in _ANY for address in listen):
            own |= {"127.0.0.1", "::1"}
        return cls(frozenset(own), any(address in _ANY for address in listen), cors_origin)

    def knows(self, name: str) -> bool:
        """Whether a Host of this name is us."""
        return name in self.names or (self.any_address and _is_ip(name))


def judge(headers: Headers, names: Names, *, navigates: bool) -> Refusal | None:
    """None where a request may pass, else why not. ``navigates``: it asks for a page, which does nothing by itself."""
    hosts = _all(headers, b"host")
    if len(hosts) > 1:
        return Refusal(400, "a request has one Host")
    host = parse_host(hosts[0]) if hosts else None
    if hosts and (host is None or not names.knows(host.name)):
        return Refusal(403, "this server does not go by that name; start it with --allowed-host NAME")
    if names.open_origin == "*":
        return None
    return _judge_marks(headers, host, names, navigates=navigates)


def _judge_marks(headers: Headers, host: Address | None, names: Names, *, navigates: bool) -> Refusal | None:
    sites = [site.lower() for site in _all(headers, b"sec-fetch-site")]
    origins, referers = _all(headers, b"origin"), _all(headers, b"referer")
    if not (sites or origins or referers):
        return None
    if names.open_origin in {*origins, *map(_of_address, referers)} and len(origins) < 2:
        return None
    strange = any(site not in {"same-origin", "none"} for site in sites)
    foreign = len(origins) > 1 or any(not _same(host, parse_origin(origin)) for origin in origins)
    linked = any(not _same(host, parse_origin(_of_address(referer))) for referer in referers)
    if (strange or linked) and not foreign and navigates and _is_navigation(headers):
        return None  # someone followed a link to the page itself
    return Refusal(403) if strange or foreign or linked else None


def _is_navigation(headers: Headers) -> bool:
    """Whether a browser opens a page in a tab of its own, not in a frame of another page."""
    return _all(headers, b"sec-fetch-mode") == ["navigate"] and _all(headers, b"sec-fetch-dest") == ["document"]


def _of_address(referer: str) -> str:
    """``scheme://host`` of a whole address."""
    match = _ORIGIN.match(referer)
    after = referer[match.end() : match.end() + 1] if match else ""
    return match.group() if match and after in {"", "/", "?", "#"} else referer


def _same(host: Address | None, origin: Address | None) -> bool:
    if host is None or origin is None:
        return False
    # A proxy may drop the port of Host; then only the names can be compared.
    return host.name == origin.name and host.port in {None, origin.port}


def parse_host(text: str) -> Address | None:
    """``name[:port]``; None for anything else."""
    match = _HOST.fullmatch(text.strip(" \t"))
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else None
    return Address(match["name"].lower().strip("[]"), port) if port is None or port < 65536 else None


def parse_origin(text: str) -> Address | None:
    """``http(s)://name[:port]`` with the port its scheme implies; None for anything else, such as ``null``."""
    match = _ORIGIN.fullmatch(text)
    address = parse_host(match["host"]) if match else None
    if match is None or address is None:
        return None
    return Address(address.name, address.port or _DEFAULT_PORTS[match["scheme"].lower()])


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address. Looks nothing up."""
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _all(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key == name]
