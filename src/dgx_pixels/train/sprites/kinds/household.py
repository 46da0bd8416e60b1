"""Tools of the house, the garden and the workshop."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

STUFF = ("iron", "gold", "silver", "bronze", "copper", "wood")


def _scissors(c: Canvas) -> None:
    c = c.turned(c.pick(0, 35)).scaled(0.88, 0.92)
    gape = c.u(0.08, 0.2)
    for side in (c, c.mirrored()):
        blade = side.polygon((0.38, 0.62), (0.5 + gape, 0.02), (0.58 + gape, 0.1), (0.56, 0.64))
        side.part(blade, c.paint("steel"), "bevel")
    for x in (0.25, 0.75):
        c.part(c.ring(x, 0.77, 0.15, 0.14), c.main)
    c.part(c.union(c.line((0.34, 0.66), (0.5, 0.56), 0.06), c.line((0.66, 0.66), (0.5, 0.56), 0.06)), c.main)


def _paintbrush(c: Canvas) -> None:
    c = c.turned(45).scaled(1.16, 1.16)
    wide = c.u(0.15, 0.2)
    c.part(c.line((0.5, 0.5), (0.5, 0.98), 0.06, 0.03), c.paint(c.pick("wood", "black")))
    c.part(c.box(0.5 - wide * 0.7, 0.38, 0.5 + wide * 0.7, 0.54, 0.02), c.paint("silver"))
    tuft = c.mirror_polygon((0.5, -0.06), (0.56, 0.02), (0.5 + wide, 0.2), (0.5 + wide * 0.8, 0.4), (0.5, 0.42))
    c.part(tuft, c.main)
    c.stroke([(0.46, 0.12), (0.46, 0.36)], c.main, 1)


def _magnifier(c: Canvas) -> None:
    c = c.turned(c.pick(-45, 45)).moved(0, -0.02)
    r = c.u(0.25, 0.28)
    c.part(c.line((0.5, 0.62), (0.5, 1.06), 0.07, 0.08), c.main)
    c.part(c.box(0.42, 0.6, 0.58, 0.7), c.second)
    c.part(c.ellipse(0.5, 0.32, r + 0.09), c.main)
    c.part(c.ellipse(0.5, 0.32, r - 0.02), c.paint("glass"), "slope")
    c.fill(c.arc(0.5, 0.32, r * 0.6, 0.05, 200, 265), c.paint("white"), 5)


def _wrench(c: Canvas) -> None:
    c = c.turned(45)
    w, double = c.u(0.075, 0.095), c.chance(0.5)
    c.part(c.box(0.5 - w, 0.16, 0.5 + w, 0.9), c.main, "bevel", depth=0.07)
    c.part(c.ellipse(0.5, 0.1, 0.22), c.main, "bevel", depth=0.07, line=False)
    c.part(c.ellipse(0.5, 0.93, 0.2 if double else 0.14), c.main, "bevel", depth=0.07, line=False)
    c.erase(c.box(0.41, -0.2, 0.59, 0.12, 0.02))
    c.erase(c.box(0.42, 0.92, 0.58, 1.2) if double else c.ellipse(0.5, 0.93, 0.05))
    c.part(c.box(0.5 - w, 0.42, 0.5 + w, 0.64), c.second, line=False)


def _broom(c: Canvas) -> None:
    c = c.turned(c.pick(35, 45)).scaled(1.0, 1.02)
    wide = c.u(0.19, 0.24)
    c.part(c.line((0.5, 0.0), (0.5, 0.6), 0.045), c.paint("wood"))
    c.part(c.mirror_polygon((0.5, 0.5), (0.58, 0.5), (0.5 + wide, 0.74), (0.5 + wide * 0.8, 1.0), (0.5, 0.98)), c.main)
    for x in (0.42, 0.5, 0.58):
        c.stroke([(0.5 + (x - 0.5) * 0.6, 0.66), (0.5 + (x - 0.5) * 1.6, 0.96)], c.main, 1)
    c.part(c.box(0.4, 0.54, 0.6, 0.63, 0.02), c.second)


def _umbrella(c: Canvas) -> None:
    c = c.turned(c.u(-14, 14)).scaled(0.97, 0.97)
    c.part(c.path([(0.5, 0.3), (0.5, 0.86), (0.44, 0.95), (0.36, 0.92), (0.34, 0.84)], 0.04), c.second)
    dome = c.cut(c.ellipse(0.5, 0.54, 0.48, 0.48), c.box(-1, 0.54, 2, 2))
    scallops = [c.ellipse(x, 0.56, 0.1, 0.09) for x in (0.18, 0.39, 0.61, 0.82)]
    c.part(c.cut(dome, *scallops), c.main)
    for x in (0.29, 0.71):
        c.stroke([(0.5, 0.08), (0.5 + (x - 0.5) * 0.9, 0.26), (x, 0.48)], c.main, 1)
    c.part(c.line((0.5, 0.02), (0.5, 0.07), 0.035), c.second)


def _ladder(c: Canvas) -> None:
    c = c.turned(c.pick(0, 12)).scaled(0.94, 0.95)
    n, wide = c.pick(4, 5), c.u(0.22, 0.27)
    for i in range(n):
        y = 0.14 + 0.72 * i / (n - 1)
        c.part(c.box(0.5 - wide, y - 0.045, 0.5 + wide, y + 0.045), c.main, tone=-0.5)
    for x in (0.5 - wide, 0.5 + wide):
        c.part(c.box(x - 0.065, 0.02, x + 0.065, 0.98, 0.03), c.main)


def _watering_can(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.arc(0.62, 0.42, 0.3, 0.07, -150, 60), c.main)
    c.part(c.polygon((0.42, 0.84), (0.1, 0.38), (0.2, 0.3), (0.46, 0.62)), c.main)
    c.part(c.line((0.05, 0.42), (0.23, 0.24), 0.06), c.second)
    c.part(c.box(0.36, 0.44, 0.84, 0.94, 0.06), c.main)
    c.part(c.ellipse(0.6, 0.45, 0.24, 0.07), c.main, "flat", tone=-2)
    c.part(c.box(0.36, c.u(0.64, 0.74), 0.84, 0.82), c.second, line=False)


def _camera(c: Canvas) -> None:
    c.part(c.box(c.pick(0.34, 0.16), 0.14, 0.66, 0.36, 0.04), c.main)
    c.part(c.box(0.72, 0.2, 0.86, 0.34, 0.02), c.second)
    c.part(c.box(0.03, 0.27, 0.97, 0.87, 0.07), c.main, "bevel")
    c.part(c.box(0.03, 0.42, 0.97, 0.52), c.second, "flat", line=False)
    r = c.u(0.21, 0.25)
    c.part(c.ellipse(0.5, 0.58, r), c.paint("grey"))
    c.part(c.ellipse(0.5, 0.58, r - 0.07), c.paint("black"))
    c.fill(c.ellipse(0.45, 0.53, 0.05), c.paint("glass"), 4)


def _suitcase(c: Canvas) -> None:
    low, trim = c.u(0.84, 0.92), c.pick("straps", "bands")
    c.part(c.cut(c.box(0.34, 0.1, 0.66, 0.4, 0.06), c.box(0.42, 0.18, 0.58, 0.5)), c.second)
    c.part(c.box(0.03, 0.26, 0.97, low, 0.09), c.main, "bevel", depth=0.1)
    for x in (0.24, 0.76):
        if trim == "straps":
            c.part(c.box(x - 0.055, 0.26, x + 0.055, low), c.second, "slope")
        else:
            c.part(c.box(x - 0.07, 0.4, x + 0.07, 0.52, 0.02), c.second)
    c.stroke([(0.05, 0.46), (0.95, 0.46)], c.main, 0)


def _balloon(c: Canvas) -> None:
    c = c.turned(c.u(-10, 10))
    c.stroke([(0.5, 0.72), (0.46, 0.82), (0.53, 0.9), (0.5, 0.98)], c.paint("cloth"), 2, inside=False)
    c.part(c.polygon((0.5, 0.68), (0.6, 0.8), (0.4, 0.8)), c.main)
    c.part(
        c.union(c.ellipse(0.5, 0.36, c.u(0.3, 0.35), 0.34), c.mirror_polygon((0.5, 0.4), (0.74, 0.52), (0.5, 0.74))),
        c.main,
    )
    c.fill(c.ellipse(0.38, 0.24, 0.07, 0.06), c.main, 5)


KINDS = (
    Kind("scissors", "tools", _scissors, ("shears",), ("red", "blue")),
    Kind("paintbrush", "tools", _paintbrush, ("brush",), ("red", "blue", "green")),
    Kind("magnifying glass", "tools", _magnifier, ("magnifier", "loupe"), ("gold", "wood"), STUFF),
    Kind("wrench", "tools", _wrench, ("spanner",), ("iron", "steel"), STUFF),
    Kind("broom", "tools", _broom, ("broomstick",), ("tan", "yellow")),
    Kind("umbrella", "tools", _umbrella, ("parasol",), ("red", "blue", "purple")),
    Kind("ladder", "tools", _ladder, ("step ladder",), ("wood",), STUFF),
    Kind("watering can", "tools", _watering_can, ("sprinkling can",), ("green", "grey"), STUFF),
    Kind("camera", "tools", _camera, ("photo camera",), ("black", "grey")),
    Kind("suitcase", "tools", _suitcase, ("briefcase", "luggage"), ("leather", "brown"), ("leather", "wood")),
    Kind("party balloon", "tools", _balloon, ("toy balloon", "birthday balloon"), ("red", "blue", "pink")),
)
