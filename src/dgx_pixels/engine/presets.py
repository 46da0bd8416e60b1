"""The architectures of published models, and small ones of the same topologies for tests. Numbers only."""

from dataclasses import replace
from typing import Final

from dgx_pixels.core.architecture import ModelSpec, TextConfig, UNetConfig, VAEConfig

CLIP_L: Final = TextConfig(width=768, layers=12, heads=12)
CLIP_G: Final = TextConfig(width=1280, layers=32, heads=20, projection=1280)

SDXL: Final = ModelSpec(
    family="sdxl",
    unet=UNetConfig(
        model_channels=320,
        channel_mult=(1, 2, 4),
        res_blocks=(2, 2, 2),
        input_depths=(0, 0, 2, 2, 10, 10),
        middle_depth=10,
        output_depths=(10, 10, 10, 2, 2, 2, 0, 0, 0),
        context_dim=2048,
        vector_dim=2816,
    ),
    vae=VAEConfig(),
    clip_l=CLIP_L,
    clip_g=CLIP_G,
)

SDXL_REFINER: Final = ModelSpec(
    family="sdxl-refiner",
    unet=UNetConfig(
        model_channels=384,
        channel_mult=(1, 2, 4, 4),
        res_blocks=(2, 2, 2, 2),
        input_depths=(0, 0, 4, 4, 4, 4, 0, 0),
        middle_depth=4,
        output_depths=(0, 0, 0, 4, 4, 4, 4, 4, 4, 0, 0, 0),
        context_dim=1280,
        vector_dim=2560,
    ),
    vae=VAEConfig(),
    clip_l=None,
    clip_g=CLIP_G,
)

SD15: Final = ModelSpec(
    family="sd15",
    unet=UNetConfig(
        model_channels=320,
        channel_mult=(1, 2, 4, 4),
        res_blocks=(2, 2, 2, 2),
        input_depths=(1, 1, 1, 1, 1, 1, 0, 0),
        middle_depth=1,
        output_depths=(0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        context_dim=768,
        vector_dim=None,
        heads=8,
        linear_projection=False,
    ),
    vae=VAEConfig(scale=0.18215),
    clip_l=CLIP_L,
    clip_g=None,
)

_TINY_VAE: Final = VAEConfig(channels=32, channel_mult=(1, 1, 2, 2), res_blocks=1)
_TINY_L: Final = TextConfig(width=64, layers=2, heads=1)
_TINY_G: Final = TextConfig(width=128, layers=3, heads=2, projection=64)

TINY_SDXL: Final = ModelSpec(
    family="sdxl",
    unet=UNetConfig(
        model_channels=32,
        channel_mult=(1, 2, 4),
        res_blocks=(1, 1, 1),
        input_depths=(0, 1, 2),
        middle_depth=2,
        output_depths=(2, 2, 1, 1, 0, 0),
        context_dim=192,
        vector_dim=64 + 6 * 256,
    ),
    vae=_TINY_VAE,
    clip_l=_TINY_L,
    clip_g=_TINY_G,
)

TINY_REFINER: Final = ModelSpec(
    family="sdxl-refiner",
    unet=UNetConfig(
        model_channels=32,
        channel_mult=(1, 2, 2),
        res_blocks=(1, 1, 1),
        input_depths=(0, 1, 0),
        middle_depth=1,
        output_depths=(0, 0, 1, 1, 0, 0),
        context_dim=128,
        vector_dim=64 + 5 * 256,
    ),
    vae=_TINY_VAE,
    clip_l=None,
    clip_g=_TINY_G,
)

TINY_SD15: Final = ModelSpec(
    family="sd15",
    unet=UNetConfig(
        model_channels=32,
        channel_mult=(1, 2),
        res_blocks=(1, 1),
        input_depths=(1, 0),
        middle_depth=1,
        output_depths=(0, 0, 1, 1),
        context_dim=64,
        vector_dim=None,
        heads=8,
        linear_projection=False,
    ),
    vae=replace(_TINY_VAE, scale=0.18215),
    clip_l=_TINY_L,
    clip_g=None,
)

TINY_POCKET: Final = replace(
    TINY_SDXL,
    family="pocket",
    unet=replace(TINY_SDXL.unet, groups=8),
    vae=replace(_TINY_VAE, image_channels=4, groups=8),
)

PRESETS: Final = {
    "sdxl": SDXL,
    "sdxl-refiner": SDXL_REFINER,
    "sd15": SD15,
    "tiny-sdxl": TINY_SDXL,
    "tiny-sdxl-refiner": TINY_REFINER,
    "tiny-sd15": TINY_SD15,
    "tiny-pocket": TINY_POCKET,
}
"""By the name that ``dgx-pixels dev random-checkpoint`` is asked for."""
