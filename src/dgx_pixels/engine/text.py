"""Text to conditioning: a prompt through one or both towers, and the picture's size beside it.

Which towers there are decides what comes out: CLIP-L alone is SD1.x, OpenCLIP alone SDXL's refiner, both are
SDXL and Pocket (Podell et al. 2023, arXiv:2307.01952). Knows no U-Net and no sampler.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import torch
from torch import Tensor

from dgx_pixels.core.errors import UsageError
from dgx_pixels.engine.embeddings import Embeddings
from dgx_pixels.engine.prompt import CHUNK, END, Token, Tokens, chunk, tokenize_prompt
from dgx_pixels.nn.clip import ClipTextModel
from dgx_pixels.nn.openclip import OpenClipTextModel
from dgx_pixels.nn.tokenizer import ClipTokenizer
from dgx_pixels.nn.unet import timestep_embedding

SIZE_WIDTH: Final = 256
"""Width that each number of the size conditioning is embedded in."""
AESTHETIC_SCORE: Final = 6.0
"""The refiner's default for what is wanted."""
NEGATIVE_AESTHETIC_SCORE: Final = 2.5
"""The refiner's default for what is not."""

PADS: Final = {"clip_l": END, "clip_g": 0}
"""What each tower's chunks are filled up with."""

Chunk: TypeAlias = list[Token[Tensor]]


@dataclass(frozen=True, slots=True)
class TextTowers:
    """What a prompt is encoded with."""

    clip_l: ClipTextModel | None
    clip_g: OpenClipTextModel | None
    tokenizer: ClipTokenizer
    embeddings: Embeddings = field(default_factory=Embeddings)


@dataclass(frozen=True, slots=True)
class EncodedPrompt:
    """A prompt as the U-Net takes it, on the towers' device in fp32."""

    context: Tensor
    """(1, 77 x chunks, D)"""
    pooled: Tensor
    """(1, P), of the first chunk and unweighted."""
    ignored: tuple[str, ...]
    """A sentence on each embedding of the prompt that had no effect."""


def encode_prompt(
    towers: TextTowers, text: str, *, text_g: str | None = None, layer: int | None = None
) -> EncodedPrompt:
    """Encode ``text`` as ComfyUI does.

    ``text_g``: another text for the OpenCLIP tower; then the shorter of both is filled with empty chunks.
    ``layer``: -1 for the state after each tower's last block, -2 for the one before, ...; before the first
    block it is the last, normalised. None: -1 for SD1.x, which normalises whatever it takes, else -2.
    Raises UsageError for a weight that is not finite and for parentheses nested too deep, CheckpointError for
    an embedding's file that cannot be read.
    """
    read = tokenize(towers, text)
    if text_g is not None:
        read = {key: tokens if key == "clip_l" else tokenize(towers, text_g)[key] for key, tokens in read.items()}
    chunks = {key: tokens.chunks for key, tokens in read.items()}
    if text_g is not None:
        chunks = evened(chunks)
    context, pooled = encode_chunks(towers, chunks, layer)
    return EncodedPrompt(context, pooled, ignored(towers, read))


def tokenize(towers: TextTowers, text: str) -> dict[str, Tokens[Tensor]]:
    """A prompt as each tower reads it, by the tower's name (``clip_l``, ``clip_g``).

    Raises UsageError for parentheses nested too deep, CheckpointError for an embedding's unreadable file.
    """
    return {side.key: _tokens(towers, side, text) for side in _sides(towers)}


def evened(chunks: Mapping[str, list[Chunk]]) -> dict[str, list[Chunk]]:
    """The chunks of each tower, the shorter list filled with those of an empty prompt."""
    length = max(len(own) for own in chunks.values())
    return {key: own + chunk([], PADS[key]) * (length - len(own)) for key, own in chunks.items()}


def encode_chunks(towers: TextTowers, chunks: Mapping[str, list[Chunk]], layer: int | None) -> tuple[Tensor, Tensor]:
    """Context (1, T, D) and pooled text (1, P), as in `EncodedPrompt`, of the chunks of each tower.

    ``layer`` as in `encode_prompt`. Raises UsageError for a weight that is not finite.
    """
    if layer is not None and layer >= 0:
        raise UsageError(f"layer {layer} of the text towers: count from the last, -1, -2, ...")
    states = [_encode(side, chunks[side.key], layer) for side in _sides(towers)]
    shared = min(context.shape[1] for context, _ in states)
    return torch.cat([context[:, :shared] for context, _ in states], dim=-1), states[-1][1]


def ignored(towers: TextTowers, read: Mapping[str, Tokens[Tensor]]) -> tuple[str, ...]:
    """A sentence on each embedding of a prompt that has no effect."""
    return tuple(dict.fromkeys(sentence for side in _sides(towers) for sentence in _ignored(side, read[side.key])))


def sdxl_vector(
    pooled: Tensor,
    width: int,
    height: int,
    crop_w: int = 0,
    crop_h: int = 0,
    target_width: int | None = None,
    target_height: int | None = None,
) -> Tensor:
    """SDXL's vector conditioning (1, P + 6 x 256) of pooled text (1, P) and sizes in model pixels.

    The target is by default the size itself. Podell et al. (2023), sections 2.2 and 2.3.
    """
    target = (target_height or height, target_width or width)
    return size_vector(pooled, (height, width, crop_h, crop_w, *target))


