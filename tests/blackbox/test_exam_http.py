"""Every route twice, headers, limits, flags (contract 1.1, 1.2, 1.6, 10)."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from exam_client import Client, client_of, node
from exam_packs import furnish

from serving import Running


@pytest.fixture(scope="module")
def plain(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """No packs, hence no worker; a small limit on bodies."""
    folder = tmp_path_factory.mktemp("plain")
    flags = ("--disable-all-custom-nodes", "--max-upload-size", "0.5", "--preview-method", "auto", "--verbose", "INFO",
             "--disable-metadata", "--lowvram", "--fast", "fp16_accumulation", "--reserve-vram", "0.5",
             "--default-hashing-function", "md5", "--use-pytorch-cross-attention", "--dont-print-server")  # fmt: skip
    with running.server(folder, *flags) as server, client_of(server.url) as client:
        yield client


@pytest.fixture(scope="module")
def open_to_all(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """CORS for everybody, compressed replies, packs off but for one."""
    folder = tmp_path_factory.mktemp("open")
    packs = folder / "home" / "custom_nodes"
    packs.mkdir(parents=True)
    for name in ("wanted", "unwanted"):
        (packs / f"{name}.py").write_text(LONE.format(name=name))
    flags = (
        "--enable-cors-header",
        "--enable-compress-response-body",
        "--disable-all-custom-nodes",
        "--whitelist-custom-nodes",
        "wanted.py",
        "other",
    )
    with running.server(folder, *flags) as server, client_of(server.url) as client:
        yield client


LONE = """
class {name}:
    RETURN_TYPES, FUNCTION, CATEGORY = ("INT",), "run", "x"

    @classmethod
    def INPUT_TYPES(cls):
        return {{}}

