"""Birds, from the front or facing left."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import WINGED, eye, eyeball, spot


def _feet(c: Canvas, xs: tuple[float, ...], top: float) -> None:
    """Thin legs with toes, down to the ground."""
    for x in xs:
        c.part(c.line((x, top), (x, 0.94), 0.025), c.paint("orange"))
        c.part(c.line((x - 0.07, 0.95), (x + 0.04, 0.95), 0.024), c.paint("orange"), line=False)


def _bird(c: Canvas) -> None:
    _feet(c, (0.46, 0.58), 0.8)
    tail = c.u(0.46, 0.6)
    c.part(c.polygon((0.64, 0.58), (0.97, tail - 0.08), (0.98, tail + 0.12), (0.7, 0.76)), c.main, tone=-1)
    crest = c.chance(0.4)
    if crest:
        c.part(c.polygon((0.24, 0.22), (0.46, 0.02), (0.46, 0.26)), c.main, tone=-0.5)
    body = c.union(c.ellipse(0.52, 0.6, c.u(0.31, 0.35), 0.26), c.ellipse(0.34, 0.36, 0.23))
    c.part(body, c.main)
    c.part(c.ellipse(0.36, 0.64, 0.13, 0.15), c.main, "flat", tone=1.5, line=False)
    c.part(c.polygon((0.16, 0.32), (0.02, 0.4), (0.17, 0.45)), c.paint("orange"))
    c.part(
        c.union(c.ellipse(0.6, 0.56, 0.17, 0.13), c.polygon((0.5, 0.46), (0.92, 0.56), (0.6, 0.7))),
        c.main,
        tone=-1,
    )
    eye(c, 0.28, 0.33, 0.045, on=c.main)


def _owl(c: Canvas) -> None:
    tufts = [s.polygon((0.54, 0.2), (0.82, c.u(0.02, 0.08)), (0.8, 0.36)) for s in (c, c.mirrored())]
    for x in (0.4, 0.6):
        c.part(c.ellipse(x, 0.94, 0.085, 0.045), c.paint("orange"))
    c.part(c.union(*tufts, c.ellipse(0.5, 0.54, c.u(0.33, 0.37), 0.4)), c.main)
    c.part(c.ellipse(0.5, 0.72, 0.2, 0.2), c.main, "flat", tone=1.5, line=False)
    for x, y in ((0.42, 0.66), (0.58, 0.66), (0.5, 0.74), (0.42, 0.82), (0.58, 0.82)):
        c.stroke([(x - 0.03, y), (x, y + 0.03), (x + 0.03, y)], c.main, 1)
    for x, look in ((0.35, 0.4), (0.65, -0.4)):
        c.part(c.ellipse(x, 0.37, 0.165), c.main, "flat", tone=1.5)
        eyeball(c, x, 0.37, 0.115, c.paint("yellow"), (look * 0.3, 0))
    c.part(c.mirror_polygon((0.5, 0.43), (0.56, 0.45), (0.5, 0.58)), c.paint("orange"))
    for s in (c, c.mirrored()):
        s.part(s.ellipse(0.85, 0.62, 0.1, 0.24), c.main, tone=-1)


def _chicken(c: Canvas) -> None:
    _feet(c, (0.5, 0.64), 0.8)
    c.part(
        c.union(*(c.ellipse(x, y, 0.07) for x, y in ((0.26, 0.12), (0.35, 0.08), (0.44, 0.13)))),
        c.paint("red"),
    )
    for tip in ((0.84, 0.2), (0.95, 0.3), (0.97, 0.44)):
        c.part(c.line((0.72, 0.58), tip, 0.1, 0.05), c.main, tone=-0.8)
    c.part(
        c.union(c.ellipse(0.56, 0.62, c.u(0.3, 0.34), 0.25), c.path([(0.35, 0.27), (0.4, 0.52)], 0.18, 0.22)),
        c.main,
    )
    c.part(c.polygon((0.2, 0.24), (0.03, 0.32), (0.2, 0.38)), c.paint("orange"))
    c.part(c.ellipse(0.23, 0.45, 0.055, 0.085), c.paint("red"))
    c.part(
        c.union(c.ellipse(0.58, 0.6, 0.16, 0.13), c.polygon((0.5, 0.5), (0.84, 0.54), (0.6, 0.74))),
        c.main,
        tone=-0.9,
    )
    eye(c, 0.31, 0.26, 0.04, on=c.main)


def _duck(c: Canvas) -> None:
    c.part(c.polygon((0.74, 0.56), (0.98, c.u(0.38, 0.48)), (0.92, 0.78), (0.7, 0.86)), c.main)
    body = c.union(
        c.ellipse(0.55, 0.7, 0.39, 0.24),
        c.line((0.32, 0.36), (0.36, 0.6), 0.15),
        c.ellipse(0.32, 0.29, c.u(0.2, 0.23)),
    )
    c.part(body, c.main)
    c.part(c.union(c.box(0.0, 0.32, 0.2, 0.42, 0.045), c.ellipse(0.16, 0.34, 0.07)), c.paint("orange"))
    c.part(
        c.union(c.ellipse(0.6, 0.66, 0.18, 0.12), c.polygon((0.5, 0.57), (0.88, 0.56), (0.64, 0.78))),
        c.main,
        tone=-0.9,
    )
    if c.chance(0.35):
        c.part(c.box(0.2, 0.47, 0.5, 0.53, 0.02), c.second, "flat", line=False)
    eye(c, 0.27, 0.25, 0.045, on=c.main)


def _penguin(c: Canvas) -> None:
    spread = c.u(0.82, 0.9)
    for x in (0.37, 0.63):
        c.part(c.ellipse(x, 0.93, 0.13, 0.05), c.paint("orange"))
    for s in (c, c.mirrored()):
        s.part(
            s.polygon((0.7, 0.44), (0.8, 0.44), (spread + 0.07, 0.74), (spread - 0.05, 0.78)),
            c.main,
            tone=-0.6,
        )
    c.part(c.union(c.ellipse(0.5, 0.6, c.u(0.3, 0.33), 0.35), c.ellipse(0.5, 0.3, 0.27, 0.26)), c.main)
    white = c.paint("white")
    c.part(c.ellipse(0.5, 0.7, 0.19, 0.22), white, line=False)
    for x in (0.41, 0.59):
        c.fill(c.ellipse(x, 0.31, 0.105, 0.12), white, 4)
    for x in (0.42, 0.58):
        eye(c, x, 0.3, 0.04)
    c.part(c.mirror_polygon((0.5, 0.37), (0.59, 0.4), (0.5, 0.48)), c.paint("orange"))
    if c.chance(0.3):
        c.part(c.box(0.25, 0.5, 0.75, 0.57, 0.03), c.second)


def _flamingo(c: Canvas) -> None:
    c.part(c.line((0.56, 0.6), (0.56, 0.95), 0.026), c.main, tone=-1)
    c.part(c.path([(0.64, 0.62), (0.74, 0.76), (0.58, 0.8)], 0.024), c.main, tone=-1)
    c.part(c.ellipse(0.62, 0.53, 0.27, c.u(0.15, 0.18)), c.main)
    c.part(c.polygon((0.76, 0.44), (0.98, 0.5), (0.9, 0.66), (0.7, 0.64)), c.main, tone=-0.6)
    neck = [(0.42, 0.54), (0.26, 0.5), (0.24, 0.38), (0.36, 0.28), (0.36, 0.16), (0.26, 0.12)]
    c.part(c.path(neck, 0.075, 0.06), c.main)
    c.part(c.ellipse(0.26, 0.14, 0.115, 0.1), c.main)
    c.part(c.polygon((0.17, 0.08), (0.17, 0.2), (0.1, 0.32), (0.05, 0.3), (0.08, 0.14)), c.paint("parchment"))
    c.fill(c.polygon((0.12, 0.25), (0.08, 0.24), (0.05, 0.32), (0.1, 0.33)), c.paint("eye"), 0)
    c.part(c.ellipse(0.64, 0.5, 0.17, 0.09), c.main, tone=0.8)
    eye(c, 0.24, 0.12, 0.032, on=c.main)


def _toucan(c: Canvas) -> None:
    c.part(c.line((0.3, 0.87), (0.98, 0.87), 0.04), c.paint("wood"))
    c.part(c.polygon((0.68, 0.66), (0.82, 0.68), (0.9, 0.98), (0.78, 0.98)), c.main, tone=-1)
    body = c.union(c.turned(-20, (0.64, 0.56)).ellipse(0.64, 0.56, 0.22, 0.3), c.ellipse(0.56, 0.28, 0.21))
    c.part(body, c.main)
    c.part(c.ellipse(0.48, 0.42, 0.12, 0.13), c.paint("white"), "flat", line=False)
    c.part(c.turned(-20, (0.72, 0.58)).ellipse(0.73, 0.58, 0.12, 0.24), c.main, tone=-1.2)
    droop = c.u(0.4, 0.46)
    bill = c.polygon((0.42, 0.14), (0.2, 0.1), (0.06, 0.2), (0.02, droop), (0.1, 0.34), (0.42, 0.38))
    c.part(bill, c.paint("orange"))
    c.fill(c.overlap(bill, c.box(0, 0.26, 0.1, 1)), c.paint("eye"), 0)
    c.stroke([(0.1, 0.28), (0.42, 0.27)], c.paint("orange"), 1)
    c.fill(spot(c, 0.53, 0.24, 0.08), c.paint("white"), 4)
    eye(c, 0.53, 0.24, 0.045)
    for x in (0.58, 0.68):
        c.part(c.ellipse(x, 0.86, 0.045, 0.055), c.paint("orange"))


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("bird", _bird, ("songbird", "sparrow"), ("blue", "red", "brown")),
    ("owl", _owl, (), ("brown", "tan", "grey")),
    ("chicken", _chicken, ("hen", "rooster"), ("white", "brown")),
    ("duck", _duck, ("duckling", "rubber duck"), ("yellow", "white")),
    ("penguin", _penguin, (), ("black", "navy")),
    ("flamingo", _flamingo, ("stork", "crane"), ("pink",)),
    ("toucan", _toucan, ("parrot",), ("black", "green", "red")),
)
KINDS = tuple(Kind(name, "animals", draw, also, natural, attributes=WINGED) for name, draw, also, natural in NAMES)
