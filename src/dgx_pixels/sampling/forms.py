"""How a network was trained, as arithmetic: what it is fed, what its output means, how noise meets a latent.

Knows no network. A model whose form is overridden (ModelSampling nodes) brings another object of the same shape.
"""

import math
from dataclasses import dataclass
from typing import Final, Protocol

from torch import Tensor

from dgx_pixels.core.architecture import Prediction

EDM_SIGMA_DATA: Final = 0.5
"""Standard deviation of the latents that Playground 2.5 was trained on (Karras et al. 2022, table 1)."""


class Form(Protocol):
    """The four places where a parameterisation shows. ``sigma`` is 0-d fp32 on the CPU, latents (B, C, h, w) fp32."""

    def scaled(self, x: Tensor, sigma: Tensor) -> Tensor:
        """What the network is fed for a noisy latent ``x``."""
        ...

    def clean(self, x: Tensor, sigma: Tensor, out: Tensor) -> Tensor:
        """x0 from the network's output ``out``."""
        ...

    def noised(self, latent: Tensor, noise: Tensor, sigma: float, *, full: bool) -> Tensor:
        """A clean latent at level ``sigma``; with ``full`` the level is taken for pure noise of its whole variance."""
        ...

    def finished(self, x: Tensor, sigma: float) -> Tensor:
        """What a run that ended at level ``sigma`` hands on: undoes how `noised` weighs the latent."""
        ...


@dataclass(frozen=True, slots=True)
class Trained:
    """The variance-exploding forms: x = latent + sigma * noise (`Form`)."""

    prediction: Prediction = Prediction.EPS

    @property
    def sigma_data(self) -> float:
        """Standard deviation of the training latents that the scalings assume."""
        return EDM_SIGMA_DATA if self.prediction is Prediction.EDM else 1.0

    def scaled(self, x: Tensor, sigma: Tensor) -> Tensor:
        """``x`` brought to the variance of the training latents."""
        return x / (sigma**2 + self.sigma_data**2) ** 0.5

    def clean(self, x: Tensor, sigma: Tensor, out: Tensor) -> Tensor:
        """x0 from eps (Ho et al. 2020), v (Salimans & Ho 2022) or EDM's output (Karras et al. 2022, eq. 7)."""
        if self.prediction is Prediction.EPS:
            return x - out * sigma
        variance = sigma**2 + self.sigma_data**2
        skip, scale = self.sigma_data**2 / variance, sigma * self.sigma_data / variance**0.5
        return x * skip + out * scale if self.prediction is Prediction.EDM else x * skip - out * scale

    def noised(self, latent: Tensor, noise: Tensor, sigma: float, *, full: bool) -> Tensor:
        """The latent plus noise of deviation sigma, or at the noisiest level sqrt(1 + sigma^2)."""
        return noise * (math.sqrt(1 + sigma**2) if full else sigma) + latent

    def finished(self, x: Tensor, sigma: float) -> Tensor:  # noqa: ARG002  (the shape of `Form`)
        """The latent as it is."""
        return x


EPS: Final = Trained()
"""What most models predict: the noise."""
