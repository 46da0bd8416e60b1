"""Deep shrink: large pictures begin with a smaller inside, so that they are drawn as one.

Kohya's method (2023): within a window of the run, the way down goes on at a lower resolution after one of its blocks;
on the way up it is undone where the first larger skip connection comes in.
"""

from dataclasses import dataclass

from torch import Tensor

from dgx_pixels.engine.imaging.scaling import scaled
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import in_network
from dgx_pixels.nn.hooks import Options


def deep_shrink(
    model: Model,
    block: int,
    factor: float,
    window: tuple[float, float],
    *,
    after_skip: bool,
    down: str,
    up: str,
) -> Model:
    """With the inside ``factor`` times smaller from input block ``block`` on, between two fractions of the run.

    ``after_skip``: the block's skip connection is kept at full size. ``down`` and ``up`` name methods of `scaled`.
    """
    high, low = (model.table.percent_to_sigma(p) for p in window)
    shrink = Shrink(block, factor, high, low, down)
    hooks = {"after_skip" if after_skip else "input": shrink}
    return in_network(model, **hooks, output=Unshrink(up))


@dataclass(frozen=True, slots=True)
class Shrink:
    """On the way down (`BlockHook`)."""

    block: int
    factor: float
    high: float
    low: float
    method: str

    def __call__(self, h: Tensor, options: Options) -> Tensor:
        """``h`` (B, C, h, w) smaller, after its block and within its window."""
        if options["block"] != ("input", self.block) or not self.low <= float(options["sigmas"][0]) <= self.high:
            return h
        height, width = (max(1, round(size / self.factor)) for size in h.shape[-2:])
        return scaled(h, width, height, self.method)


@dataclass(frozen=True, slots=True)
class Unshrink:
    """On the way up (`SkipHook`)."""

    method: str

    def __call__(self, h: Tensor, skip: Tensor, _options: Options) -> tuple[Tensor, Tensor]:
        """``h`` at the size of the skip connection."""
        if h.shape[-2:] == skip.shape[-2:]:
            return h, skip
        height, width = skip.shape[-2:]
        return scaled(h, width, height, self.method), skip
