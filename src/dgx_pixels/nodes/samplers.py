"""Nodes that make a SAMPLER: one of the list, or one with its numbers set."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Final

from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sampling_inputs import CUSTOM, UNROUNDED, SamplerName, Scale
from dgx_pixels.nodes.sockets import Choice, Model, Options, Range, Sampler, Socket

_CATEGORY: Final = "sampling/custom_sampling/samplers"
_ADVANCED: Final = "comfy_extras.nodes_advanced_samplers"
Device = Annotated[str, Choice(("gpu", "cpu"))]
ErSolver = Annotated[str, Socket("COMBO"), Options({"options": ["ER-SDE", "Reverse-time SDE", "ODE"]})]
"""The one list of choices in the new form on a node of the old one."""
Percent = Annotated[float, Range(0.0, 1.0, 0.001)]


@node("KSamplerSelect", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def select(*, sampler_name: SamplerName) -> Sampler:
    """A sampler by its name."""
    from dgx_pixels.sampling.samplers import sampler_named

    return sampler_named(sampler_name)


@node("SamplerEulerAncestral", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def euler_ancestral(*, eta: Scale = 1.0, s_noise: Scale = 1.0) -> Sampler:
    """Euler with ``eta`` of the noise renewed at each step."""
    from dgx_pixels.sampling.samplers import sampler_named

    return sampler_named("euler_ancestral").with_options(eta=eta, s_noise=s_noise)


@node(
    "SamplerEulerAncestralCFGPP",
    title="SamplerEulerAncestralCFG++",
    category=_CATEGORY,
    module=CUSTOM,
    function="get_sampler",
)
def euler_ancestral_cfg_pp(
    *,
    eta: Annotated[float, Range(0.0, 1.0, 0.01, UNROUNDED)] = 1.0,
    s_noise: Annotated[float, Range(0.0, 10.0, 0.01, UNROUNDED)] = 1.0,
) -> Sampler:
    """The same along the unconditional direction."""
    from dgx_pixels.sampling.samplers import sampler_named

    return sampler_named("euler_ancestral_cfg_pp").with_options(eta=eta, s_noise=s_noise)


@node("SamplerLMS", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def lms(*, order: Annotated[int, Range(1, 100)] = 4) -> Sampler:
    """Linear multistep of an order."""
    from dgx_pixels.sampling.samplers import sampler_named

    return sampler_named("lms").with_options(order=order)


@node("SamplerDPMPP_3M_SDE", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def dpmpp_3m_sde(*, eta: Scale = 1.0, s_noise: Scale = 1.0, noise_device: Device) -> Sampler:
    """DPM-Solver++ (3M) of the SDE."""
    return _brownian("dpmpp_3m_sde", noise_device, eta=eta, s_noise=s_noise)


@node("SamplerDPMPP_2M_SDE", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def dpmpp_2m_sde(
    *,
    solver_type: Annotated[str, Choice(("midpoint", "heun"))],
    eta: Scale = 1.0,
    s_noise: Scale = 1.0,
    noise_device: Device,
) -> Sampler:
    """DPM-Solver++ (2M) of the SDE."""
    return _brownian("dpmpp_2m_sde", noise_device, eta=eta, s_noise=s_noise, solver_type=solver_type)


@node("SamplerDPMPP_SDE", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def dpmpp_sde(*, eta: Scale = 1.0, s_noise: Scale = 1.0, r: Scale = 0.5, noise_device: Device) -> Sampler:
    """DPM-Solver++ (2S) of the SDE, looking ahead by the fraction ``r`` of a step."""
    from dgx_pixels.core.errors import UsageError

    if r <= 0:
        raise UsageError("SamplerDPMPP_SDE needs an r above 0, the fraction of a step to look ahead; 0.5 is usual.")
    return _brownian("dpmpp_sde", noise_device, eta=eta, s_noise=s_noise, r=r)


@node("SamplerDPMPP_2S_Ancestral", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def dpmpp_2s_ancestral(*, eta: Scale = 1.0, s_noise: Scale = 1.0) -> Sampler:
    """DPM-Solver++ (2S) with ``eta`` of the noise renewed at each step."""
    from dgx_pixels.sampling.samplers import sampler_named

    return sampler_named("dpmpp_2s_ancestral").with_options(eta=eta, s_noise=s_noise)


@node("SamplerDPMAdaptative", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def dpm_adaptive(
    *,
    order: Annotated[int, Range(2, 3)] = 3,
    rtol: Scale = 0.05,
    atol: Scale = 0.0078,
    h_init: Scale = 0.05,
    pcoeff: Scale = 0.0,
    icoeff: Scale = 1.0,
    dcoeff: Scale = 0.0,
    accept_safety: Scale = 0.81,
    eta: Scale = 0.0,
    s_noise: Scale = 1.0,
) -> Sampler:
    """DPM-Solver whose steps are as long as an error allows, by a PID controller."""
    from dgx_pixels.sampling.samplers import Noise, sampler_named

    sampler = replace(sampler_named("dpm_adaptive"), noise=Noise.GENERATOR if eta else None)
    return sampler.with_options(
        order=order,
        rtol=rtol,
        atol=atol,
        h_init=h_init,
        pcoeff=pcoeff,
        icoeff=icoeff,
        dcoeff=dcoeff,
        accept_safety=accept_safety,
        eta=eta,
        s_noise=s_noise,
    )


@node("SamplerER_SDE", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def er_sde(
    *,
    solver_type: ErSolver,
    max_stage: Annotated[int, Range(1, 3)] = 3,
    eta: Scale = 1.0,
    s_noise: Scale = 1.0,
) -> Sampler:
    """Extended reverse-time SDE; ``eta`` is how stochastic the reverse-time SDE is."""
    from dgx_pixels.sampling.samplers import sampler_named
    from dgx_pixels.sampling.samplers.er_sde import best_scale, power_scale

    ode = solver_type == "ODE" or (solver_type == "Reverse-time SDE" and eta == 0)
    scale = best_scale if solver_type == "ER-SDE" else power_scale(1.0 if ode else eta + 1)
    return sampler_named("er_sde").with_options(s_noise=0.0 if ode else s_noise, scale=scale, max_stage=max_stage)


@node("SamplerSASolver", category=_CATEGORY, module=CUSTOM, function="get_sampler")
def sa_solver(
    *,
    model: Model,
    eta: Annotated[float, Range(0.0, 10.0, 0.01, UNROUNDED)] = 1.0,
    sde_start_percent: Percent = 0.2,
    sde_end_percent: Percent = 0.8,
    s_noise: Scale = 1.0,
    predictor_order: Annotated[int, Range(1, 6)] = 3,
    corrector_order: Annotated[int, Range(0, 6)] = 4,
    use_pece: bool,
    simple_order_2: bool,
) -> Sampler:
    """Stochastic Adams solver, stochastic between two fractions of the sampling."""
    from dgx_pixels.sampling.samplers import sampler_named

    window = model.table.percent_to_sigma(sde_start_percent), model.table.percent_to_sigma(sde_end_percent)
    return sampler_named("sa_solver").with_options(
        window=window,
        eta=eta,
        s_noise=s_noise,
        predictor_order=predictor_order,
        corrector_order=corrector_order,
        use_pece=use_pece,
        simple_order_2=simple_order_2,
    )


@node("SamplerLCMUpscale", category=_CATEGORY, module=_ADVANCED, v3=True, function="execute")
def lcm_upscale(
    *,
    scale_ratio: Annotated[float, Range(0.1, 20.0, 0.01)] = 1.0,
    scale_steps: Annotated[int, Range(-1, 1000, 1)] = -1,
    upscale_method: Annotated[str, Choice(("bislerp", "nearest-exact", "bilinear", "area", "bicubic"))],
) -> Sampler:
    """LCM that enlarges the picture while it draws."""
    from dgx_pixels.engine.imaging.scaling import scaled
    from dgx_pixels.sampling.samplers import Sampler as Made
    from dgx_pixels.sampling.samplers.upscaling import lcm_upscale as run

    options = {
        "resize": partial(scaled, method=upscale_method),
        "ratio": scale_ratio,
        "steps": None if scale_steps < 0 else scale_steps,
    }
    return Made("lcm_upscale", run, options=options)


@node(
    "SamplerEulerCFGpp",
    title="SamplerEulerCFG++",
    category="_for_testing",
    module=_ADVANCED,
    v3=True,
    experimental=True,
    function="execute",
)
def euler_cfg_pp(*, version: Annotated[str, Choice(("regular", "alternative"))]) -> Sampler:
    """Euler along the unconditional direction, in two forms."""
    from dgx_pixels.sampling.samplers import Sampler as Made
    from dgx_pixels.sampling.samplers import sampler_named
    from dgx_pixels.sampling.samplers.euler import euler_pp

    return sampler_named("euler_cfg_pp") if version == "regular" else Made("euler_pp", euler_pp, needs_uncond=True)


def _brownian(name: str, noise_device: str, **options: object) -> Sampler:
    """A sampler whose noise is a Brownian path, on one device or the other."""
    from dgx_pixels.sampling.samplers import sampler_named

    return sampler_named(name if noise_device == "cpu" else f"{name}_gpu").with_options(**options)


NODES: Final[tuple[Node, ...]] = (
    select,
    euler_ancestral,
    euler_ancestral_cfg_pp,
    lms,
    dpmpp_3m_sde,
    dpmpp_2m_sde,
    dpmpp_sde,
    dpmpp_2s_ancestral,
    dpm_adaptive,
    er_sde,
    sa_solver,
    lcm_upscale,
    euler_cfg_pp,
)
