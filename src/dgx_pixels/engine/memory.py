"""How much memory a device has left. Knows no model."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import torch

_SHARE: Final = 0.15
_LEAST: Final = 2**30
_CGROUP: Final = Path("/sys/fs/cgroup")


def free_bytes(device: torch.device) -> int:
    """Bytes that can still be taken on a device: of a GPU also those that torch holds and does not use."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return min(_available(), _allowed())


def reserve_bytes(device: torch.device) -> int:
    """Bytes to leave for the pictures themselves: a share of the memory."""
    total = torch.cuda.mem_get_info(device)[1] if device.type == "cuda" else _physical()
    return min(max(_LEAST, int(total * _SHARE)), total // 2)


def _physical() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # a system that does not say
        return 8 * 2**30


def _available() -> int:
    """What Linux calls available; elsewhere half of what there is."""
    with suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    return _physical() // 2


def _allowed() -> int:
    """What a container's limit leaves, its file cache not counted."""
    with suppress(OSError, ValueError, StopIteration):
        limit = int((_CGROUP / "memory.max").read_text("ascii"))
        used = int((_CGROUP / "memory.current").read_text("ascii"))
        lines = (_CGROUP / "memory.stat").read_text("ascii").splitlines()
        return limit - used + next(int(line.split()[1]) for line in lines if line.startswith("inactive_file"))
    return 2**63
