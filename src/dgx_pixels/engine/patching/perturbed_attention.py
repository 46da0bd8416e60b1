"""Perturbed-attention guidance: away from what the network draws when its middle cannot look around.

Ahn et al., "Self-Rectifying Diffusion Sampling with Perturbed-Attention Guidance" (2024), eq. 13-14.
"""

from dataclasses import dataclass

from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import after_cfg, guided, hooks_of
from dgx_pixels.nn.hooks import Options
from dgx_pixels.sampling.patches import Guidance


def perturbed_attention(model: Model, scale: float) -> Model:
    """With one more pass a step, guided away from by ``scale``; 0 is as it was, without the pass."""
    return after_cfg(model, PerturbedAttention(scale)) if scale else model.clone()


@dataclass(frozen=True, slots=True)
class PerturbedAttention:
    """The guidance (`AfterCfg`)."""

    scale: float

    def __call__(self, seen: Guidance) -> Tensor:
        """Guided x0 + (cond - perturbed) * scale."""
        hooks = hooks_of(seen.unet).replacing("attn1", ("middle", 0), identity)
        (perturbed,) = seen.evaluate(seen.x, seen.sigma, seen.sides[:1], unet=hooks)
        return guided(seen) + (seen.cond - perturbed) * self.scale


def identity(_q: Tensor, _k: Tensor, v: Tensor, _options: Options) -> Tensor:
    """Attention of every token to itself alone."""
    return v
