"""Which colours a model's latents stand for: published for the known families, measured for the others."""

import torch

from dgx_pixels.engine.latents import unscaled
from dgx_pixels.engine.loading import Checkpoint
from dgx_pixels.engine.tiling import FACTOR
from dgx_pixels.sampling.preview import SD15, SDXL, LatentColors

_PROBE = 16  # side of the latent that is decoded to measure a VAE


def latent_colors(model: Checkpoint) -> LatentColors:
    """The linear map from the sampler's latent to colours that shows an unfinished picture."""
    if model.spec.latent_mean is None and model.spec.vae.image_channels == 3:
        return SD15 if model.spec.family == "sd15" else SDXL
    return measured(model)


@torch.inference_mode()
def measured(model: Checkpoint) -> LatentColors:
    """The map that comes nearest (least squares) to what the VAE makes of random latents."""
    channels = model.spec.vae.latent_channels
    noise = torch.randn((1, channels, _PROBE, _PROBE), generator=torch.Generator().manual_seed(0))
    z = unscaled(model.spec, noise).to(next(model.vae.parameters()).device)
    image = torch.nn.functional.avg_pool2d(model.vae.decode(z).float(), FACTOR).cpu()
    inputs = torch.cat((noise, torch.ones_like(noise[:, :1])), dim=1)
    mix = torch.linalg.lstsq(inputs[0].flatten(1).T, (image[0].flatten(1).T + 1) / 2).solution
    *factors, bias = (tuple(row) for row in mix.tolist())
    return LatentColors(tuple(factors), bias)
