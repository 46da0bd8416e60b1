"""Networks whose output is the clean latent itself (`Form`). Knows no noise levels."""

from dataclasses import dataclass

from torch import Tensor

from dgx_pixels.sampling.forms import Trained


@dataclass(frozen=True, slots=True)
class Direct(Trained):
    """x0-prediction."""

    def clean(self, x: Tensor, sigma: Tensor, out: Tensor) -> Tensor:  # noqa: ARG002  (the shape of `Form`)
        """The output as it is."""
        return out


@dataclass(frozen=True, slots=True)
class Unscaled(Direct):
    """x0-prediction from a latent that is fed as it is: image-to-image networks."""

    def scaled(self, x: Tensor, sigma: Tensor) -> Tensor:  # noqa: ARG002  (the shape of `Form`)
        """The latent as it is."""
        return x
