"""``dgx-pixels models`` as a user meets it: tables, JSON, one-line errors, and a page that names it all."""

import hashlib
import json
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from dgx_pixels.checkpoint.catalogue import POCKET
from dgx_pixels.checkpoint.folders import EXTRA_FILE, KINDS
from dgx_pixels.checkpoint.known import KNOWN
from dgx_pixels.cli import model_tables
from dgx_pixels.cli.models import app
from dgx_pixels.core.errors import (
    CancelledError,
    CheckpointError,
    DownloadError,
    ModelNotFoundError,
    UsageError,
)
from dgx_pixels.core.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
COMMANDS = typer.main.get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]


def write(path: Path, **metadata: str) -> Path:
    """A small but whole safetensors file."""
    header = {"weight": {"dtype": "F16", "shape": [8], "data_offsets": [0, 16]}, "__metadata__": metadata}
    raw = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(16))
    return path


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DGX_PIXELS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return Settings()


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=True)


def printed(*words: object) -> str:
    result = run(*words)
    assert result.exception is None, result.exception
    return result.output


def refused(kind: type[Exception], *words: object) -> str:
    result = run(*words)
    assert isinstance(result.exception, kind), (result.exception, result.output)
    message = str(result.exception)
    assert "\n" not in message
    return message


def rows(*words: object) -> list[dict[str, object]]:
    return [row for row in json.loads(printed("list", "--json", *words)) if row["name"] != POCKET]


def test_an_empty_home_lists_nothing_of_its_own(home: Settings) -> None:
    assert rows() == []


def test_add_then_list(home: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "ink.safetensors")
    assert printed("add", file) == "Added ink.safetensors to checkpoints (linked).\n"
    (row,) = rows()
    assert row == {
        "name": "ink.safetensors",
        "kind": "checkpoints",
        "path": str(home.models / "checkpoints" / "ink.safetensors"),
        "size": file.stat().st_size,
        "family": None,
        "precision": "fp16",
        "sha256": sha(file),
    }
    table = printed("list")
    assert re.search(rf"ink\.safetensors +checkpoints +– +fp16 +\d+ B +{sha(file)[:12]}\n", table)


def test_a_file_put_there_by_hand_has_no_hash_until_verified(home: Settings) -> None:
    write(home.models / "loras" / "l.safetensors")
    assert rows("--kind", "loras")[0]["sha256"] is None
    assert "ok   l.safetensors  is readable" in printed("verify", "l")
    assert rows("--kind", "loras")[0]["sha256"] is not None
    assert rows("--kind", "vae") == []


def test_an_unreadable_file_is_listed_as_such(home: Settings) -> None:
    write(home.models / "checkpoints" / "x.safetensors").write_bytes(b"torn")
    assert rows()[0]["family"] == "unreadable"


def test_add_copies_under_another_name(home: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "x.safetensors")
    printed("add", file, "--copy", "--kind", "vae", "--name", "mine")
    copy = home.models / "vae" / "mine.safetensors"
    assert not copy.is_symlink()
    assert copy.read_bytes() == file.read_bytes()


def test_add_refuses_what_is_no_model(home: Settings, tmp_path: Path) -> None:
    assert "can run code" in refused(CheckpointError, "add", write(tmp_path / "x.ckpt"))
    assert "cannot be opened" in refused(CheckpointError, "add", tmp_path / "none.safetensors")
    file = write(tmp_path / "x.safetensors")
    assert "no kind of model 'nonsense'" in refused(UsageError, "add", file, "--kind", "nonsense")
    printed("add", file)
    assert "exists already" in refused(UsageError, "add", file)


def test_verify_goes_on_after_a_bad_file_and_fails(home: Settings) -> None:
    for name in ("a", "b", "c"):
        write(home.models / "checkpoints" / f"{name}.safetensors")
    printed("verify")
    write(home.models / "checkpoints" / "b.safetensors", changed="yes")
    result = run("verify")
    assert "ok   c.safetensors" in result.output
    assert "BAD  b.safetensors" in result.output
    assert re.fullmatch(r"1 of \d files did not verify: b\.safetensors", str(result.exception))
    printed("verify", "b", "--accept")
    printed("verify", "b")


def test_show(home: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "x.safetensors", title="Red\x1b[31m [bold]", notes="n" * 900)
    facts = json.loads(printed("show", file, "--json"))
    assert (facts["precision"], facts["parameters"], facts["architecture"]) == ("fp16", 8, None)
    assert facts["metadata"]["title"] == "Red\x1b[31m [bold]"
    text = printed("show", file)
    assert re.search(r"metadata title +Red·\[31m \[bold\]", text)
    assert "n" * 201 not in text.replace("\n", "")


