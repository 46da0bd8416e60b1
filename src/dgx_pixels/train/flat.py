"""Many parameters as one tensor, so that an optimiser step is a few kernels and an exchange is one message."""

from collections.abc import Sequence

import torch
from torch import nn

ALIGNED = 64
"""Elements to whose multiples parameters are laid, as vectorised kernels want them."""


@torch.no_grad()
def flatten(parameters: Sequence[nn.Parameter]) -> nn.Parameter:
    """One parameter that ``parameters`` become views of, their gradients views of its gradient.

    Gradients add up in place from zero; nobody may set them to None.
    """
    starts = [0]
    for p in parameters:
        starts.append(starts[-1] + -(-p.numel() // ALIGNED) * ALIGNED)
    flat = nn.Parameter(parameters[0].new_zeros(starts[-1]))
    flat.grad = torch.zeros_like(flat)
    for p, start in zip(parameters, starts, strict=False):
        here = slice(start, start + p.numel())
        flat.data[here].copy_(p.flatten())
        p.data = flat.data[here].view_as(p)
        p.grad = flat.grad[here].view_as(p)
    return flat
