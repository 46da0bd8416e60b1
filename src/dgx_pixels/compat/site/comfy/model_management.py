"""Devices, memory and interruption, under the names that packs know."""

from enum import Enum
from typing import Any

import torch

from dgx_pixels.compat.runtime import runtime
from dgx_pixels.core.errors import CancelledError, OutOfMemoryError
from dgx_pixels.graph.context import current


class VRAMState(Enum):
    """How memory is dealt with; this engine decides by itself."""

    DISABLED = 0
    NO_VRAM = 1
    LOW_VRAM = 2
    NORMAL_VRAM = 3
    HIGH_VRAM = 4
    SHARED = 5


class CPUState(Enum):
    """What computes."""

    GPU = 0
    CPU = 1
    MPS = 2


InterruptProcessingException = CancelledError
OOM_EXCEPTION = (torch.OutOfMemoryError, OutOfMemoryError)
vram_state = VRAMState.NORMAL_VRAM
current_loaded_models: list[Any] = []
XFORMERS_IS_AVAILABLE = False


def _device() -> torch.device:
    return runtime().engine().device


def get_torch_device() -> torch.device:
    """Device of the U-Net."""
    return _device()


def text_encoder_device() -> torch.device:
    """Device of the text towers."""
    return _device()


def vae_device() -> torch.device:
    """Device of the autoencoder."""
    return _device()


def intermediate_device() -> torch.device:
    """Device of values between nodes."""
    return torch.device("cpu")


def unet_offload_device() -> torch.device:
    """Device of models that rest."""
    return torch.device("cpu")


def text_encoder_offload_device() -> torch.device:
    """Device of text towers that rest."""
    return torch.device("cpu")


def vae_offload_device() -> torch.device:
    """Device of autoencoders that rest."""
    return torch.device("cpu")


def unet_inital_load_device(parameters: int, dtype: torch.dtype) -> torch.device:
    """Device that weights are read to."""
    return torch.device("cpu")


def is_device_cpu(device: torch.device) -> bool:
    """Whether a device is the processor."""
    return device.type == "cpu"


def is_device_mps(device: torch.device) -> bool:
    """Whether a device is Apple's."""
    return device.type == "mps"


def is_device_cuda(device: torch.device) -> bool:
    """Whether a device is NVIDIA's."""
    return device.type == "cuda"


def is_nvidia() -> bool:
    """Whether this engine runs on an NVIDIA device."""
    return _device().type == "cuda"


def cpu_mode() -> bool:
    """Whether everything runs on the processor."""
    return _device().type == "cpu"


def is_intel_xpu() -> bool:
    """Whether this engine runs on an Intel device: it does not."""
    return False


def get_total_memory(dev: torch.device | None = None, torch_total_too: bool = False) -> Any:
    """Bytes of memory of a device."""
    device = dev or _device()
    total = torch.cuda.mem_get_info(device)[1] if device.type == "cuda" else _host_memory("MemTotal")
    return (total, total) if torch_total_too else total


def get_free_memory(dev: torch.device | None = None, torch_free_too: bool = False) -> Any:
    """Bytes free on a device, those that torch holds unused included."""
    device = dev or _device()
    if device.type == "cuda":
        stats = torch.cuda.memory_stats(device)
        idle = stats["reserved_bytes.all.current"] - stats["active_bytes.all.current"]
        free = torch.cuda.mem_get_info(device)[0] + idle
        return (free, idle) if torch_free_too else free
    free = _host_memory("MemAvailable")
    return (free, free) if torch_free_too else free


def _host_memory(name: str) -> int:
    with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123 - a pseudo file
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def load_models_gpu(models: Any, *_args: Any, **_options: Any) -> None:
    """Models are on their device already; patched weights are made when a model runs."""


def load_model_gpu(model: Any) -> None:
    """As `load_models_gpu`, of one."""


def free_memory(memory_required: float, device: torch.device, keep_loaded: Any = ()) -> list[Any]:
    """Give back what torch holds unused; nothing is unloaded."""
    soft_empty_cache()
    return []


def soft_empty_cache(force: bool = False) -> None:
    """Give back memory that torch holds unused."""
    if _device().type == "cuda":
        torch.cuda.empty_cache()


def unload_all_models() -> None:
    """Forget every loaded model; it is read again when next needed."""
    runtime().engine().close()


def cleanup_models() -> None:
    """Models that nobody uses go by themselves."""


def should_use_fp16(device: torch.device | None = None, *_args: Any, **_options: Any) -> bool:
    """Whether a device computes in fp16 with profit."""
    return (device or _device()).type == "cuda"


def should_use_bf16(device: torch.device | None = None, *_args: Any, **_options: Any) -> bool:
    """Whether a device computes in bf16 with profit."""
    chosen = device or _device()
    return chosen.type == "cuda" and torch.cuda.get_device_capability(chosen)[0] >= 8


def supports_fp8_compute(device: torch.device | None = None) -> bool:
    """Whether a device computes in fp8."""
    chosen = device or _device()
    return chosen.type == "cuda" and torch.cuda.get_device_capability(chosen) >= (8, 9)


def unet_dtype(device: torch.device | None = None, *_args: Any, **_options: Any) -> torch.dtype:
    """What U-Net weights are stored in."""
    return runtime().engine().dtype


def vae_dtype(device: torch.device | None = None, *_args: Any, **_options: Any) -> torch.dtype:
    """What an autoencoder's weights are stored in."""
    return torch.bfloat16 if should_use_bf16(device) else torch.float32


def text_encoder_dtype(device: torch.device | None = None) -> torch.dtype:
    """What text towers' weights are stored in."""
    return torch.float16


def dtype_size(dtype: torch.dtype) -> int:
    """Bytes of a number."""
    return dtype.itemsize


def module_size(module: torch.nn.Module) -> int:
    """Bytes of a module's weights."""
    return sum(tensor.nelement() * tensor.element_size() for tensor in module.state_dict().values())


def cast_to_device(tensor: torch.Tensor, device: torch.device, dtype: torch.dtype, copy: bool = False) -> torch.Tensor:
    """A tensor on a device in a dtype."""
    return tensor.to(device, dtype, copy=copy)


def cast_to(
    weight: torch.Tensor, dtype: torch.dtype | None = None, device: torch.device | None = None, **_: Any
) -> torch.Tensor:
    """A tensor on a device in a dtype, each kept where not named."""
    return weight.to(device or weight.device, dtype or weight.dtype)


def device_supports_non_blocking(device: torch.device) -> bool:
    """Whether copies to a device may go on in the background."""
    return device.type == "cuda"


def xformers_enabled() -> bool:
    """Whether xformers is used: it is not."""
    return False


def pytorch_attention_enabled() -> bool:
    """Whether torch's own attention is used: it is."""
    return True


def pytorch_attention_flash_attention() -> bool:
    """Whether torch may take flash attention."""
    return _device().type == "cuda"


def processing_interrupted() -> bool:
    """Whether the running job is to stop."""
    try:
        return current().interrupted()
    except LookupError:
        return False


def throw_exception_if_processing_interrupted() -> None:
    """Raise the interruption where one was asked for."""
    if processing_interrupted():
        raise InterruptProcessingException


def interrupt_current_processing(value: bool = True) -> None:
    """Stop the running job at its next step."""
    if value:
        runtime().interrupt()


def get_torch_device_name(device: torch.device) -> str:
    """What a device is called."""
    if device.type != "cuda":
        return device.type
    return f"{device} {torch.cuda.get_device_name(device)} : native"


def archive_model_dtypes(model: torch.nn.Module) -> None:
    """Weights keep their dtypes here; nothing to note."""
