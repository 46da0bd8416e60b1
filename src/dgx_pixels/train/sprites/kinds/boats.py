"""What floats, dives or glides on water and snow."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.aircraft import TRAITS


def sailing_ship(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.box(0.47, 0.03, 0.53, 0.76), c.paint("wood"))
    rig = c.pick("square", "square", "lateen")
    if rig == "square":
        for top, low, half in ((0.12, 0.34, c.u(0.26, 0.32)), (0.35, 0.64, c.u(0.36, 0.42))):
            sail = c.overlap(
                c.mirror_polygon((0.5 + half * 0.85, top), (0.5 + half, low)),
                -c.ellipse(0.5, low + 0.05, half, 0.09),
            )
            c.part(sail, c.main, "slope")
            c.part(c.line((0.5 - half, top), (0.5 + half, top), 0.025), c.paint("wood"))
    else:
        c.part(c.polygon((0.55, 0.06), (0.55, 0.66), (0.95, 0.64), (0.8, 0.34)), c.main, "slope")
        c.part(c.polygon((0.45, 0.12), (0.45, 0.66), (0.07, 0.66)), c.main, "slope", tone=-0.5)
    if c.chance(0.5):
        c.part(c.star(0.52 if rig == "square" else 0.66, 0.47, 0.09, 0.045, 5), c.second, "flat", line=False)
    c.part(c.polygon((0.52, 0.0), (0.72, 0.04), (0.52, 0.09)), c.main, "flat", tone=1)
    hull = c.polygon((0.02, 0.66), (0.16, 0.72), (0.82, 0.72), (0.98, 0.62), (0.86, 0.94), (0.18, 0.94))
    c.part(hull, c.paint("wood"))
    c.fill(c.overlap(hull, c.box(0, 0.76, 1, 0.81)), c.main, 3)


def rowboat(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    sheer, keel = c.u(0.02, 0.08), c.u(0.8, 0.86)
    for a, b in ((0.36, 0.1), (0.66, 0.94)):
        c.part(c.line((a, 0.2), (b, 0.92), 0.028), c.paint("tan"))
        c.part(c.line((b + (a - b) * 0.16, 0.8), (b, 0.93), 0.055), c.paint("tan"))
    c.part(c.ellipse(0.5, 0.44, 0.44, 0.12), c.main, "flat", tone=-2)
    for x in (0.3, 0.58):
        c.part(c.box(x, 0.38, x + 0.12, 0.56), c.paint("wood"))
    gunwale = [(0.02, 0.34), (0.26, 0.5 + sheer), (0.74, 0.5 + sheer), (0.98, 0.34)]
    hull = c.polygon(*gunwale, (0.92, 0.64), (0.74, keel), (0.26, keel), (0.08, 0.64))
    c.part(hull, c.main, "slope")
    for k in (0.35, 0.65):
        c.stroke([(x, y + k * (keel - y)) for x, y in gunwale], c.main, 1)
    c.fill(c.path(gunwale, max(0.025, 0.5 * c.px)), c.second, 3)


def submarine(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    ry = c.u(0.22, 0.26)
    c.part(c.path([(0.52, 0.3), (0.52, 0.1), (0.64, 0.1)], 0.03), c.second)
    c.part(c.box(0.36, 0.22, 0.64, 0.5, 0.05), c.main, tone=0.3)
    for y in (-1, 1):
        c.part(c.polygon((0.02, 0.62 + y * 0.22), (0.14, 0.62 + y * 0.2), (0.22, 0.62)), c.second, "slope")
    c.part(c.ellipse(0.54, 0.62, 0.43, ry), c.main)
    c.part(c.ellipse(0.06, 0.62, 0.04, 0.14), c.second)
    for x in (0.36, 0.56, 0.76):
        c.part(c.ellipse(x, 0.6, 0.085), c.second)
        c.part(c.ellipse(x, 0.6, 0.055), c.paint("sky blue"), tone=1, line=False)
    c.fill(c.line((0.24, 0.76), (0.84, 0.76), 0.02), c.main, 1, inside=True)


def sleigh(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    runner = c.path([(0.06, 0.92), (0.78, 0.92), (0.94, 0.84), (0.95, 0.7), (0.86, 0.66)], 0.028)
    for x in (0.28, 0.66):
        c.part(c.line((x, 0.7), (x, 0.92), 0.03), c.second)
    c.part(runner, c.second)
    back, dip = c.u(0.1, 0.2), c.u(0.44, 0.5)
    if c.chance(0.5):
        c.part(c.ellipse(0.4, dip - 0.04, 0.13, 0.14), c.paint("brown"))
        c.part(c.box(0.52, dip - 0.12, 0.68, dip + 0.1), c.paint("green"))
    brim = [
        (0.06, back),
        (0.16, back - 0.02),
        (0.26, dip - 0.08),
        (0.42, dip),
        (0.64, dip),
        (0.78, 0.3),
        (0.91, 0.27),
    ]
    body = c.polygon(*brim, (0.93, 0.4), (0.86, 0.64), (0.74, 0.8), (0.2, 0.8), (0.07, 0.58))
    c.part(body, c.main, "bevel", depth=0.12)
    c.part(c.path(brim, max(0.024, 0.45 * c.px)), c.second)
    c.fill(c.path([(0.24, 0.66), (0.4, 0.7), (0.56, 0.66), (0.72, 0.66)], 0.02), c.second, 3, inside=True)


KINDS = (
    Kind(
        "sailing ship",
        "vehicles",
        sailing_ship,
        ("ship", "galleon", "pirate ship", "sailboat"),
        ("white", "tan", "red"),
        attributes=TRAITS,
    ),
    Kind(
        "rowboat",
        "vehicles",
        rowboat,
        ("boat", "dinghy", "canoe"),
        ("brown", "red", "blue"),
        ("wood",),
        attributes=TRAITS,
    ),
    Kind(
        "submarine",
        "vehicles",
        submarine,
        ("u-boat",),
        ("yellow", "grey", "navy"),
        ("iron", "copper", "gold"),
        attributes=TRAITS,
    ),
    Kind(
        "sleigh",
        "vehicles",
        sleigh,
        ("sled", "santa sleigh"),
        ("red", "dark green"),
        ("wood", "ice"),
        attributes=TRAITS,
    ),
)
