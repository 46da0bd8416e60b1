"""Epsilon scaling: the predicted noise is made a little smaller, against the drift of long runs.

Ning et al., "Elucidating the Exposure Bias in Diffusion Models" (2024), section 5.
"""

from dataclasses import dataclass

from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import after_cfg, guided
from dgx_pixels.sampling.patches import Guidance


def epsilon_scaling(model: Model, factor: float) -> Model:
    """With the noise of the guided estimate divided by ``factor``; 1 is as it was."""
    return model.clone() if factor == 1 else after_cfg(model, EpsilonScaling(factor))


@dataclass(frozen=True, slots=True)
class EpsilonScaling:
    """The division (`AfterCfg`)."""

    factor: float

    def __call__(self, seen: Guidance) -> Tensor:
        """The x0 of less noise: x - (x - x0) / factor."""
        return seen.x - (seen.x - guided(seen)) / self.factor
