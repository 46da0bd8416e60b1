"""Nodes that change how a model is guided; the methods are in `engine.patching`, a file each."""

from typing import Annotated, Final

from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sockets import OPTIONAL, Model, Range

_PATCHED: Final = ("patched_model",)


@node("RescaleCFG", category="advanced/model", module="comfy_extras.nodes_model_advanced", function="patch")
def rescale_cfg(*, model: Model, multiplier: Annotated[float, Range(0.0, 1.0, step=0.01)] = 0.7) -> Model:
    """Keep the contrast of the conditional estimate under strong guidance (Lin et al. 2024)."""
    from dgx_pixels.engine.patching import rescale_cfg as method

    return method.rescale_cfg(model, multiplier)


@node(
    "DifferentialDiffusion",
    title="Differential Diffusion",
    category="_for_testing",
    module="comfy_extras.nodes_differential_diffusion",
    function="execute",
    v3=True,
    experimental=True,
)
def differential_diffusion(
    *, model: Model, strength: Annotated[float, Range(0.0, 1.0, step=0.01), OPTIONAL] = 1.0
) -> Model:
    """Let the greys of an inpainting mask say when each pixel begins to be drawn anew (Levin & Fried 2023)."""
    from dgx_pixels.engine.patching import differential

    return differential.differential_diffusion(model, strength)


@node(
    "CFGZeroStar",
    category="advanced/guidance",
    module="comfy_extras.nodes_cfg",
    function="execute",
    v3=True,
    names=_PATCHED,
)
def cfg_zero_star(*, model: Model) -> Model:
    """Scale the unconditional side before guidance (Fan et al. 2025)."""
    from dgx_pixels.engine.patching import cfg_zero

    return cfg_zero.cfg_zero_star(model)


@node(
    "CFGNorm",
    category="advanced/guidance",
    module="comfy_extras.nodes_cfg",
    function="execute",
    v3=True,
    names=_PATCHED,
    experimental=True,
)
def cfg_norm(*, model: Model, strength: Annotated[float, Range(0.0, 100.0, step=0.01)] = 1.0) -> Model:
    """Limit the norm of the guided estimate to that of the conditional one."""
    from dgx_pixels.engine.patching import cfg_norm as method

    return method.cfg_norm(model, strength)


@node(
    "APG",
    title="Adaptive Projected Guidance",
    category="sampling/custom_sampling",
    module="comfy_extras.nodes_apg",
    function="execute",
    v3=True,
)
def apg(
    *,
    model: Model,
    eta: Annotated[float, Range(-10.0, 10.0, step=0.01)] = 1.0,
    norm_threshold: Annotated[float, Range(0.0, 50.0, step=0.1)] = 5.0,
    momentum: Annotated[float, Range(-5.0, 1.0, step=0.01)] = 0.0,
) -> Model:
    """Guide without the part that only adds saturation (Sadat et al. 2024)."""
    from dgx_pixels.engine.patching import apg as method

    return method.adaptive_projected_guidance(model, eta, norm_threshold, momentum)


@node(
    "TCFG",
    title="Tangential Damping CFG",
    category="advanced/guidance",
    module="comfy_extras.nodes_tcfg",
    function="execute",
    v3=True,
    names=_PATCHED,
)
def tcfg(*, model: Model) -> Model:
    """Take the tangential part out of the unconditional side (Kwon et al. 2025)."""
    from dgx_pixels.engine.patching import tcfg as method

    return method.tangential_damping(model)


@node(
    "Mahiro",
    title="Mahiro is so cute that she deserves a better guidance function!! (。・ω・。)",
    category="_for_testing",
    module="comfy_extras.nodes_mahiro",
    function="execute",
    v3=True,
    names=_PATCHED,
    experimental=True,
)
def mahiro(*, model: Model) -> Model:
    """Weigh guidance by direction: towards the prompt, less away from the negative prompt."""
    from dgx_pixels.engine.patching import mahiro as method

    return method.mahiro(model)


@node(
    "FreSca",
    category="_for_testing",
    module="comfy_extras.nodes_fresca",
    function="execute",
    v3=True,
    experimental=True,
)
def fresca(
    *,
    model: Model,
    scale_low: Annotated[float, Range(0, 10, step=0.01)] = 1.0,
    scale_high: Annotated[float, Range(0, 10, step=0.01)] = 1.25,
    freq_cutoff: Annotated[int, Range(1, 10000, step=1)] = 20,
) -> Model:
    """Scale guidance apart for coarse shapes and for details (Huang et al. 2025)."""
    from dgx_pixels.engine.patching import fresca as method

    return method.fresca(model, scale_low, scale_high, freq_cutoff)


@node(
    "Epsilon Scaling",
    category="model_patches/unet",
    module="comfy_extras.nodes_eps",
    function="execute",
    v3=True,
)
def epsilon_scaling(
    *, model: Model, scaling_factor: Annotated[float, Range(0.5, 1.5, step=0.001, extra={"display": "number"})] = 1.005
) -> Model:
    """Make the predicted noise a little smaller (Ning et al. 2024)."""
    from dgx_pixels.engine.patching import epsilon_scaling as method

    return method.epsilon_scaling(model, scaling_factor)


NODES: Final[tuple[Node, ...]] = (
    rescale_cfg,
    differential_diffusion,
    cfg_zero_star,
    cfg_norm,
    apg,
    tcfg,
    mahiro,
    fresca,
    epsilon_scaling,
)
