"""``dgx-pixels serve`` as users start it: its line, its flags, its end, what it weighs."""

import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from served import GRAPH, Client, Process
from sockets import WebSocket

from dgx_pixels.cli import serve as serve_command
from dgx_pixels.cli.comfy_flags import spread


def test_it_says_where_it_is_and_answers_soon(process) -> None:
    """A second is the promise on a quiet machine; several tests run on this one."""
    best = 99.0
    for _ in range(3):
        server: Process = process()
        assert server.client.get("/system_stats").status == 200
        best = min(best, time.monotonic() - server.began)
        assert server.lines[0] == f"To see the GUI go to: http://127.0.0.1:{server.port}\n"
        server.stop()
    print(f"first answer after {best:.2f} s")  # noqa: T201
    assert best < 2.5


def test_what_it_weighs(process) -> None:
    server: Process = process()
    for path in ("/system_stats", "/object_info", "/queue", "/v1/jobs", "/"):
        assert server.client.get(path).status == 200
    time.sleep(0.2)
    print(f"{server.memory() / 1024:.0f} MB")  # noqa: T201
    assert server.memory() < 90 * 1024


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from dgx_pixels.server import parts, run, app; "
        "print([m for m in ('torch', 'numpy', 'PIL', 'scipy', 'yaml', 'rich', 'structlog') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_job_from_end_to_end(process) -> None:
    server: Process = process("--disable-all-custom-nodes")
    with WebSocket(server.port, "/ws?clientId=c") as ws:
        assert ws.told()["data"]["sid"] == "c"
        job = server.client.post("/prompt", {"prompt": GRAPH, "client_id": "c"}).json()["prompt_id"]
        seen = []
        while True:
            message = ws.told(60)
            seen.append((message["type"], message["data"].get("node")))
            if seen[-1] == ("executing", None):
                break
        assert [kind for kind, _ in seen if kind in {"execution_start", "executed", "execution_success"}] == [
            "execution_start", "executed", "execution_success",
        ]  # fmt: skip
        record = server.client.get(f"/history/{job}").json()[job]
        (picture,) = record["outputs"]["2"]["images"]
        assert record["status"]["status_str"] == "success"
        assert server.client.get(f"/view?filename={picture['filename']}").body.startswith(b"\x89PNG")
    path = server.home / "output" / picture["filename"]
    assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0
    listed = server.client.get("/api/jobs?status=completed").json()
    assert listed["jobs"][0]["preview_output"]["filename"] == picture["filename"]
    assert listed["pagination"] == {"offset": 0, "limit": 100, "total": 1, "has_more": False}
    one = server.client.get(f"/api/jobs/{job}").json()
    assert one["workflow"]["prompt"] == GRAPH
    assert one["execution_status"]["completed"] is True
    assert server.client.get("/v1/jobs/" + job).json()["outputs"][0]["url"].startswith("/view?filename=")
    assert server.client.get("/system_stats").json()["devices"][0]["type"] == "cpu"
    code, _, err = server.stop()
    assert (code, "Traceback" in err) == (0, False)
    again: Process = process("--disable-all-custom-nodes")
    assert again.client.get(f"/history/{job}").json()[job] == record, "history outlives the server"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(process, sign: int) -> None:
    server: Process = process()
    with WebSocket(server.port) as ws:
        ws.told()
        server.client.close()
        code, out, err = server.stop(sign, timeout=10)
        assert ws.ends()
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert not (server.home / "temp").exists()


LONG = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 1, "steps": 10_000, "cfg": 8.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
            "model": ["4", 0], "positive": ["6", 0], "negative": ["6", 0], "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "pocket.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a potion", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "x"}},
}  # fmt: skip


