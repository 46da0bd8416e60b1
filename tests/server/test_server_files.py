"""``/view`` and the uploads: names, tags, ranges, conversions, numbering, masks."""

import io
import os

import pytest
from PIL import Image
from served import Client, InProcess, read_reply


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.fixture(scope="module")
def stocked(server: InProcess, png: bytes) -> InProcess:
    (server.settings.outputs / "deep").mkdir(exist_ok=True)
    for path in ("a.png", "deep/b.png"):
        (server.settings.outputs / path).write_bytes(png)
    (server.settings.inputs / "in.png").write_bytes(png)
    (server.settings.temp / "t.png").write_bytes(png)
    return server


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("filename=a.png", 200),
        ("filename=a.png&type=output&subfolder=&rand=0.5", 200),
        ("filename=b.png&subfolder=deep", 200),
        ("filename=in.png&type=input", 200),
        ("filename=t.png&type=temp", 200),
        ("filename=in.png%20[input]", 200),
        ("filename=in.png%20[input]&type=output", 200),
        ("filename=in.png[input]", 404),
        ("filename=deep/b.png", 404),
        ("filename=nothing.png", 404),
        ("filename=deep", 404),
        ("", 404),
        ("filename=", 400),
        ("filename=/a.png", 400),
        ("filename=..%2Fa.png", 400),
        ("filename=a..png", 400),
        ("filename=a.png&type=other", 400),
        ("filename=a.png&subfolder=..", 403),
        ("filename=a.png&subfolder=/etc", 403),
        ("filename=a.png&subfolder=deep/../..", 403),
        ("filename=a.png%00.jpg", 404),
        ("filename=" + "x" * 5000, 404),
    ],
)
def test_who_is_found(stocked: InProcess, client: Client, png: bytes, query: str, status: int) -> None:
    for prefix in ("", "/api"):
        reply = client.get(f"{prefix}/view?{query}")
        assert reply.status == status
        assert reply.body == (png if status == 200 else b"")


def test_what_goes_with_a_picture(stocked: InProcess, client: Client) -> None:
    reply = client.get("/view?filename=a.png")
    assert reply["content-type"] == "image/png"
    assert reply["content-disposition"] == 'filename="a.png"'
    assert reply["x-content-type-options"] == "nosniff"
    assert reply["content-security-policy"] == "sandbox; default-src 'none'"
    assert reply["cross-origin-resource-policy"] == "same-origin"
    assert reply["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=5-99999999", 206, slice(5, None)),
        ("bytes=99999999-", 416, None),
        ("bytes=9-1", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,3-4", 416, None),
        ("bytes=x-y", 416, None),
        ("lines=0-1", 416, None),
    ],
)
def test_ranges(stocked: InProcess, client: Client, png: bytes, asked: str, status: int, part: slice | None) -> None:
    reply = client.get("/view?filename=a.png", Range=asked)
    assert reply.status == status
    assert reply.body == (png[part] if part else b"")
    if status == 206:
        first = reply["content-range"].removeprefix("bytes ").split("-")[0]
        assert png[int(first) :].startswith(reply.body)
        assert reply["content-range"].endswith(f"/{len(png)}")
    else:
        assert reply["content-range"] == f"bytes */{len(png)}"


def test_conditions(stocked: InProcess, client: Client, png: bytes) -> None:
    path = "/view?filename=a.png"
    first = client.get(path)
    tag, date = first["etag"], first["last-modified"]
    assert (client.get(path, If_None_Match=tag).status, client.get(path, If_None_Match='"other"').status) == (304, 200)
    assert client.get(path, If_Modified_Since=date).status == 304
    assert client.get(path, If_Modified_Since="nonsense").status == 200
    assert (client.get(path, If_Match=tag).status, client.get(path, If_Match='"other"').status) == (200, 412)
    assert client.get(path, Range="bytes=0-1", If_Range=tag).status == 206
    assert client.get(path, Range="bytes=0-1", If_Range='"other"').body == png


@pytest.mark.parametrize(
    ("query", "form", "mode"),
    [
        ("preview=webp;50", "WEBP", "RGBA"),
        ("preview=webp", "WEBP", "RGBA"),
        ("preview=jpeg;80", "JPEG", "RGB"),
        ("preview=png", "WEBP", "RGBA"),
        ("preview=jpeg&channel=rgba", "WEBP", "RGBA"),
        ("preview=webp&channel=rgb", "WEBP", "RGB"),
        ("preview=webp;many", "WEBP", "RGBA"),
        ("channel=rgb", "PNG", "RGB"),
        ("channel=a", "PNG", "RGBA"),
        ("channel=rgba", "PNG", "RGBA"),
    ],
)
def test_conversions(stocked: InProcess, client: Client, query: str, form: str, mode: str) -> None:
    reply = client.get(f"/view?filename=a.png&{query}")
    assert reply.status == 200
    assert reply["content-type"] == f"image/{form.lower()}"
    assert reply["content-disposition"] == 'filename="a.png"'
    assert (opened(reply.body).format, opened(reply.body).mode) == (form, mode)


def test_channels_hold_what_they_say(stocked: InProcess, client: Client) -> None:
    assert opened(client.get("/view?filename=a.png&channel=rgb").body).getpixel((0, 0)) == (200, 100, 50)
    assert opened(client.get("/view?filename=a.png&channel=a").body).getpixel((0, 0)) == (0, 0, 0, 128)


