"""Furniture and what stands about in a dungeon or a tavern."""

import math
from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import fittings
from dgx_pixels.train.sprites.kinds.faces import spot
from dgx_pixels.train.sprites.kinds.masonry import boards

STUFF = ("wood", "iron", "gold", "stone", "crystal", "bone", "ice")
TRAITS = ("small", "tall", "cracked", "mossy", "burning", "frozen", "glowing", "sparkling")


def _chair(c: Canvas) -> None:
    """From the front, a little from above."""
    back, w = c.u(0.04, 0.12), c.u(0.26, 0.3)
    for s in (c, c.mirrored()):
        s.part(s.box(0.46 + w, back, 0.55 + w, 0.64, 0.03), c.main)
        s.part(s.box(0.46 + w, 0.6, 0.55 + w, 0.86, 0.02), c.main, tone=-1.4)
    if c.chance(0.5):
        c.part(c.box(0.5 - w, back + 0.06, 0.5 + w, back + 0.16, 0.02), c.main, tone=0.5)
        c.part(c.box(0.5 - w, back + 0.24, 0.5 + w, back + 0.34, 0.02), c.main, tone=0.5)
    else:
        c.part(c.box(0.5 - w, back + 0.05, 0.5 + w, 0.5, 0.06), c.main, tone=-0.5)
        c.part(c.box(0.56 - w, back + 0.11, 0.44 + w, 0.45, 0.05), c.second)
    c.part(c.polygon((0.5 - w, 0.52), (0.5 + w, 0.52), (0.57 + w, 0.66), (0.43 - w, 0.66)), c.main, "flat", tone=1)
    c.part(c.box(0.43 - w, 0.65, 0.57 + w, 0.73, 0.02), c.main)
    for s in (c, c.mirrored()):
        s.part(s.box(0.47 + w, 0.72, 0.57 + w, 0.97, 0.02), c.main, tone=-0.4)


def _table(c: Canvas) -> None:
    if c.chance(0.35):
        c.part(c.box(0.44, 0.4, 0.56, 0.88), c.main, tone=-0.7)
        c.part(c.ellipse(0.5, 0.9, 0.26, 0.07), c.main, tone=-0.7)
        c.part(c.union(c.ellipse(0.5, 0.38, 0.47, 0.15), c.ellipse(0.5, 0.45, 0.47, 0.15)), c.main, "flat", tone=-0.5)
        c.part(c.ellipse(0.5, 0.36, 0.47, 0.15), c.main, "flat", tone=1)
        return
    for x in (0.14, 0.86):
        c.part(c.box(x - 0.065, 0.42, x + 0.065, c.u(0.9, 0.96), 0.02), c.main, tone=-0.7)
    top = c.polygon((0.14, 0.22), (0.86, 0.22), (0.98, 0.44), (0.02, 0.44))
    c.part(top, c.main, "flat", tone=1)
    c.part(c.box(0.02, 0.43, 0.98, 0.55), c.main, "bevel")
    if c.chance(0.4):
        runner = c.mirror_polygon((0.5, 0.22), (0.6, 0.22), (0.63, 0.44), (0.63, 0.62))
        c.part(runner, c.second, "flat")


