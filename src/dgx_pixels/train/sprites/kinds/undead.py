"""The undead: monsters that were people once."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import ALIVE, eyes, fangs, is_dark, smile, spot
from dgx_pixels.train.sprites.kinds.figure import stand

BANDAGES = (
    (0.3, 0.24, 0.68, 0.17), (0.34, 0.28, 0.7, 0.27), (0.3, 0.46, 0.66, 0.5), (0.32, 0.6, 0.68, 0.55),
    (0.32, 0.66, 0.68, 0.69), (0.34, 0.78, 0.66, 0.74), (0.33, 0.86, 0.46, 0.83), (0.54, 0.83, 0.68, 0.87),
    (0.2, 0.58, 0.26, 0.66), (0.74, 0.66, 0.8, 0.56),
)  # fmt: skip
"""Where a mummy's bandages overlap: lines (x0, y0, x1, y1)."""


def _ghost(c: Canvas) -> None:
    w, n = c.u(0.29, 0.34), c.pick(3, 4)
    hem = [(0.5 + w - 2 * w * i / (2 * n), 0.95 if i % 2 else 0.84) for i in range(2 * n + 1)]
    skirt = c.polygon((0.5 - w, 0.4), (0.5 + w, 0.4), (0.53 + w, 0.94), *hem[1:-1], (0.47 - w, 0.94))
    sheet = c.union(c.ellipse(0.5, 0.4, w, 0.36), skirt)
    lift = c.u(-0.08, 0.05)
    for s in (c, c.mirrored()):
        s.part(s.path([(0.7, 0.6), (0.88, 0.56 + lift), (0.93, 0.46 + lift)], 0.08, 0.045), c.main)
    c.part(sheet, c.main)
    eyes(c, 0.4, 0.12, 0.055, 1.5, on=c.main)
    mouth = c.ellipse(0.5, 0.58, 0.06, c.u(0.05, 0.09))
    c.fill(mouth, c.paint("yellow" if is_dark(c.main) else "eye"), 0)
    for x in (0.34, 0.66):
        c.fill(c.ellipse(x, 0.52, 0.045, 0.025), c.paint("pink"), 3)


def _skeleton(c: Canvas) -> None:
    bone = c.main
    hollow = c.paint("red" if is_dark(bone) else "eye")
    for s in (c, c.mirrored()):
        s.part(s.path([(0.54, 0.8), (0.6, 0.87), (0.59, 0.94)], 0.036), bone, tone=-0.6)
        s.part(s.ellipse(0.62, 0.945, 0.08, 0.035), bone)
        s.part(s.path([(0.64, 0.5), (0.79, 0.6), (0.76, 0.76)], 0.034), bone)
        s.part(s.ellipse(0.76, 0.79, 0.055), bone)
    c.part(c.box(0.47, 0.44, 0.53, 0.82), bone, tone=-1)
    for y, w in ((0.52, 0.2), (0.615, 0.17), (0.71, 0.12)):
        c.part(c.box(0.5 - w, y - 0.024, 0.5 + w, y + 0.024, 0.02), bone, tone=0.4)
    c.part(c.box(0.39, 0.775, 0.61, 0.84, 0.03), bone)
    if c.chance(0.6):
        c.part(c.line((0.25, 0.84), (0.1, 0.4), 0.035, 0.02), c.paint("iron"), "bevel")
        c.part(c.line((0.15, 0.73), (0.31, 0.67), 0.025), c.second)
    c.part(c.union(c.ellipse(0.5, 0.23, c.u(0.23, 0.26), 0.2), c.box(0.37, 0.27, 0.63, 0.46, 0.05)), bone)
    for x in (0.4, 0.6):
        c.fill(c.ellipse(x, 0.26, 0.07, 0.075), hollow, 0)
        if c.size >= 24:
            c.fill(spot(c, x, 0.26, 0.02), c.paint("red"), 3)
    c.fill(c.polygon((0.5, 0.3), (0.54, 0.36), (0.46, 0.36)), hollow, 0)
    c.fill(c.union(*(c.box(x - 0.012, 0.39, x + 0.012, 0.46) for x in (0.43, 0.5, 0.57))), bone, 0)


