"""Progress bars, picture scaling and weight files, under the names that packs know."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import torch
from comfy_api.latest import as_pillow
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from dgx_pixels.compat.unet_names import diffusers_names as unet_to_diffusers
from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.engine.imaging.scaling import bislerp, lanczos
from dgx_pixels.engine.imaging.scaling import scaled as common_upscale
from dgx_pixels.graph.context import current

PROGRESS_BAR_ENABLED = True
MMAP_TORCH_FILES = False
DISABLE_MMAP = False


class ProgressBar:
    """Tells how far the running node is. Silent outside of a run."""

    hook: ClassVar[Callable[..., None] | None] = None

    def __init__(self, total: float, node_id: str | None = None) -> None:
        self.total = total
        self.current = 0.0
        self.node_id = node_id

    def update_absolute(self, value: float, total: float | None = None, preview: Any = None) -> None:
        """Set the value; ``preview`` is ``(format, Pillow image, size)``. Raises the interruption asked for."""
        self.total = self.total if total is None else total
        self.current = min(value, self.total)
        if ProgressBar.hook is not None:
            ProgressBar.hook(self.current, self.total, preview)
        try:
            context = current()
        except LookupError:
            return
        context.check_interrupt()
        if preview is None:
            context.progress(self.current, self.total, node_id=self.node_id)
            return
        kind, picture, size = preview
        context.progress(
            self.current, self.total, as_pillow(picture), preview_format=kind, preview_size=size, node_id=self.node_id
        )

    def update(self, value: float) -> None:
        """Add to the value."""
        self.update_absolute(self.current + value)


def set_progress_bar_global_hook(function: Callable[..., None] | None) -> None:
    """Let a function hear of all progress too: (value, total, preview)."""
    ProgressBar.hook = function


def load_torch_file(
    ckpt: str, safe_load: bool = True, device: torch.device | None = None, return_metadata: bool = False
) -> Any:
    """Tensors of a safetensors file by name. Raises CheckpointError for a pickled one."""
    try:
        with safe_open(ckpt, framework="pt", device=str(device or "cpu")) as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            metadata = file.metadata()
    except SafetensorError as error:
        raise CheckpointError(f"{ckpt} is no safetensors file ({error}); pickled files are not opened") from error
    return (tensors, metadata) if return_metadata else tensors


def save_torch_file(sd: dict[str, Tensor], ckpt: str, metadata: dict[str, str] | None = None) -> None:
    """Write tensors to a safetensors file."""
    save_file({name: tensor.contiguous() for name, tensor in sd.items()}, ckpt, metadata)


def safetensors_header(safetensors_path: str, max_size: int = 100 * 1024 * 1024) -> bytes | None:
    """The header of a safetensors file as it stands there, None where it is longer than ``max_size``."""
    with open(safetensors_path, "rb") as file:  # noqa: PTH123 - packs give strings
        size = int.from_bytes(file.read(8), "little")
        return file.read(size) if size <= max_size else None


def calculate_parameters(sd: dict[str, Tensor], prefix: str = "") -> int:
    """How many numbers the tensors below a prefix hold."""
    return sum(tensor.nelement() for key, tensor in sd.items() if key.startswith(prefix))


def weight_dtype(sd: dict[str, Tensor], prefix: str = "") -> torch.dtype | None:
    """The dtype that most of the numbers below a prefix have."""
    counts: dict[torch.dtype, int] = {}
    for key, tensor in sd.items():
        if key.startswith(prefix):
            counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.numel()
    return max(counts, key=lambda dtype: counts[dtype], default=None)


def state_dict_key_replace(state_dict: dict[str, Any], keys_to_replace: dict[str, str]) -> dict[str, Any]:
    """Rename keys in place."""
    for old, new in keys_to_replace.items():
        if old in state_dict:
            state_dict[new] = state_dict.pop(old)
    return state_dict


def state_dict_prefix_replace(
    state_dict: dict[str, Any], replace_prefix: dict[str, str], filter_keys: bool = False
) -> dict[str, Any]:
    """Rename prefixes of keys; ``filter_keys``: into a new dict that has only those."""
    out: dict[str, Any] = {} if filter_keys else state_dict
    for old, new in replace_prefix.items():
        for key in [key for key in state_dict if key.startswith(old)]:
            out[new + key.removeprefix(old)] = state_dict.pop(key)
    return out


def repeat_to_batch_size(tensor: Tensor, batch_size: int, dim: int = 0) -> Tensor:
    """A tensor cut or repeated to ``batch_size`` along ``dim``."""
    have = tensor.shape[dim]
    if have > batch_size:
        return tensor.narrow(dim, 0, batch_size)
    if have == batch_size:
        return tensor
    times = [1] * tensor.ndim
    times[dim] = -(-batch_size // have)
    return tensor.repeat(times).narrow(dim, 0, batch_size)


def resize_to_batch_size(tensor: Tensor, batch_size: int) -> Tensor:
    """Rows picked, or repeated, evenly until there are ``batch_size``."""
    have = tensor.shape[0]
    if have == batch_size:
        return tensor
    if batch_size <= 1:
        return tensor[:batch_size]
    places = torch.linspace(0, have - 1, batch_size, device=tensor.device).round().long()
    return tensor[places]


def set_attr(obj: Any, attr: str, value: Any) -> Any:
    """Set an attribute by its dotted path and return what was there."""
    *path, name = attr.split(".")
    for part in path:
        obj = getattr(obj, part)
    before = getattr(obj, name, None)
    setattr(obj, name, value)
    return before


def set_attr_param(obj: Any, attr: str, value: Tensor) -> Any:
    """As `set_attr`, of a parameter that is not trained."""
    return set_attr(obj, attr, torch.nn.Parameter(value, requires_grad=False))


def copy_to_param(obj: Any, attr: str, value: Tensor) -> None:
    """Copy numbers into a parameter named by its dotted path."""
    get_attr(obj, attr).data.copy_(value)


def get_attr(obj: Any, attr: str) -> Any:
    """An attribute by its dotted path."""
    for part in attr.split("."):
        obj = getattr(obj, part)
    return obj


def get_tiled_scale_steps(width: int, height: int, tile_x: int, tile_y: int, overlap: int) -> int:
    """How many tiles cover a picture."""
    rows = 1 if height <= tile_y else -(-(height - overlap) // (tile_y - overlap))
    columns = 1 if width <= tile_x else -(-(width - overlap) // (tile_x - overlap))
    return rows * columns


def _starts(size: int, tile: int, overlap: int) -> Iterator[int]:
    yield from range(0, max(1, size - overlap), tile - overlap) if size > tile else (0,)


def tiled_scale(
    samples: Tensor,
    function: Callable[[Tensor], Tensor],
    tile_x: int = 64,
    tile_y: int = 64,
    overlap: int = 8,
    upscale_amount: float = 4,
    out_channels: int = 3,
    output_device: str = "cpu",
    pbar: ProgressBar | None = None,
) -> Tensor:
    """A function over overlapping tiles of (B, C, H, W), joined with linear feathers."""
    return tiled_scale_multidim(
        samples, function, (tile_y, tile_x), overlap, upscale_amount, out_channels, output_device, pbar=pbar
    )


def tiled_scale_multidim(
    samples: Tensor,
    function: Callable[[Tensor], Tensor],
    tile: tuple[int, int] = (64, 64),
    overlap: int = 8,
    upscale_amount: float = 4,
    out_channels: int = 3,
    output_device: str = "cpu",
    downscale: bool = False,
    pbar: ProgressBar | None = None,
    **_: Any,
) -> Tensor:
    """As `tiled_scale`, with the tile as (height, width); ``downscale`` divides by ``upscale_amount``."""
    factor = 1 / upscale_amount if downscale else upscale_amount
    height, width = round(samples.shape[2] * factor), round(samples.shape[3] * factor)
    total = torch.zeros((len(samples), out_channels, height, width), device=output_device)
    weight = torch.zeros_like(total[:, :1])
    for y in _starts(samples.shape[2], tile[0], overlap):
        for x in _starts(samples.shape[3], tile[1], overlap):
            top = max(0, min(y, samples.shape[2] - tile[0]))
            left = max(0, min(x, samples.shape[3] - tile[1]))
            done = function(samples[:, :, top : top + tile[0], left : left + tile[1]]).to(output_device)
            mask = _feather(done, round(overlap * factor))
            at = (..., slice(round(top * factor), round(top * factor) + done.shape[2]),
                  slice(round(left * factor), round(left * factor) + done.shape[3]))  # fmt: skip
            total[at] += done * mask
            weight[at] += mask
            if pbar is not None:
                pbar.update(1)
    return total / weight


def _feather(tile: Tensor, reach: int) -> Tensor:
    """Weights (1, 1, H, W) that fall to the borders within ``reach``."""

    def ramp(size: int) -> Tensor:
        distance = torch.arange(1, size + 1, device=tile.device)
        return torch.minimum(distance, distance.flip(0)).clamp(max=max(1, reach)) / max(1, reach)

    return (ramp(tile.shape[2])[:, None] * ramp(tile.shape[3]))[None, None]


__all__ = [
    "CheckpointError",
    "ProgressBar",
    "bislerp",
    "calculate_parameters",
    "common_upscale",
    "copy_to_param",
    "get_attr",
    "get_tiled_scale_steps",
    "lanczos",
    "load_torch_file",
    "repeat_to_batch_size",
    "resize_to_batch_size",
    "safetensors_header",
    "save_torch_file",
    "set_attr",
    "set_attr_param",
    "set_progress_bar_global_hook",
    "state_dict_key_replace",
    "state_dict_prefix_replace",
    "tiled_scale",
    "tiled_scale_multidim",
    "unet_to_diffusers",
    "weight_dtype",
]
