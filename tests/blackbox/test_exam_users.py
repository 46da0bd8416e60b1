"""Users, settings, userdata (contract 1.1, 1.2, 1.7)."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from exam_client import Client, client_of

from serving import Running, Server


@pytest.fixture(scope="module")
def multi(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Several users; no job ever runs here."""
    folder = tmp_path_factory.mktemp("multi")
    with running.server(folder, "--multi-user", "--user-directory", str(folder / "people")) as server:
        yield server


@pytest.fixture(scope="module")
def user(classic: Server) -> Iterator[Client]:
    with client_of(classic.url) as client:
        yield client


@pytest.fixture
def folder(classic: Server) -> Path:
    return classic.home / "user" / "default"


def test_one_user(user: Client) -> None:
    assert user.json("/users") == {"storage": "server", "migrated": True}
    assert user.json("/api/users") == {"storage": "server", "migrated": True}


def test_settings(user: Client, folder: Path) -> None:
    assert user.json("/settings/Nothing.There") is None
    reply = user.post("/settings", {"A.b": {"x": 1}, "C": [1]})
    assert (reply.status_code, reply.content) == (200, b"")
    assert user.json("/settings") == {"A.b": {"x": 1}, "C": [1]}
    user.post("/api/settings", {"A.b": {"y": 2}})
    assert user.json("/settings/A.b") == {"y": 2}, "merged shallowly"
    for value in ("text", 5, None, False, [1, {"a": None}], "ü"):
        body = json.dumps(value).encode()
        assert user.post("/api/settings/One.Value", body, headers={"Content-Type": "text/plain"}).content == b""
        assert user.json("/settings/One.Value") == value
    path = folder / "comfy.settings.json"
    assert json.loads(path.read_text())["C"] == [1]
    assert '\n    "C": [' in path.read_text(), "indented by four"


@pytest.mark.parametrize("header", [None, "", "default", "somebody else"])
def test_the_user_is_always_the_default_one(user: Client, header: str | None) -> None:
    headers = {} if header is None else {"Comfy-User": header}
    assert user.http.get("/api/settings", headers=headers).status_code == 200


def test_a_file(user: Client, folder: Path) -> None:
    body = b'{"nodes": []}'
    reply = user.post("/api/userdata/workflows%2Fnew%20one.json?overwrite=true&full_info=true", body)
    info = reply.json()
    assert set(info) == {"path", "size", "modified", "created"}
    assert (info["path"], info["size"]) == ("workflows/new one.json", len(body))
    assert all(isinstance(info[key], float) for key in ("modified", "created"))
    assert abs(info["modified"] - time.time()) < 600
    assert (folder / "workflows" / "new one.json").read_bytes() == body
    assert user.get("/userdata/workflows%2Fnew%20one.json").content == body
    assert user.post("/userdata/plain.txt", b"\0\xff").json() == "plain.txt"
    assert user.get("/userdata/plain.txt").content == b"\0\xff"
    again = user.post("/userdata/plain.txt?overwrite=false", b"x")
    assert (again.status_code, again.text) == (409, "File already exists")
    assert user.post("/userdata/plain.txt", b"y").status_code == 200
    deleted = user.http.delete("/api/userdata/plain.txt")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert user.get("/userdata/plain.txt").status_code == 404
    assert user.http.delete("/userdata/plain.txt").status_code == 404


def test_a_file_is_moved(user: Client, folder: Path) -> None:
    user.post("/userdata/a.txt", b"a")
    user.post("/userdata/b.txt", b"b")
    reply = user.post("/userdata/a.txt/move/b.txt?overwrite=false")
    assert (reply.status_code, reply.text) == (409, "File already exists")
    assert user.post("/userdata/a.txt/move/sub%2Fc.txt").json() == "sub/c.txt"
    assert user.post("/userdata/sub%2Fc.txt/move/b.txt?full_info=true").json()["path"] == "b.txt"
    assert (folder / "b.txt").read_bytes() == b"a"
    assert user.post("/userdata/gone.txt/move/d.txt").status_code == 404


@pytest.fixture(scope="module")
def tree(user: Client) -> Client:
    for name in (
        "listing/one.json",
        "listing/Two.json",
        "listing/deep/three.json",
        "listing/deep/deeper/four.txt",
        "listing/.dot",
    ):
        assert user.post(f"/userdata/{name.replace('/', '%2F')}", name.encode()).status_code == 200
    return user


