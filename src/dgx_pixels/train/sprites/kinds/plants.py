"""Plants: trees and all that grows big, and every kind of the category."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import flowers
from dgx_pixels.train.sprites.kinds.flowers import TRAITS
from dgx_pixels.train.sprites.kinds.foliage import leaf, shine


def _trunk(c: Canvas, top: float, half: float) -> None:
    flare = c.mirror_polygon((0.5 + half, top), (0.5 + half, 0.86), (0.5 + half * 2, 0.98))
    c.part(flare, c.paint("wood"))


def mushroom(c: Canvas) -> None:
    wide, brim = c.u(0.4, 0.47), c.u(0.5, 0.58)
    stalk = c.u(0.12, 0.17)
    c.part(
        c.mirror_polygon((0.5 + stalk, brim - 0.05), (0.5 + stalk, 0.8), (0.5 + stalk + 0.06, 0.97)),
        c.paint("bone"),
    )
    dome = c.overlap(c.ellipse(0.5, brim, wide, brim - 0.04), c.ellipse(0.5, brim - 0.28, 0.6, 0.36))
    if c.chance(0.3):
        dome = c.union(c.mirror_polygon((0.56, 0.05), (0.72, 0.34), (0.5 + wide, brim + 0.02)) - 0.02)
    c.part(dome, c.main)
    spot = c.pick(c.second, c.paint("white"))
    for x, y, r in (
        (0.36, 0.26, 0.07),
        (0.62, 0.2, 0.06),
        (0.72, 0.42, 0.065),
        (0.48, 0.44, 0.075),
        (0.24, 0.46, 0.05),
    ):
        c.fill(c.overlap(dome + 0.02, c.ellipse(x, y, r * c.u(0.8, 1.2))), spot, 4)


def cactus(c: Canvas) -> None:
    wide = c.u(0.13, 0.17)
    c.part(c.box(0.5 - wide, c.u(0.04, 0.1), 0.5 + wide, 0.97, wide), c.main)
    for side in (-1, 1)[: c.pick(1, 2, 2)]:
        low, x = c.u(0.5, 0.66), 0.5 + side * c.u(0.33, 0.38)
        c.part(
            c.path([(0.5 + side * wide * 0.9, low), (x, low), (x, low - c.u(0.18, 0.28))], 0.085),
            c.main,
            line=False,
        )
    for x in (-0.06, 0.06):
        c.stroke([(0.5 + x, 0.16), (0.5 + x, 0.95)], c.main, 1)
    thorns = [(0.5 + c.u(-0.12, 0.12), 0.15 + 0.09 * i) for i in range(9)]
    c.dots(thorns, c.paint("white"), 4)
    if c.chance(0.5):
        c.part(c.ellipse(0.5, 0.08, 0.085, 0.06), c.paint(c.pick("pink", "magenta", "yellow")))


def tree(c: Canvas) -> None:
    _trunk(c, 0.5, c.u(0.06, 0.085))
    if c.chance(0.5):
        c.part(c.ellipse(0.5, 0.38, c.u(0.38, 0.45), 0.36), c.main)
        for i in range(8):
            x, y = 0.28 + 0.15 * (i % 4) + c.u(-0.04, 0.04), (0.24, 0.48)[i // 4] + c.u(-0.06, 0.08)
            c.fill(c.arc(x, y, 0.075, max(0.035, c.px), 10, 170), c.main, 1, inside=True)
            c.fill(c.ellipse(x, y - 0.01, 0.05, 0.035), c.main, 4, inside=True)
    else:
        for x, y, r in (
            (0.26, 0.48, 0.21),
            (0.74, 0.48, 0.21),
            (0.34, 0.28, 0.2),
            (0.66, 0.28, 0.2),
            (0.5, 0.2, 0.17),
            (0.5, 0.46, 0.22),
        ):
            c.part(c.ellipse(x + c.u(-0.02, 0.02), y, r), c.main)
    if c.chance(0.3):
        for x, y in ((0.3, 0.44), (0.5, 0.25), (0.7, 0.42), (0.5, 0.54)):
            c.part(c.ellipse(x + c.u(-0.05, 0.05), y, 0.055), c.second)


def pine(c: Canvas) -> None:
    _trunk(c, 0.8, 0.06)
    tiers, wide = c.pick(3, 3, 4), c.u(0.36, 0.44)
    for i in reversed(range(tiers)):
        low, half = 0.88 - 0.58 * (tiers - 1 - i) / tiers, wide * (0.45 + 0.55 * (i + 1) / tiers)
        high = max(low - 0.42, 0.03)
        c.part(c.mirror_polygon((0.5, high), (0.5 + half, low), (0.5 + half * 0.4, low - 0.04)), c.main, "slope")
    if c.chance(0.25):
        for i in range(tiers):
            c.dots([(0.5 + c.u(-0.14, 0.14), 0.36 + 0.16 * i) for _ in range(2)], c.second, 4)
    if c.chance(0.25):
        snow = c.paint("white")
        c.fill(
            c.overlap(c.mirror_polygon((0.5, 0.0), (0.64, 0.2), (0.56, 0.18)), c.box(0, 0, 1, 1)),
            snow,
            4,
            inside=True,
        )


def palm(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c
    top = (c.u(0.5, 0.58), 0.32)
    c.part(c.path([top, (0.46, 0.6), (0.36, 0.97)], 0.05, 0.085), c.paint("wood"))
    for angle, length in ((-160, 0.44), (-20, 0.42), (-115, 0.34), (-65, 0.34)):
        leaf(c, top, angle + c.u(-6, 6), length, 0.2, c.main)
    for side in (-1, 1):
        tip = (top[0] + side * 0.38, c.u(0.58, 0.66))
        frond = c.path([top, (top[0] + side * 0.22, 0.3), (top[0] + side * 0.34, 0.42), tip], 0.1, 0.03)
        c.part(frond, c.main)
    for x in (-0.06, 0.06) if c.chance(0.7) else ():
        c.part(c.ellipse(top[0] + x, top[1] + 0.08, 0.065), c.paint("brown"))


def bush(c: Canvas) -> None:
    lobes = (
        (0.2, 0.68, 0.18),
        (0.8, 0.68, 0.18),
        (0.34, 0.5, 0.2),
        (0.66, 0.5, 0.2),
        (0.5, 0.4, 0.18),
        (0.38, 0.74, 0.2),
        (0.64, 0.74, 0.2),
    )
    for x, y, r in lobes:
        c.part(c.overlap(c.ellipse(x, y, r * c.u(0.92, 1.08)), c.box(0, 0, 1, 0.9)), c.main)
    for _ in range(16):
        x, y = c.u(0.12, 0.88), c.u(0.32, 0.86)
        c.fill(c.turned(c.pick(-40, 40), (x, y)).ellipse(x, y, 0.05, 0.024), c.main, c.pick(1, 4, 5), inside=True)
    fruit = c.pick("none", "berries", "flowers")
    spots = [(c.u(0.18, 0.82), c.u(0.36, 0.82)) for _ in range(7)]
    if fruit == "berries":
        for x, y in spots:
            c.part(c.ellipse(x, y, 0.05), c.second)
    if fruit == "flowers":
        for x, y in spots[:5]:
            c.fill(c.union(c.ellipse(x, y, 0.07, 0.035), c.ellipse(x, y, 0.035, 0.07)), c.second, 4, inside=True)


def bamboo(c: Canvas) -> None:
    stalks = c.pick((0.3, 0.68), (0.2, 0.5, 0.8))
    half = 0.095 if len(stalks) == 2 else 0.075
    for x in stalks:
        top, step = c.u(0.12, 0.26), c.u(0.19, 0.24)
        leaf(c, (x, top + 0.05), c.u(-75, -60), 0.26, 0.12, c.main)
        leaf(c, (x, top + 0.05), c.u(-135, -110), 0.26, 0.12, c.main)
        y = 0.98
        while y > top + 0.08:
            c.part(c.box(x - half, max(y - step, top), x + half, y, 0.03), c.main)
            c.part(c.box(x - half - 0.02, y - 0.03, x + half + 0.02, y + 0.015, 0.02), c.main, tone=1)
            y -= step
    for x, y, angle in ((stalks[0] - half, 0.6, -150), (stalks[-1] + half, 0.5, -30)):
        leaf(c, (x, y), angle, 0.2, 0.1, c.main)


def vine(c: Canvas) -> None:
    sway = c.u(0.05, 0.09) * c.pick(-1, 1)
    points = [(0.5 + sway * (0, 1, 0, -1, 0, 1, 0)[i], 0.02 + 0.135 * i) for i in range(7)]
    c.part(c.path(points, 0.04, 0.03), c.main, tone=-1)
    for i, (x, y) in enumerate(points):
        angle = c.u(5, 25) if i % 2 else c.u(155, 175)
        leaf(c, (x, y), angle, 0.42 - 0.02 * i, 0.26, c.main)
    if c.chance(0.4):
        for x, y in points[1:5:2]:
            c.part(c.ellipse(x, y + 0.06, 0.075), c.second)


def stump(c: Canvas) -> None:
    wide = c.u(0.28, 0.34)
    body = c.mirror_polygon((0.5 + wide, 0.34), (0.5 + wide, 0.78), (0.96, 0.92), (0.7, 0.9), (0.58, 0.98))
    c.part(body, c.main, "slope", tone=-0.7)
    for x in (-0.55, -0.1, 0.4):
        c.stroke([(0.5 + x * wide, 0.5), (0.5 + x * wide * 1.1, 0.84)], c.main, 0)
    c.part(c.ellipse(0.5, 0.34, wide, 0.16), c.main, "flat", tone=2)
    for r in (0.66, 0.3):
        c.fill(c.ring(0.5, 0.34, wide * r, max(0.03, c.px), 0.5), c.main, 1, inside=True)
    if c.chance(0.4):
        leaf(c, (0.5 + wide, 0.42), -60, 0.26, 0.14)
    if c.chance(0.3):
        c.part(c.ellipse(0.24, 0.66, 0.09, 0.05), c.second)


def log(c: Canvas) -> None:
    c = c.turned(c.pick(0, -15, 20))
    r = c.u(0.2, 0.24)
    c.part(c.box(0.06, 0.5 - r, 0.86, 0.5 + r, 0.05), c.main)
    for y in (-0.5, 0.05, 0.5):
        c.stroke([(0.14 + c.u(0, 0.1), 0.5 + y * r), (c.u(0.45, 0.66), 0.5 + y * r)], c.main, 1)
    c.part(c.line((0.36, 0.5 - r), (0.33, 0.4 - r), 0.06), c.main)
    c.part(c.ellipse(0.83, 0.5, 0.14, r), c.main, "flat", tone=2)
    for k in (0.62, 0.25):
        c.fill(
            c.cut(c.ellipse(0.83, 0.5, 0.14 * k, r * k), c.ellipse(0.83, 0.5, 0.14 * k - 0.03, r * k - 0.03)),
            c.main,
            1,
        )


def pumpkin(c: Canvas) -> None:
    _gourd(c)
    shine(c, 0.28, 0.46, 0.06)


def jack_o_lantern(c: Canvas) -> None:
    _gourd(c)
    glow = c.paint(c.pick("yellow", "yellow", "orange", "lime"))
    eye = c.pick("triangle", "slant")
    for side in (-1, 1):
        lift = -0.02 if eye == "triangle" else 0.06
        c.fill(
            c.polygon((0.5 + side * 0.26, 0.42 - lift), (0.5 + side * 0.08, 0.54), (0.5 + side * 0.29, 0.56)),
            glow,
            4,
        )
    grin = c.polygon(
        (0.2, 0.62),
        (0.34, 0.68),
        (0.42, 0.64),
        (0.5, 0.7),
        (0.58, 0.64),
        (0.66, 0.68),
        (0.8, 0.62),
        (0.68, 0.82),
        (0.5, 0.86),
        (0.32, 0.82),
    )
    c.fill(grin, glow, 4)


def _gourd(c: Canvas) -> None:
    ry, bend = c.u(0.33, 0.38), c.u(-0.08, 0.1)
    cy = 0.97 - ry
    c.part(
        c.path([(0.5, cy - ry + 0.08), (0.5, 0.17), (0.5 + bend, 0.05)], 0.06, 0.05),
        c.paint("leaf", "plain"),
        tone=-1,
    )
    for x, rx in ((0.24, 0.21), (0.76, 0.21), (0.36, 0.2), (0.64, 0.2), (0.5, 0.17)):
        c.part(c.ellipse(x, cy, rx, ry * (1.0 if rx < 0.21 else 0.9)), c.main)


def dead_tree(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c
    sway = c.u(-0.05, 0.05)
    boughs = (
        [(0.52, 0.62), (0.46 + sway, 0.36), (0.52, 0.18), (0.48, 0.02)],
        [(0.5, 0.44), (0.64, 0.3), (0.68 + sway, 0.08)],
        [(0.64, 0.3), (0.82, 0.22)],
        [(0.52, 0.66), (0.3, 0.52), (0.16, 0.3 + sway)],
        [(0.3, 0.52), (0.08, 0.5 + sway)],
        [(0.26, 0.44), (0.28, 0.26)],
        [(0.54, 0.66), (0.76, 0.52), (0.93, 0.46 - sway)],
        [(0.76, 0.52), (0.86, 0.36)],
    )
    for i, bough in enumerate(boughs):
        c.part(c.path(bough, 0.06 if len(bough) > 2 or i == 0 else 0.035, 0.018), c.main, line=False)
    c.part(c.mirror_polygon((0.57, 0.52), (0.59, 0.84), (0.74, 0.98), (0.56, 0.93)), c.main, line=False)
    c.fill(c.ellipse(0.51, 0.72, 0.04, 0.06), c.main, 0)


def fern(c: Canvas) -> None:
    for angle, length in (
        (-172, 0.44),
        (-8, 0.44),
        (-145, 0.56),
        (-35, 0.56),
        (-115, 0.7),
        (-65, 0.7),
        (-90, 0.8),
    ):
        t = c.turned(angle + c.u(-5, 5), (0.5, 0.94))
        ribs = [t.line((0.5, 0.94), (0.5 + length, 0.94), 0.028, 0.015)]
        for i in range(5):
            x, reach = 0.56 + length * i / 5, 0.14 * (1 - i / 7)
            ribs += [t.line((x, 0.94), (x + reach * 0.8, 0.94 + side * reach), 0.035, 0.02) for side in (-1, 1)]
        c.part(c.union(*ribs), c.main)


def acorn(c: Canvas) -> None:
    c = c.turned(c.u(-20, 25))
    wide = c.u(0.29, 0.34)
    nut = c.union(
        c.overlap(c.ellipse(0.5, 0.5, wide, 0.42), c.box(0, 0.4, 1, 1)),
        c.polygon((0.42, 0.86), (0.58, 0.86), (0.5, 0.99)),
    )
    c.part(nut, c.main)
    shine(c, 0.38, 0.58, 0.08)
    c.part(c.path([(0.5, 0.2), (0.5, 0.1), (0.55, 0.04)], 0.04), c.paint("wood", "plain"))
    cap = c.overlap(c.ellipse(0.5, 0.42, wide + 0.08, 0.28), c.box(0, 0, 1, 0.42, 0.03))
    c.part(cap, c.paint("brown"))
    c.dots([(0.26 + 0.12 * i, 0.3 + 0.08 * (i % 2)) for i in range(5)], c.paint("tan"), 1)


def seaweed(c: Canvas) -> None:
    for x, top in c.pick(
        ((0.2, 0.34), (0.8, 0.26), (0.5, 0.04)), ((0.14, 0.4), (0.38, 0.1), (0.64, 0.24), (0.88, 0.46))
    ):
        sway, n = c.u(0.05, 0.08) * c.pick(-1, 1), 6
        points = [(x + sway * (0, 1, 0, -1, 0, 1, 0)[i], 0.97 - (0.97 - top) * i / n) for i in range(n + 1)]
        c.part(c.path(points, 0.1, 0.045), c.main)
        c.stroke(points, c.main, 4)


def coral(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c
    c.part(c.overlap(c.ellipse(0.5, 0.97, 0.34, 0.14), c.box(0, 0, 1, 0.97)), c.paint("sand"))
    tubes = (
        [(0.5, 0.9), (0.48, 0.6), (0.52, c.u(0.08, 0.16))],
        [(0.5, 0.72), (0.24, 0.62), (0.2, c.u(0.26, 0.34))],
        [(0.22, 0.5), (0.1, 0.44), (0.08, 0.36)],
        [(0.5, 0.6), (0.76, 0.52), (0.8, c.u(0.16, 0.26))],
        [(0.78, 0.44), (0.92, 0.38), (0.93, 0.3)],
        [(0.5, 0.38), (0.36, 0.3), (0.34, 0.16)],
    )
    for tube in tubes:
        c.part(c.path(tube, 0.085, 0.065), c.main, line=False)
    c.dots([(p[0], p[1]) for tube in tubes for p in tube[1:]], c.main, 5)


_WOODY = ("glowing", "tall", "sparkling", "small", "mossy", "burning", "frozen")

KINDS = (
    *flowers.KINDS,
    Kind("mushroom", "plants", mushroom, ("toadstool",), ("red", "brown", "purple"), attributes=TRAITS),
    Kind("cactus", "plants", cactus, ("saguaro",), ("green", "dark green"), attributes=TRAITS),
    Kind(
        "tree",
        "plants",
        tree,
        ("oak tree", "fruit tree"),
        ("green", "dark green", "orange"),
        ("crystal",),
        attributes=_WOODY,
    ),
    Kind(
        "pine tree",
        "plants",
        pine,
        ("fir tree", "christmas tree", "conifer"),
        ("dark green", "green", "teal"),
        ("crystal",),
        attributes=_WOODY,
    ),
    Kind("palm tree", "plants", palm, ("coconut palm",), ("green", "lime"), attributes=_WOODY),
    Kind("bush", "plants", bush, ("shrub", "berry bush"), ("green", "dark green", "olive"), attributes=_WOODY),
    Kind("bamboo", "plants", bamboo, ("bamboo stalks",), ("green", "lime", "olive"), attributes=_WOODY),
    Kind("vine", "plants", vine, ("ivy", "creeper"), ("green", "dark green"), attributes=TRAITS),
    Kind("stump", "plants", stump, ("tree stump",), ("brown", "wood"), ("wood", "stone"), attributes=_WOODY),
    Kind("log", "plants", log, ("wood log", "lumber"), ("brown", "wood"), ("wood",), attributes=_WOODY),
    Kind("pumpkin", "plants", pumpkin, ("gourd", "squash"), ("orange",), ("gold",), attributes=TRAITS),
    Kind(
        "jack-o'-lantern",
        "plants",
        jack_o_lantern,
        ("carved pumpkin", "halloween pumpkin"),
        ("orange",),
        attributes=TRAITS,
    ),
    Kind(
        "dead tree",
        "plants",
        dead_tree,
        ("bare tree", "withered tree"),
        ("brown", "grey", "black"),
        ("wood", "bone"),
        attributes=_WOODY,
    ),
    Kind("fern", "plants", fern, (), ("green", "dark green", "lime"), attributes=TRAITS),
    Kind("acorn", "plants", acorn, ("nut",), ("brown", "orange", "tan"), ("gold",), attributes=TRAITS),
    Kind("seaweed", "plants", seaweed, ("kelp", "algae"), ("green", "teal", "olive"), attributes=TRAITS),
    Kind(
        "coral",
        "plants",
        coral,
        ("coral reef",),
        ("pink", "orange", "red"),
        ("bone", "crystal"),
        attributes=TRAITS,
    ),
)