def _bed(c: Canvas) -> None:
    """From above, its head at the top."""
    wood, head = c.paint("wood"), c.u(0.02, 0.08)
    half, fold = c.pick(0.3, 0.38, 0.38), c.u(0.38, 0.46)
    x0, x1 = 0.5 - half, 0.5 + half
    if c.chance(0.5):
        c.part(c.box(x0, head, x1, 0.3, 0.05), wood)
    else:
        c.part(c.union(c.ellipse(0.5, 0.24, half, 0.24 - head), c.box(x0, 0.2, x1, 0.3)), wood)
    c.part(c.box(x0 + 0.02, 0.18, x1 - 0.02, 0.94, 0.04), c.paint("white"), "flat")
    for x, w in ((0.5, half - 0.1),) if c.chance(0.5) else ((0.5 - half * 0.48, 0.13), (0.5 + half * 0.48, 0.13)):
        c.part(c.box(x - w, 0.2, x + w, 0.35, 0.06), c.paint("white"))
    cover = c.box(x0, fold, x1, 0.92, 0.05)
    c.part(cover, c.main, "slope")
    if c.chance(0.4):
        for y in (0.62, 0.76):
            c.fill(c.overlap(cover, c.box(0, y, 1, y + 0.04)), c.second, 3)
    c.part(c.box(x0, fold, x1, fold + 0.1, 0.02), c.main, "flat", tone=1.4)
    c.part(c.box(x0 - 0.02, 0.87, x1 + 0.02, 0.97, 0.03), wood)


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
    arch, plain = (
        c.union(c.ellipse(0.5, 0.36, 0.39, 0.33), c.box(0.11, 0.36, 0.89, 0.97)),
        c.box(0.11, 0.03, 0.89, 0.97),
    )
    frame = c.pick(arch, plain)
    leaf = c.overlap(frame + 0.075, c.box(0, 0, 1, 0.97))
    c.part(frame, c.second, "bevel")
    c.part(leaf, c.main, "flat")
    boards(c, leaf, c.main, w=c.pick(0.13, 0.17))
    style = c.pick("hinges", "window", "plain")
    if style == "hinges":
        for y in (0.3, 0.74):
            c.part(c.overlap(leaf, c.box(0.1, y - 0.035, 0.62, y + 0.035)), c.paint("iron"), "flat", line=False)
    elif style == "window":
        c.fill(c.box(0.38, 0.22, 0.62, 0.4, 0.04), c.paint("navy"), 1)
        for x in (0.44, 0.5, 0.56):
            c.stroke([(x, 0.22), (x, 0.4)], c.paint("iron"), 3)
    c.part(c.ellipse(0.71, 0.58, 0.055), c.paint("gold"), line=False)


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
    foot = c.pick("stick", "jar")
    if foot == "stick":
        c.part(c.box(0.46, 0.4, 0.54, 0.9), c.second)
        c.part(c.ellipse(0.5, 0.92, 0.22, 0.06), c.second)
    else:
        c.part(c.mirror_polygon((0.5, 0.5), (0.56, 0.52), (0.68, 0.7), (0.62, 0.96), (0.5, 0.96)), c.second)
    top, rim = c.u(0.12, 0.22), c.u(0.36, 0.44)
    shade = c.mirror_polygon((0.5, 0.06), (0.5 + top, 0.06), (0.5 + rim, 0.54), (0.5, 0.54))
    c.part(shade, c.main, "slope")
    c.fill(c.overlap(shade, c.box(0, 0.47, 1, 0.52)), c.main, 5)
    c.part(c.line((0.66, 0.56), (0.66, 0.68), 0.018), c.paint("gold"))


def _clock(c: Canvas) -> None:
    tall = c.chance(0.6)
    y, r = (0.25, 0.17) if tall else (0.54, 0.3)
    if tall:
        c.part(c.box(0.26, 0.36, 0.74, 0.97, 0.03), c.main, "bevel")
        c.part(c.box(0.18, 0.86, 0.82, 0.97, 0.02), c.main, "bevel")
        c.part(c.polygon((0.18, 0.12), (0.5, 0.01), (0.82, 0.12), (0.82, 0.46), (0.18, 0.46)), c.main, "bevel")
        c.fill(c.box(0.38, 0.52, 0.62, 0.82), c.paint("black"), 1)
        c.part(c.line((0.5, 0.54), (0.5 + c.u(-0.06, 0.06), 0.72), 0.016), c.paint("gold"), line=False)
        c.part(c.ellipse(0.5 + c.u(-0.06, 0.06), 0.73, 0.065), c.paint("gold"), line=False)
    else:
        for s in (c, c.mirrored()):
            s.part(s.line((0.68, 0.84), (0.78, 0.95), 0.05), c.main, tone=-0.6)
            s.part(s.ellipse(0.73, 0.17, 0.16, 0.13), c.main, tone=0.5)
        c.part(c.box(0.46, 0.03, 0.54, 0.2), c.second)
        c.part(c.ellipse(0.5, y, 0.42, 0.41), c.main)
    c.part(c.ellipse(0.5, y, r), c.paint("parchment"), "flat", tone=1)
    hour, minute = c.u(0, 6.28), c.u(0, 6.28)
    for a, reach in ((hour, 0.5), (minute, 0.78)):
        c.stroke([(0.5, y), (0.5 + reach * r * math.cos(a), y + reach * r * math.sin(a))], c.paint("black"), 0)


def _throne(c: Canvas) -> None:
    top = c.u(0.1, 0.18)
    back = c.pick(
        c.mirror_polygon((0.5, 0.01), (0.66, top + 0.06), (0.76, top), (0.76, 0.96)),
        c.union(c.ellipse(0.5, 0.3, 0.26, 0.27), c.box(0.24, 0.3, 0.76, 0.96)),
        c.mirror_polygon((0.5, top), (0.68, top), (0.68, 0.02), (0.78, 0.02), (0.76, 0.96)),
    )
    c.part(back, c.main)
    c.part(c.box(0.34, 0.24, 0.66, 0.56, 0.05), c.second, "flat")
    c.part(c.ellipse(0.5, 0.17, 0.05), c.paint("red"))
    for s in (c, c.mirrored()):
        s.part(s.box(0.72, 0.5, 0.9, 0.96, 0.03), c.main)
        s.part(s.ellipse(0.81, 0.5, 0.11, 0.075), c.main, tone=0.7)
    c.part(c.box(0.3, 0.58, 0.7, 0.7, 0.04), c.second)


