"""The WebSocket: greetings, flags, audiences, binary frames, and clients that misbehave."""

import asyncio
import json
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from served import GRAPH, InProcess, hours, raise_file_limit
from sockets import RefusedError, WebSocket, frame

from dgx_pixels.core.limits import SOCKET_BURST
from dgx_pixels.graph.events import Event, PreviewEvent, TextEvent
from dgx_pixels.jobs.job import NewJob
from dgx_pixels.worker.running import RunningJob

JPEG = PreviewEvent(
    image=b"\xff\xd8picture", format="JPEG", node_id="3", display_node_id="3", parent_node_id=None, real_node_id="3",
    prompt_id="p",
)  # fmt: skip
FLAGS = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})


@pytest.fixture
def ws(server: InProcess) -> Iterator[Callable[..., WebSocket]]:
    """Open sockets that are greeted already."""
    sockets: list[WebSocket] = []

    def start(client: str = "c", *, flags: bool = False) -> WebSocket:
        made = WebSocket(server.port, f"/ws?clientId={client}")
        sockets.append(made)
        assert made.told()["type"] == "status"
        if flags:
            made.send(FLAGS)
            assert made.told()["type"] == "feature_flags"
        return made

    yield start
    for each in sockets:
        each.close()


def publish(server: InProcess, event: object, client: str | None) -> None:
    async def now() -> None:
        server.parts.hub.publish(event, client_id=client)

    server.call(now())


@pytest.mark.parametrize("path", ["/ws", "/api/ws"])
def test_the_first_message_names_the_client(server: InProcess, path: str) -> None:
    with WebSocket(server.port, path + "?clientId=me") as ws:
        text = ws.recv()
        assert text.startswith('{"type": "status", "data": ')
        data = json.loads(text)["data"]
        assert data["sid"] == "me"
        assert data["status"] == {"exec_info": {"queue_remaining": 0}}


def test_a_client_without_an_id_gets_one(server: InProcess) -> None:
    with WebSocket(server.port, "/ws") as one, WebSocket(server.port, "/ws?clientId=") as two:
        ids = [ws.told()["data"]["sid"] for ws in (one, two)]
    assert all(len(each) == 32 and int(each, 16) for each in ids)
    assert ids[0] != ids[1]


def test_features_are_agreed_on_in_the_first_message_only(ws) -> None:
    early = ws()
    early.send(FLAGS)
    answer = early.told()
    assert answer == {
        "type": "feature_flags",
        "data": {"supports_preview_metadata": True, "max_upload_size": 104857600},
    }
    late = ws()
    late.send("something else")
    late.send(FLAGS)
    assert late.silent()


def test_previews_come_as_the_client_understands_them(server: InProcess, ws) -> None:
    plain, rich = ws(), ws(flags=True)
    publish(server, JPEG, "c")
    frame = plain.recv()
    assert struct.unpack(">II", frame[:8]) == (1, 1)
    assert frame[8:] == JPEG.image
    frame = rich.recv()
    kind, length = struct.unpack(">II", frame[:8])
    assert kind == 4
    assert json.loads(frame[8 : 8 + length]) == {
        "node_id": "3", "prompt_id": "p", "display_node_id": "3", "parent_node_id": None, "real_node_id": "3",
        "image_type": "image/jpeg",
    }  # fmt: skip
    assert frame[8 + length :] == JPEG.image


def test_a_flag_that_is_not_true_is_none(server: InProcess, ws) -> None:
    listener = ws()
    listener.send(json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": 1}}))
    listener.told()
    publish(server, JPEG, "c")
    assert struct.unpack(">I", listener.recv()[:4]) == (1,)


def test_texts_of_nodes(server: InProcess, ws) -> None:
    listener = ws()
    publish(server, TextEvent("né", "größe"), "c")
    node = "né".encode()
    assert listener.recv() == struct.pack(">II", 3, len(node)) + node + "größe".encode()


def test_who_hears_what(server: InProcess, ws) -> None:
    mine, other = ws("mine"), ws("other")
    publish(server, Event("executed", {"prompt_id": "p"}), "mine")
    publish(server, Event("executing", {"node": "1"}), None)
    publish(server, Event("progress", {"value": 1}), None)
    assert mine.told()["type"] == "executed"
    assert mine.told()["type"] == "progress"
    assert other.told() == {"type": "progress", "data": {"value": 1}}


def test_two_sockets_may_share_a_client(server: InProcess, ws) -> None:
    one, two = ws("shared"), ws("shared")
    publish(server, Event("executed", {"n": 1}), "shared")
    assert one.told() == two.told()
    two.close()
    publish(server, Event("executed", {"n": 2}), "shared")
    assert one.told()["data"] == {"n": 2}


def test_a_change_of_the_queue_is_told_to_all(server: InProcess, ws) -> None:
    listener = ws("anyone")
    job = server.client.post("/prompt", {"prompt": GRAPH}).json()["prompt_id"]
    assert listener.told() == {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 1}}}}
    server.client.post("/queue", {"delete": [job]})
    assert listener.told()["data"]["status"]["exec_info"]["queue_remaining"] == 0


