"""A network wrapped as "noisy latent, sigma -> clean latent": input scaling, timesteps, precision.

Samplers see only `Denoiser`; how the network was trained never reaches them. Knows nothing of guidance.
"""

from dataclasses import dataclass
from typing import Any, Protocol, cast

import torch
from torch import Tensor

from dgx_pixels.sampling.forms import EPS, Form
from dgx_pixels.sampling.patches import NetHooks, NetInput
from dgx_pixels.sampling.sigmas import Levels


class Denoiser(Protocol):
    """Estimate of the clean latent from a noisy one."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Return x0 for ``x`` = clean + sigma * noise, both (B, C, h, w) fp32; ``sigma`` 0-d fp32, on the CPU."""
        ...


class GuidedDenoiser(Denoiser, Protocol):
    """A denoiser that can also tell the unconditional estimate: what CFG++ steps along."""

    def both(self, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        """Return (guided x0, unconditional x0)."""
        ...


class Net(Protocol):
    """A U-Net: what it predicts for a scaled latent, at a timestep, under a text and a vector."""

    def __call__(self, x: Tensor, t: Tensor, context: Tensor, y: Tensor | None) -> Tensor:
        """``x`` (B, C, h, w), ``t`` (B,) fp32, ``context`` (B, T, D), ``y`` (B, V) -> (B, C, h, w)."""
        ...


class HookedNet(Protocol):
    """A `Net` that lets hooks in."""

    def __call__(self, x: Tensor, t: Tensor, context: Tensor, y: Tensor | None, *, hooks: NetHooks) -> Tensor:
        """``hooks``: `Patches.unet`, told of the call."""
        ...


class Predict(Protocol):
    """Clean latent of a call: a network with its parameterisation removed."""

    def __call__(self, call: NetInput, /) -> Tensor:
        """Return x0 (rows, C, h, w) fp32."""
        ...


@dataclass(frozen=True, slots=True)
class NetPredict:
    """Clean latent of a network (`Predict`). The network runs in ``dtype``; everything around it is fp32."""

    net: Net
    table: Levels
    form: Form = EPS
    dtype: torch.dtype = torch.float32

    def __call__(self, call: NetInput, /) -> Tensor:
        """Return x0 (rows, C, h, w) fp32 of a call."""
        x = self.form.scaled(call.x, call.sigma)
        if call.concat is not None:
            x = torch.cat((x, call.concat.to(x)), dim=1)
        t = torch.full((len(x),), self.table.timestep(float(call.sigma)), dtype=torch.float32, device=x.device)
        vector = None if call.vector is None else call.vector.to(self.dtype)
        inputs = x.to(self.dtype), t, call.context.to(self.dtype), vector
        if call.unet is None:
            out = self.net(*inputs)
        else:
            out = cast("HookedNet", self.net)(*inputs, hooks=call.unet.telling(**_told(call)))
        return self.form.clean(call.x, call.sigma, out.float())


def _told(call: NetInput) -> dict[str, Any]:
    """What hooks of the network may know of a call, by the names that node packs use."""
    return {
        "sigmas": call.sigma.to(call.x.device).expand(len(call.x)),
        "cond_or_uncond": list(call.sides),
        "sample_sigmas": None if call.levels is None else call.levels.to(call.x.device),
    }
