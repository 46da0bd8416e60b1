"""Food from bakery, butcher and sweet shop, and every kind of the category (see ``fruit``, ``meals``)."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import fruit, meals
from dgx_pixels.train.sprites.kinds.foliage import shine
from dgx_pixels.train.sprites.kinds.meals import TRAITS, steam


def _sprinkles(c: Canvas, x0: float, y0: float, x1: float, y1: float, count: int) -> None:
    for _ in range(count if c.size >= 24 else count // 2):
        c.dots([(c.u(x0, x1), c.u(y0, y1))], c.paint(c.pick("white", "yellow", "sky blue", "lime")), 4)


def bread(c: Canvas) -> None:
    c = c.turned(c.pick(0, -20, -30))
    ry = c.u(0.25, 0.3)
    c.part(c.box(0.04, 0.54 - ry, 0.96, 0.52 + ry, ry * 0.95), c.main)
    for x in c.pick((0.26, 0.5, 0.74), (0.2, 0.4, 0.6, 0.8)):
        c.part(c.line((x + 0.04, 0.56 - ry * 0.72), (x - 0.05, 0.5), 0.04), c.main, "flat", tone=2)


def toast(c: Canvas) -> None:
    crown = c.box(0.08, 0.08, 0.92, 0.5, c.u(0.15, 0.2))
    slice_ = c.union(crown, c.box(0.15, 0.3, 0.85, 0.94, 0.06))
    c.part(slice_, c.main, "flat", tone=-1.3)
    c.part(slice_ + 0.075, c.main, "flat", tone=0.4, line=False)
    c.dots([(c.u(0.25, 0.75), c.u(0.25, 0.85)) for _ in range(7)], c.main, 2)
    if c.chance(0.6):
        c.part(c.turned(c.u(10, 35)).box(0.37, 0.4, 0.63, 0.62, 0.03), c.paint("yellow"), tone=1)


def cheese(c: Canvas) -> None:
    tip, high = c.u(0.52, 0.6), c.u(0.2, 0.28)
    front = c.polygon((0.03, tip), (0.97, 0.42), (0.97, 0.86), (0.03, tip + 0.34))
    c.part(front, c.main, "flat", tone=-0.4)
    c.part(c.polygon((0.03, tip), (0.66, high - 0.08), (0.97, 0.4)), c.main, "flat", tone=1)
    for x, y, r in ((0.26, 0.7, 0.07), (0.56, 0.6, 0.085), (0.78, 0.74, 0.075), (0.46, 0.83, 0.05)):
        c.part(c.overlap(front, c.ellipse(x + c.u(-0.04, 0.04), y, r)), c.main, "flat", tone=-2, line=False)
    c.fill(c.ellipse(0.62, 0.32, 0.07, 0.035), c.main, 2, inside=True)


def egg(c: Canvas) -> None:
    c = c.turned(c.u(-14, 14))
    wide = c.u(0.34, 0.38)
    shell = c.line((0.5, 0.36), (0.5, 0.59), wide * 0.82, wide)
    c.part(shell, c.main)
    pattern = c.pick("plain", "speckled", "banded", "banded")
    if pattern == "banded":
        zigzag = [(0.1 + 0.1 * i, 0.53 + 0.07 * (i % 2)) for i in range(9)]
        c.fill(c.overlap(shell, c.path(zigzag, 0.05)), c.second, 3)
        c.fill(c.overlap(shell, c.union(c.box(0, 0.74, 1, 0.81), c.box(0, 0.28, 1, 0.34))), c.second, 3)
    if pattern == "speckled":
        for _ in range(7):
            c.fill(c.overlap(shell, c.ellipse(c.u(0.2, 0.8), c.u(0.2, 0.9), c.u(0.03, 0.06))), c.main, 1)
    shine(c, 0.36, 0.34, 0.08)


def drumstick(c: Canvas) -> None:
    c = c.turned(c.u(35, 50)).scaled(1.1, 1.1)
    bone = c.paint("bone")
    c.part(c.line((0.5, 0.6), (0.5, 0.94), 0.055), bone)
    c.part(c.union(c.ellipse(0.44, 0.97, 0.07), c.ellipse(0.57, 0.97, 0.07)), bone)
    fat = c.u(0.27, 0.32)
    c.part(c.line((0.5, 0.28), (0.5, 0.68), fat, 0.1), c.main)
    c.stroke([(0.52, 0.74), (0.64, 0.56), (0.7, 0.42)], c.main, 1)
    shine(c, 0.4, 0.2, 0.09)


def steak(c: Canvas) -> None:
    c = c.turned(c.u(-25, 15))
    slab = c.union(c.ellipse(0.36, 0.44, 0.33, 0.32), c.ellipse(0.62, 0.58, 0.34, 0.29))
    c.part(slab - 0.01, c.paint("bone"), "flat", tone=0.3)
    c.part(slab + 0.035, c.main, "bevel", depth=0.05, line=False)
    for x, y in ((0.4, 0.62), (0.55, 0.7), (0.7, 0.5)):
        c.stroke([(x, y), (x + 0.12, y - 0.07)], c.paint("bone"), 4)
    c.part(c.ellipse(0.33, 0.38, 0.09, 0.08), c.paint("bone"))
    c.fill(c.ellipse(0.33, 0.38, 0.035), c.paint("blood"), 2)


def cake(c: Canvas) -> None:
    top, low, wide = c.u(0.36, 0.42), 0.8, c.u(0.39, 0.44)
    c.part(c.ellipse(0.5, 0.86, 0.48, 0.1), c.paint("white"), tone=-0.6)
    side = c.union(c.box(0.5 - wide, top, 0.5 + wide, low), c.ellipse(0.5, low, wide, 0.1))
    c.part(side, c.main, "flat", tone=-0.8)
    band = c.overlap(side, c.box(0, low - 0.12, 1, low - 0.03))
    c.part(band, c.second, "flat", line=False)
    drips = [c.line((x, top), (x, top + c.u(0.08, 0.2)), 0.06) for x in (0.16, 0.32, 0.48, 0.64, 0.82)]
    c.part(c.overlap(c.union(*drips), c.box(0.5 - wide, 0, 0.5 + wide, 1)), c.main, "flat", tone=1)
    c.part(c.ellipse(0.5, top, wide, 0.13), c.main, "flat", tone=1, line=False)
    for x in c.pick((0.5,), (0.34, 0.66), (0.28, 0.5, 0.72)):
        c.part(c.box(x - 0.035, top - 0.22, x + 0.035, top + 0.01), c.second)
        c.fill(c.line((x, top - 0.31), (x, top - 0.24), 0.02, 0.04), c.paint("flame"), 4)


def cupcake(c: Canvas) -> None:
    cup = c.mirror_polygon((0.82, 0.56), (0.7, 0.97))
    c.part(cup, c.second, "slope")
    for x in (-0.2, -0.07, 0.07, 0.2):
        c.stroke([(0.5 + x * 1.2, 0.56), (0.5 + x, 0.97)], c.second, 1)
    swirl = c.pick(
        ((0.5, 0.52, 0.42, 0.14), (0.5, 0.37, 0.31, 0.13), (0.5, 0.24, 0.19, 0.12)),
        ((0.5, 0.5, 0.42, 0.16), (0.5, 0.34, 0.33, 0.2)),
    )
    for cx, cy, rx, ry in swirl:
        c.part(c.ellipse(cx, cy, rx, ry), c.main)
    if c.chance(0.5):
        _sprinkles(c, 0.26, 0.25, 0.74, 0.55, 9)
    top = swirl[-1][1] - swirl[-1][3]
    c.part(c.ellipse(0.5, top - 0.01, 0.085), c.paint(c.pick("red", "red", "yellow")))


_CHIPS = ((0.3, 0.3), (0.56, 0.26), (0.24, 0.56), (0.5, 0.5), (0.72, 0.54), (0.4, 0.75), (0.66, 0.76))


def cookie(c: Canvas) -> None:
    r = c.u(0.42, 0.46)
    disc = c.ellipse(0.5, 0.5, r)
    if c.chance(0.5):
        bites = [c.ellipse(x, y, 0.11) for x, y in ((0.92, 0.22), (0.78, 0.12), (0.95, 0.4))]
        disc = c.cut(disc, *bites)
    c.part(disc, c.main, "bevel", depth=0.13)
    chip, spots = c.paint(c.pick("brown", "black", "maroon")), _CHIPS[:: 1 if c.size >= 24 else 2]
    for x, y in spots:
        r = c.u(0.045, 0.065) + 0.3 * c.px
        c.part(c.ellipse(x + c.u(-0.03, 0.03), y + c.u(-0.03, 0.03), r), chip, tone=-2, line=False)


def donut(c: Canvas) -> None:
    squash, hole = c.u(0.8, 1), c.u(0.12, 0.15)
    c.part(c.ellipse(0.5, 0.53, 0.46, 0.46 * squash), c.paint("tan"), tone=-0.6)
    icing = c.star(0.5, 0.49, 0.47, 0.41, 9, turn=c.u(0, 40))
    c.part(c.overlap(icing, c.ellipse(0.5, 0.49, 0.45, 0.42 * squash)), c.main)
    if c.chance(0.75):
        for i in range(12 if c.size >= 24 else 5):
            ink = c.paint(("white", "yellow", "sky blue", "lime")[i % 4])
            t = c.turned(360 * i / 12 * (1 if c.size >= 24 else 2.4), (0.5, 0.49))
            t.fill(t.line((0.5, 0.2 + 0.08 * (i % 2)), (0.53, 0.2 + 0.08 * (i % 2)), 0.02), ink, 4, inside=True)
    c.part(c.ellipse(0.5, 0.49, hole + 0.05, (hole + 0.05) * squash), c.paint("tan"), "flat", tone=-1)
    c.erase(c.ellipse(0.5, 0.51, hole, hole * squash))


def ice_cream(c: Canvas) -> None:
    scoops = c.pick(1, 2, 3)
    wafer = c.paint("tan")
    c.part(c.mirror_polygon((0.72, 0.62), (0.52, 0.99)), wafer, tone=-0.5)
    for i in (-1, 0, 1):
        c.stroke([(0.3 + 0.2 * i, 0.62), (0.6 + 0.2 * i, 0.99)], wafer, 1)
        c.stroke([(0.7 - 0.2 * i, 0.62), (0.4 - 0.2 * i, 0.99)], wafer, 1)
    balls = {
        1: ((0.5, 0.4, 0.33),),
        2: ((0.5, 0.5, 0.27), (0.5, 0.24, 0.21)),
        3: ((0.33, 0.48, 0.22), (0.67, 0.48, 0.22), (0.5, 0.24, 0.21)),
    }[scoops]
    for x, y, r in balls:
        c.part(
            c.union(c.ellipse(x, y, r), c.box(x - r * 1.05, y + r * 0.5, x + r * 1.05, y + r * 0.9, 0.08)),
            c.main,
        )
        shine(c, x - r * 0.4, y - r * 0.4, 0.06)
    if c.chance(0.5):
        c.part(c.ellipse(0.5, balls[-1][1] - balls[-1][2] + 0.02, 0.07), c.paint("red"))


def popsicle(c: Canvas) -> None:
    c = c.turned(c.u(-25, 25))
    wide = c.u(0.24, 0.28)
    c.part(c.box(0.43, 0.6, 0.57, 0.98, 0.06), c.paint("tan"))
    ice = c.union(c.ellipse(0.5, 0.27, wide, 0.24), c.box(0.5 - wide, 0.26, 0.5 + wide, 0.74, 0.05))
    if c.chance(0.35):
        ice = c.cut(ice, c.ellipse(0.5 + wide, 0.06, 0.17))
    c.part(ice, c.main, "bevel", depth=0.08)
    for x in (-0.1, 0.1):
        c.fill(c.line((0.5 + x, 0.28), (0.5 + x, 0.6), 0.03), c.main, 1, inside=True)


def pizza(c: Canvas) -> None:
    c = c.turned(c.pick(0, 20, -20))
    wide = c.u(0.36, 0.42)
    c.part(c.mirror_polygon((0.5 + wide, 0.2), (0.51, 0.99)), c.main, "slope")
    sauce = c.paint(c.pick("red", "maroon"))
    for x, y in ((0.38, 0.4), (0.62, 0.36), (0.52, 0.62)):
        c.part(c.ellipse(x + c.u(-0.03, 0.03), y, 0.085), sauce)
    for x, y in ((0.5, 0.46), (0.7, 0.28), (0.46, 0.76)) if c.chance(0.5) else ():
        c.fill(c.line((x - 0.03, y), (x + 0.03, y), 0.025), c.paint("leaf"), 2, inside=True)
    c.part(c.path([(0.5 - wide, 0.2), (0.5, 0.13), (0.5 + wide, 0.2)], 0.095), c.paint("tan"), tone=-0.5)


def pie(c: Canvas) -> None:
    tin = c.mirror_polygon((0.97, 0.6), (0.8, 0.94))
    c.part(tin, c.second, "slope")
    top = c.u(0.56, 0.6)
    c.part(c.overlap(c.ellipse(0.5, top, 0.42, 0.38), c.box(0, 0, 1, top)), c.main)
    if c.chance(0.5):
        for x in (0.32, 0.5, 0.68):
            c.stroke([(x - 0.04, 0.36), (x + 0.02, 0.48)], c.main, 0)
    else:
        for i in range(-3, 6):
            c.stroke([(0.12 * i, 0.15), (0.5 + 0.12 * i, 0.6)], c.main, 1)
            c.stroke([(1 - 0.12 * i, 0.15), (0.5 - 0.12 * i, 0.6)], c.main, 1)
    for i in range(7):
        c.part(c.ellipse(0.08 + 0.14 * i, top + 0.03, 0.085, 0.075), c.main, tone=0.3)
    if c.chance(0.4):
        steam(c, 0.22)


def burger(c: Canvas) -> None:
    c.part(c.box(0.06, 0.72, 0.94, 0.94, 0.1), c.main, tone=-0.3)
    c.part(c.box(0.04, 0.62, 0.96, 0.76, 0.06), c.paint("brown"))
    if c.chance(0.7):
        c.part(c.polygon((0.08, 0.56), (0.92, 0.56), (0.72, 0.72), (0.52, 0.6), (0.3, 0.7)), c.paint("yellow"))
    c.part(c.path([(0.04 + 0.115 * i, 0.53 + 0.05 * (i % 2)) for i in range(9)], 0.05), c.paint("leaf", "plain"))
    top = c.u(0.06, 0.12)
    c.part(c.overlap(c.ellipse(0.5, 0.54, 0.47, 0.54 - top), c.box(0, 0, 1, 0.52, 0.03)), c.main)
    c.dots(
        [(0.3, 0.28), (0.46, 0.19), (0.62, 0.25), (0.75, 0.36), (0.5, 0.35), (0.2, 0.4)],
        c.paint("parchment"),
        5,
    )


def taco(c: Canvas) -> None:
    c = c.turned(c.u(-12, 6))
    r = c.u(0.42, 0.46)
    for ink, lift in (("leaf", 0.07), ("red", 0.03), ("yellow", 0.0)):
        curls = [
            c.ellipse(0.57 + (r - 0.02) * x, 0.76 - (r + lift) * y, 0.09)
            for x, y in ((-0.9, 0.35), (-0.6, 0.74), (-0.2, 0.95), (0.2, 0.95), (0.6, 0.74), (0.85, 0.4))
        ]
        c.part(c.union(*curls[:: 1 if ink == "leaf" else 2]), c.paint(ink, "plain"))
    c.part(
        c.overlap(c.ellipse(0.48, 0.8, r + 0.02, r + 0.06), c.box(0, 0, 1, 0.84, 0.04)),
        c.main,
        "bevel",
        depth=0.14,
    )
    c.dots([(c.u(0.25, 0.75), c.u(0.55, 0.78)) for _ in range(6)], c.main, 1)


def candy(c: Canvas) -> None:
    c = c.turned(c.pick(0, -35, 35))
    r = c.u(0.25, 0.29)
    for side in (-1, 1):
        fan = (
            (0.5 + side * 0.47, 0.5 - c.u(0.2, 0.25)),
            (0.5 + side * 0.4, 0.5),
            (0.5 + side * 0.47, 0.5 + c.u(0.2, 0.25)),
        )
        c.part(c.polygon((0.5 + side * 0.18, 0.5), *fan), c.main, "slope")
        c.stroke([(0.5 + side * 0.25, 0.5), (0.5 + side * 0.4, 0.5)], c.main, 1)
    ball = c.ellipse(0.5, 0.5, r)
    c.part(ball, c.main)
    stripe = c.pick("bars", "swirl", "plain")
    if stripe == "bars":
        for x in (-0.12, 0.1):
            c.fill(
                c.overlap(ball, c.line((0.5 + x + 0.09, 0.15), (0.5 + x - 0.09, 0.85), 0.04)),
                c.paint("white"),
                4,
            )
    if stripe == "swirl":
        c.fill(c.overlap(ball, c.arc(0.5, 0.38, 0.13, 0.07, -90, 90)), c.paint("white"), 4)
        c.fill(c.overlap(ball, c.arc(0.5, 0.63, 0.13, 0.07, 90, 270)), c.paint("white"), 4)
    shine(c, 0.4, 0.38, 0.05)


def lollipop(c: Canvas) -> None:
    c = c.turned(c.pick(0, 20, -20))
    r = c.u(0.31, 0.35)
    c.part(c.line((0.5, 0.5), (0.5, 0.96), 0.04), c.paint("white"))
    c.part(c.ellipse(0.5, 0.36, r), c.main)
    turn = c.u(0, 360)
    for i in range(3):
        start = turn + 120 * i
        t = c.turned(start, (0.5, 0.36))
        bend = t.path([(0.5, 0.36), (0.53, 0.26), (0.62, 0.2), (0.72, 0.22)], 0.02, 0.05)
        t.fill(t.overlap(bend, t.ellipse(0.5, 0.36, r - 0.01)), c.paint("white"), 4)
    shine(c, 0.38, 0.22, 0.05, c.paint("white"))


KINDS: tuple[Kind, ...] = (
    *fruit.KINDS,
    *meals.KINDS,
    Kind("bread", "food", bread, ("loaf", "loaf of bread"), ("tan", "brown", "orange"), attributes=TRAITS),
    Kind("toast", "food", toast, ("slice of bread", "bread slice"), ("tan", "brown"), attributes=TRAITS),
    Kind("cheese", "food", cheese, ("cheese wedge", "piece of cheese"), ("yellow", "orange"), attributes=TRAITS),
    Kind("egg", "food", egg, ("easter egg",), ("white", "tan"), ("gold", "crystal"), attributes=TRAITS),
    Kind(
        "meat leg",
        "food",
        drumstick,
        ("drumstick", "chicken leg", "meat"),
        ("brown", "orange"),
        attributes=TRAITS,
    ),
    Kind("steak", "food", steak, ("raw meat", "ham"), ("red", "brown", "maroon"), attributes=TRAITS),
    Kind("cake", "food", cake, ("birthday cake",), ("pink", "white", "brown"), attributes=TRAITS),
    Kind("cupcake", "food", cupcake, ("muffin",), ("pink", "lavender", "mint"), attributes=TRAITS),
    Kind("cookie", "food", cookie, ("biscuit",), ("tan", "brown"), attributes=TRAITS),
    Kind("donut", "food", donut, ("doughnut",), ("pink", "brown", "lavender"), attributes=TRAITS),
    Kind(
        "ice cream",
        "food",
        ice_cream,
        ("ice cream cone",),
        ("pink", "mint", "white", "brown"),
        attributes=TRAITS,
    ),
    Kind(
        "popsicle",
        "food",
        popsicle,
        ("ice pop", "ice lolly"),
        ("red", "sky blue", "orange"),
        attributes=TRAITS,
    ),
    Kind("pizza slice", "food", pizza, ("pizza", "slice of pizza"), ("yellow", "orange"), attributes=TRAITS),
    Kind("pie", "food", pie, ("tart", "apple pie"), ("tan", "orange", "brown"), attributes=TRAITS),
    Kind("burger", "food", burger, ("hamburger", "cheeseburger"), ("tan", "orange"), attributes=TRAITS),
    Kind("taco", "food", taco, (), ("yellow", "tan"), attributes=TRAITS),
    Kind("candy", "food", candy, ("sweet", "bonbon"), ("red", "pink", "cyan", "purple"), attributes=TRAITS),
    Kind("lollipop", "food", lollipop, (), ("red", "magenta", "lime", "cyan"), attributes=TRAITS),
)
