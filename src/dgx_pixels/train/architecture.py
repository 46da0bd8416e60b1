"""Pocket's shape: SDXL's topology, narrow enough for a laptop. Numbers only."""

from dgx_pixels.core.architecture import ModelSpec, TextConfig, UNetConfig, VAEConfig

CLIP_L = TextConfig(width=64, layers=3, heads=1)
CLIP_G = TextConfig(width=128, layers=3, heads=2, projection=128)
POCKET = ModelSpec(
    family="pocket",
    unet=UNetConfig(
        model_channels=64,
        channel_mult=(1, 2, 3),
        res_blocks=(2, 2, 2),
        input_depths=(0, 0, 1, 1, 1, 1),
        middle_depth=1,
        output_depths=(1, 1, 1, 1, 1, 1, 0, 0, 0),
        context_dim=CLIP_L.width + CLIP_G.width,
        vector_dim=128 + 6 * 256,
        groups=8,
    ),
    vae=VAEConfig(channels=32, channel_mult=(1, 1, 1, 1), res_blocks=1, image_channels=4, groups=8),
    clip_l=CLIP_L,
    clip_g=CLIP_G,
)
SMOKE = ModelSpec(
    family="pocket",
    unet=UNetConfig(
        model_channels=32,
        channel_mult=(1, 2, 2),
        res_blocks=(1, 1, 1),
        input_depths=(0, 1, 1),
        middle_depth=1,
        output_depths=(1, 1, 1, 1, 0, 0),
        context_dim=128,
        vector_dim=64 + 6 * 256,
        groups=8,
    ),
    vae=POCKET.vae,
    clip_l=TextConfig(width=64, layers=2, heads=1),
    clip_g=TextConfig(width=64, layers=2, heads=1, projection=64),
)
"""The smallest network of the kind, to see the whole training run on a CPU."""
