"""Every route of the protocol: replies, statuses, bodies, spacing."""

import json

import pytest
from served import GRAPH, Client, InProcess

from dgx_pixels.server.app import routes

EMPTY = ("application/octet-stream", b"")


def prefixed(path: str) -> list[str]:
    return [path, "/api" + path]


@pytest.mark.parametrize("path", prefixed("/prompt"))
def test_the_length_of_the_queue(client: Client, path: str) -> None:
    reply = client.get(path)
    assert reply.status == 200
    assert reply["content-type"] == "application/json; charset=utf-8"
    assert reply.body.startswith(b'{"exec_info": {"queue_remaining": ')


def test_every_route_exists_bare_and_under_api(server: InProcess) -> None:
    paths = {(method, path) for method, path in _table(server)}
    bare = {(m, p) for m, p in paths if not p.startswith(("/api/", "/internal/", "/extensions/{"))}
    assert {(m, "/api" + p) for m, p in bare} <= paths
    assert ("GET", "/internal/logs") in paths
    assert not any(p.startswith("/api/internal") for _, p in paths)


def _table(server: InProcess) -> list[tuple[str, str]]:
    async def build() -> list[tuple[str, str]]:
        return [(route.method, route.path) for route in routes(server.parts.state)]

    return server.call(build())


WANTED = """
GET /prompt|POST /prompt|GET /queue|POST /queue|POST /interrupt|POST /free|GET /history|GET /history/{}|POST /history
GET /object_info|GET /object_info/{}|GET /system_stats|GET /features|GET /embeddings|GET /models|GET /models/{}
GET /experiment/models|GET /experiment/models/{}|GET /experiment/models/preview/{}/{}/{}|GET /view_metadata/{}
GET /view|POST /upload/image|POST /upload/mask|GET /extensions|GET /users|POST /users|GET /settings|GET /settings/{}
POST /settings|POST /settings/{}|GET /userdata|GET /v2/userdata|GET /userdata/{}|POST /userdata/{}|DELETE /userdata/{}
POST /userdata/{}/move/{}|GET /workflow_templates|GET /i18n|GET /ws
"""


def test_no_route_of_the_contract_is_missing(server: InProcess) -> None:
    import re

    have = {f"{method} {re.sub('{[^}]*}', '{}', path)}" for method, path in _table(server)}
    wanted = {each for line in WANTED.split("\n") if line for each in line.split("|")}
    assert wanted <= have
    assert {"GET /api/jobs", "GET /api/jobs/{}", "PATCH /internal/logs/subscribe"} <= have


def test_an_unknown_path_is_an_empty_404(client: Client) -> None:
    reply = client.get("/no/such/thing")
    assert (reply.status, reply["content-type"], reply.body) == (404, *EMPTY)
    assert client.get("/studio").status == 404


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/prompt"), ("PUT", "/api/queue"), ("POST", "/no/such/thing")])
def test_a_wrong_method_is_405(client: Client, method: str, path: str) -> None:
    reply = client(method, path)
    assert (reply.status, reply.body) == (405, b"405: Method Not Allowed")
    assert reply["content-type"] == "text/plain; charset=utf-8"
    assert "GET" in reply["allow"]


def test_get_of_a_route_that_only_takes_posts_looks_for_a_file(client: Client) -> None:
    assert (client.get("/interrupt").status, client.get("/upload/image").status) == (404, 404)


@pytest.mark.parametrize("path", ["/system_stats", "/api/object_info", "/view?filename=nothing.png", "/"])
def test_head_is_get_without_its_body(client: Client, path: str) -> None:
    got, head = client.get(path), client("HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert head["content-length"] == got["content-length"] or path == "/system_stats"


@pytest.mark.parametrize("path", ["/prompt", "/api/view", "/no/such/thing", "/"])
def test_options_is_an_empty_200(client: Client, path: str) -> None:
    reply = client("OPTIONS", path)
    assert (reply.status, reply.body, reply["content-length"]) == (200, b"", "0")


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/nothing.js", "no-cache"),
        ("/x/nothing.css", "no-cache"),
        ("/index.de.json", "no-cache"),
        ("/nothing.PNG", "public, max-age=3600"),
        ("/nothing.webp", "public, max-age=3600"),
        ("/view?filename=nothing.png", None),
        ("/system_stats", None),
        ("/", "no-cache"),
    ],
)
def test_cache_control_goes_by_the_path_alone(client: Client, path: str, rule: str | None) -> None:
    assert client.get(path)["cache-control"] == rule


