"""What Pocket can do, in figures: the judge looks at sprites drawn for prompts, of seen and of unseen pairs."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.core.limits import SPRITE_CELL
from dgx_pixels.nn.tokenizer import ClipTokenizer
from dgx_pixels.nn.vae import AutoencoderKL
from dgx_pixels.pixel.oklab import srgb_to_oklab
from dgx_pixels.pixel.snap import snap_to_grid, to_sprite
from dgx_pixels.train.autoencoder import enlarge
from dgx_pixels.train.captions import plain_caption
from dgx_pixels.train.data import Store
from dgx_pixels.train.diffusion import Pocket, alphas_cumprod
from dgx_pixels.train.drawing import label, tokenize
from dgx_pixels.train.judge import Judge, verdicts
from dgx_pixels.train.sprites.kinds import KINDS
from dgx_pixels.train.sprites.paint import COLOURS
from dgx_pixels.train.sprites.recipe import Recipe, held_out

MAX_COLOURS = 24


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sprites made for prompts, and what was asked."""

    sprites: NDArray[np.uint8]
    """(N, s, s, 4) finished sprites."""
    labels: Tensor
    """(N, 2) kind and colour asked for."""
    clean_alpha: float
    """Share of pictures whose decoded alpha is within 0.05 of 0 or 1 for 99 % of pixels."""
    few_colours: float
    """Share of sprites with at most 24 colours."""


def asked(count: int, *, seen: bool, seed: int = 1, size: int = 32) -> list[Recipe]:
    """Recipes of plain prompts: every kind in turn, in a colour whose pair was (not) in training."""
    rng = random.Random(seed)
    pairs = [(k, c) for k in KINDS for c in COLOURS if held_out(k.name, c) is not seen]
    rng.shuffle(pairs)
    if seen:  # every kind as often as every other
        by_kind = {k.name: [c for q, c in pairs if q is k] for k in KINDS}
        pairs = [(k, by_kind[k.name][turn]) for turn in range(10) for k in KINDS]
    return [Recipe(kind, size, rng.getrandbits(32), colour=colour) for kind, colour in pairs[:count]]


@torch.no_grad()
def draw(
    model: Pocket,
    vae: AutoencoderKL,
    recipes: Sequence[Recipe],
    device: torch.device,
    *,
    steps: int = 20,
    cfg: float = 5.0,
    batch: int = 256,
    seed: int = 0,
) -> Drawn:
    """Sprites for the recipes' plain prompts, all of one size."""
    tokenizer = ClipTokenizer(load_vocabulary())
    generator = torch.Generator().manual_seed(seed)
    size = recipes[0].size
    sprites: list[NDArray[np.uint8]] = []
    clean: list[bool] = []
    for start in range(0, len(recipes), batch):
        part = recipes[start : start + batch]
        ids = torch.tensor([tokenize(tokenizer, plain_caption(r)) for r in part], device=device)
        empty = torch.tensor([tokenize(tokenizer, "")] * len(part), device=device)
        noise = torch.randn((len(part), 4, size, size), generator=generator).to(device)
        latent = _euler(model, noise, torch.cat((empty, ids)), size * SPRITE_CELL, steps, cfg)
        for picture in _pictures(vae, latent):
            alpha = picture[..., 3] / 255
            clean.append(float(((alpha < 0.05) | (alpha > 0.95)).mean()) >= 0.99)
            sprites.append(to_sprite(picture, SPRITE_CELL, MAX_COLOURS))
    few = [len(np.unique(s[s[..., 3] > 0], axis=0)) <= MAX_COLOURS for s in sprites]
    labels = torch.tensor([label(r) for r in recipes])
    return Drawn(np.stack(sprites), labels, float(np.mean(clean)), float(np.mean(few)))


def _euler(model: Pocket, noise: Tensor, tokens: Tensor, side: int, steps: int, cfg: float) -> Tensor:
    """Euler's method on the discrete table at evenly spaced time steps; both halves of ``tokens`` in one batch."""
    abar = alphas_cumprod(noise.device)
    table = ((1 - abar) / abar).sqrt()
    times = torch.linspace(999, 0, steps, device=noise.device).round().long()
    sigmas = torch.cat((table[times], table.new_zeros(1)))
    x = noise * (1 + sigmas[0] ** 2).sqrt()
    for i, t in enumerate(times):
        both = (x / (sigmas[i] ** 2 + 1).sqrt()).repeat(2, 1, 1, 1)
        with torch.autocast(noise.device.type, torch.bfloat16, enabled=noise.is_cuda):
            out = model(both, t.float().expand(len(both)), tokens, side).float()
        unconditional, conditional = out.chunk(2)
        x = x + (unconditional + cfg * (conditional - unconditional)) * (sigmas[i + 1] - sigmas[i])
    return x


def _pictures(vae: AutoencoderKL, latent: Tensor) -> Iterator[NDArray[np.uint8]]:
    for part in latent.split(64):
        decoded = (vae.decode(part / vae.config.scale).float().clamp(-1, 1) + 1) * 127.5
        yield from decoded.round().byte().permute(0, 2, 3, 1).cpu().numpy()


def judged(judge: Judge, drawn: Drawn, device: torch.device) -> Tensor:
    """The judge's verdicts (N, 4) on drawn sprites."""
    sprites = drawn.sprites.copy()
    sprites[sprites[..., 3] == 0] = (255, 255, 255, 0)
    x = torch.from_numpy(sprites).permute(0, 3, 1, 2).float() / 127.5 - 1
    pairs = zip(x.split(256), drawn.labels.split(256), strict=True)
    return verdicts(judge, ((a.to(device), b.to(device)) for a, b in pairs))


def figures(rows: Tensor) -> dict[str, float]:
    """Share of right kinds, right colours and both, whole and by category."""
    kind, colour = rows[:, 2].float(), rows[:, 3].float()
    out = {"object": kind.mean().item(), "colour": colour.mean().item(), "both": (kind * colour).mean().item()}
    categories = [KINDS[int(i)].category for i in rows[:, 0]]
    for name in sorted(set(categories)):
        mask = torch.tensor([c == name for c in categories])
        out[f"category {name}"] = (kind * colour)[mask].mean().item()
    return out


@torch.no_grad()
def vae_error(vae: AutoencoderKL, store: Store, size: int = 32, count: int = 256) -> float:
    """Share of sprite pixels that come back from the VAE within 0.02 of their colour in OKLab."""
    sprites = store.batch(size, count)[0]
    decoded = list(_pictures(vae, vae.encode(enlarge(sprites)) * vae.config.scale))
    back = np.stack([snap_to_grid(p, SPRITE_CELL) for p in decoded])
    truth = ((sprites + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    near = np.sqrt(((srgb_to_oklab(back[..., :3]) - srgb_to_oklab(truth[..., :3])) ** 2).sum(-1)) < 0.02
    same_alpha = (back[..., 3] > 127) == (truth[..., 3] > 127)
    return float((near & same_alpha).mean())
