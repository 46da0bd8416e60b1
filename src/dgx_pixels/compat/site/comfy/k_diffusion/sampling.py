"""Samplers as functions of k-diffusion's form, and small things around them, under the names that packs know."""

import math
from typing import Any

import torch

from dgx_pixels.sampling.samplers import SAMPLERS


def append_zero(x: torch.Tensor) -> torch.Tensor:
    """Levels and a 0."""
    return torch.cat([x, x.new_zeros(1)])


def append_dims(x: torch.Tensor, target_dims: int) -> torch.Tensor:
    """A tensor with axes of length 1 at its end."""
    return x.reshape(*x.shape, *(1 for _ in range(target_dims - x.ndim)))


def to_d(x: torch.Tensor, sigma: torch.Tensor, denoised: torch.Tensor) -> torch.Tensor:
    """The derivative of Karras et al. (2022), eq. 3."""
    return (x - denoised) / append_dims(sigma, x.ndim)


def get_ancestral_step(sigma_from: Any, sigma_to: Any, eta: float = 1.0) -> tuple[Any, Any]:
    """(level to step down to, noise to add) on the way between two levels."""
    if not eta:
        return sigma_to, 0.0
    up = min(sigma_to, eta * (sigma_to**2 * (sigma_from**2 - sigma_to**2) / sigma_from**2) ** 0.5)
    return (sigma_to**2 - up**2) ** 0.5, up


def get_sigmas_karras(
    n: int, sigma_min: float, sigma_max: float, rho: float = 7.0, device: str = "cpu"
) -> torch.Tensor:
    """The schedule of Karras et al. (2022), eq. 5, and a 0."""
    ends = [sigma ** (1 / rho) for sigma in (sigma_max, sigma_min)]
    return append_zero((ends[0] + torch.linspace(0, 1, n) * (ends[1] - ends[0])) ** rho).to(device)


def get_sigmas_exponential(n: int, sigma_min: float, sigma_max: float, device: str = "cpu") -> torch.Tensor:
    """Levels even in their logarithm, and a 0."""
    return append_zero(torch.linspace(math.log(sigma_max), math.log(sigma_min), n).exp()).to(device)


def default_noise_sampler(x: torch.Tensor, seed: int | None = None) -> Any:
    """A function of two levels that draws unit noise."""
    generator = None if seed is None else torch.Generator(device=x.device).manual_seed(seed)

    def noise(_sigma: Any, _sigma_next: Any) -> torch.Tensor:
        return torch.randn(x.shape, dtype=x.dtype, layout=x.layout, device=x.device, generator=generator)

    return noise


def __getattr__(name: str) -> Any:
    """``sample_<name>``: a sampler of the engine as a function."""
    known = {f"sample_{sampler.name}": sampler.sampler_function for sampler in SAMPLERS}
    if name in known:
        return known[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
