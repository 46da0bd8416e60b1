"""A network with other weights, which are made when they are first needed and shared where they did not change.

Every change is ``weight * kept + strength * other``, in fp32; the result is rounded to what the network is stored
in. Knows no family and no node.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import torch
from torch import Tensor, nn

from dgx_pixels.core.errors import OutOfMemoryError

Net = TypeVar("Net", bound=nn.Module)

Addend: TypeAlias = Callable[[], Tensor]
"""What is added to a tensor, of its shape or one that broadcasts to it, on any device."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One change of one tensor: ``weight * kept + strength * other()``."""

    kept: float | Tensor = 1.0
    """A number, or a tensor that broadcasts to the weight."""
    strength: float = 0.0
    other: Addend | None = None

    def applied(self, weight: Tensor) -> Tensor:
        """The fp32 ``weight`` after it."""
        kept = self.kept.to(weight) if isinstance(self.kept, Tensor) else self.kept
        changed = weight * kept
        if self.other is None or not self.strength:
            return changed
        return changed + self.strength * self.other().to(weight)


Changes: TypeAlias = Mapping[str, tuple[Change, ...]]
"""By the name of the tensor in the network."""


class Weights(Generic[Net]):
    """A network and what was changed about it. Never changed itself: `changed` and `cast` return others."""

    __slots__ = ("__weakref__", "_made", "_names", "base", "changes", "dtype")

    def __init__(self, base: Net, changes: Changes | None = None, dtype: torch.dtype | None = None) -> None:
        """``dtype``: what everything is stored and computed in; None: what the base is."""
        self.base = base
        self.changes: Changes = changes or {}
        self.dtype = dtype
        self._names: frozenset[str] | None = None
        self._made: Net | None = None

    @property
    def names(self) -> frozenset[str]:
        """Names of the tensors."""
        if self._names is None:
            self._names = frozenset(name for name, _ in self.base.named_parameters())
        return self._names

    def changed(self, more: Mapping[str, Change]) -> "Weights[Net]":
        """The same with one more change of each tensor named; names that the network lacks are left out."""
        added = {name: (*self.changes.get(name, ()), change) for name, change in more.items() if name in self.names}
        return Weights(self.base, {**self.changes, **added}, self.dtype)

    def cast(self, dtype: torch.dtype | None) -> "Weights[Net]":
        """The same in another precision."""
        return Weights(self.base, self.changes, dtype)

    def exact(self, name: str) -> Tensor:
        """A tensor in fp32, not rounded to what the network is stored in, on the network's device."""
        weight = self.base.get_parameter(name).detach().float()
        for change in self.changes.get(name, ()):
            weight = change.applied(weight)
        return weight

    def stored(self, name: str) -> Tensor:
        """A tensor as the network holds it."""
        weight = self.base.get_parameter(name).detach()
        dtype = self.dtype or weight.dtype
        return self.exact(name).to(dtype) if name in self.changes else weight.to(dtype)

    def shape(self, name: str) -> torch.Size:
        """The shape of a tensor."""
        return self.base.get_parameter(name).shape

    def module(self) -> Net:
        """The network with its weights, the base itself where nothing is changed; kept until `forget`.

        Raises OutOfMemoryError.
        """
        if not self.changes and self.dtype in {None, next(self.base.parameters()).dtype}:
            return self.base
        if self._made is None or _device(self._made) != _device(self.base):
            try:
                self._made = self._make()
            except torch.OutOfMemoryError as error:
                raise OutOfMemoryError(
                    "the device has too little memory for changed weights beside the model's own; close other programs"
                ) from error
        return self._made

    def forget(self) -> None:
        """Give the memory of the changed weights back; they are made again when they are needed."""
        self._made = None

    def _make(self) -> Net:
        everything: Iterable[Tensor] = (*self.base.parameters(), *self.base.buffers())
        module = copy.deepcopy(self.base, {id(tensor): tensor for tensor in everything})
        wanted = self.changes if self.dtype is None else self.names
        with torch.no_grad():
            tensors = {name: _laid_out(self.stored(name), self.base.get_parameter(name)) for name in wanted}
        module.load_state_dict(tensors, strict=False, assign=True)
        return module.requires_grad_(requires_grad=False)


def _device(module: nn.Module) -> torch.device:
    return next(module.parameters()).device


def _laid_out(tensor: Tensor, like: Tensor) -> Tensor:
    """The tensor with the memory layout of another (convolutions are channels-last)."""
    return tensor.contiguous(memory_format=torch.channels_last) if _channels_last(like) else tensor.contiguous()


def _channels_last(tensor: Tensor) -> bool:
    return tensor.dim() == 4 and tensor.is_contiguous(memory_format=torch.channels_last)


def merged(weights: Weights[Net], other: Weights[Net], ratio: Callable[[str], tuple[float, float]]) -> Weights[Net]:
    """``weights * kept + other * strength`` for every tensor that both have in one shape.

    ``ratio`` of a name is (kept, strength). What only the first has, or the second in another shape, stays.
    """
    shared = [name for name in weights.names & other.names if weights.shape(name) == other.shape(name)]
    numbers = {name: ratio(name) for name in shared}
    return weights.changed(
        {
            name: Change(kept, strength, _exactly(other, name))
            for name, (kept, strength) in numbers.items()
            if (kept, strength) != (1.0, 0.0)
        }
    )


def _exactly(weights: Weights[Net], name: str) -> Addend:
    return lambda: weights.exact(name)
