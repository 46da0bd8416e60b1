"""Weapons: drawn upright or lying along the diagonal, point to the top right."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

METALS = ("iron", "gold", "silver", "bronze", "crystal", "bone", "obsidian", "wood", "ice")


def _sword(c: Canvas) -> None:
    c = c.turned(c.pick(45, 45, 40)).scaled(1.12, 1.12)
    width, guard = c.u(0.06, 0.095), c.u(0.16, 0.24)
    tip, hilt = c.u(-0.06, 0.02), c.u(0.66, 0.72)
    blade = c.mirror_polygon((0.5, tip), (0.5 + width, tip + 0.13), (0.5 + width * c.u(0.8, 1.1), hilt))
    c.part(c.line((0.5, hilt), (0.5, hilt + 0.24), 0.042), c.paint(c.pick("brown", "leather", "black")))
    c.part(blade, c.main, "bevel", depth=width)
    c.stroke([(0.5, tip + 0.1), (0.5, hilt)], c.main, 4)
    c.part(c.box(0.5 - guard, hilt - 0.03, 0.5 + guard, hilt + 0.05, 0.03), c.second)
    c.part(c.ellipse(0.5, hilt + 0.27, 0.06), c.second)


def _dagger(c: Canvas) -> None:
    c = c.turned(45)
    tip, hilt, width = c.u(0.1, 0.18), c.u(0.56, 0.62), c.u(0.11, 0.14)
    c.part(c.line((0.5, hilt), (0.5, 0.88), 0.05), c.paint(c.pick("leather", "wood", "black")))
    blade = c.mirror_polygon((0.5, tip), (0.5 + width, hilt - 0.2), (0.5 + width * 0.75, hilt))
    c.part(blade, c.main, "bevel", depth=0.1)
    c.part(c.line((0.33, hilt + 0.02), (0.67, hilt + 0.02), 0.045), c.second)
    c.part(c.ellipse(0.5, 0.9, 0.065), c.second)


def _axe(c: Canvas) -> None:
    c = c.turned(c.pick(0, 20, 35)).moved(-0.08, 0)
    c.part(c.line((0.5, 0.08), (0.5, 0.97), 0.045), c.paint("wood"))
    top, reach = c.u(0.06, 0.12), c.u(0.32, 0.4)
    head = c.polygon(
        (0.47, top + 0.06), (0.5 + reach, top - 0.06), (0.58 + reach, top + 0.2), (0.5 + reach, top + 0.46),
        (0.47, top + 0.3),
    )  # fmt: skip
    c.part(head, c.main, "bevel", depth=0.09)
    if c.chance(0.5):
        c.part(c.polygon((0.53, top + 0.06), (0.53, top + 0.3), (0.24, top + 0.18)), c.main, "bevel")
    c.part(c.box(0.43, top + 0.04, 0.57, top + 0.32, 0.02), c.second)


def _scimitar(c: Canvas) -> None:
    c = c.turned(c.pick(20, 30))
    bend = c.u(0.26, 0.34)
    blade = c.path(
        [(0.34, 0.74), (0.42, 0.5), (0.42 + bend * 0.5, 0.26), (0.4 + bend * 1.3, 0.06)], 0.085, 0.03
    )
    fat = c.polygon((0.42, 0.5), (0.62, 0.36), (0.78, 0.06), (0.5, 0.2))
    c.part(c.line((0.3, 0.76), (0.2, 0.94), 0.055), c.paint(c.pick("leather", "black", "brown")))
    c.part(c.union(blade, fat), c.main, "bevel", depth=0.08)
    c.part(c.line((0.22, 0.68), (0.46, 0.82), 0.045), c.second)


def _spear(c: Canvas) -> None:
    c = c.turned(c.pick(45, 40)).scaled(1.15, 1.15)
    c.part(c.line((0.5, 0.25), (0.5, 1.02), 0.038), c.paint(c.pick("wood", "wood", "black")))
    w, length = c.u(0.12, 0.16), c.u(0.32, 0.4)
    c.part(
        c.mirror_polygon((0.5, -0.04), (0.5 + w, length * 0.62), (0.5, length)), c.main, "bevel", depth=0.09
    )
    c.part(c.box(0.43, length - 0.04, 0.57, length + 0.06, 0.02), c.second)
    if c.chance(0.5):
        c.part(c.polygon((0.52, length + 0.06), (0.7, length + 0.22), (0.52, length + 0.18)), c.main)


def _bow(c: Canvas) -> None:
    c = c.turned(c.pick(0, 30, 45))
    reach = c.u(0.3, 0.38)
    c.stroke([(0.3, 0.06), (0.3, 0.94)], c.paint("white"), 3, inside=False)
    limbs = [
        (0.3, 0.04),
        (0.36 + reach * 0.5, 0.16),
        (0.36 + reach, 0.5),
        (0.36 + reach * 0.5, 0.84),
        (0.3, 0.96),
    ]
    c.part(c.path(limbs, 0.065), c.main)
    c.part(c.line((0.35 + reach, 0.4), (0.35 + reach, 0.6), 0.075), c.second)


def _crossbow(c: Canvas) -> None:
    c = c.turned(c.pick(45, 0))
    c.part(c.box(0.43, 0.14, 0.57, 0.97, 0.03), c.paint("wood"))
    c.stroke([(0.05, 0.36), (0.5, 0.58), (0.95, 0.36)], c.paint("white"), 3, inside=False)
    c.part(c.path([(0.03, 0.38), (0.2, 0.2), (0.5, 0.14), (0.8, 0.2), (0.97, 0.38)], 0.085), c.main)
    c.part(c.polygon((0.5, -0.02), (0.6, 0.12), (0.4, 0.12)), c.main)
    c.part(c.box(0.46, 0.12, 0.54, 0.6), c.second)


def _mace(c: Canvas) -> None:
    c = c.turned(45)
    r = c.u(0.2, 0.24)
    c.part(c.line((0.5, 0.4), (0.5, 1.0), 0.045), c.paint(c.pick("wood", "black")))
    c.part(c.star(0.5, 0.22, r * 1.55, r * 0.8, c.pick(8, 10)), c.main)
    c.part(c.ellipse(0.5, 0.22, r), c.main)
    c.part(c.box(0.43, 0.42, 0.57, 0.5, 0.02), c.second)


def _flail(c: Canvas) -> None:
    c.part(c.line((0.14, 0.94), (0.42, 0.3), 0.05), c.paint("wood"))
    c.part(c.path([(0.42, 0.28), (0.58, 0.16), (0.72, 0.34)], 0.03), c.second)
    c.part(c.star(0.73, 0.6, 0.27, 0.17, c.pick(8, 10)), c.main)
    c.part(c.ellipse(0.73, 0.6, 0.17), c.main)


def _hammer(c: Canvas) -> None:
    c = c.turned(c.pick(0, 30, 45))
    h = c.u(0.26, 0.32)
    c.part(c.line((0.5, 0.2), (0.5, 0.98), 0.05), c.paint("wood"))
    c.part(c.box(0.14, 0.06, 0.86, 0.06 + h, 0.04), c.main, "bevel")
    c.part(c.box(0.42, 0.04, 0.58, 0.08 + h, 0.02), c.second)


def _staff(c: Canvas) -> None:
    c = c.turned(c.pick(15, 30, 40)).scaled(1.05, 1.08)
    r = c.u(0.15, 0.19)
    c.part(c.path([(0.5, 0.3), (0.47, 0.6), (0.5, 1.0)], 0.045), c.paint(c.pick("wood", "wood", "black")))
    if c.chance(0.5):
        c.part(c.arc(0.5, 0.2, r + 0.06, 0.07, 20, 300), c.second)
    else:
        c.part(c.polygon((0.32, 0.2), (0.44, 0.42), (0.56, 0.42), (0.68, 0.2), (0.5, 0.32)), c.second)
    c.part(c.ellipse(0.5, 0.18, r), c.main)
    c.dots([(0.45, 0.12)], c.paint("white"), 5)


def _wand(c: Canvas) -> None:
    c = c.turned(45)
    c.part(c.line((0.5, 0.36), (0.5, 0.98), 0.05), c.paint(c.pick("black", "wood")))
    c.part(c.line((0.5, 0.88), (0.5, 0.98), 0.055), c.second)
    c.part(c.star(0.5, 0.24, 0.27, 0.12, 5), c.main)


def _trident(c: Canvas) -> None:
    c = c.turned(c.pick(0, 45)).scaled(1.08, 1.08)
    w = c.u(0.22, 0.28)
    c.part(c.line((0.5, 0.36), (0.5, 1.0), 0.04), c.second)
    for x in (0.5 - w, 0.5, 0.5 + w):
        c.part(c.polygon((x, 0.0), (x + 0.075, 0.14), (x, 0.2), (x - 0.075, 0.14)), c.main)
    prongs = [(0.5 - w, 0.14), (0.5 - w, 0.32), (0.5, 0.42), (0.5 + w, 0.32), (0.5 + w, 0.14)]
    c.part(c.union(c.path(prongs, 0.05), c.line((0.5, 0.12), (0.5, 0.46), 0.05)), c.main)


def _scythe(c: Canvas) -> None:
    c.part(c.line((0.72, 0.08), (0.46, 0.98), 0.04), c.paint(c.pick("wood", "black")))
    blade = c.cut(c.ellipse(0.42, 0.44, 0.42, 0.4), c.ellipse(0.44, 0.58, 0.42, 0.4), c.box(0.74, 0, 1.2, 1))
    c.part(blade, c.main, "bevel", depth=0.09)
    c.part(c.line((0.66, 0.06), (0.76, 0.22), 0.06), c.second)


def _throwing_star(c: Canvas) -> None:
    n = c.pick(4, 4, 6)
    c.part(c.star(0.5, 0.5, 0.5, c.u(0.15, 0.2), n, c.u(0, 30)), c.main, "bevel", depth=0.08)
    c.fill(c.ellipse(0.5, 0.5, 0.08), c.paint("black"), 1)


def _bomb(c: Canvas) -> None:
    r = c.u(0.34, 0.38)
    c.part(c.ellipse(0.46, 0.62, r), c.main)
    c.part(c.line((0.62, 0.36), (0.68, 0.28), 0.09), c.second)
    c.part(c.path([(0.68, 0.28), (0.74, 0.14), (0.84, 0.14)], 0.035), c.paint("tan"))
    c.part(c.star(0.87, 0.12, 0.13, 0.06, 5), c.paint("flame"), "flat")
    c.fill(c.ellipse(0.34, 0.5, 0.06, 0.08), c.main, 5)


def _pistol(c: Canvas) -> None:
    c.part(c.polygon((0.12, 0.42), (0.36, 0.42), (0.28, 0.86), (0.08, 0.8)), c.paint("wood"))
    c.part(c.box(0.08, 0.24, c.u(0.9, 0.98), 0.46, 0.04), c.main, "bevel")
    c.part(c.arc(0.42, 0.5, 0.12, 0.05, 0, 180), c.second)
    c.part(c.polygon((0.08, 0.24), (0.2, 0.1), (0.24, 0.24)), c.second)


def _whip(c: Canvas) -> None:
    c.part(c.arc(0.54, 0.44, 0.32, 0.1, -200, 100), c.main)
    c.part(c.arc(0.52, 0.42, 0.17, 0.09, -90, 160), c.main)
    c.part(c.line((0.1, 0.94), (0.26, 0.58), 0.07), c.second)


def _boomerang(c: Canvas) -> None:
    c = c.turned(c.u(-25, 25))
    c.part(c.path([(0.1, 0.84), (0.3, 0.3), (0.5, 0.2), (0.9, 0.24)], 0.1), c.main)
    for p in ((0.16, 0.7), (0.78, 0.22)):
        c.part(c.line((p[0] - 0.07, p[1]), (p[0] + 0.07, p[1]), 0.03), c.second, line=False)


KINDS = (
    Kind("sword", "weapons", _sword, ("blade", "longsword"), ("iron", "steel"), METALS),
    Kind("dagger", "weapons", _dagger, ("knife",), ("iron", "steel"), METALS),
    Kind("axe", "weapons", _axe, ("battle axe", "hatchet"), ("iron", "steel"), METALS),
    Kind("scimitar", "weapons", _scimitar, ("sabre", "curved sword"), ("iron", "steel"), METALS),
    Kind("spear", "weapons", _spear, ("lance", "pike"), ("iron", "steel"), METALS),
    Kind("bow", "weapons", _bow, ("longbow",), ("wood",), METALS),
    Kind("crossbow", "weapons", _crossbow, (), ("iron", "brown"), METALS),
    Kind("mace", "weapons", _mace, ("morning star",), ("iron", "steel"), METALS),
    Kind("flail", "weapons", _flail, ("ball and chain",), ("iron", "steel"), METALS),
    Kind("war hammer", "weapons", _hammer, ("hammer", "mallet"), ("iron", "stone"), (*METALS, "stone")),
    Kind("staff", "weapons", _staff, ("magic staff", "wizard staff"), ("blue", "purple", "red"), METALS),
    Kind("wand", "weapons", _wand, ("magic wand", "star wand"), ("yellow", "pink"), METALS),
    Kind("trident", "weapons", _trident, ("pitchfork",), ("gold", "iron"), METALS),
    Kind("scythe", "weapons", _scythe, ("sickle",), ("iron", "steel"), METALS),
    Kind("throwing star", "weapons", _throwing_star, ("shuriken", "ninja star"), ("iron",), METALS),
    Kind("bomb", "weapons", _bomb, ("round bomb",), ("black", "navy")),
    Kind("pistol", "weapons", _pistol, ("gun", "handgun"), ("iron", "black"), METALS),
    Kind("whip", "weapons", _whip, ("lash",), ("leather", "brown"), ("leather",)),
    Kind("boomerang", "weapons", _boomerang, (), ("wood", "blue"), ("wood", "bone", "gold")),
)
