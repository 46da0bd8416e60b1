"""/view, /upload, saved files, models (contract 1.2, 1.4, 8.14)."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from exam_client import Client, client_of, node
from PIL import Image, PngImagePlugin

from serving import Server


def png(size: tuple[int, int] = (8, 4), colour: Any = (255, 0, 0, 128), mode: str = "RGBA", **text: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    buffer = BytesIO()
    Image.new(mode, size, colour).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


@pytest.fixture(scope="module")
def files(classic: Server) -> Iterator[Client]:
    """A client; some files in the folders."""
    for name, content in {
        "output/top.png": png(),
        "output/sub/deep.png": png(),
        "output/page.html": b"<b>x</b>",
        "output/text.txt": b"hello",
        "output/script.js": b"alert(1)",
        "output/data.json": b"{}",
        "output/blob.bin": b"\0\1\2",
        "input/in.png": png(),
        "output/style.css": b"b{}",
        "output/drawing.svg": b"<svg/>",
        "temp/t.png": png(),
        "output/rgb.png": png(mode="RGB", colour="blue"),
        "output/odd ü.png": png(),
        "models/checkpoints/sub/a.safetensors": safetensors({"author": "me"}),
        "models/checkpoints/b.ckpt": b"pickle",
        "models/checkpoints/notes.txt": b"x",
        "models/loras/.hidden.safetensors": b"x",
        "models/checkpoints/sub/a.preview.png": png(),
        "models/embeddings/face/one.pt": b"x",
        "models/embeddings/two.safetensors": b"x",
        "models/checkpoints/big.safetensors": (2**21).to_bytes(8, "little") + b" " * 2**21,
        "models/checkpoints/plain.safetensors": safetensors({}),
    }.items():
        path = classic.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with client_of(classic.url) as client:
        yield client


def safetensors(metadata: dict[str, str]) -> bytes:
    header = json.dumps({"__metadata__": metadata} if metadata else {}).encode()
    return len(header).to_bytes(8, "little") + header


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_a_file(files: Client, prefix: str) -> None:
    reply = files.get(f"{prefix}/view", filename="top.png")
    assert (reply.status_code, reply.content) == (200, png())
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["content-disposition"] == 'filename="top.png"'
    assert "cache-control" not in reply.headers, "it looks at the path, not the query"
    for name in ("etag", "last-modified", "accept-ranges"):
        assert name in reply.headers


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("filename=", 400),
        ("filename=nothing.png", 404),
        ("filename=/etc/passwd", 400),
        ("filename=../top.png", 400),
        ("filename=a..b.png", 400),
        ("filename=top.png&type=models", 400),
        ("filename=top.png&type=output", 200),
        ("filename=top.png&type=input", 404),
        ("filename=in.png&type=input", 200),
        ("filename=t.png&type=temp", 200),
        ("filename=deep.png&subfolder=sub", 200),
        ("filename=sub/deep.png", 404),
        ("filename=sub/top.png", 200),
        ("filename=top.png&subfolder=..", 403),
        ("filename=x&subfolder=/etc", 403),
        ("filename=top.png&subfolder=sub/..", 200),
        ("filename=in.png [input]", 200),
        ("filename=in.png[input]", 404),
        ("filename=in.png [input]&type=output", 200),
        ("filename=top.png [output]&type=input", 200),
        ("filename=t.png [temp]", 200),
        ("filename=sub", 404),
        ("filename=[input]", 400),
        ("filename=top.png&unknown=1&rand=0.5", 200),
        ("filename=odd ü.png", 200),
        ("filename=x%00y", 404),
    ],
)
def test_which_file(files: Client, query: str, status: int) -> None:
    reply = files.get(f"/view?{query}")
    assert reply.status_code == status
    if status != 200:
        assert reply.content == b""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text.txt", "text/plain"), ("data.json", "application/json"), ("page.html", "application/octet-stream"),
        ("script.js", "application/octet-stream"), ("style.css", "application/octet-stream"),
        ("blob.bin", "application/octet-stream"), ("drawing.svg", "application/octet-stream"),
    ],
)  # fmt: skip
def test_content_types(files: Client, name: str, kind: str) -> None:
    reply = files.get("/view", filename=name)
    assert reply.headers["content-type"].partition(";")[0] == kind
    assert f'filename="{name}"' in reply.headers["content-disposition"]


@pytest.mark.parametrize(
    ("preview", "kind", "mode"),
    [
        ("webp", "webp", "RGBA"), ("jpeg", "jpeg", "RGB"), ("webp;50", "webp", "RGBA"), ("jpeg;10", "jpeg", "RGB"),
        ("png", "webp", "RGBA"), ("x;y", "webp", "RGBA"), ("", "webp", "RGBA"), ("jpeg;best", "jpeg", "RGB"),
    ],
)  # fmt: skip
def test_previews(files: Client, preview: str, kind: str, mode: str) -> None:
    reply = files.get("/view", filename="top.png", preview=preview)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == f"image/{kind}"
    assert reply.headers["content-disposition"] == 'filename="top.png"'
    picture = opened(reply.content)
    assert (picture.format.lower(), picture.mode, picture.size) == (kind, mode, (8, 4))


def test_previews_and_channels_together(files: Client) -> None:
    assert (
        files.get("/view", filename="top.png", preview="jpeg", channel="rgba").headers["content-type"] == "image/webp"
    )
    rgb = opened(files.get("/view", filename="top.png", preview="webp", channel="rgb").content)
    assert rgb.mode == "RGB"


def test_channels(files: Client) -> None:
    def channel(filename: str, name: str) -> Any:
        reply = files.get("/view", filename=filename, channel=name)
        assert reply.headers["content-type"] == "image/png"
        return opened(reply.content)

    rgb, alpha = channel("top.png", "rgb"), channel("top.png", "a")
    assert (rgb.mode, rgb.getpixel((0, 0))) == ("RGB", (255, 0, 0))
    assert (alpha.mode, alpha.getpixel((0, 0))) == ("RGBA", (0, 0, 0, 128))
    assert channel("rgb.png", "a").getpixel((0, 0)) == (0, 0, 0, 255)
    assert files.get("/view", filename="top.png", channel="rgba").content == png()


def test_ranges_and_conditions(files: Client) -> None:
    whole = files.get("/view", filename="top.png")
    part = files.http.get("/view?filename=top.png", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, png()[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(png())}"
    for headers in ({"If-None-Match": whole.headers["etag"]}, {"If-Modified-Since": whole.headers["last-modified"]}):
        assert files.http.get("/view?filename=top.png", headers=headers).status_code == 304
    head = files.http.head("/view?filename=top.png")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(png())))


def upload(client: Client, content: bytes, name: str = "up.png", route: str = "/upload/image", **fields: str) -> Any:
    return client.http.post(route, files={"image": (name, content, "image/png")}, data=fields)


def test_an_upload(files: Client, classic: Server) -> None:
    one, two = png(colour=(1, 2, 3, 4)), png(colour=(5, 6, 7, 8))
    assert upload(files, one).json() == {"name": "up.png", "subfolder": "", "type": "input"}
    assert (classic.home / "input" / "up.png").read_bytes() == one
    assert upload(files, one).json()["name"] == "up.png", "the same bytes once"
    assert upload(files, two).json()["name"] == "up (1).png"
    assert upload(files, two).json()["name"] == "up (1).png"
    assert upload(files, png()).json()["name"] == "up (2).png"
    assert upload(files, two, overwrite="true").json()["name"] == "up.png"
    assert (classic.home / "input" / "up.png").read_bytes() == two
    assert upload(files, one, overwrite="1").json()["name"] == "up.png"
    assert upload(files, two, overwrite="no").json()["name"] == "up (1).png"
    assert upload(files, one, route="/api/upload/image", subfolder="a/b").json() == {
        "name": "up.png", "subfolder": "a/b", "type": "input"}  # fmt: skip
    assert (classic.home / "input" / "a" / "b" / "up.png").read_bytes() == one
    for kind in ("temp", "output"):
        assert upload(files, one, name=f"{kind}.png", type=kind).json()["type"] == kind
        assert (classic.home / kind / f"{kind}.png").exists()
    seen = files.json("/object_info/LoadImage")["LoadImage"]["input"]["required"]["image"][0]
    assert {"up.png", "up (1).png"} <= set(seen), "new files appear without restart"


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("../x.png", {}, 400), ("x.png", {"subfolder": "../.."}, 400), ("x.png", {"subfolder": "/etc"}, 400),
        ("x.png", {"type": "models"}, 500), ("a/../../x.png", {}, 400),
    ],
)  # fmt: skip
def test_uploads_that_are_refused(files: Client, name: str, fields: dict[str, str], status: int) -> None:
    assert upload(files, png(), name=name, **fields).status_code == status


def test_uploads_without_a_file(files: Client) -> None:
    assert files.http.post("/upload/image", data={"type": "input"}).status_code == 400
    assert files.http.post("/upload/image", files={"other": ("x.png", b"x")}).status_code == 400
    assert files.http.post("/upload/image", files={"image": (None, b"x")}).status_code == 400


def test_a_mask(files: Client, classic: Server) -> None:
    original = png(colour=(10, 20, 30, 255), workflow='{"a": 1}')
    (classic.home / "input" / "orig.png").write_bytes(original)
    mask = png(colour=(0, 0, 0, 77))
    reference = json.dumps({"filename": "orig.png", "subfolder": "", "type": "input"})
    reply = upload(files, mask, name="masked.png", route="/upload/mask", original_ref=reference)
    assert reply.json() == {"name": "masked.png", "subfolder": "", "type": "input"}
    stored = opened((classic.home / "input" / "masked.png").read_bytes())
    assert stored.getpixel((0, 0)) == (10, 20, 30, 77)
    assert stored.text["workflow"] == '{"a": 1}'


def test_a_mask_of_nothing(files: Client, classic: Server) -> None:
    reference = json.dumps({"filename": "gone.png"})
    reply = upload(files, png(), name="lost.png", route="/upload/mask", original_ref=reference)
    assert (reply.status_code, reply.json()["name"]) == (200, "lost.png")
    assert not (classic.home / "input" / "lost.png").exists()


def picture(prefix: str, *, batch: int = 1, width: int = 16) -> dict[str, Any]:
    return {
        "p": node("ExamPicture", content="NOISE", width=width, height=8, batch=batch),
        "s": node("SaveImage", images=["p", 0], filename_prefix=prefix),
    }


def test_names_of_saved_files(one: Client, classic: Server) -> None:
    out = classic.home / "output"
    (out / "cnt_00041_foo.png").write_bytes(b"x")
    first = one.run(picture("cnt", batch=2)).record["outputs"]["s"]["images"]
    assert [image["filename"] for image in first] == ["cnt_00042_.png", "cnt_00043_.png"]
    (out / "cnt_00042_.png").unlink()
    assert one.run(picture("cnt")).record["outputs"]["s"]["images"][0]["filename"] == "cnt_00044_.png"
    image = one.run(picture("exam/deep/%width%x%height%_b%batch_num%", batch=2)).record["outputs"]["s"]["images"][1]
    assert (
        image == {"filename": "16x8_b1_00001_.png", "subfolder": "exam/deep", "type": "output"}
        or image["filename"] == "16x8_b1_00002_.png"
    )
    assert one.get("/view", **image).status_code == 200
    run = one.run(picture("../outside"))
    assert "outside the output folder" in run.error["exception_message"]


def test_packs_that_save_by_themselves(one: Client) -> None:
    """Names never meet, whoever saves first, in one prompt or one after the other."""

    def saved(client: Client, graph: dict[str, Any], *ids: str) -> list[str]:
        outputs = client.run(graph).record["outputs"]
        return [image["filename"] for node_id in ids for image in outputs[node_id]["images"]]

    pack = {"k": node("RoutedSave", prefix="both", tag=1)}
    names = saved(one, picture("both"), "s")
    names += saved(one, pack, "k")
    names += saved(one, picture("both"), "s")
    pack = {"k": node("RoutedSave", prefix="both", tag=2, after=["w", 0]), "w": node("ExamMean", image=["p", 0])}
    names += saved(one, picture("both", width=17) | pack, "s", "k")
    assert sorted(names) == [f"both_0000{number}_.png" for number in range(1, 6)]
    contents = {name: one.get("/view", filename=name).content for name in names}
    assert [name for name in names if contents[name] == b"saved by a pack"] == [names[1], names[4]]
    assert [opened(contents[names[i]]).size for i in (0, 2, 3)] == [(16, 8), (16, 8), (17, 8)]


def test_previews_go_to_the_temp_folder(one: Client) -> None:
    graph = picture("x")
    graph["s"] = node("PreviewImage", images=["p", 0])
    image = one.run(graph).record["outputs"]["s"]["images"][0]
    assert (image["type"], image["subfolder"]) == ("temp", "")
    assert image["filename"].startswith("ComfyUI_temp_")
    assert image["filename"].endswith("_00001_.png")
    assert one.get("/view", **image).status_code == 200


def test_a_file_is_there_as_soon_as_it_is_told_of(one: Client, classic: Server) -> None:
    """While its prompt still runs; what it is called then it is called for good."""
    graph = picture("early") | {
        "b": node("ExamBlocking", value=["s2", 0], seconds=90),
        "s2": node("ExamMean", image=["p", 0]),
        "o": node("ExamShow", value=["b", 0]),
    }
    prompt_id = one.queue(graph)
    told = one.listen(prompt_id, "executed", wanted=lambda data: data["node"] == "s").of("executed")[-1]
    (image,) = told["output"]["images"]
    early = one.get("/view", **image)
    assert (early.status_code, early.headers["content-type"]) == (200, "image/png")
    assert early.headers["content-disposition"] == f'filename="{image["filename"]}"'
    assert one.get("/view", **image, preview="webp;90").headers["content-type"] == "image/webp"
    for body in ({"prompt_id": "another"}, {"prompt_id": prompt_id}):
        one.post("/interrupt", body)
    run = one.follow(prompt_id)
    assert run.status == "error"
    kept = run.record["outputs"].get("s")
    assert one.get("/view", **image).status_code == (404 if kept is None else 200), "as the record says"


def test_metadata_of_saved_files(one: Client) -> None:
    graph = picture("meta")
    graph["s"]["_meta"] = {"title": "T"}
    run = one.run(graph, extra_data={"extra_pnginfo": {"workflow": {"nodes": ["ü"]}, "more": [1]}})
    text = opened(one.get("/view", **run.record["outputs"]["s"]["images"][0]).content).text
    assert {key: json.loads(value) for key, value in text.items()} == {
        "prompt": graph, "workflow": {"nodes": ["ü"]}, "more": [1]}  # fmt: skip
    assert "\\u00fc" in text["workflow"]


def test_a_loaded_picture_is_changed_with_its_file(exam: Client, mode: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(mode)
    path = Path(server.home / "input" / "changes.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    graph = {"l": node("LoadImage", image="changes.png"), "m": node("ExamMean", image=["l", 0]),
             "out": node("ExamShow", value=["m", 0])}  # fmt: skip
    path.write_bytes(png(mode="RGB", colour="white"))
    assert exam.run(graph).value == 1.0
    assert ("l" in exam.run(graph).ran) is (mode == "uncached")
    path.write_bytes(png(mode="RGB", colour="black"))
    assert exam.run(graph).value == 0.0
    answer = exam.refused({"l": node("LoadImage", image="gone.png"), "s": node("PreviewImage", images=["l", 0])})
    assert answer["node_errors"]["l"]["errors"][0]["type"] == "custom_validation_failed"


def test_kinds_of_models(files: Client) -> None:
    kinds = [
        "checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models", "clip_vision", "style_models",
        "embeddings", "diffusers", "vae_approx", "controlnet", "gligen", "upscale_models", "custom_nodes",
        "hypernetworks", "photomaker", "classifiers", "model_patches", "audio_encoders",
    ]  # fmt: skip
    assert files.json("/models") == kinds
    assert files.json("/api/models") == kinds
    for kind in kinds:
        assert files.get(f"/models/{kind}").status_code == 200
    for kind in ("clip", "unet", "nothing"):
        reply = files.get(f"/models/{kind}")
        assert (reply.status_code, reply.content) == (404, b"")


def test_names_of_models(files: Client) -> None:
    names = files.json("/models/checkpoints")
    assert names == sorted(names)
    assert {"b.ckpt", "sub/a.safetensors", "pocket.safetensors"} <= set(names)
    assert "notes.txt" not in names
    assert files.json("/embeddings") == ["face/one", "two"]
    assert (
        files.json("/object_info/CheckpointLoaderSimple")["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0]
        == names
    )


def test_folders_of_models(files: Client, classic: Server) -> None:
    found = {entry["name"]: entry["folders"] for entry in files.json("/experiment/models")}
    assert not {"configs", "custom_nodes"} & set(found)
    assert found["checkpoints"][0] == str(classic.home / "models" / "checkpoints")
    assert found["text_encoders"][:2] == [str(classic.home / "models" / name) for name in ("text_encoders", "clip")]
    entries = {entry["name"]: entry for entry in files.json("/experiment/models/checkpoints")}
    entry = entries["sub/a.safetensors"]
    assert set(entry) == {"name", "pathIndex", "modified", "created", "size"}
    assert (entry["pathIndex"], entry["size"]) == (0, len(safetensors({"author": "me"})))
    assert ".hidden.safetensors" not in {entry["name"] for entry in files.json("/experiment/models/loras")}
    assert files.get("/experiment/models/nothing").status_code == 404


def test_previews_of_models(files: Client) -> None:
    reply = files.get("/experiment/models/preview/checkpoints/0/sub/a.safetensors")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/webp")
    assert opened(reply.content).format == "WEBP"
    for path in ("checkpoints/0/b.ckpt", "checkpoints/99/sub/a.safetensors", "nothing/0/x", "checkpoints/0/../../x"):
        assert files.get(f"/experiment/models/preview/{path}").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("filename=sub/a.safetensors", 200), ("filename=b.ckpt", 404), ("filename=gone.safetensors", 404), ("", 404),
     ("filename=big.safetensors", 404), ("filename=plain.safetensors", 404)],
)  # fmt: skip
def test_metadata_of_models(files: Client, query: str, status: int) -> None:
    reply = files.get(f"/view_metadata/checkpoints?{query}")
    assert reply.status_code == status
    if status == 200:
        assert reply.json() == {"author": "me"}
    assert files.get("/view_metadata/nothing?filename=sub/a.safetensors").status_code == 404


def test_folders_of_an_extra_file(lru: Server) -> None:
    folder = Path(lru.home).parent / "elsewhere"
    for name in ("checkpoints/extra.safetensors", "kinds/anything.xyz"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(safetensors({"from": "elsewhere"}))
    with client_of(lru.url) as client:
        assert "extra.safetensors" in client.json("/models/checkpoints")
        assert client.json("/models")[-1] == "exam_kind"
        assert client.json("/models/exam_kind") == ["anything.xyz"]
        assert str(folder / "packs") in client.json("/internal/folder_paths")["custom_nodes"]
        assert client.json("/view_metadata/checkpoints", filename="extra.safetensors") == {"from": "elsewhere"}


def test_files_of_the_internal_folders(files: Client) -> None:
    names = files.json("/internal/files/output")
    assert {"top.png", "text.txt"} <= set(names)
    assert "deep.png" not in names
    newest = Path(files.json("/internal/folder_paths")["checkpoints"][0]).parents[1] / "output" / "newest.png"
    newest.write_bytes(png())
    assert files.json("/internal/files/output")[0] == "newest.png"
    reply = files.get("/internal/files/models")
    assert (reply.status_code, reply.json()) == (400, {"error": "Invalid directory type"})
    assert files.get("/api/internal/files/output").status_code == 404
