"""Insects and their kin, from above or facing left."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import ALIVE, WINGED, eye, eyeball, eyes, is_dark, smile, spot


def _bee(c: Canvas) -> None:
    dark, lift = c.paint("black"), c.u(0.2, 0.26)
    c.part(c.polygon((0.86, 0.56), (0.98, 0.63), (0.86, 0.7)), dark)
    for x in (0.16, 0.3):
        c.part(c.path([(0.26, 0.42), (x, 0.32), (x - 0.06, 0.24)], 0.022), dark)
    body = c.ellipse(0.54, 0.62, 0.37, c.u(0.24, 0.28))
    c.part(body, c.main)
    for x in (0.5, 0.68):
        c.fill(c.overlap(body, c.box(x, 0, x + 0.09, 1)), c.paint("white" if is_dark(c.main) else "black"), 1)
    for x, lean in ((0.66, 25), (0.48, -10)):
        c.part(c.turned(lean, (x, 0.4)).ellipse(x, lift + 0.04, 0.13, 0.2), c.paint("glass"))
    eye(c, 0.29, 0.57, 0.045, 1.4, on=c.main)
    smile(c, 0.28, 0.7, 0.05, c.main, 0.02)


def _butterfly(c: Canvas) -> None:
    high, low = c.u(0.2, 0.25), c.u(0.15, 0.2)
    pointed = c.chance(0.5)
    for s in (c, c.mirrored()):
        s.stroke([(0.52, 0.26), (0.6, 0.12), (0.64, 0.05)], c.paint("black"), 0, inside=False)
        lower = s.ellipse(0.7, 0.74, low, 0.2)
        upper = s.ellipse(0.75, 0.34, high, 0.26)
        if pointed:
            lower = s.union(lower, s.polygon((0.66, 0.8), (0.84, 0.7), (0.8, 0.98)))
            upper = s.union(upper, s.polygon((0.6, 0.4), (0.9, 0.06), (0.97, 0.3)))
        s.part(s.union(lower, s.polygon((0.5, 0.56), (0.66, 0.6), (0.6, 0.8))), c.main, tone=-0.7)
        s.part(s.union(upper, s.polygon((0.5, 0.52), (0.6, 0.2), (0.7, 0.56))), c.main)
        s.part(s.ellipse(0.77, 0.32, 0.09, 0.11), c.second, "flat", line=False)
        s.part(s.ellipse(0.7, 0.76, 0.06, 0.07), c.second, "flat", line=False)
    c.part(c.line((0.5, 0.3), (0.5, 0.84), 0.05, 0.035), c.paint("black"))
    c.part(c.ellipse(0.5, 0.25, 0.065), c.paint("black"))


def _spider(c: Canvas) -> None:
    for s in (c, c.mirrored()):
        for knee, foot in (
            ((0.74, 0.16), (0.86, 0.06)), ((0.84, 0.34), (0.97, 0.36)),
            ((0.86, 0.52), (0.97, 0.66)), ((0.8, 0.68), (0.88, 0.92)),
        ):  # fmt: skip
            s.part(s.path([(0.58, 0.44), knee, foot], 0.042, 0.026), c.main, tone=-0.5)
    c.part(c.ellipse(0.5, 0.66, c.u(0.24, 0.29), 0.25), c.main)
    c.part(c.ellipse(0.5, 0.36, 0.18, 0.16), c.main)
    if c.chance(0.6):
        c.fill(c.mirror_polygon((0.5, 0.56), (0.57, 0.56), (0.5, 0.66), (0.58, 0.78), (0.5, 0.78)), c.second, 3)
    eyes(c, 0.34, 0.075, 0.04, 1.1, on=c.main)
    for x in (0.45, 0.55):
        c.fill(spot(c, x, 0.475, 0.022, 1.8), c.paint("white"), 4)


def _ladybug(c: Canvas) -> None:
    dark = c.paint("black")
    for s in (c, c.mirrored()):
        for y in (0.44, 0.62, 0.78):
            s.part(s.line((0.7, y), (0.96, y + 0.05), 0.035), dark)
        s.part(s.path([(0.56, 0.14), (0.66, 0.04)], 0.024), dark)
    c.part(c.ellipse(0.5, 0.24, 0.2, 0.16), dark)
    for x in (0.42, 0.58):
        c.fill(spot(c, x, 0.2, 0.045), c.paint("white"), 4)
    c.part(c.ellipse(0.5, 0.6, c.u(0.35, 0.38), 0.36), c.main)
    mark = c.paint("white") if is_dark(c.main) else dark
    c.fill(c.box(0.482, 0.25, 0.518, 0.96), mark, 1, inside=True)
    r = c.u(0.055, 0.075)
    for x, y in c.pick(((0.32, 0.5), (0.34, 0.76)), ((0.36, 0.4), (0.27, 0.6), (0.38, 0.8))):
        c.fill(c.union(c.ellipse(x, y, r), c.ellipse(1 - x, y, r)), mark, 1)


def _ant(c: Canvas) -> None:
    for x0, x1 in ((0.44, 0.3), (0.52, 0.54), (0.6, 0.76)):
        c.part(c.path([(x0, 0.62), ((x0 + x1) / 2 - 0.02, 0.76), (x1, 0.94)], 0.03, 0.024), c.main, tone=-0.8)
    for tip in (0.06, 0.2):
        c.part(c.path([(0.2, 0.36), (tip + 0.03, 0.22), (tip - 0.02, 0.12)], 0.024), c.main, tone=-0.8)
    c.part(c.ellipse(0.78, 0.54, c.u(0.19, 0.22), 0.2), c.main)
    c.part(c.ellipse(0.5, 0.6, 0.15, 0.12), c.main)
    c.part(c.ellipse(0.24, 0.48, c.u(0.18, 0.21), 0.19), c.main)
    c.part(c.path([(0.1, 0.62), (0.03, 0.7), (0.1, 0.75)], 0.026, 0.016), c.main, tone=-0.8)
    eye(c, 0.18, 0.45, 0.05, on=c.main)
    for x in (0.74, 0.84):
        c.stroke([(x, 0.36), (x + 0.02, 0.72)], c.main, 1)


def _dragonfly(c: Canvas) -> None:
    """Along the diagonal, seen from above."""
    c = c.turned(c.pick(35, 45))
    for s in (c, c.mirrored()):
        for y, lean in ((0.34, -14), (0.48, 10)):
            wing = s.turned(lean, (0.54, y)).ellipse(0.76, y, 0.23, 0.065)
            s.part(wing, c.main, tone=1.3)
    c.part(c.line((0.5, 0.4), (0.5, 0.98), 0.065, 0.05), c.main)
    for y in (0.62, 0.72, 0.82, 0.92):
        c.stroke([(0.44, y), (0.56, y)], c.main, 0)
    c.part(c.ellipse(0.5, 0.36, 0.11, 0.14), c.main)
    c.part(c.ellipse(0.5, 0.17, 0.11, 0.09), c.main)
    for x in (0.41, 0.59):
        c.part(c.ellipse(x, 0.14, 0.08), c.second)


def _scorpion(c: Canvas) -> None:
    for x0, x1 in ((0.42, 0.32), (0.54, 0.5), (0.66, 0.7), (0.76, 0.88)):
        c.part(c.path([(x0, 0.72), (x1 - 0.02, 0.8), (x1, 0.95)], 0.034, 0.026), c.main, tone=-0.8)
    tail = [(0.8, 0.64), (0.9, 0.5), (0.9, 0.34), (0.8, c.u(0.2, 0.24)), (0.64, 0.17)]
    for i, (x, y) in enumerate(tail):
        c.part(c.ellipse(x, y, 0.115 - 0.01 * i), c.main, tone=0.3)
    c.part(c.path([(0.58, 0.14), (0.48, 0.2), (0.48, 0.32)], 0.045, 0.015), c.paint("black"))
    c.part(c.ellipse(0.6, 0.7, 0.29, c.u(0.14, 0.17)), c.main)
    for x in (0.52, 0.64, 0.76):
        c.stroke([(x, 0.56), (x + 0.02, 0.84)], c.main, 1)
    c.part(c.path([(0.38, 0.68), (0.24, 0.72), (0.18, 0.58)], 0.05), c.main)
    claw = c.cut(c.ellipse(0.17, 0.44, c.u(0.13, 0.15), 0.17), c.polygon((0.17, 0.46), (0.08, 0.24), (0.24, 0.24)))
    c.part(claw, c.main)
    eye(c, 0.38, 0.62, 0.035, on=c.main)


def _caterpillar(c: Canvas) -> None:
    hump = c.u(0.04, 0.14)
    xs = (0.88, 0.73, 0.58, 0.43)
    for i, x in enumerate(xs):
        y = 0.72 - hump * (1.2 if i in (1, 2) else 0)
        c.part(c.ellipse(x, y + 0.16, 0.035, 0.06), c.paint("orange"))
        c.part(c.ellipse(x, y, 0.135 if i else 0.11), c.main, tone=-0.4 * (i % 2))
        c.fill(spot(c, x, y - 0.02, 0.035), c.second, 3)
    for tip in (0.12, 0.36):
        c.part(c.path([(0.24, 0.38), (tip, 0.2)], 0.024), c.paint("black"))
        c.part(c.ellipse(tip, 0.17, 0.045), c.second)
    c.part(c.ellipse(0.25, 0.6, 0.23), c.main, tone=0.3)
    for x in (0.15, 0.31):
        eyeball(c, x, 0.56, 0.065, None, (-0.2, 0.2))
    smile(c, 0.23, 0.69, 0.07, c.main)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("bee", _bee, ("bumblebee", "wasp"), ("yellow",)),
    ("butterfly", _butterfly, ("moth",), ("orange", "blue", "purple")),
    ("spider", _spider, ("tarantula",), ("black", "brown")),
    ("ladybug", _ladybug, ("beetle", "ladybird"), ("red",)),
    ("ant", _ant, ("termite",), ("black", "maroon", "brown")),
    ("dragonfly", _dragonfly, ("damselfly",), ("blue", "teal", "green")),
    ("scorpion", _scorpion, (), ("brown", "black", "tan")),
    ("caterpillar", _caterpillar, ("larva", "grub"), ("green", "lime", "yellow")),
)
WITH_WINGS = ("bee", "butterfly", "ladybug", "dragonfly")
KINDS = tuple(
    Kind(name, "animals", draw, also, natural, attributes=WINGED if name in WITH_WINGS else ALIVE)
    for name, draw, also, natural in NAMES
)
