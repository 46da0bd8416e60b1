"""Which noise levels a checkpoint was trained on. Knows no schedule."""

from dgx_pixels.core.architecture import ModelSpec, Prediction
from dgx_pixels.sampling.sigmas import SigmaTable


def sigma_table(spec: ModelSpec) -> SigmaTable:
    """Noise levels that a model was trained on."""
    if spec.prediction in {Prediction.EDM, Prediction.V_EDM}:
        return SigmaTable.edm(spec.sigma_min or 0.002, spec.sigma_max or 80.0)
    return SigmaTable.discrete(zero_snr=spec.zero_snr)
