"""Who is let in: the header matrix (row 15), the token (row 14), CORS, addresses."""

import socket
import stat
from itertools import product

import pytest
from served import GRAPH, InProcess
from sockets import RefusedError, WebSocket

from dgx_pixels.core.errors import UsageError
from dgx_pixels.server.access import find_token
from dgx_pixels.server.app import routes
from dgx_pixels.server.origin import Names, is_loopback, parse_host, parse_origin

PORT = "PORT"
OWN = f"127.0.0.1:{PORT}"

# Host, Origin, Sec-Fetch-Site, Referer, whether it may pass. PORT is the server's own.
MATRIX: list[tuple[str | None, str | None, str | None, str | None, bool]] = [
    # Programs: no mark of a browser.
    (OWN, None, None, None, True),
    (f"localhost:{PORT}", None, None, None, True),
    (f"LOCALHOST:{PORT}", None, None, None, True),
    (f"[::1]:{PORT}", None, None, None, True),
    ("127.0.0.1", None, None, None, True),
    (f"studio.example:{PORT}", None, None, None, True),  # an allowed host
    (None, None, None, None, True),
    # Our own pages.
    (OWN, f"http://{OWN}", "same-origin", None, True),
    (OWN, f"http://{OWN}", None, None, True),
    (OWN, f"HTTP://{OWN}", None, None, True),
    (OWN, None, "same-origin", f"http://{OWN}/", True),
    (OWN, None, "none", None, True),
    (OWN, None, None, f"http://{OWN}/?x=1", True),
    (f"localhost:{PORT}", f"http://localhost:{PORT}", "same-origin", None, True),
    (f"Localhost:{PORT}", f"http://LOCALHOST:{PORT}", None, None, True),
    (f"[::1]:{PORT}", f"http://[::1]:{PORT}", None, None, True),
    (OWN, f"https://{OWN}", "same-origin", None, True),  # behind a proxy that speaks TLS
    ("127.0.0.1", f"http://{OWN}", "same-origin", None, True),  # behind a proxy that drops the port
    # Other origins.
    (OWN, "http://evil.example", None, None, False),
    (OWN, "http://evil.example", "cross-site", None, False),
    (OWN, "null", None, None, False),
    (OWN, "null", "same-origin", None, False),
    (OWN, "null", "cross-site", None, False),
    (OWN, "", None, None, False),
    (OWN, None, "cross-site", None, False),
    (OWN, None, "same-site", None, False),
    (OWN, None, "CROSS-SITE", None, False),
    (OWN, None, "nonsense", None, False),
    (OWN, None, "same-origin, cross-site", None, False),
    (OWN, None, None, "http://evil.example/page", False),
    (OWN, None, None, "null", False),
    (OWN, None, None, "about:blank", False),
    (OWN, f"http://{OWN}", "cross-site", None, False),
    (OWN, f"http://{OWN}", None, "http://evil.example/", False),
    # Spellings that look like ours.
    (OWN, f"http://{OWN}@evil.example", None, None, False),
    (OWN, f"http://127.0.0.1:{PORT}:80", None, None, False),
    (OWN, f"http://127.0.0.1:{PORT}.evil.example", None, None, False),
    (OWN, f"http://127.0.0.1.:{PORT}", None, None, False),
    (OWN, f"http://evil.example/{OWN}", None, None, False),
    (OWN, f"http://evil.example#{OWN}", None, None, False),
    (OWN, f"http://{OWN}/", None, None, False),
    (OWN, f"file://{OWN}", None, None, False),
    (OWN, f"ftp://{OWN}", None, None, False),
    (OWN, f"//{OWN}", None, None, False),
    (OWN, OWN, None, None, False),
    (OWN, f"http://{OWN} http://evil.example", None, None, False),
    (OWN, None, None, f"http://{OWN}@evil.example/", False),
    (OWN, None, None, f"http://{OWN}.evil.example/", False),
    (OWN, f"http://localhost:{PORT}", None, None, False),
    (OWN, f"http://2130706433:{PORT}", None, None, False),
    (OWN, f"http://127.1:{PORT}", None, None, False),
    (OWN, f"http://[::ffff:127.0.0.1]:{PORT}", None, None, False),
    # Ports.
    (OWN, "http://127.0.0.1:1", None, None, False),
    (OWN, "http://127.0.0.1", None, None, False),
    (OWN, "https://127.0.0.1", None, None, False),
    (OWN, "http://127.0.0.1:99999", None, None, False),
    (OWN, "http://127.0.0.1:", None, None, False),
    # Names that lead here but are not ours: DNS rebinding.
    (f"rebind.example:{PORT}", f"http://rebind.example:{PORT}", "same-origin", None, False),
    (f"rebind.example:{PORT}", None, None, None, False),
    (f"localhost.:{PORT}", None, None, None, False),
    (f"localhost.evil.example:{PORT}", None, None, None, False),
    (f"127.0.0.1.evil.example:{PORT}", None, None, None, False),
    (f"evil.example@{OWN}", None, None, None, False),
    (f"{OWN}/x", None, None, None, False),
    (f"127.0.0.1:{PORT}:{PORT}", None, None, None, False),
    ("127.0.0.1:x", None, None, None, False),
    ("", None, None, None, False),
    ("0.0.0.0", None, None, None, False),
    ("[::1", None, None, None, False),
    ("1.2.3.4", None, None, None, False),
]
TYPES = ("application/json", "text/plain", None)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    running = InProcess(tmp_path_factory.mktemp("home"), allowed_hosts=("studio.example",))
    yield running
    running.stop()


