"""Pocket's VAE: a sprite enlarged eight times goes in, flat cells with hard edges come out.

A latent pixel is a sprite pixel. The encoder averages the cells of a picture and mixes their channels to white
latents; the decoder does the inverse. Both are set (`identity`): there is nothing about flat cells to be learned.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from dgx_pixels.core.architecture import VAEConfig
from dgx_pixels.core.limits import SPRITE_CELL
from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.train.data import Store
from dgx_pixels.train.identity import set_identity

Report = Callable[[int, float, float], None]
"""Told (step, loss, share of the time gone)."""


def enlarge(sprites: Tensor) -> Tensor:
    """Sprites (N, C, s, s) as pictures (N, C, 8s, 8s) of flat cells."""
    return interpolate(sprites, scale_factor=float(SPRITE_CELL), mode="nearest")


@dataclass(frozen=True, slots=True, eq=False)
class LatentMap:
    """What the encoder makes of pictures of flat cells, without drawing their 64 pixels a cell: an affine map."""

    weight: Tensor
    """(Z, C)."""
    bias: Tensor
    """(Z, 1, 1)."""

    @classmethod
    @torch.no_grad()
    def of(cls, vae: AutoencoderKL) -> "LatentMap":
        """Measured on a picture of random cells (least squares)."""
        weight = vae.encoder.conv_in.weight
        draw = torch.Generator().manual_seed(0)
        cells = torch.rand((1, vae.config.image_channels, 16, 16), generator=draw).to(weight) * 2 - 1
        z = (vae.encode(enlarge(cells)) * vae.config.scale)[0].flatten(1).T.double()
        x = torch.cat((cells, torch.ones_like(cells[:, :1])), 1)[0].flatten(1).T.double()
        mix = torch.linalg.lstsq(x, z).solution.T.float().contiguous()
        return cls(mix[:, :-1], mix[:, -1, None, None])

    def __call__(self, sprites: Tensor) -> Tensor:
        """Latents (N, Z, s, s) as a sampler sees them, of sprites (N, C, s, s) in [-1, 1]."""
        return torch.einsum("zc,nchw->nzhw", self.weight, sprites) + self.bias


def make_autoencoder(config: VAEConfig, store: Store) -> AutoencoderKL:
    """The VAE whose latents are the store's sprites, made white: nothing is left to be trained."""
    net = AutoencoderKL(config).requires_grad_(requires_grad=False)
    set_identity(net)
    net.to(store.device)
    whiten(net, store)
    return net


@torch.no_grad()
def whiten(net: AutoencoderKL, store: Store, count: int = 2048) -> None:
    """Fold an affine map into the 1x1 convolutions: latents x scale have mean 0 and covariance 1.

    What the diffusion model then sees is white in every direction of colour, and SDXL's own latent scale
    fits without a special case. Statistics are those of ``count`` sprites of each size.
    """
    latents = LatentMap.of(net)
    z = torch.cat(
        [latents(store.labelled(size, count)[0]).permute(1, 0, 2, 3).flatten(1) for size in sorted(store.shelves)], 1
    ).double()
    z = z / net.config.scale
    mean = z.mean(1)
    values, vectors = torch.linalg.eigh(torch.cov(z))
    # Symmetric (ZCA) whitening keeps each channel close to what it was.
    white = vectors @ torch.diag(values.rsqrt()) @ vectors.T / net.config.scale
    n = net.config.latent_channels
    (quant, quant_bias), (post, post_bias) = _affine(net.quant_conv), _affine(net.post_quant_conv)
    first = quant[:n, :, 0, 0].double()
    quant[:n, :, 0, 0] = (white @ first).to(quant.dtype)
    quant_bias[:n] = (white @ (quant_bias[:n].double() - mean)).to(quant.dtype)
    quant_bias[n:] += 2 * torch.log(white.diagonal().abs()).to(quant.dtype)
    second = post[:, :, 0, 0].double()
    post_bias += (second @ mean).to(post.dtype)
    post[:, :, 0, 0] = (second @ torch.linalg.inv(white)).to(post.dtype)


def _affine(module: nn.Module) -> tuple[Tensor, Tensor]:
    """Weight and bias of a convolution, to be written to in place."""
    if not isinstance(module, nn.Conv2d) or module.bias is None:
        raise TypeError("whitening needs a VAE with quant_conv and post_quant_conv")
    return module.weight.data, module.bias.data
