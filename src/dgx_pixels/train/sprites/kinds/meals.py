"""Drinks and meals with what they are served in."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.foliage import shine

TRAITS = ("glowing", "with wings", "sparkling", "small", "frozen", "burning")


def steam(c: Canvas, y: float) -> None:
    """Two wisps of steam rising from height ``y``."""
    for x in (0.34, 0.58):
        wave = [(x, y), (x + 0.06, y - 0.07), (x - 0.01, y - 0.13), (x + 0.05, y - 0.2)]
        c.part(c.path(wave, 0.03), c.paint("white"), "flat", line=False)


def mug(c: Canvas) -> None:
    right, top = c.u(0.66, 0.7), 0.22
    c.part(c.ring(right, 0.58, 0.2, 0.1, c.u(1.0, 1.2)), c.main, tone=-0.4)
    c.part(c.box(0.08, top, right, 0.96, 0.06), c.main)
    if c.chance(0.6):
        for y in (0.4, 0.8):
            c.part(c.box(0.06, y, right + 0.02, y + 0.08), c.second)
    else:
        for x in (0.26, 0.46):
            c.fill(c.line((x, 0.42), (x, 0.86), 0.03), c.main, 1, inside=True)
    foam = [c.ellipse(x, 0.2 + c.u(-0.03, 0.03), 0.12) for x in (0.16, 0.36, 0.58)]
    drip = c.line((0.2, 0.2), (0.2, c.u(0.34, 0.44)), 0.07)
    c.part(c.union(*foam, drip), c.paint("white"))


def teacup(c: Canvas) -> None:
    c.part(c.ellipse(0.46, 0.88, 0.44, 0.09), c.main, tone=-0.5)
    c.part(c.ring(0.78, 0.58, 0.13, 0.075), c.main)
    bowl = c.overlap(c.ellipse(0.45, 0.46, 0.38, 0.42), c.box(0, 0.44, 1, 1))
    c.part(bowl, c.main)
    c.part(c.ellipse(0.45, 0.46, 0.38, 0.08), c.main, "flat", tone=1)
    c.fill(c.ellipse(0.45, 0.47, 0.31, 0.045), c.paint("brown"), 2)
    if c.chance(0.5):
        c.fill(c.overlap(bowl, c.box(0, 0.62, 1, 0.69)), c.second, 3)
    steam(c, 0.34)


def soup(c: Canvas) -> None:
    rim = 0.44
    c.part(c.box(0.32, 0.86, 0.68, 0.96, 0.02), c.main, tone=-1)
    bowl = c.overlap(c.ellipse(0.5, rim, 0.47, c.u(0.44, 0.48)), c.box(0, rim, 1, 1))
    c.part(bowl, c.main)
    if c.chance(0.5):
        c.fill(c.overlap(bowl, c.path([(0.1 * i, 0.58 + 0.05 * (i % 2)) for i in range(11)], 0.025)), c.second, 3)
    c.part(c.line((0.66, 0.4), (0.88, 0.08), 0.045), c.paint("wood"))
    c.part(c.ellipse(0.5, rim, 0.47, 0.12), c.main, "flat", tone=1)
    broth = c.paint(c.pick("orange", "yellow", "red", "olive"))
    c.part(c.ellipse(0.5, rim + 0.01, 0.39, 0.075), broth, "flat", line=False)
    for x in (0.3, 0.46, 0.62):
        c.fill(c.ellipse(x, rim + c.u(-0.01, 0.03), 0.04, 0.025), c.paint(c.pick("green", "red", "white")), 3)
    steam(c, 0.32)


def sushi(c: Canvas) -> None:
    c.part(c.box(0.08, 0.56, 0.92, 0.88, 0.14), c.paint("white"))
    c.dots([(c.u(0.15, 0.85), c.u(0.66, 0.84)) for _ in range(8)], c.paint("white"), 2)
    top = c.u(0.2, 0.28)
    fillet = c.polygon(
        (0.02, 0.62),
        (0.14, top + 0.06),
        (0.34, top - 0.06),
        (0.86, top),
        (0.98, 0.6),
        (0.8, 0.68),
        (0.2, 0.68),
    )
    c.part(fillet, c.main)
    for x in (0.26, 0.44, 0.62, 0.8):
        c.stroke([(x + 0.04, top + 0.02), (x - 0.05, 0.6)], c.main, 5)
    if c.chance(0.5):
        c.part(c.box(0.43, top - 0.06, 0.6, 0.89, 0.02), c.paint("eye"))


def onigiri(c: Canvas) -> None:
    r = c.u(0.12, 0.16)
    ball = c.polygon((0.5, 0.06 + r), (0.96 - r, 0.92 - r), (0.04 + r, 0.92 - r)) - r
    c.part(ball, c.main, "bevel", depth=0.12)
    c.dots([(c.u(0.25, 0.75), c.u(0.3, 0.85)) for _ in range(8)], c.main, 2)
    c.part(c.box(0.34, 0.6, 0.66, 0.93, 0.02), c.paint("eye"), "flat", tone=0.5)
    if c.chance(0.4):
        c.fill(c.union(c.ellipse(0.4, 0.48, 0.035), c.ellipse(0.6, 0.48, 0.035)), c.paint("eye"), 1)


def honey(c: Canvas) -> None:
    wide = c.u(0.38, 0.43)
    c.part(c.ellipse(0.5, 0.6, wide, 0.37), c.main)
    shine(c, 0.26, 0.5, 0.07)
    label = c.star(0.5, 0.62, 0.19, 0.19 * 0.87, 3, turn=30)
    c.part(label, c.paint("parchment"), "flat")
    c.fill(c.ellipse(0.5, 0.62, 0.075, 0.06), c.paint("orange"), 3)
    c.part(c.box(0.2, 0.14, 0.8, 0.29, 0.05), c.second)
    drip = c.union(c.line((0.66, 0.28), (0.66, c.u(0.38, 0.48)), 0.055), c.box(0.24, 0.25, 0.76, 0.31, 0.02))
    c.part(drip, c.main, tone=1)
    if c.chance(0.6):
        c.part(c.line((0.62, 0.16), (0.84, 0.02), 0.04), c.paint("wood"))


def milk(c: Canvas) -> None:
    c.part(c.box(0.2, 0.34, 0.62, 0.97), c.main, "flat", tone=0.4)
    c.part(c.polygon((0.62, 0.34), (0.82, 0.3), (0.82, 0.93), (0.62, 0.97)), c.main, "flat", tone=-1)
    c.part(c.polygon((0.2, 0.34), (0.3, 0.12), (0.68, 0.12), (0.62, 0.34)), c.main, "flat", tone=1)
    c.part(c.polygon((0.62, 0.34), (0.68, 0.12), (0.82, 0.3)), c.main, "flat", tone=-2)
    c.part(c.box(0.28, 0.03, 0.7, 0.13), c.main, "flat")
    c.part(c.box(0.2, 0.74, 0.62, 0.86), c.second, "flat", line=False)
    c.part(c.ellipse(0.41, 0.55, 0.12, c.u(0.1, 0.13)), c.second, "flat", tone=1, line=False)


def pancakes(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.86, 0.48, 0.11), c.paint("white"), tone=-0.6)
    count = c.pick(3, 4, 5)
    step = 0.44 / count
    top = 0.78 - step * (count - 1)
    for i in range(count):
        y, shift = 0.78 - step * i, c.u(-0.03, 0.03)
        c.part(c.box(0.1 + shift, y - step * 0.55, 0.9 + shift, y + step * 0.55, step * 0.5), c.main, tone=-0.6)
    c.part(c.ellipse(0.5, top - 0.04, 0.41, 0.12), c.main, "flat", tone=0.5)
    syrup = [c.line((x, top), (x, top + c.u(0.12, 0.3)), 0.05) for x in (0.3, 0.68)]
    c.part(c.union(c.ellipse(0.5, top - 0.04, 0.28, 0.08), *syrup), c.paint("maroon"))
    c.part(
        c.polygon((0.36, top - 0.1), (0.54, top - 0.16), (0.66, top - 0.07), (0.48, top)),
        c.paint("yellow"),
        "flat",
        tone=1,
    )


def pudding(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.87, 0.48, 0.1), c.paint("white"), tone=-0.6)
    top, wide = c.u(0.3, 0.36), c.u(0.2, 0.25)
    body = c.union(c.mirror_polygon((0.5 + wide, top), (0.88, 0.84)), c.ellipse(0.5, 0.84, 0.38, 0.08))
    c.part(body, c.main, "slope")
    shine(c, 0.32, 0.62, 0.08)
    sauce = c.union(
        c.ellipse(0.5, top, wide + 0.02, 0.09),
        *(c.line((x, top), (x, top + 0.12), 0.06) for x in (0.36, 0.56)),
    )
    c.part(sauce, c.second)
    c.part(c.ellipse(0.5, top - 0.1, 0.16, 0.08), c.paint("white"))
    c.part(c.ellipse(0.5, top - 0.2, 0.085), c.paint("red"))


def fries(c: Canvas) -> None:
    for i in range(6):
        x, top = 0.2 + 0.12 * i, c.u(0.04, 0.2)
        c.part(c.line((x + 0.02 * (i - 2.5), top + 0.05), (0.5 + (x - 0.5) * 0.7, 0.7), 0.055), c.paint("yellow"))
    carton = c.cut(c.mirror_polygon((0.86, 0.38), (0.74, 0.97)), c.ellipse(0.5, 0.34, 0.27, 0.14))
    c.part(carton, c.main, "slope")
    mark = c.pick(c.ellipse(0.5, 0.72, 0.12), c.star(0.5, 0.72, 0.15, 0.07, 5), c.box(0.3, 0.68, 0.7, 0.76))
    c.part(mark, c.second, "flat", line=False)


def chocolate(c: Canvas) -> None:
    c = c.turned(c.pick(-15, 15, 20))
    split = c.u(0.6, 0.68)
    c.part(c.box(0.2, 0.03, 0.8, split + 0.06, 0.02), c.main, "flat", tone=-1.5)
    for row in range(3):
        for col in range(2):
            x, y = 0.225 + 0.285 * col, 0.055 + 0.205 * row
            c.part(c.box(x, y, x + 0.265, y + 0.185, 0.02), c.main, "bevel", depth=0.06, line=False)
    zigzag = [(0.17 + 0.11 * i, split - 0.06 * (i % 2)) for i in range(7)]
    c.part(c.polygon(*zigzag, (0.83, 0.97), (0.17, 0.97)), c.second, "slope")
    c.stroke(zigzag, c.paint("white"), 4)


def pretzel(c: Canvas) -> None:
    w = c.u(0.065, 0.08)
    arms = (
        [(0.5, 0.52), (0.36, 0.3), (0.2, 0.22), (0.09, 0.36), (0.14, 0.58), (0.3, 0.78), (0.5, 0.84)],
        [(0.5, 0.52), (0.64, 0.3), (0.8, 0.22), (0.91, 0.36), (0.86, 0.58), (0.7, 0.78), (0.5, 0.84)],
        [(0.5, 0.52), (0.36, 0.62), (0.26, 0.78)],
        [(0.5, 0.52), (0.64, 0.62), (0.74, 0.78)],
    )
    for arm in arms:
        c.part(c.path(arm, w), c.main)
    c.dots(
        [(0.2, 0.24), (0.1, 0.44), (0.22, 0.68), (0.8, 0.24), (0.9, 0.44), (0.78, 0.68), (0.5, 0.84)],
        c.paint("white"),
        5,
    )


KINDS = (
    Kind(
        "mug",
        "food",
        mug,
        ("tankard", "beer mug", "beer"),
        ("wood", "brown", "orange"),
        ("wood", "iron", "copper"),
        attributes=TRAITS,
    ),
    Kind(
        "teacup",
        "food",
        teacup,
        ("cup of tea", "coffee cup", "coffee"),
        ("white", "sky blue", "pink"),
        attributes=TRAITS,
    ),
    Kind(
        "bowl of soup",
        "food",
        soup,
        ("soup", "stew", "ramen"),
        ("brown", "white", "wood"),
        ("wood",),
        attributes=TRAITS,
    ),
    Kind("sushi", "food", sushi, ("nigiri",), ("orange", "red", "pink"), attributes=TRAITS),
    Kind("rice ball", "food", onigiri, ("onigiri",), ("white",), attributes=TRAITS),
    Kind(
        "honey jar",
        "food",
        honey,
        ("jar of honey", "honey pot", "honey"),
        ("orange", "yellow"),
        attributes=TRAITS,
    ),
    Kind("milk carton", "food", milk, ("milk", "juice carton"), ("white", "sky blue"), attributes=TRAITS),
    Kind("pancakes", "food", pancakes, ("stack of pancakes",), ("tan", "orange"), attributes=TRAITS),
    Kind("pudding", "food", pudding, ("flan", "jelly dessert"), ("yellow", "tan", "pink"), attributes=TRAITS),
    Kind("french fries", "food", fries, ("fries", "chips"), ("red",), attributes=TRAITS),
    Kind("chocolate bar", "food", chocolate, ("chocolate",), ("brown", "maroon"), attributes=TRAITS),
    Kind("pretzel", "food", pretzel, (), ("brown", "tan"), ("gold",), attributes=TRAITS),
)