@pytest.fixture
def no_lookups(server: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks a name up fails."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo", "getfqdn"):
        monkeypatch.setattr(socket, name, fail)


def headers(server: InProcess, host: str | None, origin: str | None, site: str | None, referer: str | None):
    given = {"Host": host, "Origin": origin, "Sec-Fetch-Site": site, "Referer": referer}
    return {name: value.replace(PORT, str(server.port)) for name, value in given.items() if value is not None}


def connect(server: InProcess) -> socket.socket:
    made = socket.socket()
    made.settimeout(10)
    made.connect(("127.0.0.1", server.port))
    return made


def ask(server: InProcess, method: str, path: str, given: dict[str, str], body: bytes = b"") -> int:
    """The status of a request with just these headers."""
    version = "1.1" if "Host" in given else "1.0"
    lines = [
        f"{method} {path} HTTP/{version}",
        *(f"{n}: {v}" for n, v in given.items()),
        f"Content-Length: {len(body)}",
    ]
    with connect(server) as made:
        made.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        return int(made.makefile("rb").readline().split()[1])


@pytest.mark.usefixtures("no_lookups")
@pytest.mark.parametrize("row", MATRIX, ids=[str(i) for i in range(len(MATRIX))])
def test_who_may_pass(server: InProcess, row: tuple) -> None:
    *marks, passes = row
    given = headers(server, *marks)
    body = b'{"prompt": {}}'
    for kind in TYPES:
        typed = given | ({"Content-Type": kind} if kind else {})
        assert (ask(server, "POST", "/prompt", typed, body) == 400) is passes, typed
        assert (ask(server, "POST", "/api/interrupt", typed) == 200) is passes
    for path in ("/system_stats", "/object_info", "/", "/v1/queue", "/internal/logs", "/healthz", "/nothing"):
        assert (ask(server, "GET", path, given) in {200, 404}) is passes, path
    if "Host" in given:
        try:
            status = 101
            opened = connect(server)
            lines = [
                "GET /ws HTTP/1.1",
                "Upgrade: websocket",
                "Connection: Upgrade",
                *(f"{n}: {v}" for n, v in given.items()),
            ]
            key = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "", ""]
            opened.sendall("\r\n".join([*lines, *key]).encode())
            status = int(opened.recv(4096).split()[1])
        finally:
            opened.close()
        assert (status == 101) is passes


def test_there_are_enough_rows() -> None:
    assert len(MATRIX) >= 60


def test_refusals_are_403_and_say_nothing_of_us(server: InProcess) -> None:
    reply = server.client.get("/system_stats", Origin="http://evil.example")
    assert (reply.status, reply.body) == (403, b"")
    reply = server.client.get("/system_stats", Host="rebind.example")
    assert (reply.status, "--allowed-host" in reply.text) == (403, True)


