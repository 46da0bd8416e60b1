"""Tangential damping: the unconditional side keeps what it shares with the conditional one.

Kwon et al., "TCFG: Tangential Damping Classifier-free Guidance" (2025): of the two scores' singular vectors, the
unconditional score keeps the first alone.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import before_cfg
from dgx_pixels.sampling.patches import Guidance


def tangential_damping(model: Model) -> Model:
    """With the unconditional score projected before guidance."""
    return before_cfg(model, damped)


def damped(seen: Guidance) -> Sequence[Tensor]:
    """The estimates, the unconditional one without its tangential part. Scores are taken as x - x0."""
    if seen.skipped:
        return seen.estimates
    cond, uncond = (seen.x - x0 for x0 in (seen.cond, seen.uncond))
    return seen.cond, seen.x - first_component(cond, uncond), *seen.estimates[2:]


def first_component(cond: Tensor, uncond: Tensor) -> Tensor:
    """``uncond`` (B, C, h, w) projected on the first right singular vector of each pair."""
    pair = torch.stack((cond.flatten(1), uncond.flatten(1)), dim=1).double()
    first = torch.linalg.svd(pair, full_matrices=False).Vh[:, :1]  # (B, 1, D)
    return ((pair[:, 1:] @ first.mT) @ first).to(uncond).view_as(uncond)
