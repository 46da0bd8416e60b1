"""The process that decodes: gets descriptors over a socket, can open nothing itself, dies of what is too much.

One request at a time: a line of JSON with the descriptors of its files, the last one to write to; one line back.
"""

import json
import os
import resource
import socket
import sys
from typing import Any, Final

from dgx_pixels.core.errors import ImageError
from dgx_pixels.core.limits import DECODE_MEMORY_BYTES, DECODE_SECONDS, MAX_IMAGE_FILE_BYTES
from dgx_pixels.server.decoding.operations import FAULTS, OPERATIONS

_MAX_REQUEST: Final = 4096
_MAX_FILES: Final = 3
_IDLE_SECONDS: Final = 60.0


def main(fd: int) -> None:
    """Answer requests until the server goes, or none has come for a while."""
    _limit(resource.RLIMIT_AS, DECODE_MEMORY_BYTES)
    _limit(resource.RLIMIT_FSIZE, MAX_IMAGE_FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    with socket.socket(fileno=fd) as channel:
        channel.settimeout(_IDLE_SECONDS)
        while True:
            try:
                request, files, _, _ = socket.recv_fds(channel, _MAX_REQUEST, _MAX_FILES)
            except TimeoutError:
                return
            if not request:
                return
            channel.sendall(json.dumps(_answer(json.loads(request), files)).encode() + b"\n")


def _answer(request: dict[str, Any], files: list[int]) -> dict[str, Any]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + DECODE_SECONDS)
    opened = [os.fdopen(fd, "rb" if fd != files[-1] else "wb") for fd in files]
    try:
        OPERATIONS[request["do"]](*opened, **request["with"])
        opened[-1].flush()
    except ImageError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "the picture needs more memory than one may take; send a smaller one"}
    except FAULTS:
        return {"error": "the picture is damaged; send it again or in another format"}
    finally:
        for file in opened:
            file.close()
    return {}


def _limit(what: int, value: int) -> None:
    """Lower the soft limit only, as far as the hard one allows: the next request may raise it again."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    main(int(sys.argv[1]))
