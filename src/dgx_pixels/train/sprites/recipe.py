"""A recipe says everything about one sprite; ``render`` draws it, the same pixels for the same recipe."""

import random
from dataclasses import dataclass, replace
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dgx_pixels.core.limits import SPRITE_SIZES
from dgx_pixels.train.sprites import attributes
from dgx_pixels.train.sprites.canvas import Brief, Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import KINDS
from dgx_pixels.train.sprites.paint import COLOURS, MATERIALS, PALETTES, Paint, Texture, paint, snap

Outline = Literal["dark", "black", "none"]
LIGHTS: dict[str, tuple[float, float, float]] = {
    "left": (-0.5, -0.65, 0.57),
    "right": (0.5, -0.65, 0.57),
    "top": (0.0, -0.82, 0.57),
}
FEW_TONES = frozenset({"game boy", "black and white", "sepia"})
"""Palettes that leave no colour to name."""
_TRIMS = ("gold", "brown", "iron", "white", "tan", "bronze")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One sprite, whole: the same recipe gives the same pixels."""

    kind: Kind
    size: int
    seed: int
    colour: str | None = None
    material: str | None = None
    second: str | None = None
    attributes: tuple[str, ...] = ()
    outline: Outline = "dark"
    light: str = "left"
    palette: str | None = None
    view: str = "front"


def held_out(kind: str, trait: str) -> bool:
    """Whether this pair of a kind and a colour or material is kept out of training (one in twenty)."""
    return crc32(f"{trait}|{kind}".encode()) % 20 == 0


def random_recipe(rng: random.Random, size: int | None = None, kind: Kind | None = None) -> Recipe:
    """A recipe of the training distribution; never one of the held-out pairs."""
    kind = kind or rng.choice(KINDS)
    recipe = Recipe(kind, size or rng.choice(SPRITE_SIZES), rng.getrandbits(48), view=rng.choice(kind.views))
    if rng.random() < 0.08:
        recipe = replace(recipe, palette=rng.choice(tuple(PALETTES)))
    if recipe.palette not in FEW_TONES:
        recipe = replace(recipe, **_colours(rng, kind))
    if kind.tile:
        return replace(recipe, outline="none")
    if kind.attributes and rng.random() < 0.22:
        recipe = replace(recipe, attributes=(rng.choice(kind.attributes),))
    return replace(
        recipe,
        outline=rng.choices(("dark", "black", "none"), (0.8, 0.08, 0.12))[0],
        light=rng.choices(tuple(LIGHTS), (0.8, 0.1, 0.1))[0],
    )


def _colours(rng: random.Random, kind: Kind) -> dict[str, str | None]:
    """Colour, material and second colour: seven in ten have a colour, one in four a material where it fits."""
    seen = [c for c in COLOURS if not held_out(kind.name, c)]
    stuff = [m for m in kind.materials if not held_out(kind.name, m)]
    colour = rng.choice(seen) if rng.random() < 0.72 else None
    material = rng.choice(stuff) if stuff and rng.random() < (0.12 if colour else 0.6) else None
    second = rng.choice([c for c in COLOURS if c != colour]) if colour and rng.random() < 0.15 else None
    return {"colour": colour, "material": material, "second": second}


def _paints(recipe: Recipe, rng: random.Random) -> tuple[Paint, Paint]:
    """The main and the second paint, each a little off its name, as hands mix them."""
    texture: Texture | None = MATERIALS[recipe.material][1] if recipe.material else None
    shift = (rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02), rng.uniform(-4, 4))
    main = recipe.colour or recipe.material or rng.choice(recipe.kind.natural)
    trims = [t for t in _TRIMS if t != main]
    second = recipe.second or rng.choice(trims)
    return paint(main, texture=texture, shift=shift), paint(second)


def render(recipe: Recipe) -> NDArray[np.uint8]:
    """The sprite as (size, size, 4) RGBA: alpha 0 or 255, white where transparent."""
    rng = random.Random(recipe.seed)
    main, second = _paints(recipe, rng)
    canvas = Canvas(recipe.size, Brief(main, second, rng, LIGHTS[recipe.light], recipe.view))
    if recipe.kind.tile:
        recipe.kind.draw(canvas)
    else:
        _draw_framed(canvas, recipe)
    rgb = canvas.rgb
    if recipe.palette is not None:
        rgb[canvas.alpha] = snap(rgb[canvas.alpha], PALETTES[recipe.palette])
    return np.dstack((rgb, np.where(canvas.alpha, 255, 0).astype(np.uint8)))


def _draw_framed(canvas: Canvas, recipe: Recipe) -> None:
    # A margin of one pixel keeps the outline on the canvas.
    fit = (recipe.size - 2) / recipe.size
    framed = attributes.frame(canvas.scaled(fit, fit), recipe.attributes)
    attributes.behind(canvas, recipe.attributes)
    recipe.kind.draw(framed)
    attributes.over(canvas, recipe.attributes)
    if recipe.outline != "none":
        _outline(canvas, black=recipe.outline == "black")
    attributes.around(canvas, recipe.attributes)


def _outline(c: Canvas, *, black: bool) -> None:
    """A line of one pixel around the silhouette, in the darkest tone of what it borders, or in black."""
    ring = np.zeros_like(c.alpha)
    colour = np.full_like(c.rgb, 255)
    for dy, dx in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        from_alpha, from_edge = np.roll(c.alpha, (dy, dx), (0, 1)), np.roll(c.edge, (dy, dx), (0, 1))
        edge_row, edge_col = (0 if dy > 0 else -1), (0 if dx > 0 else -1)
        if dy:
            from_alpha[edge_row] = False
        else:
            from_alpha[:, edge_col] = False
        hit = from_alpha & ~c.alpha
        darker = hit & (from_edge.sum(-1) < colour.sum(-1, dtype=np.int32))
        colour[darker] = from_edge[darker]
        ring |= hit
    c.rgb[ring] = np.array([18, 16, 24], np.uint8) if black else colour[ring]
    c.alpha |= ring
