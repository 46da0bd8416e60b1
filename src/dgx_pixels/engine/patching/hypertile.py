"""HyperTile: self-attention within tiles, which costs less than over the whole.

The method of the tfernd/HyperTile project (2023): tiles of about a size, whose division is drawn anew at every call
so that seams do not stay in one place.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dgx_pixels.engine.model import Model
from dgx_pixels.engine.patching.attach import in_network
from dgx_pixels.nn.hooks import Attend, Options

LEAST = 32  # pixels of the smallest tile


def hyper_tile(model: Model, tile_size: int, swap_size: int, max_depth: int, *, scale_depth: bool) -> Model:
    """With self-attention in tiles of at least ``tile_size`` pixels, down to the resolution halved ``max_depth`` times.

    ``swap_size``: how many divisions are drawn from. ``scale_depth``: tiles cover the same part at every depth.
    """
    return in_network(model, around=HyperTile(max(LEAST, tile_size) // 8, swap_size, max_depth, scale_depth))


@dataclass(frozen=True, slots=True)
class HyperTile:
    """The tiling (`AroundHook`)."""

    tile: int
    """Least side of a tile in latent pixels."""
    swap_size: int
    max_depth: int
    scale_depth: bool

    def __call__(self, attend: Attend, tokens: Tensor, options: Options) -> Tensor:
        """Self-attention of ``tokens`` (B, N, C) within tiles."""
        height, width = options["activations_shape"][-2:]
        depth = round(math.log2(options["original_shape"][-2] / height))
        if depth > self.max_depth or tokens.shape[1] != height * width:
            return attend(tokens)
        factor = 2**depth if self.scale_depth else 1
        rows = random_division(height, self.tile * factor, self.swap_size)
        columns = random_division(width, self.tile * factor, self.swap_size)
        if rows * columns == 1:
            return attend(tokens)
        tiles = tokens.unflatten(1, (rows, height // rows, columns, width // columns)).transpose(2, 3)
        done = attend(tiles.flatten(0, 2).flatten(1, 2))
        done = done.unflatten(1, (height // rows, width // columns)).unflatten(0, (len(tokens), rows, columns))
        return done.transpose(2, 3).flatten(1, 4)


def random_division(size: int, least: int, options: int) -> int:
    """Into how many parts, each of at least ``least``, to divide ``size``: one of the ``options`` finest ways.

    Drawn from torch's global generator.
    """
    least = min(least, size)
    counts = [size // part for part in range(least, size + 1) if size % part == 0][:options]
    return counts[int(torch.randint(len(counts), (1,)))] if len(counts) > 1 else counts[0]
