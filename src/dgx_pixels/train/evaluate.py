"""What Pocket can do, in figures: the judge looks at sprites drawn for prompts, of seen and of unseen pairs."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
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
from dgx_pixels.sampling.conditioning import Conditioning
from dgx_pixels.sampling.denoise import NetPredict
from dgx_pixels.sampling.guidance import Guide
from dgx_pixels.sampling.loop import sample
from dgx_pixels.sampling.noise import initial_noise
from dgx_pixels.sampling.schedules import sampler_sigmas
from dgx_pixels.sampling.sigmas import SigmaTable
from dgx_pixels.train.autoencoder import enlarge
from dgx_pixels.train.captions import plain_caption
from dgx_pixels.train.data import Store
from dgx_pixels.train.drawing import label, tokenize
from dgx_pixels.train.judge import Judge, verdicts
from dgx_pixels.train.objective import Pocket, picture_sizes, vector
from dgx_pixels.train.sprites.kinds import KINDS
from dgx_pixels.train.sprites.paint import COLOURS
from dgx_pixels.train.sprites.recipe import Recipe, held_out, render

MAX_COLOURS = 24
STEPS, CFG = 20, 5.0
"""What ``generate`` draws with."""


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
    steps: int = STEPS,
    cfg: float = CFG,
    batch: int = 256,
    pool: Executor | None = None,
) -> Drawn:
    """Sprites for the recipes' plain prompts, all of one size; ``pool`` cuts their colours down."""
    size = recipes[0].size
    sprites: list[NDArray[np.uint8]] = []
    clean: list[bool] = []
    for start in range(0, len(recipes), batch):
        captions = [plain_caption(r) for r in recipes[start : start + batch]]
        pictures = list(_pictures(vae, _latents(model, captions, size, device, steps, cfg, seed=start)))
        clean += [_clean(picture) for picture in pictures]
        sprites += (pool.map if pool else map)(_finished, pictures)
    few = [len(np.unique(s[s[..., 3] > 0], axis=0)) <= MAX_COLOURS for s in sprites]
    labels = torch.tensor([label(r) for r in recipes])
    return Drawn(np.stack(sprites), labels, float(np.mean(clean)), float(np.mean(few)))


def _latents(
    model: Pocket, captions: Sequence[str], size: int, device: torch.device, steps: int, cfg: float, seed: int
) -> Tensor:
    """Sampler's latents (N, 4, size, size) for captions, by Euler's method on the ``normal`` schedule."""
    tokenizer, table = ClipTokenizer(load_vocabulary()), SigmaTable.discrete()
    sizes = picture_sizes(size * SPRITE_CELL, len(captions), device)
    sides: list[list[Conditioning]] = []
    for texts in (captions, [""] * len(captions)):
        tokens = torch.tensor([tokenize(tokenizer, text) for text in texts], device=device)
        context, pooled = model.text(tokens)
        sides.append([Conditioning(context, vector(pooled, sizes))])
    return sample(
        Guide(NetPredict(model.unet, table), table, *sides, cfg=cfg),
        table=table,
        sampler="euler",
        sigmas=sampler_sigmas(table, "euler", "normal", steps),
        noise=initial_noise((len(captions), 4, size, size), seed).to(device),
        seed=seed,
    )


def _pictures(vae: AutoencoderKL, latent: Tensor) -> Iterator[NDArray[np.uint8]]:
    for part in latent.split(64):
        decoded = (vae.decode(part / vae.config.scale).float().clamp(-1, 1) + 1) * 127.5
        yield from decoded.round().byte().permute(0, 2, 3, 1).cpu().numpy()


def _clean(picture: NDArray[np.uint8]) -> bool:
    alpha = picture[..., 3] / 255
    return float(((alpha < 0.05) | (alpha > 0.95)).mean()) >= 0.99


def _finished(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return to_sprite(picture, SPRITE_CELL, MAX_COLOURS)


def rendered(recipes: Sequence[Recipe]) -> NDArray[np.uint8]:
    """The drawer's own sprites (N, s, s, 4): what the judge says of them is the most a model can reach."""
    return np.stack([render(recipe) for recipe in recipes])


def judged(judge: Judge, sprites: NDArray[np.uint8], labels: Tensor, device: torch.device) -> Tensor:
    """The judge's verdicts (N, 4) on sprites (N, s, s, 4) of which ``labels`` (N, 2) were asked."""
    on_white = sprites.copy()
    on_white[sprites[..., 3] == 0] = (255, 255, 255, 0)
    x = torch.from_numpy(on_white).permute(0, 3, 1, 2).float() / 127.5 - 1
    pairs = zip(x.split(256), labels.split(256), strict=True)
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


def weakest(rows: Tensor, count: int = 20) -> dict[str, float]:
    """The kinds that come out right least often, with the share that does."""
    right = (rows[:, 2] * rows[:, 3]).float()
    shares = {KINDS[i].name: right[rows[:, 0] == i].mean().item() for i in rows[:, 0].unique().tolist()}
    return {name: shares[name] for name in sorted(shares, key=shares.__getitem__)[:count]}


@torch.no_grad()
def vae_error(vae: AutoencoderKL, store: Store, size: int = 32, count: int = 256) -> float:
    """Share of sprite pixels that come back from the VAE within 0.02 of their colour in OKLab."""
    sprites = store.labelled(size, count)[0]
    decoded = list(_pictures(vae, vae.encode(enlarge(sprites)) * vae.config.scale))
    back = np.stack([snap_to_grid(p, SPRITE_CELL) for p in decoded])
    truth = ((sprites + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    near = np.sqrt(((srgb_to_oklab(back[..., :3]) - srgb_to_oklab(truth[..., :3])) ** 2).sum(-1)) < 0.02
    same_alpha = (back[..., 3] > 127) == (truth[..., 3] > 127)
    return float((near & same_alpha).mean())
