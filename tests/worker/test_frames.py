"""Messages cross whole or not at all; what a mad worker writes is an error, never something else."""

import json
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.core.limits import MAX_WORKER_PICTURE_BYTES
from dgx_pixels.worker.frames import (
    Answer,
    Beat,
    Done,
    Emitted,
    FrameError,
    FrameReader,
    Ready,
    Run,
    Sent,
    Shown,
    Staged,
    encode,
)

LIMIT = 2**20
MESSAGES = [
    Run(3, "id", '{"1": {"text": "ä\\ud800"}}', "{}", {"api_key": "s"}, ["1", "\ud800"]),
    Ready(None),
    Ready({"name": "cpu"}),
    Beat(7, 3.0),
    Emitted(3, "progress", {"value": 1, "nan": float("inf")}),
    Shown(3, "JPEG", "5", "m", None, "5", bytes(range(256))),
    Shown(3, "PNG", "5", "5", None, "5", b""),
    Sent("pack.event", ["anything", None, 1.5], None),
    Staged(3, "a_00001_.png", "sub", "output", "f00", 10, "00" * 32),
    Done(3, "success", completed=True, messages=[["execution_start", {}]], outputs={"9": {}}, meta={}),
    Answer(1, "nodes", {"A": {}}, last=False, error=None),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_message_arrives_as_it_was(message) -> None:
    assert list(FrameReader(LIMIT).feed(encode(message, LIMIT))) == [message]


@given(st.lists(st.sampled_from(MESSAGES), max_size=8), st.data())
def test_messages_arrive_in_whatever_pieces(messages, data) -> None:
    wire = b"".join(encode(message, LIMIT) for message in messages)
    reader, arrived = FrameReader(LIMIT), []
    while wire:
        cut = data.draw(st.integers(1, len(wire)))
        arrived += reader.feed(wire[:cut])
        wire = wire[cut:]
    assert arrived == messages


def frame(body: bytes, image: bytes = b"") -> bytes:
    return struct.pack("!II", len(body), len(image)) + body + image


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"3",
        b"[]",
        b"null",
        b'["Beat"]',
        b'["Beat", 3]',
        b'["Nothing", {}]',
        b'[["Beat"], {}]',
        b'["Beat", {}]',
        b'["Beat", {"steps": 1}]',
        b'["Beat", {"steps": "1", "patience": 3}]',
        b'["Beat", {"steps": 1, "patience": 3, "more": 1}]',
        b'["Beat", {"steps": 1, "more": 3}]',
        b'["Done", {"run": 1, "status_str": "success", "completed": 1, "messages": [], "outputs": {}, "meta": {}}]',
        b'["Emitted", {"run": 1, "type": "x", "data": []}]',
        b'["Answer", {"question": 1, "field": "a", "part": {}, "last": true, "error": 3}]',
        b"[" * 100_000,
    ],
)
def test_what_is_no_message_is_an_error(body: bytes) -> None:
    with pytest.raises(FrameError):
        list(FrameReader(LIMIT).feed(frame(body)))


def test_picture_where_none_belongs_is_an_error() -> None:
    with pytest.raises(FrameError):
        list(FrameReader(LIMIT).feed(frame(b'["Beat", {"steps": 1, "patience": 3}]', b"picture")))


def test_limit_holds_before_anything_is_read() -> None:
    for size, picture in ((LIMIT + 1, 0), (1, MAX_WORKER_PICTURE_BYTES + 1)):
        with pytest.raises(FrameError, match="over the limit"):
            list(FrameReader(LIMIT).feed(struct.pack("!II", size, picture)))
    with pytest.raises(FrameError, match="over the limit"):
        encode(Emitted(1, "executed", {"output": "x" * LIMIT}), LIMIT)


def test_pictures_have_a_limit_of_their_own() -> None:
    shown = Shown(3, "PNG", "5", "5", None, "5", bytes(5 * LIMIT))
    assert list(FrameReader(LIMIT).feed(encode(shown, LIMIT))) == [shown]


def test_messages_before_the_broken_one_still_count() -> None:
    arrived = []
    with pytest.raises(FrameError):
        arrived.extend(message for message in FrameReader(LIMIT).feed(encode(Beat(1, 3.0), LIMIT) + frame(b"no")))
    assert arrived == [Beat(1, 3.0)]


@given(st.binary(max_size=64))
def test_noise_is_an_error_or_waits_for_more(noise: bytes) -> None:
    reader = FrameReader(LIMIT)
    try:
        assert list(reader.feed(noise)) == []
    except FrameError:
        return
    assert len(reader._waiting) == len(noise)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda deeper: st.lists(deeper) | st.dictionaries(st.text(), deeper)
    )
)
def test_fields_of_any_json_never_pass_as_what_they_are_not(value) -> None:
    body = json.dumps(
        [
            "Staged",
            {"run": 1, "filename": value, "subfolder": "", "type": "output", "staged": "x", "size": 1, "sha256": ""},
        ]
    )
    try:
        (message,) = FrameReader(LIMIT).feed(frame(body.encode("utf-8", "surrogatepass")))
    except FrameError:
        assert not isinstance(value, str)
    else:
        assert message.filename == value


def test_what_json_cannot_hold_is_told_as_text_or_refused() -> None:
    (message,) = FrameReader(LIMIT).feed(encode(Emitted(1, "executed", {"output": {"path": os}}), LIMIT))
    assert "module 'os'" in message.data["output"]["path"]
    loop: dict = {}
    loop["again"] = loop
    with pytest.raises(FrameError, match="cannot be written"):
        encode(Emitted(1, "executed", loop), LIMIT)
