"""Trains Pocket's VAE: a sprite enlarged eight times goes in, flat cells with hard edges come out.

A latent pixel is a sprite pixel. The decoder also sees latents with noise on them, so that what a sampler
leaves unsure is decoded to the flat cell it was meant to be.
"""

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from dgx_pixels.core.architecture import VAEConfig
from dgx_pixels.core.limits import SPRITE_CELL
from dgx_pixels.nn.vae import AttnBlock, AutoencoderKL, Downsample, ResnetBlock, Upsample
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Store

Report = Callable[[int, float, float], None]
"""Told (step, loss, share of the time gone)."""


def enlarge(sprites: Tensor) -> Tensor:
    """Sprites (N, C, s, s) as pictures (N, C, 8s, 8s) of flat cells."""
    return interpolate(sprites, scale_factor=float(SPRITE_CELL), mode="nearest")


def train_autoencoder(
    config: VAEConfig, store: Store, budget: Budget, report: Report, *, cells: int = 2**13
) -> AutoencoderKL:
    """A VAE trained for ``budget``; ``cells`` is the number of sprite pixels a step."""
    device = store.device
    net = AutoencoderKL(config).to(device, memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    start_as_identity(net)
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3, betas=(0.9, 0.99), weight_decay=0.0)
    started, step = time.monotonic(), 0
    sizes = sorted(store.shelves)
    while (gone := budget.gone(step, time.monotonic() - started)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 1e-3 * min(1.0, step / 100) * (1 - gone) ** 0.7
        size = sizes[step % len(sizes)]
        sprites = store.batch(size, max(1, cells // size**2))[0]
        loss = _loss(net, sprites, strict=gone > 0.75)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 50 == 1:
            report(step, loss.item(), gone)
    whiten(net, store, cells)
    return net


@torch.no_grad()
def start_as_identity(net: AutoencoderKL) -> None:
    """Let every block pass on what it gets: residual branches add nothing, sampling averages or repeats cells.

    From there the way to flat cells is short; from random weights colours alone take tens of thousands of steps.
    """
    for module in net.modules():
        if isinstance(module, ResnetBlock):
            nn.init.zeros_(module.conv2.weight)
        elif isinstance(module, AttnBlock):
            nn.init.zeros_(module.proj_out.weight)
        elif isinstance(module, Downsample):
            _pass(module.conv, module.conv.weight.new_tensor([[1, 1, 0], [1, 1, 0], [0, 0, 0]]) / 4)
        elif isinstance(module, Upsample):
            _pass(module.conv, module.conv.weight.new_tensor([[0, 0, 0], [0, 1, 0], [0, 0, 0]]))


def _pass(conv: nn.Conv2d, kernel: Tensor) -> None:
    """Make a convolution apply ``kernel`` (3, 3) to each channel by itself."""
    conv.weight.copy_(torch.eye(len(conv.weight), device=kernel.device)[:, :, None, None] * kernel)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)


def _loss(net: AutoencoderKL, sprites: Tensor, *, strict: bool) -> Tensor:
    """Reconstruction (L1 + L2) of clean and of noisy latents, and a light pull towards unit Gaussians."""
    picture = enlarge(sprites).contiguous(memory_format=torch.channels_last)
    with torch.autocast(sprites.device.type, torch.bfloat16, enabled=sprites.is_cuda):
        mean, log_variance = net.moments(picture)
        spread = mean.detach().float().std((0, 2, 3), keepdim=True)
        # Half of the batch is decoded as it is; the other half with noise of up to 0.3 of the latent's spread.
        level = torch.rand(len(mean), 1, 1, 1, device=mean.device) * (0.15 if strict else 0.3)
        level = level * (torch.arange(len(mean), device=mean.device) % 2).view(-1, 1, 1, 1)
        noisy = mean + level * spread * torch.randn_like(mean)
        error = net.decode(noisy).float() - picture
    mean, log_variance = mean.float(), log_variance.float()
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()
    return error.abs().mean() + 2 * (error**2).mean() + 1e-4 * kl


@torch.no_grad()
def whiten(net: AutoencoderKL, store: Store, cells: int = 2**16) -> None:
    """Fold an affine map into the 1x1 convolutions: latents x scale have mean 0 and covariance 1.

    What the diffusion model then sees is white in every direction of colour, and SDXL's own latent scale
    fits without a special case.
    """
    latents = [
        net.encode(enlarge(store.batch(size, max(2, cells // size**2))[0])).permute(1, 0, 2, 3).flatten(1).double()
        for size in sorted(store.shelves)
        for _ in range(4)
    ]
    z = torch.cat(latents, 1)
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
