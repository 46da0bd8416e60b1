"""Two pictures into one, pixel by pixel: blend modes, and the compositing of Porter and Duff. Knows no node.

Sources: T. Porter and T. Duff, "Compositing digital images" (1984); the W3C's "Compositing and Blending" for the
separable modes.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import torch
from torch import Tensor

_Mode: TypeAlias = Callable[[Tensor, Tensor], Tensor]
_Composite: TypeAlias = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
"""Source and target colours, both multiplied by their alpha, and their alphas, to colour and alpha."""

_VISIBLE: Final = 1e-5  # least alpha whose colour can be told


def _soft_light(a: Tensor, b: Tensor) -> Tensor:
    bright = torch.where(a <= 0.25, ((16 * a - 12) * a + 4) * a, a.clamp(min=0).sqrt())
    return torch.where(b <= 0.5, a - (1 - 2 * b) * a * (1 - a), a + (2 * b - 1) * (bright - a))


BLENDS: Final[dict[str, _Mode]] = {
    "normal": lambda _, b: b,
    "multiply": lambda a, b: a * b,
    "screen": lambda a, b: 1 - (1 - a) * (1 - b),
    "overlay": lambda a, b: torch.where(a <= 0.5, 2 * a * b, 1 - 2 * (1 - a) * (1 - b)),
    "soft_light": _soft_light,
    "difference": lambda a, b: a - b,
}
"""Of a picture below and one above it."""


def blended(below: Tensor, above: Tensor, factor: float, mode: str) -> Tensor:
    """``below`` mixed with its blend with ``above``, ``factor`` of the latter, in 0..1."""
    return (below * (1 - factor) + BLENDS[mode](below, above) * factor).clamp(0, 1)


def _overlay(s: Tensor, d: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return torch.where(2 * d < b, 2 * s * d, a * b - 2 * (b - d) * (a - s))


COMPOSITES: Final[dict[str, _Composite]] = {
    "ADD": lambda s, d, a, b: ((s + d).clamp(0, 1), (a + b).clamp(0, 1)),
    "CLEAR": lambda s, _d, a, _b: (torch.zeros_like(s), torch.zeros_like(a)),
    "DARKEN": lambda s, d, a, b: ((1 - b) * s + (1 - a) * d + torch.minimum(s, d), a + b - a * b),
    "DST": lambda _s, d, _a, b: (d, b),
    "DST_ATOP": lambda s, d, a, b: (a * d + (1 - b) * s, a),
    "DST_IN": lambda _s, d, a, b: (a * d, a * b),
    "DST_OUT": lambda _s, d, a, b: ((1 - a) * d, (1 - a) * b),
    "DST_OVER": lambda s, d, a, b: (d + (1 - b) * s, b + (1 - b) * a),
    "LIGHTEN": lambda s, d, a, b: ((1 - b) * s + (1 - a) * d + torch.maximum(s, d), a + b - a * b),
    "MULTIPLY": lambda s, d, a, b: (s * d, a * b),
    "OVERLAY": lambda s, d, a, b: (_overlay(s, d, a, b), a + b - a * b),
    "SCREEN": lambda s, d, a, b: (s + d - s * d, a + b - a * b),
    "SRC": lambda s, _d, a, _b: (s, a),
    "SRC_ATOP": lambda s, d, a, b: (b * s + (1 - a) * d, b),
    "SRC_IN": lambda s, _d, a, b: (b * s, a * b),
    "SRC_OUT": lambda s, _d, a, b: ((1 - b) * s, (1 - b) * a),
    "SRC_OVER": lambda s, d, a, b: (s + (1 - a) * d, a + (1 - a) * b),
    "XOR": lambda s, d, a, b: ((1 - b) * s + (1 - a) * d, (1 - b) * a + (1 - a) * b),
}


def composited(
    source: Tensor, source_alpha: Tensor, target: Tensor, target_alpha: Tensor, mode: str
) -> tuple[Tensor, Tensor]:
    """Colours (B, H, W, C) and alpha (B, H, W, 1) of two layers of those; colours are not multiplied by alpha."""
    colour, alpha = COMPOSITES[mode](source * source_alpha, target * target_alpha, source_alpha, target_alpha)
    plain = torch.where(alpha > _VISIBLE, colour / alpha, 0.0)
    return plain.clamp(0, 1), alpha