@pytest.mark.parametrize("name", ["Host", "Origin"])
def test_a_header_that_comes_twice_is_refused(server: InProcess, name: str) -> None:
    own = f"127.0.0.1:{server.port}"
    twice = [(name, own if name == "Host" else f"http://{own}")] * 2
    pairs = twice if name == "Host" else [("Host", own), *twice]
    assert server.client("GET", "/system_stats", headers=pairs).status in {400, 403}


def test_a_link_may_lead_to_the_page_and_only_there(server: InProcess) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    link["Referer"] = "http://forum.example/thread"
    assert server.client("GET", "/", headers=link).status == 200
    assert server.client("POST", "/", headers=link).status == 403
    assert server.client("GET", "/system_stats", headers=link).status == 403
    assert server.client("GET", "/", headers=link | {"Sec-Fetch-Dest": "iframe"}).status == 403
    assert server.client("GET", "/", headers=link | {"Origin": "null"}).status == 403


def test_named_holes_of_others(server: InProcess) -> None:
    """GHSA-5xxr-jvhm-jxmj, CVE-2026-56674, #16203, #12860: all of these had a job queued."""
    body = {"prompt": GRAPH}
    post = server.client.post
    assert post("/prompt", body, Origin="null", Content_Type="text/plain").status == 403
    assert post("/prompt", body, Sec_Fetch_Site="cross-site", Content_Type="text/plain").status == 403
    rebound = f"rebind.example:{server.port}"
    assert post("/prompt", body, Host=rebound, Origin=f"http://{rebound}", Sec_Fetch_Site="same-origin").status == 403
    assert server.client.get("/queue").json()["queue_pending"] == []


def test_cors_for_all(serve) -> None:
    client = serve(cors_origin="*").client
    for reply in (
        client.get("/prompt", Origin="http://any.example"),
        client("OPTIONS", "/prompt", headers={"Origin": "null"}),
    ):
        assert reply.status == 200
        assert reply["access-control-allow-origin"] == "*"
        assert reply["access-control-allow-methods"] == "POST, GET, DELETE, PUT, OPTIONS"
        assert reply["access-control-allow-headers"] == "Content-Type, Authorization"
        assert reply["access-control-allow-credentials"] == "true"
    assert client.get("/nothing")["access-control-allow-origin"] == "*"
    assert client.get("/prompt", Host="rebind.example").status == 403


def test_cors_for_one(serve) -> None:
    server = serve(cors_origin="http://friend.example:3000")
    get = server.client.get
    assert get("/prompt", Origin="http://friend.example:3000", Sec_Fetch_Site="cross-site").status == 200
    assert get("/prompt", Referer="http://friend.example:3000/x", Sec_Fetch_Site="cross-site").status == 200
    assert get("/prompt", Origin="http://friend.example").status == 403
    assert get("/prompt", Origin="http://evil.example").status == 403
    assert get("/prompt", Referer="http://friend.example:3000.evil.example/").status == 403
    assert get("/prompt")["access-control-allow-origin"] == "http://friend.example:3000"


def test_without_the_flag_there_is_no_cors(server: InProcess) -> None:
    assert not [name for name, _ in server.client.get("/prompt").headers if name.startswith("access-control")]


TOKEN = "correct horse battery".replace(" ", "-")


@pytest.fixture
def locked(serve) -> InProcess:
    return serve(token=TOKEN)


def everything(server: InProcess) -> list[tuple[str, str]]:
    async def build() -> list[tuple[str, str]]:
        return [
            (r.method, r.path.replace("*", "").replace("{", "x").replace("}", "")) for r in routes(server.parts.state)
        ]

    own = [("GET", "/v1/jobs"), ("POST", "/v1/jobs"), ("GET", "/v1/openapi.json"), ("GET", "/"), ("GET", "/nothing")]
    return server.call(build()) + own


def test_nobody_without_the_token_does_anything(locked: InProcess) -> None:
    """Row 14: every route, every method, every wrong way to show it."""
    wrong = [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Cookie": f"dgx_pixels_{locked.port}={TOKEN}"},
        {"Cookie": f"dgx_pixels_{locked.port}="},
        {"Cookie": f"other={TOKEN}"},
        {"X-Token": TOKEN},
    ]
    for (method, path), given in product(everything(locked), wrong):
        assert locked.client(method, path, headers=given).status == 401, (method, path, given)
    for method, path in everything(locked):
        for query in ("token=", "token=wrong", f"Token={TOKEN}", f"xtoken={TOKEN}"):
            assert locked.client(method, f"{path}?{query}").status == 401
    for method in ("PUT", "PATCH", "DELETE", "HEAD", "TRACE"):
        assert locked.client(method, "/prompt").status == 401
    for query in ("", "?token=wrong"):
        with pytest.raises(RefusedError) as refused:
            WebSocket(locked.port, "/ws" + query)
        assert refused.value.status == 401


