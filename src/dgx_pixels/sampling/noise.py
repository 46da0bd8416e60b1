"""Where randomness comes from: the start of a picture, and the noise that stochastic samplers add on the way.

Everything follows from one seed. Knows no sampler.
"""

from collections.abc import Callable, Sequence
from typing import Final, cast

import torch
import torchsde
from torch import Tensor

StepNoise = Callable[[Tensor, Tensor], Tensor]
"""Noise of unit variance for the step from one sigma (0-d) to the next, shaped like the latent."""

TREE_DIGITS: Final = 6
"""Decimals of sigma to which a Brownian path is resolved."""


def initial_noise(
    shape: Sequence[int], seed: int, batch_index: Sequence[int] | None = None, generator: torch.Generator | None = None
) -> Tensor:
    """Unit noise of a latent's ``shape`` (B, C, h, w), fp32, drawn on the CPU so that every device agrees.

    With ``batch_index`` item k is the ``batch_index[k]``-th latent that the seed gives, whatever else is drawn.
    ``generator`` is drawn from instead of one of its own; it must be on the CPU, and seeded.
    """
    generator = generator or _generator(seed, torch.device("cpu"))
    if batch_index is None:
        return torch.randn(tuple(shape), generator=generator)
    draws = [torch.randn((1, *shape[1:]), generator=generator) for _ in range(max(batch_index) + 1)]
    return torch.cat([draws[i] for i in batch_index])


def generator_noise(like: Tensor, seed: int) -> StepNoise:
    """Independent noise at each use, from a generator of its own on the device of ``like``."""
    generator = _generator(seed, like.device)

    def noise(_sigma: Tensor, _sigma_next: Tensor) -> Tensor:
        return torch.randn(like.shape, dtype=like.dtype, device=like.device, generator=generator)

    return noise


def brownian_noise(like: Tensor, sigmas: Tensor, seed: int, *, on_cpu: bool) -> StepNoise:
    """Increments of one Brownian path over sigma: the same seed gives the same path whatever the steps.

    The path is a tree (Li et al. 2020, virtual Brownian tree) from the smallest positive sigma to the
    largest, kept on the CPU or on the device of ``like``; an increment is divided by the root of its span.
    """
    home = torch.device("cpu") if on_cpu else like.device
    # The tree rounds its ends to its tolerance and warns of times beyond them.
    start, end = (round(float(s), TREE_DIGITS) for s in (sigmas[sigmas > 0].min(), sigmas.max()))
    origin = torch.zeros(like.shape, device=home)
    tree = torchsde.BrownianTree(start, origin, end, entropy=seed, tol=10**-TREE_DIGITS)

    def noise(sigma: Tensor, sigma_next: Tensor) -> Tensor:
        low, high = sorted((float(sigma), float(sigma_next)))
        increment = cast("Tensor", tree(max(low, start), min(high, end)))
        return increment.to(like) * (1 if sigma < sigma_next else -1) / (sigma_next - sigma).abs().sqrt()

    return noise


def _generator(seed: int, device: torch.device) -> torch.Generator:
    return torch.Generator(device).manual_seed(seed)
