"""Guidance that does not make an estimate longer than the conditional one."""

from dataclasses import dataclass

from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import after_cfg, guided
from dgx_pixels.sampling.patches import Guidance


def cfg_norm(model: Model, strength: float) -> Model:
    """With every pixel's norm over the channels limited to the conditional estimate's, then times ``strength``."""
    return after_cfg(model, CfgNorm(strength))


@dataclass(frozen=True, slots=True)
class CfgNorm:
    """The limit (`AfterCfg`)."""

    strength: float

    def __call__(self, seen: Guidance) -> Tensor:
        """The guided x0, shortened where it is longer than the conditional one."""
        x0 = guided(seen)
        longest = seen.cond.norm(dim=1, keepdim=True)
        return x0 * (longest / (x0.norm(dim=1, keepdim=True) + 1e-8)).clamp(max=1.0) * self.strength