def refiner_vector(
    pooled: Tensor,
    width: int,
    height: int,
    crop_w: int = 0,
    crop_h: int = 0,
    aesthetic_score: float = AESTHETIC_SCORE,
) -> Tensor:
    """The refiner's vector conditioning (1, P + 5 x 256) of pooled text (1, P) and sizes in model pixels.

    A negative prompt takes ``NEGATIVE_AESTHETIC_SCORE``.
    """
    return size_vector(pooled, (height, width, crop_h, crop_w, aesthetic_score))


def size_vector(pooled: Tensor, numbers: Sequence[float]) -> Tensor:
    """Pooled text (1, P) followed by the embedding of each number: (1, P + 256 n), fp32."""
    values = torch.tensor(numbers, dtype=torch.float32, device=pooled.device)
    return torch.cat((pooled.float(), timestep_embedding(values, SIZE_WIDTH).flatten()[None]), dim=-1)


@dataclass(frozen=True, slots=True)
class _Side:
    """One tower, and how its prompts are prepared."""

    model: ClipTextModel | OpenClipTextModel
    key: str
    layer: int
    normalise: bool = False

    @property
    def pad(self) -> int:
        return PADS[self.key]


def _sides(towers: TextTowers) -> list[_Side]:
    sides: list[_Side] = []
    if towers.clip_l is not None:
        alone = towers.clip_g is None
        sides.append(_Side(towers.clip_l, "clip_l", -1 if alone else -2, normalise=alone))
    if towers.clip_g is not None:
        sides.append(_Side(towers.clip_g, "clip_g", -2))
    if not sides:
        raise UsageError("this model has no text tower; prompts need one")
    return sides


def _tokens(towers: TextTowers, side: _Side, text: str) -> Tokens[Tensor]:
    def vectors(name: str) -> Sequence[Tensor] | None:
        found = towers.embeddings.vectors(name, side.key)
        return None if found is None else found.unbind()

    return tokenize_prompt(text, towers.tokenizer.encode, vectors, side.pad)


def _encode(side: _Side, chunks: list[Chunk], layer: int | None) -> tuple[Tensor, Tensor]:
    """Weighted states (1, 77 x chunks, W) and pooled text (1, P) of one tower."""
    weights = [[token.weight for token in c] for c in chunks]
    weighted = any(w != 1.0 for row in weights for w in row)
    # What a weight moves away from is the text that says nothing.
    rows = [*chunks, *chunk([], side.pad)] if weighted else chunks
    with torch.no_grad():
        states, pooled = _run(side, rows, side.layer if layer is None else layer)
        if weighted:
            states = _weigh(states[:-1], states[-1], weights)
    return states.flatten(0, 1)[None], pooled[:1]


def _weigh(states: Tensor, empty: Tensor, weights: list[list[float]]) -> Tensor:
    """States (B, 77, W) carried away from those of the empty text (77, W) by their weights (B, 77)."""
    for weight in (w for row in weights for w in row if not math.isfinite(w)):
        raise UsageError(f"a part of the prompt has the weight {weight}; weights are finite numbers")
    w = torch.tensor(weights, dtype=torch.float32, device=states.device)[..., None]
    return torch.where(w == 1, states, (states - empty) * w + empty)


def _run(side: _Side, rows: list[Chunk], layer: int) -> tuple[Tensor, Tensor]:
    beyond = -layer > side.model.config.layers
    tokens, inputs = _inputs(side, rows)
    return side.model(tokens, -1 if beyond else layer, inputs=inputs, normalise=beyond or side.normalise)


def _inputs(side: _Side, rows: list[Chunk]) -> tuple[Tensor, Tensor]:
    """Ids (B, 77), 0 where a vector stands, and what enters the tower for them, (B, 77, W).

    Vectors of another tower's width give way to padding at the end of their chunk.
    """
    width, device = side.model.config.width, next(side.model.parameters()).device
    values = [[t.value for t in row if isinstance(t.value, int) or len(t.value) == width] for row in rows]
    values = [[*row, *[side.pad] * (CHUNK - len(row))] for row in values]
    ids = torch.tensor([[v if isinstance(v, int) else 0 for v in row] for row in values], device=device)
    inputs = side.model.embed(ids)
    for b, row in enumerate(values):
        for t, value in enumerate(row):
            if not isinstance(value, int):
                inputs[b, t] = value.to(inputs)
    return ids, inputs


def _ignored(side: _Side, tokens: Tokens[Tensor]) -> list[str]:
    """A sentence on each embedding that the tower did without."""
    width = side.model.config.width
    values = [token.value for c in tokens.chunks for token in c]
    others = {len(value) for value in values if not isinstance(value, int) and len(value) != width}
    return [
        *(f"there is no embedding {name!r}; it is ignored" for name in tokens.missing),
        *(
            f"embedding vectors {other} wide do not fit {side.key}, {width} wide; they are ignored there"
            for other in sorted(others)
        ),
    ]
