"""One tree of exceptions. Each says in one sentence what is wrong and what to do about it.

The edges (CLI, server) turn them into an exit code or an HTTP status; nothing inside catches them.
"""

from typing import ClassVar


class DgxPixelsError(Exception):
    """The engine could not do what was asked."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class UsageError(DgxPixelsError):
    """What was asked for is not something the engine offers."""

    code = "bad_request"
    exit_code = 2
    http_status = 400


class CheckpointError(DgxPixelsError):
    """The file is not a checkpoint this engine can read."""

    code = "bad_checkpoint"
    http_status = 422


class ModelNotFoundError(DgxPixelsError):
    """No installed model has that name."""

    code = "model_not_found"
    http_status = 404


class ImageError(DgxPixelsError):
    """The file is not an image this engine can read."""

    code = "bad_image"
    http_status = 422


class DeviceError(DgxPixelsError):
    """The device asked for is not there."""

    code = "no_device"
    http_status = 503


class OutOfMemoryError(DgxPixelsError):
    """The device has too little memory for this request."""

    code = "out_of_memory"
    http_status = 507
    retryable = True


class StorageError(DgxPixelsError):
    """The result could not be written."""

    code = "storage"
    http_status = 507
    retryable = True


class DownloadError(DgxPixelsError):
    """The download did not arrive whole."""

    code = "download"
    http_status = 502
    retryable = True


class CancelledError(DgxPixelsError):
    """Stopped on request."""

    code = "cancelled"
    exit_code = 130
    http_status = 499


class OutsideError(UsageError):
    """The path leads out of its folder."""

    code = "outside"
    http_status = 403


class BusyError(DgxPixelsError):
    """The server has too much to do; ask again in a moment."""

    code = "busy"
    http_status = 503
    retryable = True


class AddressError(DgxPixelsError):
    """The address cannot be listened on."""

    code = "address"
    http_status = 503


class StoreError(DgxPixelsError):
    """The job store cannot be opened."""

    code = "store"
    http_status = 503


class StoreUnavailableError(StorageError):
    """The job store cannot be written to; free some space, then send it again."""

    code = "store_unavailable"
    http_status = 503


class QueueFullError(DgxPixelsError):
    """Too many jobs are waiting; send it again when some are done."""

    code = "queue_full"
    http_status = 429
    retryable = True


class StaleError(DgxPixelsError):
    """The job has gone on without this attempt; drop its result."""

    code = "stale"
    http_status = 409


class WorkerError(DgxPixelsError):
    """The worker does not answer; look into the server's log, then try again."""

    code = "worker"
    http_status = 503
    retryable = True


class StagedFileError(DgxPixelsError):
    """A file that a worker told of is not there, or is not what it said; end the job without it."""

    code = "staged_file"


class NotYetError(DgxPixelsError):
    """A later version can do what was asked; this one cannot."""

    code = "not_yet"
    http_status = 501
