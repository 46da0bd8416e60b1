"""Users, settings and userdata."""

import json

import pytest
from served import InProcess


@pytest.fixture
def server(serve) -> InProcess:
    return serve()


def test_one_user(server: InProcess) -> None:
    assert server.client.get("/users").json() == {"storage": "server", "migrated": True}


def test_settings_are_merged_and_kept(server: InProcess) -> None:
    post, get = server.client.post, server.client.get
    assert get("/settings").json() == {}
    assert get("/settings/none").body == b"null"
    assert post("/settings", {"a": 1, "b": {"c": 2}}).body == b""
    assert post("/settings", {"b": 3}).status == 200
    assert post("/settings/Comfy.X", [1, None]).status == 200
    assert get("/settings").json() == {"a": 1, "b": 3, "Comfy.X": [1, None]}
    stored = server.settings.users / "default" / "comfy.settings.json"
    assert stored.read_text() == json.dumps(get("/settings").json(), indent=4)
    assert post("/settings", [1]).status == 500


def test_userdata(server: InProcess) -> None:
    client = server.client
    path = "/userdata/workflows%2Fdeep%2Fa.json"
    assert client.get(path).status == 404
    assert client("POST", path, b'{"x": 1}', {"Content-Type": "text/plain"}).json() == "workflows/deep/a.json"
    assert client.get(path).body == b'{"x": 1}'
    assert client.get("/api/userdata/workflows%252Fdeep%252Fa.json").status == 200
    again = client.post(path + "?overwrite=false", b"2")
    assert (again.status, again.text) == (409, "File already exists")
    info = client.post(path + "?full_info=true", b"22").json()
    assert list(info) == ["path", "size", "modified", "created"]
    assert (info["size"], type(info["modified"])) == (2, float)
    moved = client.post("/userdata/workflows%2Fdeep%2Fa.json/move/workflows%2Fb.json")
    assert moved.json() == "workflows/b.json"
    assert client.post("/userdata/nothing/move/x").status == 404
    client.post("/userdata/c.json", b"3")
    assert client.post("/userdata/c.json/move/workflows%2Fb.json?overwrite=false").status == 409
    assert (client("DELETE", "/userdata/c.json").status, client("DELETE", "/userdata/c.json").status) == (204, 404)


def test_listing(server: InProcess) -> None:
    client = server.client
    for name in ("w/b.json", "w/deep/a.json", "w/.hidden", "w/.git/x"):
        client.post("/userdata/" + name.replace("/", "%2F"), b"{}")
    assert client.get("/userdata?dir=w").json() == ["b.json"]
    assert client.get("/userdata?dir=w&recurse=TRUE").json() == ["b.json", "deep/a.json"]
    split = client.get("/userdata?dir=w&recurse=true&split=true").json()
    assert split == [["b.json", "b.json"], ["deep/a.json", "deep", "a.json"]]
    full = client.get("/userdata?dir=w%2F&recurse=true&split=true&full_info=true").json()
    assert [list(each) for each in full] == [["path", "size", "modified", "created"]] * 2
    for query, status, text in (
        ("", 400, "Directory not provided"),
        ("?dir=nothing", 404, "Directory not found"),
        ("?dir=..", 403, "Invalid directory"),
        ("?dir=%2Fetc", 403, "Invalid directory"),
    ):
        reply = client.get("/userdata" + query)
        assert (reply.status, reply.text) == (status, text)


def test_the_tree(server: InProcess) -> None:
    client = server.client
    for name in ("Z.json", "a.json", "w/x.json"):
        client.post("/userdata/" + name.replace("/", "%2F"), b"{}")
    tree = client.get("/v2/userdata").json()
    assert [each["path"] for each in tree] == ["w", "a.json", "w/x.json", "Z.json"]
    assert tree[0] == {"name": "w", "path": "w", "type": "directory"}
    assert set(tree[1]) == {"name", "path", "type", "size", "modified"}
    assert [each["path"] for each in client.get("/v2/userdata?path=w").json()] == ["w/x.json"]
    assert (client.get("/v2/userdata?path=none").status, client.get("/v2/userdata?path=a.json").status) == (404, 400)
    assert client.get("/v2/userdata?path=..").status == 403


@pytest.mark.parametrize("name", ["..%2Fx", "%2Fetc%2Fpasswd", "..%252Fx", "%2e%2e", "a%2F..%2F..%2Fx"])
def test_nothing_leaves_the_users_folder(server: InProcess, name: str) -> None:
    client = server.client
    assert client.get(f"/userdata/{name}").status == 403
    assert client.post(f"/userdata/{name}", b"x").status == 403
    assert client("DELETE", f"/userdata/{name}").status == 403
    client.post("/userdata/ok", b"x")
    assert client.post(f"/userdata/ok/move/{name}").status == 403


def test_several_users(serve) -> None:
    server = serve(multi_user=True)
    client = server.client
    assert client.get("/users").json() == {"storage": "server", "users": {}}
    user = client.post("/users", {"username": "Ännchen 1"}).json()
    assert user.startswith("-nnchen-1_")
    assert client.get("/users").json()["users"] == {user: "Ännchen 1"}
    again = client.post("/users", {"username": "Ännchen 1"})
    assert (again.status, again.json()) == (400, {"error": "Duplicate username."})
    assert client.post("/settings", {"a": 1}, comfy_user=user).status == 200
    assert client.get("/settings", comfy_user=user).json() == {"a": 1}
    assert client.get("/settings", comfy_user="nobody").status == 401
    assert client.get("/settings").status == 401
    assert client.get("/v2/userdata", comfy_user="../default").status == 403
    assert client.post("/users", {"username": " "}).status == 400
