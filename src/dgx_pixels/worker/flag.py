"""A number that server and worker both see: the run that was cancelled.

Read between steps, tiles and nodes, so it costs no system call; it names the run, so that a late cancel never hits
the job after.
"""

import fcntl
import mmap
import os
import tempfile
from typing import Final

_SIZE: Final = mmap.PAGESIZE


class CancelFlag:
    """Eight bytes of shared memory."""

    def __init__(self, descriptor: int | None = None) -> None:
        """``descriptor``: of the other side's flag; None makes a new one. It is this object's from now on."""
        self.descriptor = _shared_file() if descriptor is None else descriptor
        self._memory = mmap.mmap(self.descriptor, _SIZE)
        self._value = memoryview(self._memory).cast("q")

    def cancel(self, run: int) -> None:
        """Cancel a run and, as runs follow each other, no other."""
        self._value[0] = run

    def cancelled(self, run: int) -> bool:
        """Whether that run was cancelled."""
        return self._value[0] == run

    def close(self) -> None:
        """Give the memory back; the other side keeps its own view."""
        self._value.release()
        self._memory.close()
        os.close(self.descriptor)


def _shared_file() -> int:
    """Descriptor of a file of one zeroed page that has no name."""
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
        os.ftruncate(descriptor, _SIZE)
        return descriptor
    descriptor = os.memfd_create("dgx-pixels-cancel", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, _SIZE)
    # A worker gone mad must not take memory from under the server by making the file shorter.
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    return descriptor
