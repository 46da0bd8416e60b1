"""Noise levels and forms as node packs know them (``model_sampling``), to and from our own. Knows no network."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dgx_pixels.sampling.forms import Form
from dgx_pixels.sampling.sigmas import Levels


@dataclass(frozen=True, slots=True)
class ModelSampling:
    """Our levels and form under the names, and with the tensors, that packs use."""

    table: Levels
    form: Form

    @property
    def sigmas(self) -> Tensor:
        """Levels in rising order, (N,)."""
        return self.table.sigmas

    @property
    def sigma_min(self) -> Tensor:
        """Smallest level, 0-d."""
        return torch.tensor(self.table.sigma_min)

    @property
    def sigma_max(self) -> Tensor:
        """Largest level, 0-d."""
        return torch.tensor(self.table.sigma_max)

    def timestep(self, sigma: Any) -> Tensor:
        """What the network is told for levels, shaped like them."""
        return _each(self.table.timestep, sigma)

    def sigma(self, timestep: Any) -> Tensor:
        """Levels of timesteps, shaped like them."""
        return _each(self.table.sigma, timestep)

    def percent_to_sigma(self, percent: float) -> float:
        """Level at a fraction of sampling."""
        return self.table.percent_to_sigma(percent)

    def calculate_input(self, sigma: Any, noise: Tensor) -> Tensor:
        """What the network is fed for a noisy latent."""
        return self.form.scaled(noise, torch.tensor(_level(sigma)))

    def calculate_denoised(self, sigma: Any, model_output: Tensor, model_input: Tensor) -> Tensor:
        """x0 from the network's output and the noisy latent."""
        return self.form.clean(model_input, torch.tensor(_level(sigma)), model_output)

    def noise_scaling(self, sigma: Any, noise: Tensor, latent_image: Tensor, max_denoise: bool = False) -> Tensor:
        """A clean latent at a level."""
        return self.form.noised(latent_image, noise, _level(sigma), full=max_denoise)

    def inverse_noise_scaling(self, sigma: Any, latent: Tensor) -> Tensor:
        """What a run that ended at a level hands on."""
        return self.form.finished(latent, _level(sigma))


@dataclass(frozen=True, slots=True)
class ForeignSampling:
    """A pack's ``model_sampling`` as our levels (`Levels`) and our form (`Form`)."""

    theirs: Any

    @property
    def sigmas(self) -> Tensor:
        """Levels in rising order, (N,), fp32, on the CPU."""
        return self.theirs.sigmas.float().cpu()

    @property
    def sigma_min(self) -> float:
        """Smallest level."""
        return float(self.theirs.sigma_min)

    @property
    def sigma_max(self) -> float:
        """Largest level."""
        return float(self.theirs.sigma_max)

    def timestep(self, sigma: float) -> float:
        """What the network is told for a level."""
        return float(self.theirs.timestep(torch.tensor(sigma)))

    def sigma(self, t: float) -> float:
        """Level of a timestep."""
        return float(self.theirs.sigma(torch.tensor(t)))

    def percent_to_sigma(self, p: float) -> float:
        """Level at a fraction of sampling."""
        return float(self.theirs.percent_to_sigma(p))

    def scaled(self, x: Tensor, sigma: Tensor) -> Tensor:
        """What the network is fed for a noisy latent."""
        return self.theirs.calculate_input(_rows(sigma, x), x)

    def clean(self, x: Tensor, sigma: Tensor, out: Tensor) -> Tensor:
        """x0 from the network's output."""
        return self.theirs.calculate_denoised(_rows(sigma, x), out, x)

    def noised(self, latent: Tensor, noise: Tensor, sigma: float, *, full: bool) -> Tensor:
        """A clean latent at a level."""
        return self.theirs.noise_scaling(torch.tensor(sigma), noise, latent, full)

    def finished(self, x: Tensor, sigma: float) -> Tensor:
        """What a run that ended at a level hands on."""
        return self.theirs.inverse_noise_scaling(torch.tensor(sigma), x)


def _each(function: Any, values: Any) -> Tensor:
    given = torch.as_tensor(values, dtype=torch.float32)
    return torch.tensor([function(float(v)) for v in given.flatten()], device=given.device).view(given.shape)


def _level(sigma: Any) -> float:
    """The one level of a number or of a tensor of equal ones."""
    return float(sigma.flatten()[0]) if isinstance(sigma, Tensor) else float(sigma)


def _rows(sigma: Tensor, x: Tensor) -> Tensor:
    return sigma.to(x.device).expand(len(x))
