"""A checkpoint's file becomes networks on a device, tensor by tensor. Knows no prompt and no sampler.

The networks are built without memory, compared with the file's header, and only then filled: a file that does
not fit is refused before anything is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from dgx_pixels.checkpoint.families import family_of
from dgx_pixels.checkpoint.tensorfile import TensorFile, TensorInfo, TensorView
from dgx_pixels.core.architecture import ModelSpec, TextConfig, UNetConfig, VAEConfig
from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.unet import UNet
from dgx_pixels.nn.vae import AutoencoderKL

DTYPES: Final[Mapping[str, torch.dtype]] = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2,
}  # fmt: skip
"""The floating-point dtypes of the file format."""

CHUNK_BYTES: Final = 32 * 2**20
"""Size of the buffer that tensors pass through on their way to the device."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The networks of one file, on one device, ready for inference."""

    path: Path
    spec: ModelSpec
    metadata: Mapping[str, str]
    """The file's own notes (``modelspec.*`` and others)."""
    unet: UNet
    vae: AutoencoderKL
    clip_l: ClipTextModel | None
    clip_g: OpenClipTextModel | None


def load_checkpoint(
    path: Path, device: torch.device | str, dtype: torch.dtype, admit: Callable[[int], None] | None = None
) -> Checkpoint:
    """Read a single-file checkpoint onto ``device``; the U-Net has ``dtype``, the others what suits it.

    The architecture is read from the header. Beyond the networks themselves no more host memory is taken than
    the largest tensor has. ``admit`` as in `fill_modules`. Raises CheckpointError, naming the file, the first
    offending key and what was expected, for a file that is no such checkpoint.
    """
    device = torch.device(device)
    with TensorFile(path) as file:
        family = family_of(file)
        parts = family.parts(file)
        spec = family.build(file, parts)
        modules = build_modules(spec)
        fill_modules(modules, parts, device, dtype, admit)
    return Checkpoint(
        path=path,
        spec=spec,
        metadata=file.metadata,
        unet=cast("UNet", modules["unet"]),
        vae=cast("AutoencoderKL", modules["vae"]),
        clip_l=cast("ClipTextModel | None", modules.get("clip_l")),
        clip_g=cast("OpenClipTextModel | None", modules.get("clip_g")),
    )


def fill_modules(
    modules: Mapping[str, nn.Module],
    views: Mapping[str, TensorView],
    device: torch.device,
    dtype: torch.dtype,
    admit: Callable[[int], None] | None = None,
) -> None:
    """Give modules, built without memory, the weights of a file, each part in what suits it (`part_dtype`).

    All are compared with the file before anything is read; then ``admit`` is told the bytes that will be taken.
    Raises CheckpointError for what does not fit.
    """
    for name, module in modules.items():
        _check(views[name], module, exact=name == "unet")
    dtypes = {name: part_dtype(name, device, dtype) for name in modules}
    if admit is not None:
        admit(sum(_parameters(module) * dtypes[name].itemsize for name, module in modules.items()))
    stream = _Stream(device, [views[n][key] for n, module in modules.items() for key in module.state_dict()])
    for name, module in modules.items():
        _fill(module, views[name], stream, dtypes[name])


def _parameters(module: nn.Module) -> int:
    return sum(tensor.numel() for tensor in module.state_dict().values())


def build_modules(spec: ModelSpec) -> dict[str, nn.Module]:
    """The networks of an architecture by the names of its parts, on the meta device: shapes, no memory."""
    return build_parts(spec.unet, spec.vae, spec.clip_l, spec.clip_g)


def build_parts(
    unet: UNetConfig | None, vae: VAEConfig | None, clip_l: TextConfig | None, clip_g: TextConfig | None
) -> dict[str, nn.Module]:
    """As `build_modules`, of the parts that there are."""
    modules: dict[str, nn.Module] = {}
    with torch.device("meta"), _Unfilled():
        if unet is not None:
            modules["unet"] = UNet(unet)
        if vae is not None:
            modules["vae"] = AutoencoderKL(vae)
        if clip_l is not None:
            modules["clip_l"] = ClipTextModel(clip_l)
        if clip_g is not None:
            modules["clip_g"] = OpenClipTextModel(clip_g)
    return modules


