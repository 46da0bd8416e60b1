"""Guidance weighted by direction: towards the prompt itself where the negative prompt says the same.

Where unconditional and guided estimate point the same way, guidance has little to add, and the guided estimate
stands; the more they differ, the more of the conditional estimate times cfg is mixed in.
"""

from torch import Tensor
from torch.nn.functional import cosine_similarity

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import after_cfg, guided
from dgx_pixels.sampling.patches import Guidance


def mahiro(model: Model) -> Model:
    """With the guided estimate weighed against the conditional direction."""
    return after_cfg(model, weighted)


def weighted(seen: Guidance) -> Tensor:
    """The guided x0, mixed with cond * cfg by how little the unconditional estimate points its way."""
    if seen.skipped:
        return guided(seen)
    x0 = guided(seen)
    alike = cosine_similarity(seen.uncond.flatten(1), x0.flatten(1)).view(-1, 1, 1, 1)
    share = (1 + alike) / 2
    return share * x0 + (1 - share) * seen.cond * seen.cfg