NODE_CLASS_MAPPINGS = {{"{name}": {name}}}
"""

READABLE = ("/prompt", "/queue", "/history", "/history/x", "/object_info", "/object_info/SaveImage", "/system_stats",
            "/features", "/embeddings", "/models", "/models/loras", "/experiment/models", "/extensions", "/users",
            "/settings", "/settings/x", "/v2/userdata", "/workflow_templates", "/i18n")  # fmt: skip


@pytest.mark.parametrize("path", READABLE)
def test_every_route_twice(plain: Client, path: str) -> None:
    for prefix in ("", "/api"):
        reply = plain.get(prefix + path)
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "application/json; charset=utf-8"
        assert reply.text == json.dumps(reply.json()), "spaces as json.dumps writes them"
        head = plain.http.head(prefix + path)
        assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/internal/logs", "/internal/logs/raw", "/internal/folder_paths", "/internal/files/input"]
)
def test_internal_routes_once(plain: Client, path: str) -> None:
    assert plain.get(path).status_code == 200
    assert plain.get("/api" + path).status_code == 404


def test_unknown_paths_and_methods(plain: Client) -> None:
    for path in ("/nothing", "/api/nothing", "/a/b/c"):
        reply = plain.get(path)
        assert (reply.status_code, reply.content, reply.headers["content-type"]) == (
            404,
            b"",
            "application/octet-stream",
        )
    for method, path in (("POST", "/system_stats"), ("DELETE", "/queue"), ("PUT", "/prompt"), ("GET", "/interrupt"),
                         ("GET", "/free"), ("GET", "/upload/image")):  # fmt: skip
        reply = plain.http.request(method, path)
        if reply.status_code != 404:
            assert (reply.status_code, reply.text) == (405, "405: Method Not Allowed"), (method, path)


@pytest.mark.parametrize("path", ["/", "/prompt", "/nothing", "/api/queue"])
def test_options_anywhere(plain: Client, path: str) -> None:
    reply = plain.http.options(path)
    assert (reply.status_code, reply.content) == (200, b"")


def test_non_ascii_is_escaped(plain: Client) -> None:
    plain.post("/settings/Name", "ü")
    assert plain.get("/settings/Name").text == '"\\u00fc"'


def test_system_stats(plain: Client) -> None:
    stats = plain.json("/system_stats")
    assert list(stats) == ["system", "devices"]
    system = stats["system"]
    assert list(system) == ["os", "ram_total", "ram_free", "comfyui_version", "required_frontend_version",
                            "installed_templates_version", "required_templates_version", "python_version",
                            "pytorch_version", "embedded_python", "argv"]  # fmt: skip
    assert (system["os"], system["comfyui_version"], system["embedded_python"]) == ("posix", "0.3.64", False)
    assert re.match(r"\d+\.\d+\.\d+", system["required_frontend_version"])
    assert system["python_version"] == sys.version
    assert "--lowvram" in system["argv"]
    (device,) = stats["devices"]
    assert set(device) == {"name", "type", "index", "vram_total", "vram_free", "torch_vram_total", "torch_vram_free"}
    assert (device["name"], device["type"], device["index"]) == ("cpu", "cpu", None)
    numbers = (system["ram_total"], system["ram_free"], *(device[key] for key in device if "vram" in key))
    assert all(type(number) is int and number > 0 for number in numbers)


def test_features_and_the_limit_on_bodies(plain: Client) -> None:
    assert plain.get("/features").text == '{"supports_preview_metadata": true, "max_upload_size": 524288}'
    big = b" " * 524_289
    for path in ("/prompt", "/userdata/x.txt", "/settings"):
        assert plain.post(path, big).status_code == 413
    assert plain.http.post("/upload/image", files={"image": ("x.png", big)}).status_code == 413
    assert plain.post("/userdata/x.txt", b" " * 524_288).status_code == 200


def test_the_page(plain: Client) -> None:
    reply = plain.get("/")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert (reply.headers["cache-control"], reply.headers["pragma"], reply.headers["expires"]) == (
        "no-cache",
        "no-cache",
        "0",
    )


@pytest.mark.parametrize(
    ("path", "rule"),
    [("/gone.png", "public, max-age=3600"), ("/gone.WEBP", "public, max-age=3600"), ("/x/gone.js", "no-cache"),
     ("/gone.css", "no-cache"), ("/index.x.json", "no-cache"), ("/gone.txt", None), ("/view?filename=x.png", None)],
)  # fmt: skip
def test_what_may_be_kept(plain: Client, path: str, rule: str | None) -> None:
    assert plain.get(path).headers.get("cache-control") == rule


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200), ({"Origin": "http://evil.example"}, 403), ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "{own}"}, 200), ({"Origin": "null"}, 403),
    ],
)  # fmt: skip
def test_origins(plain: Client, headers: dict[str, str], status: int) -> None:
    own = {name: value.format(own=str(plain.http.base_url).rstrip("/")) for name, value in headers.items()}
    reply = plain.http.get("/prompt", headers=own)
    assert reply.status_code == status
    if status == 403:
        assert reply.content == b""


def test_cors(open_to_all: Client) -> None:
    reply = open_to_all.http.get("/prompt", headers={"Origin": "http://elsewhere.example"})
    assert reply.status_code == 200
    for method in ("GET", "OPTIONS"):
        headers = open_to_all.http.request(method, "/prompt").headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["access-control-allow-methods"] == "POST, GET, DELETE, PUT, OPTIONS"
        assert headers["access-control-allow-headers"] == "Content-Type, Authorization"
        assert headers["access-control-allow-credentials"] == "true"


def test_compression(open_to_all: Client, plain: Client) -> None:
    def raw(client: Client, path: str, accept: str) -> tuple[str | None, bytes]:
        with client.http.stream("GET", path, headers={"Accept-Encoding": accept}) as reply:
            return reply.headers.get("content-encoding"), b"".join(reply.iter_raw())

    encoding, body = raw(open_to_all, "/object_info/SaveImage", "gzip")
    assert encoding == "gzip"
    assert json.loads(gzip.decompress(body)).keys() == {"SaveImage"}
    assert raw(open_to_all, "/object_info/SaveImage", "identity")[0] is None
    assert raw(plain, "/object_info/SaveImage", "gzip")[0] is None


def test_packs_by_the_whitelist(open_to_all: Client, plain: Client) -> None:
    infos = open_to_all.json("/object_info")
    assert "wanted" in infos
    assert "unwanted" not in infos
    assert not any("custom_nodes" in info["python_module"] for info in plain.json("/object_info").values())


def test_built_in_prompts_are_checked_without_a_worker(plain: Client) -> None:
    answer = plain.refused({"1": node("SaveImage", filename_prefix="x")})
    assert answer["node_errors"]["1"]["errors"][0]["details"] == "images"


def test_logs(plain: Client) -> None:
    assert isinstance(plain.json("/internal/logs"), str)
    raw = plain.json("/internal/logs/raw")
    assert set(raw) == {"entries", "size"}
    assert set(raw["size"]) == {"cols", "rows"}
    for entry in raw["entries"]:
        assert set(entry) == {"t", "m"}
    reply = plain.http.patch("/internal/logs/subscribe", content=json.dumps({"clientId": "me", "enabled": True}))
    assert reply.status_code == 200


def test_logs_are_told_to_those_who_asked(one: Client) -> None:
    assert one.ws
    body = json.dumps({"clientId": one.name, "enabled": True})
    assert one.http.patch("/internal/logs/subscribe", content=body).status_code == 200
    prompt_id = one.queue({"b": node("ExamBoom", value=["i", 0], how="error"), "i": node("ExamInt", value=1),
                           "o": node("ExamShow", value=["b", 0])})  # fmt: skip
    one.follow(prompt_id)
    one.http.patch("/internal/logs/subscribe", content=body.replace("true", "false"))
    for _, data in [item for item in one.silent(0.3) if item[0] == "logs"]:
        assert all(set(entry) == {"t", "m"} for entry in data["entries"])


def test_packs_routes_behind_a_token(running: Running, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder, token = tmp_path_factory.mktemp("guarded"), "x" * 24
    furnish(folder / "home" / "custom_nodes")
    with running.server(folder, "--token", token) as server, client_of(server.url) as client:
        assert client.get("/exam/hello").status_code == 401
        bearer = {"Authorization": f"Bearer {token}", "Cookie": "own=1"}
        assert client.http.get("/exam/hello?name=a", headers=bearer).json()["hello"] == "a"
        seen = client.http.get(f"/exam/headers?token={token}", headers=bearer)
        assert seen.status_code == 200
        assert token not in seen.text, "it is none of the packs' business"
        assert client.get("/exam/hello", name="b", token=token).json()["hello"] == "b"
        assert token not in client.http.get("/system_stats", headers=bearer).text


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--port", "no number"], "--port"),
        (["--port", "70000"], "port"),
        (["--preview-method", "painting"], "preview_method"),
        (["--no-such-flag"], "--no-such-flag"),
        (["--extra-model-paths-config", "/nowhere/paths.yaml"], "/nowhere/paths.yaml"),
        (["--tls-certfile", "/nowhere.pem"], "tls"),
        (["--output-directory", "/proc/nowhere"], "/proc/nowhere"),
        (["--listen", "203.0.113.1"], "203.0.113.1"),
        (["--max-upload-size", "-1"], "max_upload"),
        (["--cache-lru", "many"], "--cache-lru"),
    ],
)
def test_wrong_flags_are_one_sentence(tmp_path, flags: list[str], words: str) -> None:
    command = [sys.executable, "-m", "dgx_pixels", "serve", "--home", str(tmp_path), "--cpu"]
    done = subprocess.run([*command, *flags], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert words.replace("_", "-") in done.stderr.replace("_", "-"), done.stderr
    assert "Traceback" not in done.stderr


def test_the_short_life_of_a_ci_server(tmp_path) -> None:
    command = [sys.executable, "-m", "dgx_pixels", "serve", "--base-directory", str(tmp_path), "--cpu", "--port", "0",
               "--quick-test-for-ci"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"To see the GUI go to: http://127\.0\.0\.1:\d+\n", done.stdout)
    assert (tmp_path / "output").is_dir()
    assert (tmp_path / "user" / "default").is_dir()
