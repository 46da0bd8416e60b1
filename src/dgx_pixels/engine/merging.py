"""Models and text towers merged weight by weight, when they are needed. Knows no node."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.clip import Clip
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.weights import Change, Weights, merged

log = logging.getLogger(__name__)

Ratio: TypeAlias = Callable[[str], tuple[float, float]]
"""(share kept of the first, share of the second) of a tensor's name."""


def merged_models(first: Model, second: Model, ratio: Ratio) -> Model:
    """``first`` with ``weight * kept + other * strength``; everything but the weights is the first's.

    Raises UsageError for models that have no tensor in common.
    """
    return first.changed(weights=_merged(first.name, first.weights, second.name, second.weights, ratio))


def merged_clips(first: Clip, second: Clip, ratio: Ratio) -> Clip:
    """As `merged_models`, for the text towers that both have. Raises UsageError where they share none."""
    shared = first.weights.keys() & second.weights.keys()
    if not shared:
        raise UsageError(f"{first.name} and {second.name} have different text encoders; merge two of one family")
    towers = {
        name: _merged(first.name, first.weights[name], second.name, second.weights[name], ratio) for name in shared
    }
    return first.changed(merged={**first.merged, **towers})


def even(ratio: float) -> Ratio:
    """``first * ratio + second * (1 - ratio)`` for every tensor."""
    return lambda _name: (ratio, 1 - ratio)


def by_prefix(ratios: Mapping[str, float]) -> Ratio:
    """As `even`, with the ratio of the longest prefix of the tensor's name; the first one where none is."""
    prefixes = sorted(ratios, key=len, reverse=True)
    default = next(iter(ratios.values()))

    def ratio(name: str) -> tuple[float, float]:
        share = next((ratios[prefix] for prefix in prefixes if name.startswith(prefix)), default)
        return share, 1 - share

    return ratio


def sums(first: float, second: float) -> Ratio:
    """The same two factors for every tensor."""
    return lambda _name: (first, second)


def scaled_tensors(weights: Weights[Any], factors: Mapping[str, Change]) -> Weights[Any]:
    """Weights whose tensors with names ending as given are changed."""
    changes = {name: change for name in weights.names for ending, change in factors.items() if name.endswith(ending)}
    return weights.changed(changes)


def _merged(first_name: str, first: Weights[Any], second_name: str, second: Weights[Any], ratio: Ratio) -> Weights[Any]:
    alike = [name for name in first.names & second.names if first.shape(name) == second.shape(name)]
    if not alike:
        raise UsageError(f"{first_name} and {second_name} have no tensor in common; merge two models of one family")
    if left := len(first.names) - len(alike):
        log.warning("%d tensors of %s stay as they are: %s has none of their shape", left, first_name, second_name)
    return merged(first, second, ratio)