def _zombie(c: Canvas) -> None:
    b = stand(c, y=0.33, r=0.23, w=0.2)
    rags = c.paint(c.pick("brown", "grey", "navy", "cloth"))
    b.legs(rags, c.main, tone=-1)
    b.torso(c.main)
    shirt = c.polygon((0.31, 0.52), (0.5, 0.53), (0.6, 0.66), (0.52, 0.7), (0.56, 0.78), (0.44, 0.82), (0.31, 0.78))
    c.part(shirt, rags)
    for y in (0.6, 0.67):
        c.stroke([(0.58, y), (0.68, y - 0.01)], c.main, 1)
    if b.side:
        b.arm((0.86, 0.6), c.main, c.main)
    else:
        b.arm((0.14, 0.66), c.main, c.main)
        b.arm((0.86, 0.56), c.main, c.main)
        c.part(c.box(0.24, 0.53, 0.35, 0.64, 0.03), rags)
    b.head(c.main)
    c.fill(spot(c, b.face - 0.1, 0.37, 0.06), c.paint("white"), 4)
    c.fill(spot(c, b.face - 0.1, 0.37, 0.025), c.paint("eye"), 0)
    c.fill(spot(c, b.face + 0.1, 0.37, 0.045, 0.7), c.paint("yellow"), 4)
    c.fill(c.box(b.face - 0.09, 0.46, b.face + 0.1, 0.51, 0.02), c.paint("blood"), 0)
    c.fill(c.union(spot(c, b.face - 0.04, 0.475, 0.02), spot(c, b.face + 0.06, 0.475, 0.02)), c.paint("white"), 4)
    tuft = [(0.5 + dx, 0.1 + (0.07 if i % 2 else 0)) for i, dx in enumerate((-0.2, -0.12, -0.05, 0.04, 0.1))]
    c.part(c.polygon((0.31, 0.24), *tuft, (0.4, 0.2)), b.hair)
    c.stroke([(0.6, 0.2), (0.68, 0.26)], c.main, 0)


def _mummy(c: Canvas) -> None:
    b = stand(c, y=0.33, r=0.22, w=0.2)
    b.legs(c.main, c.main)
    b.torso(c.main)
    b.arm((0.16, 0.6), c.main, c.main)
    b.arm((0.84, 0.6), c.main, c.main)
    for x, drop in ((0.15, c.u(0.12, 0.2)), (0.83, c.u(0.12, 0.2))):
        c.part(c.line((x, 0.64), (x + 0.02, 0.64 + drop), 0.028), c.main)
    b.head(c.main)
    gap = c.box(b.face - 0.19, 0.32, b.face + 0.19, 0.41, 0.03)
    c.fill(c.overlap(gap, c.ellipse(0.5, b.y, b.r * 0.97, 1)), c.paint("eye"), 0)
    glow = c.paint(c.pick("yellow", "red", "lime"))
    c.fill(c.union(*(spot(c, b.face + s * 0.09, 0.365, 0.03) for s in (-1, 1))), glow, 4)
    for x0, y0, x1, y1 in BANDAGES:
        c.stroke([(x0, y0), (x1, y1)], c.main, 1)


