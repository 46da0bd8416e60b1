"""Nodes that take SIGMAS apart and change them."""

from typing import Annotated, Final

from dgx_pixels.core.limits import MAX_STEPS
from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sampling_inputs import CUSTOM, UNROUNDED, Fraction
from dgx_pixels.nodes.sockets import Choice, Model, Range, Sigmas

_CATEGORY: Final = "sampling/custom_sampling/sigmas"
_HALVES: Final = ("high_sigmas", "low_sigmas")
_ALMOST_CLEAN: Final = 0.0001  # what a leading 0 becomes: nothing can be divided by 0


@node("SplitSigmas", category=_CATEGORY, module=CUSTOM, function="get_sigmas", names=_HALVES)
def split(*, sigmas: Sigmas, step: Annotated[int, Range(0, MAX_STEPS)] = 0) -> tuple[Sigmas, Sigmas]:
    """The levels before and after a step; both have the one in the middle."""
    return sigmas[: step + 1], sigmas[step:]


@node("SplitSigmasDenoise", category=_CATEGORY, module=CUSTOM, function="get_sigmas", names=_HALVES)
def split_denoise(*, sigmas: Sigmas, denoise: Fraction = 1.0) -> tuple[Sigmas, Sigmas]:
    """The levels split so that the second part has a fraction of the steps."""
    steps = max(len(sigmas) - 1, 0)
    middle = steps - round(steps * denoise)
    return sigmas[: middle + 1], sigmas[middle:]


@node("FlipSigmas", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def flip(*, sigmas: Sigmas) -> Sigmas:
    """The levels the other way round, for unsampling."""
    flipped = sigmas.flip(0)
    if len(flipped) and flipped[0] == 0:
        flipped[0] = _ALMOST_CLEAN
    return flipped


@node("SetFirstSigma", category=_CATEGORY, module=CUSTOM, function="set_first_sigma")
def set_first(*, sigmas: Sigmas, sigma: Annotated[float, Range(0.0, 20000.0, 0.001, UNROUNDED)] = 136.0) -> Sigmas:
    """The levels with another one first."""
    changed = sigmas.clone()
    changed[:1] = sigma
    return changed


@node("ExtendIntermediateSigmas", category=_CATEGORY, module=CUSTOM, function="extend")
def extend(
    *,
    sigmas: Sigmas,
    steps: Annotated[int, Range(1, 100)] = 2,
    start_at_sigma: Annotated[float, Range(-1.0, 20000.0, 0.01, UNROUNDED)] = -1.0,
    end_at_sigma: Annotated[float, Range(0.0, 20000.0, 0.01, UNROUNDED)] = 12.0,
    spacing: Annotated[str, Choice(("linear", "cosine", "sine"))],
) -> Sigmas:
    """The levels with each step in a range cut into several."""
    from dgx_pixels.sampling.ranges import extended

    return extended(sigmas, steps, float("inf") if start_at_sigma < 0 else start_at_sigma, end_at_sigma, spacing)


@node("SamplingPercentToSigma", category=_CATEGORY, module=CUSTOM, function="get_sigma", names=("sigma_value",))
def percent_to_sigma(
    *,
    model: Model,
    sampling_percent: Annotated[float, Range(0.0, 1.0, 0.0001)] = 0.0,
    return_actual_sigma: bool = False,
) -> float:
    """The level at a fraction of the sampling; the ends are beyond the model's own levels unless asked for."""
    from dgx_pixels.engine.sampling import percent_to_sigma as level

    return level(model, sampling_percent, actual=return_actual_sigma)


NODES: Final[tuple[Node, ...]] = (split, split_denoise, flip, set_first, extend, percent_to_sigma)
