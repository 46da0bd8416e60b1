"""Landmarks: what is built and not lived in, from wells to pyramids."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import spot
from dgx_pixels.train.sprites.kinds.masonry import STUFF, TRAITS, battlements, boards, courses


def _well(c: Canvas) -> None:
    wood = c.paint("wood")
    for x in (0.2, 0.8):
        c.part(c.box(x - 0.045, 0.26, x + 0.045, 0.7), wood)
    c.part(c.box(0.2, 0.4, 0.8, 0.46), wood)
    c.part(c.line((0.5, 0.42), (0.5, 0.56), 0.018), c.paint("tan"), line=False)
    c.part(c.polygon((0.41, 0.52), (0.59, 0.52), (0.56, 0.66), (0.44, 0.66)), wood)
    roof = c.polygon((0.02, 0.36), (c.pick(0.3, 0.5), 0.04), (0.7, 0.04), (0.98, 0.36))
    c.part(roof, c.main, "bevel", depth=0.09)
    courses(c, roof, c.main, h=0.1, w=0.14)
    c.part(c.ellipse(0.5, 0.66, 0.4, 0.1), c.main, tone=0.6)
    c.fill(c.ellipse(0.5, 0.66, 0.3, 0.055), c.paint("navy"), 1)
    ring = c.cut(c.union(c.box(0.1, 0.66, 0.9, 0.9), c.ellipse(0.5, 0.88, 0.4, 0.09)), c.ellipse(0.5, 0.66, 0.4, 0.1))
    c.part(ring, c.main)
    courses(c, ring, c.main, w=0.2)


def _fountain(c: Canvas) -> None:
    water = c.paint("water")
    for s in (c, c.mirrored()):
        s.part(s.path([(0.5, 0.12), (0.6, 0.06), (0.7, 0.14), (0.74, 0.3)], 0.03), water, tone=1)
    c.part(c.line((0.5, 0.14), (0.5, 0.04), 0.035), water, tone=1)
    c.part(c.box(0.44, 0.2, 0.56, 0.8), c.main)
    c.part(c.cut(c.ellipse(0.5, 0.34, 0.3, 0.16), c.box(0, 0, 1, 0.33)), c.main)
    c.part(c.ellipse(0.5, 0.34, 0.3, 0.05), water, "flat", tone=0.6)
    c.part(c.ellipse(0.5, 0.72, 0.46, 0.11), c.main, tone=0.6)
    c.part(c.ellipse(0.5, 0.73, 0.38, 0.065), water, "flat", line=False)
    c.part(c.box(0.44, 0.44, 0.56, 0.74), c.main)
    basin = c.cut(c.union(c.box(0.04, 0.72, 0.96, 0.9, 0.02), c.ellipse(0.5, 0.88, 0.46, 0.09)),
                  c.ellipse(0.5, 0.7, 0.46, 0.11))  # fmt: skip
    c.part(basin, c.main)
    courses(c, basin, c.main, w=0.2)


def _pyramid(c: Canvas) -> None:
    top = c.u(0.06, 0.16)
    if c.chance(0.5):
        edge = c.u(0.56, 0.68)
        face = c.polygon((0.02, 0.93), (0.5, top), (edge, 0.93))
        c.part(face, c.main, "flat", tone=0.8)
        shade = c.polygon((0.5, top), (0.98, 0.93), (edge, 0.93))
        c.part(shade, c.main, "flat", tone=-1.2, line=False)
        courses(c, c.union(face, shade), c.main, h=0.13)
        if c.chance(0.4):
            c.part(c.polygon((0.5 - 0.12, top + 0.22), (0.5, top), (0.5 + 0.12, top + 0.22)), c.second, "flat")
    else:
        for i in range(5):
            w, y = 0.47 - 0.085 * i, 0.79 - 0.155 * i
            c.part(c.box(0.5 - w, y, 0.5 + w, y + 0.17), c.main, "bevel", tone=-0.2 * (i % 2))
        c.part(c.polygon((0.43, 0.2), (0.57, 0.2), (0.62, 0.95), (0.38, 0.95)), c.main, "flat", tone=0.8)
        for y in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88):
            c.stroke([(0.42, y), (0.58, y)], c.main, 1)
    c.fill(c.box(0.45, 0.82, 0.55, 0.95), c.paint("black"), 0)


def _temple(c: Canvas) -> None:
    n = c.pick(4, 5)
    for i in range(3):
        c.part(c.box(0.1 - 0.04 * i, 0.82 + 0.05 * i, 0.9 + 0.04 * i, 0.88 + 0.05 * i), c.main, "bevel")
    c.part(c.box(0.14, 0.4, 0.86, 0.83), c.main, "flat", tone=-2)
    for i in range(n):
        x = 0.17 + 0.66 * i / (n - 1)
        c.part(c.box(x - 0.05, 0.42, x + 0.05, 0.82), c.main)
        c.part(c.box(x - 0.07, 0.4, x + 0.07, 0.46, 0.01), c.main, tone=0.7)
    c.part(c.box(0.05, 0.33, 0.95, 0.42), c.main, "bevel")
    c.part(c.polygon((0.02, 0.34), (0.5, 0.06), (0.98, 0.34)), c.main, "bevel", depth=0.08)
    c.part(c.ellipse(0.5, 0.24, 0.065), c.second)


def _statue(c: Canvas) -> None:
    c.part(c.box(0.14, 0.86, 0.86, 0.97, 0.01), c.main, "bevel")
    c.part(c.box(0.22, 0.72, 0.78, 0.87), c.main, "bevel", tone=-0.6)
    c.part(c.box(0.36, 0.77, 0.64, 0.82), c.second, "flat", line=False)
    raised = c.chance(0.6)
    c.part(c.mirror_polygon((0.5, 0.28), (0.62, 0.3), (0.6, 0.48), (0.68, 0.73), (0.5, 0.73)), c.main)
    c.stroke([(0.46, 0.5), (0.42, 0.72)], c.main, 1)
    c.stroke([(0.54, 0.5), (0.57, 0.72)], c.main, 1)
    c.part(c.path([(0.4, 0.34), (0.29, 0.46), (0.38, 0.56)], 0.048), c.main)
    if raised:
        c.part(c.line((0.6, 0.34), (0.74, 0.18), 0.048), c.main)
        c.part(c.line((0.74, 0.2), (0.8, 0.02), 0.035, 0.02), c.main)
    else:
        c.part(c.path([(0.6, 0.34), (0.72, 0.46), (0.7, 0.54)], 0.048), c.main)
        c.part(c.line((0.72, 0.72), (0.72, 0.3), 0.03), c.main)
    c.part(c.ellipse(0.5, 0.18, 0.125, 0.13), c.main)
    c.part(c.cut(c.ellipse(0.5, 0.16, 0.14, 0.14), c.box(0, 0.15, 1, 1)), c.main, tone=-0.8)
    c.fill(c.union(spot(c, 0.455, 0.2, 0.016), spot(c, 0.545, 0.2, 0.016)), c.main, 0)


def _bridge(c: Canvas) -> None:
    sag = c.u(0.24, 0.3)
    road = c.mirror_polygon((0.5, sag), (0.75, sag + 0.06), (1.0, 0.46), (1.0, 0.9))
    arches, r, h = c.pick(((0.5,), 0.3, 0.32), ((0.28, 0.72), 0.17, 0.2))
    wall = c.cut(road, *(c.union(c.ellipse(x, 0.8, r, h), c.box(x - r, 0.8, x + r, 1)) for x in arches))
    c.part(wall, c.main)
    courses(c, wall, c.main)
    rail = [(0.02, 0.4), (0.25, sag - 0.02), (0.5, sag - 0.08), (0.75, sag - 0.02), (0.98, 0.4)]
    c.part(c.path(rail, 0.04), c.main, tone=0.6)
    for x, y in rail:
        c.part(c.box(x - 0.05, y - 0.08, x + 0.05, y + 0.08, 0.02), c.second)


def _gate(c: Canvas) -> None:
    """A castle's gate between two towers, with its grille half down."""
    hole = c.union(c.ellipse(0.5, 0.56, 0.2, 0.2), c.box(0.3, 0.56, 0.7, 0.96))
    wall = c.union(c.box(0.2, 0.28, 0.8, 0.96), battlements(c, 0.24, 0.76, 0.29, 4))
    c.part(wall, c.main, "bevel")
    courses(c, wall, c.main)
    c.part(hole, c.paint("black"), "flat", tone=-2)
    iron, drop = c.paint("iron"), c.u(0.62, 0.96)
    for x in (0.36, 0.455, 0.545, 0.64):
        c.fill(c.overlap(hole, c.box(x - 0.02, 0.3, x + 0.02, drop)), iron, 3)
    for y in (0.48, 0.6, 0.72, 0.84):
        c.fill(c.overlap(hole, c.box(0.3, y - 0.018, 0.7, min(y + 0.018, drop))), iron, 2)
    for s in (c, c.mirrored()):
        tower = s.union(s.box(0.74, 0.16, 0.97, 0.97), battlements(s, 0.71, 1.0, 0.17, 3))
        s.part(tower, c.main)
        courses(s, tower, c.main)
    c.part(c.mirror_polygon((0.5, 0.3), (0.6, 0.3), (0.5, 0.44)), c.second, "flat")


