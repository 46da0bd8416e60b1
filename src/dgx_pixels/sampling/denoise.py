"""A network wrapped as "noisy latent, sigma -> clean latent": prediction types, input scaling, precision.

Samplers see only `Denoiser`; how the network was trained never reaches them. Knows nothing of guidance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from dgx_pixels.core.architecture import Prediction
from dgx_pixels.sampling.sigmas import SigmaTable


class Denoiser(Protocol):
    """Estimate of the clean latent from a noisy one."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Return x0 for ``x`` = clean + sigma * noise, both (B, C, h, w) fp32; ``sigma`` 0-d fp32, on the CPU."""
        ...


class GuidedDenoiser(Denoiser, Protocol):
    """A denoiser that can also tell the unconditional estimate: what CFG++ steps along."""

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """Return (guided x0, unconditional x0)."""
        ...


class Net(Protocol):
    """A U-Net: what it predicts for a scaled latent, at a timestep, under a text and a vector."""

    def __call__(self, x: Tensor, t: Tensor, context: Tensor, y: Tensor | None) -> Tensor:
        """``x`` (B, C, h, w), ``t`` (B,) fp32, ``context`` (B, T, D), ``y`` (B, V) -> (B, C, h, w)."""
        ...


Predict = Callable[[Tensor, Tensor, Tensor, Tensor | None], Tensor]
"""Clean latent from (x, sigma, context, y): a network with its parameterisation removed."""

EDM_SIGMA_DATA = 0.5
"""Standard deviation of the latents that Playground 2.5 was trained on (Karras et al. 2022, table 1)."""


@dataclass(frozen=True, slots=True)
class NetPredict:
    """Clean latent of a network (`Predict`). The network runs in ``dtype``; everything around it is fp32."""

    net: Net
    table: SigmaTable
    prediction: Prediction = Prediction.EPS
    dtype: torch.dtype = torch.float32

    def __call__(self, x: Tensor, sigma: Tensor, context: Tensor, y: Tensor | None) -> Tensor:
        """Return x0 (B, C, h, w) fp32 for ``x`` at ``sigma`` under ``context`` (B, T, D) and ``y`` (B, V)."""
        scaled = x / (sigma**2 + self.sigma_data**2) ** 0.5
        t = torch.full((len(x),), self.table.timestep(float(sigma)), dtype=torch.float32, device=x.device)
        vector = None if y is None else y.to(self.dtype)
        out = self.net(scaled.to(self.dtype), t, context.to(self.dtype), vector).float()
        return clean(self.prediction, x, sigma, out, self.sigma_data)

    @property
    def sigma_data(self) -> float:
        """Standard deviation of the training latents that the scalings assume."""
        return EDM_SIGMA_DATA if self.prediction is Prediction.EDM else 1.0


def clean(prediction: Prediction, x: Tensor, sigma: Tensor, out: Tensor, sigma_data: float = 1.0) -> Tensor:
    """x0 from a network's output: eps (Ho et al. 2020), v (Salimans & Ho 2022), EDM (Karras et al. 2022, eq. 7)."""
    if prediction is Prediction.EPS:
        return x - out * sigma
    variance = sigma**2 + sigma_data**2
    skip, scale = sigma_data**2 / variance, sigma * sigma_data / variance**0.5
    return x * skip + out * scale if prediction is Prediction.EDM else x * skip - out * scale
