"""What the tests of this room work with, and what they ask of it."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from dgx_pixels.core.server_settings import ServerSettings
from dgx_pixels.jobs.hub import Hub, Subscription
from dgx_pixels.jobs.job import NewJob
from dgx_pixels.jobs.writer import JobStore
from dgx_pixels.worker.supervisor import Supervisor

CLIENT = "client"
HOURS = float(os.environ.get("DGX_PIXELS_TORTURE_HOURS", "0"))
MOST_LAG = 0.05 if HOURS else 0.5
"""Seconds that the loop may stand still: the promise, which the long form has a quiet machine for."""


def times(short: int, per_hour: int) -> int:
    """How often to do something: a few times, or as often as an hour of torture has it."""
    return max(short, int(HOURS * per_hour))


@dataclass
class Works:
    home: Path
    settings: ServerSettings
    store: JobStore
    hub: Hub
    supervisor: Supervisor
    subscription: Subscription
    lines: list[str]
    heard: list[tuple[str, Any]] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    async def open(cls, home: Path, catalogue: str = "crew_nodes:registry", **settings: Any) -> Self:
        made = ServerSettings(home=home, device="cpu", **settings)
        made.inputs.mkdir(parents=True, exist_ok=True)
        store = await JobStore.open(home / "jobs.sqlite3", outputs=made.outputs, max_queue=made.max_queue)
        hub, lines = Hub(), []
        supervisor = Supervisor(made, store, hub, on_line=lines.append, catalogue=catalogue, torch=False)
        works = cls(home, made, store, hub, supervisor, hub.subscribe(CLIENT), lines)
        await supervisor.start()
        works.tasks = [asyncio.create_task(works._listen()), asyncio.create_task(works._measure())]
        return works

    async def close(self, grace: float = 0.0) -> None:
        await self.supervisor.stop(grace)
        await self.store.close()
        self.subscription.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _listen(self) -> None:
        async for envelope in self.subscription:
            event = envelope.event
            self.heard.append((getattr(event, "type", type(event).__name__), getattr(event, "data", event)))

    async def _measure(self) -> None:
        """How late the loop is: what a request would wait."""
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(0.01)
            self.lags.append(time.perf_counter() - begin - 0.01)

    async def submit(self, prompt: dict[str, Any], job_id: str, client: str | None = CLIENT, **more: Any) -> None:
        ids = [
            node for node, entry in prompt.items() if entry["class_type"] in {"Save", "Misbehave", "Secret", "Chatter"}
        ]
        extra = {"client_id": client, **more}
        number = self.store.next_number()
        await self.store.submit(NewJob(job_id, prompt, extra, ids, number, None, client))
        self.supervisor.queue_changed()

    async def until(self, condition: Callable[[], Any], seconds: float = 20.0) -> float:
        """Seconds until it is so."""
        begin = time.monotonic()
        while not condition():
            if time.monotonic() - begin > seconds:
                raise AssertionError(f"not within {seconds} s; {self.supervisor.status}; {self.lines[-20:]}")
            await asyncio.sleep(0.005)
        return time.monotonic() - begin

    async def ended(self, job_id: str, seconds: float = 20.0) -> dict[str, Any]:
        """The history record of a job, as soon as there is one."""
        end = time.monotonic() + seconds
        while not (found := await self.store.history_one(job_id)):
            if time.monotonic() > end:
                raise AssertionError(f"{job_id} has not ended; {self.supervisor.status}; {self.lines[-20:]}")
            await asyncio.sleep(0.01)
        return found[job_id]

    async def run(self, prompt: dict[str, Any], job_id: str, seconds: float = 20.0) -> dict[str, Any]:
        await self.submit(prompt, job_id)
        return await self.ended(job_id, seconds)

    def busy(self) -> bool:
        """Whether a job runs."""
        return self.supervisor.status.running is not None

    def events(self, job_id: str) -> list[str]:
        """Types of the events heard of a job."""
        return [kind for kind, data in self.heard if isinstance(data, dict) and data.get("prompt_id") == job_id]

    def files(self) -> list[str]:
        """Names of the published files."""
        return sorted(str(path.relative_to(self.settings.outputs)) for path in self.settings.outputs.glob("[!.]*"))

    def staged(self) -> list[str]:
        """Names of what lies in the staging folder."""
        return [path.name for path in (self.settings.outputs / ".staging").iterdir() if path.name != ".lock"]


def save(text: str, prefix: str = "out", count: int = 1) -> dict[str, Any]:
    return {"9": {"class_type": "Save", "inputs": {"text": text, "prefix": prefix, "count": count}}}


def wait_and_save(seconds: float, prefix: str) -> dict[str, Any]:
    return {
        "1": {"class_type": "Wait", "inputs": {"seconds": seconds}},
        "9": {"class_type": "Save", "inputs": {"text": "t", "prefix": prefix, "after": ["1", 0]}},
    }


def misbehave(how: str) -> dict[str, Any]:
    return {"1": {"class_type": "Misbehave", "inputs": {"how": how}}}
