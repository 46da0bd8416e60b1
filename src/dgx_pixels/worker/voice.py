"""Tells listeners what happens, in the words of ComfyUI's messages. Who hears what is the hub's business."""

from typing import Any, Literal

from dgx_pixels.graph.events import Event, PreviewEvent, TextEvent
from dgx_pixels.jobs.hub import Hub
from dgx_pixels.jobs.job import Job
from dgx_pixels.jobs.writer import JobStore
from dgx_pixels.worker.frames import Emitted, Said, Sent, Shown
from dgx_pixels.worker.news import News


class Voice:
    """Speaks to the hub."""

    def __init__(self, store: JobStore, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._news = News(self._remaining, self._status)

    async def keep_talking(self) -> None:
        """For as long as it runs, be silent towards nobody who waits for a job."""
        await self._news.keep_talking()

    def queue_changed(self) -> None:
        """Another number of jobs waits or runs."""
        self._news.changed()

    def run_event(self, job: Job, event: Emitted) -> None:
        """A run is further."""
        self._hub.publish(Event(event.type, event.data), client_id=job.client_id)

    def preview(self, job: Job, shown: Shown) -> None:
        """A picture of something half done, or one that is a result without a file."""
        kind: Literal["JPEG", "PNG"] = "PNG" if shown.format == "PNG" else "JPEG"
        event = PreviewEvent(
            image=shown.image,
            format=kind,
            node_id=shown.node_id,
            display_node_id=shown.display_node_id,
            parent_node_id=shown.parent_node_id,
            real_node_id=shown.real_node_id,
            prompt_id=job.id,
        )
        self._hub.publish(event, client_id=job.client_id)

    def text(self, job: Job, said: Said) -> None:
        """A node shows text."""
        self._hub.publish(TextEvent(said.node_id, said.text), client_id=job.client_id)

    def pack_event(self, sent: Sent) -> None:
        """A node pack tells its own part in the editor something."""
        self._hub.publish(Event(sent.type, sent.data), client_id=sent.client)

    def end(self, job: Job, final: tuple[str, dict[str, Any]]) -> None:
        """A job ended, and the history has it."""
        self._hub.publish(Event(*final), client_id=job.client_id)
        self._news.changed()
        self._hub.publish(Event("executing", {"node": None, "prompt_id": job.id}), client_id=job.client_id)

    def _remaining(self) -> int:
        return sum(self._store.counts())

    def _status(self, remaining: int) -> None:
        self._hub.publish(Event("status", {"status": {"exec_info": {"queue_remaining": remaining}}}), client_id=None)
