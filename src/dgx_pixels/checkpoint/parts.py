"""Which networks a file holds, whole checkpoint or not: U-Net, VAE, text towers, each found by its own keys.

A whole checkpoint of a known family reads the same here as there (`families`); this is for the rest: parts alone,
and checkpoints that lack some.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from dgx_pixels.checkpoint.families.flavour import read_flavour
from dgx_pixels.checkpoint.families.pocket import GROUPS
from dgx_pixels.checkpoint.families.sd15 import HEADS
from dgx_pixels.checkpoint.families.shapes import read_clip_g, read_clip_l, read_unet, read_vae
from dgx_pixels.checkpoint.foreign import foreign_views
from dgx_pixels.checkpoint.tensorfile import TensorFile, TensorView
from dgx_pixels.core.architecture import ModelSpec, TextConfig, UNetConfig, VAEConfig

SCALES: Final = {"sd15": 0.18215, "sdxl": 0.13025, "sdxl-refiner": 0.13025, "pocket": 0.13025}
"""Latent scale of each family."""

_UNET = ("model.diffusion_model.", "model.model.", "net.", "model.", "diffusion_model.", "")
_VAE = ("first_stage_model.", "vae.", "")
_CLIP_L = (
    "conditioner.embedders.0.transformer.",
    "cond_stage_model.transformer.",
    "text_encoders.clip_l.transformer.",
    "",
)
_CLIP_G = ("conditioner.embedders.1.model.", "conditioner.embedders.0.model.", "")

_SIGNS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "unet": (_UNET, "input_blocks.0.0.weight"),
    "vae": (_VAE, "encoder.down.0.block.0.conv1.weight"),
    "clip_l": (_CLIP_L, "text_model.embeddings.token_embedding.weight"),
    "clip_g": (_CLIP_G, "transformer.resblocks.0.attn.in_proj_weight"),
}
"""Part to the prefixes its keys may have, and a key that only it has."""
_OLD_CLIP_L: Final = "embeddings.token_embedding.weight"  # files of 2022 leave out ``text_model.``


@dataclass(frozen=True, slots=True)
class FileParts:
    """The networks of a file."""

    views: Mapping[str, TensorView]
    """Tensors of each part there is (``unet``, ``vae``, ``clip_l``, ``clip_g``) under its module's names."""
    spec: ModelSpec | None
    """What they look like together, usual values standing for what is missing; None without a U-Net."""
    vae: VAEConfig | None
    clip_l: TextConfig | None
    clip_g: TextConfig | None


def find_parts(file: TensorFile) -> FileParts:
    """The networks of a file, none where it holds none. Raises CheckpointError naming a tensor of unfit shape."""
    views = _views(file)
    clip_l = read_clip_l(views["clip_l"]) if "clip_l" in views else None
    clip_g = read_clip_g(views["clip_g"]) if "clip_g" in views else None
    unet = _unet(views["unet"]) if "unet" in views else None
    vae = read_vae(views["vae"], SCALES["sdxl"]) if "vae" in views else None
    if vae is not None and vae.image_channels == 4:
        vae = replace(vae, groups=GROUPS)
    spec = None
    if unet is not None:
        family = _family(unet, vae, clip_l, clip_g)
        unet = replace(unet, groups=GROUPS) if family == "pocket" else unet
        shape = vae or VAEConfig(groups=GROUPS if family == "pocket" else 32, latent_channels=unet.out_channels)
        shape = replace(shape, scale=SCALES[family])
        spec = ModelSpec(family, unet, shape, clip_l, clip_g, **read_flavour(file))
    return FileParts(views, spec, vae, clip_l, clip_g)


def _views(file: TensorFile) -> dict[str, TensorView]:
    views: dict[str, TensorView] = {**foreign_views(file)}
    if "clip_g" in views:
        return views  # whose names else look like those of CLIP-L
    for part, (prefixes, sign) in _SIGNS.items():
        if part in views:
            continue
        for prefix in prefixes:
            if prefix + sign in file:
                views[part] = file.under(prefix)
            elif part == "clip_l" and prefix + _OLD_CLIP_L in file:
                views[part] = file.under(prefix, instead="text_model.")
            if part in views:
                break
    return views


def _unet(view: TensorView) -> UNetConfig:
    """The U-Net's shape: SD1.x, the only one that projects by convolutions, has eight heads at every level."""
    convolved = any(name.endswith(".proj_in.weight") and len(view[name].shape) == 4 for name in view)
    return read_unet(view, heads=HEADS if convolved else None)


def _family(unet: UNetConfig, vae: VAEConfig | None, clip_l: TextConfig | None, clip_g: TextConfig | None) -> str:
    """The family of a U-Net by its own shape, and by what lies beside it where that does not tell."""
    if vae is not None and vae.image_channels == 4:
        return "pocket"
    if unet.vector_dim is None:
        return "sd15"
    if (clip_g is not None and clip_l is None) or unet.context_dim == 1280:
        return "sdxl-refiner"
    if clip_g is not None or unet.context_dim == 2048:
        return "sdxl"
    return "pocket"
