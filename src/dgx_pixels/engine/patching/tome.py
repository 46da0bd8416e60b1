"""Token merging: self-attention among fewer tokens, like ones being merged before and parted after.

Bolya & Hoffman, "Token Merging for Fast Stable Diffusion" (2023): destinations are one random token of every 2x2
cell, the most similar share of the others is merged into them, at the finest resolution that has attention.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from dgx_pixels.core.architecture import UNetConfig
from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import in_network
from dgx_pixels.nn.hooks import Attend, Options

CELL = 2
SEED = 0  # destinations are random, but the same in every run

Merge: TypeAlias = Callable[[Tensor], Tensor]


def token_merging(model: Model, ratio: float) -> Model:
    """With the share ``ratio`` of tokens merged; 0 is as it was."""
    if ratio <= 0:
        return model.clone()
    return in_network(model, around=TokenMerging(ratio, _finest(model.spec.unet)))


def _finest(config: UNetConfig) -> int:
    """How many times the resolution is halved where transformers begin."""
    levels = [level for level, count in enumerate(config.res_blocks) for _ in range(count)]
    return next((level for level, depth in zip(levels, config.input_depths, strict=True) if depth), len(levels))


@dataclass(frozen=True, slots=True)
class TokenMerging:
    """The merging (`AroundHook`)."""

    ratio: float
    level: int
    """Halvings of the resolution where tokens are merged."""

    def __call__(self, attend: Attend, tokens: Tensor, options: Options) -> Tensor:
        """Self-attention among the merged ``tokens`` (B, N, C), spread over all of them."""
        height, width = options["activations_shape"][-2:]
        halvings = round(math.log2(options["original_shape"][-2] / height))
        if halvings != self.level or min(height, width) < CELL or tokens.shape[1] != height * width:
            return attend(tokens)
        merge, unmerge = matching(tokens, height, width, self.ratio, _generator(options))
        return unmerge(attend(merge(tokens)))


def _generator(options: Options) -> torch.Generator:
    return torch.Generator().manual_seed(SEED + options["transformer_index"] * 64 + options["block_index"])


def matching(tokens: Tensor, height: int, width: int, ratio: float, generator: torch.Generator) -> tuple[Merge, Merge]:
    """Functions that merge (B, N, C) to fewer tokens, and back (bipartite soft matching, section 3 of ToMe).

    Merged tokens are means. The picture has at least one cell.
    """
    destinations, sources = _parted(height, width, generator, tokens.device)
    unit = tokens / tokens.norm(dim=-1, keepdim=True).clamp(min=1e-6)
    scores = unit[:, sources] @ unit[:, destinations].mT  # (B, S, D)
    best, partner = scores.max(dim=-1)
    count = min(len(sources), int(height * width * ratio))
    order = best.argsort(dim=-1, descending=True, stable=True)
    merged, kept = order[:, :count], order[:, count:]
    target = partner.gather(1, merged)

    def merge(x: Tensor) -> Tensor:
        source = x[:, sources]
        # A product with the table of who goes where, not a scatter: the same bits at every run, on a GPU too.
        goes = torch.zeros(len(x), len(destinations), count, dtype=x.dtype, device=x.device)
        goes = goes.scatter(1, target[:, None], 1.0)
        moved = (x[:, destinations] + goes @ _take(source, merged)) / (1 + goes.sum(dim=-1, keepdim=True))
        return torch.cat((_take(source, kept), moved), dim=1)

    def unmerge(y: Tensor) -> Tensor:
        left, moved = y[:, : kept.shape[1]], y[:, kept.shape[1] :]
        source = torch.empty(len(y), len(sources), y.shape[-1], dtype=y.dtype, device=y.device)
        source = source.scatter(1, _like(kept, y), left).scatter(1, _like(merged, y), _take(moved, target))
        whole = torch.empty(len(y), height * width, y.shape[-1], dtype=y.dtype, device=y.device)
        whole[:, destinations], whole[:, sources] = moved, source
        return whole

    return merge, unmerge


def _parted(height: int, width: int, generator: torch.Generator, device: torch.device) -> tuple[Tensor, Tensor]:
    """Positions of one random token of every whole cell, and of all others."""
    rows, columns = height // CELL, width // CELL
    pick = torch.randint(CELL * CELL, (rows, columns), generator=generator)
    y = torch.arange(rows)[:, None] * CELL + pick // CELL
    x = torch.arange(columns) * CELL + pick % CELL
    chosen = torch.zeros(height * width, dtype=torch.bool)
    chosen[(y * width + x).flatten()] = True
    return chosen.nonzero().flatten().to(device), (~chosen).nonzero().flatten().to(device)


def _like(index: Tensor, x: Tensor) -> Tensor:
    """An index (B, n) for all channels of ``x``."""
    return index[..., None].expand(-1, -1, x.shape[-1])


def _take(x: Tensor, index: Tensor) -> Tensor:
    return x.gather(1, _like(index, x))
