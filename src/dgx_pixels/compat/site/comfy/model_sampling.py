"""How models were trained, under the names that packs know."""

from dgx_pixels.engine.foreign_sampling import ModelSampling as ModelSamplingDiscrete
from dgx_pixels.sampling.forms import EDM_SIGMA_DATA, Trained
from dgx_pixels.sampling.forms import EPS as _EPS


class EPS:
    """Networks that predict the noise."""

    form = _EPS

    def calculate_input(self, sigma: "object", noise: "object") -> "object":
        """What the network is fed."""
        level = sigma.view(sigma.shape[:1] + (1,) * (noise.ndim - 1))  # type: ignore[attr-defined]
        return noise / (level**2 + 1) ** 0.5  # type: ignore[operator]

    def calculate_denoised(self, sigma: "object", model_output: "object", model_input: "object") -> "object":
        """x0 of what the network said."""
        level = sigma.view(sigma.shape[:1] + (1,) * (model_output.ndim - 1))  # type: ignore[attr-defined]
        return model_input - model_output * level  # type: ignore[operator]


class V_PREDICTION(EPS):
    """Networks that predict velocity."""

    def calculate_denoised(self, sigma: "object", model_output: "object", model_input: "object") -> "object":
        """x0 of what the network said."""
        level = sigma.view(sigma.shape[:1] + (1,) * (model_output.ndim - 1))  # type: ignore[attr-defined]
        variance = level**2 + 1
        return model_input / variance - model_output * level / variance**0.5  # type: ignore[operator]


__all__ = ["EDM_SIGMA_DATA", "EPS", "V_PREDICTION", "ModelSamplingDiscrete", "Trained"]
