"""Trains Pocket's U-Net and both text towers together, from scratch, in the VAE's latents.

Noise prediction (Ho et al. 2020) with min-SNR weights (Hang et al. 2023, gamma 5), captions dropped one time
in ten for classifier-free guidance, and an exponential moving average of the weights.
"""

import copy
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.limits import SPRITE_CELL
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.tokenizer import BEGIN, END
from dgx_pixels.nn.unet import UNet, timestep_embedding
from dgx_pixels.train.autoencoder import LatentMap, Report
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Artists, Store
from dgx_pixels.train.team import Member

MIN_SNR_GAMMA: Final = 5.0
DROP: Final = 0.1
"""Share of captions that are dropped."""
EMA: Final = 0.9992
PEAK_RATE: Final = 8e-4
SHARE: Final = {16: 0.7, 24: 0.9, 32: 1.6, 48: 0.9, 64: 0.9}
"""How often a step has sprites of a size, over how often it has others."""
EVERY: Final = 20
"""Steps between two looks at the clock and at what was drawn."""

Net = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""`Pocket`, compiled or not."""


class Pocket(nn.Module):
    """The three networks that learn together."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__()
        if spec.clip_l is None or spec.clip_g is None:
            raise ValueError("Pocket has two text towers")
        self.unet = UNet(spec.unet)
        self.clip_l = ClipTextModel(spec.clip_l)
        self.clip_g = OpenClipTextModel(spec.clip_g)

    def forward(self, x: Tensor, t: Tensor, tokens: Tensor, sizes: Tensor) -> Tensor:
        """Predicted noise (B, 4, s, s) of scaled noisy latents ``x`` (B, 4, s, s) at time steps ``t`` (B,).

        ``tokens`` (B, 77) are captions, ``sizes`` (B, 6) SDXL's size conditioning.
        """
        context, pooled = self.text(tokens)
        return cast("Tensor", self.unet(x, t, context, vector(pooled, sizes)))

    def text(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Context (B, 77, L‖G) of the last layer but one, and pooled text (B, P), of tokens (B, 77)."""
        hidden_l, _ = self.clip_l(tokens, -2)
        # The big tower pads with 0 where the small one repeats the end token.
        after = (tokens == END).int().cumsum(1) > 1
        hidden_g, pooled = self.clip_g(tokens.masked_fill(after, 0), -2)
        return torch.cat((hidden_l, hidden_g), -1), pooled


def vector(pooled: Tensor, sizes: Tensor) -> Tensor:
    """SDXL's vector conditioning (B, P + 6·256) of pooled text (B, P) and ``sizes`` (B, 6) in model pixels."""
    embedded = timestep_embedding(sizes.flatten(), 256).view(len(sizes), -1)
    return torch.cat((pooled, embedded.to(pooled.dtype)), 1)


def picture_sizes(side: int, count: int, device: torch.device) -> Tensor:
    """Size conditioning (count, 6) of uncropped square pictures of ``side`` model pixels."""
    return torch.tensor([side, side, 0, 0, side, side], dtype=torch.float32, device=device).expand(count, -1)


@dataclass(slots=True)
class Trainer:
    """State of a run; `state` saves and restores it."""

    model: Pocket
    ema: Pocket
    optimiser: torch.optim.Optimizer
    latents: LatentMap
    member: Member
    step: int = 0
    seconds: float = 0.0

    @classmethod
    def start(cls, spec: ModelSpec, latents: LatentMap, member: Member) -> "Trainer":
        """A fresh run. Embeddings start at zero, so that words never seen in training say nothing.

        The weights follow from torch's seed, which has to be the same for every member.
        """
        model = Pocket(spec).to(member.device)
        init_weights(model)
        fused = member.device.type == "cuda"
        decay = [p for n, p in model.named_parameters() if p.ndim > 1 and "embedding" not in n]
        rest = [p for n, p in model.named_parameters() if not (p.ndim > 1 and "embedding" not in n)]
        groups = [{"params": decay, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}]
        optimiser = torch.optim.AdamW(groups, PEAK_RATE, betas=(0.9, 0.98), fused=fused)
        return cls(model, copy.deepcopy(model).requires_grad_(False), optimiser, latents, member)

    def run(
        self,
        store: Store,
        artists: Artists | None,
        budget: Budget,
        report: Report,
        batch: int,
        stop_after: float = float("inf"),
        *,
        compiled: bool = False,
    ) -> None:
        """Train until the budget is used up, or for ``stop_after`` seconds of it.

        ``batch`` is the count at 32 px of all members together; a step has as many pixels at every size.
        ``compiled``: once for all sizes.
        """
        net = torch.compile(self.model, dynamic=True) if compiled else self.model
        begun, started, sizes = self.seconds, time.monotonic(), sorted(store.shelves)
        gone = budget.gone(self.step, begun)
        while gone < 1 and self.seconds - begun < stop_after:
            self._learning_rate(gone)
            size = _size(self.step, sizes)
            count = max(4, min(2 * batch, batch * 32 * 32 // size**2) // self.member.size)
            loss = self._step(net, store, size, count)
            if self.step % EVERY == 0 or begun == self.seconds:
                # All members have to agree on the time, or they would learn at different rates.
                self.seconds = self.member.agree(begun + time.monotonic() - started)
                if artists is not None:
                    artists.collect(store)
            gone = budget.gone(self.step, self.seconds)
            if self.step % 100 == 1:
                report(self.step, loss.item(), gone)

    def _learning_rate(self, gone: float) -> None:
        peak = PEAK_RATE * min(1.0, self.step / 300)
        rate = peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(gone * math.pi)))
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _step(self, net: Net, store: Store, size: int, count: int) -> Tensor:
        sprites, tokens = store.captioned(size, count)
        dropped = torch.rand(count, device=tokens.device) < DROP
        empty = torch.full_like(tokens, END)
        empty[:, 0] = BEGIN
        tokens = torch.where(dropped[:, None], empty, tokens)
        loss = _loss(net, self.latents(sprites), tokens)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.member.average([p.grad for p in self.model.parameters() if p.grad is not None])
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self._average()
        return loss.detach()

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(EMA, (1 + self.step) / (10 + self.step))
        average = get_ema_multi_avg_fn(keep)
        average(list(self.ema.parameters()), list(self.model.parameters()), self.step)


def _size(step: int, sizes: Sequence[int]) -> int:
    """The sprite size of a step: the same for every member, so that none waits for another."""
    return random.Random(step).choices(sizes, [SHARE.get(size, 1.0) for size in sizes])[0]


def _loss(net: Net, latent: Tensor, tokens: Tensor) -> Tensor:
    """Weighted error of the noise predicted for ``latent`` (B, 4, s, s) under captions ``tokens`` (B, 77)."""
    abar = alphas_cumprod(latent.device)
    t = torch.randint(1000, (len(latent),), device=latent.device)
    a = abar[t].view(-1, 1, 1, 1)
    noise = torch.randn_like(latent)
    noisy = (a.sqrt() * latent + (1 - a).sqrt() * noise).contiguous(memory_format=torch.channels_last)
    sizes = picture_sizes(latent.shape[-1] * SPRITE_CELL, len(latent), latent.device)
    with torch.autocast(latent.device.type, torch.bfloat16, enabled=latent.is_cuda):
        out = net(noisy, t.float(), tokens, sizes).float()
    snr = (abar / (1 - abar))[t]
    weight = snr.clamp(max=MIN_SNR_GAMMA) / snr
    return (weight * ((out - noise) ** 2).mean((1, 2, 3))).mean()


def alphas_cumprod(device: torch.device) -> Tensor:
    """SDXL's cumulative product of 1 - beta (1000,), fp32."""
    beta = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64, device=device) ** 2
    return (1 - beta).cumprod(0).float()


@torch.no_grad()
def init_weights(model: Pocket) -> None:
    """Zero what starts as identity (last convolutions, projections out) and the embeddings of unseen words."""
    for name, module in model.unet.named_modules():
        if name.endswith(("out_layers.3", "proj_out")) or name == "out.2":
            for p in module.parameters():
                p.zero_()
    for tower in (model.clip_l, model.clip_g):
        for name, p in tower.named_parameters():
            if "token_embedding" in name:
                p.zero_()
            elif "position" in name:
                p.normal_(0, 0.02)
