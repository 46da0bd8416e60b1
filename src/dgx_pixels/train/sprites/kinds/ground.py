"""Natural ground, water and sky: tiles told apart by pattern alone, so that each may have any colour."""

import math
from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.shapes import Field, Point


def tile(
    name: str,
    draw: Callable[[Canvas], None],
    also: tuple[str, ...],
    natural: tuple[str, ...],
    materials: tuple[str, ...] = (),
) -> Kind:
    """A kind of the terrain: it fills its square and has no attributes."""
    return Kind(name, "terrain", draw, also, natural, materials, tile=True, attributes=())


def cover(c: Canvas, tone: float = 0.0) -> Field:
    """The whole square in one tone; returns it as a shape to cut patterns out of."""
    square = c.box(-1, -1, 2, 2)
    c.part(square, c.main, "flat", tone=tone, line=False)
    return square


def scatter(c: Canvas, n: int) -> list[Point]:
    """A point in each cell of an ``n`` x ``n`` grid, away from the cell's border."""
    return [((i + c.u(0.2, 0.8)) / n, (j + c.u(0.2, 0.8)) / n) for j in range(n) for i in range(n)]


def grass(c: Canvas) -> None:
    cover(c)
    for x, y in scatter(c, 4 if c.size >= 24 else 3):
        tone = c.pick(1, 1, 2, 5)
        for lean in c.pick((-0.05, 0.05), (-0.06, 0.0, 0.06)):
            c.stroke([(x, y + 0.05), (x + lean, y - c.u(0.03, 0.06))], c.main, tone)
    if c.chance(0.35):
        for x, y in scatter(c, 2)[:3]:
            c.dots([(x - c.px, y), (x + c.px, y), (x, y - c.px), (x, y + c.px)], c.second, 4)
            c.dots([(x, y)], c.paint("yellow"), 4)


def dirt(c: Canvas) -> None:
    cover(c)
    for x, y in scatter(c, 5 if c.size >= 24 else 3):
        c.dots([(x, y)], c.main, c.pick(1, 2, 2, 4))
    for x, y in scatter(c, 3)[:: c.pick(1, 2)]:
        r = c.u(0.035, 0.07)
        c.fill(c.ellipse(x, y + 0.025, r, r * 0.8), c.main, 1)
        c.fill(c.ellipse(x, y, r, r * 0.7), c.main, 4)


def water(c: Canvas) -> None:
    cover(c, c.pick(-0.6, 0))
    n, lull = (3 if c.size < 24 else 4), c.u(0.04, 0.05)
    for row in range(n):
        for i in range(-1, 3):
            x, y = 0.5 * i + 0.25 * (row % 2) + c.u(-0.03, 0.03), (row + 0.5) / n
            long = c.u(0.15, 0.21)
            crest = [(x + long * (k / 2 - 1), y + (lull if k % 2 else 0)) for k in range(5)]
            c.stroke([(px, py + 1.4 * c.px) for px, py in crest], c.main, 1)
            c.stroke(crest, c.main, 5)


def lava(c: Canvas) -> None:
    square = cover(c)
    pools = [c.ellipse(x, y, c.u(0.1, 0.17), c.u(0.08, 0.13)) for x, y in scatter(c, 3)]
    c.fill(c.overlap(square, c.union(*pools)), c.main, 4)
    c.fill(c.overlap(square, c.union(*pools) + 0.05), c.main, 5)
    crust = c.paint("black")
    for x, y in scatter(c, 2)[: c.pick(2, 3, 4)]:
        a, b = c.u(0.12, 0.17), c.u(0.07, 0.11)
        slab = c.polygon(
            (x - a, y), (x - a / 2, y - b), (x + a / 2, y - b * 0.8), (x + a, y + b * 0.3), (x + a / 3, y + b)
        )
        c.fill(slab - 0.04, c.main, 1)
        c.part(slab, crust, "bevel", depth=0.04, line=False)


def sand(c: Canvas) -> None:
    cover(c)
    n, phase = (3 if c.size < 24 else c.pick(4, 5)), c.u(0, math.tau)
    for row in range(n):
        y = (row + 0.5) / n
        wave = [(0.125 * i, y + 0.06 * math.sin(phase + row + math.tau * 0.125 * i)) for i in range(-1, 10)]
        c.stroke(wave, c.main, 2)
        c.stroke([(px, py - 1.4 * c.px) for px, py in wave], c.main, 4)
    c.dots([(c.u(0, 1), c.u(0, 1)) for _ in range(9)], c.main, 1)


def snow(c: Canvas) -> None:
    cover(c, -0.2)
    for x, y in scatter(c, 2):
        c.fill(c.ellipse(x, y + 0.18, c.u(0.16, 0.24), 0.05), c.main, 2)
        c.fill(c.ellipse(x, y + 0.155, c.u(0.14, 0.2), 0.04), c.main, 4)
    for x, y in scatter(c, 2)[: c.pick(2, 3, 4)]:
        for shift, tone in ((c.px, 1), (0, 5)):
            for i in range(3):
                dx, dy = 0.12 * math.cos(math.pi * (i / 3 + 0.5)), 0.12 * math.sin(math.pi * (i / 3 + 0.5))
                c.stroke([(x - dx, y - dy + shift), (x + dx, y + dy + shift)], c.main, tone)
    c.dots([(c.u(0, 1), c.u(0, 1)) for _ in range(6)], c.main, 5)


