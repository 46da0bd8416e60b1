"""A step's forward and backward pass as one CUDA graph: launched whole, which leaves the CPU, that would have to
launch thousands of kernels one by one, to those who draw.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

WARM_UP = 3
"""Runs before the recording, in which libraries choose their kernels."""

Step = Callable[..., Tensor]
"""From tensors to a loss, gradients being added up in place on the way."""


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """A recorded step."""

    graph: torch.cuda.CUDAGraph
    inputs: tuple[Tensor, ...]
    """Where the recorded kernels read."""
    loss: Tensor

    def __call__(self, *inputs: Tensor) -> Tensor:
        """The loss of new inputs, shaped like those of the recording; overwritten by the next call."""
        for kept, new in zip(self.inputs, inputs, strict=True):
            kept.copy_(new)
        self.graph.replay()
        return self.loss


def record(step: Step, inputs: tuple[Tensor, ...], pool: Any = None) -> Replay:
    """Record a step whose kernels depend on nothing but the shapes of its inputs.

    Recordings of one ``pool`` share the memory of their intermediate results: they must not run side by side.
    """
    inputs = tuple(t.clone() for t in inputs)
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(WARM_UP):
            step(*inputs)
    torch.cuda.current_stream().wait_stream(aside)
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    graph = torch.cuda.CUDAGraph()
    # Other threads, such as the one that watches over exchanges between GPUs, may go on meanwhile.
    with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):
        loss = step(*inputs)
    return Replay(graph, inputs, loss)
