"""Monsters that were built or have grown: stone, machines, snow, wood, plants and fire."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import ALIVE, eye, eyeball, eyes, fangs, smile, spot

STONY = ("stone", "iron", "gold", "crystal", "ice", "wood", "obsidian", "copper", "bronze")


def _golem(c: Canvas) -> None:
    bulk = c.u(0.26, 0.3)
    for s in (c, c.mirrored()):
        s.part(s.box(0.55, 0.7, 0.74, 0.96, 0.03), c.main, "bevel", tone=-0.6)
        s.part(s.box(0.5 + bulk - 0.04, 0.3, 0.97, 0.56, 0.07), c.main, "bevel", depth=0.08)
        s.part(s.box(0.76, 0.52, 0.98, 0.84, 0.06), c.main, "bevel", depth=0.08, tone=0.4)
    c.part(
        c.polygon((0.5 - bulk, 0.26), (0.5 + bulk, 0.26), (0.66, 0.78), (0.34, 0.78)),
        c.main,
        "bevel",
        depth=0.08,
    )
    c.part(c.box(0.37, 0.06, 0.63, 0.34, 0.05), c.main, "bevel", depth=0.07, tone=0.4)
    glow = c.paint(c.pick("yellow", "cyan", "red"))
    for x in (0.44, 0.56):
        c.fill(spot(c, x, 0.2, 0.035, 0.8), glow, 4)
    if c.chance(0.6):
        c.part(c.ellipse(0.5, 0.5, 0.075), glow, line=True)
    c.stroke([(0.38, 0.42), (0.42, 0.5), (0.38, 0.58)], c.main, 0)
    c.stroke([(0.62, 0.62), (0.58, 0.68), (0.6, 0.74)], c.main, 0)


def _mimic(c: Canvas) -> None:
    tilt, trim = c.u(0.3, 0.38), c.paint("gold")
    lid = c.mirror_polygon((0.5, 0.05), (0.7, 0.05), (0.88, 0.14), (0.92, 0.46))
    c.part(lid, c.main, "bevel", depth=0.1)
    c.fill(c.box(0.12, tilt, 0.88, 0.64, 0.04), c.paint("blood"), 0)
    c.part(c.box(0.06, 0.6, 0.94, 0.96, 0.04), c.main, "bevel", depth=0.1)
    for x in (0.16, 0.84):
        c.part(c.box(x - 0.045, 0.62, x + 0.045, 0.96), trim, "flat", line=False)
    xs = (0.2, 0.35, 0.5, 0.65, 0.8)
    fangs(c, xs, tilt, 0.065, 0.11)
    fangs(c, (0.275, 0.425, 0.575, 0.725), 0.61, 0.06, -0.09)
    tongue = c.path([(0.52, 0.56), (0.56, 0.7), (c.u(0.58, 0.68), 0.86)], 0.09, 0.06)
    c.part(tongue, c.paint("pink"), tone=-0.5)
    for x in (0.34, 0.66):
        eyeball(c, x, 0.2, 0.085, look=(0, 0.4))
    c.part(c.box(0.2, 0.66, 0.32, 0.8, 0.02), trim)


def _robot(c: Canvas) -> None:
    lamp, steel = c.paint(c.pick("cyan", "lime", "yellow", "red")), c.paint("iron")
    for s in (c, c.mirrored()):
        s.part(s.box(0.55, 0.76, 0.67, 0.9), steel)
        s.part(s.box(0.52, 0.87, 0.74, 0.97, 0.03), c.main, "bevel")
        s.part(s.path([(0.7, 0.58), (0.84, 0.62), (0.86, 0.74)], 0.05), steel)
        s.part(s.arc(0.86, 0.82, 0.07, 0.05, -40, 220), c.main)
    c.part(c.line((0.5, 0.14), (0.5, 0.06), 0.022), steel)
    c.part(c.ellipse(0.5, 0.06, 0.05), lamp)
    c.part(c.box(0.3, 0.48, 0.7, 0.8, 0.04), c.main, "bevel")
    c.part(c.box(0.38, 0.58, 0.62, 0.7, 0.02), c.second, "flat")
    c.fill(c.union(*(spot(c, x, 0.64, 0.025) for x in (0.44, 0.56))), lamp, 3)
    for s in (c, c.mirrored()):
        s.part(s.box(0.76, 0.24, 0.83, 0.38, 0.02), steel)
    c.part(c.box(0.24, 0.12, 0.76, 0.5, c.pick(0.03, 0.1)), c.main, "bevel")
    c.fill(c.box(0.31, 0.2, 0.69, 0.37, 0.04), c.paint("black"), 0)
    if c.chance(0.5):
        c.fill(c.union(*(spot(c, x, 0.285, 0.05) for x in (0.41, 0.59))), lamp, 4)
    else:
        c.fill(c.union(*(c.box(x - 0.06, 0.26, x + 0.06, 0.32) for x in (0.42, 0.58))), lamp, 4)
    c.stroke([(0.4, 0.435), (0.6, 0.435)], c.main, 0)


def _snowman(c: Canvas) -> None:
    wood, coal = c.paint("wood"), c.paint("eye")
    for s in (c, c.mirrored()):
        s.part(s.line((0.7, 0.6), (0.94, 0.44), 0.025), wood)
        s.part(s.line((0.86, 0.5), (0.94, 0.56), 0.02), wood, line=False)
    c.part(c.ellipse(0.5, 0.76, c.u(0.29, 0.33), 0.21), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.235, 0.16), c.main)
    c.part(c.ellipse(0.5, 0.35, 0.2, 0.175), c.main)
    for y in (0.59, 0.7, 0.81):
        c.fill(spot(c, 0.5, y, 0.03), coal, 0)
    c.part(c.box(0.32, 0.46, 0.68, 0.54, 0.03), c.second)
    c.part(c.box(0.58, 0.48, 0.67, 0.7, 0.02), c.second)
    eyes(c, 0.32, 0.08, 0.03, 1.2, on=c.main)
    c.part(c.polygon((0.48, 0.35), (0.7, 0.4), (0.48, 0.42)), c.paint("orange"), "flat")
    if c.chance(0.7):
        c.part(c.box(0.36, 0.03, 0.64, 0.22, 0.02), c.paint("black"), "bevel")
        c.part(c.box(0.28, 0.18, 0.72, 0.25, 0.02), c.paint("black"), "bevel")
        c.fill(c.box(0.36, 0.14, 0.64, 0.18), c.second, 3)


def _treant(c: Canvas) -> None:
    wood = c.paint("wood")
    for s in (c, c.mirrored()):
        s.part(s.line((0.58, 0.8), (c.u(0.68, 0.74), 0.95), 0.08, 0.05), wood)
        s.part(s.path([(0.62, 0.66), (0.82, 0.68), (0.92, 0.54)], 0.055, 0.03), wood)
        s.part(s.line((0.84, 0.68), (0.97, 0.7), 0.03, 0.02), wood)
    c.part(c.mirror_polygon((0.5, 0.4), (0.66, 0.42), (0.64, 0.7), (0.7, 0.93), (0.5, 0.9)), wood)
    crown = ((0.5, 0.2, 0.2), (0.27, 0.3, 0.18), (0.73, 0.3, 0.18), (0.4, 0.36, 0.14), (0.6, 0.36, 0.14))
    c.part(c.union(*(c.ellipse(x, y, r * c.u(0.95, 1.1), r * 0.9) for x, y, r in crown)), c.main)
    for x, y in ((0.34, 0.22), (0.56, 0.14), (0.7, 0.3), (0.46, 0.34)):
        c.stroke([(x - 0.05, y), (x, y + 0.04), (x + 0.05, y)], c.main, 1)
    for x in (0.43, 0.57):
        c.fill(spot(c, x, 0.59, 0.04, 1.1), c.paint("eye"), 0)
        c.fill(spot(c, x, 0.6, 0.018), c.paint("yellow"), 4)
    c.fill(c.ellipse(0.5, 0.74, 0.075, 0.06), c.paint("eye"), 0)


def _mushroom_man(c: Canvas) -> None:
    pale, w = c.paint("parchment"), c.u(0.43, 0.48)
    for x in (0.4, 0.6):
        c.part(c.ellipse(x, 0.92, 0.09, 0.055), c.main, tone=-1)
    for s in (c, c.mirrored()):
        s.part(s.path([(0.62, 0.66), (0.76, 0.72), (0.8, 0.6)], 0.05), pale)
    c.part(c.box(0.33, 0.42, 0.67, 0.92, 0.13), pale)
    eyes(c, 0.64, 0.075, 0.035, 1.6)
    smile(c, 0.5, 0.74, 0.05, pale, 0.03)
    cap = c.union(
        c.cut(c.ellipse(0.5, 0.5, w, c.u(0.44, 0.48)), c.box(0, 0.46, 1, 1)),
        c.box(0.5 - w, 0.38, 0.5 + w, 0.54, 0.08),
    )
    c.part(cap, c.main)
    for x, y, r in (
        (0.34, 0.26, 0.08),
        (0.62, 0.18, 0.07),
        (0.74, 0.38, 0.065),
        (0.5, 0.42, 0.055),
        (0.2, 0.42, 0.05),
    ):
        c.fill(c.ellipse(x, y, r, r * 0.85), c.paint("white"), 3, inside=True)


def _plant_monster(c: Canvas) -> None:
    sway = c.u(-0.06, 0.06)
    c.part(c.path([(0.5, 0.94), (0.5 + sway, 0.78), (0.44, 0.6), (0.46, 0.5)], 0.055), c.main, tone=-1)
    for s in (c, c.mirrored()):
        s.part(s.polygon((0.5, 0.95), (0.66, 0.74), (0.96, 0.7), (0.8, 0.9)), c.main, tone=-0.6)
        s.stroke([(0.54, 0.93), (0.9, 0.73)], c.main, 1)
    ball = c.ellipse(0.46, 0.34, 0.33, 0.31)
    jaws = c.polygon((0.4, 0.36), (0.86, 0.14), (0.86, 0.54))
    c.fill(c.overlap(ball, jaws), c.paint("blood"), 0)
    c.part(c.cut(ball, jaws), c.main)
    for t in (0.3, 0.55, 0.8):
        x = 0.4 + 0.4 * t
        fangs(c, (x,), 0.36 - 0.19 * t, 0.04, 0.1)
        fangs(c, (x,), 0.36 + 0.155 * t, 0.04, -0.1)
    for x, y in ((0.3, 0.18), (0.2, 0.36), (0.34, 0.52)):
        c.fill(c.ellipse(x, y, 0.05), c.second, 4)
    eye(c, 0.45, 0.19, 0.04, on=c.main)


def _fire_spirit(c: Canvas) -> None:
    tip = c.u(-0.08, 0.08)
    flame = c.polygon(
        (0.5 + tip, 0.02), (0.62, 0.2), (0.74, 0.1), (0.78, 0.34), (0.94, 0.3), (0.88, 0.62), (0.78, 0.86),
        (0.5, 0.97), (0.22, 0.86), (0.12, 0.62), (0.08, 0.36), (0.24, 0.42), (0.24, 0.14), (0.38, 0.26),
    )  # fmt: skip
    c.part(flame, c.main)
    core = c.mirror_polygon((0.5, 0.34), (0.62, 0.52), (0.74, 0.66), (0.66, 0.86), (0.5, 0.9))
    c.part(core, c.main, "flat", tone=2, line=False)
    for x, out in ((0.4, -1), (0.6, 1)):
        c.fill(c.union(c.polygon((x - 0.05 * out, 0.66), (x + 0.08 * out, 0.56), (x + 0.05 * out, 0.7)),
                       spot(c, x, 0.65, 0.035)), c.paint("eye"), 0)  # fmt: skip
    c.fill(c.mirror_polygon((0.5, 0.76), (0.55, 0.79), (0.6, 0.76), (0.55, 0.85)), c.paint("eye"), 0)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("golem", _golem, ("stone giant", "elemental"), ("stone",), STONY),
    ("mimic", _mimic, ("chest monster",), ("wood", "brown"), ("wood", "gold", "iron")),
    (
        "robot",
        _robot,
        ("android", "droid"),
        ("grey", "silver", "orange"),
        ("iron", "gold", "copper", "silver"),
    ),
    ("snowman", _snowman, ("snow man",), ("white",), ("ice",)),
    ("treant", _treant, ("ent", "tree monster"), ("green", "dark green", "orange"), ()),
    ("mushroom man", _mushroom_man, ("myconid", "mushroom monster"), ("red", "brown", "purple"), ()),
    ("plant monster", _plant_monster, ("flytrap monster", "killer plant"), ("green", "purple", "red"), ()),
    ("fire spirit", _fire_spirit, ("fire elemental", "flame monster"), ("lava", "flame", "orange"), ()),
)
KINDS = tuple(
    Kind(name, "monsters", draw, also, natural, materials, attributes=ALIVE)
    for name, draw, also, natural, materials in NAMES
)