def test_show_knows_a_checkpoints_networks() -> None:
    from dgx_pixels.core.architecture import ModelSpec, TextConfig, UNetConfig, VAEConfig

    unet = UNetConfig(320, (1, 2, 4), (2, 2, 2), (0, 0, 2), 10, (10,), 2048, 2816)
    spec = ModelSpec("sdxl", unet, VAEConfig(), TextConfig(768, 12, 12), None)
    grid = model_tables.page({"family": "sdxl", "size": 6_938_078_334, "architecture": model_tables.plain(spec)})
    cells = dict(zip(*([str(c) for c in column.cells] for column in grid.columns), strict=True))
    assert cells["size"] == "6.94 GB (6938078334 bytes)"
    assert cells["unet"].startswith("model_channels 320, channel_mult 1 2 4, res_blocks 2 2 2,")
    assert cells["unet"].endswith("linear_projection True")
    assert cells["clip_g"] == "–"
    assert cells["prediction"] == "eps"


def test_unknown_names_have_neighbours(home: Settings) -> None:
    write(home.models / "checkpoints" / "ink.safetensors")
    assert "did you mean 'ink'" in refused(ModelNotFoundError, "show", "inc")
    assert "did you mean sdxl-base?" in refused(UsageError, "download", "sdxl-bsae")
    assert "sdxl-refiner" in refused(UsageError, "download", "dall-e")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("https://h/download/7?token=x",), "names no .safetensors file; say with --name"),
        (("https://h/x.safetensors", "--sha256", "abc"), "64 hexadecimal digits"),
        (("ftp://h/x.safetensors",), "not an http"),
        (("http://[h/x.safetensors",), "malformed"),
        (("https://h/..%2Fx.safetensors",), "cannot be a model's name"),
        (("https://h/x.safetensors", "--kind", "nonsense"), "no kind of model"),
    ],
)
def test_downloads_that_make_no_sense(home: Settings, words: tuple[str, ...], message: str) -> None:
    assert message in refused(UsageError, "download", *words)


class Shop(SimpleHTTPRequestHandler):
    """Serves a folder; its client presses Ctrl-C when it has 50 bytes of a file called stuck."""

    def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:
        if "stuck" not in self.path:
            super().copyfile(source, outputfile)
            return
        outputfile.write(source.read(50))
        outputfile.flush()
        (part,) = Path(Settings().models / "checkpoints").glob("stuck*.part")
        while part.stat().st_size < 50:
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)
        self.rfile.read(1)  # until the client hangs up

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a folder with ``x.safetensors`` in it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    write(tmp_path / "shop" / "x.safetensors")
    handler = partial(Shop, directory=str(tmp_path / "shop"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=partial(server.serve_forever, 0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_download(home: Settings, tmp_path: Path, shop: str) -> None:
    digest = sha(tmp_path / "shop" / "x.safetensors")
    assert printed("download", f"{shop}/x.safetensors") == "Downloaded x.safetensors.\n"
    said = printed("download", f"{shop}/x.safetensors", "--kind", "vae", "--name", "v", "--sha256", digest.upper())
    assert said == "Downloaded v.safetensors to vae, verified.\n"
    assert {row["sha256"] for row in rows()} == {digest}
    assert "exists already" in refused(UsageError, "download", f"{shop}/x.safetensors")
    assert "404" in refused(DownloadError, "download", f"{shop}/none.safetensors")


@pytest.mark.usefixtures("control_c")
def test_control_c_says_how_to_go_on(home: Settings, tmp_path: Path, shop: str) -> None:
    (tmp_path / "shop" / "stuck.safetensors").write_bytes((tmp_path / "shop" / "x.safetensors").read_bytes())
    message = refused(CancelledError, "download", f"{shop}/stuck.safetensors")
    assert message == "stopped with 50 B on disk; the same command goes on from there"
    part = home.models / "checkpoints" / "stuck.safetensors.part"
    assert part.stat().st_size == 50
    assert rows() == []


@pytest.mark.parametrize(("size", "text"), [(0, "0 B"), (999, "999 B"), (334_641_162, "335 MB"), (10**16, "1e+04 TB")])
def test_sizes_are_short(size: int, text: str) -> None:
    assert model_tables.size_text(size) == text


def test_importing_the_commands_is_cheap() -> None:
    heavy = "torch", "httpx", "numpy", "pydantic", "sqlite3", "yaml"
    code = f"import sys, dgx_pixels.cli.models; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    assert f"### `models {command}" in PAGE
    section = PAGE.partition(f"### `models {command}")[2].partition("\n### ")[0].partition("\n## ")[0]
    for parameter in COMMANDS[command].params:
        for name in parameter.opts if parameter.param_type_name == "option" else [parameter.metavar]:
            assert name is None or f"`{name}" in section or name in section.splitlines()[0]


@pytest.mark.parametrize("name", [*(k.name for k in KNOWN), *KINDS, EXTRA_FILE])
def test_every_known_file_and_folder_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("file", KNOWN, ids=lambda file: file.name)
def test_every_known_file_is_in_the_help_and_its_size_in_the_page(file: object) -> None:
    assert file.name in COMMANDS["download"].help
    assert model_tables.size_text(file.size) in PAGE
    assert file.sha256 in PAGE
