"""Colours and materials as ramps of tones, dark to light, the way a pixel artist picks them.

A ramp leans towards blue in its shadows and towards yellow in its lights (hue shifting).
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dgx_pixels.pixel.oklab import oklab_to_srgb, srgb_to_oklab

Texture = Literal["plain", "metal", "wood", "stone", "crystal", "leaf", "fur"]
TONES = 6
"""Tones of a ramp: 0 is the outline's, 1..4 the body, 5 the highlight."""

# OKLCH (lightness, chroma, hue in degrees) of the 24 colour names, far enough apart to be told from each other.
COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.59, 0.23, 27),
    "maroon": (0.36, 0.13, 18),
    "orange": (0.73, 0.18, 55),
    "brown": (0.46, 0.10, 52),
    "tan": (0.77, 0.08, 76),
    "yellow": (0.88, 0.18, 98),
    "olive": (0.56, 0.11, 112),
    "lime": (0.85, 0.23, 128),
    "green": (0.63, 0.19, 145),
    "dark green": (0.40, 0.11, 152),
    "mint": (0.88, 0.10, 166),
    "teal": (0.54, 0.10, 193),
    "cyan": (0.85, 0.14, 202),
    "sky blue": (0.74, 0.12, 238),
    "blue": (0.54, 0.22, 262),
    "navy": (0.32, 0.11, 266),
    "indigo": (0.43, 0.21, 284),
    "lavender": (0.78, 0.10, 302),
    "purple": (0.52, 0.23, 312),
    "magenta": (0.63, 0.28, 336),
    "pink": (0.80, 0.13, 358),
    "white": (0.95, 0.01, 250),
    "grey": (0.64, 0.01, 260),
    "black": (0.27, 0.015, 280),
}

# Natural colour and texture of the materials.
MATERIALS: dict[str, tuple[tuple[float, float, float], Texture]] = {
    "wood": ((0.50, 0.09, 58), "wood"),
    "iron": ((0.60, 0.015, 250), "metal"),
    "silver": ((0.80, 0.012, 255), "metal"),
    "gold": ((0.80, 0.155, 86), "metal"),
    "copper": ((0.62, 0.12, 45), "metal"),
    "bronze": ((0.55, 0.09, 72), "metal"),
    "stone": ((0.60, 0.015, 80), "stone"),
    "bone": ((0.87, 0.045, 90), "plain"),
    "crystal": ((0.78, 0.11, 225), "crystal"),
    "ice": ((0.88, 0.06, 215), "crystal"),
    "obsidian": ((0.27, 0.04, 300), "crystal"),
    "leather": ((0.48, 0.085, 48), "plain"),
}