def frozen_lake(c: Canvas) -> None:
    cover(c, 0.2)
    for x in (c.u(-0.3, 0.0), c.u(0.2, 0.45), c.u(0.75, 1.0)):
        w = c.u(0.05, 0.11)
        c.fill(
            c.polygon((x + 0.55, -0.05), (x + 0.55 + w, -0.05), (x + w - 0.45, 1.05), (x - 0.45, 1.05)),
            c.main,
            c.pick(4, 5),
        )
    x, y = c.u(0.3, 0.7), c.u(0.3, 0.7)
    for i in range(c.pick(3, 4)):
        a, crack = c.u(0, 1) + math.tau * i / 4, [(x, y)]
        for reach in (0.16, 0.32, 0.6):
            b = a + c.u(-0.35, 0.35)
            crack.append((x + reach * math.cos(b), y + reach * math.sin(b)))
        c.stroke(crack, c.main, 1)


def hedge(c: Canvas) -> None:
    cover(c, -2.2)
    for i, (x, y) in enumerate([*scatter(c, 5), *scatter(c, 4)]):
        t = c.turned(c.pick(-60, -30, 30, 60, 0), (x, y))
        c.part(
            t.ellipse(x, y, 0.12, 0.065),
            c.main,
            "flat",
            tone=c.pick(-1, 0, 0, 1) if i % 3 else 1.4,
            line=False,
        )
        t.stroke([(x - 0.08, y), (x + 0.08, y)], c.main, 2)
    if c.chance(0.35):
        for x, y in scatter(c, 2):
            c.fill(c.ellipse(x, y, 0.06), c.second, 4)


def swamp(c: Canvas) -> None:
    cover(c, -1)
    for x, y in scatter(c, 2):
        c.fill(c.ellipse(x, y, c.u(0.16, 0.24), c.u(0.06, 0.1)), c.main, 3)
    spots = scatter(c, 2)
    c.brief.rng.shuffle(spots)
    for x, y in spots[:2]:
        r = c.u(0.11, 0.15)
        pad = c.cut(c.ellipse(x, y, r, r * 0.75), c.polygon((x, y), (x + 0.3, y - 0.16), (x + 0.3, y + 0.02)))
        c.part(pad, c.main, "flat", tone=1)
    for x, y in spots[2:]:
        for dx, high in ((-0.08, 0.1), (0.0, 0.16), (0.08, 0.12)):
            c.stroke([(x + dx / 3, y + 0.1), (x + dx, y - high)], c.main, 0)
            c.fill(
                c.line((x + dx, y - high), (x + dx, y - high + 0.06), max(0.02, 0.5 * c.px)),
                c.paint("brown"),
                3,
            )
    for x, y in scatter(c, 3)[::3]:
        c.fill(c.ring(x, y, 0.03, max(0.02, c.px)), c.main, 5)


def starry_sky(c: Canvas) -> None:
    cover(c, -2)
    for _ in range(2):
        x, y = c.u(0.2, 0.8), c.u(0.2, 0.8)
        c.fill(c.turned(c.u(-40, 40), (x, y)).ellipse(x, y, 0.34, 0.13), c.main, 2)
        c.fill(c.turned(c.u(-40, 40), (x, y)).ellipse(x, y, 0.16, 0.07), c.main, 3)
    white = c.paint("white")
    c.dots(scatter(c, 5 if c.size >= 24 else 3), white, 4)
    for x, y in scatter(c, 2)[: c.pick(1, 2, 3)]:
        c.fill(c.star(x, y, 0.12, 0.03, 4), white, 5)


def straw(c: Canvas) -> None:
    cover(c, -1.6)
    for _ in range(90 if c.size >= 24 else 40):
        x, y, lean = c.u(0, 1), c.u(-0.15, 1), c.u(-0.06, 0.06)
        c.stroke([(x, y), (x + lean, y + c.u(0.12, 0.25))], c.main, c.pick(1, 2, 3, 3, 4, 5))
    for y in (0.33, 0.83) if c.chance(0.6) else ():
        c.fill(c.box(-1, y, 2, y + max(0.04, c.px)), c.main, 0)


KINDS = (
    tile("grass tile", grass, ("grass", "lawn tile", "meadow tile"), ("green", "grass", "lime")),
    tile("dirt tile", dirt, ("dirt", "soil tile", "earth tile"), ("brown", "dirt")),
    tile("water tile", water, ("water", "sea tile", "river tile"), ("water", "blue", "sky blue")),
    tile("lava tile", lava, ("lava", "magma tile"), ("lava", "orange", "red")),
    tile("sand tile", sand, ("sand", "desert tile", "beach tile"), ("sand", "tan")),
    tile("snow tile", snow, ("snow", "snowy ground tile"), ("white",)),
    tile("frozen lake tile", frozen_lake, ("ice tile", "ice floor tile"), ("ice", "cyan", "sky blue")),
    tile("hedge tile", hedge, ("hedge", "hedge maze tile", "foliage tile"), ("green", "dark green")),
    tile("swamp tile", swamp, ("swamp", "bog tile", "marsh tile"), ("olive", "dark green")),
    tile("starry sky tile", starry_sky, ("space tile", "night sky tile"), ("navy", "purple", "indigo")),
    tile("straw tile", straw, ("thatch tile", "hay tile"), ("yellow", "tan")),
)
