"""Draws and captions sprites in worker processes. Imports no torch, so that a worker starts fast and small."""

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dgx_pixels.checkpoint.vocabulary import load_vocabulary
from dgx_pixels.nn.tokenizer import BEGIN, END, ClipTokenizer
from dgx_pixels.train.captions import caption
from dgx_pixels.train.sprites.kinds import KINDS
from dgx_pixels.train.sprites.paint import COLOURS
from dgx_pixels.train.sprites.recipe import FEW_TONES, Recipe, random_recipe, render

CHUNK = 512
"""Sprites a worker draws at a time."""
CAPTIONS = 3
"""Captions of each sprite."""
TOKENS = 77
_COLOUR_INDEX = {name: i for i, name in enumerate(COLOURS)}
_KIND_INDEX = {kind.name: i for i, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Sprites of one size, their captions and their labels."""

    images: NDArray[np.uint8]
    """(N, s, s, 4) RGBA."""
    tokens: NDArray[np.int32]
    """(N, CAPTIONS, 77), padded with the end token."""
    labels: NDArray[np.int16]
    """(N, 2): index of the kind in ``KINDS`` and of the colour in ``COLOURS``, -1 where none is named."""


def draw_chunk(seed: int, size: int, count: int = CHUNK) -> Chunk:
    """``count`` random sprites of one size, the same for the same ``seed``."""
    rng = random.Random(seed)
    tokenizer = ClipTokenizer(load_vocabulary())
    images = np.empty((count, size, size, 4), np.uint8)
    tokens = np.empty((count, CAPTIONS, TOKENS), np.int32)
    labels = np.empty((count, 2), np.int16)
    for i in range(count):
        recipe = random_recipe(rng, size)
        images[i] = render(recipe)
        tokens[i] = [tokenize(tokenizer, caption(recipe, rng)) for _ in range(CAPTIONS)]
        labels[i] = label(recipe)
    return Chunk(images, tokens, labels)


def tokenize(tokenizer: ClipTokenizer, text: str) -> list[int]:
    """The 77 ids of ``text``: begin, words, end, and the end token again as padding."""
    ids = [BEGIN, *tokenizer.encode(text)[: TOKENS - 2], END]
    return ids + [END] * (TOKENS - len(ids))


def label(recipe: Recipe) -> tuple[int, int]:
    """Index of the recipe's kind, and of its colour, -1 where it names none or its palette has none."""
    if recipe.colour is None or recipe.palette in FEW_TONES:
        return _KIND_INDEX[recipe.kind.name], -1
    return _KIND_INDEX[recipe.kind.name], _COLOUR_INDEX[recipe.colour]
