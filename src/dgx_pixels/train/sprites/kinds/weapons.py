"""Weapons of hand and bow: drawn upright or lying along the diagonal, point to the top right."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import gunpowder
from dgx_pixels.train.sprites.shapes import Field, Point

METALS = ("iron", "gold", "silver", "bronze", "crystal", "bone", "obsidian", "wood", "ice")


def _handle(c: Canvas, a: Point, b: Point, r: float) -> None:
    """A grip from ``a`` to ``b``, with two windings where there is room for them."""
    ink = c.paint(c.pick("brown", "leather", "black"))
    c.part(c.line(a, b, r), ink)
    if c.size >= 32:
        for t in (0.35, 0.65):
            x, y = a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
            c.stroke([(x - r, y - r / 2), (x + r, y + r / 2)], ink, 1)


def _ribbon(c: Canvas, spine: list[Point], widths: list[float]) -> Field:
    """A blade along ``spine`` whose half-width at each of its points is given."""
    left, right = list[Point](), list[Point]()
    for i, ((x, y), w) in enumerate(zip(spine, widths, strict=True)):
        (ax, ay), (bx, by) = spine[max(i - 1, 0)], spine[min(i + 1, len(spine) - 1)]
        dx, dy = bx - ax, by - ay
        n = w / (dx * dx + dy * dy) ** 0.5
        left.append((x + dy * n, y - dx * n))
        right.append((x - dy * n, y + dx * n))
    return c.polygon(*left, *reversed(right))


def _sword(c: Canvas) -> None:
    c = c.turned(45).scaled(1.15, 1.15)
    w, tip, hilt, guard = c.u(0.065, 0.085), c.u(-0.05, 0.01), c.u(0.66, 0.71), c.u(0.17, 0.24)
    shape = c.pick("long", "broad", "leaf")
    if shape == "leaf":
        right = ((0.5 + w * 1.5, tip + 0.24), (0.5 + w * 0.8, 0.48), (0.5 + w * 1.1, hilt))
    elif shape == "broad":
        right = ((0.5 + w * 1.3, tip + 0.12), (0.5 + w * 1.5, hilt))
    else:
        right = ((0.5 + w, tip + 0.16), (0.5 + w * 1.05, hilt))
    _handle(c, (0.5, hilt), (0.5, hilt + 0.24), 0.045)
    c.part(c.mirror_polygon((0.5, tip), *right), c.main, "bevel", depth=w * 1.3)
    c.stroke([(0.5, tip + 0.14), (0.5, hilt)], c.main, c.pick(1, 5))
    lift = c.pick(0.0, 0.0, -0.08, 0.07)
    c.part(c.path([(0.5 - guard, hilt + lift), (0.5, hilt + 0.01), (0.5 + guard, hilt + lift)], 0.048), c.second)
    c.part(c.ellipse(0.5, hilt + 0.28, 0.065), c.second)


def _dagger(c: Canvas) -> None:
    c = c.turned(45).scaled(1.16, 1.16).moved(0, 0.06)
    tip, hilt, w = c.u(-0.08, -0.02), c.u(0.57, 0.61), c.u(0.13, 0.16)
    _handle(c, (0.5, hilt), (0.5, 0.86), 0.05)
    if c.chance(0.5):
        blade = c.mirror_polygon((0.5, tip), (0.5 + w, hilt))
    else:
        blade = c.polygon((0.5 - w * 0.7, tip + 0.04), (0.5 + w, hilt - 0.28), (0.5 + w, hilt), (0.5 - w * 0.7, hilt))
    c.part(blade, c.main, "bevel", depth=w * 0.9)
    c.part(c.line((0.5 - w - 0.05, hilt + 0.01), (0.5 + w + 0.05, hilt + 0.01), 0.045), c.second)
    c.part(c.ellipse(0.5, 0.9, 0.06), c.second)


def _axe(c: Canvas) -> None:
    double, low = c.chance(0.4), c.u(0.44, 0.54)
    c = c.turned(c.pick(0, 20, 35)).scaled(0.84 if double else 0.96, 0.93)
    at = 0.5 if double else 0.34
    c.part(c.line((at, 0.06), (at, 0.97), 0.05), c.paint("wood"))
    edge = [(at + 0.32, 0.0), (at + 0.44, 0.12), (at + 0.47, 0.28), (at + 0.44, 0.44), (at + 0.3, low)]
    head = c.polygon((at, 0.18), (at + 0.14, 0.16), *edge, (at + 0.14, 0.4), (at, 0.38))
    for side in (c, c.mirrored()) if double else (c,):
        if side is not c:
            head = side.polygon((at, 0.18), (at + 0.14, 0.16), *edge, (at + 0.14, 0.4), (at, 0.38))
        side.part(head, c.main, "bevel", depth=0.07)
    c.stroke(edge, c.main, 5)
    c.part(c.box(at - 0.075, 0.13, at + 0.075, 0.42, 0.02), c.second)


def _scimitar(c: Canvas) -> None:
    bend, fat = c.u(0.0, 0.06), c.u(0.095, 0.12)
    spine = [(0.26, 0.76), (0.44, 0.7 + bend / 2), (0.62, 0.58 + bend), (0.77, 0.4 + bend), (0.86, 0.22), (0.86, 0.02)]
    _handle(c, (0.26, 0.76), (0.1, 0.84), 0.055)
    blade = _ribbon(c, spine, [0.07, 0.08, fat * 0.95, fat, fat * 0.8, 0.005])
    c.part(blade, c.main, "bevel", depth=0.09)
    c.stroke([(x - 0.02, y - 0.03) for x, y in spine[:-1]], c.main, 5)
    c.part(c.line((0.19, 0.64), (0.32, 0.88), 0.05), c.second)
    c.part(c.ellipse(0.09, 0.86, 0.07), c.second)


def _spear(c: Canvas) -> None:
    c = c.turned(45).scaled(1.15, 1.15)
    c.part(c.line((0.5, 0.25), (0.5, 1.0), 0.04), c.paint(c.pick("wood", "wood", "black")))
    w, low = c.u(0.12, 0.15), c.u(0.36, 0.42)
    shape = c.pick(((w, low * 0.6),), ((w * 0.9, 0.12), (w, low - 0.1)), ((w, low + 0.04), (0.05, low - 0.06)))
    c.part(c.mirror_polygon((0.5, -0.06), *((0.5 + x, y) for x, y in shape), (0.5, low)), c.main, "bevel", depth=w)
    c.part(c.box(0.43, low - 0.03, 0.57, low + 0.06, 0.02), c.second)
    if c.chance(0.5):
        c.part(c.polygon((0.52, low + 0.06), (0.7, low + 0.24), (0.52, low + 0.2)), c.main)


def _trident(c: Canvas) -> None:
    c = c.turned(c.pick(0, 45)).scaled(0.93, 0.95).moved(0, 0.02)
    w = c.u(0.22, 0.28)
    c.part(c.line((0.5, 0.36), (0.5, 0.96), 0.045), c.second)
    for x in (0.5 - w, 0.5, 0.5 + w):
        c.part(c.polygon((x, 0.02), (x + 0.085, 0.16), (x, 0.22), (x - 0.085, 0.16)), c.main)
    prongs = [(0.5 - w, 0.14), (0.5 - w, 0.32), (0.5, 0.42), (0.5 + w, 0.32), (0.5 + w, 0.14)]
    c.part(c.union(c.path(prongs, 0.055), c.line((0.5, 0.12), (0.5, 0.5), 0.055)), c.main)


def _scythe(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    c.part(c.line((0.74, 0.08), (0.5, 0.97), 0.045), c.paint(c.pick("wood", "black")))
    deep = c.u(0.56, 0.62)
    blade = c.cut(c.ellipse(0.44, 0.48, 0.44, 0.44), c.ellipse(0.47, deep + 0.06, 0.45, 0.42), c.box(0.76, 0, 2, 2))
    c.part(blade, c.main, "bevel", depth=0.1)
    c.part(c.line((0.69, 0.08), (0.77, 0.22), 0.06), c.second)
    c.part(c.line((0.6, 0.56), (0.74, 0.6), 0.035), c.second)


def _bow(c: Canvas) -> None:
    recurve = c.pick(0.0, 0.0, -0.12)
    c = c.turned(0 if recurve else c.pick(0, 35)).scaled(0.92, 0.92).moved(0.02, 0)
    reach = c.u(0.3, 0.36)
    back = 0.34 + recurve / 2
    c.stroke([(back, 0.08), (back, 0.92)], c.paint("white"), 3, inside=False)
    limb = [(0.5 + reach, 0.5), (0.46 + reach, 0.34), (0.32 + reach * 0.7, 0.16), (back, 0.08)]
    tip = [(back + recurve, 0.0)] if recurve else []
    for side in (limb + tip, [(x, 1 - y) for x, y in limb + tip]):
        c.part(c.path(side, 0.085, 0.05), c.main, line=False)
    c.part(c.line((0.5 + reach, 0.41), (0.5 + reach, 0.59), 0.09), c.second)


def _crossbow(c: Canvas) -> None:
    c = c.turned(c.pick(45, 0)).scaled(0.92, 0.94)
    droop = c.u(0.34, 0.44)
    c.part(c.box(0.42, 0.14, 0.58, 0.97, 0.03), c.paint("wood"))
    c.stroke([(0.05, droop), (0.5, 0.58), (0.95, droop)], c.paint("white"), 3, inside=False)
    c.part(c.path([(0.03, droop), (0.2, 0.2), (0.5, 0.14), (0.8, 0.2), (0.97, droop)], 0.09), c.main)
    c.part(c.polygon((0.5, -0.02), (0.6, 0.12), (0.4, 0.12)), c.main)
    c.part(c.box(0.46, 0.12, 0.54, 0.6), c.second)


def _quiver(c: Canvas) -> None:
    c = c.turned(c.pick(20, 30))
    feather = c.paint(c.pick("white", "red", "yellow"))
    for x, top in ((0.38, 0.1), (0.62, 0.1), (0.5, 0.02)):
        c.part(c.line((x, top + 0.04), (x, 0.4), 0.025), c.paint("wood"))
        c.part(c.box(x - 0.075, top, x + 0.075, top + 0.2, 0.03), feather)
        c.stroke([(x, top), (x, top + 0.2)], feather, 1)
    c.part(c.mirror_polygon((0.5, 0.34), (0.73, 0.34), (0.67, 0.97), (0.5, 1.0)), c.main)
    c.part(c.box(0.25, 0.32, 0.75, 0.43, 0.03), c.second)
    c.part(c.box(0.3, c.u(0.68, 0.76), 0.7, 0.82), c.second, line=False)


def _mace(c: Canvas) -> None:
    c = c.turned(45).scaled(0.96, 0.96).moved(0, 0.06)
    r = c.u(0.21, 0.25)
    _handle(c, (0.5, 0.4), (0.5, 1.02), 0.05)
    c.part(c.star(0.5, 0.22, r * 1.5, r * 0.85, c.pick(8, 10)), c.main)
    c.part(c.ellipse(0.5, 0.22, r), c.main)
    c.part(c.box(0.42, 0.42, 0.58, 0.5, 0.02), c.second)


def _flail(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    x, y, r = c.u(0.64, 0.67), c.u(0.64, 0.67), c.u(0.19, 0.21)
    c.part(c.line((0.12, 0.9), (0.3, 0.28), 0.05), c.paint("wood"))
    c.part(c.line((0.29, 0.3), (0.31, 0.22), 0.06), c.second)
    for link in ((0.4, 0.12), (0.52, 0.1), (0.62, 0.19), (0.66, 0.32)):
        c.part(c.ellipse(*link, 0.055), c.second)
    c.part(c.star(x, y, r * 1.62, r * 0.9, c.pick(8, 10)), c.main)
    c.part(c.ellipse(x, y, r * 1.05), c.main)


def _hammer(c: Canvas) -> None:
    c = c.turned(c.pick(0, 30, 45)).scaled(0.88, 0.92).moved(0, 0.03)
    low = c.u(0.36, 0.42)
    c.part(c.line((0.5, 0.2), (0.5, 0.96), 0.055), c.paint("wood"))
    shape = c.pick("block", "barrel", "claw")
    if shape == "block":
        head = c.box(0.13, 0.05, 0.87, low, 0.03)
    elif shape == "barrel":
        head = c.mirror_polygon((0.5, 0.09), (0.68, 0.09), (0.74, 0.04), (0.88, 0.04), (0.88, low), (0.74, low),
                                (0.68, low - 0.05), (0.5, low - 0.05))  # fmt: skip
    else:
        head = c.polygon((0.1, 0.05), (0.6, 0.05), (0.78, 0.08), (0.97, 0.3), (0.74, low - 0.06), (0.1, low))
    c.part(head, c.main, "bevel", depth=0.1)
    c.part(c.box(0.42, 0.03, 0.58, low + 0.03, 0.02), c.second)


def _club(c: Canvas) -> None:
    c = c.turned(c.pick(40, 48)).moved(0, 0.03)
    w = c.u(0.17, 0.2)
    for side in (c, c.mirrored()):
        for y in (0.1, 0.28, 0.46):
            side.part(side.polygon((0.56, y - 0.06), (0.62 + w, y - 0.03), (0.56, y + 0.08)), c.second, line=False)
    club = c.mirror_polygon((0.5, -0.06), (0.5 + w * 0.8, -0.03), (0.5 + w, 0.14), (0.5 + w * 0.8, 0.44), (0.56, 0.74),
                            (0.56, 0.96), (0.5, 0.99))  # fmt: skip
    c.part(club, c.main)
    for y in (0.02, 0.2, 0.38):
        c.part(c.ellipse(0.5, y, 0.055), c.second, line=False)
    c.part(c.box(0.42, 0.9, 0.58, 1.0, 0.04), c.second)


def _staff(c: Canvas) -> None:
    c = c.turned(c.pick(20, 32, 40)).scaled(0.98, 0.98).moved(0, 0.03)
    r = c.u(0.21, 0.24)
    c.part(c.path([(0.5, 0.3), (0.47, 0.6), (0.5, 0.98)], 0.045), c.paint(c.pick("wood", "wood", "black")))
    for side in (c, c.mirrored()):
        side.part(side.path([(0.5, 0.5), (0.66, 0.4), (0.73, 0.22)], 0.055, 0.03), c.second)
    if c.chance(0.6):
        c.part(c.ellipse(0.5, 0.2, r), c.main)
    else:
        c.part(c.star(0.5, 0.2, r * 1.2, r * 1.2, c.pick(2, 3), 0), c.main, "bevel", depth=0.12)
    c.fill(c.ellipse(0.42, 0.13, 0.045), c.paint("white"), 5)


def _wand(c: Canvas) -> None:
    c = c.turned(45)
    c.part(c.line((0.5, 0.36), (0.5, 0.98), 0.055), c.paint(c.pick("black", "wood")))
    c.part(c.line((0.5, 0.9), (0.5, 0.98), 0.065), c.second)
    c.part(c.star(0.5, 0.22, 0.32, c.u(0.13, 0.16), 5), c.main, c.pick("bevel", "round"), depth=0.1)
    c.dots([(0.45, 0.18)], c.paint("white"), 5)


def _throwing_star(c: Canvas) -> None:
    n = c.pick(4, 4, 6)
    turn, inner = c.u(0, 30), c.u(0.15, 0.2)
    c.part(c.star(0.5, 0.5, 0.5, inner, n, turn), c.main, "bevel", depth=0.08)
    c.erase(c.ellipse(0.5, 0.5, 0.075))


def _whip(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    sway = c.u(-0.03, 0.05)
    lash = [(0.26, 0.7), (0.3, 0.46), (0.44, 0.26), (0.64, 0.13), (0.84, 0.2), (0.88, 0.38), (0.76, 0.48),
            (0.6, 0.5 + sway), (0.5, 0.62 + sway), (0.56, 0.76), (0.72, 0.84), (0.95, 0.82 - sway)]  # fmt: skip
    c.part(c.path(lash, 0.075, 0.03), c.main)
    c.part(c.line((0.12, 0.92), (0.23, 0.7), 0.075), c.second)


def _boomerang(c: Canvas) -> None:
    c = c.turned(c.u(-18, 18)).scaled(0.89, 0.89)
    bow = c.path([(0.12, 0.86), (0.26, 0.4), (0.34, 0.28), (0.46, 0.22), (0.9, 0.22)], 0.11)
    c.part(bow, c.main)
    for a, b in (((0.02, 0.68), (0.38, 0.78)), ((0.74, 0.05), (0.74, 0.4))):
        c.part(c.overlap(bow + 0.02, c.line(a, b, c.u(0.03, 0.05))), c.second, "flat", line=False)


KINDS = (
    Kind("sword", "weapons", _sword, ("blade", "longsword"), ("iron", "steel"), METALS),
    Kind("dagger", "weapons", _dagger, ("knife",), ("iron", "steel"), METALS),
    Kind("axe", "weapons", _axe, ("battle axe", "hatchet"), ("iron", "steel"), METALS),
    Kind("scimitar", "weapons", _scimitar, ("sabre", "curved sword"), ("iron", "steel"), METALS),
    Kind("spear", "weapons", _spear, ("lance", "pike"), ("iron", "steel"), METALS),
    Kind("trident", "weapons", _trident, ("pitchfork",), ("gold", "iron"), METALS),
    Kind("scythe", "weapons", _scythe, ("sickle",), ("iron", "steel"), METALS),
    Kind("bow", "weapons", _bow, ("longbow",), ("wood",), METALS),
    Kind("crossbow", "weapons", _crossbow, (), ("iron", "brown"), METALS),
    Kind("quiver", "weapons", _quiver, ("quiver of arrows",), ("leather", "brown"), ("leather", "wood")),
    Kind("mace", "weapons", _mace, ("morning star",), ("iron", "steel"), METALS),
    Kind("flail", "weapons", _flail, ("ball and chain",), ("iron", "steel"), METALS),
    Kind("war hammer", "weapons", _hammer, ("hammer", "mallet"), ("iron", "stone"), (*METALS, "stone")),
    Kind("club", "weapons", _club, ("spiked club", "cudgel"), ("wood",), METALS),
    Kind("staff", "weapons", _staff, ("magic staff", "wizard staff"), ("blue", "purple", "red"), METALS),
    Kind("wand", "weapons", _wand, ("magic wand", "star wand"), ("yellow", "pink"), METALS),
    Kind("throwing star", "weapons", _throwing_star, ("shuriken", "ninja star"), ("iron",), METALS),
    Kind("whip", "weapons", _whip, ("lash",), ("leather", "brown"), ("leather",)),
    Kind("boomerang", "weapons", _boomerang, (), ("wood", "blue"), ("wood", "bone", "gold")),
    *gunpowder.KINDS,
)