def test_the_first_page_is_never_kept(client: Client) -> None:
    reply = client.get("/")
    assert (reply.status, reply["pragma"], reply["expires"]) == (200, "no-cache", "0")
    assert reply["content-type"] == "text/html; charset=utf-8"


def test_a_plain_get_of_the_socket_is_400(client: Client) -> None:
    assert [client.get(path).status for path in prefixed("/ws")] == [400, 400]


def test_json_is_ascii_with_the_usual_spaces(client: Client) -> None:
    client.post("/settings/name", "größe")
    assert client.get("/settings/name").body == b'"gr\\u00f6\\u00dfe"'
    assert client.get("/features").body == b'{"supports_preview_metadata": true, "max_upload_size": 104857600}'


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json", ""])
def test_json_is_read_whatever_its_type_says(client: Client, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    assert client("POST", "/queue", {"delete": ["nobody"]}, headers).status == 200
    assert client("POST", "/settings", {"typed": kind}, headers).status == 200
    assert client.get("/settings/typed").json() == kind


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/queue", b"{"),
        ("POST", "/history", b""),
        ("POST", "/free", b"[]"),
        ("POST", "/settings", b"nonsense"),
        ("GET", "/history?max_items=many", None),
        ("GET", "/history?offset=1.5", None),
    ],
)
def test_what_makes_no_sense_to_comfyui_is_its_500(client: Client, method: str, path: str, body: bytes | None) -> None:
    reply = client(method, path, body)
    assert (reply.status, reply.text) == (500, "500 Internal Server Error\n\nServer got itself in trouble")
    assert reply["content-type"].startswith("text/plain")


@pytest.mark.parametrize("body", [b"", b"{", b'{"prompt_id": "other"}', b"[1]", b"null"])
def test_interrupt_takes_any_body(client: Client, body: bytes) -> None:
    reply = client.post("/interrupt", body)
    assert (reply.status, reply["content-type"], reply.body) == (200, *EMPTY)


def test_system_stats(client: Client) -> None:
    stats = client.get("/system_stats").json()
    assert list(stats) == ["system", "devices"]
    assert set(stats["system"]) == {
        "os", "ram_total", "ram_free", "comfyui_version", "required_frontend_version", "installed_templates_version",
        "required_templates_version", "python_version", "pytorch_version", "embedded_python", "argv",
    }  # fmt: skip
    (device,) = stats["devices"]
    assert (device["name"], device["type"], device["index"]) == ("cpu", "cpu", None)
    assert all(isinstance(device[key], int) for key in device if "vram" in key)
    assert isinstance(stats["system"]["ram_free"], int)


def test_models(client: Client) -> None:
    kinds = client.get("/models").json()
    assert kinds == [
        "checkpoints",
        "configs",
        "loras",
        "vae",
        "text_encoders",
        "diffusion_models",
        "clip_vision",
        "style_models",
        "embeddings",
        "diffusers",
        "vae_approx",
        "controlnet",
        "gligen",
        "upscale_models",
        "custom_nodes",
        "hypernetworks",
        "photomaker",
        "classifiers",
        "model_patches",
        "audio_encoders",
    ]
    assert client.get("/models/loras").json() == []
    assert "pocket.safetensors" in client.get("/models/checkpoints").json()
    for gone in ("clip", "unet", "nothing"):
        assert (client.get(f"/models/{gone}").status, client.get(f"/models/{gone}").body) == (404, b"")


def test_experiment_models(client: Client) -> None:
    folders = client.get("/experiment/models").json()
    names = [each["name"] for each in folders]
    assert "checkpoints" in names
    assert not {"configs", "custom_nodes"} & set(names)
    (pocket,) = client.get("/experiment/models/checkpoints").json()
    assert list(pocket) == ["name", "pathIndex", "modified", "created", "size"]
    assert client.get("/experiment/models/nothing").status == 404


