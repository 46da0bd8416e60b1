"""What flies: with wings, with gas, with rockets and with magic."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.foliage import shine
from dgx_pixels.train.sprites.shapes import Point

TRAITS = ("glowing", "with wings", "sparkling", "small", "burning", "frozen")


def flame(c: Canvas, x: float, top: float, half: float, length: float) -> None:
    """Exhaust burning downwards from (x, top)."""
    for scale, name, tone in ((1.0, "lava", 0), (0.55, "yellow", 1)):
        w, low = half * scale, top + length * scale
        c.part(
            c.polygon(
                (x - w, top),
                (x + w, top),
                (x + w * 0.6, (top + low) / 2),
                (x, low),
                (x - w * 0.6, (top + low) / 2),
            ),
            c.paint(name),
            "flat",
            tone=tone,
            line=False,
        )


def airplane(c: Canvas) -> None:
    if c.brief.view == "top-down":
        return _airplane_above(c)
    c = c.mirrored() if c.chance(0.3) else c
    fat = c.u(0.13, 0.17)
    c.part(c.polygon((0.04, 0.2), (0.16, 0.2), (0.32, 0.46), (0.1, 0.5)), c.main, "slope")
    c.part(c.line((0.14, 0.46), (0.74, 0.5), fat * 0.5, fat), c.main)
    c.part(c.overlap(c.ellipse(0.62, 0.4, 0.14, 0.14), c.box(0, 0, 1, 0.42)), c.paint("glass"))
    c.fill(c.line((0.2, 0.53), (0.82, 0.57), 0.03), c.second, 3, inside=True)
    c.part(c.polygon((0.42, 0.52), (0.68, 0.54), (0.5, 0.82), (0.34, 0.84)), c.main, "slope", tone=0.6)
    c.part(c.polygon((0.02, 0.44), (0.2, 0.46), (0.12, 0.55), (0.0, 0.55)), c.second, "slope")
    if c.chance(0.6):
        c.part(c.ellipse(0.9, 0.5, 0.05), c.second)
        c.part(c.ellipse(0.93, 0.5, 0.03, c.u(0.2, 0.27)), c.paint("grey"), "flat", tone=0.6)
    return None


def _airplane_above(c: Canvas) -> None:
    sweep, span = c.u(-0.02, 0.16), c.u(0.4, 0.47)
    c.part(
        c.mirror_polygon((0.5, 0.3), (0.5 + span, 0.42 + sweep), (0.5 + span, 0.54 + sweep), (0.5, 0.56)),
        c.main,
        "slope",
        tone=-0.5,
    )
    c.part(c.mirror_polygon((0.5, 0.78), (0.72, 0.86), (0.72, 0.95), (0.5, 0.92)), c.main, "slope", tone=-0.5)
    for side in (-1, 1):
        x = 0.5 + side * span * 0.75
        c.fill(c.box(x - 0.05, 0.36, x + 0.05, 0.7), c.second, 3, inside=True)
    c.part(c.line((0.5, 0.16), (0.5, 0.88), c.u(0.1, 0.13), 0.05), c.main)
    c.part(c.ellipse(0.5, 0.26, 0.065, 0.085), c.paint("glass"))
    c.part(c.box(0.3, 0.03, 0.7, 0.07, 0.02), c.paint("grey"), "flat")


def helicopter(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.line((0.5, 0.46), (0.06, 0.4), 0.12, 0.06), c.main)
    c.part(c.polygon((0.02, 0.24), (0.1, 0.24), (0.16, 0.44), (0.04, 0.46)), c.main, "slope")
    c.part(c.star(0.06, 0.36, 0.11, 0.03, 4), c.paint("grey"), "flat")
    for x in (0.46, 0.7):
        c.part(c.line((x, 0.72), (x + 0.02, 0.88), 0.025), c.paint("grey"), "flat", tone=-1)
    c.part(c.path([(0.34, 0.9), (0.82, 0.9), (0.9, 0.84)], 0.025), c.paint("grey"), "flat")
    c.part(c.ellipse(0.6, 0.53, c.u(0.33, 0.37), 0.27), c.main)
    c.part(
        c.overlap(c.ellipse(0.61, 0.52, 0.29, 0.2), c.polygon((0.64, 0.3), (1, 0.3), (1, 0.62), (0.64, 0.56))),
        c.paint("glass"),
    )
    c.fill(c.line((0.36, 0.66), (0.84, 0.66), 0.03), c.second, 3, inside=True)
    c.part(c.box(0.52, 0.2, 0.6, 0.36), c.paint("grey"))
    c.part(c.box(0.1, 0.1, 0.98, 0.1 + max(0.055, 1.2 * c.px), 0.02), c.paint("grey"), "flat", tone=0.5)


def balloon(c: Canvas) -> None:
    r = c.u(0.31, 0.35)
    for x in (-0.12, 0.12):
        c.part(c.line((0.5 + x * 1.7, 0.5), (0.5 + x, 0.88), 0.02), c.paint("brown"), "flat", line=False)
    cy = 0.03 + r
    envelope = c.union(c.ellipse(0.5, cy, r, r), c.mirror_polygon((0.5 + r * 0.9, cy + r * 0.44), (0.58, 0.73)))
    c.part(envelope, c.main)
    design = c.pick("gores", "band", "zigzag", "plain")
    if design == "gores":
        for k in (0.16, 0.62):
            rib = c.cut(c.ellipse(0.5, cy, r * (k + 0.2), r * 1.5), c.ellipse(0.5, cy, r * k, r * 1.5))
            c.fill(c.overlap(envelope + c.px, rib), c.second, 3)
    if design == "band":
        c.fill(c.overlap(envelope, c.box(0, cy - 0.06, 1, cy + 0.07)), c.second, 3)
    if design == "zigzag":
        zigzag = [(0.05 + 0.15 * i, cy + 0.1 * (i % 2) - 0.05) for i in range(7)]
        c.fill(c.overlap(envelope, c.path(zigzag, 0.045)), c.second, 3)
    shine(c, 0.5 - r * 0.5, cy - r * 0.45, 0.08)
    c.part(c.box(0.38, 0.84, 0.62, 0.98, 0.03), c.paint("wood"))
    c.part(c.box(0.36, 0.82, 0.64, 0.87, 0.02), c.paint("tan"))


def airship(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    ry = c.u(0.25, 0.29)
    for y in (-1, 1):
        c.part(
            c.polygon((0.02, 0.4 + y * 0.26), (0.14, 0.4 + y * 0.28), (0.28, 0.4 + y * 0.1), (0.08, 0.4)),
            c.second,
            "slope",
        )
    c.part(c.box(0.34, 0.66, 0.72, 0.88, 0.06), c.paint("wood"))
    for x in (0.42, 0.53, 0.64):
        c.fill(c.box(x - 0.03, 0.72, x + 0.03, 0.79), c.paint("yellow"), 4)
    hull = c.ellipse(0.53, 0.4, 0.45, ry)
    c.part(hull, c.main)
    for k in (0.45, 0.9):
        seam = c.cut(c.ellipse(0.53, 0.4, 0.46, ry * k), c.ellipse(0.53, 0.4, 0.45, max(ry * k - c.px, 0.01)))
        c.fill(c.overlap(hull, seam), c.main, 2)
    for x in (0.28, 0.76):
        c.fill(c.overlap(hull, c.box(x, 0, x + 0.06, 1)), c.second, 3)
    c.part(c.ellipse(0.3, 0.77, 0.03, 0.1), c.paint("grey"), "flat")


def rocket(c: Canvas) -> None:
    c = c.turned(c.pick(0, 0, 35))
    wide, fin = c.u(0.2, 0.25), c.u(0.13, 0.19)
    flame(c, 0.5, 0.8, 0.12, 0.2)
    for side in (-1, 1):
        edge = 0.5 + side * (wide - 0.03)
        c.part(
            c.polygon((edge, 0.52), (edge + side * fin, 0.74), (edge + side * fin, 0.9), (edge, 0.8)),
            c.second,
            "slope",
        )
    body = c.union(
        c.overlap(c.ellipse(0.5, 0.48, wide, 0.46), c.box(0, 0, 1, 0.78)), c.box(0.42, 0.7, 0.58, 0.84, 0.02)
    )
    c.part(body, c.main)
    if c.chance(0.6):
        c.part(c.overlap(body, c.box(0, 0, 1, c.u(0.15, 0.22))), c.second)
    c.part(c.ellipse(0.5, 0.42, 0.1), c.second, tone=1)
    c.part(c.ellipse(0.5, 0.42, 0.065), c.paint("sky blue"))
    if c.chance(0.5):
        c.part(c.ellipse(0.5, 0.62, 0.05), c.paint("sky blue"))


def spaceship(c: Canvas) -> None:
    tip, span, rake = c.u(0.02, 0.1), c.u(0.4, 0.47), c.u(-0.06, 0.12)
    for x in (0.37, 0.63):
        flame(c, x, 0.84, 0.06, 0.14)
    c.part(
        c.mirror_polygon((0.5, 0.32), (0.5 + span, 0.72 + rake), (0.5 + span, 0.86), (0.66, 0.78), (0.5, 0.84)),
        c.main,
        "slope",
        tone=-0.5,
    )
    for side in (-1, 1):
        x = 0.5 + side * (span - 0.03)
        c.part(c.line((x, c.u(0.42, 0.5)), (x, 0.86), 0.03, 0.05), c.second)
        c.stroke([(0.5 + side * 0.14, 0.5), (0.5 + side * span * 0.8, 0.76 + rake * 0.8)], c.main, 1)
    c.part(c.mirror_polygon((0.5, tip), (0.58, 0.26), (0.64, 0.6), (0.66, 0.84), (0.58, 0.88)), c.main)
    c.part(c.ellipse(0.5, 0.42, 0.075, 0.14), c.paint("cyan"))
    c.fill(c.box(0.44, 0.66, 0.56, 0.72), c.second, 3)


def ufo(c: Canvas) -> None:
    y = c.u(0.5, 0.56)
    if c.chance(0.35):
        beam = c.mirror_polygon((0.6, y), (0.84, 0.98))
        c.part(beam, c.paint("yellow"), "flat", tone=1.5)
        c.erase(c.union(*(c.box(0, y + 0.22 + 0.12 * i, 1, y + 0.22 + 0.12 * i + 1.01 * c.px) for i in range(2))))
    dome = c.overlap(c.ellipse(0.5, y - 0.06, c.u(0.2, 0.25), c.u(0.24, 0.32)), c.box(0, 0, 1, y))
    c.part(dome, c.paint("glass"))
    if c.chance(0.5):
        c.fill(
            c.union(c.ellipse(0.5, y - 0.12, 0.085, 0.08), c.box(0.45, y - 0.1, 0.55, y)),
            c.paint("lime"),
            2,
            inside=True,
        )
    c.part(c.ellipse(0.5, y + 0.13, 0.2, 0.1), c.second)
    c.part(c.ellipse(0.5, y + 0.05, 0.48, c.u(0.14, 0.18)), c.main)
    c.part(c.ellipse(0.5, y - 0.03, 0.3, 0.07), c.main, tone=0.8)
    lamps = c.paint(c.pick("yellow", "cyan", "red"))
    for x, dy in ((0.14, 0.06), (0.32, 0.11), (0.5, 0.13), (0.68, 0.11), (0.86, 0.06)):
        c.fill(c.ellipse(x, y + dy, max(0.035, 0.6 * c.px)), lamps, 4)


def flying_carpet(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    lift, slant, deep = c.u(0.07, 0.11), c.u(0.06, 0.12), c.u(0.4, 0.46)
    steps = [i / 8 for i in range(9)]
    top: list[Point] = [(0.16 + 0.76 * t, 0.3 + lift * math.sin(math.tau * t) - 0.06 * t) for t in steps]
    low: list[Point] = [(x - slant, y + deep) for x, y in reversed(top)]
    for t in (0.0, 0.25, 0.5, 0.75, 1.0):
        for (x, y), side in ((top[0], -1), (top[-1], 1)):
            end = (x - slant * t, y + deep * t)
            c.part(c.line(end, (end[0] + side * 0.06, end[1] + 0.02), 0.025), c.second, line=False)
    rug = c.polygon(*top, *low)
    c.part(rug, c.main, "slope")
    c.fill(c.overlap(rug + 0.05, -(rug + 0.05 + max(0.04, c.px))), c.second, 3)
    middle = (0.54 - slant / 2, 0.27 + deep / 2)
    c.fill(c.star(*middle, 0.12, 0.12 * 0.71, 2), c.second, 4)
    c.fill(c.ellipse(*middle, 0.045), c.main, 1)


KINDS = (
    Kind(
        "airplane",
        "vehicles",
        airplane,
        ("plane", "aeroplane", "biplane"),
        ("red", "yellow", "grey", "sky blue"),
        ("iron", "wood"),
        ("side", "top-down"),
        attributes=TRAITS,
    ),
    Kind(
        "helicopter",
        "vehicles",
        helicopter,
        ("chopper",),
        ("green", "red", "olive", "grey"),
        ("iron",),
        attributes=TRAITS,
    ),
    Kind(
        "hot air balloon",
        "vehicles",
        balloon,
        ("balloon flight",),
        ("red", "orange", "sky blue", "purple"),
        attributes=TRAITS,
    ),
    Kind(
        "airship",
        "vehicles",
        airship,
        ("zeppelin", "blimp"),
        ("tan", "grey", "maroon"),
        ("copper", "silver"),
        attributes=TRAITS,
    ),
    Kind(
        "rocket",
        "vehicles",
        rocket,
        ("rocket ship", "space rocket"),
        ("white", "grey", "red"),
        ("silver", "gold"),
        attributes=TRAITS,
    ),
    Kind(
        "spaceship",
        "vehicles",
        spaceship,
        ("starship", "starfighter", "spacecraft"),
        ("grey", "white", "blue", "red"),
        ("silver", "gold", "obsidian"),
        attributes=TRAITS,
    ),
    Kind(
        "ufo",
        "vehicles",
        ufo,
        ("flying saucer", "alien ship"),
        ("grey", "green", "purple"),
        ("silver", "gold", "copper"),
        attributes=TRAITS,
    ),
    Kind(
        "flying carpet",
        "vehicles",
        flying_carpet,
        ("magic carpet",),
        ("red", "purple", "maroon"),
        attributes=TRAITS,
    ),
)
