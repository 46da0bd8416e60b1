"""Eyes, noses, mouths and limbs that animals, monsters and people share. Knows no creature."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.paint import Paint
from dgx_pixels.train.sprites.shapes import Field, Point

ALIVE = ("small", "tall", "with wings", "sparkling", "glowing", "frozen", "burning")
"""Attributes that make sense for what lives."""
WINGED = ("small", "tall", "sparkling", "glowing", "frozen", "burning")
"""The same, for what has wings of its own."""


def pixel(c: Canvas) -> float:
    """Width of a sprite pixel in the frame the canvas is seen through."""
    return math.hypot(float(c.x[0, 1] - c.x[0, 0]), float(c.y[0, 1] - c.y[0, 0]))


def is_dark(ink: Paint) -> bool:
    """Whether a dark mark would be lost on this paint."""
    return int(ink.tones[3].sum()) < 210


def spot(c: Canvas, x: float, y: float, r: float, tall: float = 1.0) -> Field:
    """A round mark that never falls between the pixels: a square pixel where ``r`` is less than one."""
    least = 0.51 * pixel(c)
    rx, ry = max(r, least), max(r * tall, least)
    rounding = min(rx, ry) if rx > 1.4 * pixel(c) else min(rx, ry) * 0.5 if rx > 0.9 * pixel(c) else 0.0
    return c.box(x - rx, y - ry, x + rx, y + ry, rounding)


def eye(c: Canvas, x: float, y: float, r: float = 0.04, tall: float = 1.3, *, on: Paint | None = None) -> None:
    """A dark eye with a glint of ``r`` by ``r * tall``; on dark skin (``on``) a pale one with a pupil."""
    pale = on is not None and is_dark(on)
    c.fill(spot(c, x, y, r, tall), c.paint("yellow" if pale else "eye"), 4 if pale else 0)
    if pale and r > 0.9 * pixel(c):
        c.fill(spot(c, x, y, r * 0.35, tall * 1.6), c.paint("eye"), 0)
    elif r > 1.1 * pixel(c):
        c.fill(spot(c, x - r * 0.4, y - r * tall * 0.45, r * 0.3), c.paint("white"), 4)


def eyes(
    c: Canvas,
    y: float,
    dx: float,
    r: float = 0.04,
    tall: float = 1.3,
    *,
    x: float = 0.5,
    on: Paint | None = None,
) -> None:
    """A pair of eyes at height ``y``, ``dx`` to each side of ``x``."""
    eye(c, x - dx, y, r, tall, on=on)
    eye(c, x + dx, y, r, tall, on=on)


def eyeball(c: Canvas, x: float, y: float, r: float, iris: Paint | None = None, look: Point = (0, 0)) -> None:
    """A white eye that looks along ``look`` (-1..1 each way), with an iris where there is room."""
    c.fill(spot(c, x, y, r), c.paint("white"), 4)
    px, py = x + look[0] * r * 0.4, y + look[1] * r * 0.4
    if iris is not None and r > 2.2 * pixel(c):
        c.fill(spot(c, px, py, r * 0.62), iris, 3)
    c.fill(spot(c, px, py, r * (0.36 if iris else 0.5)), c.paint("eye"), 0)
    if r > 2 * pixel(c):
        c.fill(spot(c, px - r * 0.25, py - r * 0.3, r * 0.14), c.paint("white"), 5)


def smile(c: Canvas, x: float, y: float, w: float, ink: Paint, depth: float = 0.04) -> None:
    """A curved mouth of half-width ``w``; negative ``depth`` frowns."""
    c.stroke([(x - w, y), (x - w * 0.5, y + depth), (x + w * 0.5, y + depth), (x + w, y)], ink, 0)


def fangs(c: Canvas, xs: tuple[float, ...], y: float, w: float = 0.04, h: float = 0.08) -> None:
    """Teeth hanging from ``y`` (standing on it where ``h`` is negative), each of half-width ``w``."""
    bone = c.paint("white")
    for x in xs:
        c.fill(c.union(c.polygon((x - w, y), (x + w, y), (x, y + h)), spot(c, x, y + h * 0.3, w * 0.5)), bone, 4)


def legs(c: Canvas, ink: Paint, xs: tuple[float, ...], top: float, foot: float, w: float, tone: float = 0.0) -> None:
    """Upright legs of half-width ``w`` at ``xs`` from ``top`` down to ``foot``."""
    for x in xs:
        c.part(c.box(x - w, top, x + w, foot, w * 0.5), ink, tone=tone)
