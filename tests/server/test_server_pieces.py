"""Parts of the server by themselves: JSON in pieces, routes, ranges of compression, the log."""

import gzip
import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from served import Client

from dgx_pixels.core.limits import MAX_JSON_DEPTH, MAX_JSON_VALUES
from dgx_pixels.server.big_json import JsonError, check, load_in_pieces
from dgx_pixels.server.bodies import parse
from dgx_pixels.server.logbook import LogBook
from dgx_pixels.server.packages import Packages, installed
from dgx_pixels.server.routing import Route, Table, both

documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["x" * 40_000, "\\" * 20_000, 10**30, 1.5e300]),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=5), inner, max_size=8),
    max_leaves=60,
)


@settings(max_examples=300)
@given(documents, st.sampled_from([None, 1, "\t"]), st.booleans(), st.integers(1, 6))
def test_pieces_make_the_same_whole(value: object, indent: object, ascii_only: bool, times: int) -> None:
    text = json.dumps([value] * times, indent=indent, ensure_ascii=ascii_only)
    try:
        body = text.encode()
    except UnicodeEncodeError:
        body = json.dumps([value] * times).encode()
    assert load_in_pieces(body) == json.loads(body)


@pytest.mark.parametrize(
    "unit", ["[1]", '{"a": 1.5}', "-12.5e-7", "true", '"é\\n"', '[[[["x"], {}], []]]', "123456789"]
)
def test_long_documents_of_small_values(unit: str) -> None:
    for count in (1, 2000, 12_000):
        body = ("[" + ", ".join([unit] * count) + "]").encode()
        assert load_in_pieces(body) == json.loads(body)


@pytest.mark.parametrize("shift", range(40))
def test_numbers_on_the_edge_of_a_piece(shift: int) -> None:
    for number in ("-0", "12345678901234567890", "1.25e+10", "1E5", "-1.5e-300"):
        body = f'["{"x" * (32_768 - 40 + shift)}", {number}, {number}]'.encode()
        assert load_in_pieces(body) == json.loads(body)
        body = f"[{' ' * (32_768 - 20 + shift)}{number}]".encode()
        assert load_in_pieces(body) == json.loads(body)


BROKEN = [
    "", " ", "[", "]", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', "{1:2}", "[1,", "[1 2]", "[,]", "tru",
    '"x', "1 2", "[1]]]", "{}{}", "nul", "-", "1.", "'x'", "\\", '{"a" 1}', "[1}", '{"a":1]',
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_broken_documents(text: str) -> None:
    for body in (text, f"[{json.dumps('x' * 70_000)}, {text}", " " * 70_000 + text):
        with pytest.raises(JsonError):
            load_in_pieces(body.encode())
        with pytest.raises(JsonError):
            parse(body.encode())


@pytest.mark.parametrize("read", [load_in_pieces, parse])
def test_limits_on_json(read) -> None:
    deepest = b"[" * MAX_JSON_DEPTH + b"]" * MAX_JSON_DEPTH
    assert read(deepest)
    for body in (
        b"[" + deepest + b"]",
        b"[" * 10**6,
        b'{"a":' * 10**6,
        b"[NaN]",
        b"[1, -Infinity]",
        b"[1e999]",
        b"\xff",
        b"9" * 5000,
    ):
        with pytest.raises(JsonError):
            read(body)
    with pytest.raises(JsonError, match="values"):
        read(b"[" + b",".join([b"1"] * (MAX_JSON_VALUES + 1)) + b"]")


def test_other_encodings() -> None:
    for name in ("utf-16", "utf-32", "utf-8-sig", "utf-16-le"):
        assert load_in_pieces('{"ä": [1]}'.encode(name)) == {"ä": [1]}


def test_checking_is_by_values_not_keys() -> None:
    check({"a": [None, True, 1, 1.5, "x", {}, []]})
    with pytest.raises(JsonError):
        check({"a": [float("nan")]})


async def _handler(_: object) -> object:
    return None


async def _other(_: object) -> object:
    return None


def test_routes_are_matched_segment_by_segment() -> None:
    table = Table(
        both(
            [
                Route("GET", "/a/{x}", _handler),
                Route("POST", "/a/{x}/move/{y}", _other),
                Route("GET", "/a", _other),
                Route("GET", "/r/{x}/{rest*}", _handler),
            ]
        )
    )

    def found(path: str) -> dict[str, str] | None:
        match = table.find(path)
        return dict(match.params) if match else None

    assert found("/a/b%2Fc") == {"x": "b/c"}
    assert found("/api/a/b") == {"x": "b"}
    assert found("/a/b%2Fc/move/d%2Fe") == {"x": "b/c", "y": "d/e"}
    assert found("/%61") == {}
    assert found("/r/1/2/3%2F4") == {"x": "1", "rest": "2/3/4"}
    assert found("/r/1/") == {"x": "1", "rest": ""}
    assert [found(path) for path in ("/a/", "/a/b/c", "/b", "/r/1", "/api/api/a", "", "//a")] == [None] * 7
    assert len(table.paths()) == 8


def test_compression_is_for_those_who_ask(serve) -> None:
    client: Client = serve(compress=True).client
    plain = client.get("/object_info")
    packed = client.get("/object_info", Accept_Encoding="gzip, br")
    assert packed["content-encoding"] == "gzip"
    assert packed["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == plain.body
    assert plain["content-encoding"] is None
    assert client.get("/", Accept_Encoding="gzip")["content-encoding"] is None
    assert client("HEAD", "/object_info", headers={"Accept-Encoding": "gzip"}).status == 200
    assert client.get("/view?filename=x", Accept_Encoding="gzip").status == 404


def test_without_the_flag_nothing_is_compressed(serve) -> None:
    assert serve().client.get("/object_info", Accept_Encoding="gzip")["content-encoding"] is None


def test_the_log_book_keeps_the_last_lines() -> None:
    book = LogBook()
    heard = []
    book.listen(heard.append)
    logger = logging.Logger("x")  # noqa: LOG001 - one that nobody else has
    logger.addHandler(book)
    for number in range(400):
        logger.warning("line %d", number)
    logger.warning("%d", "no number")
    assert len(book.entries) == 300
    assert book.entries[-1]["m"] == "line 399\n"
    assert len(heard) == 400
    book.listen(None)
    book.write("quiet")
    assert len(heard) == 400


def test_packages_are_found_without_importing_them() -> None:
    import sys

    found = Packages.find(None)
    assert found.editor is None or (found.editor / "index.html").is_file()
    assert not [name for name in sys.modules if name.startswith("comfyui_")]
    assert installed("no-such-package") is None
    assert installed("starlette")


def test_our_own_page_where_no_editor_is(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dgx_pixels.server.packages._folder", lambda *_: None)
    client = serve().client
    page = client.get("/")
    assert "/v1/openapi.json" in page.text
    assert page["content-security-policy"].startswith("default-src 'none'")
    assert client.get("/assets/x.js").status == 404
    assert client.get("/extensions").json() == []
