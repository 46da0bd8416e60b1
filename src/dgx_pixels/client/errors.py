"""What can go wrong between a client and its server."""

from collections.abc import Mapping
from typing import Any, ClassVar

from dgx_pixels.core.errors import DgxPixelsError


class UnreachableError(DgxPixelsError):
    """No server answers there."""

    code: ClassVar[str] = "unreachable"
    http_status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class AnswerError(DgxPixelsError):
    """The server refused; ``status`` is its HTTP status."""

    code: ClassVar[str] = "refused"
    http_status: ClassVar[int] = 502

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class BusyError(AnswerError):
    """The server takes no more jobs now; ``retry_after`` is how many seconds it asks to be left alone."""

    code: ClassVar[str] = "busy"
    http_status: ClassVar[int] = 429
    retryable: ClassVar[bool] = True

    def __init__(self, message: str, status: int, retry_after: float) -> None:
        super().__init__(message, status)
        self.retry_after = retry_after


class InvalidWorkflowError(AnswerError):
    """The server found the workflow wrong; ``error`` and ``node_errors`` are its own words."""

    code: ClassVar[str] = "invalid_workflow"
    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 400

    def __init__(self, message: str, error: Mapping[str, Any], node_errors: Mapping[str, Any]) -> None:
        super().__init__(message, 400)
        self.error = error
        self.node_errors = node_errors


class JobFailedError(DgxPixelsError):
    """The job ended without a result; ``record`` is what the server's history says of it."""

    code: ClassVar[str] = "job_failed"

    def __init__(self, message: str, record: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.record = record


class WaitTimeoutError(DgxPixelsError):
    """The job did not end in the time given; it goes on at the server."""

    code: ClassVar[str] = "timeout"
    http_status: ClassVar[int] = 504
    retryable: ClassVar[bool] = True

    def __init__(self, prompt_id: str) -> None:
        super().__init__(f"job {prompt_id} has not ended in the time given; it goes on")
        self.prompt_id = prompt_id
