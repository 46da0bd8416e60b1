"""Stable Diffusion 1.x: CLIP-L alone, no vector conditioning, eight heads at every level."""

from dgx_pixels.checkpoint.families.family import UNET, Family, Parts
from dgx_pixels.checkpoint.families.flavour import read_flavour
from dgx_pixels.checkpoint.families.shapes import read_clip_l, read_unet, read_vae
from dgx_pixels.checkpoint.tensorfile import TensorFile
from dgx_pixels.core.architecture import ModelSpec

CLIP_L = "cond_stage_model.transformer."
LATENT_SCALE = 0.18215
HEADS = 8


def detect(file: TensorFile) -> bool:
    """Whether the file has no vector conditioning, and CLIP-L as its only tower."""
    tower = any(key.startswith(CLIP_L) for key in file)
    return tower and f"{UNET}time_embed.0.weight" in file and f"{UNET}label_emb.0.0.weight" not in file


def build(file: TensorFile, parts: Parts) -> ModelSpec:
    """The architecture, read off the shapes."""
    return ModelSpec(
        family="sd15",
        unet=read_unet(parts["unet"], heads=HEADS),
        vae=read_vae(parts["vae"], LATENT_SCALE),
        clip_l=read_clip_l(parts["clip_l"]),
        clip_g=None,
        **read_flavour(file),
    )


SD15 = Family("sd15", detect, build, clip_l=CLIP_L)
