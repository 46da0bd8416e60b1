"""The NOISE value of workflows: what a run starts from. Knows no model.

Anything with ``seed`` and ``generate_noise(latent)`` is one; node packs make their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from dgx_pixels.sampling.noise import initial_noise


class NoiseSource(Protocol):
    """Where the noise of a run comes from."""

    @property
    def seed(self) -> int:
        """Seed of what the sampler draws on the way."""
        ...

    def generate_noise(self, latent: Mapping[str, Any]) -> Tensor:
        """Noise of the shape of a LATENT's ``samples``, fp32, on the CPU."""
        ...


@dataclass(frozen=True, slots=True)
class SeededNoise:
    """Unit noise from a seed (`NoiseSource`)."""

    seed: int

    def generate_noise(self, latent: Mapping[str, Any]) -> Tensor:
        """The noise; a LATENT's ``batch_index`` says which draws of the seed its items are."""
        return seeded_noise(latent["samples"], self.seed, latent.get("batch_index"))


@dataclass(frozen=True, slots=True)
class NoNoise:
    """Zeros (`NoiseSource`)."""

    seed: int = 0

    def generate_noise(self, latent: Mapping[str, Any]) -> Tensor:
        """Zeros of the LATENT's shape."""
        return torch.zeros_like(latent["samples"], device="cpu")


def seeded_noise(samples: Tensor, seed: int, batch_index: Sequence[int] | None = None) -> Tensor:
    """Noise of the shape of ``samples`` (B, C, h, w), drawn from PyTorch's global generator after seeding it.

    Node packs and hooks that draw from that generator count on finding it there.
    """
    generator = torch.manual_seed(seed % 2**64)
    return initial_noise(samples.shape, seed, batch_index, generator).to(samples.dtype)
