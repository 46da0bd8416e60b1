"""What becomes of a request whose file the disk does not take. Knows no route."""

import errno
from typing import Final

from dgx_pixels.core.errors import StorageError
from dgx_pixels.server.replies import RefusedError

_BAD_NAME: Final = frozenset(
    {errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY, errno.EINVAL, errno.ELOOP}
)


def refusal(error: OSError) -> Exception:
    """The error to raise instead: of the name (400), for nothing being there (404), or of the disk (507)."""
    if error.errno in _BAD_NAME:
        return RefusedError(400)
    if error.errno == errno.ENOENT:
        return RefusedError(404)
    return StorageError(f"the file cannot be written ({error.strerror}); free some space, then send it again")
