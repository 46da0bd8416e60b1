"""What ties a worker to its server and keeps it from harming its machine. Linux does most of it; elsewhere the closed
wire ends an orphan.
"""

import ctypes
import faulthandler
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_SMALL_MACHINE: Final = 8


def tie_to(parent: int) -> None:
    """Die with the process ``parent``, ignore the signals meant for it, be the first to go when memory runs out."""
    # A terminal's Ctrl-C and a service manager's SIGTERM reach every process: the server decides what ends when.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500", "ascii")
    if os.getppid() != parent:  # it died before the tie was made
        os._exit(0)
    faulthandler.enable()


def share_cores() -> None:
    """Settle how many threads compute, before any library makes them.

    On a small machine one core is left to the server: two teams of threads on the same cores wait for each other at
    every turn. What the user has set stays.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = max(1, cores - 1) if cores <= _SMALL_MACHINE else cores
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
