"""Flowers and the small green things of field, pond and pot."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.foliage import leaf
from dgx_pixels.train.sprites.paint import Paint

TRAITS = ("glowing", "tall", "with wings", "sparkling", "small", "burning", "frozen")


def _stem(c: Canvas, top: float, *, leaves: bool = True) -> None:
    green, foot = c.paint("leaf", "plain"), c.u(0.44, 0.56)
    c.part(c.path([(0.5, top), ((0.5 + foot) / 2 - 0.02, 0.8), (foot, 0.98)], 0.035), green)
    if leaves:
        leaf(c, (foot, 0.94), c.u(-50, -30), 0.36, 0.17)
        leaf(c, (foot, 0.96), c.u(-150, -130), 0.36, 0.17)


def _petals(c: Canvas, cx: float, cy: float, count: int, reach: float, width: float, ink: Paint, tone: float) -> None:
    """A ring of pointed petals around (cx, cy)."""
    turn = c.u(0, 360)
    r = (reach * reach / 4 + width * width / 4) / width
    for i in range(count):
        t = c.turned(turn + 360 * i / count, (cx, cy))
        middle = cx + reach / 2
        blade = t.overlap(t.ellipse(middle, cy + r - width / 2, r), t.ellipse(middle, cy - r + width / 2, r))
        c.part(blade, ink, tone=tone)


def flower(c: Canvas) -> None:
    _stem(c, 0.4)
    count, reach = c.pick(5, 5, 6), c.u(0.17, 0.2)
    turn, r = c.u(0, math.tau), reach * (0.8 if count == 5 else 0.7)
    for i in range(count):
        a = turn + math.tau * i / count
        c.part(c.ellipse(0.5 + reach * math.cos(a), 0.36 + reach * math.sin(a), r), c.main)
    c.part(c.ellipse(0.5, 0.36, 0.105), c.paint(c.pick("yellow", "yellow", "orange", "white")))


def rose(c: Canvas) -> None:
    green = c.paint("leaf", "plain")
    c.part(c.path([(0.5, 0.5), (0.48, 0.76), (0.53, 0.99)], 0.035), green)
    leaf(c, (0.49, 0.82), c.u(-30, -10), 0.38, 0.2)
    leaf(c, (0.49, 0.76), c.u(-170, -150), 0.34, 0.18)
    r = c.u(0.28, 0.32)
    cup = c.union(c.ellipse(0.5, 0.36, r + 0.05, r), c.polygon((0.2, 0.42), (0.8, 0.42), (0.5, 0.68)))
    c.part(cup, c.main, tone=-0.5)
    c.part(c.ellipse(0.36, 0.46, r * 0.62, r * 0.6), c.main)
    c.part(c.ellipse(0.64, 0.44, r * 0.62, r * 0.64), c.main, tone=-0.3)
    c.part(c.ellipse(0.5, 0.26, r * 0.66, r * 0.62), c.main, tone=0.3)
    c.fill(c.arc(0.5, 0.26, r * 0.34, max(0.035, c.px), -40, 250), c.main, 1)
    c.fill(c.ellipse(0.5, 0.26, 0.035), c.main, 1)


def tulip(c: Canvas) -> None:
    _stem(c, 0.5, leaves=False)
    for side in (-1, 1):
        tip = c.u(0.42, 0.5)
        c.part(
            c.polygon((0.5, 0.98), (0.5 + side * 0.16, 0.8), (0.5 + side * 0.3, tip), (0.5 + side * 0.05, 0.8)),
            c.paint("leaf", "plain"),
        )
    wide, high = c.u(0.24, 0.29), c.u(0.03, 0.08)
    bowl = c.overlap(c.ellipse(0.5, 0.34, wide, 0.25), c.box(0, 0.3, 1, 1))
    tips = [
        c.polygon((x - 0.15, 0.36), (x + lean, high), (x + 0.15, 0.36))
        for x, lean in ((0.64 - wide, -0.1), (0.36 + wide, 0.1))
    ]
    c.part(c.polygon((0.34, 0.34), (0.5, high - 0.03), (0.66, 0.34)), c.main, tone=-1)
    c.part(c.union(bowl, *tips), c.main)
    c.part(c.polygon((0.5, 0.14), (0.62, 0.36), (0.5, 0.57), (0.38, 0.36)), c.main, tone=0.5)


def sunflower(c: Canvas) -> None:
    _stem(c, 0.5)
    count, disc = c.pick(11, 12, 13), c.u(0.13, 0.155)
    c.part(c.star(0.5, 0.38, 0.36, 0.25, count, turn=c.u(0, 30)), c.main, "flat", tone=-1.5)
    _petals(c, 0.5, 0.38, count, 0.35, 0.16, c.main, 0.5)
    c.part(c.ellipse(0.5, 0.38, disc), c.paint("brown"), tone=-1)
    if c.size >= 32:
        seeds = [(0.5 + x * 0.06, 0.38 + y * 0.06) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x + y) % 2]
        c.dots(seeds, c.paint("tan"), 2)


def lotus(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.83, 0.46, 0.13), c.paint("leaf", "plain"))
    reach = c.u(0.52, 0.58)
    for angle, length, tone in (
        (-168, 0.46, -1), (-12, 0.46, -1), (-140, 0.52, -0.6), (-40, 0.52, -0.6), (-115, reach, -0.3),
        (-65, reach, -0.3), (-90, reach + 0.04, 0.3), (-150, 0.36, 0.6), (-30, 0.36, 0.6),
        (-112, 0.38, 0.8), (-68, 0.38, 0.8),
    ):  # fmt: skip
        t = c.turned(angle, (0.5, 0.78))
        wide, r = 0.11, (length * length / 4 + 0.0121) / 0.22
        blade = t.overlap(
            t.ellipse(0.5 + length / 2, 0.78 + r - wide, r), t.ellipse(0.5 + length / 2, 0.78 - r + wide, r)
        )
        c.part(blade, c.main, tone=tone)
    c.part(c.ellipse(0.5, 0.74, 0.08, 0.055), c.paint("yellow"))


def clover(c: Canvas) -> None:
    four = c.chance(0.5)
    centre = (0.5, 0.46)
    c.part(c.path([centre, (0.53, 0.75), (0.62, 0.97)], 0.04), c.main, tone=-1)
    spread = (-140, -50, 40, 130) if four else (-90, 28, 152)
    r = c.u(0.12, 0.13) if four else c.u(0.14, 0.15)
    for angle in spread:
        t = c.turned(angle, centre)
        x = centre[0] + 0.29
        lobes = t.ellipse(x, 0.46 - r * 0.85, r), t.ellipse(x, 0.46 + r * 0.85, r)
        c.part(
            t.union(
                *lobes,
                t.polygon((0.51, 0.46), (x - 0.02, 0.46 - r * 1.75), (x + 0.04, 0.46), (x - 0.02, 0.46 + r * 1.75)),
            ),
            c.main,
        )
        t.stroke([(0.53, 0.46), (x + 0.02, 0.46)], c.main, 5)


def sprout(c: Canvas) -> None:
    soil = c.overlap(c.ellipse(0.5, 0.98, 0.4, 0.2), c.box(0, 0, 1, 0.97))
    c.part(soil, c.paint("dirt"))
    c.part(c.path([(0.5, 0.5), (0.48, 0.68), (0.5, 0.84)], 0.05), c.main, tone=-0.5)
    wide = c.u(0.26, 0.32)
    leaf(c, (0.5, 0.56), c.u(-40, -25), c.u(0.48, 0.52), wide, c.main)
    leaf(c, (0.5, 0.56), c.u(-155, -140), c.u(0.48, 0.52), wide, c.main)
    if c.chance(0.4):
        leaf(c, (0.5, 0.52), -90, 0.36, 0.2, c.main)


def leaf_alone(c: Canvas) -> None:
    c = c.turned(c.u(-52, -38))
    width, length = c.u(0.42, 0.52), c.u(0.92, 0.98)
    c.part(c.line((-0.06, 0.5), (0.2, 0.5), 0.03), c.main, tone=-1)
    leaf(c, (0.06, 0.5), 0, length, width, c.main)
    c.stroke([(0.06, 0.5), (length, 0.5)], c.main, 1)
    for x in (0.28, 0.46, 0.64) if c.size >= 24 else ():
        for side in (-1, 1):
            c.stroke([(x, 0.5), (x + 0.12, 0.5 + side * width * 0.36)], c.main, 1)


_MAPLE = (
    (0.0, -0.46), (0.09, -0.28), (0.2, -0.34), (0.17, -0.12), (0.33, -0.27), (0.36, -0.17), (0.47, -0.18),
    (0.38, 0.0), (0.44, 0.07), (0.2, 0.2), (0.22, 0.28), (0.03, 0.25), (0.02, 0.48),
)  # fmt: skip


def maple_leaf(c: Canvas) -> None:
    c = c.turned(c.u(-25, 35))
    wide = c.u(0.95, 1.08)
    c.part(c.mirror_polygon(*((0.5 + x * wide, 0.5 + y) for x, y in _MAPLE)), c.main, "slope")
    for tip in ((0.5, 0.16), (0.2, 0.4), (0.8, 0.4), (0.33, 0.66), (0.67, 0.66)):
        c.stroke([(0.5, 0.7), tip], c.main, 1)


def lily_pad(c: Canvas) -> None:
    squash, gap = c.u(0.62, 0.95), c.u(-70, -20)
    c = c.turned(gap)
    notch = c.polygon((0.5, 0.5), (1.3, 0.34), (1.3, 0.66))
    pad = c.cut(c.turned(-gap).ellipse(0.5, 0.5, 0.47, 0.47 * squash), notch)
    c.part(pad, c.main, "bevel", depth=0.07)
    for angle in (40, 80, 120, 160, 200, 240, 280, 320):
        a = math.radians(angle)
        c.stroke([(0.5, 0.5), (0.5 + 0.3 * math.cos(a), 0.5 + 0.3 * math.sin(a))], c.main, 4)
    if c.chance(0.45):
        for i in range(5):
            a = math.tau * i / 5
            c.part(c.ellipse(0.42 + 0.08 * math.cos(a), 0.5 + 0.08 * math.sin(a), 0.07), c.second)
        c.fill(c.ellipse(0.42, 0.5, 0.05), c.paint("yellow"), 4)


def potted_plant(c: Canvas) -> None:
    sort = c.pick("leaves", "round", "spiky")
    green = c.paint("leaf")
    if sort == "round":
        for x, y, r in ((0.36, 0.32, 0.15), (0.64, 0.32, 0.15), (0.5, 0.2, 0.16)):
            c.part(c.ellipse(x, y, r), green)
    else:
        for angle in (-150, -30, -120, -60, -90):
            leaf(c, (0.5, 0.48), angle + c.u(-8, 8), c.u(0.38, 0.44), 0.17 if sort == "leaves" else 0.1, green)
    if c.chance(0.3):
        c.part(c.ellipse(0.5, 0.14, 0.09), c.second)
    foot = c.u(0.2, 0.26)
    c.part(c.mirror_polygon((0.5 + foot + 0.14, 0.5), (0.5 + foot, 0.97)), c.main)
    c.part(c.box(0.46 - foot - 0.14, 0.45, 0.54 + foot + 0.14, 0.61, 0.03), c.main, tone=0.6)


def wheat(c: Canvas) -> None:
    for angle in c.pick((-22, 22, 0), (-30, -10, 10, 30), (-26, 0, 26)):
        t = c.turned(angle, (0.5, 0.98))
        t.part(t.line((0.5, 0.3), (0.5, 0.98), 0.025), c.main, tone=-1)
        for y in (0.44, 0.335, 0.23, 0.125):
            grains = [t.line((0.5 + s * 0.02, y), (0.5 + s * 0.075, y - 0.09), 0.045, 0.03) for s in (-1, 1)]
            t.part(t.union(*grains), c.main)
        t.part(t.line((0.5, 0.06), (0.5, -0.02), 0.035, 0.015), c.main, tone=0.6)
    c.part(c.box(0.38, 0.7, 0.62, 0.79, 0.03), c.second)


def carnivorous_plant(c: Canvas) -> None:
    _stem(c, 0.5)
    c = c.mirrored() if c.chance(0.4) else c
    c = c.turned(c.u(-40, -15), (0.5, 0.37))
    r, gape = c.u(0.33, 0.37), c.u(0.5, 0.62)
    head, hinge = c.ellipse(0.48, 0.37, r), 0.42
    c.part(head, c.main)
    for x, y in ((0.36, 0.18), (0.25, 0.4), (0.4, 0.6), (0.55, 0.12)):
        c.fill(c.overlap(head, c.ellipse(x, y, c.u(0.04, 0.05))), c.paint("white"), 4)
    c.erase(c.polygon((hinge, 0.37), (1.2, 0.37 - gape), (1.2, 0.37 + gape)))
    for side in (-1, 1):
        lip = (hinge, 0.37), (0.47 + r * 0.78, 0.37 + side * gape * 0.4)
        c.part(c.line(*lip, 0.035), c.paint("blood"), line=False)
        for t in (0.4, 0.75, 1.0):
            x, y = hinge + t * (lip[1][0] - hinge), 0.37 + t * (lip[1][1] - 0.37)
            fang = c.polygon((x - 0.06, y - side * 0.01), (x + 0.05, y + side * 0.02), (x + 0.02, y - side * 0.13))
            c.part(fang, c.paint("white"), "flat", line=False)


KINDS = (
    Kind(
        "flower",
        "plants",
        flower,
        ("daisy", "blossom"),
        ("red", "white", "pink", "purple", "sky blue"),
        attributes=TRAITS,
    ),
    Kind("rose", "plants", rose, (), ("red", "white", "pink", "yellow"), ("crystal", "gold"), attributes=TRAITS),
    Kind("tulip", "plants", tulip, (), ("red", "yellow", "pink", "purple"), attributes=TRAITS),
    Kind("sunflower", "plants", sunflower, (), ("yellow", "orange"), attributes=TRAITS),
    Kind(
        "lotus",
        "plants",
        lotus,
        ("water lily", "lotus flower"),
        ("pink", "white", "lavender"),
        ("crystal",),
        attributes=TRAITS,
    ),
    Kind(
        "clover",
        "plants",
        clover,
        ("shamrock", "four-leaf clover"),
        ("green", "dark green"),
        ("gold",),
        attributes=TRAITS,
    ),
    Kind("sprout", "plants", sprout, ("seedling", "sapling"), ("lime", "green"), attributes=TRAITS),
    Kind(
        "leaf",
        "plants",
        leaf_alone,
        (),
        ("green", "dark green", "lime"),
        ("gold", "crystal"),
        attributes=TRAITS,
    ),
    Kind(
        "maple leaf",
        "plants",
        maple_leaf,
        ("autumn leaf",),
        ("orange", "red", "brown", "yellow"),
        ("gold",),
        attributes=TRAITS,
    ),
    Kind(
        "lily pad",
        "plants",
        lily_pad,
        ("lilypad", "water leaf"),
        ("green", "lime", "dark green"),
        attributes=TRAITS,
    ),
    Kind(
        "potted plant",
        "plants",
        potted_plant,
        ("plant pot", "flower pot", "houseplant"),
        ("orange", "brown", "white"),
        ("stone", "copper"),
        attributes=TRAITS,
    ),
    Kind("wheat", "plants", wheat, ("sheaf of wheat", "grain"), ("yellow", "tan"), ("gold",), attributes=TRAITS),
    Kind(
        "carnivorous plant",
        "plants",
        carnivorous_plant,
        ("venus flytrap",),
        ("red", "green", "purple"),
        attributes=TRAITS,
    ),
)
