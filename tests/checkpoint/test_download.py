"""Downloads from a real server on the loopback that drops connections, lies and changes its mind."""

import hashlib
import json
import logging
import os
import resource
import shutil
import struct
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from dgx_pixels.checkpoint.answers import check_redirects, content_range
from dgx_pixels.checkpoint.download import Patience, Source, download
from dgx_pixels.checkpoint.partial import opened
from dgx_pixels.core.errors import DownloadError, StorageError, UsageError

QUICK = Patience(connect=2, read=2, tries=3, pause=0.001, longest_pause=0.001)
Act = Callable[["Handler"], None]


def tensors(count: int = 60_000, fill: int = 7) -> bytes:
    """A whole safetensors file with one tensor of bytes."""
    header = json.dumps({"weight": {"dtype": "U8", "shape": [count], "data_offsets": [0, count]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes([fill]) * count


BODY = tensors()
SHA = hashlib.sha256(BODY).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Does what the next line of the server's script says; the last line is repeated."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        script = self.server.script
        act = script.pop(0) if len(script) > 1 else script[0]
        act(self)

    def answer(self, status: int, body: bytes, **headers: object) -> None:
        """Send a response, its Content-Length being that of ``body`` unless given (None: not sent)."""
        self.send_response(status)
        fields = {"Content-Length": len(body)} | {k.replace("_", "-"): v for k, v in headers.items()}
        for name, value in fields.items():
            if value is not None:
                self.send_header(name, str(value))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Act] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/model.safetensors"

    @property
    def ranges(self) -> list[str | None]:
        return [headers.get("Range") for _, headers in self.asked]

    def handle_error(self, *args: object) -> None:
        """Clients that hang up are what is tested here."""


def serve(h: Handler, body: bytes = BODY, tag: str | None = '"one"', stop: int | None = None, **more: object) -> None:
    """Serve ``body`` as servers do, ranges and If-Range included, up to byte ``stop`` of it."""
    start, asked = 0, h.headers.get("Range")
    if asked and h.headers.get("If-Range") in (None, tag):
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
    if start >= len(body):
        return h.answer(416, b"", Content_Range=f"bytes */{len(body)}")
    span = {"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
    fields = {"Content_Length": len(body) - start, "ETag": tag, **span, **more}
    return h.answer(206 if start else 200, body[start:stop], **fields)


def plain(h: Handler, body: bytes = BODY, stop: int | None = None) -> None:
    """A server that has never heard of ranges."""
    h.answer(200, body[:stop], Content_Length=len(body))


def status(h: Handler, code: int, **headers: object) -> None:
    h.answer(code, b"no", **headers)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as it:
        thread = threading.Thread(target=partial(it.serve_forever, 0.01))
        thread.start()
        yield it
        it.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints" / "model.safetensors"


def fetch(server: Server, target: Path, *script: Act, **known: object) -> str:
    server.script = list(script)
    return download(Source(server.url, **known), target, patience=QUICK)


def leftovers(target: Path) -> list[str]:
    return sorted(p.name for p in target.parent.iterdir())


def test_a_whole_file_arrives(server: Server, target: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    server.script = [serve]
    source = Source(server.url, len(BODY), SHA)
    assert download(source, target, lambda *step: seen.append(step), QUICK) == SHA
    assert target.read_bytes() == BODY
    assert seen[0] == (0, len(BODY))
    assert seen[-1] == (len(BODY), len(BODY))
    assert leftovers(target) == ["model.safetensors"]


def test_dropped_connections_are_resumed_where_they_broke(server: Server, target: Path) -> None:
    breaks = [partial(serve, stop=n) for n in (20_000, 40_000)]
    assert fetch(server, target, *breaks, serve) == SHA
    assert server.ranges == [None, "bytes=20000-", "bytes=40000-"]
    assert server.asked[1][1]["If-Range"] == '"one"'


def test_progress_forgives_any_number_of_drops(server: Server, target: Path) -> None:
    breaks = [partial(serve, stop=n) for n in range(5_000, 60_000, 5_000)]
    assert len(breaks) > QUICK.tries
    assert fetch(server, target, *breaks, serve) == SHA


def test_a_second_run_goes_on_from_the_first(server: Server, target: Path) -> None:
    with pytest.raises(DownloadError, match="30000 bytes are kept, the same command goes on"):
        fetch(server, target, partial(serve, stop=30_000), partial(status, code=503))
    assert leftovers(target) == ["model.safetensors.part", "model.safetensors.part.json"]
    server.asked.clear()
    assert fetch(server, target, serve, sha256=SHA) == SHA
    assert server.ranges == ["bytes=30000-"]


def test_interrupted_by_the_user_it_keeps_what_came(server: Server, target: Path) -> None:
    def interrupt(done: int, total: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    server.script = [partial(serve, stop=30_000)]
    with pytest.raises(KeyboardInterrupt):
        download(Source(server.url), target, interrupt, QUICK)
    assert target.with_name("model.safetensors.part").read_bytes() == BODY[:30_000]
    assert fetch(server, target, serve) == SHA


def test_a_part_that_is_already_whole_is_only_checked(server: Server, target: Path) -> None:
    with pytest.raises(DownloadError):
        fetch(server, target, partial(serve, stop=30_000), partial(status, code=500))
    target.with_name("model.safetensors.part").write_bytes(BODY)
    assert fetch(server, target, serve, sha256=SHA) == SHA


@pytest.mark.parametrize("second", [plain, partial(serve, tag='"two"')], ids=["no ranges", "new etag"])
def test_a_file_that_cannot_be_resumed_is_started_over(server: Server, target: Path, second: Act) -> None:
    assert fetch(server, target, partial(serve, stop=30_000), second) == SHA
    assert server.ranges == [None, "bytes=30000-"]


def test_a_changed_file_is_never_spliced(server: Server, target: Path) -> None:
    """The second server ignores If-Range and would continue an old file with a new one's end."""
    new = tensors(fill=9)

    def careless(h: Handler) -> None:
        del h.headers["If-Range"]
        serve(h, new, '"two"')

    assert fetch(server, target, partial(serve, stop=30_000), careless) == hashlib.sha256(new).hexdigest()
    assert target.read_bytes() == new


def test_without_etag_it_resumes_only_under_a_known_hash(server: Server, target: Path) -> None:
    broken, whole = partial(serve, tag=None, stop=30_000), partial(serve, tag=None)
    fetch(server, target, broken, whole)
    target.unlink()
    fetch(server, target, broken, whole, sha256=SHA)
    assert server.ranges == [None, None, None, "bytes=30000-"]


def test_a_weak_etag_is_no_proof(server: Server, target: Path) -> None:
    fetch(server, target, partial(serve, tag='W/"one"', stop=30_000), partial(serve, tag='W/"one"'))
    assert server.ranges == [None, None]


def test_a_length_too_long_gives_up_and_says_where(server: Server, target: Path) -> None:
    with pytest.raises(DownloadError, match="failed 3 times"):
        fetch(server, target, partial(plain, stop=-100))
    assert leftovers(target) == ["model.safetensors.part", "model.safetensors.part.json"]


def test_a_length_too_short_is_seen_by_the_header(server: Server, target: Path) -> None:
    with pytest.raises(DownloadError, match="no whole safetensors file"):
        fetch(server, target, partial(serve, Content_Length=len(BODY) - 100))
    assert leftovers(target) == []


@pytest.mark.parametrize("lie", [-100, 100])
def test_a_length_other_than_published_is_refused_unread(server: Server, target: Path, lie: int) -> None:
    with pytest.raises(DownloadError, match=f"has {len(BODY) + lie} bytes, not the {len(BODY)} published"):
        fetch(server, target, partial(serve, Content_Length=len(BODY) + lie), size=len(BODY))
    assert leftovers(target) == []


@pytest.mark.parametrize(("body", "message"), [(BODY + b"x", "sends more than"), (BODY[:-9], "sent 60")])
def test_without_a_length_the_published_size_rules(server: Server, target: Path, body: bytes, message: str) -> None:
    def endless(h: Handler) -> None:
        h.answer(200, body, Content_Length=None)

    with pytest.raises(DownloadError, match=message if body > BODY else "stopped at"):
        fetch(server, target, endless, size=len(BODY))
    assert not target.exists()


def test_without_any_length_the_header_rules(server: Server, target: Path) -> None:
    assert fetch(server, target, lambda h: h.answer(200, BODY, Content_Length=None)) == SHA


def test_a_wrong_hash_is_removed(server: Server, target: Path) -> None:
    with pytest.raises(DownloadError, match=f"has SHA-256 {SHA}, not {'0' * 64}"):
        fetch(server, target, serve, sha256="0" * 64)
    assert leftovers(target) == []


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (partial(status, code=404), "answers 404: there is no such file"),
        (partial(status, code=401), "wants a login"),
        (partial(status, code=304), "answers 304, not with a file"),
        (partial(status, code=500), "failed 3 times: the server answers 500"),
        (partial(status, code=429), "failed 3 times: the server answers 429"),
        (partial(status, code=302, Location="/again"), "redirects in a circle"),
        (partial(status, code=302, Location="ftp://127.0.0.1/x"), "not http"),
        (partial(status, code=200, Content_Type="text/html; charset=utf-8"), "is a web page"),
        (partial(status, code=200, Content_Encoding="gzip"), "answers in gzip"),
        (
            lambda h: h.answer(200, b"<!doctype html><html>" * 9),
            "is not a safetensors file: it starts with b'<!",
        ),
        (lambda h: h.answer(200, b"PK\x03\x04" * 99), "is not a safetensors file"),
        (lambda h: h.answer(200, b""), "no whole safetensors file"),
    ],
)
def test_what_is_not_the_file_is_refused(server: Server, target: Path, act: Act, message: str) -> None:
    with pytest.raises(DownloadError, match=message) as caught:
        fetch(server, target, act)
    assert "\n" not in str(caught.value)
    assert leftovers(target) == []


def test_passing_faults_are_waited_out(server: Server, target: Path) -> None:
    assert fetch(server, target, partial(status, code=500), partial(status, code=503), serve) == SHA


def test_redirects_are_followed(server: Server, target: Path) -> None:
    assert fetch(server, target, partial(status, code=302, Location="/elsewhere"), serve) == SHA
    assert [path for path, _ in server.asked] == ["/model.safetensors", "/elsewhere"]


def test_a_redirect_may_not_leave_https() -> None:
    hops = [httpx.Response(302, request=httpx.Request("GET", f"{scheme}://h/x")) for scheme in ("https", "http")]
    check_redirects(httpx.Response(200, history=hops[1:], request=httpx.Request("GET", "https://h/x")), "h")
    with pytest.raises(DownloadError, match="from https to plain http"):
        check_redirects(httpx.Response(200, history=hops, request=httpx.Request("GET", "http://h/x")), "h")


@pytest.mark.parametrize(
    ("header", "start", "total"),
    [
        ("bytes 5-9/10", 5, 10),
        ("bytes 5-9/*", 5, None),
        ("bytes */10", -1, 10),
        ("lines 5-9/10", -1, 10),
        ("nonsense", -1, None),
        ("", -1, None),
    ],
)
def test_content_ranges(header: str, start: int, total: int | None) -> None:
    assert content_range(httpx.Response(206, headers={"Content-Range": header})) == (start, total)


def test_nobody_listens(target: Path) -> None:
    with pytest.raises(DownloadError, match=r"http://127\.0\.0\.1:9/x\.safetensors failed 3 times"):
        download(Source("http://127.0.0.1:9/x.safetensors"), target, patience=QUICK)


def test_a_silent_server_is_not_waited_for_for_ever(server: Server, target: Path) -> None:
    silence = threading.Event()
    server.script = [lambda h: silence.wait(5)]
    hurried = Patience(connect=1, read=0.05, tries=2, pause=0.001)
    with pytest.raises(DownloadError, match="failed 2 times"):
        download(Source(server.url), target, patience=hurried)
    silence.set()


@pytest.mark.parametrize("url", ["ftp://host/x.safetensors", "file:///etc/passwd", "x.safetensors", "http://[x/y"])
def test_only_http(url: str) -> None:
    with pytest.raises(UsageError, match="address"):
        Source(url)


def test_credentials_are_sent_and_never_told(server: Server, target: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.script = [partial(serve, stop=30_000), partial(status, code=500)]
    url = server.url.replace("//", "//me:hunter2@") + "?token=swordfish#x"
    with pytest.raises(DownloadError) as caught:
        download(Source(url), target, patience=QUICK)
    notes = target.with_name("model.safetensors.part.json").read_text()
    for text in (str(caught.value), caplog.text, notes):
        assert "hunter2" not in text
        assert "swordfish" not in text
    assert server.asked[0][0].endswith("?token=swordfish")
    assert server.asked[0][1]["Authorization"].startswith("Basic ")


def test_two_downloads_of_one_file(server: Server, target: Path) -> None:
    with (
        opened(target),
        pytest.raises(DownloadError, match="another process is downloading model"),
    ):
        fetch(server, target, serve)
    assert fetch(server, target, serve) == SHA


def test_a_taken_name_is_refused_before_asking(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        fetch(server, target, serve)
    assert (server.asked, target.read_bytes()) == ([], b"mine")


def test_a_name_taken_meanwhile_is_not_overwritten(server: Server, target: Path) -> None:
    def rival(h: Handler) -> None:
        target.write_bytes(b"mine")
        serve(h)

    with pytest.raises(UsageError, match="exists already"):
        fetch(server, target, rival)
    assert target.read_bytes() == b"mine"


def test_a_disk_too_small_is_seen_before_the_first_byte(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(target.parents[1])._replace(free=70 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(StorageError, match=r"needs 0\.07 GB more .* has 0\.07 GB free; make room"):
        fetch(server, target, partial(serve, Content_Length=70 * 2**20))
    assert leftovers(target) == []


def test_a_disk_that_fills_up(server: Server, target: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))
    try:
        with pytest.raises(StorageError, match=r"model\.safetensors\.part cannot be written: File too large"):
            fetch(server, target, serve)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert target.with_name("model.safetensors.part").read_bytes() == BODY[:30_000]
    assert fetch(server, target, serve, sha256=SHA) == SHA
    assert server.ranges == [None, "bytes=30000-"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(server: Server, target: Path) -> None:
    target.parent.mkdir(mode=0o500)
    with pytest.raises(StorageError, match="cannot be written: Permission denied"):
        fetch(server, target, serve)