def test_it_drains_and_a_second_signal_does_not_wait(process, serve) -> None:
    """Row 23: while it drains it takes no job and answers everything else; the job is there at the next start."""
    server: Process = process("--disable-all-custom-nodes", "--grace", "600")
    job = server.client.post("/prompt", {"prompt": LONG}).json()["prompt_id"]
    while not server.client.get("/queue").json()["queue_running"]:
        time.sleep(0.05)
    server.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 10
    while (refused := server.client.post("/prompt", {"prompt": GRAPH})).status == 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (refused.status, refused.json()["error"]["type"]) == (503, "stopping")
    assert server.client.get("/readyz").status == 503
    assert server.client.get("/queue").json()["queue_running"][0][1] == job
    assert server.process.poll() is None
    began = time.monotonic()
    code, _, err = server.stop(signal.SIGTERM)
    assert (code, "Traceback" in err) == (0, False)
    assert time.monotonic() - began < 10
    again = serve(home=server.home)
    assert job in [item[1] for item in again.client.get("/queue").json()["queue_pending"]]


def test_a_running_job_is_interrupted(process) -> None:
    server: Process = process("--disable-all-custom-nodes")
    job = server.client.post("/prompt", {"prompt": LONG}).json()["prompt_id"]
    while not server.client.get("/queue").json()["queue_running"]:
        time.sleep(0.05)
    assert server.client.post("/interrupt", {"prompt_id": "another"}).status == 200
    time.sleep(0.3)
    assert server.client.get("/queue").json()["queue_running"]
    began = time.monotonic()
    assert server.client.post("/api/interrupt", b"").status == 200
    while server.client.get(f"/history/{job}").json() == {}:
        time.sleep(0.05)
    assert time.monotonic() - began < 8
    assert server.client.get(f"/api/jobs/{job}").json()["status"] in {"cancelled", "failed"}


def test_jobs_that_wait_outlive_it(process) -> None:
    server: Process = process("--disable-all-custom-nodes")
    jobs = [server.client.post("/prompt", {"prompt": GRAPH}).json()["prompt_id"] for _ in range(3)]
    server.process.kill()
    server.end()
    again: Process = process("--disable-all-custom-nodes")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(again.client.get(f"/history/{job}").json() == {} for job in jobs):
        time.sleep(0.1)
    states = [again.client.get(f"/history/{job}").json()[job]["status"]["status_str"] for job in jobs]
    assert states == ["success"] * 3


def failed(home: Path, *flags: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "dgx_pixels", "serve", "--home", str(home), *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = failed(tmp_path / "home", "--port", str(port))
    assert code == 1
    assert out == ""
    assert (
        err
        == f"error: port {port} on 127.0.0.1 is taken; stop the program that has it, or choose another with --port\n"
    )


def test_a_home_that_is_taken(process, tmp_path: Path) -> None:
    process(home=tmp_path / "home")
    code, _, err = failed(tmp_path / "home", "--port", "0")
    assert code == 1
    assert err.count("\n") == 1
    assert "another server is using" in err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--port", "99999"), "port"),
        (("--preview-method", "video"), "preview_method"),
        (("--default-hashing-function", "crc"), "hashing"),
        (("--listen", "203.0.113.7", "--port", "0"), "--listen"),
        (("--tls-certfile", "/nothing", "--tls-keyfile", "/nothing", "--port", "0"), "--tls-certfile"),
        (("--token", "short", "--port", "0"), "16 to 256"),
        (("--extra-model-paths-config", "/nothing.yaml", "--port", "0"), "/nothing.yaml"),
        (("--nonsense",), "--nonsense"),
    ],
)
def test_wrong_flags_cost_one_line(tmp_path: Path, flags: tuple[str, ...], words: str) -> None:
    code, out, err = failed(tmp_path / "home", *flags)
    assert code in {1, 2}
    assert out == ""
    assert err.count("\n") == 1, err
    assert words in err


