"""SDXL's refiner: the OpenCLIP tower alone, and an aesthetic score in the vector conditioning."""

from dgx_pixels.checkpoint.families.family import UNET, Family, Parts
from dgx_pixels.checkpoint.families.flavour import read_flavour
from dgx_pixels.checkpoint.families.sdxl import LATENT_SCALE
from dgx_pixels.checkpoint.families.shapes import read_clip_g, read_unet, read_vae
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import ModelSpec

CLIP_G = "conditioner.embedders.0.model."


def detect(file: TensorFile) -> bool:
    """Whether the file has vector conditioning, and OpenCLIP as its first tower."""
    return f"{UNET}label_emb.0.0.weight" in file and f"{CLIP_G}text_projection" in file


def build(file: TensorFile, parts: Parts) -> ModelSpec:
    """The architecture, read off the shapes."""
    return ModelSpec(
        family="sdxl-refiner",
        unet=read_unet(parts["unet"]),
        vae=read_vae(parts["vae"], LATENT_SCALE),
        clip_l=None,
        clip_g=read_clip_g(parts["clip_g"]),
        **read_flavour(file),
    )


SDXL_REFINER = Family("sdxl-refiner", detect, build, clip_g=CLIP_G)
