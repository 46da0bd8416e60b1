"""Weights that carry a sprite through every layer of a VAE unchanged: set, not trained.

A sprite's picture is made of flat cells, so its latent need be no more than the average of each cell. Residual
branches add nothing; downsampling averages and upsampling repeats; what is left is the last normalisation. A lane
of four channels carries a value v through it as (v, -v, K, -K): its mean is always 0 and its variance almost K^2 / 2
whatever the picture shows, so that the norm is a fixed scale, which its own weights undo. The activation after it
vanishes from a difference: silu(v) - silu(-v) = v.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dgx_pixels.nn.vae import AutoencoderKL, Decoder, Downsample, Encoder, ResnetBlock, Upsample

LANE = 4
"""Channels of a lane."""
LOUD = 30.0
"""The constant K beside which a value in [-1, 1] hardly changes a variance."""
SCALE = math.sqrt((LOUD**2 + 0.5) / 2)
"""Standard deviation of a lane whose value has mean square 0.5: exact to 3e-4 for any picture."""
SPARES = 2
"""More lanes for alpha, which the decoder's last layer needs to make it hard."""
STEEP, KNEE = 12.0, 0.4
"""Alpha of the decoder: rises from 0 to 1 while its latent goes from -KNEE to KNEE; STEEP rounds the corners."""


@torch.no_grad()
def set_identity(net: AutoencoderKL) -> None:
    """Set every weight of ``net``: latents are the averages of cells, pictures are flat cells with hard alpha.

    Raises ValueError for a VAE whose widths have no room for its lanes.
    """
    config = net.config
    values = config.image_channels
    lanes = [*range(values), *[values - 1] * SPARES]
    narrowest = config.channels * min(config.channel_mult)
    if values != config.latent_channels or len(lanes) * LANE > narrowest or config.channels // config.groups != LANE:
        raise ValueError(f"no {len(lanes)} lanes of {LANE} in {narrowest} channels, {config.groups} groups")
    for parameter in net.parameters():
        nn.init.zeros_(parameter)
    _pass_on(net.encoder, range(values))
    _pass_on(net.decoder, lanes)
    _read_out(net.encoder, values)
    _read_out(net.decoder, values)
    _harden(net.decoder, values)
    for conv in (net.quant_conv, net.post_quant_conv):
        if isinstance(conv, nn.Conv2d):
            _repeat(conv)


def _pass_on(half: Encoder | Decoder, lanes: Sequence[int]) -> None:
    """Copy input ``lanes[i]`` into lane i, and let everything up to the last norm pass the lanes on."""
    for i, value in enumerate(lanes):
        first = i * LANE
        half.conv_in.weight[first : first + 2, value, 1, 1] = torch.tensor([1.0, -1.0])
        _bias(half.conv_in)[first + 2 : first + LANE] = torch.tensor([LOUD, -LOUD])
    for module in half.modules():
        if isinstance(module, ResnetBlock) and module.shortcut:
            _repeat(module.nin_shortcut)
        elif isinstance(module, Downsample):
            _convolve(module.conv, torch.tensor([[1.0, 1, 0], [1, 1, 0], [0, 0, 0]]) / 4)
        elif isinstance(module, Upsample):
            _convolve(module.conv, torch.tensor([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]))


def _read_out(half: Encoder | Decoder, values: int) -> None:
    """Undo the last norm and activation: value = silu(v) - silu(-v)."""
    half.norm_out.weight[: values * LANE] = SCALE
    for value in range(values):
        half.conv_out.weight[value, value * LANE, 1, 1] = 1
        half.conv_out.weight[value, value * LANE + 1, 1, 1] = -1
    # What is left of an encoder's outputs is the log-variance: as good as none.
    _bias(half.conv_out)[values:] = -8


def _harden(decoder: Decoder, values: int) -> None:
    """Make alpha, the last value, hard: the difference of two ramps, one in each of its spare lanes."""
    alpha = values - 1
    decoder.conv_out.weight[alpha] = 0
    for lane, sign in ((values, 1), (values + 1, -1)):
        channel = lane * LANE
        decoder.norm_out.weight[channel] = STEEP * SCALE
        _bias(decoder.norm_out)[channel] = sign * STEEP * KNEE
        decoder.conv_out.weight[alpha, channel, 1, 1] = sign / (STEEP * KNEE)
    _bias(decoder.conv_out)[alpha] = -1


def _repeat(conv: nn.Conv2d) -> None:
    """Make a 1x1 convolution copy channel i to channel i as far as both sides have it."""
    for i in range(min(conv.weight.shape[:2])):
        conv.weight[i, i] = 1


def _convolve(conv: nn.Conv2d, kernel: Tensor) -> None:
    """Make a convolution apply ``kernel`` (3, 3) to each channel by itself."""
    for i in range(len(conv.weight)):
        conv.weight[i, i] = kernel


def _bias(module: nn.Conv2d | nn.GroupNorm) -> Tensor:
    if module.bias is None:
        raise TypeError("the VAE's layers have biases")
    return module.bias