def test_a_client_that_comes_back_learns_where_its_prompt_is(serve) -> None:
    server = serve()
    store, supervisor = server.parts.state.store, server.parts.supervisor
    server.call(store.submit(NewJob("p", GRAPH, {}, ["2"], 0, None, "owner")))
    job = server.call(store.claim())

    async def begin() -> None:  # the dispatcher's record of a run while the worker is at work on node 1
        running = RunningJob(job, 1, asyncio.get_running_loop().create_future())
        running.display_node = "1"
        supervisor._dispatcher._job = running

    server.call(begin())
    with WebSocket(server.port, "/ws?clientId=owner") as ws:
        assert ws.told()["type"] == "status"
        assert ws.told() == {"type": "executing", "data": {"node": "1"}}
    with WebSocket(server.port, "/ws?clientId=other") as ws:
        ws.told()
        assert ws.silent()
    supervisor._dispatcher._job.display_node = None  # between two nodes, where `"node": null` would mean the end
    with WebSocket(server.port, "/ws?clientId=owner") as ws:
        ws.told()
        assert ws.silent()


def test_log_lines_go_to_who_asked(server: InProcess, ws) -> None:
    reader, other = ws("reader"), ws("other")
    assert server.client("PATCH", "/internal/logs/subscribe", {"clientId": "reader", "enabled": True}).status == 200
    server.parts.state.logs.write("hello")
    message = reader.told()
    assert (message["type"], message["data"]["entries"][-1]["m"]) == ("logs", "hello\n")
    server.client("PATCH", "/internal/logs/subscribe", {"clientId": "reader", "enabled": False})
    server.parts.state.logs.write("hello again")
    for each in (reader, other):
        assert each.silent()


def test_no_other_path_opens_a_socket(server: InProcess) -> None:
    with pytest.raises(RefusedError) as refused:
        WebSocket(server.port, "/prompt")
    assert refused.value.status == 404


HOSTILE = {
    "a message of 10 MB": frame(1, b"x" * 10 * 2**20),
    "a header that promises 1 GB": b"\x81\xff" + struct.pack(">Q", 2**30) + b"\0\0\0\0",
    "no mask": frame(1, b"hello", masked=False),
    "no UTF-8": frame(1, b"\xff\xff"),
    "an opcode that is none": frame(5, b"x"),
    "reserved bits": bytes([0xF1, 0x80]) + b"\0\0\0\0",
    "a fragment of nothing": frame(0, b"x"),
    "a control frame in pieces": frame(9, b"x", final=False),
    "a long control frame": frame(9, b"x" * 200),
    "fragments without end": frame(1, b"x" * 60_000, final=False) + frame(0, b"x" * 60_000, final=False) * 40,
    "a flood of messages": frame(1, b"{}") * (4 * SOCKET_BURST),
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_a_client_that_misbehaves_is_cut(server: InProcess, ws, sent: bytes) -> None:
    healthy = ws("healthy")
    with WebSocket(server.port, "/ws?clientId=hostile") as made:
        with suppress(ConnectionResetError, BrokenPipeError):
            made.socket.sendall(sent)
        assert made.ends()
    publish(server, Event("executed", {}), "healthy")
    assert healthy.told()["type"] == "executed"


def test_harmless_nonsense_is_borne(server: InProcess, ws) -> None:
    listener = ws()
    for text in ("", "{", "[]", "null", '{"type": 5}', '{"type": "feature_flags", "data": 5}', "[" * 9999):
        listener.send(text)
    listener.send(b"\0\1")
    publish(server, Event("executed", {}), "c")
    assert listener.told()["type"] == "executed"


def test_a_flood_of_pings_that_nobody_reads_the_answers_to_ends(server: InProcess) -> None:
    made = WebSocket(server.port, "/ws?clientId=pinger", lazy=True)
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        made.socket.sendall(frame(9, b"x" * 125) * 400_000)
    made.close()


def test_dead_sockets_hurt_only_themselves(serve) -> None:
    """Row 11: 20 that never read, 50 idle, one healthy, 50 previews of 100 KB a second; 200 and 1,000 in the long form.

    Clients and server share an interpreter, so the long form is granted more than the 50 ms promised.
    """
    raise_file_limit(4000)
    server = serve()
    picture = PreviewEvent(
        image=b"x" * 100_000, format="JPEG", node_id="1", display_node_id="1", parent_node_id=None, real_node_id="1",
        prompt_id="p",
    )  # fmt: skip
    idle = [WebSocket(server.port, f"/ws?clientId=idle{i}") for i in range(1000 if hours() else 50)]
    dead = [WebSocket(server.port, lazy=True) for _ in range(200 if hours() else 20)]
    healthy = WebSocket(server.port)
    try:
        delays = sorted(delay_of(server, picture, number, healthy) for number in range(300))
        print(f"p99 {delays[297] * 1e3:.0f} ms")  # noqa: T201
        assert delays[297] < (0.2 if hours() else 0.05)
        assert all(each.ends() for each in dead)
    finally:
        for each in [*idle, *dead, healthy]:
            each.close()


def delay_of(server: InProcess, picture: PreviewEvent, number: int, healthy: WebSocket) -> float:
    """How long an event takes that comes behind a picture."""
    began = time.perf_counter()
    publish(server, picture, "c")
    publish(server, Event("executed", {"number": number}), "c")
    while True:
        message = healthy.recv()
        if isinstance(message, str) and '"executed"' in message:
            break
    assert json.loads(message)["data"] == {"number": number}
    delay = time.perf_counter() - began
    time.sleep(max(0.0, 0.02 - delay))
    return delay
