"""Terrain: floors, walls and roofs that are built, with the natural tiles of ``ground``.

Widths are quarters, sixths and eighths of the tile: they fall on whole pixels and meet at the edges.
"""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kinds import ground
from dgx_pixels.train.sprites.kinds.ground import cover, tile


def _thin(c: Canvas) -> float:
    """Width of a joint between stones: a pixel, two on big tiles."""
    return c.px * (2 if c.size >= 48 else 1)


def _block(c: Canvas, x0: float, y0: float, x1: float, y1: float, tone: float, r: float = 0.0) -> None:
    """A block with a lit rim, leaving a joint on its right and below."""
    gap = _thin(c)
    c.part(c.box(x0, y0, x1 - gap, y1 - gap, r), c.main, "bevel", depth=1.2 * gap, tone=tone, line=False)


def flagstones(c: Canvas) -> None:
    cover(c, -2.4)
    cut, other = c.pick(0.375, 0.5, 0.625), c.pick(0.375, 0.5, 0.625)
    rows = c.pick(((0, 0.5, cut), (0.5, 1, other)), ((0, 0.375, cut), (0.375, 1, other)))
    for y0, y1, x in rows:
        for x0, x1 in ((0, x), (x, 1)):
            _block(c, x0, y0, x1, y1, c.u(-0.6, 0.6), 0.03)
    for _ in range(c.pick(0, 1, 2)):
        x, y = c.u(0.1, 0.9), c.u(0.1, 0.9)
        c.stroke([(x, y), (x + c.u(0.05, 0.1), y + 0.07), (x + c.u(0, 0.1), y + 0.16)], c.main, 1)