def test_lists_of_files(tree: Client) -> None:
    everything = ["Two.json", "deep/deeper/four.txt", "deep/three.json", "one.json"]
    assert sorted(tree.json("/userdata", dir="listing")) == ["Two.json", "one.json"]
    assert sorted(tree.json("/userdata", dir="listing", recurse="true")) == everything
    assert sorted(tree.json("/userdata", dir="listing", recurse="TRUE")) == everything
    assert sorted(tree.json("/userdata", dir="listing", recurse="1")) == ["Two.json", "one.json"]
    split = tree.json("/userdata", dir="listing", recurse="true", split="true")
    assert ["deep/deeper/four.txt", "deep", "deeper", "four.txt"] in split
    full = tree.json("/userdata", dir="listing", recurse="true", split="true", full_info="true")
    assert {entry["path"] for entry in full} == set(everything)
    assert set(full[0]) == {"path", "size", "modified", "created"}
    assert tree.json("/userdata", dir="listing/deep") == ["three.json"]


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("", 400, "Directory not provided"),
        ("dir=", 400, "Directory not provided"),
        ("dir=..", 403, "Invalid directory"),
        ("dir=/etc", 403, "Invalid directory"),
        ("dir=gone", 404, "Directory not found"),
        ("dir=listing/one.json", 404, "Directory not found"),
    ],
)
def test_lists_that_are_refused(tree: Client, query: str, status: int, text: str) -> None:
    reply = tree.get(f"/userdata?{query}")
    assert (reply.status_code, reply.text) == (status, text)


def test_trees(tree: Client) -> None:
    entries = tree.json("/v2/userdata", path="listing")
    assert [(entry["name"], entry["type"]) for entry in entries if entry["name"] != ".dot"] == [
        ("deep", "directory"), ("deeper", "directory"), ("four.txt", "file"), ("one.json", "file"),
        ("three.json", "file"), ("Two.json", "file"),
    ]  # fmt: skip
    by_name = {entry["name"]: entry for entry in entries}
    assert by_name["deeper"] == {"name": "deeper", "path": "listing/deep/deeper", "type": "directory"}
    assert set(by_name["one.json"]) == {"name", "path", "type", "size", "modified"}
    assert by_name["four.txt"]["path"] == "listing/deep/deeper/four.txt"
    assert tree.get("/v2/userdata", path="gone").status_code == 404
    assert tree.get("/v2/userdata", path="listing/one.json").status_code == 400
    assert tree.get("/v2/userdata", path="../..").status_code == 403
    assert "listing" in {entry["name"] for entry in tree.json("/api/v2/userdata")}


@pytest.mark.parametrize("name", ["..%2Fx.txt", "%2Fetc%2Fpasswd", "..%252Fx.txt", "a%2F..%2F..%2Fx"])
def test_paths_that_lead_out(user: Client, name: str) -> None:
    assert user.get(f"/userdata/{name}").status_code == 403
    assert user.post(f"/userdata/{name}", b"x").status_code == 403
    assert user.http.delete(f"/userdata/{name}").status_code == 403
    assert user.post(f"/userdata/b.txt/move/{name}").status_code in (403, 404)


def test_paths_are_decoded_twice_where_a_percent_is_left(user: Client) -> None:
    user.post("/userdata/workflows%252Ftwice.json", b"{}")
    assert user.get("/userdata/workflows%2Ftwice.json").content == b"{}"


@pytest.mark.parametrize(
    "path", ["/api/userdata/user.css", "/api/userdata/comfy.templates.json", "/api/userdata?dir=subgraphs%2F"]
)
def test_what_the_editor_asks_for_in_vain(user: Client, path: str) -> None:
    assert user.get(path).status_code == 404


def test_several_users(multi: Server) -> None:
    with client_of(multi.url) as client:
        assert client.json("/users") == {"storage": "server", "users": {}}
        name = client.post("/users", {"username": "Jane Doe!"}).json()
        assert name.startswith("Jane-Doe-_")
        assert len(name) == len("Jane-Doe-_") + 36
        again = client.post("/users", {"username": "Jane Doe!"})
        assert (again.status_code, again.json()) == (400, {"error": "Duplicate username."})
        other = client.post("/api/users", {"username": "Bob"}).json()
        assert client.json("/users")["users"] == {name: "Jane Doe!", other: "Bob"}

        def ask(method: str, path: str, who: str | None, body: Any = None) -> Any:
            headers = {} if who is None else {"comfy-user": who}
            return client.http.request(method, path, content=body, headers=headers)

        assert ask("POST", "/settings/X", name, b"1").status_code == 200
        assert ask("GET", "/settings/X", name).json() == 1
        assert ask("GET", "/settings/X", other).json() is None
        assert ask("POST", "/userdata/f.txt", other, b"bob").status_code == 200
        assert ask("GET", "/userdata/f.txt", other).content == b"bob"
        assert ask("GET", "/userdata/f.txt", name).status_code == 404
        for who in (None, "", "nobody", "../x"):
            assert ask("GET", "/settings", who).status_code == 401
            assert ask("GET", "/v2/userdata", who).status_code == 403
        assert (Path(multi.home).parent / "people" / name / "comfy.settings.json").is_file()
