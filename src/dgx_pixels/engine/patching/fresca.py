"""FreSca: guidance scaled apart for low and high spatial frequencies.

Huang et al., "FreSca: Scaling in Frequency Space Enhances Diffusion Models" (2025): the difference of the two sides is
split in Fourier space.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import before_cfg
from dgx_pixels.sampling.patches import Guidance


def fresca(model: Model, scale_low: float, scale_high: float, freq_cutoff: int) -> Model:
    """With the guiding difference scaled apart below and from ``freq_cutoff``, in cycles over the latent."""
    return before_cfg(model, FreSca(scale_low, scale_high, freq_cutoff))


@dataclass(frozen=True, slots=True)
class FreSca:
    """The split (`BeforeCfg`)."""

    low: float
    high: float
    cutoff: int

    def __call__(self, seen: Guidance) -> Sequence[Tensor]:
        """The estimates, the conditional one moved so that the difference is scaled."""
        if seen.skipped or (self.low, self.high) == (1.0, 1.0):
            return seen.estimates
        difference = scaled_by_frequency(seen.cond - seen.uncond, self.low, self.high, self.cutoff)
        return seen.uncond + difference, *seen.estimates[1:]


def scaled_by_frequency(x: Tensor, low: float, high: float, cutoff: int) -> Tensor:
    """``x`` (B, C, h, w) with frequencies below ``cutoff`` in both directions times ``low``, the others ``high``."""
    height, width = x.shape[-2:]
    rows = torch.fft.fftfreq(height, 1 / height, device=x.device).abs() < cutoff
    columns = torch.fft.rfftfreq(width, 1 / width, device=x.device) < cutoff
    inside = rows[:, None] & columns
    scales = torch.where(inside, low, high)
    return torch.fft.irfft2(torch.fft.rfft2(x.float()) * scales, s=(height, width)).to(x)