def _mirror(c: Canvas) -> None:
    if c.chance(0.5):
        c.part(c.mirror_polygon((0.5, 0.86), (0.6, 0.86), (0.72, 0.97), (0.5, 0.97)), c.main)
        frame, glass = c.ellipse(0.5, 0.45, 0.38, 0.43), c.ellipse(0.5, 0.45, 0.23, 0.29)
    else:
        for s in (c, c.mirrored()):
            s.part(s.line((0.68, 0.8), (0.84, 0.95), 0.055), c.main, tone=-0.8)
        round_top = c.u(0.02, 0.2)
        frame, glass = c.box(0.18, 0.03, 0.82, 0.93, round_top), c.box(0.32, 0.17, 0.68, 0.79, round_top * 0.7)
    c.part(frame, c.main, "bevel", depth=0.09)
    c.part(glass, c.paint("glass"), "flat")
    c.fill(c.line((0.4, 0.46), (0.54, 0.28), 0.035), c.paint("white"), 5)
    if c.chance(0.6):
        c.part(c.ellipse(0.5, 0.07, 0.07), c.second)


def _vase(c: Canvas) -> None:
    w, neck, lip = c.u(0.3, 0.38), c.u(0.09, 0.15), c.u(0.14, 0.2)
    belly = c.u(0.46, 0.62)
    body = c.union(
        c.ellipse(0.5, belly, w, 0.27),
        c.mirror_polygon((0.5, 0.04), (0.5 + lip, 0.04), (0.5 + neck, 0.16), (0.5 + neck, 0.34), (0.5, 0.4)),
        c.polygon((0.5 - w * 0.8, belly + 0.1), (0.5 + w * 0.8, belly + 0.1), (0.66, 0.97), (0.34, 0.97)),
    )
    if c.chance(0.4):
        for x in (0.5 - neck - 0.08, 0.5 + neck + 0.08):
            c.part(c.ring(x, 0.25, 0.1, 0.05), c.main, tone=-0.6)
    c.part(body, c.main)
    c.part(c.overlap(body, c.box(0, belly - 0.06, 1, belly + 0.06)), c.second, line=False)
    if c.chance(0.5):
        for i in range(4):
            c.fill(spot(c, 0.26 + 0.16 * i, belly, 0.03), c.main, 3, inside=True)
    c.part(c.box(0.48 - lip, 0.02, 0.52 + lip, 0.09, 0.03), c.main, tone=0.6)


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
    seats, back = c.pick(1, 2, 2, 3), c.u(0.18, 0.28)
    inset = 0.1 if seats == 1 else 0.0
    for x in (0.14 + inset, 0.86 - inset):
        c.part(c.box(x - 0.05, 0.84, x + 0.05, 0.95), c.paint("wood"))
    c.part(c.box(0.12 + inset, back, 0.88 - inset, 0.7, 0.1), c.main)
    left, w = 0.18 + inset, (0.64 - 2 * inset) / seats
    for i in range(seats):
        c.part(c.box(left + i * w, 0.54, left + (i + 1) * w, 0.74, 0.04), c.main, tone=0.8)
    c.part(c.box(0.1 + inset, 0.7, 0.9 - inset, 0.88, 0.04), c.main, tone=-0.6)
    for s in (c, c.mirrored()):
        s.part(s.box(0.8 - inset, 0.42, 0.98 - inset, 0.88, 0.08), c.main)
    if c.chance(0.5):
        c.part(c.turned(15, (0.34, 0.5)).box(0.25 + inset / 2, 0.4, 0.43 + inset / 2, 0.58, 0.04), c.second)


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
    _kind("chair", _chair, ("seat", "dining chair"), ("wood", "brown")),
    _kind("table", _table, ("desk",), ("wood", "brown")),
    _kind("bed", _bed, ("cot",), ("red", "blue", "green")),
    _kind("bookshelf", _bookshelf, ("bookcase", "library shelf"), ("wood", "brown")),
    _kind("door", _doorway, ("gate", "dungeon door", "doorway"), ("wood", "brown")),
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
    _kind("television", _television, ("tv", "tv set"), ("wood", "grey", "red")),
    *fittings.KINDS,
)