def test_beyond_this_machine_it_asks_for_a_token(process) -> None:
    server: Process = process("--listen", "0.0.0.0")
    told = server.process.stdout.readline()
    assert str(server.home / "token") in told
    token = told.rsplit(" ", 1)[1].strip()
    assert (server.home / "token").read_text().strip() == token
    assert f"/?token={token}" in server.process.stdout.readline()
    assert server.client.get("/prompt").status == 401
    assert server.client.get("/prompt", Authorization=f"Bearer {token}").status == 200
    argv = server.client.get("/system_stats", Authorization=f"Bearer {token}").text
    assert token not in argv
    server.stop()
    again: Process = process("--listen", "0.0.0.0")
    assert again.client.get("/prompt", Authorization=f"Bearer {token}").status == 200
    _, out, _ = again.stop()
    assert token not in out, "it is told once"


def test_the_token_on_the_command_line_is_not_shown(process) -> None:
    server: Process = process("--token", "a-token-of-some-length")
    shown = server.client.get("/system_stats", Authorization="Bearer a-token-of-some-length")
    assert shown.status == 200
    assert "a-token-of-some-length" not in shown.text


def test_all_addresses(process) -> None:
    server: Process = process("--listen", "--port", "0")
    lines = [*server.lines, server.process.stdout.readline()]
    assert [line.partition("//")[2].rpartition(":")[0] for line in lines] == ["0.0.0.0", "[::]"]
    with socket.create_connection(("::1", server.port), timeout=5) as made:
        made.sendall(b"GET /healthz HTTP/1.1\r\nHost: [::1]\r\n\r\n")
        assert made.recv(100).startswith(b"HTTP/1.1 200")


