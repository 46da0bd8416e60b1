"""Which device draws, and in what precision. Knows no model."""

from collections.abc import Mapping
from typing import Final

import torch

from dgx_pixels.core.errors import DeviceError, UsageError

DTYPES: Final[Mapping[str, torch.dtype]] = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
"""Precisions of the U-Net by the name a user types."""

_VOLTA: Final = 7  # the first CUDA generation that multiplies fp16 at full speed


def pick_device(name: str = "auto") -> torch.device:
    """The device called ``auto`` (a GPU where there is one), ``cpu``, ``cuda`` or ``cuda:N``.

    Raises UsageError for another name and DeviceError for a GPU that is not there.
    """
    kind, colon, index = name.partition(":")
    if kind not in {"auto", "cpu", "cuda"} or (colon and not (kind == "cuda" and index.isdecimal())):
        raise UsageError(f"there is no device {name!r}; devices are auto, cpu, cuda and cuda:N")
    if name == "auto":
        return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")
    if kind == "cpu":
        return torch.device("cpu")
    return _cuda(int(index or 0))


def _cuda(index: int) -> torch.device:
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not count:
        why = "finds no GPU" if torch.version.cuda else "is a build without CUDA"
        raise DeviceError(f"no CUDA device: PyTorch {torch.__version__} {why}; use --device cpu")
    if index >= count:
        raise DeviceError(f"there is no cuda:{index}; this machine has {count}, cuda:0 to cuda:{count - 1}")
    return torch.device("cuda", index)


def pick_dtype(name: str, device: torch.device) -> torch.dtype:
    """Precision of the U-Net; ``auto`` is fp32 on a CPU and on GPUs before Volta, else fp16.

    Raises UsageError for an unknown name.
    """
    if name in DTYPES:
        return DTYPES[name]
    if name != "auto":
        raise UsageError(f"there is no precision {name!r}; precisions are auto, {', '.join(DTYPES)}")
    fast = device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= _VOLTA
    return torch.float16 if fast else torch.float32


def dtype_name(dtype: torch.dtype) -> str:
    """``fp32``, ``fp16`` or ``bf16``."""
    return next(name for name, known in DTYPES.items() if known == dtype)
