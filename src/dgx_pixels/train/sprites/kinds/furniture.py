"""Furniture and what stands about in a dungeon or a tavern."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

STUFF = ("wood", "iron", "gold", "stone", "crystal", "bone", "ice")
TRAITS = ("small", "tall", "cracked", "mossy", "burning", "frozen", "glowing", "sparkling")


def _chair(c: Canvas) -> None:
    c.part(c.box(0.2, 0.06, 0.36, 0.96, 0.03), c.main)
    c.part(c.box(0.22, 0.12, 0.36, c.u(0.4, 0.5), 0.03), c.main, tone=0.6)
    c.part(c.box(0.68, 0.58, 0.8, 0.96, 0.02), c.main, tone=-0.6)
    c.part(c.box(0.2, 0.5, 0.84, 0.66, 0.04), c.main)


def _table(c: Canvas) -> None:
    for x in (0.16, 0.84):
        c.part(c.box(x - 0.07, 0.42, x + 0.07, 0.94, 0.02), c.main, tone=-0.7)
    c.part(c.polygon((0.14, 0.24), (0.86, 0.24), (0.98, 0.44), (0.02, 0.44)), c.main, "flat", tone=1)
    c.part(c.box(0.02, 0.42, 0.98, 0.54), c.main, "flat")


def _bed(c: Canvas) -> None:
    c.part(c.box(0.12, 0.04, 0.88, 0.3, 0.05), c.paint("wood"))
    c.part(c.box(0.14, 0.18, 0.86, 0.94, 0.04), c.paint("white"), "flat")
    c.part(c.box(0.26, 0.2, 0.74, 0.36, 0.06), c.paint("white"))
    c.part(c.box(0.12, 0.42, 0.88, 0.92, 0.05), c.main, "slope")
    c.part(c.box(0.12, 0.42, 0.88, 0.52, 0.02), c.main, "flat", tone=1.4)
    c.part(c.box(0.1, 0.86, 0.9, 0.97, 0.03), c.paint("wood"))


def _bookshelf(c: Canvas) -> None:
    c.part(c.box(0.08, 0.03, 0.92, 0.97, 0.02), c.main, "bevel")
    for y in (0.12, 0.41, 0.7):
        c.fill(c.box(0.16, y, 0.84, y + 0.22), c.paint("black"), 1)
        x = 0.18
        while x < 0.76:
            w = c.u(0.07, 0.11)
            c.fill(
                c.box(x, y + c.u(0.02, 0.08), x + w, y + 0.22),
                c.paint(c.pick("red", "blue", "green", "tan", "purple")),
                3,
            )
            x += w + 0.01


def _doorway(c: Canvas) -> None:
    arched = c.chance(0.5)
    frame = (
        c.union(c.ellipse(0.5, 0.36, 0.4, 0.33), c.box(0.1, 0.36, 0.9, 0.97))
        if arched
        else c.box(0.1, 0.03, 0.9, 0.97)
    )
    c.part(frame, c.second, "bevel")
    c.part(c.overlap(frame + 0.09, c.box(0, 0, 1, 0.97)), c.main, "flat")
    for x in (0.36, 0.5, 0.64):
        c.stroke([(x, 0.14), (x, 0.95)], c.main, 1)
    c.part(c.ellipse(0.7, 0.58, 0.055), c.paint("gold"), line=False)


def _drawers(c: Canvas) -> None:
    for x in (0.2, 0.8):
        c.part(c.box(x - 0.06, 0.86, x + 0.06, 0.97), c.main, tone=-1)
    c.part(c.box(0.06, 0.12, 0.94, 0.9, 0.03), c.main, "bevel")
    for y in (0.22, 0.44, 0.66):
        c.part(c.box(0.14, y, 0.86, y + 0.17, 0.02), c.main, "bevel")
        c.part(c.ellipse(0.5, y + 0.085, 0.05), c.second)


def _barrel(c: Canvas) -> None:
    c.part(
        c.mirror_polygon((0.5, 0.05), (0.74, 0.07), (0.86, 0.3), (0.86, 0.7), (0.74, 0.93), (0.5, 0.96)),
        c.main,
    )
    for x in (0.34, 0.5, 0.66):
        c.stroke([(x, 0.1), (0.5 + (x - 0.5) * 1.3, 0.5), (x, 0.92)], c.main, 1)
    for y in (0.22, 0.72):
        c.part(c.box(0.15, y, 0.85, y + 0.09, 0.02), c.second)


def _crate(c: Canvas) -> None:
    c.part(c.box(0.06, 0.06, 0.94, 0.94), c.main, "flat", tone=-0.6)
    c.part(c.line((0.16, 0.16), (0.84, 0.84), 0.07), c.main, "flat", tone=0.6)
    if c.chance(0.5):
        c.part(c.line((0.84, 0.16), (0.16, 0.84), 0.07), c.main, "flat", tone=0.6)
    for a, b in (
        ((0.06, 0.06), (0.94, 0.2)),
        ((0.06, 0.8), (0.94, 0.94)),
        ((0.06, 0.06), (0.2, 0.94)),
        ((0.8, 0.06), (0.94, 0.94)),
    ):
        c.part(c.box(*a, *b), c.main, "bevel")


def _lamp(c: Canvas) -> None:
    c.part(c.box(0.46, 0.4, 0.54, 0.9), c.second)
    c.part(c.ellipse(0.5, 0.92, 0.22, 0.06), c.second)
    c.part(c.polygon((0.32, 0.06), (0.68, 0.06), (0.9, 0.52), (0.1, 0.52)), c.main, "slope")


def _clock(c: Canvas) -> None:
    c.part(c.box(0.24, 0.36, 0.76, 0.97, 0.03), c.main)
    c.part(c.box(0.16, 0.86, 0.84, 0.97, 0.02), c.main)
    c.part(c.polygon((0.16, 0.12), (0.5, 0.0), (0.84, 0.12), (0.84, 0.46), (0.16, 0.46)), c.main)
    c.part(c.ellipse(0.5, 0.27, 0.16), c.paint("parchment"), "flat", tone=1)
    c.stroke([(0.5, 0.18), (0.5, 0.28), (0.58, 0.28)], c.paint("black"), 0)
    c.fill(c.box(0.38, 0.52, 0.62, 0.82), c.paint("black"), 1)
    c.part(c.ellipse(0.5 + c.u(-0.06, 0.06), 0.72, 0.07), c.paint("gold"), line=False)


def _throne(c: Canvas) -> None:
    c.part(
        c.polygon(
            (0.24, 0.96), (0.24, 0.12), (0.34, 0.2), (0.5, 0.01), (0.66, 0.2), (0.76, 0.12), (0.76, 0.96)
        ),
        c.main,
    )
    c.part(c.box(0.34, 0.24, 0.66, 0.56, 0.05), c.second, "flat")
    for side in (c, c.mirrored()):
        side.part(side.box(0.72, 0.48, 0.9, 0.96, 0.03), c.main)
    c.part(c.box(0.3, 0.58, 0.7, 0.7, 0.04), c.second)


def _mirror(c: Canvas) -> None:
    c.part(c.mirror_polygon((0.5, 0.86), (0.6, 0.86), (0.72, 0.97), (0.5, 0.97)), c.main)
    c.part(c.ellipse(0.5, 0.45, 0.37, 0.44), c.main)
    c.part(c.ellipse(0.5, 0.45, 0.25, 0.32), c.paint("glass"), "flat")
    c.fill(c.line((0.38, 0.48), (0.54, 0.26), 0.04), c.paint("white"), 5)


def _vase(c: Canvas) -> None:
    w = c.u(0.3, 0.38)
    c.part(c.mirror_polygon((0.5, 0.06), (0.66, 0.06), (0.6, 0.24), (0.5 + w, 0.46), (0.5 + w * 0.85, 0.7), (0.64, 0.96),
                            (0.5, 0.97)), c.main)  # fmt: skip
    band = c.box(0, 0.44, 1, 0.56)
    c.part(c.overlap(c.ellipse(0.5, 0.5, w, 0.4), band), c.second, line=False)


def _sign(c: Canvas) -> None:
    c.part(c.box(0.44, 0.4, 0.56, 0.98), c.paint("wood"))
    point = c.chance(0.5)
    board = (
        c.polygon((0.04, 0.12), (0.8, 0.12), (0.98, 0.32), (0.8, 0.54), (0.04, 0.54))
        if point
        else c.box(0.04, 0.1, 0.96, 0.56, 0.03)
    )
    c.part(board, c.main, "bevel")
    for y in (0.26, 0.4):
        c.stroke([(0.18, y), (0.76, y)], c.main, 0)


def _sofa(c: Canvas) -> None:
    c.part(c.box(0.12, 0.24, 0.88, 0.7, 0.1), c.main)
    for x in (0.14, 0.86):
        c.part(c.box(x - 0.05, 0.84, x + 0.05, 0.94), c.paint("wood"))
    c.part(c.box(0.18, 0.54, 0.5, 0.74, 0.04), c.main, tone=0.8)
    c.part(c.box(0.5, 0.54, 0.82, 0.74, 0.04), c.main, tone=0.8)
    c.part(c.box(0.1, 0.7, 0.9, 0.88, 0.04), c.main, tone=-0.6)
    for side in (c, c.mirrored()):
        side.part(side.box(0.8, 0.44, 0.99, 0.88, 0.08), c.main)


def _television(c: Canvas) -> None:
    c.stroke([(0.3, 0.03), (0.48, 0.2), (0.68, 0.03)], c.paint("iron"), 2, inside=False)
    for x in (0.26, 0.74):
        c.part(c.line((x, 0.86), (x, 0.95), 0.05), c.paint("black"))
    c.part(c.box(0.04, 0.2, 0.96, 0.9, 0.08), c.main, "bevel")
    c.part(c.box(0.12, 0.3, 0.72, 0.8, 0.08), c.paint(c.pick("navy", "black", "glass")))
    for y in (0.36, 0.5):
        c.part(c.ellipse(0.84, y, 0.06), c.second)


def _kind(name: str, draw: Callable[[Canvas], None], also: tuple[str, ...], natural: tuple[str, ...]) -> Kind:
    return Kind(name, "furniture", draw, also, natural, STUFF, attributes=TRAITS)


KINDS = (
    _kind("chair", _chair, ("stool", "seat"), ("wood", "brown")),
    _kind("table", _table, ("desk",), ("wood", "brown")),
    _kind("bed", _bed, ("cot",), ("red", "blue", "green")),
    _kind("bookshelf", _bookshelf, ("bookcase", "library shelf"), ("wood", "brown")),
    _kind("door", _doorway, ("gate", "dungeon door"), ("wood", "brown")),
    _kind("chest of drawers", _drawers, ("dresser", "cabinet"), ("wood", "brown")),
    _kind("barrel", _barrel, ("keg", "cask"), ("wood", "brown")),
    _kind("crate", _crate, ("box",), ("wood", "tan")),
    _kind("lamp", _lamp, ("table lamp", "lampshade"), ("yellow", "tan")),
    _kind("clock", _clock, ("grandfather clock",), ("wood", "brown")),
    _kind("throne", _throne, ("royal chair",), ("gold", "stone")),
    _kind("mirror", _mirror, ("magic mirror",), ("gold", "wood")),
    _kind("vase", _vase, ("urn", "pottery"), ("blue", "orange", "tan")),
    _kind("sign post", _sign, ("signpost", "notice board"), ("wood", "tan")),
    _kind("sofa", _sofa, ("couch", "armchair"), ("red", "blue", "brown")),
    _kind("television", _television, ("tv", "computer monitor"), ("wood", "grey", "red")),
)