def test_tls(process, tmp_path: Path) -> None:
    import ssl

    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    try:
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")
    server: Process = process("--tls-keyfile", str(key), "--tls-certfile", str(certificate))
    assert server.lines[0].startswith("To see the GUI go to: https://")
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    with socket.create_connection(("127.0.0.1", server.port)) as plain, context.wrap_socket(plain) as made:
        made.sendall(b"GET /prompt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert made.recv(100).startswith(b"HTTP/1.1 200")


def test_flags_of_comfyui_that_do_nothing_cost_one_line(process) -> None:
    server: Process = process("--lowvram", "--reserve-vram", "1", "--fast", "fp16_accumulation", "--cpu")
    assert server.client.get("/prompt").status == 200
    code, _, err = server.stop()
    assert (code, err.count("\n")) == (0, 1)
    assert "--lowvram, --reserve-vram, --fast" in err


def test_a_quick_test_starts_and_stops(tmp_path: Path) -> None:
    code, out, err = failed(tmp_path / "home", "--port", "0", "--quick-test-for-ci")
    assert (code, err) == (0, "")
    assert out.startswith("To see the GUI go to: ")


def test_a_base_directory_has_comfyuis_layout(process, tmp_path: Path, png: bytes) -> None:
    base = tmp_path / "base"
    (base / "models" / "loras").mkdir(parents=True)
    (base / "models" / "loras" / "l.safetensors").write_bytes(b"x")
    command = [sys.executable, "-m", "dgx_pixels", "serve", "--base-directory", str(base), "--port", "0"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    client = Client(int(running.stdout.readline().rpartition(":")[2]))
    assert client.get("/models/loras").json() == ["l.safetensors"]
    client.upload("/upload/image", "a.png", png)
    client.close()
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    assert {path.name for path in base.iterdir()} >= {"models", "input", "output", "user"}
    assert (base / "input" / "a.png").read_bytes() == png


def test_folders_of_ones_own(process, tmp_path: Path, png: bytes) -> None:
    server: Process = process(
        "--input-directory", str(tmp_path / "i"), "--output-directory", str(tmp_path / "o"),
        "--temp-directory", str(tmp_path / "t"), "--user-directory", str(tmp_path / "u"),
    )  # fmt: skip
    server.client.upload("/upload/image", "a.png", png)
    server.client.upload("/upload/image", "b.png", png, type="temp")
    server.client.post("/settings", {"a": 1})
    assert (tmp_path / "i" / "a.png").is_file()
    assert (tmp_path / "t" / "temp" / "b.png").is_file()
    assert (tmp_path / "u" / "default" / "comfy.settings.json").is_file()
    server.stop()
    assert (tmp_path / "t").is_dir()
    assert not (tmp_path / "t" / "temp").exists()


def test_a_front_end_of_ones_own(process, tmp_path: Path) -> None:
    root = tmp_path / "web"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<p>mine")
    (root / "assets" / "a.js").write_text("1")
    server: Process = process("--front-end-root", str(root))
    reply = server.client.get("/")
    assert (reply.text, reply["cache-control"], reply["x-frame-options"]) == ("<p>mine", "no-cache", "SAMEORIGIN")
    script = server.client.get("/assets/a.js")
    assert (script["content-type"], script["cache-control"]) == ("application/javascript; charset=utf-8", "no-cache")
    assert script["content-security-policy"] is None
    assert server.client.get("/assets").status == 404
    assert server.client.get("/assets/../../web/index.html").status == 404


@pytest.mark.parametrize(
    ("words", "usual", "dropped"),
    [
        (["--listen"], ["--listen", "0.0.0.0,::"], []),
        (["--listen", "1.2.3.4"], ["--listen", "1.2.3.4"], []),
        (["--listen", "--port", "1"], ["--listen", "0.0.0.0,::", "--port", "1"], []),
        (["--enable-cors-header", "--cpu"], ["--enable-cors-header", "*", "--cpu"], []),
        (["--verbose"], ["--verbose", "debug"], []),
        (["--custom-nodes", "a", "b", "--cpu"], ["--custom-nodes", "a", "--custom-nodes", "b", "--cpu"], []),
        (["--custom-nodes", "a", "--custom-nodes", "b"], ["--custom-nodes", "a", "--custom-nodes", "b"], []),
        (["--reserve-vram", "1.5", "--port", "2"], ["--port", "2"], ["--reserve-vram"]),
        (["--reserve-vram=1.5", "--lowvram"], [], ["--reserve-vram", "--lowvram"]),
        (["--fast", "a", "b", "--cpu"], ["--cpu"], ["--fast"]),
        (["--fast"], [], ["--fast"]),
        (["--lowvram", "stray"], ["stray"], ["--lowvram"]),
        (["stray", "--cpu"], ["stray", "--cpu"], []),
        (["--custom-nodes"], ["--custom-nodes"], []),
    ],
)
def test_comfyuis_way_to_write_flags(words: list[str], usual: list[str], dropped: list[str]) -> None:
    written = spread(words)
    assert (written.words, written.without_effect) == (usual, dropped)


def test_flags_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    monkeypatch.setattr(serve_command, "_serve", lambda settings, *_, **__: taken.append(settings))
    app = typer.Typer()
    app.command(cls=serve_command.ServeCommand)(serve_command.serve)
    command = typer.main.get_command(app)

    def settings(*words: str):
        command.main(args=list(words), standalone_mode=False)
        return taken.pop()

    assert settings("--listen").listen == ("0.0.0.0", "::")
    assert settings("--enable-cors-header").cors_origin == "*"
    assert settings("--cache-lru", "5").cache_lru == 5
    assert settings("--cache-lru", "5").cache == "lru"
    assert settings("--cache-lru", "0").cache == "classic"
    assert settings("--cache-none").cache == "none"
    assert settings("--cuda-device", "1").device == "cuda:1"
    assert settings("--cpu").device == "cpu"
    assert settings("--force-fp16").dtype == "fp16"
    assert settings("--verbose").log_level == "debug"
    assert settings("--verbose", "CRITICAL").log_level == "error"
    assert settings("--whitelist-custom-nodes", "a", "b").whitelist_custom_nodes == ("a", "b")
    assert settings("--preview-method", "auto", "--preview-size", "256").preview_size == 256
    assert settings().listen == ("127.0.0.1",)
    assert settings().port == 8188
