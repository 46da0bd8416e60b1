"""Pocket: SDXL's layout at small widths, with an alpha channel in the images."""

from dataclasses import replace

from dgx_pixels.checkpoint.families import sdxl
from dgx_pixels.checkpoint.families.family import VAE, Family, Parts
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import ModelSpec

GROUPS = 8


def detect(file: TensorFile) -> bool:
    """Whether the file is laid out as SDXL, with an autoencoder of RGBA images."""
    conv_in = file.get(f"{VAE}encoder.conv_in.weight")
    return sdxl.two_towers(file) and conv_in is not None and conv_in.shape[1:2] == (4,)


def build(file: TensorFile, parts: Parts) -> ModelSpec:
    """The architecture, read off the shapes; its normalisations have 8 groups, which no shape tells."""
    spec = sdxl.build(file, parts)
    unet, vae = replace(spec.unet, groups=GROUPS), replace(spec.vae, groups=GROUPS)
    return replace(spec, family="pocket", unet=unet, vae=vae)


POCKET = Family("pocket", detect, build, clip_l=sdxl.CLIP_L, clip_g=sdxl.CLIP_G)
