"""Our own API under ``/v1``, typed and described by OpenAPI; ``/healthz`` and ``/readyz`` beside it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException

from dgx_pixels import __version__
from dgx_pixels.core.errors import DgxPixelsError, UsageError
from dgx_pixels.core.limits import BUSY_RETRY_SECONDS, MAX_ID_CHARS
from dgx_pixels.jobs.job import LIVE, Job, JobSummary
from dgx_pixels.jobs.job import State as JobState
from dgx_pixels.server.replies import RefusedError
from dgx_pixels.server.state import State
from dgx_pixels.server.submission import InvalidGraphError, Submission, submit

_RETRY: Final = {429, 503}


class NewJobBody(BaseModel):
    """A graph to run."""

    model_config = ConfigDict(extra="forbid")

    graph: dict[str, Any] = Field(description="Nodes by id, in API format: `class_type` and `inputs` each.")
    priority: float | None = Field(
        None,
        allow_inf_nan=False,
        ge=-(2**53),
        le=2**53,
        description="The lowest runs first; by default in order of arrival.",
    )
    outputs: list[str] | None = Field(None, description="Run only these output nodes; by default all.")
    client_id: str | None = Field(None, max_length=MAX_ID_CHARS, description="WebSocket client to tell of the job.")
    extra_data: dict[str, Any] = Field(
        default_factory=dict, description="Kept with the job; `extra_pnginfo` goes into PNG files."
    )


class FileOut(BaseModel):
    """A file that a job made."""

    node: str
    filename: str
    subfolder: str
    type: str
    url: str = Field(description="Where to get it, on this server.")


class ErrorOut(BaseModel):
    """What is wrong, and what to do about it."""

    code: str
    message: str
    node_errors: dict[str, Any] = Field(default_factory=dict)


class JobOut(BaseModel):
    """A job."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    priority: float
    attempt: int
    created_ms: int
    started_ms: int | None
    ended_ms: int | None
    outputs: list[FileOut]
    error: ErrorOut | None
    node_errors: dict[str, Any] = Field(
        default_factory=dict, description="Outputs left out, and why; told once, when the job is accepted."
    )


class JobList(BaseModel):
    """A page of jobs, newest first."""

    jobs: list[JobOut]
    total: int
    offset: int
    limit: int


class QueueOut(BaseModel):
    """How many jobs there are."""

    queued: int
    running: int


class ReadyOut(BaseModel):
    """Whether jobs are taken and run; if not, why."""

    ready: bool
    reasons: list[str]
    worker: str


class _NotFoundError(UsageError):
    """No job has that id."""

    code = "not_found"
    http_status = 404


class _LiveError(UsageError):
    """The job is not over yet; cancel it first."""

    code = "not_over"
    http_status = 409


_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ErrorOut} for status in (400, 401, 403, 404, 409, 413, 422, 429, 503)
}


def build_api(state: State) -> FastAPI:
    """The API of a server."""
    api = FastAPI(
        title="dgx-pixels",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=_ERRORS,
    )
    for kind in (DgxPixelsError, RefusedError, RequestValidationError, HTTPException):
        api.add_exception_handler(kind, _told)
    jobs = _Jobs(state)
    body = {"content": {"application/json": {"schema": NewJobBody.model_json_schema()}}, "required": True}
    add: Callable[..., None] = api.add_api_route
    add(
        "/v1/jobs",
        jobs.submit,
        methods=["POST"],
        status_code=201,
        response_model=JobOut,
        openapi_extra={"requestBody": body},
    )
    add("/v1/jobs", jobs.page, methods=["GET"], response_model=JobList)
    add("/v1/jobs/{job_id}", jobs.get, methods=["GET"], response_model=JobOut)
    add("/v1/jobs/{job_id}", jobs.delete, methods=["DELETE"], status_code=204)
    add("/v1/jobs/{job_id}/cancel", jobs.cancel, methods=["POST"], status_code=202, response_model=JobOut)
    add("/v1/jobs/{job_id}/outputs", jobs.outputs, methods=["GET"], response_model=list[FileOut])
    add("/v1/queue", jobs.queue, methods=["GET"], response_model=QueueOut)
    add("/healthz", _healthy, methods=["GET"], response_model=dict[str, str])
    add("/readyz", _readiness(state), methods=["GET"], response_model=ReadyOut)
    return api


