"""CFG-Zero*: the unconditional direction is scaled to what it explains of the conditional one.

Fan et al., "CFG-Zero*: Improved Classifier-Free Guidance for Flow Matching Models" (2025), section 4.1. Its second
half, leaving out the first steps, is for flow models and is not done.
"""

from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import after_cfg, guided
from dgx_pixels.sampling.patches import Guidance


def cfg_zero_star(model: Model) -> Model:
    """With the optimised scale of the unconditional side."""
    return after_cfg(model, cfg_zero)


def cfg_zero(seen: Guidance) -> Tensor:
    """With n = x - x0 for a direction: from s n_u, not n_u, through n_c by cfg, s = <n_c, n_u> / <n_u, n_u>.

    Written as the difference to plain guidance, so that it adds to what other hooks made of that.
    """
    if seen.skipped:
        return guided(seen)
    cond, uncond = (seen.x - x0 for x0 in (seen.cond, seen.uncond))
    scale = _inner(cond, uncond) / (_inner(uncond, uncond) + 1e-8)
    return guided(seen) + (1 - scale) * (1 - seen.cfg) * uncond


def _inner(a: Tensor, b: Tensor) -> Tensor:
    """Inner product of each latent, (B, 1, 1, 1)."""
    return (a * b).sum(dim=(1, 2, 3), keepdim=True)
