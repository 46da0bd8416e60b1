"""``/prompt``: a graph is taken, or told what is wrong with it."""

import logging
import math
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

from dgx_pixels.core.errors import BusyError, DgxPixelsError, QueueFullError, StorageError, UsageError, WorkerError
from dgx_pixels.core.limits import BUSY_RETRY_SECONDS
from dgx_pixels.server.big_json import JsonError, check
from dgx_pixels.server.replies import json_reply
from dgx_pixels.server.routing import Route
from dgx_pixels.server.state import State
from dgx_pixels.server.submission import InvalidGraphError, Submission, TakenError, invalid, submit

log = logging.getLogger(__name__)


class Prompt:
    """Takes graphs."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Its routes."""
        return [Route("GET", "/prompt", self.remaining), Route("POST", "/prompt", self.post)]

    async def remaining(self, _request: Request) -> ASGIApp:
        """How many jobs wait and run."""
        counts = self._state.store.counts()
        return json_reply({"exec_info": {"queue_remaining": counts.queued + counts.running}})

    async def post(self, request: Request) -> ASGIApp:
        """Accept a graph, or say why not."""
        try:
            body = await self._rewritten(await self._state.bodies.json(request))
            accepted = await submit(self._state, self._submission(body, request.headers.get("idempotency-key")))
        except InvalidGraphError as error:
            return json_reply({"error": error.error, "node_errors": error.node_errors}, 400)
        except (UsageError, QueueFullError, BusyError, StorageError, WorkerError) as error:
            return _refused(error)
        job = accepted.job
        return json_reply({"prompt_id": job.id, "number": job.number, "node_errors": accepted.node_errors})

    async def _rewritten(self, body: Any) -> Any:
        """The body after every function of node packs that wants to change it; as it came where none can be asked."""
        if not isinstance(body, dict) or self._state.draining():
            return body
        try:
            changed = await self._state.supervisor.rewritten(body)
        except WorkerError as error:
            log.warning("a prompt is taken as it came: %s", error)
            return body
        if changed is not body:
            check(changed)
        return changed

    def _submission(self, body: Any, key: str | None) -> Submission:
        """What the body asks for. The counter goes on even if it asks for nothing. Raises InvalidGraphError."""
        if not isinstance(body, dict):
            raise invalid("invalid_prompt", "The body is no object.")
        number = self._number(body)
        if "prompt" not in body:
            raise invalid("no_prompt", "No prompt provided", "No prompt provided")
        targets = body.get("partial_execution_targets")
        if targets is not None and not isinstance(targets, list):
            raise invalid("invalid_prompt", "partial_execution_targets is no list of node ids.")
        extra = body.get("extra_data") or {}
        if not isinstance(extra, dict):
            raise invalid("invalid_prompt", "extra_data is no object.")
        client = body["client_id"] if "client_id" in body else extra.get("client_id")
        return Submission(
            prompt=body["prompt"],
            number=number,
            prompt_id=_text(body.get("prompt_id")),
            extra_data=extra,
            client_id=_text(client),
            targets=targets,
            key=key,
        )

    def _number(self, body: dict[str, Any]) -> int | float:
        if "number" not in body:
            number = self._state.store.next_number()
            return -number if body.get("front") else number
        try:
            number = float(body["number"])
        except (ValueError, TypeError, OverflowError) as error:
            raise invalid("invalid_prompt", "The number is no priority; send a number.") from error
        if not math.isfinite(number):
            raise invalid("invalid_prompt", "The number is no priority; send a finite one.")
        return number


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _refused(error: DgxPixelsError) -> ASGIApp:
    """The answer to a prompt that was not taken for other reasons than what it is."""
    kind, status = error.code, 503
    if isinstance(error, QueueFullError):
        status = 429
    elif isinstance(error, TakenError | JsonError):
        status = 400
    elif isinstance(error, UsageError):
        status = error.http_status
    body = {"error": {"type": kind, "message": str(error), "details": "", "extra_info": {}}, "node_errors": {}}
    return json_reply(body, status, {"retry-after": str(BUSY_RETRY_SECONDS)} if status in {429, 503} else None)
