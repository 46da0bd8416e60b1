"""Trains Pocket's U-Net and both text towers together, from scratch, in the frozen VAE's latents.

Noise prediction (Ho et al. 2020) with min-SNR weights (Hang et al. 2023, gamma 5), captions dropped one time
in ten for classifier-free guidance, and an exponential moving average of the weights.
"""

import copy
import math
import time
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.core.limits import SPRITE_CELL
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.tokenizer import BEGIN, END
from dgx_pixels.nn.unet import UNet, timestep_embedding
from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.train.autoencoder import Report, enlarge
from dgx_pixels.train.budget import Budget
from dgx_pixels.train.data import Artists, Store

MIN_SNR_GAMMA = 5.0
DROP = 0.1
EMA = 0.9992


class Pocket(nn.Module):
    """The three networks that learn together."""

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__()
        if spec.clip_l is None or spec.clip_g is None:
            raise ValueError("Pocket has two text towers")
        self.unet = UNet(spec.unet)
        self.clip_l = ClipTextModel(spec.clip_l)
        self.clip_g = OpenClipTextModel(spec.clip_g)

    def forward(self, x: Tensor, t: Tensor, tokens: Tensor, side: int) -> Tensor:
        """Predicted noise (B, 4, s, s) of scaled noisy latents ``x`` (B, 4, s, s), ``side`` in model pixels."""
        context, pooled = self.text(tokens)
        return cast("Tensor", self.unet(x, t, context, vector(pooled, side)))

    def text(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Context (B, 77, L‖G) of the last layer but one, and pooled text (B, P), of tokens (B, 77)."""
        hidden_l, _ = self.clip_l(tokens, -2)
        # The big tower pads with 0 where the small one repeats the end token.
        after = (tokens == END).int().cumsum(1) > 1
        hidden_g, pooled = self.clip_g(tokens.masked_fill(after, 0), -2)
        return torch.cat((hidden_l, hidden_g), -1), pooled


def vector(pooled: Tensor, side: int) -> Tensor:
    """SDXL's vector conditioning (B, P + 6·256) of an uncropped square picture of ``side`` pixels."""
    numbers = torch.tensor([side, side, 0, 0, side, side], device=pooled.device, dtype=torch.float32)
    sizes = timestep_embedding(numbers, 256).flatten()
    return torch.cat((pooled, sizes.to(pooled.dtype).expand(len(pooled), -1)), 1)


@dataclass(slots=True)
class Trainer:
    """State of a run: resumable with ``state`` and ``restore``."""

    model: Pocket
    ema: Pocket
    optimiser: torch.optim.Optimizer
    vae: AutoencoderKL
    step: int = 0
    seconds: float = 0.0

    @classmethod
    def start(cls, spec: ModelSpec, vae: AutoencoderKL, device: torch.device) -> "Trainer":
        """A fresh run. Embeddings start at zero, so that words never seen in training say nothing."""
        model = Pocket(spec).to(device)
        init_weights(model)
        fused = device.type == "cuda"
        decay = [p for n, p in model.named_parameters() if p.ndim > 1 and "embedding" not in n]
        rest = [p for n, p in model.named_parameters() if not (p.ndim > 1 and "embedding" not in n)]
        groups = [{"params": decay, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}]
        optimiser = torch.optim.AdamW(groups, 5e-4, betas=(0.9, 0.98), fused=fused)
        return cls(model, copy.deepcopy(model).requires_grad_(False), optimiser, vae)

    def run(
        self,
        store: Store,
        artists: Artists | None,
        budget: Budget,
        report: Report,
        batch: int,
        stop_after: float = float("inf"),
    ) -> None:
        """Train until the budget is used up, or for ``stop_after`` seconds of it; ``batch`` is the count at 32 px."""
        store.encode_with(self.encode)
        begun, sizes = self.seconds, sorted(store.shelves)
        started = time.monotonic()
        while (gone := budget.gone(self.step, self.seconds)) < 1 and self.seconds - begun < stop_after:
            self._learning_rate(gone)
            size = sizes[int(torch.randint(len(sizes), (1,)))]
            count = max(4, min(2 * batch, batch * 32 * 32 // size**2))
            loss = self._step(store, size, count)
            self.seconds = begun + time.monotonic() - started
            if self.step % 100 == 1:
                report(self.step, loss.item(), gone)
            if artists is not None and self.step % 20 == 0:
                artists.collect(store)

    def encode(self, sprites: Tensor) -> Tensor:
        """Latents (N, 4, s, s) of unit variance of sprites (N, 4, s, s)."""
        with torch.autocast(sprites.device.type, torch.bfloat16, enabled=sprites.is_cuda):
            return self.vae.encode(enlarge(sprites)).float() * self.vae.config.scale

    def _learning_rate(self, gone: float) -> None:
        peak = 6e-4 * min(1.0, self.step / 300)
        rate = peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(gone * math.pi)))
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _step(self, store: Store, size: int, count: int) -> Tensor:
        latent, tokens = store.latents(size, count)
        dropped = torch.rand(count, device=tokens.device) < DROP
        empty = torch.full_like(tokens, END)
        empty[:, 0] = BEGIN
        tokens = torch.where(dropped[:, None], empty, tokens)
        loss = self._loss(latent, tokens, size * SPRITE_CELL)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self._average()
        return loss.detach()

    def _loss(self, latent: Tensor, tokens: Tensor, side: int) -> Tensor:
        abar = alphas_cumprod(latent.device)
        t = torch.randint(1000, (len(latent),), device=latent.device)
        a = abar[t].view(-1, 1, 1, 1)
        noise = torch.randn_like(latent)
        with torch.autocast(latent.device.type, torch.bfloat16, enabled=latent.is_cuda):
            noisy = a.sqrt() * latent + (1 - a).sqrt() * noise
            out = self.model(noisy.contiguous(memory_format=torch.channels_last), t.float(), tokens, side).float()
        snr = (abar / (1 - abar))[t]
        weight = snr.clamp(max=MIN_SNR_GAMMA) / snr
        return (weight * ((out - noise) ** 2).mean((1, 2, 3))).mean()

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(EMA, (1 + self.step) / (10 + self.step))
        average = get_ema_multi_avg_fn(keep)
        average(list(self.ema.parameters()), list(self.model.parameters()), self.step)


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
