"""What answers and frames mean, without a server."""

import json
import struct
from typing import Any

import pytest

from dgx_pixels.client import AnswerError, BusyError, Preview, Result, WaitTimeoutError
from dgx_pixels.client.messages import NodeStarted, OutputFile, Queued
from dgx_pixels.client.protocol import QUIET, Watch, base_url, check, read_frame, socket_url


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), (None, 1.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 1.0)])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_says_when_to_come_back(status: int, header: str | None, seconds: float) -> None:
    body = json.dumps({"error": {"type": "queue_full", "message": "too many"}, "node_errors": {}}).encode()
    with pytest.raises(BusyError, match=f"{status}: too many") as caught:
        check(status, body, {"retry-after": header} if header else {})
    assert caught.value.retry_after == seconds


def test_other_refusals_keep_what_they_say() -> None:
    with pytest.raises(AnswerError, match="the server answered 403: not so"):
        check(403, b"not\nso", {"content-type": "text/plain; charset=utf-8"})
    with pytest.raises(AnswerError, match="the server answered 500: broken"):
        check(500, b'{"error": "broken"}', {"content-type": "application/json"})
    with pytest.raises(AnswerError, match=r"the server answered 502$"):
        check(502, b"<html>", {"content-type": "text/html"})
    assert check(200, b"x", {}) == b"x"


def frame(about: dict[str, Any], image: bytes) -> bytes:
    head = json.dumps(about).encode()
    return struct.pack(">II", 4, len(head)) + head + image


def test_pictures_of_other_jobs_are_none_of_ours() -> None:
    assert read_frame(frame({"prompt_id": "a", "image_type": "image/png"}, b"x"), "a") == Preview("png", b"x")
    assert read_frame(frame({"prompt_id": "b", "image_type": "image/png"}, b"x"), "a") is None
    assert read_frame(struct.pack(">II", 1, 1) + b"x", "a") == Preview("jpeg", b"x")
    assert read_frame(struct.pack(">II", 3, 1) + b"9text", "a") is None


def test_messages_of_other_jobs_are_none_of_ours() -> None:
    executing = {"type": "executing", "data": {"node": "3", "prompt_id": "a"}}
    assert read_frame(json.dumps(executing), "a") == NodeStarted("3")
    assert read_frame(json.dumps(executing), "b") is None
    assert read_frame(json.dumps({"type": "crystools.monitor", "data": {}}), "a") is None
    status = {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 2}}, "sid": "c"}}
    assert read_frame(json.dumps(status), "a") == Queued(2)


def test_a_job_is_asked_after_when_only_others_are_heard() -> None:
    watch = Watch("a", None, now=0.0)
    assert watch.patience(0.5) == QUIET - 0.5
    watch.heard(Queued(3), 1.0)
    assert watch.must_ask(QUIET)
    assert not watch.must_ask(QUIET)
    watch.heard(NodeStarted("1"), QUIET + 1)
    assert not watch.must_ask(2 * QUIET)
    assert watch.must_ask(2 * QUIET + 1)


def test_a_deadline_ends_the_listening_also_in_a_stream_of_frames() -> None:
    watch = Watch("a", 5.0, now=0.0)
    watch.heard(NodeStarted("1"), 4.5)
    assert watch.patience(4.5) == 0.5
    with pytest.raises(WaitTimeoutError):
        watch.patience(5.0)


def test_files_of_a_result_are_whatever_has_a_name() -> None:
    outputs = {
        "9": {"images": [{"filename": "a.png", "subfolder": "s", "type": "temp"}], "animated": [False]},
        "7": {"text": ["said"], "gifs": [{"filename": "b.webp"}]},
    }
    result = Result("x", True, {"outputs": outputs})
    assert result.files == (OutputFile("a.png", "s", "temp", "9"), OutputFile("b.webp", "", "output", "7"))


def test_addresses() -> None:
    assert base_url("localhost:8188/") == "http://localhost:8188"
    assert base_url("https://host/below/") == "https://host/below"
    assert socket_url("https://host/below", "a b") == "wss://host/below/ws?clientId=a+b"