def test_the_ways_to_show_the_token(locked: InProcess) -> None:
    client = locked.client
    assert client.get("/prompt", Authorization=f"Bearer {TOKEN}").status == 200
    assert client.get("/prompt", Authorization=f"bearer {TOKEN}").status == 200
    assert client.get(f"/prompt?token={TOKEN}").status == 200
    with WebSocket(locked.port, f"/ws?clientId=c&token={TOKEN}") as ws:
        assert ws.told()["type"] == "status"
    with WebSocket(locked.port, "/ws", {"Authorization": f"Bearer {TOKEN}"}) as ws:
        assert ws.told()["type"] == "status"


def test_a_browser_shows_it_once(locked: InProcess) -> None:
    reply = locked.client.get(f"/?token={TOKEN}&x=1")
    assert (reply.status, reply["location"]) == (303, "/?x=1")
    cookie = reply["set-cookie"]
    name, value = cookie.partition(";")[0].split("=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert TOKEN not in cookie
    assert locked.client.get("/", Cookie=f"a=b; {name}={value}").status == 200
    assert locked.client.post("/prompt", {}, Cookie=f"{name}={value}").status == 400
    assert locked.client.post("/prompt", {}, Cookie=f"{name}={value}", Origin="http://evil.example").status == 403


def test_health_is_open_and_says_nothing(locked: InProcess) -> None:
    assert locked.client.get("/healthz").body == b'{"status":"ok"}'
    assert set(locked.client.get("/readyz").json()) == {"ready", "reasons", "worker"}


def test_the_token_is_never_told(locked: InProcess) -> None:
    for path in ("/system_stats", "/internal/logs", "/nothing", "/v1/openapi.json"):
        assert TOKEN.encode() not in locked.client.get(path, Authorization=f"Bearer {TOKEN}").body


def test_a_server_beyond_this_machine_makes_a_token(tmp_path) -> None:
    home = tmp_path / "home"
    made = find_token(None, ["0.0.0.0"], home, 1)
    assert made is not None
    assert made.fresh
    assert len(made.value) >= 24
    assert stat.S_IMODE((home / "token").stat().st_mode) == 0o600
    again = find_token(None, ["::"], home, 1)
    assert again is not None
    assert (again.value, again.fresh) == (made.value, False)
    assert find_token(None, ["127.0.0.1", "localhost", "::1"], home, 1) is None


@pytest.mark.parametrize(
    "token", ["", "short", "x" * 300, "with a space in it....", "größe größe größe größe", "new\nline" * 4]
)
def test_a_weak_token_is_refused(tmp_path, token: str) -> None:
    with pytest.raises(UsageError, match="16 to 256"):
        find_token(token, ["127.0.0.1"], tmp_path, 1)


def test_names() -> None:
    everywhere = Names.of(("0.0.0.0", "::"), ("box.lan",), None)
    assert all(everywhere.knows(name) for name in ("localhost", "127.0.0.1", "10.1.2.3", "fe80::1", "box.lan"))
    assert not any(everywhere.knows(name) for name in ("evil.example", "", "localhost."))
    one = Names.of(("192.168.1.5",), (), None)
    assert one.knows("192.168.1.5")
    assert not one.knows("192.168.1.6")
    assert [is_loopback(a) for a in ("127.0.0.1", "127.9.9.9", "::1", "localhost", "0.0.0.0", "box")] == [True] * 4 + [
        False
    ] * 2


@pytest.mark.parametrize("text", ["a b", "a/b", "a@b", "a:b", "a:", ":1", "a:70000", "[::1]x", "", "ä", "a\0"])
def test_what_is_no_host(text: str) -> None:
    assert parse_host(text) is None
    assert parse_origin(f"http://{text}") is None
