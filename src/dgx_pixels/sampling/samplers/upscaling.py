"""A sampler that enlarges the latent on its way. Knows no way to enlarge: it is given one."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import torch
from torch import Tensor

from dgx_pixels.sampling.denoise import Denoiser
from dgx_pixels.sampling.samplers.step import Step

Resize = Callable[[Tensor, int, int], Tensor]
"""A latent (B, C, h, w) at another width and height."""


def lcm_upscale(
    denoise: Denoiser, x: Tensor, sigmas: Tensor, resize: Resize, ratio: float, steps: int | None = None
) -> Iterator[Step]:
    """`lcm` whose clean estimates grow to ``ratio`` times their size over the first ``steps`` steps.

    None: over the first half. The noise of a growing latent comes from PyTorch's global generator.
    """
    count = max(len(sigmas) // 2, 1) if steps is None else min(steps, len(sigmas))
    sizes = torch.linspace(1, ratio, count + 1, dtype=torch.float64)[1:].tolist()
    height, width = x.shape[-2:]
    for i, (s, t) in enumerate(pairwise(sigmas)):
        x0 = denoise(x, s)
        x = resize(x0, round(width * sizes[i]), round(height * sizes[i])) if i < len(sizes) else x0
        if t:
            x = x + t * torch.randn(x.shape, dtype=x.dtype, device=x.device)
        yield Step(x, x0, s)
