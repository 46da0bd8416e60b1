"""FreeU: the way up weighs its own features against the skip connections anew.

Si et al., "FreeU: Free Lunch in Diffusion U-Net" (2023), section 3.2; version 2 (the journal's structure-related
scaling) lets the factor follow the features' mean.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import in_network
from dgx_pixels.nn.hooks import Options

RADIUS = 1  # frequencies of the skip connection that are scaled


def freeu(model: Model, b: tuple[float, float], s: tuple[float, float], *, by_mean: bool = False) -> Model:
    """With factors of backbone (``b``) and skips (``s``) where the way up is 4 and 2 times the base width.

    1 and 1 are the network as it is. ``by_mean``: version 2.
    """
    width = model.spec.unet.model_channels
    scales = {4 * width: (b[0], s[0]), 2 * width: (b[1], s[1])}
    return in_network(model, output=FreeU(scales, by_mean))


@dataclass(frozen=True, slots=True)
class FreeU:
    """The scaling (`SkipHook`)."""

    scales: dict[int, tuple[float, float]]
    """(b, s) by the channels of ``h``."""
    by_mean: bool

    def __call__(self, h: Tensor, skip: Tensor, _options: Options) -> tuple[Tensor, Tensor]:
        """Scaled ``h`` and ``skip``, both (B, C, h, w)."""
        b, s = self.scales.get(h.shape[1], (1.0, 1.0))
        return scaled_half(h, b, by_mean=self.by_mean), scaled_low(skip, s)


def scaled_half(h: Tensor, b: float, *, by_mean: bool) -> Tensor:
    """``h`` with the first half of its channels times b, or times (b - 1) mean + 1 with the mean brought to 0..1."""
    if b == 1:
        return h
    half = h.shape[1] // 2
    factor = (b - 1) * _unit_mean(h) + 1 if by_mean else b
    return torch.cat((h[:, :half] * factor, h[:, half:]), dim=1)


def _unit_mean(h: Tensor) -> Tensor:
    """Mean over the channels, from 0 at a latent's least pixel to 1 at its greatest: (B, 1, h, w)."""
    mean = h.mean(dim=1, keepdim=True)
    low, high = mean.amin(dim=(2, 3), keepdim=True), mean.amax(dim=(2, 3), keepdim=True)
    return (mean - low) / (high - low).clamp(min=torch.finfo(h.dtype).tiny)


def scaled_low(skip: Tensor, s: float) -> Tensor:
    """``skip`` with its lowest frequencies times s, in fp32."""
    if s == 1:
        return skip
    spectrum = torch.fft.fftshift(torch.fft.fftn(skip.float(), dim=(-2, -1)), dim=(-2, -1))
    row, column = (size // 2 for size in skip.shape[-2:])
    spectrum[..., max(row - RADIUS, 0) : row + RADIUS, max(column - RADIUS, 0) : column + RADIUS] *= s
    return torch.fft.ifftn(torch.fft.ifftshift(spectrum, dim=(-2, -1)), dim=(-2, -1)).real.to(skip)
