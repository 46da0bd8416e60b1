"""Rounding to few bits, under the name that packs know."""

import torch


def stochastic_rounding(value: torch.Tensor, dtype: torch.dtype, seed: int = 0) -> torch.Tensor:
    """A tensor in ``dtype``; in eight bits a number goes to either neighbour, by chance, so that the mean stays."""
    if dtype not in {torch.float8_e4m3fn, torch.float8_e5m2}:
        return value.to(dtype)
    near = value.to(dtype)
    error = value.float() - near.float()
    bits = near.view(torch.int8)
    away = torch.where((error > 0) == (near.float() >= 0), 1, -1).to(torch.int8)
    neighbour = (bits + away).view(dtype)
    gap = (neighbour.float() - near.float()).abs()
    generator = torch.Generator(device=value.device).manual_seed(seed)
    chance = torch.rand(value.shape, generator=generator, device=value.device)
    moves = (error.abs() / gap.clamp(min=1e-12) > chance) & neighbour.float().isfinite()
    return torch.where(moves, neighbour.view(torch.int8), bits).view(dtype)
