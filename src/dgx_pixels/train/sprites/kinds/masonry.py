"""Walls, roofs, doors and windows that buildings are put together from."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kinds.faces import pixel, spot
from dgx_pixels.train.sprites.paint import Paint
from dgx_pixels.train.sprites.shapes import Field

STUFF = ("stone", "wood", "gold", "crystal", "ice", "obsidian", "bone")
TRAITS = ("small", "tall", "cracked", "mossy", "burning", "frozen", "glowing")


def courses(c: Canvas, shape: Field, ink: Paint, *, tone: int = 1, h: float = 0.13, w: float = 0.24) -> None:
    """Joints of bricks or tiles ``h`` high and ``w`` wide over ``shape``; none where pixels are too coarse."""
    p = pixel(c)
    if p > 0.05:
        return
    h, w = max(round(h / p), 3) * p, max(round(w / p), 4) * p
    row = c.y // h
    c.fill(c.overlap(shape, c.union(c.y % h - p, (c.x + 0.5 * w * (row % 2)) % w - p)), ink, tone)


def boards(c: Canvas, shape: Field, ink: Paint, *, tone: int = 1, w: float = 0.13) -> None:
    """Upright joints of planks ``w`` wide over ``shape``."""
    p = pixel(c)
    if p <= 0.05:
        c.fill(c.overlap(shape, (c.x - 0.5) % (max(round(w / p), 3) * p) - p), ink, tone)


def door(c: Canvas, x: float, top: float, bottom: float, w: float, ink: Paint | None = None) -> None:
    """A round-headed door of half-width ``w`` with a knob."""
    leaf = c.union(c.ellipse(x, top + w, w, w), c.box(x - w, top + w, x + w, bottom))
    c.part(leaf, ink or c.paint("brown"), "flat", tone=-1)
    boards(c, leaf, ink or c.paint("brown"))
    c.fill(spot(c, x + 0.5 * w, (top + w + bottom) / 2, 0.02), c.paint("gold"), 4)


def window(c: Canvas, x: float, y: float, r: float = 0.065, *, lit: bool = True) -> None:
    """A window with a frame and a cross of bars."""
    c.fill(spot(c, x, y, r), c.paint("brown"), 0)
    c.fill(spot(c, x, y, r - min(pixel(c), 0.5 * r)), c.paint("yellow" if lit else "navy"), 4 if lit else 2)
    if r > 2.2 * pixel(c):
        c.fill(c.union(c.box(x - r, y - 0.01, x + r, y + 0.01), c.box(x - 0.01, y - r, x + 0.01, y + r)),
               c.paint("brown"), 0)  # fmt: skip


def battlements(c: Canvas, x0: float, x1: float, y: float, n: int, h: float = 0.09) -> Field:
    """``n`` merlons standing on height ``y`` between ``x0`` and ``x1``."""
    step = (x1 - x0) / (2 * n - 1)
    return c.union(*(c.box(x0 + 2 * i * step, y - h, x0 + (2 * i + 1) * step, y + 0.01) for i in range(n)))


def pennant(c: Canvas, x: float, y: float, ink: Paint) -> None:
    """A flag on a pole that stands on (x, y)."""
    c.part(c.line((x, y), (x, y - 0.2), 0.018), c.paint("wood"))
    c.part(c.polygon((x, y - 0.2), (x + 0.17, y - 0.15), (x, y - 0.08)), ink, "flat")
