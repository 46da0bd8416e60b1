"""Row 17: nothing that a user put there can run in a browser on our origin."""

import pytest
from served import InProcess

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
SHOWN = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}
ACTIVE = [
    "html",
    "htm",
    "xhtml",
    "xht",
    "shtml",
    "mht",
    "mhtml",
    "svg",
    "svgz",
    "xml",
    "xsl",
    "xslt",
    "rss",
    "atom",
    "js",
    "mjs",
    "cjs",
    "jsx",
    "css",
    "wasm",
    "pdf",
    "swf",
    "hta",
    "htc",
    "vtt",
    "manifest",
    "webmanifest",
    "ico",
    "bmp",
    "tiff",
    "avif",
    "mp4",
    "webm",
    "mp3",
    "wav",
    "zip",
    "exe",
    "safetensors",
    "latent",
    "md",
    "csv",
    "yaml",
    "php",
    "py",
    "jar",
    "PNG.html",
    "png.svg",
    "html%00.png",
    "html.",
    "svg%20",
    "noending",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    running = InProcess(tmp_path_factory.mktemp("home"))
    yield running
    running.stop()


def check(reply, ending: str) -> None:
    assert reply.status == 200
    assert reply["x-content-type-options"] == "nosniff"
    assert reply["content-security-policy"] == "sandbox; default-src 'none'"
    assert reply["cross-origin-resource-policy"] == "same-origin"
    if ending in SHOWN:
        assert reply["content-type"] == SHOWN[ending]
        assert reply["content-disposition"].startswith('filename="')
    else:
        assert reply["content-type"] == "application/octet-stream"
        assert reply["content-disposition"].startswith("attachment; ")


@pytest.mark.parametrize("ending", [*SHOWN, *ACTIVE])
@pytest.mark.parametrize("content", [SCRIPT, SVG], ids=["script", "svg"])
def test_what_is_uploaded_stays_harmless(server: InProcess, ending: str, content: bytes) -> None:
    """CVE-2026-56670: SVG, XML and JavaScript were shown inline; CVE-2026-56672: HTML in userdata was."""
    client = server.client
    if "%" not in ending:
        sent = client.upload("/upload/image", f"evil.{ending}", content, overwrite="1")
        assert sent.json()["name"] == f"evil.{ending}"
        for prefix in ("", "/api"):
            check(client.get(f"{prefix}/view?type=input&filename=evil.{ending}"), ending)
            part = client.get(f"{prefix}/view?type=input&filename=evil.{ending}", Range="bytes=0-3")
            assert part["content-type"] == SHOWN.get(ending, "application/octet-stream")
    name = f"evil.{ending}"
    status = client.post(f"/userdata/{name}", content).status
    if "%00" in ending:
        assert status == 400
    else:
        assert status == 200
        check(client.get(f"/userdata/{name}"), ending)


def test_types_that_a_client_claims_count_for_nothing(server: InProcess) -> None:
    body = (
        b'--B\r\nContent-Disposition: form-data; name="image"; filename="claim.png"\r\nContent-Type: text/html\r\n\r\n'
        + SCRIPT
        + b"\r\n--B--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    assert server.client("POST", "/upload/image", body, headers).status == 200
    assert server.client.get("/view?type=input&filename=claim.png")["content-type"] == "image/png"


def test_converted_pictures_are_sandboxed_too(server: InProcess, png: bytes) -> None:
    server.client.upload("/upload/image", "ok.png", png)
    reply = server.client.get("/view?type=input&filename=ok.png&preview=webp")
    assert reply["content-security-policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("name", ['a"b.png', "a\\b.png", "größe.png", "日本.png", "a;b=c.png", "a'b.png"])
def test_names_cannot_break_out_of_their_header(server: InProcess, name: str) -> None:
    (server.settings.inputs / name).write_bytes(b"x")
    from urllib.parse import quote

    reply = server.client.get(f"/view?type=input&filename={quote(name)}")
    value = reply["content-disposition"]
    plain = value.removeprefix('filename="').partition('"')[0]
    assert plain.isascii()
    assert "\\" not in plain
    assert (value == f'filename="{name}"') or value.endswith(f"; filename*=UTF-8''{quote(name, safe='')}")


def test_line_breaks_in_names_stay_out_of_headers(server: InProcess) -> None:
    (server.settings.inputs / "a\r\nSet-Cookie: x=1.png").write_bytes(b"x")
    reply = server.client.get("/view?type=input&filename=a%0d%0aSet-Cookie:%20x=1.png")
    assert reply.status == 200
    assert reply["set-cookie"] is None


def test_every_reply_says_not_to_guess(server: InProcess) -> None:
    for path in (
        "/",
        "/system_stats",
        "/nothing",
        "/view?filename=gone.png",
        "/v1/queue",
        "/internal/logs",
        "/healthz",
    ):
        assert server.client.get(path)["x-content-type-options"] == "nosniff", path


def test_errors_say_nothing_of_the_machine(server: InProcess) -> None:
    home = str(server.settings.home)
    for method, path, body in (
        ("GET", "/view?filename=gone.png", None),
        ("POST", "/queue", b"{"),
        ("POST", "/prompt", b"{"),
        ("GET", "/v1/jobs/none", None),
        ("POST", "/v1/jobs", b"{"),
        ("GET", "/history?max_items=x", None),
        ("POST", "/upload/image", b"x"),
        ("GET", "/userdata/none", None),
    ):
        reply = server.client(method, path, body)
        assert reply.status >= 400
        assert home not in reply.text
        assert "Traceback" not in reply.text
        assert ".py" not in reply.text


LONG = "n" * 251 + ".png"


def test_names_that_grow_too_long(server: InProcess) -> None:
    upload = server.client.upload
    assert upload("/upload/image", LONG, b"1").status == 200
    assert upload("/upload/image", LONG, b"2").status == 400, "there is no room for a number"


BROKEN = {"9": {"class_type": "SaveImage", "inputs": {"images": ["gone", 0], "filename_prefix": "x"}}}


def test_tracebacks_name_no_folders(server: InProcess, serve) -> None:
    error = server.client.post("/prompt", {"prompt": BROKEN}).json()["node_errors"]["9"]["errors"][0]
    lines = error["extra_info"]["traceback"]
    assert lines
    assert all('File "graph/' in line for line in lines)
    explaining = serve(debug=True).client.post("/prompt", {"prompt": BROKEN})
    assert "/dgx_pixels/graph/" in explaining.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [({}, False), ({"debug": True}, True), ({"debug": True, "listen": ("0.0.0.0",), "token": "x" * 20}, False)],
)
def test_a_handler_that_fails_explains_itself_only_where_it_may(serve, asked: dict, told: bool) -> None:
    server = serve(**asked)
    (server.settings.users / "default" / "comfy.settings.json").mkdir()
    headers = {"Authorization": "Bearer " + "x" * 20}
    assert server.client("POST", "/settings", {"a": 1}, headers).status == 400
    server.parts.state.store.history_json = None  # whatever may be wrong in there
    reply = server.client("GET", "/history", headers=headers)
    assert reply.status == 500
    assert ("Traceback" in reply.text) is told


def test_a_full_disk_is_told(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    server = serve()

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fchmod", full)
    for reply in (
        server.client.upload("/upload/image", "a.png", b"x"),
        server.client.post("/userdata/a", b"x"),
        server.client.post("/settings", {"a": 1}),
    ):
        assert reply.status == 507
        assert reply.text == "the file cannot be written (No space left on device); free some space, then send it again"
    monkeypatch.undo()
    assert not list(server.settings.inputs.glob("*a.png"))
    assert not list((server.settings.users / "default").iterdir())
