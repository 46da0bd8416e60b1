"""The SDXL-family U-Net at any width and depth. Knows nothing of sigmas, samplers or files.

Attribute names are the checkpoint's keys below ``model.diffusion_model.``, so loading is a plain assignment.
Architecture: Podell et al., "SDXL: Improving Latent Diffusion Models for High-Resolution Image Synthesis",
2023.
"""

import math
from collections.abc import Iterable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from dgx_pixels.core.architecture import UNetConfig
from dgx_pixels.nn.hooks import Hooks, Visit
from dgx_pixels.nn.transformer import SpatialTransformer


def timestep_embedding(t: Tensor, width: int) -> Tensor:
    """Cosines, then sines, of ``t`` (B,) at ``width``/2 frequencies from 1 to 1/10000: (B, width) in fp32.

    Ho et al., "Denoising Diffusion Probabilistic Models" (2020), after Vaswani et al. (2017), section 3.5.
    """
    half = width // 2
    frequencies = torch.exp(torch.arange(half, dtype=torch.float32, device=t.device) * (-math.log(1e4) / half))
    angles = t.float()[:, None] * frequencies
    return torch.cat((angles.cos(), angles.sin()), dim=-1)


class ResBlock(nn.Module):
    """Two convolutions, the time embedding added between them, the input added to the result."""

    def __init__(self, channels: int, width: int, emb_width: int, groups: int) -> None:
        super().__init__()
        self.in_layers = nn.Sequential(
            nn.GroupNorm(groups, channels), nn.SiLU(), nn.Conv2d(channels, width, 3, padding=1)
        )
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb_width, width))
        # The third is the dropout of training: it holds no weights, but counts in the keys.
        self.out_layers = nn.Sequential(
            nn.GroupNorm(groups, width), nn.SiLU(), nn.Identity(), nn.Conv2d(width, width, 3, padding=1)
        )
        self.skip_connection = nn.Identity() if channels == width else nn.Conv2d(channels, width, 1)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        y = self.in_layers(x) + self.emb_layers(emb)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(y)


class Downsample(nn.Module):
    """Half the size, rounded up, by a strided convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.op(x))


class Upsample(nn.Module):
    """Nearest neighbours to the given (h, w), then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor, size: torch.Size) -> Tensor:
        return cast("Tensor", self.conv(interpolate(x, size=size, mode="nearest")))


class UNet(nn.Module):
    """Predicts noise (or velocity) from a scaled noisy latent, its time step, and the text's conditioning."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        width = config.model_channels
        self.time_embed = _two_layers(width, 4 * width)
        if config.vector_dim is not None:
            self.label_emb = nn.Sequential(_two_layers(config.vector_dim, 4 * width))
        self.input_blocks, skips = _input_blocks(config)
        self.middle_block = nn.ModuleList(_middle_layers(config))
        self.output_blocks = _output_blocks(config, skips)
        self.out = nn.Sequential(
            nn.GroupNorm(config.groups, width), nn.SiLU(), nn.Conv2d(width, config.out_channels, 3, padding=1)
        )

    def forward(
        self, x: Tensor, t: Tensor, context: Tensor, y: Tensor | None = None, hooks: Hooks | None = None
    ) -> Tensor:
        """Return the prediction (B, Cout, h, w), in the weights' dtype.

        ``x`` is the scaled latent (B, Cin, h, w) of any h and w, ``t`` the time step (B,) in table indices,
        ``context`` the text (B, T, context_dim), ``y`` the vector conditioning (B, vector_dim) where the
        network has one. All are cast to the dtype of the weights. ``hooks`` are called on the way.
        """
        dtype = next(self.out.parameters()).dtype
        x, context = x.to(dtype), context.to(dtype)
        emb = self.time_embed(timestep_embedding(t, self.config.model_channels).to(dtype))
        if y is not None:
            emb = emb + self.label_emb(y.to(dtype))
        if hooks is not None:
            return self._visited(x, emb, context, Visit(hooks, x))
        skips: list[Tensor] = []
        for layers in self.input_blocks:
            x = _run(layers, x, emb, context)
            skips.append(x)
        x = _run(self.middle_block, x, emb, context)
        for layers in self.output_blocks:
            x = torch.cat((x, skips.pop()), dim=1)
            x = _run(layers, x, emb, context, skips[-1].shape[2:] if skips else None)
        return cast("Tensor", self.out(x))

    def _visited(self, x: Tensor, emb: Tensor, context: Tensor, visit: Visit) -> Tensor:
        """The blocks of `forward`, hooks being called between and within them."""
        emb = visit.through(visit.hooks.embedding, emb)
        skips: list[Tensor] = []
        for n, layers in enumerate(self.input_blocks):
            x = _run(layers, x, emb, context, visit=visit.enter("input", n))
            skips.append(visit.through(visit.hooks.input, x))
            x = visit.through(visit.hooks.after_skip, skips[-1])
        x = _run(self.middle_block, x, emb, context, visit=visit.enter("middle", 0))
        for n, layers in enumerate(self.output_blocks):
            visit.enter("output", n)
            x = torch.cat(visit.joined(x, skips.pop()), dim=1)
            x = _run(layers, x, emb, context, skips[-1].shape[2:] if skips else None, visit)
        return cast("Tensor", self.out(x))


def _run(
    layers: nn.Module,
    x: Tensor,
    emb: Tensor,
    context: Tensor,
    upsampled: torch.Size | None = None,
    visit: Visit | None = None,
) -> Tensor:
    """Apply the layers of one block, each given what it takes; ``upsampled`` is the next skip's (h, w)."""
    for layer in cast("nn.ModuleList", layers):
        if isinstance(layer, ResBlock):
            x = layer(x, emb)
        elif isinstance(layer, SpatialTransformer):
            x = layer(x, context, visit)
        elif isinstance(layer, Upsample):
            x = layer(x, upsampled)
        else:
            x = layer(x)
    return x


