"""The model families, tried in order: the first that recognises a file reads its architecture."""

from dgx_pixels.checkpoint.families.family import UNET, Family
from dgx_pixels.checkpoint.families.pocket import POCKET
from dgx_pixels.checkpoint.families.sd15 import SD15
from dgx_pixels.checkpoint.families.sdxl import SDXL
from dgx_pixels.checkpoint.families.sdxl_refiner import SDXL_REFINER
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.errors import CheckpointError

FAMILIES: tuple[Family, ...] = (POCKET, SDXL, SDXL_REFINER, SD15)
"""Pocket comes before SDXL, whose layout it has."""


def family_of(file: TensorFile) -> Family:
    """The family a file's keys belong to; raises CheckpointError where they belong to none."""
    for family in FAMILIES:
        if family.detect(file):
            return family
    missing = f"{UNET}time_embed.0.weight"
    first = next(iter(file), "none")
    fault = f"no {missing}" if missing not in file else "text towers of no family known"
    known = ", ".join(family.name for family in FAMILIES)
    raise CheckpointError(
        f"{file.path}: not a checkpoint of a known family ({known}): {fault}, first key {first}; "
        "expected one file with U-Net, VAE and text towers"
    )


def read_spec(file: TensorFile) -> ModelSpec:
    """The architecture of a checkpoint, from its key names and shapes alone; raises CheckpointError."""
    family = family_of(file)
    return family.build(file, family.parts(file))
