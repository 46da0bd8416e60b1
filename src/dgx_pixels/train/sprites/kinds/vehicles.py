"""Vehicles of road and rail, and every kind of the category (see ``aircraft``, ``boats``)."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import aircraft, boats
from dgx_pixels.train.sprites.kinds.aircraft import TRAITS


def _wheel(c: Canvas, x: float, y: float, r: float) -> None:
    """A rubber tyre on a hub of the second colour."""
    c.part(c.ellipse(x, y, r), c.paint("black"), "flat", tone=-0.5)
    c.part(c.ellipse(x, y, r * 0.5), c.second, line=False)


def _cartwheel(c: Canvas, x: float, y: float, r: float) -> None:
    """A wooden wheel with spokes."""
    wood = c.paint("brown")
    for i in range(3 if c.size >= 24 else 2):
        dx, dy = r * math.cos(math.pi * i / 3 + 0.3), r * math.sin(math.pi * i / 3 + 0.3)
        c.part(c.line((x - dx, y - dy), (x + dx, y + dy), 0.02), wood, "flat", line=False)
    c.part(c.ring(x, y, r - 0.03, 0.065), wood)
    c.part(c.ellipse(x, y, 0.05), c.second)


def _puffs(c: Canvas, x: float, y: float) -> None:
    for dx, dy, r in ((0.0, 0.0, 0.06), (-0.09, -0.07, 0.075), (-0.21, -0.08, 0.09)):
        c.part(c.ellipse(x + dx, y + dy, r), c.paint("white"), tone=-0.5, line=False)


def car(c: Canvas) -> None:
    if c.brief.view == "top-down":
        return _car_above(c)
    c = c.mirrored() if c.chance(0.3) else c
    rear, front, roof = c.u(0.12, 0.28), c.u(0.66, 0.76), c.u(0.2, 0.3)
    cabin = c.polygon((rear, 0.5), (rear + c.u(0.04, 0.14), roof), (front - 0.16, roof), (front + 0.04, 0.52))
    c.part(cabin - 0.03, c.main)
    c.part(cabin + 0.045, c.paint("glass"), "slope")
    c.part(c.box((rear + front) / 2 - 0.03, roof, (rear + front) / 2 + 0.03, 0.52), c.main, "flat", line=False)
    c.part(c.box(0.02, 0.48, 0.98, 0.78, c.u(0.08, 0.14)), c.main)
    c.fill(c.box(0.04, 0.66, 0.96, 0.71), c.second, 3, inside=True)
    c.part(c.ellipse(0.92, 0.57, 0.055, 0.05), c.paint("yellow"), tone=1)
    c.fill(c.box(0.02, 0.54, 0.07, 0.61), c.paint("red"), 3, inside=True)
    for x in (0.24, 0.76):
        _wheel(c, x, 0.78, c.u(0.13, 0.15))
    return None


def _car_above(c: Canvas) -> None:
    wide = c.u(0.23, 0.27)
    for x in (0.49 - wide, 0.51 + wide):
        for y in (0.22, 0.78):
            c.part(c.box(x - 0.06, y - 0.1, x + 0.06, y + 0.1, 0.03), c.paint("black"), "flat")
    c.part(c.box(0.5 - wide, 0.02, 0.5 + wide, 0.98, c.u(0.1, 0.18)), c.main, "bevel", depth=0.1)
    glass = c.paint("glass")
    c.part(c.mirror_polygon((0.48 + wide, 0.28), (0.45 + wide, 0.42)), glass, "flat")
    c.part(c.mirror_polygon((0.45 + wide, 0.7), (0.47 + wide, 0.8)), glass, "flat")
    c.part(c.box(0.55 - wide, 0.41, 0.45 + wide, 0.71, 0.03), c.main, "bevel", tone=0.6)
    if c.chance(0.5):
        for x in (0.44, 0.56):
            c.fill(c.box(x - 0.03, 0, x + 0.03, 0.27), c.second, 3, inside=True)
            c.fill(c.box(x - 0.03, 0.43, x + 0.03, 0.69), c.second, 3, inside=True)
    for x in (0.58 - wide, 0.42 + wide):
        c.fill(c.ellipse(x, 0.06, 0.045, 0.035), c.paint("yellow"), 4)
        c.fill(c.ellipse(x, 0.94, 0.045, 0.03), c.paint("red"), 3)


def truck(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    split, top = c.u(0.58, 0.64), c.u(0.12, 0.2)
    c.part(c.box(0.04, 0.7, 0.96, 0.8), c.paint("black"), "flat")
    c.part(c.box(0.02, top, split, 0.74, 0.02), c.main, "bevel", depth=0.06)
    for i in range(1, 4) if c.chance(0.5) else ():
        c.stroke([(split * i / 4, top + 0.05), (split * i / 4, 0.7)], c.main, 1)
    if c.chance(0.6):
        c.fill(c.box(0.06, 0.4, split - 0.05, 0.5), c.second, 3)
    cab = c.polygon((split + 0.03, 0.28), (0.84, 0.28), (0.92, 0.5), (0.98, 0.54), (0.98, 0.76), (split + 0.03, 0.76))
    c.part(cab, c.main, tone=0.4)
    c.part(
        c.polygon((split + 0.1, 0.35), (0.81, 0.35), (0.87, 0.51), (split + 0.1, 0.51)),
        c.paint("glass"),
        "flat",
    )
    c.fill(c.ellipse(0.95, 0.63, 0.035), c.paint("yellow"), 4)
    for x in (0.18, 0.4, 0.8):
        _wheel(c, x, 0.8, 0.12)


def bus(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    double = c.chance(0.35)
    top = 0.08 if double else c.u(0.22, 0.28)
    c.part(c.box(0.02, top, 0.98, 0.8, 0.07), c.main, "bevel", depth=0.09)
    for y in (0.15, 0.42) if double else (top + 0.09,):
        for i in range(5):
            c.part(
                c.box(0.07 + 0.178 * i, y, 0.2 + 0.178 * i, y + (0.15 if double else 0.19)),
                c.paint("glass"),
                "flat",
            )
    c.part(c.box(0.78, 0.62 if double else top + 0.09, 0.92, 0.79), c.paint("glass"), "flat")
    c.fill(c.box(0.02, 0.63, 0.75, 0.68), c.second, 3, inside=True)
    c.fill(c.ellipse(0.95, 0.7, 0.03, 0.04), c.paint("yellow"), 4)
    for x in (0.22, 0.7):
        _wheel(c, x, 0.82, 0.13)


def tank(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    y = c.u(0.3, 0.36)
    c.part(c.line((0.5, y), (0.97, y - c.u(0, 0.1)), 0.05), c.main, tone=-0.3)
    c.part(c.box(0.2, y - 0.15, 0.66, y + 0.17, c.u(0.08, 0.15)), c.main)
    c.part(c.box(0.32, y - 0.21, 0.48, y - 0.12, 0.02), c.main, tone=0.5)
    c.part(c.polygon((0.06, 0.46), (0.86, 0.46), (0.97, 0.64), (0.02, 0.66)), c.main, "bevel", depth=0.07)
    c.part(c.star(0.43, y + 0.01, 0.1, 0.045, 5), c.second, "flat", line=False)
    c.part(c.box(0.02, 0.62, 0.98, 0.92, 0.14), c.paint("black"), "flat")
    for i in range(4):
        c.part(c.ellipse(0.16 + 0.227 * i, 0.77, 0.085), c.main, line=False)


def train(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    c.part(c.polygon((0.84, 0.74), (0.99, 0.92), (0.8, 0.92)), c.second, "slope")
    _puffs(c, 0.62, 0.16)
    c.part(c.polygon((0.68, 0.44), (0.64, 0.2), (0.86, 0.2), (0.82, 0.44)), c.paint("black"))
    c.part(c.ellipse(0.52, 0.42, 0.08, 0.1), c.second)
    c.part(c.box(0.3, 0.42, 0.92, 0.76, 0.12), c.main)
    for x in (0.5, 0.7):
        c.fill(c.box(x, 0.42, x + 0.045, 0.76), c.second, 3)
    c.part(c.box(0.06, 0.24, 0.38, 0.78), c.main, tone=-0.3)
    c.part(c.box(0.13, 0.34, 0.31, 0.52), c.paint(c.pick("glass", "yellow")), "flat")
    c.part(c.box(0.02, 0.16, 0.42, 0.26, 0.04), c.main, tone=0.5)
    c.part(c.ellipse(0.92, 0.56, 0.05), c.paint("yellow"))
    c.part(c.box(0.04, 0.74, 0.86, 0.82), c.paint("black"), "flat")
    for x, r in ((0.2, 0.14), (0.48, 0.1), (0.7, 0.1)):
        c.part(c.ellipse(x, 0.96 - r, r), c.paint("black"), "flat")
        c.part(c.ellipse(x, 0.96 - r, r * 0.6), c.main, line=False)


def minecart(c: Canvas) -> None:
    heap = c.pick("ore", "ore", "empty")
    for x, y, r in (
        (0.3, 0.34, 0.13),
        (0.7, 0.34, 0.13),
        (0.5, 0.26, 0.16),
        (0.42, 0.38, 0.11),
        (0.6, 0.38, 0.11),
    ):
        if heap == "ore":
            c.part(c.star(x, y, r, r * 0.85, 3, turn=c.u(0, 90)), c.second, "bevel", depth=0.06)
    foot = c.u(0.24, 0.32)
    c.part(c.mirror_polygon((0.92, 0.4), (0.5 + foot, 0.8)), c.main, "slope")
    for x in (-0.16, 0.16):
        c.stroke([(0.5 + x * 1.5, 0.46), (0.5 + x, 0.78)], c.main, 0)
    c.part(c.box(0.03, 0.36, 0.97, 0.48, 0.03), c.main, tone=0.6)
    c.part(c.box(0.46 - foot, 0.74, 0.54 + foot, 0.83, 0.02), c.main, tone=-0.4)
    c.dots([(x, 0.42) for x in (0.14, 0.38, 0.62, 0.86)], c.main, 1)
    for x in (0.28, 0.72):
        c.part(c.ellipse(x, 0.85, 0.12), c.paint("black"))
        c.part(c.ellipse(x, 0.85, 0.05), c.paint("grey"), line=False)


def wagon(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.line((0.8, 0.72), (0.98, 0.82), 0.03), c.paint("wood"))
    lean = c.u(0.0, 0.06)
    hood = c.polygon(
        (0.1, 0.62),
        (0.04 - lean + 0.04, 0.24),
        (0.16, 0.1),
        (0.5, 0.14),
        (0.82, 0.1),
        (0.94 + lean - 0.04, 0.24),
        (0.88, 0.62),
    )
    c.part(hood, c.main)
    for x in (0.3, 0.5, 0.68):
        c.stroke([(x, 0.12), (x, 0.6)], c.main, 1)
    if c.chance(0.5):
        c.fill(c.overlap(hood, c.box(0, 0.5, 1, 0.56)), c.second, 3)
    c.part(c.box(0.08, 0.6, 0.9, 0.76, 0.02), c.paint("wood"))
    for x in (0.26, 0.72):
        _cartwheel(c, x, 0.8, 0.17)


def carriage(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.path([(0.06, 0.7), (0.5, 0.8), (0.94, 0.64)], 0.03), c.second)
    body = c.overlap(c.ellipse(0.5, 0.4, c.u(0.42, 0.46), c.u(0.34, 0.38)), c.box(0, 0.2, 1, 1))
    c.part(body, c.main)
    c.part(c.polygon((0.16, 0.22), (0.3, 0.1), (0.7, 0.1), (0.84, 0.22)), c.main, "slope", tone=-0.6)
    c.part(c.star(0.5, 0.06, 0.075, 0.04, 4), c.second)
    c.fill(c.box(0.12, 0.2, 0.88, 0.24), c.second, 3)
    for x in (0.22, 0.78):
        c.part(c.ellipse(x, 0.4, 0.075, 0.09), c.paint("glass"))
    c.part(c.box(0.37, 0.27, 0.63, 0.75, 0.05), c.main, "bevel", tone=0.5)
    c.part(c.box(0.43, 0.32, 0.57, 0.46, 0.03), c.paint("glass"))
    c.dots([(0.58, 0.56)], c.second, 5)
    _cartwheel(c, 0.22, 0.83, 0.155)
    _cartwheel(c, 0.78, 0.83, 0.155)


def tractor(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.box(0.78, 0.18, 0.84, 0.46), c.paint("grey"))
    c.part(c.box(0.14, 0.1, 0.56, 0.2, 0.04), c.main)
    c.part(c.box(0.18, 0.18, 0.52, 0.5), c.paint("glass"), "slope")
    for x in (0.18, 0.49):
        c.part(c.box(x - 0.02, 0.18, x + 0.03, 0.5), c.main, "flat", line=False)
    c.part(c.box(0.12, 0.46, 0.97, 0.74, 0.05), c.main)
    for y in (0.54, 0.61):
        c.stroke([(0.64, y), (0.86, y)], c.main, 1)
    c.fill(c.ellipse(0.94, 0.54, 0.04), c.paint("yellow"), 4)
    for x, r in ((0.28, 0.24), (0.82, 0.15)):
        t = c.u(0, 20)
        c.part(c.star(x, 0.96 - r, r, r * 0.9, 11, turn=t), c.paint("black"), "flat")
        c.part(c.ellipse(x, 0.96 - r, r * 0.62), c.main, line=False)
        c.part(c.ellipse(x, 0.96 - r, r * 0.25), c.second)


KINDS = (
    Kind(
        "car",
        "vehicles",
        car,
        ("automobile", "sedan", "sports car"),
        ("red", "blue", "yellow", "grey"),
        ("gold",),
        ("side", "top-down"),
        attributes=TRAITS,
    ),
    Kind(
        "truck",
        "vehicles",
        truck,
        ("lorry", "delivery truck"),
        ("red", "blue", "orange", "white"),
        attributes=TRAITS,
    ),
    Kind(
        "bus",
        "vehicles",
        bus,
        ("school bus", "double-decker bus"),
        ("yellow", "red", "blue"),
        attributes=TRAITS,
    ),
    Kind(
        "tank",
        "vehicles",
        tank,
        ("battle tank", "panzer"),
        ("olive", "dark green", "tan", "grey"),
        ("iron", "gold"),
        attributes=TRAITS,
    ),
    Kind(
        "train",
        "vehicles",
        train,
        ("locomotive", "steam engine", "steam train"),
        ("red", "dark green", "black", "blue"),
        ("iron", "copper"),
        attributes=TRAITS,
    ),
    Kind(
        "minecart",
        "vehicles",
        minecart,
        ("mine cart", "ore cart"),
        ("grey", "iron", "brown"),
        ("iron", "wood", "bronze", "gold"),
        attributes=TRAITS,
    ),
    Kind("wagon", "vehicles", wagon, ("covered wagon", "caravan"), ("white", "tan"), attributes=TRAITS),
    Kind(
        "carriage",
        "vehicles",
        carriage,
        ("coach", "royal carriage"),
        ("maroon", "purple", "white", "pink"),
        ("gold", "wood"),
        attributes=TRAITS,
    ),
    Kind("tractor", "vehicles", tractor, ("farm tractor",), ("red", "green", "blue"), attributes=TRAITS),
    *boats.KINDS,
    *aircraft.KINDS,
)