# Paints that drawings ask for by name and captions never speak of.
EXTRAS: dict[str, tuple[tuple[float, float, float], Texture]] = {
    "skin": ((0.80, 0.075, 58), "plain"),
    "skin dark": ((0.52, 0.075, 50), "plain"),
    "leaf": ((0.60, 0.16, 142), "leaf"),
    "grass": ((0.66, 0.17, 135), "leaf"),
    "dirt": ((0.48, 0.07, 58), "stone"),
    "sand": ((0.84, 0.08, 86), "stone"),
    "water": ((0.64, 0.14, 245), "plain"),
    "lava": ((0.68, 0.21, 45), "plain"),
    "flame": ((0.78, 0.19, 65), "plain"),
    "parchment": ((0.88, 0.06, 85), "plain"),
    "glass": ((0.90, 0.03, 220), "plain"),
    "brick": ((0.53, 0.12, 35), "stone"),
    "cloth": ((0.72, 0.03, 80), "plain"),
    "steel": ((0.72, 0.02, 250), "metal"),
    "eye": ((0.22, 0.02, 280), "plain"),
    "blood": ((0.46, 0.18, 25), "plain"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Paint:
    """A ramp of ``TONES`` colours and the texture it is laid on with."""

    tones: NDArray[np.uint8]
    """(TONES, 3) sRGB, dark to light."""
    texture: Texture = "plain"


# Lightness offset of each tone around the base; tone 3 is the named colour itself.
_OFFSETS = (-0.34, -0.17, -0.085, 0.0, 0.075, 0.15)


@cache
def _ramp(lightness: float, chroma: float, hue: float, contrast: float) -> NDArray[np.uint8]:
    rows: list[tuple[float, float, float]] = []
    for offset in _OFFSETS:
        step = offset * contrast
        light = min(max(lightness + step, 0.12), 0.985)
        # Shadows turn towards 275° (blue-violet), lights towards 95° (yellow), by the shorter way.
        target = 275.0 if step < 0 else 95.0
        turn = (target - hue + 180) % 360 - 180
        bent = math.radians(hue + math.copysign(min(abs(turn), 75 * abs(step)), turn))
        c = chroma * (1 - 0.9 * abs(step))
        rows.append((light, c * math.cos(bent), c * math.sin(bent)))
    return np.rint(oklab_to_srgb(np.array(rows)) * 255).astype(np.uint8)


def paint(name: str, *, texture: Texture | None = None, shift: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Paint:
    """The paint of a colour, material or extra; ``shift`` moves (lightness, chroma, hue°) a little."""
    if name in COLOURS:
        (lightness, chroma, hue), own = COLOURS[name], "plain"
    else:
        (lightness, chroma, hue), own = (MATERIALS | EXTRAS)[name]
    kind: Texture = texture or own
    contrast = {"metal": 1.35, "crystal": 1.3}.get(kind, 1.0)
    moved = (lightness + shift[0], max(chroma + shift[1] * min(1.0, chroma * 10), 0.0), hue + shift[2])
    return Paint(_ramp(round(moved[0], 2), round(moved[1], 2), round(moved[2] / 4) * 4, contrast), kind)


def _hex(*codes: str) -> NDArray[np.uint8]:
    return np.array([list(bytes.fromhex(code)) for row in codes for code in row.split()], np.uint8)


# Palettes a caption may ask for, as sRGB; the drawer snaps the finished sprite to them.
PALETTES: dict[str, NDArray[np.uint8]] = {
    "game boy": _hex("0f380f 306230 8bac0f 9bbc0f"),
    "black and white": _hex("0a0a0c fafaf5"),
    "sepia": _hex("2b1d14 684830 aa8054 e8cda0"),
    # The colours a 2C02 picture processor puts out, as commonly measured.
    "nes": _hex(
        "7c7c7c 0000fc 0000bc 4428bc 940084 a80020 a81000 881400 503000 007800 006800 005800 004058 000000",
        "bcbcbc 0078f8 0058f8 6844fc d800cc e40058 f83800 e45c10 ac7c00 00b800 00a800 00a844 008888 080808",
        "f8f8f8 3cbcfc 6888fc 9878f8 f878f8 f85898 f87858 fca044 f8b800 b8f818 58d854 58f898 00e8d8 787878",
        "fcfcfc a4e4fc b8b8f8 d8b8f8 f8b8f8 f8a4c0 f0d0b0 fce0a8 f8d878 d8f878 b8f8b8 b8f8d8 00fcfc f8d8f8",
    ),
}


def snap(rgb: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels (N, 3) in the colours of a palette (K, 3): the nearest in OKLab.

    A palette of up to four tones is a grey scale: lightness is spread over the whole of it, or a pale
    sprite would fall into one colour.
    """
    mine, theirs = srgb_to_oklab(rgb), srgb_to_oklab(palette)
    if len(palette) > 4:
        return palette[np.argmin(((mine[:, None] - theirs[None]) ** 2).sum(-1), 1)]
    rank = np.clip((mine[:, 0] - 0.2) / 0.72 * len(palette), 0, len(palette) - 1).astype(np.intp)
    return palette[np.argsort(theirs[:, 0])][rank]
