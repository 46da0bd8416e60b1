"""SDXL base and everything of its layout: fine-tunes, v-prediction, inpainting, SSD-1B, Vega, KOALA."""

from dgx_pixels.checkpoint.families.family import UNET, Family, Parts
from dgx_pixels.checkpoint.families.flavour import read_flavour
from dgx_pixels.checkpoint.families.shapes import read_clip_g, read_clip_l, read_unet, read_vae
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import ModelSpec

CLIP_L = "conditioner.embedders.0.transformer."
CLIP_G = "conditioner.embedders.1.model."
LATENT_SCALE = 0.13025


def two_towers(file: TensorFile) -> bool:
    """Whether the file has SDXL's vector conditioning and its second text tower."""
    return f"{UNET}label_emb.0.0.weight" in file and f"{CLIP_G}text_projection" in file


def build(file: TensorFile, parts: Parts) -> ModelSpec:
    """The architecture, read off the shapes."""
    return ModelSpec(
        family="sdxl",
        unet=read_unet(parts["unet"]),
        vae=read_vae(parts["vae"], LATENT_SCALE),
        clip_l=read_clip_l(parts["clip_l"]),
        clip_g=read_clip_g(parts["clip_g"]),
        **read_flavour(file),
    )


SDXL = Family("sdxl", detect=two_towers, build=build, clip_l=CLIP_L, clip_g=CLIP_G)
