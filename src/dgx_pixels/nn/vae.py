"""AutoencoderKL, factor 8, with any number of image channels. Knows nothing of latent scales or tiles.

Attribute names are the checkpoint's keys below ``first_stage_model.``. Architecture: Rombach et al.,
"High-Resolution Image Synthesis with Latent Diffusion Models" (2022), section 3.1 and appendix G.
"""

from typing import cast

from torch import Tensor, nn
from torch.nn.functional import interpolate, pad, scaled_dot_product_attention, silu

from dgx_pixels.core.architecture import VAEConfig


def _norm(channels: int, groups: int) -> nn.GroupNorm:
    return nn.GroupNorm(groups, channels, eps=1e-6)


def _conv(channels: int, width: int) -> nn.Conv2d:
    return nn.Conv2d(channels, width, 3, padding=1)


class ResnetBlock(nn.Module):
    """Two convolutions, the input added to their result."""

    def __init__(self, channels: int, width: int, groups: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = _norm(channels, groups), _conv(channels, width)
        self.norm2, self.conv2 = _norm(width, groups), _conv(width, width)
        if channels != width:
            self.nin_shortcut = nn.Conv2d(channels, width, 1)
        self.shortcut = channels != width

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(silu(self.norm1(x)))
        y = self.conv2(silu(self.norm2(y)))
        return (self.nin_shortcut(x) if self.shortcut else x) + y


class AttnBlock(nn.Module):
    """Single-head self-attention over the pixels of ``x`` (B, C, h, w), added to it."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.norm = _norm(channels, groups)
        self.q = nn.Conv2d(channels, channels, 1)
        self.k = nn.Conv2d(channels, channels, 1)
        self.v = nn.Conv2d(channels, channels, 1)
        self.proj_out = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        q, k, v = (layer(y).flatten(2).transpose(1, 2)[:, None] for layer in (self.q, self.k, self.v))
        y = scaled_dot_product_attention(q, k, v)[:, 0]  # (B, h*w, C)
        return x + self.proj_out(y.transpose(1, 2).unflatten(2, x.shape[2:]))


class Downsample(nn.Module):
    """Half the size by a strided convolution, padded on the right and at the bottom only."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.conv(pad(x, (0, 1, 0, 1))))


class Upsample(nn.Module):
    """Twice the size by nearest neighbours, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = _conv(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.conv(interpolate(x, scale_factor=2.0, mode="nearest")))


class Middle(nn.Module):
    """Two residual blocks with attention between them."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.block_1 = ResnetBlock(channels, channels, groups)
        self.attn_1 = AttnBlock(channels, groups)
        self.block_2 = ResnetBlock(channels, channels, groups)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.block_2(self.attn_1(self.block_1(x))))


class Level(nn.Module):
    """The residual blocks of one resolution, and the change to the next."""

    def __init__(self, channels: int, width: int, blocks: int, groups: int) -> None:
        super().__init__()
        self.block = nn.ModuleList(ResnetBlock(width if i else channels, width, groups) for i in range(blocks))
        self.downsample: Downsample | None = None
        self.upsample: Upsample | None = None

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = block(x)
        if self.downsample is not None:
            return cast("Tensor", self.downsample(x))
        return x if self.upsample is None else cast("Tensor", self.upsample(x))


class Encoder(nn.Module):
    """Image (B, C, H, W) to the moments of its latent (B, 2·latent_channels, H/8, W/8)."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        widths = [config.channels * factor for factor in config.channel_mult]
        self.conv_in = _conv(config.image_channels, config.channels)
        self.down = nn.ModuleList()
        for level, (channels, width) in enumerate(zip([config.channels, *widths], widths, strict=False)):
            stage = Level(channels, width, config.res_blocks, config.groups)
            if level < len(widths) - 1:
                stage.downsample = Downsample(width)
            self.down.append(stage)
        self.mid = Middle(widths[-1], config.groups)
        self.norm_out = _norm(widths[-1], config.groups)
        self.conv_out = _conv(widths[-1], 2 * config.latent_channels)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_in(x)
        for level in self.down:
            x = level(x)
        return cast("Tensor", self.conv_out(silu(self.norm_out(self.mid(x)))))


class Decoder(nn.Module):
    """Latent (B, latent_channels, h, w) to image (B, C, 8h, 8w)."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        widths = [config.channels * factor for factor in config.channel_mult]
        self.conv_in = _conv(config.latent_channels, widths[-1])
        self.mid = Middle(widths[-1], config.groups)
        self.up = nn.ModuleList()  # finest level first, as the keys have it; run from the last to the first
        for level, (width, channels) in enumerate(zip(widths, [*widths[1:], widths[-1]], strict=True)):
            stage = Level(channels, width, config.res_blocks + 1, config.groups)
            if level:
                stage.upsample = Upsample(width)
            self.up.append(stage)
        self.norm_out = _norm(widths[0], config.groups)
        self.conv_out = _conv(widths[0], config.image_channels)

    def forward(self, z: Tensor) -> Tensor:
        x = self.mid(self.conv_in(z))
        for level in reversed(self.up):
            x = level(x)
        return cast("Tensor", self.conv_out(silu(self.norm_out(x))))


class AutoencoderKL(nn.Module):
    """Images to latents and back. Inputs are cast to the weights' dtype, which the results keep."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        z = config.latent_channels
        self.quant_conv = nn.Conv2d(2 * z, 2 * z, 1) if config.quant_conv else nn.Identity()
        self.post_quant_conv = nn.Conv2d(z, z, 1) if config.quant_conv else nn.Identity()

    def moments(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance, each (B, Z, H/8, W/8), of ``image`` (B, C, H, W) in [-1, 1].

        Z is ``latent_channels``. H and W are multiples of 8. The log-variance is clamped to [-30, 20].
        """
        moments = self.quant_conv(self.encoder(image.to(self.encoder.conv_in.weight.dtype)))
        mean, log_variance = moments.chunk(2, dim=1)
        return mean, log_variance.clamp(-30.0, 20.0)

    def encode(self, image: Tensor) -> Tensor:
        """Mean latent (B, Z, H/8, W/8), unscaled, of ``image`` (B, C, H, W) in [-1, 1]."""
        return self.moments(image)[0]

    def decode(self, z: Tensor) -> Tensor:
        """Image (B, C, 8h, 8w), about [-1, 1] but not clamped, of an unscaled latent (B, Z, h, w)."""
        z = z.to(self.decoder.conv_in.weight.dtype)
        return cast("Tensor", self.decoder(self.post_quant_conv(z)))
