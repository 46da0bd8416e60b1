"""Adaptive projected guidance: cfg without the part that only adds saturation.

Sadat et al., "Eliminating Oversaturation and Artifacts of High Guidance Scales in Diffusion Models" (2024),
algorithm 1, in x0 space.
"""

from dataclasses import dataclass, field

from torch import Tensor
from torch.linalg import vector_norm

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import plain
from dgx_pixels.engine.patching.runs import RunWatch
from dgx_pixels.sampling.patches import Guidance

LATENT = (1, 2, 3)  # norms and projections are of whole latents


def adaptive_projected_guidance(model: Model, eta: float, norm_threshold: float, momentum: float) -> Model:
    """With guidance by parts: along the conditional estimate times ``eta``, and across it.

    ``norm_threshold`` limits the norm of the difference (0: no limit), ``momentum`` adds the ones before
    (negative in the paper). 1, 0 and 0 are guidance as it was.
    """
    if (eta, norm_threshold, momentum) == (1.0, 0.0, 0.0):
        return model.clone()
    return model.patched(cfg=Apg(eta, norm_threshold, momentum))


@dataclass(slots=True)
class Apg:
    """The guidance (`CfgFunction`); remembers the steps of a run where there is momentum."""

    eta: float
    norm_threshold: float
    momentum: float
    average: Tensor | None = None
    run: RunWatch = field(default_factory=RunWatch)

    def __call__(self, seen: Guidance) -> Tensor:
        """x0 = cond + (cfg - 1) (across + eta along)."""
        if seen.skipped:
            return plain(seen)
        difference = self._remembered(seen, seen.cond - seen.uncond)
        if self.norm_threshold > 0:
            norm = vector_norm(difference, dim=LATENT, keepdim=True)
            difference = difference * (self.norm_threshold / norm).clamp(max=1.0)
        along = _along(difference, seen.cond)
        return seen.cond + (seen.cfg - 1) * (difference - along + self.eta * along)

    def _remembered(self, seen: Guidance, difference: Tensor) -> Tensor:
        """The difference and ``momentum`` times the one before."""
        if not self.momentum:
            return difference
        begins = self.run.begins(float(seen.sigma), seen.levels)
        if not begins and self.average is not None and self.average.shape == difference.shape:
            difference = difference + self.momentum * self.average.to(difference)
        self.average = difference
        return difference


def _along(vector: Tensor, direction: Tensor) -> Tensor:
    """The part of a latent that points in the direction of another, in fp64 as in the paper."""
    direction = direction.double()
    unit = direction / vector_norm(direction, dim=LATENT, keepdim=True).clamp(min=1e-12)
    return ((vector.double() * unit).sum(dim=LATENT, keepdim=True) * unit).to(vector)
