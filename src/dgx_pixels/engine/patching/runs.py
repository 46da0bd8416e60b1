"""How a method that remembers earlier steps notices that another run has begun. Knows no method."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(slots=True)
class RunWatch:
    """Tells the first step of a run from the others."""

    levels: Tensor | None = None
    last: float = 0.0

    def begins(self, sigma: float, levels: Tensor | None) -> bool:
        """Whether ``sigma`` is where a run of these ``levels`` begins: noise went up, or is at its highest."""
        first = levels is not None and len(levels) > 0 and sigma >= float(levels[0])
        begun = first or levels is not self.levels or sigma > self.last
        self.levels, self.last = levels, sigma
        return begun
