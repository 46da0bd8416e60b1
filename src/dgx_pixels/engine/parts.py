"""Networks of a file that need not be a whole checkpoint, loaded onto a device. Knows no node."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import torch
from torch import nn

from dgx_pixels.checkpoint.parts import FileParts, find_parts
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.errors import CheckpointError
from dgx_pixels.engine.loading import Checkpoint, build_parts, fill_modules
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.unet import UNet
from dgx_pixels.nn.vae import AutoencoderKL

ALL: Final = frozenset({"unet", "vae", "clip_l", "clip_g"})
TEXT: Final = frozenset({"clip_l", "clip_g"})


@dataclass(frozen=True, slots=True)
class Parts:
    """The networks of one file that were asked for and are there."""

    path: Path
    metadata: Mapping[str, str]
    spec: ModelSpec | None
    """Of the U-Net and what lies beside it; usual values stand for what is missing. None without a U-Net."""
    unet: UNet | None
    vae: AutoencoderKL | None
    clip_l: ClipTextModel | None
    clip_g: OpenClipTextModel | None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The same as a checkpoint, where U-Net and VAE are there."""
        if self.spec is None or self.unet is None or self.vae is None:
            return None
        return Checkpoint(self.path, self.spec, self.metadata, self.unet, self.vae, self.clip_l, self.clip_g)


def load_parts(
    path: Path,
    device: torch.device,
    dtype: torch.dtype,
    wanted: Collection[str] = ALL,
    admit: Callable[[int], None] | None = None,
    rounded: torch.dtype | None = None,
) -> Parts:
    """Load those of the ``wanted`` parts that a file has; ``dtype`` and ``admit`` as in `fill_modules`.

    ``rounded``: a type of fewer bits that the U-Net's weights are rounded to. Raises CheckpointError for a file
    that has none of them or is damaged.
    """
    with TensorFile(path) as file:
        found = find_parts(file)
        modules = build_parts(
            found.spec.unet if found.spec and "unet" in wanted else None,
            found.vae if "vae" in wanted else None,
            found.clip_l if "clip_l" in wanted else None,
            found.clip_g if "clip_g" in wanted else None,
        )
        if not modules:
            raise CheckpointError(_nothing(path, found, wanted, next(iter(file), "none")))
        fill_modules(modules, found.views, device, dtype, admit)
        if rounded is not None and "unet" in modules:
            _round(modules["unet"], rounded)
    return Parts(
        path=path,
        metadata=file.metadata,
        spec=found.spec,
        unet=cast("UNet | None", modules.get("unet")),
        vae=cast("AutoencoderKL | None", modules.get("vae")),
        clip_l=cast("ClipTextModel | None", modules.get("clip_l")),
        clip_g=cast("OpenClipTextModel | None", modules.get("clip_g")),
    )


def _round(module: nn.Module, dtype: torch.dtype) -> None:
    for parameter in module.parameters():
        parameter.data = parameter.data.to(dtype).to(parameter.dtype)


def _nothing(path: Path, found: FileParts, wanted: Collection[str], first: str) -> str:
    sought = " or ".join(sorted(wanted))
    others = f"only {', '.join(found.views)}" if found.views else f"no network known here (first key {first})"
    return f"{path.name} holds no {sought}, {others}; choose another file"
