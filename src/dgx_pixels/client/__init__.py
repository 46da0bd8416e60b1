"""A typed client of a server, in two forms: `Client` to call, `AsyncClient` to await."""

from dgx_pixels.client.aio import AsyncClient
from dgx_pixels.client.errors import (
    AnswerError,
    BusyError,
    InvalidWorkflowError,
    JobFailedError,
    UnreachableError,
    WaitTimeoutError,
)
from dgx_pixels.client.messages import (
    Cached,
    Ended,
    Message,
    NodeDone,
    NodeProgress,
    NodeStarted,
    OutputFile,
    Preview,
    Queued,
    Result,
    Started,
)
from dgx_pixels.client.protocol import Ticket
from dgx_pixels.client.sync import Client

__all__ = [
    "AnswerError",
    "AsyncClient",
    "BusyError",
    "Cached",
    "Client",
    "Ended",
    "InvalidWorkflowError",
    "JobFailedError",
    "Message",
    "NodeDone",
    "NodeProgress",
    "NodeStarted",
    "OutputFile",
    "Preview",
    "Queued",
    "Result",
    "Started",
    "Ticket",
    "UnreachableError",
    "WaitTimeoutError",
]
