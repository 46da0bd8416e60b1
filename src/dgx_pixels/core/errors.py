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