def part_dtype(part: str, device: torch.device, dtype: torch.dtype) -> torch.dtype:
    """What a part's weights are stored in, given the U-Net's ``dtype``.

    SDXL's autoencoder overflows fp16, so it takes bf16 on a GPU and fp32 on a CPU. The text towers compute in
    fp32 from whatever they are stored in, and CLIP's weights lose least in fp16.
    """
    if part == "unet" or dtype == torch.float32:
        return dtype
    if part == "vae":
        return torch.float32 if device.type == "cpu" else torch.bfloat16
    return torch.float16


def _check(view: TensorView, module: nn.Module, *, exact: bool) -> None:
    """Raise CheckpointError for the first key that the module needs and the file lacks or has otherwise.

    With ``exact`` also for a key that the module has no place for: a sign of another topology.
    """
    wanted = module.state_dict()
    for name, tensor in wanted.items():
        expected = f"expected shape {list(tensor.shape)}"
        info = view.get(name)
        if info is None:
            raise CheckpointError(f"{view.file.path}: {view.key(name)} is missing; {expected}")
        if info.shape != tuple(tensor.shape):
            raise CheckpointError(f"{view.file.path}: {view.key(name)}: {expected}, found {list(info.shape)}")
        if info.dtype not in DTYPES:
            raise CheckpointError(f"{view.file.path}: {view.key(name)}: expected floats, found {info.dtype}")
    unknown = next((name for name in view if name not in wanted), None)
    if exact and unknown is not None:
        raise CheckpointError(f"{view.file.path}: {view.key(unknown)}: this U-Net has no such tensor; expected none")


def _fill(module: nn.Module, view: TensorView, stream: "_Stream", dtype: torch.dtype) -> None:
    tensors = {name: stream.read(view, name, dtype) for name in module.state_dict()}
    module.load_state_dict(tensors, assign=True)
    module.eval().requires_grad_(requires_grad=False)


class _Unfilled(TorchFunctionMode):
    """Modules built within keep their parameters unset: drawing them on the meta device imports a compiler."""

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run ``func`` unless it is one of ``torch.nn.init``."""
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return kwargs.get("tensor", args[0] if args else None)
        return func(*args, **kwargs)


class _Stream:
    """Carries tensors from a file to a device through one small buffer, pinned where that is faster."""

    def __init__(self, device: torch.device, infos: list[TensorInfo]) -> None:
        self.device = device
        size = max(min(info.nbytes, max(CHUNK_BYTES, _row_bytes(info))) for info in infos)
        self.buffer = torch.empty(size, dtype=torch.uint8, pin_memory=device.type == "cuda")

    def read(self, view: TensorView, name: str, dtype: torch.dtype) -> Tensor:
        """A tensor of the file on the device, in ``dtype``; convolutions are laid out channels-last."""
        info = view[name]
        layout = torch.channels_last if len(info.shape) == 4 else torch.contiguous_format
        out = torch.empty(info.shape, dtype=dtype, device=self.device, memory_format=layout)
        if self.device.type == "cpu" and DTYPES[info.dtype] == dtype and out.is_contiguous():
            view.read_into(name, _bytes(out))
            return out
        rows = out if out.ndim else out[None]
        step = max(1, len(self.buffer) // max(1, _row_bytes(info)))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            part.copy_(self._staged(view, name, start, part))
        return out

    def _staged(self, view: TensorView, name: str, start: int, part: Tensor) -> Tensor:
        """The rows of a tensor that belong into ``part``, in the file's dtype, on the device."""
        info = view[name]
        count = len(part) * _row_bytes(info)
        chunk = self.buffer[:count]
        view.read_into(name, _bytes(chunk), start * _row_bytes(info))
        return chunk.view(DTYPES[info.dtype]).view(part.shape).to(self.device)


def _row_bytes(info: TensorInfo) -> int:
    """Bytes to an entry along the first axis."""
    return info.nbytes // (info.shape[0] or 1) if info.shape else info.nbytes


def _bytes(tensor: Tensor) -> memoryview:
    """The memory of a contiguous CPU tensor."""
    return tensor.view(-1).view(torch.uint8).numpy().data
