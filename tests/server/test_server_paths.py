"""Row 16: a client's string never leaves its root. The whole corpus, at every parameter that names a file."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from served import GRAPH, Client, Process, Reply, hours, scaled
from spellings import spellings

from dgx_pixels.core.errors import OutsideError, UsageError
from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.server.confine import locate, open_file, open_folder, open_owned

MARK = b"THE-SECRET-OUTSIDE"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, png: bytes):
    """A home full of traps, with a secret beside it."""
    around = tmp_path_factory.mktemp("around")
    secret = around / "secret.png"
    secret.write_bytes(png + MARK)
    (around / "etc").mkdir()
    (around / "etc" / "passwd").write_bytes(MARK)
    running = Process(around / "home", ("--disable-all-custom-nodes",)).start()
    home = running.settings = ServerSettings(home=around / "home")
    for root in (home.inputs, home.outputs, home.temp, home.users / "default", home.models / "loras"):
        root.mkdir(parents=True, exist_ok=True)
        _set_traps(root, secret)
    (home.home / "custom_nodes" / "pack" / "workflows").mkdir(parents=True)
    running.secret = secret
    yield running
    running.stop()


def _set_traps(root: Path, secret: Path) -> None:
    (root / "deep").mkdir()
    (root / "out").symlink_to(os.path.relpath(secret.parent, root))
    (root / "link.png").symlink_to(os.path.relpath(secret, root))
    (root / "absolute.png").symlink_to(secret)
    (root / "deep" / "up").symlink_to("../..")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    try:
        os.mknod(root / "zero", 0o666 | 0o20000, os.makedev(1, 5))
    except PermissionError:
        (root / "zero").symlink_to("/dev/zero")


@pytest.fixture(scope="module")
def corpus(server: Process) -> list[str]:
    return spellings(server.secret, server.settings.inputs)


def test_the_corpus_is_large(corpus: list[str]) -> None:
    assert len(corpus) >= 5000


def outside(server: Process) -> dict[str, tuple[int, int]]:
    """Everything around the home, with sizes and times."""
    found = {}
    for parent, folders, names in os.walk(server.secret.parent):
        folders[:] = [name for name in folders if Path(parent, name) != server.settings.home]
        for name in (*names, *folders):
            status = Path(parent, name).lstat()
            found[f"{parent}/{name}"] = (status.st_size, status.st_mtime_ns)
    return found


FILES = {
    "view filename": "/view?type=input&filename={}",
    "view subfolder": "/view?filename=secret.png&subfolder={}",
    "view temp": "/view?filename={}%20[temp]",
    "userdata file": "/userdata/{}",
    "userdata dir": "/userdata?recurse=false&dir={}",
    "userdata tree": "/v2/userdata?path={}",
    "view_metadata file": "/view_metadata/loras?filename={}",
    "model preview": "/experiment/models/preview/loras/0/{}",
    "templates": "/api/workflow_templates/pack/{}",
    "extensions": "/extensions/core/{}",
    "the editor's files": "/{}",
    "help": "/docs/{}",
}
# What is looked up in a table before any file is.
WORDS = {
    "view preview": "/view?type=input&preview=webp&filename={}",
    "view_metadata folder": "/view_metadata/{}?filename=x.safetensors",
    "models folder": "/models/{}",
    "model preview folder": "/experiment/models/preview/{}/0/secret.png",
    "model preview index": "/experiment/models/preview/loras/{}/secret.png",
    "templates module": "/api/workflow_templates/{}/secret.png",
    "extensions module": "/extensions/{}/secret.png",
    "internal files": "/internal/files/{}",
    "history": "/history/{}",
}


@pytest.mark.parametrize("form", [*FILES.values(), *WORDS.values()], ids=[*FILES, *WORDS])
def test_nothing_outside_is_read(server: Process, corpus: list[str], form: str) -> None:
    client = Client(server.port)
    asked = corpus if form in FILES.values() or hours() else corpus[::8]
    replies = client.many(("GET", form.format(each)) for each in asked)
    for spelling, reply in zip(asked, replies, strict=True):
        assert MARK not in reply.body, spelling
        assert b"root:" not in reply.body, spelling
        assert reply.status in {200, 400, 403, 404}, (reply.status, spelling)
        assert reply.status != 200 or form in ALWAYS or spelling.strip("%2fF/.") in {"", "deep"}, spelling
    client.close()


# These answer 200 to whatever exists, or to anything at all, with nothing of a file in it.
ALWAYS = {WORDS["history"], FILES["userdata dir"], FILES["userdata tree"], FILES["the editor's files"]}


def writes() -> dict[str, Callable[[Client, str], Reply]]:
    return {
        "upload name": lambda c, s: c.upload("/upload/image", _quoted(s), b"x"),
        "upload subfolder": lambda c, s: c.upload("/upload/image", "w.png", b"x", subfolder=unquote(s)),
        "upload subfolder as sent": lambda c, s: c.upload("/upload/image", "w.png", b"x", subfolder=s),
        "mask original": lambda c, s: c.upload(
            "/upload/mask", "m.png", b"x", original_ref=f'{{"filename": "{_quoted(s)}", "type": "input"}}'
        ),
        "userdata put": lambda c, s: c.post(f"/userdata/{s}?overwrite=true", b"x"),
        "userdata delete": lambda c, s: c("DELETE", f"/userdata/{s}"),
        "userdata move from": lambda c, s: c.post(f"/userdata/{s}/move/stolen"),
        "userdata move to": lambda c, s: c.post(f"/userdata/kept/move/{s}"),
    }


def _quoted(text: str) -> str:
    return unquote(text).replace("\\", "\\\\").replace('"', "'").replace("\r", "").replace("\n", "")


@pytest.mark.parametrize("name", writes())
def test_nothing_outside_is_written(server: Process, corpus: list[str], name: str) -> None:
    before = outside(server)
    client = Client(server.port)
    ask = writes()[name]
    (server.settings.users / "default" / "kept").write_bytes(b"kept")
    step = 1 if hours() else 4
    for spelling in corpus[random.Random(name).randrange(step) :: step]:
        reply = ask(client, spelling)
        assert reply.status in {200, 204, 400, 403, 404, 405, 409, 413, 422}, (reply.status, spelling)
        assert MARK not in reply.body
    stolen = server.settings.users / "default" / "stolen"
    assert not stolen.exists() or MARK not in stolen.read_bytes()
    client.close()
    assert outside(server) == before
    for root in (server.settings.inputs, server.settings.users / "default"):
        for path in root.rglob("*"):
            assert path.is_symlink() or not path.is_file() or MARK not in path.read_bytes()


def test_a_graph_cannot_load_what_is_outside(serve, server: Process, corpus: list[str]) -> None:
    """CVE-2026-56673: LoadImage leaked any picture on the disk into the output folder."""
    fresh = serve(home=server.secret.parent / "other")
    _set_traps(fresh.settings.inputs, server.secret)
    client = fresh.client
    for spelling in corpus[:: 1 if hours() else 12]:
        for name in (spelling, unquote(spelling), unquote(spelling) + " [output]"):
            if name.strip("/.") == "":
                continue
            load = {"class_type": "LoadImage", "inputs": {"image": name}}
            save = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}}
            reply = client.post("/prompt", {"prompt": {"1": load, "2": save}})
            assert reply.status == 400, name
    assert client.post("/prompt", {"prompt": GRAPH}).status == 200


def test_the_known_model_preview_hole(server: Process) -> None:
    """CVE-2026-56671: four of four spellings escaped."""
    for path in (
        "%2e%2e/%2e%2e/secret.png",
        f"/{server.secret}",
        "%2f" + str(server.secret)[1:],
        "..%2f..%2fsecret.png",
    ):
        assert server.client.get(f"/experiment/models/preview/loras/0/{path}").status == 404


def test_a_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "real" / "sub" / "a").write_text("1")
    (tmp_path / "real" / "inner").symlink_to("sub/a")
    (tmp_path / "link").symlink_to("real")
    root = tmp_path / "link"
    for name in ("sub/a", "inner", "sub/../sub/./a"):
        opened = open_file(root, name)
        assert os.read(opened.fd, 9) == b"1"
        opened.close()
        opened.close()
    with open_folder(root, "sub") as fd:
        assert os.listdir(fd) == ["a"]  # noqa: PTH208 - a descriptor is no path
    with open_folder(root, "new/er", create=True):
        assert (tmp_path / "real" / "new" / "er").is_dir()


def test_what_is_no_regular_file_is_not_there(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "file").write_text("")
    for name in ("pipe", "folder", "loop", "dangling", "file/x", "", "."):
        with pytest.raises(FileNotFoundError):
            open_file(tmp_path, name)
        with pytest.raises(FileNotFoundError):
            open_owned(tmp_path, name)


def test_links_that_lead_out(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "rooted").mkdir()  # a name that begins like the root's
    (tmp_path / "rooted" / "x").write_text("")
    (tmp_path / "root" / "out").symlink_to("../rooted")
    for name in ("out/x", "out"):
        with pytest.raises(OutsideError):
            locate(tmp_path / "root", name)
    with pytest.raises(OutsideError), open_folder(tmp_path / "root", "out/new", create=True):
        pass
    assert not (tmp_path / "rooted" / "new").exists()
    owned = open_owned(tmp_path / "root", "out/x")  # whoever made the link owns both
    owned.close()
    with pytest.raises(OutsideError):
        open_owned(tmp_path / "root", "../rooted/x")


parts = st.sampled_from(["..", ".", "/", "a", "out", "link", "\\", "\0", "//", " ", "%2e", "\udcff", "é", "x" * 300])


@settings(max_examples=scaled(1500, 1_000_000, 500_000))
@given(st.lists(st.one_of(parts, st.text(max_size=4)), max_size=10).map("".join), st.booleans())
def test_no_text_leads_out(tmp_path_factory: pytest.TempPathFactory, name: str, owned: bool) -> None:
    base = tmp_path_factory.getbasetemp() / "walled"
    if not base.exists():
        (base / "root" / "a").mkdir(parents=True)
        (base / "root" / "out").symlink_to("..")
        (base / "root" / "link").symlink_to("a")
    root = base / "root"
    try:
        found = locate(root, name)
    except UsageError:
        return
    assert found == root or root in found.parents