class _Jobs:
    """The handlers that have to do with jobs."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def submit(
        self, request: Request, idempotency_key: Annotated[str | None, Header(max_length=MAX_ID_CHARS)] = None
    ) -> JobOut:
        """Accept a graph as a job. It is on the disk when this answers; a known key gives the job it brought before."""
        try:
            body = NewJobBody.model_validate(await self._state.bodies.json(request))
        except ValidationError as error:
            raise RequestValidationError(error.errors()) from error
        number = body.priority if body.priority is not None else self._state.store.next_number()
        asked = Submission(
            prompt=body.graph,
            number=number,
            extra_data=body.extra_data,
            client_id=body.client_id,
            targets=body.outputs,
            key=idempotency_key,
        )
        accepted = await submit(self._state, asked)
        return _job_out(accepted.job).model_copy(update={"node_errors": accepted.node_errors})

    async def page(
        self,
        state: Annotated[list[JobState] | None, Query(description="Only jobs in these states.")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    ) -> JobList:
        """Jobs, newest first."""
        page = await self._state.store.jobs(state, limit, offset)
        return JobList(jobs=[_job_out(job) for job in page.jobs], total=page.total, offset=offset, limit=limit)

    async def get(self, job_id: str) -> JobOut:
        """One job."""
        return _job_out(await self._find(job_id))

    async def cancel(self, job_id: str) -> JobOut:
        """Drop a job that waits, stop one that runs; one that is over stays as it is."""
        job = await self._find(job_id)
        if job.state == "queued":
            await self._state.store.delete_pending([job_id])
            self._state.supervisor.queue_changed()
        if job.state in LIVE:
            await self._state.supervisor.interrupt(job_id)
        return _job_out(await self._find(job_id))

    async def delete(self, job_id: str) -> Response:
        """Forget a job that is over. Its files stay."""
        if (await self._find(job_id)).state in LIVE:
            raise _LiveError
        await self._state.store.delete_history([job_id])
        return Response(status_code=204)

    async def outputs(self, job_id: str) -> list[FileOut]:
        """Files of a job."""
        return _job_out(await self._find(job_id)).outputs

    async def queue(self) -> QueueOut:
        """How many jobs wait and run."""
        counts = self._state.store.counts()
        return QueueOut(queued=counts.queued, running=counts.running)

    async def _find(self, job_id: str) -> Job:
        job = await self._state.store.job(job_id)
        if job is None:
            raise _NotFoundError
        return job


async def _healthy() -> dict[str, str]:
    """The process is up and answers."""
    return {"status": "ok"}


def _readiness(state: State) -> Callable[[Response], Awaitable[ReadyOut]]:
    async def ready(response: Response) -> ReadyOut:
        """Whether jobs are taken and will run: 503 while not."""
        worker = state.supervisor.status
        reasons = {
            "the server is about to stop": state.draining(),
            "the job store cannot be written to": state.store.obstacle is not None,
            "no worker comes up": not worker.ready,
        }
        found = [reason for reason, holds in reasons.items() if holds]
        response.status_code = 503 if found else 200
        return ReadyOut(ready=not found, reasons=found, worker=worker.state)

    return ready


def _job_out(job: Job | JobSummary) -> JobOut:
    record = job.record or {}
    return JobOut(
        id=job.id,
        state=job.state,
        priority=job.number,
        attempt=job.attempt,
        created_ms=job.create_ms,
        started_ms=job.start_ms,
        ended_ms=job.end_ms,
        outputs=list(_files(record)),
        error=_error_of(record),
    )


def _files(record: dict[str, Any]) -> list[FileOut]:
    files = [
        (node, file)
        for node, output in (record.get("outputs") or {}).items()
        for values in (output or {}).values()
        for file in (values if isinstance(values, list) else ())
        if isinstance(file, dict) and {"filename", "subfolder", "type"} <= file.keys()
    ]
    return [
        FileOut(
            node=node,
            url="/view?" + urlencode({k: f[k] for k in ("filename", "subfolder", "type")}),
            **{k: f[k] for k in ("filename", "subfolder", "type")},
        )
        for node, f in files
    ]


def _error_of(record: dict[str, Any]) -> ErrorOut | None:
    for kind, data in (record.get("status") or {}).get("messages", ()):
        if kind == "execution_error":
            return ErrorOut(
                code=data.get("exception_type", "failed"), message=data.get("exception_message", "").strip()
            )
        if kind == "execution_interrupted":
            return ErrorOut(code="cancelled", message="stopped on request")
    return None


def _first_fault(error: RequestValidationError) -> str:
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'the body'}: {fault['msg'].lower()}"


async def _told(_request: Request, error: Exception) -> Response:
    """An error in the form of this API."""
    if isinstance(error, RefusedError):
        body, status = ErrorOut(code="refused", message=error.text), error.status
    elif isinstance(error, InvalidGraphError):
        body, status = (
            ErrorOut(code=error.error["type"], message=error.error["message"], node_errors=error.node_errors),
            400,
        )
    elif isinstance(error, RequestValidationError):
        body, status = ErrorOut(code="bad_request", message=_first_fault(error)), 422
    elif isinstance(error, HTTPException):
        body, status = ErrorOut(code="refused", message=error.detail), error.status_code
    elif isinstance(error, DgxPixelsError):
        body, status = ErrorOut(code=error.code, message=str(error)), error.http_status
    else:
        raise error
    headers = {"retry-after": str(BUSY_RETRY_SECONDS)} if status in _RETRY else getattr(error, "headers", None)
    return JSONResponse(body.model_dump(), status, headers)
