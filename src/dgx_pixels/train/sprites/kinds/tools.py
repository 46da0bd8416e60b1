"""Tools and adventuring gear."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

STUFF = ("iron", "gold", "silver", "bronze", "copper", "stone", "wood", "crystal", "bone")


def _pickaxe(c: Canvas) -> None:
    c = c.turned(c.pick(0, 35))
    c.part(c.line((0.5, 0.2), (0.5, 0.98), 0.05), c.paint("wood"))
    drop = c.u(0.36, 0.46)
    c.part(c.path([(0.04, drop), (0.22, 0.2), (0.5, 0.14), (0.78, 0.2), (0.96, drop)], 0.085), c.main)
    c.part(c.box(0.41, 0.06, 0.59, 0.28, 0.02), c.second)


def _shovel(c: Canvas) -> None:
    c = c.turned(c.pick(0, 45))
    c.part(c.line((0.5, 0.1), (0.5, 0.6), 0.045), c.paint("wood"))
    c.part(c.line((0.36, 0.08), (0.64, 0.08), 0.055), c.second)
    w = c.u(0.22, 0.27)
    c.part(c.mirror_polygon((0.5, 0.52), (0.5 + w, 0.54), (0.5 + w, 0.78), (0.5, 1.0)), c.main, "bevel")


def _key(c: Canvas) -> None:
    c = c.turned(c.pick(45, 0))
    c.part(c.box(0.43, 0.36, 0.57, 0.98, 0.02), c.main)
    for y in (0.72, 0.88):
        c.part(c.box(0.5, y - 0.05, c.u(0.74, 0.8), y + 0.06), c.main)
    bow = c.pick(0, 1)
    c.part(c.ring(0.5, 0.22, 0.17, 0.12) if bow else c.star(0.5, 0.22, 0.26, 0.2, 4, 45), c.main)
    c.erase(c.ellipse(0.5, 0.22, 0.1))
    c.part(c.box(0.36, 0.42, 0.64, 0.5, 0.02), c.second)


def _lantern(c: Canvas) -> None:
    c.part(c.arc(0.5, 0.22, 0.17, 0.05, 180, 360), c.main)
    c.part(c.box(0.28, 0.34, 0.72, 0.84), c.paint("flame"), "round", tone=1)
    c.fill(c.ellipse(0.5, 0.62, 0.08, 0.13), c.paint("yellow"), 5)
    c.part(c.mirror_polygon((0.5, 0.16), (0.6, 0.18), (0.82, 0.38), (0.5, 0.38)), c.main)
    c.part(c.box(0.18, 0.8, 0.82, 0.97, 0.03), c.main)
    for x in (0.22, 0.78):
        c.part(c.box(x - 0.055, 0.36, x + 0.055, 0.84), c.main)


def _torch(c: Canvas) -> None:
    c = c.turned(c.pick(0, 20))
    c.part(c.polygon((0.4, 0.5), (0.6, 0.5), (0.55, 0.99), (0.45, 0.99)), c.paint("wood"))
    tip = c.u(-0.02, 0.06)
    flame = c.polygon((0.24, 0.42), (0.28, 0.22), (0.38, 0.3), (0.5, tip), (0.62, 0.28), (0.72, 0.2), (0.76, 0.42),
                      (0.62, 0.58), (0.38, 0.58))  # fmt: skip
    c.part(flame, c.main, "flat")
    c.fill(c.ellipse(0.5, 0.44, 0.14, 0.15), c.main, 5)
    c.part(c.box(0.36, 0.54, 0.64, 0.64, 0.02), c.second)


def _fishing_rod(c: Canvas) -> None:
    c.part(c.line((0.1, 0.96), (0.84, 0.06), 0.05, 0.03), c.main)
    c.part(c.line((0.08, 0.98), (0.24, 0.79), 0.065), c.second)
    c.part(c.ellipse(0.36, 0.72, 0.1), c.main)
    c.stroke([(0.84, 0.06), (0.86, 0.66)], c.paint("white"), 3, inside=False)
    c.part(c.arc(0.8, 0.72, 0.08, 0.06, 0, 190), c.second)


def _rope(c: Canvas) -> None:
    for cy in (0.72, 0.56, 0.4):
        c.part(c.ring(0.5, cy, 0.34, 0.14, 0.55), c.main)
    c.part(c.path([(0.78, 0.72), (0.92, 0.84), (0.84, 0.96)], 0.06), c.main)


def _saw(c: Canvas) -> None:
    teeth = [(0.34 + 0.6 * i / 12, 0.62 + (0.08 if i % 2 else 0)) for i in range(13)]
    c.part(c.polygon((0.3, 0.26), (0.97, 0.44), *reversed(teeth)), c.main, "slope")
    c.part(c.ring(0.2, 0.46, 0.15, 0.11), c.second)


def _compass(c: Canvas) -> None:
    c.part(c.ring(0.5, 0.12, 0.08, 0.06), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.42), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.26), c.paint("parchment"), "flat")
    a = math.radians(c.u(0, 180))
    dx, dy = 0.22 * math.cos(a), 0.22 * math.sin(a)
    c.part(c.line((0.5, 0.56), (0.5 + dx, 0.56 + dy), 0.05, 0.015), c.paint("red"), "flat", line=False)
    c.part(c.line((0.5, 0.56), (0.5 - dx, 0.56 - dy), 0.05, 0.015), c.paint("black"), "flat", line=False)


def _hourglass(c: Canvas) -> None:
    glass = c.union(c.mirror_polygon((0.5, 0.12), (0.74, 0.12), (0.72, 0.34), (0.55, 0.5), (0.5, 0.5)),
                    c.mirror_polygon((0.5, 0.5), (0.55, 0.5), (0.72, 0.66), (0.74, 0.88), (0.5, 0.88)))  # fmt: skip
    c.part(glass, c.paint("glass"), "flat")
    c.part(c.overlap(glass + 0.03, c.box(0, c.u(0.24, 0.34), 1, 0.5)), c.paint("sand"), "flat", line=False)
    c.part(c.overlap(glass + 0.03, c.box(0, c.u(0.66, 0.76), 1, 0.9)), c.paint("sand"), "flat", line=False)
    for side in (c, c.mirrored()):
        side.part(side.box(0.12, 0.1, 0.23, 0.9), c.main)
    for y in (0.02, 0.83):
        c.part(c.box(0.08, y, 0.92, y + 0.16, 0.03), c.main)


def _telescope(c: Canvas) -> None:
    c = c.turned(-30)
    c.part(c.box(0.02, 0.42, 0.36, 0.58), c.main)
    c.part(c.box(0.32, 0.38, 0.66, 0.62), c.main)
    c.part(c.box(0.62, 0.33, 0.98, 0.67), c.main)
    for x, h in ((0.33, 0.14), (0.64, 0.19), (0.94, 0.2)):
        c.part(c.box(x - 0.04, 0.5 - h, x + 0.04, 0.5 + h, 0.02), c.second)


def _gear(c: Canvas) -> None:
    n = c.pick(6, 8)
    teeth = [c.box(0.42, 0.02, 0.58, 0.3)]
    teeth = [c.turned(360 * i / n).box(0.42, 0.02, 0.58, 0.3, 0.02) for i in range(n)]
    c.part(c.union(c.ellipse(0.5, 0.5, 0.37), *teeth), c.main, "bevel", depth=0.12)
    c.part(c.ring(0.5, 0.5, 0.2, 0.05), c.second, line=False)
    c.erase(c.ellipse(0.5, 0.5, c.u(0.1, 0.15)))


def _anvil(c: Canvas) -> None:
    c.part(c.mirror_polygon((0.5, 0.44), (0.62, 0.44), (0.6, 0.7), (0.84, 0.9), (0.5, 0.9)), c.main)
    c.part(
        c.polygon((0.02, 0.26), (0.28, 0.2), (0.97, 0.2), (0.97, 0.46), (0.4, 0.5), (0.28, 0.38)),
        c.main,
        "bevel",
    )
    c.part(c.box(0.14, 0.86, 0.86, 0.97), c.second)


def _magnet(c: Canvas) -> None:
    c = c.turned(c.pick(0, 45, -45))
    c.part(c.union(c.arc(0.5, 0.46, 0.3, 0.24, 180, 360), c.box(0.08, 0.46, 0.32, 0.9), c.box(0.68, 0.46, 0.92, 0.9)),
           c.main, "bevel")  # fmt: skip
    for x in (0.08, 0.68):
        c.part(c.box(x, 0.74, x + 0.24, 0.94), c.paint("silver"), "flat")


def _bucket(c: Canvas) -> None:
    c.part(c.arc(0.5, 0.36, 0.34, 0.045, 180, 360), c.second)
    c.part(c.mirror_polygon((0.5, 0.3), (0.86, 0.3), (0.74, 0.94), (0.5, 0.97)), c.main)
    c.part(c.ellipse(0.5, 0.31, 0.37, 0.1), c.main, tone=1)
    c.part(c.ellipse(0.5, 0.33, 0.28, 0.06), c.paint(c.pick("water", "black")), "flat", line=False)
    c.part(c.box(0.2, 0.66, 0.8, 0.74), c.second, line=False)


def _scissors(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(
            side.polygon((0.4, 0.6), (0.68, 0.02), (0.74, 0.12), (0.54, 0.64)), c.paint("steel"), "bevel"
        )
    for x in (0.26, 0.74):
        c.part(c.ring(x, 0.76, 0.16, 0.12, 1.0), c.main)
    c.part(c.line((0.36, 0.64), (0.64, 0.64), 0.05), c.main)


def _paintbrush(c: Canvas) -> None:
    c = c.turned(45)
    c.part(c.line((0.5, 0.45), (0.5, 0.98), 0.07, 0.035), c.paint("wood"))
    c.part(c.box(0.38, 0.34, 0.62, 0.5, 0.02), c.paint("silver"))
    c.part(c.mirror_polygon((0.5, 0.0), (0.6, 0.1), (0.68, 0.26), (0.62, 0.38), (0.5, 0.38)), c.main)


def _map(c: Canvas) -> None:
    c.part(c.polygon((0.06, 0.2), (0.34, 0.12), (0.66, 0.2), (0.94, 0.12), (0.94, 0.8), (0.66, 0.88), (0.34, 0.8),
                     (0.06, 0.88)), c.main, "flat", tone=1)  # fmt: skip
    c.part(c.polygon((0.34, 0.12), (0.66, 0.2), (0.66, 0.88), (0.34, 0.8)), c.main, "flat", line=False)
    c.stroke([(0.16, 0.7), (0.34, 0.5), (0.5, 0.62), (0.68, 0.4)], c.main, 0)
    c.stroke([(0.7, 0.26), (0.84, 0.42)], c.paint("red"), 2)
    c.stroke([(0.84, 0.26), (0.7, 0.42)], c.paint("red"), 2)


def _backpack(c: Canvas) -> None:
    c.part(c.arc(0.5, 0.2, 0.14, 0.08, 180, 360), c.second)
    c.part(c.box(0.16, 0.18, 0.84, 0.95, 0.16), c.main)
    c.part(c.box(0.12, 0.18, 0.88, 0.46, 0.14), c.main, tone=1)
    c.part(c.box(0.28, 0.58, 0.72, 0.88, 0.06), c.main)
    for x in (0.32, 0.68):
        c.part(c.box(x - 0.04, 0.4, x + 0.04, 0.54), c.second)


KINDS = (
    Kind("pickaxe", "tools", _pickaxe, ("pick", "mining pick"), ("iron",), STUFF),
    Kind("shovel", "tools", _shovel, ("spade",), ("iron",), STUFF),
    Kind("key", "tools", _key, ("door key", "dungeon key"), ("gold", "iron"), STUFF),
    Kind("lantern", "tools", _lantern, ("oil lamp",), ("iron", "bronze"), STUFF),
    Kind(
        "torch",
        "tools",
        _torch,
        ("burning torch",),
        ("orange", "flame"),
        (),
        attributes=("sparkling", "small"),
    ),
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
    Kind("scissors", "tools", _scissors, ("shears",), ("red", "blue")),
    Kind("paintbrush", "tools", _paintbrush, ("brush",), ("red", "blue", "green")),
    Kind("map", "tools", _map, ("treasure map",), ("parchment",)),
    Kind("backpack", "tools", _backpack, ("rucksack", "bag"), ("leather", "brown"), ("leather",)),
)