def _vampire(c: Canvas) -> None:
    b = stand(c, y=0.36, r=0.2, w=0.15)
    pale = c.paint("white")
    b.cape(c.main, c.u(0.38, 0.44), 0.95)
    b.legs(c.paint("black"), c.paint("black"))
    b.torso(c.paint("black"))
    c.part(c.mirror_polygon((0.5, b.neck), (0.57, b.neck), (0.5, 0.74)), pale, "flat", line=False)
    for s in (c, c.mirrored()):
        s.part(s.polygon((0.56, 0.5), (0.7, 0.54), (0.92, 0.9), (0.72, 0.92), (0.62, 0.7)), c.main)
        s.part(s.polygon((0.56, 0.62), (0.62, 0.52), (0.84, 0.26), (0.8, 0.56)), c.main, tone=-1)
    b.head(pale)
    c.fill(c.union(*(spot(c, b.face + s * 0.09, b.y + 0.03, 0.035, 1.3) for s in (-1, 1))), c.paint("red"), 2)
    peak = c.cut(c.ellipse(0.5, b.y - 0.02, b.r + 0.01, b.r + 0.01),
                 c.union(c.ellipse(0.41, b.y + 0.07, 0.13, 0.15), c.ellipse(0.59, b.y + 0.07, 0.13, 0.15),
                         c.box(0, b.y + 0.02, 1, 1)))  # fmt: skip
    c.part(peak, c.paint("black"))
    smile(c, b.face, b.y + 0.11, 0.07, c.paint("blood"), 0.0)
    fangs(c, (b.face - 0.05, b.face + 0.05), b.y + 0.12, 0.02, 0.05)
    c.part(c.ellipse(0.5, b.neck + 0.06, 0.045), c.second)


def _reaper(c: Canvas) -> None:
    hem = [(0.26 + 0.08 * i, 0.96 if i % 2 else 0.88) for i in range(7)]
    c.part(c.line((0.86, 0.96), (0.8, 0.1), 0.026), c.paint("wood"))
    blade = c.cut(c.ellipse(0.6, 0.3, 0.36, 0.26), c.ellipse(0.56, 0.42, 0.4, 0.28), c.box(0.86, 0, 1, 1))
    c.part(c.overlap(blade, c.box(0.1, 0, 0.86, 0.36)), c.paint("steel"), "bevel")
    robe = c.polygon((0.5, 0.4), (0.68, 0.5), (0.76, 0.92), *reversed(hem), (0.24, 0.92), (0.3, 0.5))
    c.part(robe, c.main)
    c.part(c.line((0.32, 0.56), (0.2, 0.74), 0.085, 0.1), c.main)
    c.part(c.line((0.66, 0.56), (0.78, 0.62), 0.085, 0.09), c.main)
    c.part(c.ellipse(0.83, 0.6, 0.055), c.paint("bone"))
    c.part(c.ellipse(0.17, 0.82, 0.05), c.paint("bone"))
    hood = c.union(c.ellipse(0.48, 0.4, 0.23, 0.22), c.polygon((0.34, 0.24), (0.4, 0.1), (0.62, 0.24)))
    c.part(hood, c.main)
    c.fill(c.ellipse(0.49, 0.42, 0.16, 0.16), c.paint("eye"), 0)
    if c.chance(0.6):
        c.fill(c.union(c.ellipse(0.49, 0.41, 0.11, 0.1), c.box(0.43, 0.45, 0.55, 0.55)), c.paint("bone"), 4)
        c.fill(c.union(spot(c, 0.445, 0.42, 0.03), spot(c, 0.535, 0.42, 0.03)), c.paint("eye"), 0)
    else:
        glow = c.paint(c.pick("red", "cyan", "lime"))
        c.fill(c.union(spot(c, 0.43, 0.42, 0.03), spot(c, 0.55, 0.42, 0.03)), glow, 4)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("ghost", _ghost, ("spirit", "phantom", "spook"), ("white", "lavender", "sky blue")),
    ("skeleton", _skeleton, ("skeleton warrior", "undead"), ("bone", "white")),
    ("zombie", _zombie, ("ghoul", "walking dead"), ("green", "olive", "teal")),
    ("mummy", _mummy, ("pharaoh mummy",), ("tan", "white", "bone")),
    ("vampire", _vampire, ("count", "vampire lord"), ("maroon", "red", "purple")),
    ("reaper", _reaper, ("grim reaper", "wraith", "death"), ("black", "purple", "navy")),
)
KINDS = tuple(Kind(name, "monsters", draw, also, natural, attributes=ALIVE) for name, draw, also, natural in NAMES)