def test_view_metadata(client: Client, server: InProcess) -> None:
    folder = server.settings.models / "loras"
    folder.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"__metadata__": {"ss_base": "x"}}).encode()
    (folder / "a.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    (folder / "none.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    (folder / "huge.safetensors").write_bytes((2**21).to_bytes(8, "little") + b" " * 2**21)
    (folder / "a.ckpt").write_bytes(b"x")
    assert client.get("/view_metadata/loras?filename=a.safetensors").json() == {"ss_base": "x"}
    for name in ("none.safetensors", "huge.safetensors", "a.ckpt", "nothing.safetensors", "../a.safetensors"):
        assert client.get(f"/view_metadata/loras?filename={name}").status == 404
    assert client.get("/view_metadata/nothing?filename=a.safetensors").status == 404
    assert client.get("/view_metadata/loras").status == 404


def test_embeddings_have_no_endings(client: Client, server: InProcess) -> None:
    folder = server.settings.models / "embeddings" / "deep"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bad.hands.pt").write_bytes(b"x")
    assert client.get("/embeddings").json() == ["deep/bad.hands"]


def test_object_info(client: Client) -> None:
    every = client.get("/object_info").json()
    one = client.get("/api/object_info/EmptyImage").json()
    assert one == {"EmptyImage": every["EmptyImage"]}
    assert one["EmptyImage"]["input"]["required"]["width"][0] == "INT"
    assert client.get("/object_info/Nothing").body == b"{}"
    assert client.get("/object_info/Nothing").status == 200


def test_object_info_sees_new_files(client: Client, server: InProcess, png: bytes) -> None:
    def offered() -> list[str]:
        return client.get("/object_info").json()["LoadImage"]["input"]["required"]["image"][0]

    assert "fresh.png" not in offered()
    client.upload("/upload/image", "fresh.png", png)
    assert "fresh.png" in offered()
    assert "fresh.png" in client.get("/object_info/LoadImage").text


def test_extensions_lists_scripts(client: Client) -> None:
    urls = client.get("/extensions").json()
    assert all(url.startswith("/extensions/core/") and url.endswith(".js") for url in urls)
    for url in urls[:3]:
        reply = client.get(url)
        assert (reply.status, reply["content-type"]) == (200, "application/javascript; charset=utf-8")
        assert reply["cache-control"] == "no-cache"


def test_templates_and_translations_of_packs(serve) -> None:
    server = serve(disable_all_custom_nodes=True)
    pack = server.settings.home / "custom_nodes" / "pack"
    (pack / "example_workflows").mkdir(parents=True)
    (pack / "example_workflows" / "first.json").write_text("{}")
    (pack / "locales" / "de").mkdir(parents=True)
    (pack / "locales" / "de" / "main.json").write_text('{"hello": "hallo"}')
    (pack / "locales" / "de" / "nodeDefs.json").write_text('{"A": {"display_name": "Ä"}}')
    other = server.settings.home / "custom_nodes" / "zweite" / "locales" / "de"
    other.mkdir(parents=True)
    (other / "main.json").write_text('{"hello": "servus"}')
    get = server.client.get
    assert get("/workflow_templates").json() == {"pack": ["first"]}
    assert get("/api/workflow_templates/pack/first.json").body == b"{}"
    assert get("/api/workflow_templates/pack/../first.json").status == 404
    assert get("/i18n").json() == {"de": {"hello": "servus", "nodeDefs": {"A": {"display_name": "Ä"}}}}


def test_the_log_and_folders(client: Client, server: InProcess, png: bytes) -> None:
    server.parts.state.logs.write("a line")
    assert client.get("/internal/logs").json().endswith(" - a line\n")
    raw = client.get("/internal/logs/raw").json()
    assert raw["entries"][-1]["m"] == "a line\n"
    assert set(raw["size"]) == {"cols", "rows"}
    assert client("PATCH", "/internal/logs/subscribe", {"clientId": "x", "enabled": False}).status == 200
    assert client.get("/internal/folder_paths").json()["loras"] == [
        str(server.settings.models / "loras"),
        str(server.settings.outputs / "loras"),
    ]
    client.upload("/upload/image", "zz.png", png)
    assert "zz.png" in client.get("/internal/files/input").json()
    reply = client.get("/internal/files/nothing")
    assert (reply.status, reply.json()) == (400, {"error": "Invalid directory type"})


def test_free_and_queue_answer_empty(client: Client) -> None:
    for path, body in (("/free", {"unload_models": True}), ("/queue", {"clear": True}), ("/history", {"clear": True})):
        reply = client.post(path, body)
        assert (reply.status, reply["content-type"], reply.body, reply["content-length"]) == (200, *EMPTY, "0")


def test_a_queue_item_has_five_parts(client: Client) -> None:
    sent = client.post("/prompt", {"prompt": GRAPH, "client_id": "c", "extra_data": {"api_key_comfy_org": "s3cret"}})
    job_id = sent.json()["prompt_id"]
    item = next(item for item in client.get("/queue").json()["queue_pending"] if item[1] == job_id)
    assert item[0] == sent.json()["number"]
    assert item[2] == GRAPH
    assert item[3:] == [{"client_id": "c"}, ["2"]]
    assert b"s3cret" not in client.get("/queue").body
    client.post("/queue", {"delete": [job_id]})
    assert job_id not in client.get("/queue").text
    assert client.get(f"/history/{job_id}").body == b"{}"
    assert client.get(f"/api/jobs/{job_id}").json()["status"] == "cancelled"
