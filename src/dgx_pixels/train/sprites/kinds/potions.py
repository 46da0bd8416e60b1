"""Potions and the vessels they are brewed and kept in; ``magic`` has the rest of the category."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import magic
from dgx_pixels.train.sprites.kinds.foliage import shine
from dgx_pixels.train.sprites.shapes import Field


def _filled(c: Canvas, vessel: Field, level: float) -> None:
    """A glass vessel with the main colour in it up to ``level``, bubbling."""
    c.part(vessel, c.paint("glass"))
    inside = c.overlap(vessel + max(0.025, 0.45 * c.px), c.box(-1, level, 2, 2))
    c.part(inside, c.main, line=False)
    for _ in range(c.pick(2, 3, 4)):
        x, y, r = c.u(0.3, 0.7), c.u(level + 0.06, 0.85), c.u(0.012, 0.03)
        c.fill(c.overlap(inside + 0.02, c.ellipse(x, y, r + 0.3 * c.px)), c.main, 5)


def _cork(c: Canvas, y: float, neck: float) -> None:
    c.part(c.box(0.5 - neck - 0.05, y, 0.5 + neck + 0.05, y + 0.08, 0.02), c.paint("glass"), tone=1)
    c.part(c.box(0.5 - neck + 0.005, y - 0.12, 0.5 + neck - 0.005, y, 0.02), c.paint("wood"))


def potion(c: Canvas) -> None:
    neck, top = c.u(0.09, 0.12), c.u(0.14, 0.18)
    if c.chance(0.7):
        belly = c.u(0.33, 0.38)
        bulb = c.ellipse(0.5, 0.96 - belly, belly)
    else:
        foot = c.u(0.36, 0.42)
        bulb = c.mirror_polygon((0.5 + neck, 0.3), (0.5 + foot - 0.03, 0.86), (0.5 + foot - 0.06, 0.92)) - 0.04
    _filled(c, c.union(c.box(0.5 - neck, top, 0.5 + neck, 0.6), bulb), c.u(0.35, 0.45))
    _cork(c, top - 0.02, neck)
    shine(c, 0.34, 0.58, 0.06, c.paint("white"))


def love_potion(c: Canvas) -> None:
    lobe = c.u(0.235, 0.26)
    lobes = [c.ellipse(x, 0.2 + lobe, lobe) for x in (0.5 - lobe * 0.88, 0.5 + lobe * 0.88)]
    heart = c.union(*lobes, c.polygon((0.06, 0.52), (0.5, 0.99), (0.94, 0.52), (0.5, 0.42)))
    _filled(c, heart, c.u(0.3, 0.42))
    c.part(c.box(0.44, 0.13, 0.56, 0.34), c.paint("glass"))
    c.part(c.box(0.4, 0.02, 0.6, 0.15, 0.03), c.paint("wood"))
    shine(c, 0.25, 0.42, 0.07, c.paint("white"))


def vial(c: Canvas) -> None:
    c = c.turned(c.pick(0, 0, 30, -30))
    wide = c.u(0.19, 0.22)
    _filled(c, c.box(0.5 - wide, 0.14, 0.5 + wide, 0.98, wide * 0.95), c.u(0.2, 0.27))
    _cork(c, 0.14, wide - 0.02)
    shine(c, 0.5 - wide * 0.4, 0.4, 0.05, c.paint("white"))


def bottle(c: Canvas) -> None:
    wide, shoulder = c.u(0.22, 0.28), c.u(0.36, 0.44)
    body = c.mirror_polygon((0.58, 0.1), (0.58, shoulder - 0.12), (0.5 + wide, shoulder + 0.03), (0.5 + wide, 0.97))
    c.part(body, c.main)
    c.part(c.box(0.4, 0.16, 0.6, 0.23, 0.02), c.main, tone=1)
    c.part(c.box(0.42, 0.02, 0.58, 0.13, 0.02), c.paint("wood"))
    c.part(c.box(0.5 - wide, 0.56, 0.5 + wide, 0.82), c.paint("parchment"), "flat")
    mark = c.pick(c.star(0.5, 0.69, 0.1, 0.045, 5), c.ellipse(0.5, 0.69, 0.08), c.box(0.38, 0.66, 0.62, 0.71))
    c.fill(mark, c.second, 2)
    c.fill(c.line((0.54 - wide, shoulder + 0.06), (0.54 - wide, 0.5), 0.025), c.main, 5, inside=True)


def jug(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    wide = c.u(0.31, 0.36)
    c.part(c.ring(0.7, 0.42, 0.19, 0.085, c.u(1.0, 1.25)), c.main, tone=-0.5)
    c.part(c.union(c.ellipse(0.44, 0.65, wide, 0.32), c.box(0.3, 0.14, 0.58, 0.5)), c.main)
    c.part(c.polygon((0.14, 0.1), (0.62, 0.1), (0.6, 0.24), (0.3, 0.24)), c.main, tone=0.5)
    c.fill(c.box(0.3, 0.11, 0.56, 0.15), c.paint(c.pick("lime", "magenta", "cyan")), 3)
    if c.chance(0.6):
        c.part(c.overlap(c.ellipse(0.44, 0.65, wide, 0.32), c.box(0, 0.6, 1, 0.72)), c.second)
    shine(c, 0.28, 0.5, 0.07)


def cauldron(c: Canvas) -> None:
    wide = c.u(0.4, 0.45)
    for side in (-1, 1):
        c.part(c.line((0.5 + side * 0.24, 0.8), (0.5 + side * 0.3, 0.95), 0.055), c.main, tone=-1)
        c.part(c.ring(0.5 + side * (wide - 0.01), 0.5, 0.08, 0.05), c.second)
    c.part(c.ellipse(0.5, 0.6, wide, 0.32), c.main)
    c.part(c.box(0.5 - wide, 0.3, 0.5 + wide, 0.41, 0.05), c.main, tone=1)
    brew = c.paint(c.pick("lime", "magenta", "cyan", "green", "orange"))
    bubbles = [(c.u(0.26, 0.74), c.u(0.1, 0.26), c.u(0.04, 0.075)) for _ in range(4)]
    c.part(c.union(c.ellipse(0.5, 0.3, wide - 0.07, 0.07), *(c.ellipse(*b) for b in bubbles)), brew)
    if c.chance(0.4):
        c.part(c.line((0.6, 0.3), (0.8, 0.03), 0.035), c.paint("wood"))
    shine(c, 0.28, 0.54, 0.07)


def mortar(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    c.part(c.line((0.56, 0.4), (0.84, 0.1), 0.055, 0.09), c.second)
    c.part(c.mirror_polygon((0.6, 0.7), (0.76, 0.97)), c.main)
    cup = c.overlap(c.ellipse(0.5, 0.34, 0.4, 0.5), c.box(0, 0.36, 1, 1))
    c.part(cup, c.main)
    c.part(c.box(0.06, 0.32, 0.94, 0.44, 0.06), c.main, tone=0.6)
    for x in (0.3, 0.46):
        c.part(c.ellipse(x, 0.3, 0.11, 0.06), c.paint("leaf", "plain"))
    if c.chance(0.5):
        c.fill(c.overlap(cup, c.box(0, 0.54, 1, 0.6)), c.second, 3)


_GLASSY = ("glowing", "cracked", "with wings", "sparkling", "small", "frozen")

KINDS = (
    Kind(
        "potion",
        "potions",
        potion,
        ("flask", "elixir", "magic potion"),
        ("red", "blue", "green", "purple"),
        attributes=_GLASSY,
    ),
    Kind(
        "love potion",
        "potions",
        love_potion,
        ("heart potion", "heart bottle"),
        ("pink", "red", "magenta"),
        attributes=_GLASSY,
    ),
    Kind(
        "vial",
        "potions",
        vial,
        ("test tube", "phial"),
        ("green", "cyan", "purple", "red"),
        attributes=_GLASSY,
    ),
    Kind(
        "bottle",
        "potions",
        bottle,
        ("wine bottle", "bottle of rum"),
        ("green", "dark green", "brown"),
        ("crystal",),
        attributes=_GLASSY,
    ),
    Kind(
        "jug",
        "potions",
        jug,
        ("potion jug", "pitcher", "ewer"),
        ("brown", "orange", "copper"),
        ("copper", "silver", "gold", "stone"),
    ),
    Kind(
        "cauldron",
        "potions",
        cauldron,
        ("witch pot", "brewing pot"),
        ("black", "grey"),
        ("iron", "copper", "bronze"),
        attributes=("glowing", "cracked", "with wings", "small", "mossy", "burning", "frozen"),
    ),
    Kind(
        "mortar and pestle",
        "potions",
        mortar,
        ("mortar",),
        ("grey", "white"),
        ("stone", "wood", "bronze"),
        attributes=("glowing", "cracked", "small", "mossy", "sparkling"),
    ),
    *magic.KINDS,
)
