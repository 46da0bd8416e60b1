"""Fruit and vegetables."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.foliage import leaf, shine

TRAITS = ("glowing", "with wings", "sparkling", "small", "frozen", "burning")


def apple(c: Canvas) -> None:
    rx, ry = c.u(0.39, 0.45), c.u(0.35, 0.4)
    cy = 0.96 - ry
    dents = c.ellipse(0.5, cy - ry - 0.03, 0.15, 0.1), c.ellipse(0.5, cy + ry + 0.03, 0.13, 0.07)
    body = c.cut(c.ellipse(0.5, cy, rx, ry), *dents)
    c.part(body, c.main)
    c.part(c.path([(0.5, cy - ry + 0.1), (0.5, 0.13), (0.55, 0.05)], 0.035), c.paint("wood", "plain"))
    leaf(c, (0.53, 0.17), c.u(-40, -10), c.u(0.26, 0.34), 0.17)
    if c.chance(0.2):
        c.part(c.overlap(body, c.ellipse(0.98, cy, 0.24)), c.paint("parchment"), "flat")
    shine(c, 0.5 - rx * 0.5, cy - ry * 0.4, 0.08)


def pear(c: Canvas) -> None:
    c = c.turned(c.u(-12, 12))
    belly = c.u(0.3, 0.34)
    neck = c.line((0.5, 0.28), (0.5, 0.6), c.u(0.13, 0.16), belly * 0.9)
    c.part(c.union(neck, c.ellipse(0.5, 0.66, belly, 0.3)), c.main)
    c.part(c.path([(0.5, 0.18), (0.52, 0.03)], 0.035), c.paint("wood", "plain"))
    if c.chance(0.7):
        leaf(c, (0.53, 0.13), c.u(-15, 20), 0.28, 0.15)
    shine(c, 0.4, 0.52, 0.08)


def cherry(c: Canvas) -> None:
    stem, knot = c.paint("leaf", "plain"), (c.u(0.5, 0.62), 0.07)
    low, r = c.u(0.74, 0.78), c.u(0.19, 0.215)
    for x, y in ((0.24, low - 0.08), (0.73, low)):
        c.part(c.path([knot, ((knot[0] + x) / 2 - 0.02, 0.3), (x, y - r + 0.04)], 0.028), stem, tone=-1)
        c.part(c.ellipse(x, y, r + 0.01, r), c.main)
        shine(c, x - 0.07, y - 0.07, 0.05)
    leaf(c, knot, c.pick(20, 160, 35), 0.32, 0.17)


def grapes(c: Canvas) -> None:
    r, lean = c.u(0.11, 0.125), c.u(-0.04, 0.04)
    c.part(c.path([(0.5, 0.28), (0.5, 0.1), (0.6, 0.04)], 0.035), c.paint("wood", "plain"))
    leaf(c, (0.48, 0.17), c.u(165, 190), 0.36, 0.22)
    leaf(c, (0.52, 0.17), c.u(-10, 15), 0.36, 0.22)
    for row, count in enumerate(c.pick((4, 3, 2, 1), (3, 4, 3, 2), (3, 4, 3, 1))):
        for i in range(count):
            x = 0.5 + (i - (count - 1) / 2) * 1.75 * r + lean * row
            c.part(c.ellipse(x, 0.32 + row * 1.35 * r, r), c.main)


def strawberry(c: Canvas) -> None:
    wide, point = c.u(0.34, 0.4), c.u(0.8, 0.86)
    body = c.line((0.5, 0.44), (0.5, point), wide, 0.09)
    c.part(body, c.main)
    seeds = c.paint("yellow")
    for row, y in enumerate((0.42, 0.55, 0.68, 0.8)):
        c.dots([(0.5 + (i - 2 + row % 2 / 2) * 0.17, y) for i in range(5)], seeds, 4)
    green = c.paint("leaf", "plain")
    for angle in (-165, -90, -15, 20, 160, 60, 120):
        leaf(c, (0.5, 0.16), angle, c.u(0.26, 0.32) if angle != -90 else 0.14, 0.14, green)


def banana(c: Canvas) -> None:
    bunch = c.chance(0.3)
    c = c.scaled(0.82, 0.88, about=(0.05, 0.4)) if bunch else c
    for turn in (-24, 0) if bunch else (0,):
        b = c.turned(turn, (0.17, 0.1))
        inner = c.u(0.63, 0.68)
        crescent = b.cut(b.ellipse(0.86, 0.1, 0.76), b.ellipse(0.96, 0.0, inner))
        b.part(b.overlap(crescent, b.box(0, 0.14, 0.92, 1, 0.04)), c.main)
        b.stroke([(0.2, 0.2), (0.24, 0.42), (0.38, 0.62), (0.6, 0.75), (0.85, 0.79)], c.main, 2)
        b.part(b.line((0.19, 0.06), (0.19, 0.18), 0.05), c.paint("brown"))
        b.part(b.ellipse(0.92, 0.78, 0.045), c.paint("brown"))


def lemon(c: Canvas) -> None:
    c = c.turned(c.u(-40, -20))
    ry = c.u(0.27, 0.32)
    tips = c.line((0.08, 0.52), (0.92, 0.52), 0.065)
    c.part(c.union(c.ellipse(0.5, 0.52, 0.37, ry), tips), c.main)
    pores = [(c.u(0.3, 0.75), c.u(0.5, 0.7)) for _ in range(6)]
    c.dots(pores, c.main, 2)
    shine(c, 0.36, 0.4, 0.07)
    if c.chance(0.7):
        leaf(c, (0.88, 0.48), c.u(-130, -90), 0.34, 0.18)


def pineapple(c: Canvas) -> None:
    rx, gap = c.u(0.27, 0.31), c.u(0.13, 0.16)
    c.part(c.ellipse(0.5, 0.66, rx, 0.31), c.main)
    for i in range(-4, 5):
        for lean in (-0.4, 0.4) if c.size >= 24 else ():
            c.stroke([(0.5 + i * gap - lean, 0.26), (0.5 + i * gap + lean, 1.06)], c.main, 1)
    if c.size < 24:
        c.dots(
            [(0.5 + (i - 1.5) * 0.13, 0.58 + 0.13 * (i % 2) + 0.2 * j) for i in range(4) for j in (0, 1)],
            c.main,
            1,
        )
    for angle, length in ((-150, 0.3), (-30, 0.3), (-125, 0.38), (-55, 0.38), (-90, 0.4)):
        leaf(c, (0.5, 0.43), angle + c.u(-6, 6), length, 0.16)


def watermelon(c: Canvas) -> None:
    c = c.turned(c.pick(0, -25, 20))
    top, r = 0.24, 0.47
    slab = c.box(-1, top, 2, 2)
    c.part(c.overlap(c.ellipse(0.5, top, r, r * 1.2), slab), c.paint("leaf", "plain"), "flat", tone=-1)
    c.fill(c.overlap(c.ellipse(0.5, top, r - 0.07, r * 1.2 - 0.08), slab), c.paint("mint"), 4)
    flesh = c.overlap(c.ellipse(0.5, top, r - 0.11, r * 1.2 - 0.13), slab)
    c.part(flesh, c.main, "slope", line=False)
    for x, y in ((0.3, 0.36), (0.5, 0.34), (0.7, 0.36), (0.4, 0.5), (0.6, 0.5), (0.5, 0.62)):
        c.fill(c.line((x, y - 0.02), (x, y + 0.015), max(0.022, 0.5 * c.px)), c.paint("eye"), 1)


def carrot(c: Canvas) -> None:
    c = c.turned(c.u(28, 48))
    wide = c.u(0.15, 0.19)
    for angle in (-125, -90, -55):
        leaf(c, (0.5, 0.26), angle + c.u(-8, 8), c.u(0.26, 0.32), 0.13)
    c.part(c.line((0.5, 0.32), (0.5, 1.02), wide, 0.025), c.main)
    for y in (0.36, 0.48, 0.6, 0.74):
        x = c.pick(-1, 1) * wide * 0.7
        c.stroke([(0.5 + x, y), (0.5 + x * 0.2, y + 0.01)], c.main, 1)


def corn(c: Canvas) -> None:
    c = c.turned(c.u(15, 35))
    c.part(c.line((0.5, 0.2), (0.5, 0.7), 0.15, c.u(0.2, 0.23)), c.main)
    for row in range(10 if c.size >= 24 else 4):
        y = 0.08 + (0.085 if c.size >= 24 else 0.19) * row
        c.stroke([(0.2, y), (0.5, y + 0.03), (0.8, y)], c.main, 2)
    for x in (0.36, 0.45, 0.55, 0.64) if c.size >= 24 else ():
        c.stroke([(x, 0.05), (x, 0.9)], c.main, 2)
    husk = c.paint("leaf", "plain")
    for side in (-1, 1):
        blade = ((0.5, 0.99), (0.5 + side * 0.05, 0.78), (0.5 + side * 0.24, c.u(0.42, 0.5)))
        c.part(c.polygon(*blade, (0.5 + side * 0.25, 0.8)), husk)


def eggplant(c: Canvas) -> None:
    c = c.turned(c.u(25, 45))
    belly = c.u(0.25, 0.29)
    c.part(c.union(c.line((0.5, 0.3), (0.52, 0.7), 0.15, belly)), c.main)
    green = c.paint("leaf", "plain")
    c.part(c.path([(0.5, 0.2), (0.5, 0.02)], 0.045), green)
    c.part(
        c.polygon((0.32, 0.4), (0.36, 0.14), (0.64, 0.14), (0.68, 0.4), (0.57, 0.29), (0.5, 0.44), (0.43, 0.29)),
        green,
    )
    shine(c, 0.38, 0.6, 0.08)


def chili(c: Canvas) -> None:
    fat = c.u(0.13, 0.16)
    bend = c.u(-0.06, 0.08)
    c.part(c.path([(0.3, 0.3), (0.36 - bend, 0.56), (0.56, 0.8), (0.93, 0.88)], fat, 0.02), c.main)
    c.stroke([(0.27, 0.36), (0.31 - bend, 0.55)], c.main, 5)
    green = c.paint("leaf", "plain")
    c.part(c.path([(0.27, 0.22), (0.24, 0.1), (0.34, 0.04)], 0.035), green)
    c.part(c.ellipse(0.29, 0.24, fat + 0.01, 0.09), green)


def turnip(c: Canvas) -> None:
    r = c.u(0.3, 0.34)
    for angle, length in ((-140, 0.3), (-40, 0.3), (-90, 0.36), (-115, 0.34), (-65, 0.34)):
        leaf(c, (0.5, 0.37), angle + c.u(-6, 6), length, 0.15)
    c.part(c.union(c.ellipse(0.5, 0.6, r + 0.04, r - 0.04), c.line((0.5, 0.7), (0.5, 0.99), 0.2, 0.015)), c.main)
    shine(c, 0.36, 0.5, 0.07)
    c.stroke([(0.42, 0.8), (0.54, 0.8)], c.main, 1)


KINDS = (
    Kind("apple", "food", apple, (), ("red", "red", "green"), ("gold", "crystal"), attributes=TRAITS),
    Kind("pear", "food", pear, (), ("lime", "olive", "green"), ("gold",), attributes=TRAITS),
    Kind("cherry", "food", cherry, ("cherries",), ("red", "maroon"), attributes=TRAITS),
    Kind("grapes", "food", grapes, ("bunch of grapes",), ("purple", "green"), attributes=TRAITS),
    Kind("strawberry", "food", strawberry, ("berry",), ("red",), attributes=TRAITS),
    Kind("banana", "food", banana, ("bananas",), ("yellow",), ("gold",), attributes=TRAITS),
    Kind("lemon", "food", lemon, ("citrus",), ("yellow", "lime"), attributes=TRAITS),
    Kind("pineapple", "food", pineapple, (), ("yellow", "orange"), ("gold",), attributes=TRAITS),
    Kind("watermelon slice", "food", watermelon, ("watermelon", "melon slice"), ("red",), attributes=TRAITS),
    Kind("carrot", "food", carrot, (), ("orange",), ("gold",), attributes=TRAITS),
    Kind("corn", "food", corn, ("corn cob", "ear of corn"), ("yellow",), ("gold",), attributes=TRAITS),
    Kind("eggplant", "food", eggplant, ("aubergine",), ("purple", "indigo"), attributes=TRAITS),
    Kind("chili pepper", "food", chili, ("chili", "hot pepper"), ("red", "green"), attributes=TRAITS),
    Kind("turnip", "food", turnip, ("radish", "beet"), ("magenta", "white", "lavender"), attributes=TRAITS),
)
