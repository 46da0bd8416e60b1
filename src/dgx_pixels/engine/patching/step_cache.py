"""Steps that reuse the direction of an earlier one while little changes, instead of calling the network.

Zhou et al., "Less is Enough: Training-Free Video Diffusion Acceleration via Runtime-Adaptive Caching" (2025)
(EasyCache): the network's output follows its input at a rate that hardly changes from step to step, so that the input
tells how far the output has moved. What is kept is the direction (x - x0) / sigma, which means the same at every level.
"""

import logging
from collections import deque
from dataclasses import dataclass, field

import torch
from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import around_network
from dgx_pixels.sampling.patches import Apply, NetInput

log = logging.getLogger(__name__)

CALLS = 8
"""Kinds of calls of one step that are told apart; further ones push the oldest out."""


def easy_cache(model: Model, threshold: float, window: tuple[float, float], *, verbose: bool) -> Model:
    """With steps left out between two fractions of the run, until the output is taken to have changed too much.

    ``threshold`` is how much, relative to the output; 0 leaves out nothing.
    """
    return _cached(model, threshold, window, measured=True, verbose=verbose)


def lazy_cache(model: Model, threshold: float, window: tuple[float, float], *, verbose: bool) -> Model:
    """As `easy_cache`, the output being taken to change as much as the input does: nothing is measured."""
    return _cached(model, threshold, window, measured=False, verbose=verbose)


def _cached(model: Model, threshold: float, window: tuple[float, float], *, measured: bool, verbose: bool) -> Model:
    if threshold <= 0:
        return model.clone()
    high, low = (model.table.percent_to_sigma(p) for p in window)
    return around_network(model, StepCache(threshold, high, low, measured, verbose))


@dataclass(slots=True)
class Kept:
    """What is known of one kind of call: a side, or sides, under their texts."""

    call: NetInput
    """The last one, at whatever level."""
    direction: Tensor
    """(x - x0) / sigma of the last that reached the network."""
    rate: float | None = None
    """Relative change of the direction over that of the input, between the last two that reached the network."""
    drift: float = 0.0
    """How far the direction is taken to have moved since."""

    def knows(self, call: NetInput) -> bool:
        """Whether a call is of this kind, one step later."""
        return _alike(self.call, call) and float(call.sigma) <= float(self.call.sigma)


@dataclass(slots=True)
class StepCache:
    """The reuse (`Wrapper`); remembers the run that it is in."""

    threshold: float
    high: float
    low: float
    measured: bool
    verbose: bool
    kept: deque[Kept] = field(default_factory=lambda: deque(maxlen=CALLS))

    def __call__(self, apply: Apply, call: NetInput) -> Tensor:
        """x0 (rows, C, h, w) of the network, or from a kept direction."""
        known = next((kept for kept in self.kept if kept.knows(call)), None)
        if known is None or _begins(call):
            return self._first(apply, call, known)
        moved = _relative(_scaled(call), _scaled(known.call))
        rate = known.rate if self.measured else 1.0
        if rate is not None and self.low <= float(call.sigma) <= self.high:
            drift = known.drift + rate * moved
            if drift < self.threshold:
                known.call, known.drift = call, drift
                if self.verbose:
                    log.info("step at sigma %.4f reused: change %.4f of %.4f", float(call.sigma), drift, self.threshold)
                return call.x - known.direction * call.sigma
        x0 = apply(call)
        direction = _direction(call, x0)
        if moved > 0:
            known.rate = _relative(direction, known.direction) / moved
        known.call, known.direction, known.drift = call, direction, 0.0
        return x0

    def _first(self, apply: Apply, call: NetInput, known: Kept | None) -> Tensor:
        x0 = apply(call)
        if known is not None:
            self.kept.remove(known)
        self.kept.append(Kept(call, _direction(call, x0)))
        return x0


def _begins(call: NetInput) -> bool:
    """Whether this is the first level of a run."""
    return call.levels is not None and len(call.levels) > 0 and float(call.sigma) >= float(call.levels[0])


def _direction(call: NetInput, x0: Tensor) -> Tensor:
    return (call.x - x0) / call.sigma


def _scaled(call: NetInput) -> Tensor:
    """The latent as the network sees it, of about one variance at every level."""
    return call.x / (call.sigma**2 + 1) ** 0.5


def _relative(new: Tensor, old: Tensor) -> float:
    """Mean change over mean size."""
    return float((new - old).abs().mean() / old.abs().mean().clamp(min=1e-12))


def _alike(a: NetInput, b: NetInput) -> bool:
    """Whether two calls are the same beside latent and level."""
    same = a.sides == b.sides and a.unet is b.unet and a.x.shape == b.x.shape and a.levels is b.levels
    return same and _equal(a.context, b.context) and _equal(a.vector, b.vector) and _equal(a.concat, b.concat)


def _equal(a: Tensor | None, b: Tensor | None) -> bool:
    if a is None or b is None:
        return a is b
    return a.shape == b.shape and torch.equal(a, b)
