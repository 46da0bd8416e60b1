"""MODEL, CLIP and VAE values out of files: what the loader nodes hand on. Knows no folder and no node."""

from collections.abc import Sequence
from pathlib import Path

import torch

from dgx_pixels.core.errors import CheckpointError, UsageError
from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.levels import sigma_table
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.parts import TEXT, Parts
from dgx_pixels.engine.vae import Vae
from dgx_pixels.engine.weights import Weights
from dgx_pixels.sampling.forms import Trained
from dgx_pixels.sampling.preview import SD15, SDXL

FP8 = {"fp8_e4m3fn": torch.float8_e4m3fn, "fp8_e5m2": torch.float8_e5m2}
"""Types that a U-Net's weights can be rounded to, by name."""


def load_checkpoint(engine: Engine, path: Path) -> tuple[Model, Clip | None, Vae]:
    """Model, text towers (None where the file has none) and autoencoder (which may only complain) of a file.

    Raises CheckpointError for a file without a U-Net.
    """
    parts = engine.parts(path)
    towers = parts.clip_l is not None or parts.clip_g is not None
    return _model(parts), _clip(engine, [parts]) if towers else None, Vae(name=path.name, module=parts.vae)


def load_unet(engine: Engine, path: Path, rounded: str | None = None) -> Model:
    """The U-Net of a file, its weights rounded to one of `FP8`. Raises CheckpointError where there is none."""
    return _model(engine.parts(path, frozenset({"unet"}), rounded=FP8[rounded] if rounded else None))


def load_vae(engine: Engine, path: Path) -> Vae:
    """The autoencoder of a file. Raises CheckpointError where there is none."""
    return Vae(name=path.name, module=engine.parts(path, frozenset({"vae"})).vae)


def load_clip(engine: Engine, paths: Sequence[Path], *, on_cpu: bool = False) -> Clip:
    """The text towers of one file or two, in either order. Raises CheckpointError where there are none.

    CLIP-L alone encodes as SD1.x wants it, OpenCLIP alone as SDXL's refiner, both as SDXL.
    """
    device = torch.device("cpu") if on_cpu else None
    return _clip(engine, [engine.parts(path, TEXT, device=device) for path in paths])


def load_diffusers(engine: Engine, folder: Path) -> tuple[Model, Clip | None, Vae]:
    """What `load_checkpoint` returns, from a folder in diffusers' layout.

    Raises CheckpointError where a network lacks its safetensors file.
    """
    model = load_unet(engine, _weights(folder / "unet"))
    towers = [_weights(path) for path in (folder / "text_encoder", folder / "text_encoder_2") if path.is_dir()]
    clip = load_clip(engine, towers) if towers else None
    return model, clip, load_vae(engine, _weights(folder / "vae"))


def _weights(folder: Path) -> Path:
    """The one file of weights in a folder, that of fewer bits if there are two."""
    found = sorted(folder.glob("*.safetensors"), key=lambda path: (".fp16." not in path.name, path.name))
    if not found:
        raise CheckpointError(f"{folder} holds no .safetensors file; download one, other kinds are not read")
    return found[0]


def _clip(engine: Engine, files: Sequence[Parts]) -> Clip:
    clip_l = [parts.clip_l for parts in files if parts.clip_l is not None]
    clip_g = [parts.clip_g for parts in files if parts.clip_g is not None]
    if max(len(clip_l), len(clip_g)) > 1:
        names = " and ".join(parts.path.name for parts in files)
        raise UsageError(f"{names} hold the same text encoder; SDXL takes one CLIP-L and one CLIP-G file")
    towers = engine.towers(next(iter(clip_l), None), next(iter(clip_g), None))
    return Clip(name=files[0].path.name, towers=towers)


def _model(parts: Parts) -> Model:
    if parts.checkpoint is not None:
        return Model.of(parts.checkpoint)
    if parts.spec is None or parts.unet is None:
        raise CheckpointError(f"{parts.path.name} holds no U-Net; choose a checkpoint or a diffusion model")
    spec = parts.spec
    return Model(
        name=parts.path.name,
        weights=Weights(parts.unet),
        spec=spec,
        table=sigma_table(spec),
        form=Trained(spec.prediction),
        colors=lambda: SD15 if spec.family == "sd15" else SDXL,
    )
