"""``/api/jobs``: queue and history in one list, as the newest editor asks for them."""

from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.jobs.job import Job, JobSummary
from dgx_pixels.jobs.job import State as JobState
from dgx_pixels.server.replies import RefusedError, json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State

_WORDS: Final[dict[JobState, str]] = {
    "queued": "pending",
    "running": "in_progress",
    "done": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
}
_STATES: Final[dict[str, JobState]] = {word: state for state, word in _WORDS.items()}
_PER_PAGE: Final = 100
_MOST_PER_PAGE: Final = 1000
_MOST: Final = 2**53
_MEDIA: Final = ("images", "gifs", "video", "videos", "audio")


class Jobs:
    """Lists jobs."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Its routes, which exist under ``/api`` only."""
        return [Route("GET", "/api/jobs", self.page), Route("GET", "/api/jobs/{id}", self.one)]

    async def page(self, request: Request) -> ASGIApp:
        """A page of jobs, newest first."""
        query = request.query_params
        words = [word for word in query.get("status", "").split(",") if word]
        states: list[JobState] = [_STATES[word] for word in words if word in _STATES]
        limit, offset = _count(query.get("limit"), _PER_PAGE), _count(query.get("offset"), 0)
        if len(states) != len(words):
            return json_reply({"error": f"status is one of {', '.join(_STATES)}"}, 400)
        page = await self._state.store.jobs(states or None, min(limit, _MOST_PER_PAGE), offset)
        about = {"offset": offset, "limit": page.limit, "total": page.total, "has_more": page.has_more}
        return json_reply({"jobs": [summary(job) for job in page.jobs], "pagination": about})

    async def one(self, request: Request) -> ASGIApp:
        """A job with its graph and what came of it."""
        job = await self._state.store.job(request.path_params["id"])
        if job is None:
            return json_reply({"error": "Job not found"}, 404)
        record = job.record or {}
        workflow = {"prompt": job.prompt, "extra_data": job.extra_data}
        more = {"outputs": record.get("outputs", {}), "execution_status": record.get("status"), "workflow": workflow}
        return json_reply({**summary(job), **more})


def summary(job: Job | JobSummary) -> dict[str, Any]:
    """A job as the list has it."""
    record = job.record or {}
    outputs: dict[str, Any] = record.get("outputs") or {}
    files = _files(outputs)
    return {
        "id": job.id,
        "status": _WORDS[job.state],
        "priority": job.number,
        "create_time": job.create_ms,
        "execution_start_time": job.start_ms,
        "execution_end_time": job.end_ms,
        "outputs_count": len(files),
        "preview_output": next((f for f in files if f["type"] == "output"), files[0] if files else None),
        "workflow_id": job.workflow_id,
    }


def _files(outputs: dict[str, Any]) -> list[dict[str, Any]]:
    """Every file among the outputs, with the node it is of."""
    return [
        {**file, "nodeId": node_id, "mediaType": kind}
        for node_id, output in outputs.items()
        if isinstance(output, dict)
        for kind in _MEDIA
        for file in output.get(kind) or ()
        if isinstance(file, dict) and "filename" in file and "type" in file
    ]


def _count(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdecimal():
        raise RefusedError(400, "limit and offset are whole numbers from 0 on")
    return min(int(text[:20]), _MOST)
