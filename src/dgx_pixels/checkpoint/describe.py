"""What a model file holds, from its header alone: family, precision, networks, metadata. Loads no tensor."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Final

from dgx_pixels.checkpoint.families import read_spec
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.errors import CheckpointError

_PRECISIONS: Final = {
    "F64": "fp64", "F32": "fp32", "F16": "fp16", "BF16": "bf16", "F8_E4M3": "fp8", "F8_E5M2": "fp8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Description:
    """A file's header in a few words."""

    spec: ModelSpec | None
    """Its networks; None where it is not a whole checkpoint of a known family (a LoRA, a VAE, ...)."""
    precision: str
    """Of most of its bytes: ``fp32``, ``fp16``, ``bf16``, ``fp8``, or the format's own name."""
    tensors: int
    parameters: int
    metadata: Mapping[str, str]

    @property
    def family(self) -> str | None:
        """``sdxl``, ``sdxl-refiner``, ``sd15``, ``pocket``; None where there is no ``spec``."""
        return self.spec and self.spec.family


def describe(path: Path) -> Description:
    """Read a file's header. Raises CheckpointError if it is no whole safetensors file."""
    with TensorFile(path) as file:
        sizes: Counter[str] = Counter()
        for info in file.values():
            sizes[info.dtype] += info.nbytes
        return Description(
            spec=_spec(file),
            precision=_precision(sizes),
            tensors=len(file),
            parameters=sum(prod(info.shape) for info in file.values()),
            metadata=file.metadata,
        )


def _spec(file: TensorFile) -> ModelSpec | None:
    try:
        return read_spec(file)
    except CheckpointError:
        return None


def _precision(sizes: Counter[str]) -> str:
    if not sizes:
        return "–"
    (dtype, _), *_ = sizes.most_common(1)
    return _PRECISIONS.get(dtype, dtype)
