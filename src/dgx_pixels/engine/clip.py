"""The CLIP value of workflows: a checkpoint's text towers, and the layer that a workflow stops them at.

Methods are named, and tokens look, as node packs know them: ``{"l": chunks, "g": chunks}``, a chunk a list of
``(id or vector, weight)``. Knows no U-Net and no node.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self, TypeAlias

from torch import Tensor, nn

from dgx_pixels.engine.prompt import Token
from dgx_pixels.engine.text import TextTowers, encode_chunks, evened, ignored, tokenize
from dgx_pixels.engine.weights import Weights

log = logging.getLogger(__name__)

Chunks: TypeAlias = list[list[tuple[Any, ...]]]
TokenTable: TypeAlias = Mapping[str, Chunks]

_SHORT: Final = {"clip_l": "l", "clip_g": "g"}


@dataclass(slots=True, eq=False, kw_only=True)
class Clip:
    """Text towers that encode prompts. What others hold is never changed, only a clone of one's own."""

    name: str
    """For messages: the file it came from."""
    towers: TextTowers
    """As their files have them."""
    merged: Mapping[str, Weights[Any]] = field(default_factory=dict[str, Weights[Any]])
    """What a workflow changed about their weights, by the name of the tower."""
    layer: int | None = None
    """-1: after each tower's last block, -2: after the one before, ...; None: what the family was trained with."""
    attached: dict[str, Any] = field(default_factory=dict[str, Any])
    """What node packs keep with it; replaced as a whole, never changed in place."""

    def clone(self) -> Self:
        """The same towers, to be changed without the other's notice."""
        return replace(self)

    def changed(self, **fields: Any) -> Self:
        """A clone with other fields."""
        return replace(self, **fields)

    def clip_layer(self, layer_idx: int) -> None:
        """Stop at another layer: of a clone of one's own."""
        self.layer = layer_idx

    @property
    def weights(self) -> dict[str, Weights[Any]]:
        """Weights of the towers there are, changed or not, by name: ``clip_l``, ``clip_g``."""
        both = {"clip_l": self.towers.clip_l, "clip_g": self.towers.clip_g}
        return {n: self.merged.get(n) or Weights(module) for n, module in both.items() if module is not None}

    @property
    def modules(self) -> dict[str, nn.Module]:
        """The towers there are with their changed weights, which are made when they are first asked for."""
        return {name: weights.module() for name, weights in self.weights.items()}

    def tokenize(self, text: str, return_word_ids: bool = False, **_unused: Any) -> dict[str, Chunks]:
        """A prompt as each tower reads it, weights and embeddings resolved.

        With ``return_word_ids`` each token has a third item: 0 for what was filled in, else the place of its word.
        """
        read = tokenize(self.towers, text)
        for sentence in ignored(self.towers, read):
            log.warning(sentence)
        return {
            _SHORT[key]: [_spelled(row, word_ids=return_word_ids) for row in tokens.chunks]
            for key, tokens in read.items()
        }

    def evened(self, tokens: TokenTable) -> dict[str, Chunks]:
        """The tokens with the shorter tower's list filled with empty chunks."""
        return {_SHORT[key]: [_spelled(row) for row in rows] for key, rows in evened(_read(tokens)).items()}

    def encode_from_tokens(
        self, tokens: TokenTable, return_pooled: bool | str = False, return_dict: bool = False
    ) -> Any:
        """Text states (1, T, D) on the CPU; with ``return_pooled`` the pooled text (1, P) too.

        ``return_dict``: both by the names ``cond`` and ``pooled_output``.
        """
        towers = replace(self.towers, **self.modules)
        context, pooled = (t.float().cpu() for t in encode_chunks(towers, _read(tokens), self.layer))
        if return_dict:
            return {"cond": context, "pooled_output": pooled}
        return (context, pooled) if return_pooled else context

    def encode_from_tokens_scheduled(
        self, tokens: TokenTable, add_dict: Mapping[str, Any] | None = None, **_unused: Any
    ) -> list[list[Any]]:
        """A CONDITIONING of the tokens; ``add_dict``: further options of its entry."""
        context, pooled = self.encode_from_tokens(tokens, return_pooled=True)
        return [[context, {"pooled_output": pooled, **(add_dict or {})}]]

    def encode(self, text: str) -> Tensor:
        """Text states (1, T, D) of a prompt."""
        return self.encode_from_tokens(self.tokenize(text))


def _spelled(row: Sequence[Token[Tensor]], *, word_ids: bool = False) -> list[tuple[Any, ...]]:
    pairs: list[tuple[Any, ...]] = [(token.value, token.weight) for token in row]
    if not word_ids:
        return pairs
    ends = {row[0].value, row[-1].value} if isinstance(row[-1].value, int) else {row[0].value}
    return [(*pair, 0 if isinstance(pair[0], int) and pair[0] in ends else place) for place, pair in enumerate(pairs)]


def _read(tokens: TokenTable) -> dict[str, list[list[Token[Tensor]]]]:
    return {
        key: [[_token(value, weight) for value, weight, *_ in row] for row in tokens[short]]
        for key, short in _SHORT.items()
        if short in tokens
    }


def _token(value: Any, weight: float) -> Token[Tensor]:
    return Token(value if isinstance(value, Tensor) else int(value), float(weight))
