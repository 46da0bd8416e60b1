"""Nodes that make SIGMAS: the levels that a run visits, falling."""

from typing import Annotated, Final

from dgx_pixels.core.errors import NotYetError
from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sampling_inputs import CUSTOM, UNROUNDED, Fraction, Scale, SchedulerName, Steps
from dgx_pixels.nodes.sockets import Choice, Model, Range, Sigmas

_CATEGORY: Final = "sampling/custom_sampling/schedulers"
_HIGH: Final = 14.614642
_LOW: Final = 0.0291675

Sigma = Annotated[float, Range(0.0, 5000.0, 0.01, UNROUNDED)]
Shape = Annotated[float, Range(0.0, 50.0, 0.01, UNROUNDED)]


@node("BasicScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def basic(*, model: Model, scheduler: SchedulerName, steps: Steps = 20, denoise: Fraction = 1.0) -> Sigmas:
    """A schedule by its name, for the levels of a model."""
    from dgx_pixels.sampling.schedules import scheduled

    return scheduled(model.table, scheduler, steps, denoise)


@node("KarrasScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def karras(*, steps: Steps = 20, sigma_max: Sigma = _HIGH, sigma_min: Sigma = _LOW, rho: Scale = 7.0) -> Sigmas:
    """Even in sigma^(1/rho)."""
    from dgx_pixels.sampling.ranges import karras_range

    return karras_range(steps, sigma_min, sigma_max, rho)


@node("ExponentialScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def exponential(*, steps: Steps = 20, sigma_max: Sigma = _HIGH, sigma_min: Sigma = _LOW) -> Sigmas:
    """Even in ln(sigma)."""
    from dgx_pixels.sampling.ranges import exponential_range

    return exponential_range(steps, sigma_min, sigma_max)


@node("PolyexponentialScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def polyexponential(
    *, steps: Steps = 20, sigma_max: Sigma = _HIGH, sigma_min: Sigma = _LOW, rho: Scale = 1.0
) -> Sigmas:
    """Even in ln(sigma)^(1/rho)."""
    from dgx_pixels.sampling.ranges import polyexponential_range

    return polyexponential_range(steps, sigma_min, sigma_max, rho)


@node("LaplaceScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def laplace(
    *,
    steps: Steps = 20,
    sigma_max: Sigma = _HIGH,
    sigma_min: Sigma = _LOW,
    mu: Annotated[float, Range(-10.0, 10.0, 0.1, UNROUNDED)] = 0.0,
    beta: Annotated[float, Range(0.0, 10.0, 0.1, UNROUNDED)] = 0.5,
) -> Sigmas:
    """Quantiles of a Laplace distribution of ln(sigma); no 0 at the end."""
    from dgx_pixels.sampling.ranges import laplace_range

    return laplace_range(steps, sigma_min, sigma_max, mu, beta)


@node("VPScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def vp(
    *,
    steps: Steps = 20,
    beta_d: Sigma = 19.9,
    beta_min: Sigma = 0.1,
    eps_s: Annotated[float, Range(0.0, 1.0, 0.0001, UNROUNDED)] = 0.001,
) -> Sigmas:
    """Even in the time of the variance-preserving SDE."""
    from dgx_pixels.sampling.ranges import vp_range

    return vp_range(steps, beta_d, beta_min, eps_s)


@node("BetaSamplingScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def beta_sampling(*, model: Model, steps: Steps = 20, alpha: Shape = 0.6, beta: Shape = 0.6) -> Sigmas:
    """Levels of a model at quantiles of a beta distribution."""
    from dgx_pixels.sampling.schedules import beta as beta_schedule

    return beta_schedule(model.table, steps, alpha, beta)


@node("SDTurboScheduler", category=_CATEGORY, module=CUSTOM, function="get_sigmas")
def sd_turbo(
    *,
    model: Model,
    steps: Annotated[int, Range(1, 10)] = 1,
    denoise: Annotated[float, Range(0, 1.0, 0.01)] = 1.0,
) -> Sigmas:
    """The levels that SD Turbo and SDXL Turbo were distilled at."""
    from dgx_pixels.sampling.schedules import turbo

    return turbo(model.table, steps, denoise)


@node(
    "AlignYourStepsScheduler",
    category=_CATEGORY,
    module="comfy_extras.nodes_align_your_steps",
    v3=True,
    function="execute",
)
def align_your_steps(
    *, model_type: Annotated[str, Choice(("SD1", "SDXL", "SVD"))], steps: Steps = 10, denoise: Fraction = 1.0
) -> Sigmas:
    """Levels optimised for a family of models (Sabour et al. 2024)."""
    from dgx_pixels.sampling.schedules import align_your_steps as levels

    return levels(model_type, steps, denoise)


@node("GITSScheduler", category=_CATEGORY, module="comfy_extras.nodes_gits", v3=True, function="execute")
def gits(
    *,
    coeff: Annotated[float, Range(0.80, 1.50, 0.05)] = 1.20,
    steps: Annotated[int, Range(2, 1000)] = 10,
    denoise: Fraction = 1.0,
) -> Sigmas:
    """Levels found by following trajectories (Chen et al. 2024). Their tables are not here yet: NotYetError."""
    raise NotYetError(
        f"The GITS tables (coeff {coeff}, {steps} steps, denoise {denoise}) come with a later version of dgx-pixels; "
        "AlignYourStepsScheduler is made for as few steps."
    )


NODES: Final[tuple[Node, ...]] = (
    basic,
    karras,
    exponential,
    polyexponential,
    laplace,
    vp,
    beta_sampling,
    sd_turbo,
    align_your_steps,
    gits,
)
