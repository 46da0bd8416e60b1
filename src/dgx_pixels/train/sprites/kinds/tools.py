"""Tools and adventuring gear; the hand tools of house and workshop are in ``household.py``."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import household

STUFF = ("iron", "gold", "silver", "bronze", "copper", "stone", "wood", "crystal", "bone")


def _pickaxe(c: Canvas) -> None:
    c = c.turned(c.pick(0, 35)).scaled(0.95, 0.96)
    c.part(c.line((0.5, 0.2), (0.5, 0.98), 0.055), c.paint("wood"))
    drop, peak = c.u(0.36, 0.46), c.u(0.1, 0.15)
    for side in (c, c.mirrored()):
        head = side.path([(0.5, peak), (0.72, peak + 0.05), (0.87, 0.26), (0.97, drop)], 0.1, 0.03)
        side.part(head, c.main, line=False)
    c.part(c.box(0.41, 0.05, 0.59, 0.27, 0.02), c.second)


def _shovel(c: Canvas) -> None:
    c = c.turned(c.pick(0, 45, 225)).moved(0, 0.01)
    w, square = c.u(0.22, 0.26), c.chance(0.4)
    c.part(c.line((0.5, 0.1), (0.5, 0.6), 0.05), c.paint("wood"))
    c.part(c.line((0.36, 0.06), (0.64, 0.06), 0.055), c.second)
    tip = ((0.5 + w, 0.92), (0.5, 0.94)) if square else ((0.5 + w, 0.74), (0.5, 0.99))
    c.part(c.mirror_polygon((0.5, 0.5), (0.5 + w, 0.52), *tip), c.main, "bevel", depth=0.09)
    c.part(c.box(0.43, 0.44, 0.57, 0.64, 0.03), c.main)


def _key(c: Canvas) -> None:
    c = c.turned(c.pick(45, 0))
    c.part(c.box(0.43, 0.36, 0.57, 0.98, 0.02), c.main)
    for y in (0.72, 0.88):
        c.part(c.box(0.5, y - 0.05, c.u(0.7, 0.8), y + 0.06), c.main)
    bow = c.pick("round", "square", "clover")
    if bow == "round":
        c.part(c.ellipse(0.5, 0.22, 0.22), c.main)
    elif bow == "square":
        c.part(c.star(0.5, 0.22, 0.28, 0.22, 4, 45), c.main)
    else:
        c.part(c.union(*(c.ellipse(0.5 + dx, y, 0.14) for dx, y in ((0, 0.14), (-0.14, 0.28), (0.14, 0.28)))), c.main)
    c.erase(c.ellipse(0.5, 0.22, 0.09))
    c.part(c.box(0.37, 0.42, 0.63, 0.5, 0.02), c.second)


def _lantern(c: Canvas) -> None:
    c.part(c.arc(0.5, 0.2, 0.16, 0.06, 180, 360), c.main)
    c.part(c.box(0.26, 0.34, 0.74, 0.84), c.paint("flame"), "round", tone=1)
    c.fill(c.ellipse(0.5, 0.62, 0.08, 0.13), c.paint("yellow"), 5)
    c.part(c.mirror_polygon((0.5, 0.14), (0.62, 0.16), (0.84, 0.4), (0.5, 0.4)), c.main)
    c.part(c.box(0.16, 0.78, 0.84, 0.97, 0.03), c.main)
    for x in (0.22, 0.78):
        c.part(c.box(x - 0.06, 0.38, x + 0.06, 0.84), c.main)
    if c.chance(0.4):
        c.part(c.box(0.47, 0.4, 0.53, 0.8), c.main)


def _torch(c: Canvas) -> None:
    c = c.turned(c.pick(0, 20))
    c.part(c.polygon((0.4, 0.5), (0.6, 0.5), (0.55, 0.99), (0.45, 0.99)), c.paint("wood"))
    lick = c.u(-0.06, 0.06)
    flame = c.polygon((0.2, 0.44), (0.2, 0.28), (0.26, 0.16), (0.37, 0.26), (0.5 + lick, 0.0), (0.62, 0.22),
                      (0.72, 0.12), (0.8, 0.3), (0.78, 0.46), (0.62, 0.6), (0.38, 0.6))  # fmt: skip
    c.part(flame, c.main, "flat", tone=-0.8)
    inner = c.polygon((0.32, 0.46), (0.36, 0.34), (0.5 + lick / 2, 0.18), (0.64, 0.34), (0.67, 0.46), (0.5, 0.58))
    c.part(inner, c.main, "flat", tone=1, line=False)
    c.fill(c.ellipse(0.5, 0.46, 0.09, 0.1), c.paint("yellow"), 5)
    c.part(c.box(0.35, 0.54, 0.65, 0.65, 0.02), c.second)


def _fishing_rod(c: Canvas) -> None:
    tip = (c.u(0.76, 0.82), 0.08)
    c.part(c.path([(0.1, 0.92), (0.5, 0.5), (0.68, 0.26), tip], 0.06, 0.035), c.main)
    c.part(c.line((0.09, 0.92), (0.2, 0.81), 0.07), c.second)
    c.part(c.ellipse(0.42, 0.74, 0.12), c.main)
    c.part(c.ellipse(0.42, 0.74, 0.05), c.second)
    c.stroke([tip, (0.88, 0.22), (0.9, 0.6)], c.paint("white"), 3, inside=False)
    if c.chance(0.5):
        c.part(c.ellipse(0.88, 0.68, 0.1), c.paint("red"))
        c.part(c.overlap(c.ellipse(0.88, 0.68, 0.1), c.box(0, 0.68, 1, 1)), c.paint("white"), line=False)
    else:
        c.part(c.path([(0.9, 0.62), (0.9, 0.8), (0.82, 0.84), (0.76, 0.76)], 0.035), c.paint("silver"))


def _rope(c: Canvas) -> None:
    if c.chance(0.5):
        for cy in (0.72, 0.56, 0.4):
            c.part(c.ring(0.5, cy, 0.34, 0.15, 0.55), c.main)
        c.part(c.path([(0.78, 0.72), (0.92, 0.82), (0.85, 0.92)], 0.065), c.main)
    else:
        for i, r in enumerate((0.36, 0.27, 0.18)):
            c.part(c.ring(0.5 + 0.02 * i, 0.42, r, 0.12), c.main)
        c.part(c.path([(0.66, 0.7), (0.72, 0.86), (0.88, 0.92)], 0.065), c.main)
        c.part(c.box(0.4, 0.66, 0.56, 0.92, 0.05), c.second)


def _saw(c: Canvas) -> None:
    c = c.turned(c.pick(-35, -40)).scaled(1.12, 1.12)
    n, deep = 10, c.u(0.07, 0.1)
    teeth = [(0.3 + 0.68 * i / n, 0.66 - 0.07 * i / n + (deep if i % 2 else 0)) for i in range(n + 1)]
    c.part(c.polygon((0.26, 0.38), (0.98, 0.48), *reversed(teeth)), c.main, "slope")
    c.stroke([(0.3, 0.42), (0.94, 0.51)], c.main, 5)
    c.part(c.ring(0.16, 0.54, 0.14, 0.12), c.second)
    c.part(c.box(0.22, 0.38, 0.32, 0.68, 0.03), c.second)


def _compass(c: Canvas) -> None:
    c.part(c.ring(0.5, 0.12, 0.08, 0.07), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.42), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.27), c.paint("parchment"), "flat")
    a = math.radians(c.u(0, 180))
    dx, dy = 0.22 * math.cos(a), 0.22 * math.sin(a)
    for sign, ink in ((1, "red"), (-1, "black")):
        needle = c.line((0.5, 0.56), (0.5 + sign * dx, 0.56 + sign * dy), 0.05, 0.015)
        c.part(needle, c.paint(ink), "flat", line=False)


def _hourglass(c: Canvas) -> None:
    half = c.mirror_polygon((0.5, 0.12), (0.74, 0.12), (0.72, 0.34), (0.54, 0.5), (0.5, 0.5))
    glass = c.union(half, half[::-1])
    level, sand = c.u(0.22, 0.38), c.paint(c.pick("sand", "sand", "orange"))
    c.part(glass, c.paint("glass"), "flat")
    for top, low in ((level, 0.5), (1.06 - level, 0.9)):
        c.part(c.overlap(glass + 0.035, c.box(0, top, 1, low)), sand, "flat", line=False)
    c.stroke([(0.5, 0.46), (0.5, 0.82)], sand, 2)
    for side in (c, c.mirrored()):
        side.part(side.box(0.13, 0.1, 0.24, 0.9, 0.04), c.main)
    for y in (0.02, 0.82):
        c.part(c.box(0.07, y, 0.93, y + 0.16, 0.04), c.main)


def _telescope(c: Canvas) -> None:
    c = c.turned(c.u(-42, -30)).scaled(0.98, 0.98)
    for x0, x1, h in ((0.02, 0.36, 0.1), (0.32, 0.66, 0.14), (0.62, 0.98, 0.19)):
        c.part(c.box(x0, 0.5 - h, x1, 0.5 + h), c.main)
    for x, h in ((0.04, 0.13), (0.33, 0.16), (0.64, 0.21), (0.94, 0.23)):
        c.part(c.box(x - 0.04, 0.5 - h, x + 0.04, 0.5 + h, 0.02), c.second)


def _gear(c: Canvas) -> None:
    n = c.pick(6, 8, 8)
    teeth = [c.turned(360 * i / n).box(0.42, 0.02, 0.58, 0.3, 0.02) for i in range(n)]
    c.part(c.union(c.ellipse(0.5, 0.5, 0.37), *teeth), c.main, "bevel", depth=0.12)
    c.part(c.ring(0.5, 0.5, 0.2, 0.05), c.second, line=False)
    c.erase(c.ellipse(0.5, 0.5, c.u(0.1, 0.15)))


def _anvil(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    foot = c.u(0.8, 0.88)
    c.part(c.mirror_polygon((0.5, 0.44), (0.63, 0.44), (0.6, 0.66), (foot, 0.88), (0.5, 0.88)), c.main)
    top = c.polygon((0.02, 0.28), (0.16, 0.22), (0.3, 0.18), (0.97, 0.18), (0.97, 0.42), (0.42, 0.5), (0.26, 0.44))
    c.part(top, c.main, "bevel", depth=0.1)
    c.stroke([(0.3, 0.22), (0.92, 0.22)], c.main, 5)
    c.part(c.box(1 - foot - 0.02, 0.84, foot + 0.02, 0.96, 0.02), c.main)


def _magnet(c: Canvas) -> None:
    lean = c.pick(0, 0, 45, -45, 180)
    fit = 0.96 if lean % 90 == 0 else 0.84
    c = c.turned(lean).scaled(fit, fit)
    legs = c.box(0.07, 0.46, 0.33, 0.94), c.box(0.67, 0.46, 0.93, 0.94)
    c.part(c.union(c.arc(0.5, 0.46, 0.3, 0.26, 180, 360), *legs), c.main, "bevel", depth=0.1)
    for leg in legs:
        c.part(c.overlap(leg, c.box(0, 0.76, 1, 1)), c.paint("silver"), "slope")


def _bucket(c: Canvas) -> None:
    c.part(c.arc(0.5, 0.36, 0.34, 0.05, 180, 360), c.second)
    c.part(c.mirror_polygon((0.5, 0.3), (0.87, 0.3), (0.76, 0.92), (0.62, 0.97), (0.5, 0.98)), c.main)
    c.part(c.ellipse(0.5, 0.31, 0.37, 0.11), c.main, tone=1)
    c.part(c.ellipse(0.5, 0.33, 0.29, 0.07), c.paint(c.pick("water", "water", "black")), "flat", line=False)
    for y in (0.52, 0.76)[c.pick(0, 1) :]:
        c.part(c.box(0.2, y, 0.8, y + 0.07), c.second, line=False)


def _map(c: Canvas) -> None:
    dip = c.u(0.05, 0.1)
    c.part(c.polygon((0.04, 0.2), (0.34, 0.2 - dip), (0.66, 0.2), (0.96, 0.2 - dip), (0.96, 0.9 - dip), (0.66, 0.9),
                     (0.34, 0.9 - dip), (0.04, 0.9)), c.main, "flat", tone=1)  # fmt: skip
    c.part(c.polygon((0.34, 0.2 - dip), (0.66, 0.2), (0.66, 0.9), (0.34, 0.9 - dip)), c.main, "flat", line=False)
    trail = [(0.14, 0.76), (0.3, 0.52), (0.48, c.u(0.5, 0.74)), (0.68, 0.44)]
    c.stroke(trail, c.main, 0)
    x, y, arm = 0.8, 0.34, 0.09
    for sign in (-1, 1):
        c.fill(c.line((x - arm, y - sign * arm), (x + arm, y + sign * arm), 0.03), c.paint("red"), 3)
    if c.size >= 32:
        c.fill(c.ellipse(0.2, 0.36, 0.08, 0.05), c.main, 2)
        c.fill(c.ellipse(0.78, 0.7, 0.1, 0.05), c.main, 2)


def _backpack(c: Canvas) -> None:
    c.part(c.arc(0.5, 0.2, 0.14, 0.09, 180, 360), c.second)
    if c.chance(0.5):
        c.part(c.line((0.16, 0.18), (0.84, 0.18), 0.12), c.paint(c.pick("red", "green", "cloth")))
    for side in (c, c.mirrored()):
        side.part(side.box(0.05, 0.56, 0.3, 0.9, 0.08), c.main, tone=-1)
    c.part(c.box(0.16, 0.2, 0.84, 0.96, 0.16), c.main)
    c.part(c.box(0.13, 0.2, 0.87, 0.5, 0.14), c.main, tone=1)
    c.part(c.box(0.28, 0.62, 0.72, 0.9, 0.06), c.main)
    for x in (0.34, 0.66):
        c.part(c.box(x - 0.05, 0.42, x + 0.05, 0.58, 0.01), c.second)


KINDS = (
    Kind("pickaxe", "tools", _pickaxe, ("pick", "mining pick"), ("iron",), STUFF),
    Kind("shovel", "tools", _shovel, ("spade",), ("iron",), STUFF),
    Kind("key", "tools", _key, ("door key", "dungeon key"), ("gold", "iron"), STUFF),
    Kind("lantern", "tools", _lantern, ("oil lamp",), ("iron", "bronze"), STUFF),
    Kind("torch", "tools", _torch, ("burning torch",), ("orange", "flame"), attributes=("sparkling", "small")),
    Kind("fishing rod", "tools", _fishing_rod, ("fishing pole",), ("wood",), ("wood", "gold", "iron")),
    Kind("rope", "tools", _rope, ("coil of rope", "lasso"), ("tan", "brown")),
    Kind("saw", "tools", _saw, ("hand saw",), ("iron",), STUFF),
    Kind("compass", "tools", _compass, (), ("gold", "bronze"), STUFF),
    Kind("hourglass", "tools", _hourglass, ("sand timer",), ("wood", "gold"), STUFF),
    Kind("telescope", "tools", _telescope, ("spyglass",), ("bronze", "gold"), STUFF),
    Kind("gear", "tools", _gear, ("cog", "cogwheel"), ("iron", "bronze"), STUFF),
    Kind("anvil", "tools", _anvil, (), ("iron",), STUFF),
    Kind("magnet", "tools", _magnet, ("horseshoe magnet",), ("red",)),
    Kind("bucket", "tools", _bucket, ("pail",), ("wood", "iron"), STUFF),
    Kind("map", "tools", _map, ("treasure map",), ("parchment",)),
    Kind("backpack", "tools", _backpack, ("rucksack", "bag"), ("leather", "brown"), ("leather",)),
    *household.KINDS,
)