def _gravestone(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.91, 0.42, 0.07), c.paint("grass"))
    style = c.pick("round", "round", "cross")
    if style == "round":
        stone = c.union(c.ellipse(0.5, 0.36, 0.31, 0.32), c.box(0.19, 0.36, 0.81, 0.9))
        c.part(stone, c.main, "bevel", depth=0.1)
        for y, w in ((0.36, 0.16), (0.48, 0.12), (0.6, 0.16)):
            c.stroke([(0.5 - w, y), (0.5 + w, y)], c.main, 0)
    else:
        c.part(c.union(c.box(0.39, 0.04, 0.61, 0.84, 0.03), c.box(0.16, 0.22, 0.84, 0.42, 0.03)), c.main, "bevel")
        c.part(c.box(0.24, 0.76, 0.76, 0.92, 0.03), c.main, "bevel", tone=-0.5)
    if c.chance(0.5):
        c.stroke([(0.66, 0.3), (0.6, 0.42), (0.68, 0.5)], c.main, 0)
    for x in (0.14, 0.32, 0.62, 0.84):
        c.part(c.polygon((x - 0.05, 0.95), (x - 0.01, 0.8), (x + 0.05, 0.95)), c.paint("grass"), "flat", tone=-1)


def _fence(c: Canvas) -> None:
    tall, n = c.u(0.1, 0.24), c.pick(4, 5)
    pointed = c.chance(0.7)
    for y in (0.42, 0.72):
        c.part(c.box(0.02, y - 0.05, 0.98, y + 0.05, 0.02), c.main, tone=-0.8)
    for i in range(n):
        x, w = 0.12 + 0.76 * i / (n - 1), 0.3 / n
        head = [(x, tall), (x + w, tall + 0.12)] if pointed else [(x, tall + 0.05), (x + w, tall + 0.05)]
        slat = c.mirror_polygon(*head, (x + w, 0.95), (x, 0.95), axis=x)
        c.part(slat, c.main, "bevel")
        c.fill(c.union(spot(c, x, 0.42, 0.02), spot(c, x, 0.72, 0.02)), c.paint("iron"), 1)