def _two_layers(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width))


def _widths(config: UNetConfig) -> list[int]:
    return [round(config.model_channels * factor) for factor in config.channel_mult]


def _layers(config: UNetConfig, channels: int, width: int, depth: int) -> list[nn.Module]:
    """A residual block from ``channels`` to ``width``, and a transformer where ``depth`` is not 0."""
    block = ResBlock(channels, width, 4 * config.model_channels, config.groups)
    return [block, _transformer(config, width, depth)] if depth else [block]


def _transformer(config: UNetConfig, width: int, depth: int) -> SpatialTransformer:
    heads = config.heads or width // config.head_dim
    linear, groups = config.linear_projection, config.groups
    return SpatialTransformer(width, config.context_dim, heads, depth, linear=linear, groups=groups)


def _input_blocks(config: UNetConfig) -> tuple[nn.ModuleList, list[int]]:
    """The way down, and the channels that each of its blocks leaves for the way up."""
    channels = config.model_channels
    blocks: list[list[nn.Module]] = [[nn.Conv2d(config.in_channels, channels, 3, padding=1)]]
    skips = [channels]
    depths = iter(config.input_depths)
    for level, (width, count) in enumerate(zip(_widths(config), config.res_blocks, strict=True)):
        if level:
            blocks.append([Downsample(channels)])
            skips.append(channels)
        for _ in range(count):
            blocks.append(_layers(config, channels, width, next(depths)))
            skips.append(channels := width)
    return _nested(blocks), skips


def _middle_layers(config: UNetConfig) -> list[nn.Module]:
    if config.middle_depth is None:
        return []
    width = _widths(config)[-1]
    layers = _layers(config, width, width, config.middle_depth)
    return layers + _layers(config, width, width, 0) if config.middle_depth else layers


def _output_blocks(config: UNetConfig, skips: list[int]) -> nn.ModuleList:
    blocks: list[list[nn.Module]] = []
    depths = iter(config.output_depths)
    channels = _widths(config)[-1]
    for level, (width, count) in reversed(list(enumerate(zip(_widths(config), config.res_blocks, strict=True)))):
        for _ in range(count + 1):
            blocks.append(_layers(config, channels + skips.pop(), width, next(depths)))
            channels = width
        if level:
            blocks[-1].append(Upsample(channels))
    return _nested(blocks)


def _nested(blocks: Iterable[list[nn.Module]]) -> nn.ModuleList:
    return nn.ModuleList(nn.ModuleList(layers) for layers in blocks)
