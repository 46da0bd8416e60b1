"""Nodes that say how a model was trained, or in what precision it runs. They change how it is read, nothing more."""

from typing import Annotated, Final, TypeAlias

from dgx_pixels.nodes.declare import Node, node
from dgx_pixels.nodes.sockets import Choice, Model, Range

_MODULE: Final = "comfy_extras.nodes_model_advanced"

Sigma: TypeAlias = Annotated[float, Range(0.0, 1000.0, step=0.001, extra={"round": False})]
Shift: TypeAlias = Annotated[float, Range(0.0, 100.0, step=0.01)]
Side: TypeAlias = Annotated[int, Range(16, 16384, step=8)]


@node("ModelSamplingDiscrete", category="advanced/model", module=_MODULE, function="patch")
def model_sampling_discrete(
    *,
    model: Model,
    sampling: Annotated[str, Choice(("eps", "v_prediction", "lcm", "x0", "img_to_img"))],
    zsnr: bool = False,
) -> Model:
    """Take a model for one trained on Stable Diffusion's levels to predict something else."""
    from dgx_pixels.engine.patching.model_sampling import discrete

    return discrete(model, sampling, zero_snr=zsnr)


@node("ModelSamplingContinuousEDM", category="advanced/model", module=_MODULE, function="patch")
def model_sampling_continuous_edm(
    *,
    model: Model,
    sampling: Annotated[str, Choice(("v_prediction", "edm", "edm_playground_v2.5", "eps", "cosmos_rflow"))],
    sigma_max: Sigma = 120.0,
    sigma_min: Sigma = 0.002,
) -> Model:
    """Take a model for one trained on all noise levels of a range (Karras et al. 2022)."""
    from dgx_pixels.engine.patching.model_sampling import continuous_edm

    return continuous_edm(model, sampling, sigma_min, sigma_max)


@node("ModelSamplingContinuousV", category="advanced/model", module=_MODULE, function="patch")
def model_sampling_continuous_v(
    *,
    model: Model,
    sampling: Annotated[str, Choice(("v_prediction",))],  # noqa: ARG001  (there is one choice)
    sigma_max: Sigma = 500.0,
    sigma_min: Sigma = 0.03,
) -> Model:
    """Take a model for one trained on all noise levels of a range to predict v."""
    from dgx_pixels.engine.patching.model_sampling import continuous_v

    return continuous_v(model, sigma_min, sigma_max)


@node("ModelSamplingSD3", category="advanced/model", module=_MODULE, function="patch")
def model_sampling_sd3(*, model: Model, shift: Shift = 3.0) -> Model:
    """Take a model for one trained by flow matching, with shifted levels."""
    from dgx_pixels.engine.patching.model_sampling import flow

    return flow(model, shift)


@node("ModelSamplingFlux", category="advanced/model", module=_MODULE, function="patch")
def model_sampling_flux(
    *, model: Model, max_shift: Shift = 1.15, base_shift: Shift = 0.5, width: Side = 1024, height: Side = 1024
) -> Model:
    """Take a model for one trained by flow matching, with levels shifted by the size of the picture."""
    from dgx_pixels.engine.patching.model_sampling import exponential_flow

    return exponential_flow(model, width, height, base_shift, max_shift)


@node("ModelComputeDtype", category="advanced/debug/model", module=_MODULE, function="patch")
def model_compute_dtype(*, model: Model, dtype: Annotated[str, Choice(("default", "fp32", "fp16", "bf16"))]) -> Model:
    """Compute in another precision."""
    from dgx_pixels.engine.device import DTYPES

    return model.changed(weights=model.weights.cast(DTYPES.get(dtype)))


NODES: Final[tuple[Node, ...]] = (
    model_sampling_discrete,
    model_sampling_continuous_edm,
    model_sampling_continuous_v,
    model_sampling_sd3,
    model_sampling_flux,
    model_compute_dtype,
)
