"""What Pocket's networks learn: to predict the noise in the latents of captioned sprites.

Noise prediction (Ho et al. 2020) with min-SNR weights (Hang et al. 2023, gamma 5).
"""

from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.func import functional_call

from dgx_pixels.core.architecture import ModelSpec
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.tokenizer import END
from dgx_pixels.nn.unet import UNet, timestep_embedding
from dgx_pixels.sampling.sigmas import SigmaTable

MIN_SNR_GAMMA: Final = 5.0


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

        ``tokens`` (B, 77) are captions, ``sizes`` (B, 6) SDXL's size conditioning. On a GPU in bf16, norms included.
        """
        half = x.is_cuda
        with torch.autocast(x.device.type, torch.bfloat16, enabled=half, cache_enabled=False):
            context, pooled = self.text(tokens)
        y = vector(pooled, sizes)
        if not half:
            return cast("Tensor", self.unet(x, t, context, y))
        weights = {name: p.bfloat16() for name, p in self.unet.named_parameters()}
        return cast("Tensor", functional_call(self.unet, weights, (x, t, context, y)))

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
    sizes = torch.full((count, 6), float(side), device=device)
    sizes[:, 2:4] = 0
    return sizes


def loss(
    model: Pocket, bars: Tensor, latent: Tensor, noise: Tensor, t: Tensor, tokens: Tensor, sizes: Tensor
) -> Tensor:
    """Weighted error of the noise predicted where ``noise`` is added to ``latent``, both (B, 4, s, s).

    ``bars`` are `alpha_bars`, ``t`` (B,) indices of it, ``tokens`` (B, 77) and ``sizes`` (B, 6) as `Pocket` takes them.
    """
    abar = bars[t]
    a = abar.view(-1, 1, 1, 1)
    noisy = (a.sqrt() * latent + (1 - a).sqrt() * noise).contiguous(memory_format=torch.channels_last)
    out = model(noisy, t.float(), tokens, sizes).float()
    snr = abar / (1 - abar)
    weight = snr.clamp(max=MIN_SNR_GAMMA) / snr
    return (weight * ((out - noise) ** 2).mean((1, 2, 3))).mean()


def alpha_bars(device: torch.device) -> Tensor:
    """Share of the latent's variance (1000,) left at each time step of the table that is sampled from."""
    return 1 / (1 + SigmaTable.discrete().sigmas.to(device) ** 2)


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