def bricks(c: Canvas) -> None:
    cover(c, -2.4)
    n = 4 if c.size < 24 else c.pick(4, 4, 6)
    wide = 2 / n
    for row in range(n):
        for i in range(-1, n // 2 + 1):
            x = (i + row % 2 / 2) * wide
            _block(c, x, row / n, x + wide, (row + 1) / n, c.pick(-0.6, 0, 0, 0.5))


def cobbles(c: Canvas) -> None:
    cover(c, -2.4)
    n = 3 if c.size < 24 else c.pick(4, 4, 5)
    for row in range(n):
        for i in range(-1, n + 1):
            x, y = (i + 0.5 + row % 2 / 2 + c.u(-0.06, 0.06)) / n, (row + 0.5) / n
            rx, ry = c.u(0.43, 0.52) / n, c.u(0.42, 0.5) / n
            c.part(c.ellipse(x, y, rx, ry), c.main, tone=c.u(-0.4, 0.5), line=False)


def planks(c: Canvas) -> None:
    c = c.turned(90) if c.chance(0.3) else c
    cover(c, -2.4)
    n = 4
    for row in range(n):
        y, joint = row / n, c.u(0.15, 0.85)
        for x0, x1 in ((-0.5, joint), (joint, 1.5)):
            _block(c, x0, y, x1, y + 1 / n, c.pick(-0.6, 0, 0, 0.4))
        for _ in range(2 if c.size >= 24 else 1):
            x, low = c.u(0, 0.8), y + c.u(0.09, 0.17)
            c.stroke([(x, low), (x + c.u(0.15, 0.35), low)], c.main, 2)
        c.dots([(joint - 0.06, y + 0.12), (joint + 0.06, y + 0.12)], c.main, 0)


def shingles(c: Canvas) -> None:
    cover(c, -2.4)
    n = 3 if c.size < 24 else 4
    square = c.pick(True, False)
    for row in range(n, -2, -1):
        for i in range(-1, n + 1):
            x, y = (i + 0.5 + row % 2 / 2) / n, (row + 0.35) / n
            scale = (
                c.ellipse(x, y, 0.5 / n, 0.72 / n)
                if not square
                else c.box(x - 0.5 / n + 0.5 * c.px, y - 1 / n, x + 0.5 / n - 0.5 * c.px, y + 0.6 / n, 0.25 / n)
            )
            c.part(scale, c.main, "bevel", depth=0.12, tone=c.pick(-0.4, 0, 0.4))


def plate(c: Canvas) -> None:
    cover(c, -1)
    gap = _thin(c)
    c.part(c.box(0, 0, 1 - gap, 1 - gap), c.main, "bevel", depth=1.5 * gap, line=False)
    n = 3 if c.size < 24 else c.pick(4, 5)
    for j in range(n):
        for i in range(n):
            x, y = 0.17 + 0.66 * (i + 0.5) / n, 0.17 + 0.66 * (j + 0.5) / n
            d = 0.15 / n * (1 if (i + j) % 2 else -1)
            c.stroke([(x - d, y - 0.15 / n + c.px), (x + d, y + 0.15 / n + c.px)], c.main, 1)
            c.stroke([(x - d, y - 0.15 / n), (x + d, y + 0.15 / n)], c.main, 5)
    for x in (0.1, 0.88):
        for y in (0.1, 0.88):
            c.fill(c.ellipse(x + c.px / 2, y + c.px / 2, 0.055), c.main, 1)
            c.fill(c.ellipse(x, y, 0.045), c.main, 5)


def shards(c: Canvas) -> None:
    cover(c)
    n = 3
    knots = {
        (i, j): (
            i / n + (c.u(-0.11, 0.11) if 0 < i < n else 0),
            j / n + (c.u(-0.11, 0.11) if 0 < j < n else 0),
        )
        for i in range(n + 1)
        for j in range(n + 1)
    }
    for i in range(n):
        for j in range(n):
            a, b, d, e = knots[i, j], knots[i + 1, j], knots[i, j + 1], knots[i + 1, j + 1]
            for facet in ((a, b, d), (b, e, d)) if (i + j) % 2 else ((a, b, e), (a, e, d)):
                c.fill(c.polygon(*facet), c.main, c.pick(1, 2, 3, 3, 4, 5))
            if c.size >= 24:
                c.stroke([b, a, d], c.main, 5)


def carpet(c: Canvas) -> None:
    cover(c)
    c.fill(c.cut(c.box(0.06, 0.06, 0.94, 0.94), c.box(0.12, 0.12, 0.88, 0.88)), c.second, 3)
    c.fill(c.star(0.5, 0.5, 0.34, 0.34 * 0.71, 2), c.main, 1)
    c.fill(c.star(0.5, 0.5, 0.26, 0.26 * 0.71, 2), c.main, 4)
    motif = c.pick(c.star(0.5, 0.5, 0.16, 0.06, 4), c.ellipse(0.5, 0.5, 0.1), c.star(0.5, 0.5, 0.14, 0.1, 2))
    c.fill(motif, c.second, 4)
    for x in (0.21, 0.79):
        for y in (0.21, 0.79):
            c.fill(c.star(x, y, 0.08, 0.05, 2), c.second, 3)
    weave = [(0.03 + 0.125 * i, y) for i in range(8) for y in (0.03, 0.97)]
    c.dots([*weave, *((y, x) for x, y in weave)], c.main, 1)


def checkers(c: Canvas) -> None:
    cover(c)
    n = c.pick(2, 4, 4)
    for j in range(n):
        for i in range(n):
            _block(c, i / n, j / n, (i + 1) / n, (j + 1) / n, 0.6 if (i + j) % 2 else -2)


def hexagons(c: Canvas) -> None:
    cover(c, -2.4)
    n = 2 if c.size < 24 else c.pick(2, 3)
    r = 0.58 / n
    for row in range(-1, math.ceil(n / 0.75) + 1):
        for i in range(-1, n + 1):
            x, y = (i + 0.5 + row % 2 / 2) / n, (row * 0.75 + 0.4) / n
            corners = [(x + r * math.sin(k * math.pi / 3), y - r * math.cos(k * math.pi / 3)) for k in range(6)]
            cell = c.polygon(*corners) + 0.6 * _thin(c)
            c.part(cell, c.main, "bevel", depth=0.05, tone=c.pick(-0.5, 0, 0.5), line=False)


def mosaic(c: Canvas) -> None:
    cover(c, -2.4)
    n = 4 if c.size < 24 else c.pick(6, 8)
    for j in range(n):
        for i in range(n):
            ring = max(abs(2 * i - n + 1), abs(2 * j - n + 1)) // 2
            ink = c.second if ring == n // 2 - 2 and c.chance(0.8) else c.main
            x, y, gap = i / n, j / n, _thin(c)
            c.fill(c.box(x, y, x + 1 / n - gap, y + 1 / n - gap), ink, c.pick(2, 3, 3, 4, 5))


def grate(c: Canvas) -> None:
    c.part(c.box(-1, -1, 2, 2), c.paint("black"), "flat", tone=-1, line=False)
    n, half = (2 if c.size < 24 else c.pick(3, 4)), c.u(0.2, 0.24)
    for i in range(n + 1):
        x = (i + 0.0) / n
        c.part(c.box(x - half / n, -1, x + half / n, 2), c.main, tone=-0.6, line=False)
    for i in range(n + 1):
        y = (i + 0.0) / n
        c.part(c.box(-1, y - half / n, 2, y + half / n), c.main, tone=0.3)
        c.dots([(k / n, y) for k in range(n + 1)], c.main, 5)


def spikes(c: Canvas) -> None:
    cover(c, -1)
    gap = _thin(c)
    c.part(c.box(0, 0, 1 - gap, 1 - gap), c.main, "bevel", depth=1.5 * gap, tone=-0.6, line=False)
    n = 2 if c.size < 24 else c.pick(2, 3)
    for j in range(n):
        for i in range(n):
            x, y, r = (i + 0.5) / n, (j + 0.78) / n, 0.26 / n
            c.fill(c.ellipse(x, y, r * 1.25, r * 0.6), c.paint("black"), 1)
            c.fill(c.polygon((x - r, y), (x, y - 0.66 / n), (x, y + r * 0.4)), c.main, 5)
            c.fill(c.polygon((x + r, y), (x, y - 0.66 / n), (x, y + r * 0.4)), c.main, 1)


def parquet(c: Canvas) -> None:
    cover(c, -2.4)
    n = 2
    for j in range(n):
        for i in range(n):
            for k in range(4 if c.size >= 24 else 3):
                step = 1 / n / (4 if c.size >= 24 else 3)
                x, y = i / n, j / n
                if (i + j) % 2:
                    _block(c, x, y + k * step, x + 1 / n, y + (k + 1) * step, c.pick(-0.6, 0, 0.5))
                else:
                    _block(c, x + k * step, y, x + (k + 1) * step, y + 1 / n, c.pick(-0.6, 0, 0.5))


def circuit(c: Canvas) -> None:
    cover(c, -0.8)
    n = 4 if c.size < 32 else 6
    for k in range(n):
        y, turn = (k + 0.5) / n, c.u(0.3, 0.7)
        other = (min(max(k + c.pick(-1, 0, 1), 0), n - 1) + 0.5) / n
        c.stroke([(-0.1, y), (turn, y), (turn, other), (turn + 0.15, other)], c.main, 5)
        c.fill(c.ellipse(turn + 0.15, other, 0.05), c.main, 5)
        c.fill(c.ellipse(turn + 0.15, other, 0.02), c.main, 0)
    x, y = c.u(0.3, 0.6), c.u(0.3, 0.6)
    c.part(c.box(x - 0.15, y - 0.15, x + 0.15, y + 0.15), c.paint("black"), "bevel", depth=0.04)


def wallpaper(c: Canvas) -> None:
    cover(c)
    n = 2 if c.size < 24 else c.pick(2, 3)
    for i in range(n):
        c.fill(c.box(i / n, -1, (i + 0.5) / n, 2), c.main, 4)
        c.fill(c.box((i + 0.5) / n, -1, (i + 0.5) / n + c.px, 2), c.main, 1)
        for j in range(n):
            x, y = (i + 0.25) / n, (j + 0.5) / n
            c.fill(c.star(x, y, 0.2 / n, 0.1 / n, 2), c.second, 3)
            c.fill(c.star(x + 0.5 / n, y + 0.5 / n - 1 / n, 0.13 / n, 0.08 / n, 2), c.main, 1)


def conveyor(c: Canvas) -> None:
    c = c.turned(c.pick(0, 90, 180, 270))
    cover(c, -0.7)
    n = 2 if c.size < 24 else c.pick(2, 3)
    for i in range(-1, n + 1):
        x, w = (i + 0.2) / n, 0.26 / n
        chevron = c.polygon((x, 0.12), (x + w, 0.12), (x + w + 0.24, 0.5), (x + w, 0.88), (x, 0.88), (x + 0.24, 0.5))
        c.fill(chevron, c.main, 5)
    for y in (0.0, 0.88):
        c.part(c.box(-1, y, 2, y + 0.12), c.second, "bevel", depth=1.2 * c.px)
        c.dots([((i + 0.5) / 4, y + 0.06) for i in range(4)], c.second, 1)


_ROCK = ("stone", "obsidian", "crystal", "bone")

KINDS = (
    *ground.KINDS,
    tile(
        "flagstone tile",
        flagstones,
        ("floor tile", "stone floor tile", "dungeon floor tile"),
        ("grey", "stone"),
        _ROCK,
    ),
    tile("brick wall tile", bricks, ("brick tile", "bricks", "brick wall"), ("brick", "maroon", "grey"), _ROCK),
    tile("cobblestone tile", cobbles, ("cobblestones", "cobbled street tile"), ("grey", "stone"), _ROCK),
    tile(
        "plank tile",
        planks,
        ("wooden floor tile", "floorboards", "planks"),
        ("brown", "tan", "wood"),
        ("wood", "bone"),
    ),
    tile(
        "roof tile",
        shingles,
        ("roof shingles", "shingle tile"),
        ("maroon", "red", "teal"),
        ("stone", "copper", "wood"),
    ),
    tile(
        "metal plate tile",
        plate,
        ("metal floor tile", "steel floor tile"),
        ("grey", "steel"),
        ("iron", "copper", "gold", "bronze"),
    ),
    tile(
        "shard wall tile",
        shards,
        ("crystal wall tile", "cave crystal tile", "faceted wall tile"),
        ("purple", "cyan", "pink"),
        ("crystal", "ice", "obsidian"),
    ),
    tile("carpet tile", carpet, ("carpet", "rug tile"), ("red", "purple", "maroon")),
    tile(
        "checkered tile",
        checkers,
        ("checkerboard tile", "chessboard tile"),
        ("grey", "white", "red"),
        ("stone", "obsidian"),
    ),
    tile("hexagon tile", hexagons, ("honeycomb tile", "hex floor tile"), ("grey", "yellow", "sky blue"), _ROCK),
    tile("mosaic tile", mosaic, ("mosaic floor tile", "bathroom tile"), ("teal", "sky blue", "white"), _ROCK),
    tile(
        "grate tile",
        grate,
        ("metal grate tile", "grating", "sewer grate tile"),
        ("grey", "steel"),
        ("iron", "copper", "gold"),
    ),
    tile("spike trap tile", spikes, ("spike trap", "spikes tile"), ("grey", "steel"), ("iron", "stone", "bone")),
    tile("parquet tile", parquet, ("parquet floor tile", "basket weave tile"), ("brown", "tan"), ("wood",)),
    tile("circuit tile", circuit, ("circuit board tile", "computer chip tile"), ("green", "teal", "navy")),
    tile("wallpaper tile", wallpaper, ("wallpaper", "striped wall tile"), ("tan", "maroon", "mint", "lavender")),
    tile(
        "conveyor tile",
        conveyor,
        ("conveyor belt tile", "arrow floor tile"),
        ("grey", "yellow", "orange"),
        ("iron",),
    ),
)
