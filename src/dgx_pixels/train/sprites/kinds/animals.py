"""Animals with fur, from the front or facing left; and the lists of all other animals."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import birds, bugs, water_animals
from dgx_pixels.train.sprites.kinds.faces import ALIVE, eye, eyes, legs, smile, spot


def _patches(c: Canvas, *spots: tuple[float, float, float]) -> None:
    """Coloured patches of the coat, where something is drawn."""
    for x, y, r in spots:
        c.fill(c.ellipse(x, y, r, r * 0.8), c.second, 3, inside=True)


def _cat(c: Canvas) -> None:
    tail = c.pick([(0.72, 0.88), (0.92, 0.78), (0.9, 0.5)], [(0.7, 0.9), (0.88, 0.84), (0.86, 0.62), (0.95, 0.5)])
    c.part(c.path(tail, 0.06, 0.045), c.main)
    c.part(c.ellipse(0.5, 0.78, c.u(0.25, 0.3), 0.2), c.main)
    c.part(c.ellipse(0.5, 0.76, 0.12, 0.13), c.main, "flat", tone=1.3, line=False)
    for s in (c, c.mirrored()):
        s.part(s.ellipse(0.62, 0.93, 0.1, 0.055), c.main, tone=0.7)
    ears = [s.polygon((0.52, 0.26), (0.81, 0.03), (0.85, 0.4)) for s in (c, c.mirrored())]
    c.part(c.union(*ears, c.ellipse(0.5, 0.41, 0.37, 0.27)), c.main)
    for s in (c, c.mirrored()):
        s.fill(s.polygon((0.68, 0.22), (0.77, 0.12), (0.79, 0.26)), c.paint("pink"), 2)
        s.stroke([(0.7, 0.48), (0.86, 0.45)], c.main, 0)
        s.stroke([(0.7, 0.54), (0.85, 0.57)], c.main, 0)
    eyes(c, 0.42, c.u(0.15, 0.18), 0.055, 1.3, on=c.main)
    c.fill(spot(c, 0.5, 0.51, 0.035, 0.7), c.paint("pink"), 2)
    smile(c, 0.5, 0.55, 0.06, c.main, 0.03)
    if c.chance(0.4):
        for x, y in ((0.42, 0.26), (0.5, 0.29), (0.58, 0.26)):
            c.stroke([(x, 0.16), (x, y)], c.main, 1)


def _dog(c: Canvas) -> None:
    tail = c.u(0.26, 0.42)
    c.part(c.path([(0.84, 0.54), (0.93, 0.44), (0.95, tail)], 0.055, 0.04), c.main)
    legs(c, c.main, (0.49, 0.73), 0.66, 0.94, 0.06, -1.2)
    c.part(c.box(0.3, 0.46, 0.9, 0.76, 0.13), c.main)
    legs(c, c.main, (0.38, 0.83), 0.66, 0.96, 0.065)
    if c.chance(0.4):
        _patches(c, (0.68, 0.52, 0.13))
    c.part(c.line((0.24, 0.62), (0.46, 0.56), 0.05), c.second)
    c.fill(spot(c, 0.3, 0.66, 0.035), c.paint("gold"), 4)
    c.part(c.ellipse(0.32, 0.36, 0.24, 0.22), c.main)
    c.part(c.box(0.04, 0.37, 0.27, 0.55, 0.08), c.main, tone=0.8)
    if c.chance(0.5):
        c.part(c.line((0.15, 0.55), (0.14, 0.63), 0.04), c.paint("pink"), tone=-0.5)
    if c.chance(0.7):
        c.part(c.ellipse(0.47, 0.38, 0.09, 0.19), c.main, tone=-1.5)
    else:
        c.part(c.polygon((0.36, 0.2), (0.5, 0.02), (0.56, 0.32)), c.main, tone=-1)
    c.fill(spot(c, 0.07, 0.41, 0.05, 0.8), c.paint("eye"), 0)
    eye(c, 0.27, 0.31, 0.045, on=c.main)


def _bear(c: Canvas) -> None:
    for s in (c, c.mirrored()):
        s.part(s.ellipse(0.77, 0.15, 0.12), c.main)
        s.fill(s.ellipse(0.77, 0.16, 0.055), c.main, 1)
        s.part(s.ellipse(0.74, 0.91, 0.13, 0.07), c.main, tone=-0.5)
    c.part(c.ellipse(0.5, 0.74, c.u(0.3, 0.35), 0.23), c.main)
    c.part(c.ellipse(0.5, 0.78, 0.18, 0.15), c.main, "flat", tone=1.2, line=False)
    for s in (c, c.mirrored()):
        s.part(s.line((0.78, 0.62), (0.82, c.u(0.76, 0.8)), 0.1, 0.09), c.main)
    c.part(c.ellipse(0.5, 0.36, 0.36, 0.29), c.main)
    c.part(c.ellipse(0.5, 0.46, 0.16, 0.12), c.main, "flat", tone=1.6, line=False)
    c.fill(spot(c, 0.5, 0.41, 0.065, 0.7), c.paint("eye"), 0)
    smile(c, 0.5, 0.49, 0.06, c.main, 0.035)
    eyes(c, 0.33, 0.17, 0.045, on=c.main)


def _fox(c: Canvas) -> None:
    lift = c.u(0.36, 0.5)
    c.part(c.path([(0.64, 0.88), (0.86, 0.82), (0.88, lift + 0.08)], 0.09, 0.12), c.main)
    c.fill(c.ellipse(0.88, lift, 0.1, 0.11), c.paint("white"), 4)
    c.part(c.mirror_polygon((0.5, 0.54), (0.66, 0.64), (0.7, 0.95), (0.5, 0.95)), c.main)
    c.part(c.mirror_polygon((0.5, 0.6), (0.6, 0.68), (0.5, 0.84)), c.paint("white"), "flat", line=False)
    for x in (0.4, 0.6):
        c.fill(c.box(x - 0.07, 0.88, x + 0.07, 0.97, 0.03), c.paint("eye"), 1)
    ears = [s.polygon((0.54, 0.22), (0.76, 0.0), (0.82, 0.38)) for s in (c, c.mirrored())]
    c.part(c.union(*ears, c.mirror_polygon((0.5, 0.16), (0.78, 0.26), (0.88, 0.46), (0.5, 0.72))), c.main)
    for s in (c, c.mirrored()):
        s.fill(s.polygon((0.66, 0.2), (0.74, 0.1), (0.76, 0.24)), c.paint("eye"), 1)
        s.fill(s.polygon((0.5, 0.56), (0.62, 0.5), (0.86, 0.47), (0.52, 0.71)), c.paint("white"), 4)
    eyes(c, 0.42, 0.16, 0.045, on=c.main)
    c.fill(spot(c, 0.5, 0.68, 0.05), c.paint("eye"), 0)


def _rabbit(c: Canvas) -> None:
    lop = c.chance(0.3)
    for s in (c, c.mirrored()):
        bent = lop and s is not c
        ear = (
            s.path([(0.6, 0.36), (0.66, 0.1), (0.84, 0.2)], 0.085, 0.07) if bent else s.ellipse(0.64, 0.22, 0.095, 0.21)
        )
        s.part(ear, c.main)
        s.fill(s.ellipse(0.64, 0.22, 0.04, 0.1 if bent else 0.14), c.paint("pink"), 3)
    c.part(c.ellipse(0.76, 0.86, 0.09), c.paint("white"))
    c.part(c.ellipse(0.5, 0.79, c.u(0.26, 0.3), 0.19), c.main)
    c.part(c.ellipse(0.5, 0.5, 0.3, 0.22), c.main)
    eyes(c, 0.48, 0.14, 0.045, 1.5, on=c.main)
    c.fill(spot(c, 0.5, 0.56, 0.035, 0.7), c.paint("pink"), 2)
    c.fill(spot(c, 0.5, 0.635, 0.035, 1.0), c.paint("white"), 5)
    for x in (0.37, 0.63):
        c.part(c.ellipse(x, 0.93, 0.12, 0.055), c.main, tone=0.8)


def _pig(c: Canvas) -> None:
    c.part(c.arc(0.92, 0.44, 0.05, 0.035, 90, 420), c.main)
    legs(c, c.main, (0.44, 0.72), 0.72, 0.92, 0.06, -1.2)
    c.part(c.ellipse(0.58, 0.56, 0.34, c.u(0.25, 0.29)), c.main)
    legs(c, c.main, (0.36, 0.8), 0.72, 0.95, 0.07)
    if c.chance(0.3):
        _patches(c, (0.72, 0.46, 0.1), (0.6, 0.64, 0.07))
    for x in (0.18, 0.42):
        c.part(
            c.polygon((x - 0.07, 0.38), (x + (0.02 if x > 0.3 else -0.04), 0.16), (x + 0.12, 0.36)),
            c.main,
            tone=-1,
        )
    c.part(c.ellipse(0.3, 0.5, 0.25, 0.23), c.main)
    c.part(c.ellipse(0.19, 0.56, 0.15, 0.11), c.main, tone=1.2)
    c.fill(c.union(spot(c, 0.14, 0.56, 0.026, 1.6), spot(c, 0.24, 0.56, 0.026, 1.6)), c.main, 0)
    eye(c, 0.17, 0.41, 0.035, on=c.main)
    eye(c, 0.4, 0.42, 0.035, on=c.main)


def _mouse(c: Canvas) -> None:
    tail = c.pick([(0.84, 0.8), (0.97, 0.72), (0.9, 0.5), (0.96, 0.36)], [(0.8, 0.86), (0.97, 0.84), (0.94, 0.62)])
    c.part(c.path(tail, 0.032, 0.022), c.paint("pink"))
    c.part(c.ellipse(0.68, 0.4, 0.15), c.main, tone=-1)
    c.part(c.union(c.ellipse(0.58, 0.7, 0.32, 0.23), c.polygon((0.06, 0.74), (0.5, 0.44), (0.5, 0.9))), c.main)
    c.part(c.ellipse(0.46, 0.4, c.u(0.16, 0.19)), c.main)
    c.fill(c.ellipse(0.46, 0.41, 0.1), c.paint("pink"), 3)
    for x in (0.4, 0.72):
        c.part(c.ellipse(x, 0.92, 0.09, 0.04), c.paint("pink"))
    eye(c, 0.3, 0.66, 0.04, on=c.main)
    c.fill(spot(c, 0.07, 0.74, 0.05), c.paint("pink"), 2)


def _horse(c: Canvas) -> None:
    c.part(c.path([(0.86, 0.46), (0.96, 0.54), (0.93, 0.8)], 0.07, 0.04), c.second)
    legs(c, c.main, (0.5, 0.73), 0.6, 0.92, 0.05, -1.3)
    c.part(c.box(0.32, 0.4, 0.9, 0.68, 0.13), c.main)
    legs(c, c.main, (0.39, 0.83), 0.6, 0.9, 0.055)
    for x in (0.39, 0.83):
        c.part(c.box(x - 0.06, 0.88, x + 0.06, 0.97, 0.02), c.paint("black"))
    c.part(c.path([(0.46, 0.54), (0.34, 0.34), (0.28, 0.18)], 0.15, 0.1), c.main)
    c.part(c.line((0.26, 0.18), (0.1, 0.36), 0.1, 0.075), c.main)
    c.part(c.path([(0.24, 0.1), (0.38, 0.14), (0.47, 0.32), (0.5, 0.46)], 0.06), c.second)
    c.part(c.polygon((0.22, 0.12), (0.28, 0.0), (0.34, 0.14)), c.main)
    if c.chance(0.4):
        c.part(c.box(0.54, 0.37, 0.74, 0.5, 0.04), c.second)
    eye(c, 0.22, 0.18, 0.035, on=c.main)
    c.fill(spot(c, 0.07, 0.37, 0.02), c.main, 0)


def _cow(c: Canvas) -> None:
    c.part(c.path([(0.93, 0.44), (0.97, 0.56), (0.95, 0.7)], 0.028), c.main)
    legs(c, c.main, (0.5, 0.74), 0.7, 0.92, 0.055, -1.3)
    c.part(c.ellipse(0.66, 0.76, 0.09, 0.07), c.paint("pink"))
    c.part(c.box(0.3, 0.36, 0.95, 0.76, 0.1), c.main)
    legs(c, c.main, (0.4, 0.86), 0.7, 0.95, 0.065)
    ink = c.paint("black") if c.main.tones[3].sum() > 560 else c.paint("white")
    for x, y, r in ((c.u(0.55, 0.62), 0.46, 0.12), (0.82, 0.6, 0.1), (0.46, 0.66, 0.07)):
        c.fill(c.overlap(c.ellipse(x, y, r, r * 0.8), c.box(0.32, 0.38, 0.93, 0.74)), ink, 3)
    for x, out in ((0.14, -1), (0.42, 1)):
        horn = [(x, 0.26), (x + 0.06 * out, 0.2), (x + 0.04 * out, 0.08)]
        c.part(c.path(horn, 0.04, 0.015), c.paint("bone"))
        c.part(c.ellipse(x + 0.075 * out, 0.33, 0.07, 0.045), c.main, tone=-1)
    c.part(c.box(0.13, 0.22, 0.43, 0.6, 0.1), c.main)
    c.part(c.box(0.1, 0.46, 0.46, 0.64, 0.07), c.paint("pink"))
    c.fill(c.union(spot(c, 0.2, 0.54, 0.026), spot(c, 0.36, 0.54, 0.026)), c.paint("maroon"), 2)
    eyes(c, 0.36, 0.085, 0.035, x=0.28, on=c.main)


def _sheep(c: Canvas) -> None:
    face = c.paint(c.pick("black", "tan", "black"))
    legs(c, face, (0.36, 0.52, 0.68, 0.82), 0.72, 0.96, 0.045)
    n = c.pick(8, 9, 10)
    wool = c.star(0.58, 0.54, 0.3, 0.3, n, c.u(0, 30))
    around = ((1, 0), (0.75, 0.75), (0, 1), (-0.75, 0.75), (-1, 0), (-0.75, -0.75), (0, -1), (0.75, -0.75))
    puffs = [c.ellipse(0.58 + 0.28 * x, 0.53 + 0.2 * y, 0.14) for x, y in around]
    c.part(c.union(c.overlap(wool, c.box(0, 0.3, 1, 0.8)), *puffs), c.main)
    for x, y in ((0.5, 0.44), (0.68, 0.4), (0.6, 0.58), (0.78, 0.56), (0.7, 0.7), (0.5, 0.68)):
        c.stroke([(x - 0.04, y), (x, y + 0.03), (x + 0.04, y)], c.main, 2)
    c.part(c.ellipse(0.42, 0.42, 0.08, 0.05), face, tone=-0.5)
    c.part(c.box(0.08, 0.34, 0.38, 0.64, 0.12), face)
    c.part(c.union(*(c.ellipse(x, 0.32, 0.085) for x in (0.16, 0.26, 0.35))), c.main)
    for x in (0.16, 0.28):
        c.fill(spot(c, x, 0.47, 0.04), c.paint("white"), 4)
        c.fill(spot(c, x, 0.47, 0.018), c.paint("eye"), 0)


def _elephant(c: Canvas) -> None:
    c.part(c.path([(0.93, 0.46), (0.97, 0.6), (0.94, 0.7)], 0.025), c.main)
    legs(c, c.main, (0.52, 0.72), 0.68, 0.94, 0.08, -1.3)
    c.part(c.ellipse(0.64, 0.52, 0.32, 0.26), c.main)
    legs(c, c.main, (0.44, 0.82), 0.66, 0.96, 0.09)
    trunk = [(0.18, 0.46), (0.1, 0.62), (0.1, 0.78), (c.u(0.02, 0.2), 0.88)]
    c.part(c.path(trunk, 0.1, 0.055), c.main)
    c.part(c.ellipse(0.3, 0.38, 0.23, 0.24), c.main)
    c.part(c.path([(0.24, 0.54), (0.2, 0.64), (0.26, 0.7)], 0.04, 0.02), c.paint("bone"))
    c.part(c.ellipse(0.5, 0.38, c.u(0.16, 0.2), 0.23), c.main, tone=-0.7)
    c.part(c.ellipse(0.51, 0.4, 0.1, 0.15), c.paint("pink"), "flat", tone=-1, line=False)
    eye(c, 0.22, 0.36, 0.035, on=c.main)


def _lion(c: Canvas) -> None:
    c.part(c.path([(0.7, 0.9), (0.88, 0.86), (0.9, 0.66)], 0.035), c.main, tone=1)
    c.part(c.ellipse(0.9, 0.62, 0.08), c.main, tone=-1)
    c.part(c.ellipse(0.5, 0.8, 0.25, 0.17), c.main, tone=1)
    for x in (0.38, 0.62):
        c.part(c.ellipse(x, 0.93, 0.1, 0.05), c.main, tone=1.5)
    n = c.pick(11, 12, 14)
    c.part(c.star(0.5, 0.42, 0.42, c.u(0.34, 0.38), n), c.main, tone=-0.8)
    for x in (0.3, 0.7):
        c.part(c.ellipse(x, 0.21, 0.09), c.main, tone=1)
    c.part(c.ellipse(0.5, 0.44, 0.26, 0.24), c.main, tone=1.3)
    c.part(c.ellipse(0.5, 0.54, 0.13, 0.1), c.paint("white"), "flat", line=False)
    c.fill(c.mirror_polygon((0.5, 0.47), (0.57, 0.47), (0.5, 0.56)), c.paint("eye"), 1)
    smile(c, 0.5, 0.585, 0.07, c.paint("eye"), 0.02)
    eyes(c, 0.4, 0.12, 0.04, on=c.main)


def _monkey(c: Canvas) -> None:
    face = c.paint("tan")
    c.part(c.path([(0.64, 0.86), (0.88, 0.86), (0.93, 0.66), (0.82, 0.56), (0.78, 0.68)], 0.04, 0.03), c.main)
    c.part(c.ellipse(0.5, 0.76, 0.21, 0.2), c.main)
    c.part(c.ellipse(0.5, 0.79, 0.12, 0.13), face, "flat", line=False)
    for s in (c, c.mirrored()):
        s.part(s.path([(0.66, 0.66), (0.77, 0.78), (0.68, 0.88)], 0.055), c.main)
        s.part(s.ellipse(0.66, 0.93, 0.1, 0.05), face, tone=-0.5)
        s.part(s.ellipse(0.84, 0.36, 0.11), c.main)
        s.fill(s.ellipse(0.84, 0.36, 0.06), face, 3)
    c.part(c.ellipse(0.5, 0.34, 0.33, 0.29), c.main)
    if c.chance(0.5):
        c.part(c.polygon((0.42, 0.1), (0.46, 0.0), (0.52, 0.06), (0.58, 0.01), (0.58, 0.12)), c.main)
    c.part(
        c.union(c.ellipse(0.4, 0.32, 0.13), c.ellipse(0.6, 0.32, 0.13), c.ellipse(0.5, 0.46, 0.21, 0.14)),
        face,
        "flat",
    )
    eyes(c, 0.33, 0.1, 0.045)
    c.fill(c.union(spot(c, 0.46, 0.42, 0.016), spot(c, 0.54, 0.42, 0.016)), face, 0)
    smile(c, 0.5, 0.49, 0.1, face, 0.04)


def _deer(c: Canvas) -> None:
    bone = c.paint("wood")
    for root, tips in ((0.2, ((0.08, 0.02), (0.02, 0.14))), (0.34, ((0.46, 0.02), (0.52, 0.14)))):
        knee = (root + (0.07 if root > 0.3 else -0.07), 0.16)
        c.part(c.path([(root, 0.26), knee, tips[0]], 0.03, 0.022), bone)
        c.part(c.line(knee, tips[1], 0.026, 0.02), bone)
    legs(c, c.main, (0.52, 0.76), 0.62, 0.94, 0.036, -1.4)
    c.part(c.ellipse(0.93, 0.46, 0.06, 0.05), c.paint("white"))
    c.part(c.box(0.38, 0.42, 0.92, 0.68, 0.13), c.main)
    legs(c, c.main, (0.44, 0.85), 0.62, 0.96, 0.04)
    c.part(c.line((0.44, 0.52), (0.3, 0.36), 0.1, 0.09), c.main)
    c.part(c.ellipse(0.44, 0.3, 0.09, 0.045), c.main, tone=-0.7)
    c.part(c.union(c.ellipse(0.27, 0.34, 0.13, 0.11), c.line((0.24, 0.36), (0.1, 0.42), 0.075, 0.055)), c.main)
    c.fill(spot(c, 0.06, 0.41, 0.035), c.paint("eye"), 0)
    for x, y in ((0.56, 0.49), (0.68, 0.47), (0.8, 0.5), (0.62, 0.57), (0.76, 0.58)):
        c.fill(spot(c, x, y, 0.02), c.paint("white"), 4)
    eye(c, 0.25, 0.32, 0.035, on=c.main)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("cat", _cat, ("kitten", "kitty"), ("orange", "grey", "black")),
    ("dog", _dog, ("puppy", "hound"), ("brown", "tan")),
    ("bear", _bear, ("teddy bear",), ("brown", "white")),
    ("fox", _fox, (), ("orange",)),
    ("rabbit", _rabbit, ("bunny", "hare"), ("white", "grey", "brown")),
    ("pig", _pig, ("piglet", "boar"), ("pink",)),
    ("mouse", _mouse, ("rat",), ("grey", "brown")),
    ("horse", _horse, ("pony", "stallion"), ("brown", "white")),
    ("cow", _cow, ("bull", "cattle"), ("white", "brown")),
    ("sheep", _sheep, ("lamb", "ram"), ("white",)),
    ("elephant", _elephant, ("mammoth",), ("grey",)),
    ("lion", _lion, (), ("orange", "tan", "brown")),
    ("monkey", _monkey, ("ape", "chimp"), ("brown",)),
    ("deer", _deer, ("stag", "reindeer"), ("brown", "tan")),
)
KINDS = (
    *(Kind(name, "animals", draw, also, natural, attributes=ALIVE) for name, draw, also, natural in NAMES),
    *birds.KINDS,
    *water_animals.KINDS,
    *bugs.KINDS,
)
