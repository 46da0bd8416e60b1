"""Rescaled guidance: a strong cfg keeps the contrast of the conditional estimate.

Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2024), section 3.4, eq. 14-16.
"""

from dataclasses import dataclass

from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import plain
from dgx_pixels.sampling.patches import Guidance


def rescale_cfg(model: Model, multiplier: float) -> Model:
    """With cfg rescaled by the share ``multiplier`` in 0..1; 0 is guidance as it was."""
    return model.patched(cfg=RescaleCfg(multiplier)) if multiplier else model.clone()


@dataclass(frozen=True, slots=True)
class RescaleCfg:
    """Guidance in v space (`CfgFunction`)."""

    phi: float

    def __call__(self, seen: Guidance) -> Tensor:
        """x0 of a v whose deviation is mostly that of the conditional v."""
        cond, guided = _v(seen, seen.cond), _v(seen, plain(seen))
        rescaled = guided * (_deviation(cond) / _deviation(guided))
        return _x0(seen, self.phi * rescaled + (1 - self.phi) * guided)


def _v(seen: Guidance, x0: Tensor) -> Tensor:
    """Velocity of an estimate: the inverse of `Trained.clean`."""
    variance = seen.sigma**2 + 1
    return (seen.x / variance - x0) * variance**0.5 / seen.sigma


def _x0(seen: Guidance, v: Tensor) -> Tensor:
    variance = seen.sigma**2 + 1
    return seen.x / variance - v * seen.sigma / variance**0.5


def _deviation(v: Tensor) -> Tensor:
    """Of each latent as a whole, (B, 1, 1, 1)."""
    return v.std(dim=(1, 2, 3), keepdim=True)
