"""Values that go into a network beside the latent, under the names that packs know."""

import math
from typing import Any

import torch

import comfy.utils


class CONDRegular:
    """A tensor, one row to an item of the batch."""

    def __init__(self, cond: Any) -> None:
        self.cond = cond

    def _copy_with(self, cond: Any) -> "CONDRegular":
        return type(self)(cond)

    def process_cond(self, batch_size: int, **_: Any) -> "CONDRegular":
        """The value for a batch of that size."""
        return self._copy_with(comfy.utils.repeat_to_batch_size(self.cond, batch_size))

    def can_concat(self, other: "CONDRegular") -> bool:
        """Whether both may share a batch."""
        return self.cond.shape == other.cond.shape

    def concat(self, others: list["CONDRegular"]) -> Any:
        """One batch of all."""
        return torch.cat([self.cond, *(other.cond for other in others)])

    def size(self) -> list[int]:
        """Shape of the value."""
        return list(self.cond.size())


class CONDNoiseShape(CONDRegular):
    """A tensor of the latent's shape, cut to an area with it."""

    def process_cond(self, batch_size: int, area: Any = None, **_: Any) -> CONDRegular:
        """The value for a batch, within an area (h, w, y, x)."""
        data = self.cond
        if area is not None:
            data = data[..., area[2] : area[2] + area[0], area[3] : area[3] + area[1]]
        return self._copy_with(comfy.utils.repeat_to_batch_size(data, batch_size))


class CONDCrossAttn(CONDRegular):
    """Text: rows of different lengths share a batch by repetition."""

    def can_concat(self, other: CONDRegular) -> bool:
        """Whether both may share a batch: equal widths, and a common length not four times the shorter."""
        mine, others = self.cond.shape, other.cond.shape
        if mine == others:
            return True
        if (mine[0], mine[2]) != (others[0], others[2]):
            return False
        return math.lcm(mine[1], others[1]) // min(mine[1], others[1]) <= 4

    def concat(self, others: list[CONDRegular]) -> Any:
        """One batch of all."""
        conds = [self.cond, *(other.cond for other in others)]
        length = math.lcm(*(cond.shape[1] for cond in conds))
        return torch.cat([cond.repeat(1, length // cond.shape[1], 1) for cond in conds])


class CONDConstant(CONDRegular):
    """A value that is the same for the whole batch."""

    def process_cond(self, batch_size: int, **_: Any) -> CONDRegular:
        """The value itself."""
        return self._copy_with(self.cond)

    def can_concat(self, other: CONDRegular) -> bool:
        """Whether both are equal."""
        return self.cond == other.cond

    def concat(self, others: list[CONDRegular]) -> Any:
        """The value itself."""
        return self.cond

    def size(self) -> list[int]:
        """A number's shape."""
        return [1]