def _mine(c: Canvas) -> None:
    """A mine or dungeon entrance: a door in a mound."""
    left, right = ((0.02, 0.95), (0.08, 0.6), (0.24, c.u(0.24, 0.34))), ((0.84, 0.36), (0.94, 0.66), (0.98, 0.95))
    mound = c.polygon(*left, (0.44, 0.1), (0.66, 0.14), *right)
    c.part(mound, c.main)
    for x, y in ((0.3, 0.36), (0.6, 0.26), (0.76, 0.52), (0.18, 0.68)):
        c.stroke([(x - 0.06, y + 0.03), (x, y), (x + 0.07, y + 0.02)], c.main, 1)
    wood = c.paint("wood")
    c.part(c.box(0.3, 0.5, 0.7, 0.95), c.paint("black"), "flat", tone=-2)
    for x in (0.3, 0.7):
        c.part(c.box(x - 0.05, 0.46, x + 0.05, 0.95), wood)
    c.part(c.box(0.22, 0.4, 0.78, 0.52), wood)
    boards(c, c.box(0.22, 0.4, 0.78, 0.52), wood)
    if c.chance(0.5):
        c.part(c.ellipse(0.5, 0.6, 0.06), c.paint("yellow"))
    for y in (0.84, 0.92):
        c.stroke([(0.38, y), (0.62, y)], wood, 2)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("well", _well, ("water well", "wishing well"), ("grey", "brown", "stone")),
    ("fountain", _fountain, ("water fountain",), ("stone", "white", "grey")),
    ("pyramid", _pyramid, ("ziggurat",), ("tan", "yellow")),
    ("temple", _temple, ("greek temple", "pantheon"), ("white", "tan", "stone")),
    ("statue", _statue, ("monument", "sculpture"), ("stone", "grey")),
    ("bridge", _bridge, ("footbridge",), ("grey", "brown")),
    ("castle gate", _gate, ("gatehouse", "portcullis"), ("stone", "grey")),
    ("gravestone", _gravestone, ("tombstone", "grave"), ("grey", "stone")),
    ("fence", _fence, ("picket fence",), ("wood", "white", "brown")),
    ("mine entrance", _mine, ("cave entrance", "dungeon entrance", "cave"), ("grey", "stone", "brown")),
)
KINDS = tuple(
    Kind(name, "buildings", draw, also, natural, STUFF, attributes=TRAITS) for name, draw, also, natural in NAMES
)