def test_what_is_no_picture_cannot_be_converted(stocked: InProcess, client: Client) -> None:
    (stocked.settings.outputs / "text.png").write_text("no picture")
    reply = client.get("/view?filename=text.png&preview=webp")
    assert reply.status == 422
    assert "PNG, JPEG, WebP or GIF" in reply.text
    assert "/" not in reply.text


@pytest.mark.parametrize("path", ["/upload/image", "/api/upload/image"])
def test_an_upload(serve, png: bytes, path: str) -> None:
    server = serve()
    reply = server.client.upload(path, "a.png", png)
    assert reply.json() == {"name": "a.png", "subfolder": "", "type": "input"}
    stored = server.settings.inputs / "a.png"
    assert stored.read_bytes() == png
    assert stored.stat().st_mode & 0o777 == 0o640
    assert server.client.get("/view?filename=a.png&type=input").body == png


def test_equal_bytes_keep_their_name_and_others_get_numbers(serve, png: bytes) -> None:
    client = serve().client

    def name(content: bytes, **fields: str) -> str:
        return client.upload("/upload/image", "a.b.png", content, **fields).json()["name"]

    assert [name(png), name(png), name(b"1"), name(b"2"), name(b"1"), name(png)] == [
        "a.b.png", "a.b.png", "a.b (1).png", "a.b (2).png", "a.b (1).png", "a.b.png",
    ]  # fmt: skip
    assert [name(b"3", overwrite="true"), name(b"4", overwrite="1"), name(b"5", overwrite="no")] == [
        "a.b.png", "a.b.png", "a.b (3).png",
    ]  # fmt: skip
    assert client.get("/view?filename=a.b.png&type=input").body == b"4"


def test_subfolders_and_types(serve, png: bytes) -> None:
    server = serve()
    sent = server.client.upload("/upload/image", "a.png", png, subfolder="x/y", type="temp").json()
    assert sent == {"name": "a.png", "subfolder": "x/y", "type": "temp"}
    assert (server.settings.temp / "x" / "y" / "a.png").read_bytes() == png
    assert server.client.upload("/upload/image", "sub/b.png", png).json()["name"] == "sub/b.png"
    assert (server.settings.inputs / "sub" / "b.png").is_file()


def test_uploads_that_are_none(client: Client, png: bytes) -> None:
    multipart = {"Content-Type": "multipart/form-data; boundary=X"}
    assert client("POST", "/upload/image", b"--X--\r\n", multipart).status == 400
    assert client("POST", "/upload/image", b"nonsense", multipart).status == 400
    assert client("POST", "/upload/image", b"", {"Content-Type": "multipart/form-data"}).status == 400
    assert client("POST", "/upload/image", b"{}", {}).status == 400
    assert client.upload("/upload/image", "", png).status == 400
    assert client.upload("/upload/image", "a.png", png, subfolder="../x").status == 400
    assert client.upload("/upload/image", "../a.png", png).status == 400
    assert client.upload("/upload/image", "/etc/a.png", png).status == 400
    assert client.upload("/upload/image", "..", png).status == 400
    assert client.upload("/upload/image", "a.png", png, type="other").status == 500
    field = b'--X\r\nContent-Disposition: form-data; name="image"\r\n\r\nno file\r\n--X--\r\n'
    assert client("POST", "/upload/image", field, multipart).status == 400


def test_a_mask_becomes_the_alpha_of_the_original(serve, png: bytes) -> None:
    server = serve()
    (server.settings.outputs / "o.png").write_bytes(png)
    mask = io.BytesIO()
    Image.new("RGBA", (32, 16), (9, 9, 9, 77)).save(mask, format="PNG")
    reference = '{"filename": "o.png", "subfolder": "", "type": "output"}'
    reply = server.client.upload("/upload/mask", "m.png", mask.getvalue(), original_ref=reference)
    assert reply.json() == {"name": "m.png", "subfolder": "", "type": "input"}
    stored = Image.open(server.settings.inputs / "m.png")
    assert (stored.mode, stored.getpixel((0, 0)), stored.text) == ("RGBA", (200, 100, 50, 77), {"prompt": '{"1": {}}'})
    large = server.client.upload("/upload/mask", "m.png", mask.getvalue() + os.urandom(2**21), original_ref=reference)
    assert large.json()["name"] == "m.png", "the same picture, whatever follows it in the upload"


def test_a_mask_of_nothing_stores_nothing(serve, png: bytes) -> None:
    server = serve()
    reply = server.client.upload("/upload/mask", "m.png", png, original_ref='{"filename": "gone.png"}')
    assert (reply.status, reply.json()["name"]) == (200, "m.png")
    assert not (server.settings.inputs / "m.png").exists()
    for reference in ("", "{", "[]", '{"filename": 5}', '{"filename": "../x"}'):
        assert server.client.upload("/upload/mask", "m.png", png, original_ref=reference).status == 400


@pytest.mark.parametrize("path", ["/upload/image", "/userdata/big", "/settings", "/prompt"])
def test_bodies_beyond_the_limit_are_413(serve, path: str) -> None:
    server = serve(max_upload_mb=0.1)
    if path == "/upload/image":
        reply = server.client.upload(path, "a.png", b"x" * 200_000)
    else:
        reply = server.client.post(path, b'"' + b"x" * 200_000 + b'"')
    assert reply.status == 413
    assert server.client.get("/prompt").status == 200
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=B0UND\r\n"
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    own = Client(server.port)
    own._connect().sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 4 + b"0\r\n\r\n")
    assert read_reply(own._stream).status in {400, 413}
    own.close()
