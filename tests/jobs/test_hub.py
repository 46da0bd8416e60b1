"""Who gets which event, and what happens to a listener that does not keep up."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest

from dgx_pixels.core.limits import SUBSCRIBER_BEHIND_EVENTS, SUBSCRIBER_BYTES
from dgx_pixels.jobs import hub as hub_module
from dgx_pixels.jobs.hub import Hub, Subscription


@dataclass
class Event:
    type: str
    data: Any


@dataclass
class Picture:
    image: bytes
    prompt_id: str = "p"
    format: str = "JPEG"


@dataclass
class Text:
    node_id: str
    text: str


async def taken(subscription: Subscription) -> list[Any]:
    """Everything that waits."""
    return [(await anext(subscription)).event for _ in range(subscription.waiting)]


ONE_CLIENT = ("execution_start", "execution_cached", "executing", "executed", "execution_success", "execution_error")
OR_ALL = ("progress", "progress_state", "execution_interrupted", "my-pack.event")


@pytest.mark.parametrize("kind", [*ONE_CLIENT, *OR_ALL])
async def test_the_events_of_a_prompt_go_to_its_client(kind: str) -> None:
    hub = Hub()
    mine, other = hub.subscribe("mine"), hub.subscribe("other")
    hub.publish(Event(kind, {}), client_id="mine")
    hub.publish(Event(kind, {}), client_id="gone")
    assert (mine.waiting, other.waiting) == (1, 0)


@pytest.mark.parametrize("kind", ONE_CLIENT)
async def test_without_a_client_most_events_go_to_nobody(kind: str) -> None:
    hub = Hub()
    listener = hub.subscribe("a")
    hub.publish(Event(kind, {}), client_id=None)
    assert listener.waiting == 0


@pytest.mark.parametrize("event", [*[Event(kind, {}) for kind in OR_ALL], Picture(b"x"), Text("1", "x")])
async def test_without_a_client_progress_and_the_unknown_go_to_all(event: Any) -> None:
    hub = Hub()
    listeners = [hub.subscribe(name) for name in "ab"]
    hub.publish(event, client_id=None)
    assert [listener.waiting for listener in listeners] == [1, 1]


@pytest.mark.parametrize("client_id", ["a", "gone", None])
async def test_the_status_goes_to_all(client_id: str | None) -> None:
    hub = Hub()
    listeners = [hub.subscribe(name) for name in "ab"]
    hub.publish(Event("status", {}), client_id=client_id)
    assert [listener.waiting for listener in listeners] == [1, 1]


async def test_two_sockets_of_a_client_both_get_its_events_also_after_one_left() -> None:
    hub = Hub()
    first, second = hub.subscribe("a"), hub.subscribe("a")
    hub.publish(Event("executed", 1), client_id="a")
    assert (first.waiting, second.waiting) == (1, 1)
    first.close()
    hub.publish(Event("executed", 2), client_id="a")
    assert [event.data for event in await taken(second)] == [1, 2]
    second.close()
    assert len(hub) == 0
    hub.publish(Event("executed", 3), client_id="a")


async def test_events_come_in_order_and_wake_the_listener() -> None:
    hub = Hub()
    listener = hub.subscribe("a")

    async def listen() -> list[int]:
        return [envelope.event.data async for envelope in listener]

    task = asyncio.create_task(listen())
    for number in range(100):
        hub.publish(Event("executed", number), client_id="a")
        if number % 7 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    listener.close()
    assert await task == list(range(100))


async def test_the_text_of_a_message_begins_with_its_type_and_is_made_once() -> None:
    hub = Hub()
    first, second = hub.subscribe("a"), hub.subscribe("a")
    hub.publish(Event("executed", {"node": "é"}), client_id="a")
    one, two = await anext(first), await anext(second)
    assert one is two
    assert one.text == '{"type": "executed", "data": {"node": "\\u00e9"}}'
    hub.publish(Picture(b"x"), client_id="a")
    assert (await anext(first)).text is None


async def test_a_listener_that_keeps_up_gets_all_progress() -> None:
    hub = Hub()
    listener = hub.subscribe("a")
    for number in range(SUBSCRIBER_BEHIND_EVENTS // 2):
        hub.publish(Event("progress", {"value": number, "prompt_id": "p"}), client_id="a")
    assert [event.data["value"] for event in await taken(listener)] == list(range(SUBSCRIBER_BEHIND_EVENTS // 2))


async def test_one_that_is_behind_gets_the_newest_progress_of_each_prompt_and_every_end() -> None:
    hub = Hub()
    listener = hub.subscribe("a")
    for number in range(3000):
        for prompt in ("p", "q"):
            for kind in ("progress", "progress_state"):
                hub.publish(Event(kind, {"value": number, "prompt_id": prompt}), client_id="a")
        hub.publish(Picture(bytes(1000), "p"), client_id="a")
        if number % 100 == 0:
            hub.publish(Event("executed", {"node": number, "prompt_id": "p"}), client_id="a")
    hub.publish(Event("execution_success", {"prompt_id": "p"}), client_id="a")
    assert listener.waiting < SUBSCRIBER_BEHIND_EVENTS + 40
    events = await taken(listener)
    messages = [event for event in events if isinstance(event, Event)]
    assert [m.data["node"] for m in messages if m.type == "executed"] == list(range(0, 3000, 100))
    assert messages[-1].type == "execution_success"
    newest = {(m.type, m.data["prompt_id"]): m.data["value"] for m in messages if "value" in m.data}
    assert set(newest.values()) == {2999}
    assert len(newest) == 4
    hub.publish(Event("progress", {"value": 0, "prompt_id": "p"}), client_id="a")
    hub.publish(Event("progress", {"value": 1, "prompt_id": "p"}), client_id="a")
    assert len(await taken(listener)) == 2, "and all of it once it has caught up"


async def test_previews_wait_in_little_memory() -> None:
    hub = Hub()
    listener = hub.subscribe("a")
    for _ in range(1000):
        hub.publish(Picture(bytes(100_000)), client_id="a")
    assert sum(len(event.image) for event in await taken(listener)) < SUBSCRIBER_BYTES


async def test_pictures_that_are_results_all_arrive() -> None:
    hub = Hub()
    listener = hub.subscribe("a")
    for number in range(8):
        hub.publish(Picture(bytes(2**20) + bytes([number]), format="PNG"), client_id="a")
    assert [event.image[-1] for event in await taken(listener)] == list(range(8))
    for _ in range(100):
        hub.publish(Picture(bytes(2**20), format="PNG"), client_id="a")
    assert listener.closed_because == "too much waits for it"


async def test_one_event_may_be_larger_than_all_others_together() -> None:
    hub = Hub()
    listener = hub.subscribe("a")
    for size in (100, 3 * SUBSCRIBER_BYTES, 100):
        hub.publish(Event("executed", {"text": "x" * size}), client_id="a")
    assert [len(event.data["text"]) for event in await taken(listener)] == [100, 3 * SUBSCRIBER_BYTES, 100]
    for _ in range(2):
        hub.publish(Event("executed", {"text": "x" * 3 * SUBSCRIBER_BYTES}), client_id="a")
    assert listener.closed_because == "too much waits for it"


async def test_one_for_whom_too_much_waits_is_closed_and_the_others_are_not() -> None:
    hub = Hub()
    slow, quick = hub.subscribe("a"), hub.subscribe("a")
    got = 0
    for number in range(3000):
        hub.publish(Event("executed", {"text": "x" * 1000, "number": number}), client_id="a")
        got += len(await taken(quick))
    assert slow.closed_because == "too much waits for it"
    assert (got, quick.closed_because, len(hub)) == (3000, None, 1)
    await asyncio.wait_for(slow.wait_closed(), 1)
    with pytest.raises(StopAsyncIteration):
        await anext(slow)


async def test_one_that_takes_nothing_for_long_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "SOCKET_STALL_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "_SWEEP_SECONDS", 0.02)
    hub = Hub()
    stuck, idle, lively = hub.subscribe("stuck"), hub.subscribe("idle"), hub.subscribe("lively")
    hub.publish(Event("executed", 1), client_id="stuck")
    begin = time.monotonic()
    while stuck.closed_because is None and time.monotonic() - begin < 5:
        hub.publish(Event("executed", 1), client_id="lively")
        hub.publish(Event("executed", 1), client_id="stuck")
        await taken(lively)
        await asyncio.sleep(0.01)
    assert stuck.closed_because == "it does not read"
    assert (idle.closed_because, lively.closed_because) == (None, None)


async def test_closing_wakes_whoever_listens() -> None:
    hub = Hub()
    listener = hub.subscribe("a")
    task = asyncio.create_task(anext(listener, None))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    listener.close("gone")
    assert await task is None
    listener.close("again")
    assert listener.closed_because == "gone"


async def test_a_server_that_stops_lets_listeners_take_what_waits() -> None:
    hub = Hub()
    listener, stuck = hub.subscribe("a"), hub.subscribe("a")

    async def listen() -> list[int]:
        return [envelope.event.data async for envelope in listener]

    task = asyncio.create_task(listen())
    for number in range(50):
        hub.publish(Event("executed", number), client_id="a")
    await hub.drain(0.1)
    assert await task == list(range(50))
    assert stuck.closed_because == "the server stops"


async def test_a_listener_may_leave_while_it_is_told() -> None:
    hub = Hub()
    listeners = [hub.subscribe("a") for _ in range(3)]

    for number in range(20_000):
        hub.publish(Event("executed", "x" * 100), client_id="a")
        if number == 100:
            listeners[0].close()
    assert [listener.closed_because is not None for listener in listeners] == [True] * 3
    assert len(hub) == 0


async def test_many_sockets_are_told_quickly() -> None:
    hub = Hub()
    listeners = [hub.subscribe(str(number)) for number in range(1200)]
    begin = time.perf_counter()
    for _ in range(20):
        hub.publish(Event("status", {"status": {"exec_info": {"queue_remaining": 1}}}), client_id=None)
        hub.publish(Picture(bytes(100_000)), client_id=None)
    assert (time.perf_counter() - begin) / 20 < 0.25
    assert json.loads((await anext(listeners[-1])).text or "")["type"] == "status"
