"""The worker's device and its memory, as ``/system_stats`` has them. Imports torch only where somebody already has."""

import os
import sys
from typing import Any


def describe_device(name: str) -> dict[str, Any] | None:
    """The device that settings call ``name``; None before torch is imported, and where there is no such device.

    Bytes are integers.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    from dgx_pixels.core.errors import DeviceError
    from dgx_pixels.engine.device import pick_device

    try:
        device = pick_device(name)
    except DeviceError:  # the first node that draws says so, in its job's record
        return None
    if device.type != "cuda":
        page = os.sysconf("SC_PAGE_SIZE")
        total, free = page * os.sysconf("SC_PHYS_PAGES"), page * os.sysconf("SC_AVPHYS_PAGES")
        return _described("cpu", "cpu", None, total, free, total, free)
    free, total = torch.cuda.mem_get_info(device)
    reserved, allocated = torch.cuda.memory_reserved(device), torch.cuda.memory_allocated(device)
    allocator = "cudaMallocAsync" if torch.cuda.get_allocator_backend() == "cudaMallocAsync" else "native"
    title = f"{device} {torch.cuda.get_device_name(device)} : {allocator}"
    unused = reserved - allocated
    return _described(title, "cuda", device.index, total, free + unused, reserved, unused)


def _described(
    name: str, kind: str, index: int | None, total: int, free: int, own: int, own_free: int
) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "index": index,
        "vram_total": total,
        "vram_free": free,
        "torch_vram_total": own,
        "torch_vram_free": own_free,
    }
