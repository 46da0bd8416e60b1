"""Another account of how a network was trained: its prediction type, its noise levels, its latents. No network."""

from dataclasses import replace
from typing import Final

from dgx_pixels.core.architecture import Prediction
from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.model import Model
from dgx_pixels.sampling.consistency import Consistent, DistilledTable
from dgx_pixels.sampling.continuous import AngleLevels
from dgx_pixels.sampling.direct import Direct, Unscaled
from dgx_pixels.sampling.flow import ExponentialFlowLevels, Flow, FlowLevels
from dgx_pixels.sampling.forms import Trained
from dgx_pixels.sampling.sigmas import SigmaTable

PLAYGROUND_MEAN: Final = (-1.6574, 1.886, -1.383, 2.5155)
PLAYGROUND_STD: Final = (8.4927, 5.9022, 6.5498, 5.2299)
"""Statistics of Playground 2.5's latents (Li et al. 2024)."""


def discrete(model: Model, sampling: str, *, zero_snr: bool) -> Model:
    """Trained on SD's 1000 levels to predict ``sampling``: eps, v_prediction, lcm, x0 or img_to_img."""
    table = SigmaTable.discrete(zero_snr=zero_snr)
    if sampling == "lcm":
        levels = DistilledTable.of(table)
        return model.changed(table=levels, form=Consistent(table=levels))
    forms = {
        "eps": Trained(),
        "v_prediction": Trained(Prediction.V),
        "x0": Direct(),
        "img_to_img": Unscaled(),
    }
    return model.changed(table=table, form=forms[sampling])


def continuous_edm(model: Model, sampling: str, sigma_min: float, sigma_max: float) -> Model:
    """Trained on all levels of a range to predict ``sampling``: v_prediction, edm, edm_playground_v2.5 or eps.

    Raises UsageError for ``cosmos_rflow``, and for a range that is none.
    """
    if sampling == "cosmos_rflow":
        raise UsageError(
            "cosmos_rflow is for models of the Cosmos family, which are not drawn with here; choose another"
        )
    table = SigmaTable.edm(*_range(sigma_min, sigma_max))
    if sampling == "edm_playground_v2.5":
        spec = replace(model.spec, latent_mean=PLAYGROUND_MEAN, latent_std=PLAYGROUND_STD)
        return model.changed(table=table, form=Trained(Prediction.EDM), spec=spec)
    predictions = {"v_prediction": Prediction.V_EDM, "edm": Prediction.EDM, "eps": Prediction.EPS}
    return model.changed(table=table, form=Trained(predictions[sampling]))


def continuous_v(model: Model, sigma_min: float, sigma_max: float) -> Model:
    """Trained on all levels of a range to predict v, and told angles. Raises UsageError for a range that is none."""
    return model.changed(table=AngleLevels.between(*_range(sigma_min, sigma_max)), form=Trained(Prediction.V))


def flow(model: Model, shift: float) -> Model:
    """Trained by flow matching, its levels shifted: fine-tunes of SDXL that say so. Raises UsageError for shift 0."""
    if shift <= 0:
        raise UsageError("a shift of 0 leaves no noise levels; flow models take 1 to 12")
    return model.changed(table=FlowLevels(shift), form=Flow())


def exponential_flow(model: Model, width: int, height: int, base_shift: float, max_shift: float) -> Model:
    """Trained by flow matching, its levels shifted by the picture's size in pixels, as FLUX.1."""
    levels = ExponentialFlowLevels.of_size(width, height, base_shift, max_shift)
    return model.changed(table=levels, form=Flow())


def _range(sigma_min: float, sigma_max: float) -> tuple[float, float]:
    if not 0 < sigma_min < sigma_max:
        raise UsageError(
            f"sigma_min {sigma_min} and sigma_max {sigma_max} are no range; give 0 < sigma_min < sigma_max"
        )
    return sigma_min, sigma_max
