"""Characters who work: drawn on the same body as the heroes, each with the tool of the trade."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import WINGED, spot
from dgx_pixels.train.sprites.kinds.figure import Body, sleek, stand


def _overalls(b: Body) -> None:
    """Trousers with a bib and straps over a paler shirt of the same colour."""
    c = b.c
    b.torso(c.main)
    shape = c.box(0.41, b.neck + 0.08, 0.59, 0.8, 0.02)
    for s in (-1, 1):
        c.part(
            c.line((0.5 + s * 0.1, b.neck), (0.5 + s * 0.07, b.neck + 0.1), 0.025),
            c.main,
            tone=-1.6,
            line=False,
        )
    c.part(c.union(shape, c.box(0.5 - b.w * 0.95, 0.73, 0.5 + b.w * 0.95, 0.82)), c.main, tone=-1.6, line=False)
    c.fill(c.union(*(spot(c, 0.5 + s * 0.07, b.neck + 0.1, 0.018) for s in (-1, 1))), c.paint("gold"), 4)


def _farmer(c: Canvas) -> None:
    b = stand(c, y=0.36, r=0.2, w=0.21)
    b.legs(c.main, tone=-0.8)
    x = b.right[0] + 0.03
    c.part(c.line((x, FLOOR), (x, 0.4), 0.026), c.paint("wood"))
    for dx in (-0.09, 0, 0.09):
        c.part(c.line((x + dx, 0.42), (x + dx, 0.24), 0.022), c.paint("steel"), line=False)
    c.part(c.line((x - 0.09, 0.43), (x + 0.09, 0.43), 0.025), c.paint("steel"), line=False)
    _overalls(b)
    b.arms(c.main)
    b.head()
    b.features()
    b.fringe()
    brow = b.y - 0.09
    c.part(c.ellipse(0.5, brow, c.u(0.34, 0.38), 0.06), c.paint("tan"), tone=0.5)
    c.part(c.box(0.34, brow - 0.18, 0.66, brow - 0.01, 0.08), c.paint("tan"))
    c.part(c.box(0.34, brow - 0.11, 0.66, brow - 0.01), c.main, line=False)


def _chef(c: Canvas) -> None:
    b = stand(c, y=0.46, r=0.2)
    b.legs(c.main, c.paint("black"), tone=-1)
    b.torso(c.main, 0.84, 1.2)
    if sleek(c):
        c.dots([(0.5 + s * 0.06, y) for s in (-1, 1) for y in (0.7, 0.77)], c.second, 2)
    c.part(c.polygon((0.38, b.neck - 0.03), (0.62, b.neck - 0.03), (0.5, b.neck + 0.09)), c.second)
    b.head()
    b.features(mouth=False)
    y = b.y + 0.12
    c.part(c.union(*(c.ellipse(b.face + s * 0.06, y, 0.075, 0.035) for s in (-1, 1))), b.hair, line=False)
    b.arms(c.main)
    hx, hy = b.right
    if c.chance(0.6):
        c.part(c.line((hx, hy), (hx + 0.02, hy - 0.2), 0.026), c.paint("black"))
        c.part(c.ellipse(hx + 0.03, hy - 0.28, 0.12, 0.1), c.paint("iron"), "bevel")
    else:
        c.part(c.line((hx, hy + 0.08), (hx + 0.04, hy - 0.34), 0.026), c.paint("wood"))
        c.part(c.ellipse(hx + 0.045, hy - 0.36, 0.065, 0.085), c.paint("wood"))
    puffs = ((0.33, 0.17, 0.13), (0.5, 0.14, 0.15), (0.67, 0.17, 0.13))
    c.part(c.union(*(c.ellipse(x, py, r, 0.8 * r) for x, py, r in puffs)), c.main, tone=0.4)
    c.part(c.box(0.33, 0.2, 0.67, b.y - 0.05, 0.03), c.main)


def _blacksmith(c: Canvas) -> None:
    b = stand(c, y=0.34, w=0.21)
    b.legs(c.main)
    b.torso(c.main)
    apron = c.union(c.box(0.4, b.neck + 0.04, 0.6, 0.8, 0.02), c.box(0.35, 0.7, 0.65, 0.9, 0.03))
    c.part(apron, c.main, tone=-1.6)
    b.head()
    b.features(mouth=False)
    b.beard(None, c.u(0.05, 0.1))
    b.arms(c.main, c.paint("leather"))
    x, y = b.right
    c.part(c.line((x, y + 0.06), (x + 0.04, y - 0.3), 0.03), c.paint("wood"))
    c.part(c.box(x - 0.09, y - 0.4, x + 0.16, y - 0.24, 0.02), c.paint("iron"), "bevel")
    band = c.cut(c.ellipse(0.5, b.y - 0.03, b.r + 0.015, b.r), c.box(0, b.y - 0.06, 1, 1))
    c.part(band, c.main)
    c.part(c.polygon((0.33, b.y - 0.1), (0.18, b.y - 0.12), (0.2, b.y + 0.02)), c.main)


def _miner(c: Canvas) -> None:
    b = stand(c, y=0.4)
    b.legs(c.main, c.paint("black"), tone=-1.6)
    hx = b.right[0] + 0.02
    c.part(c.line((hx - 0.04, FLOOR), (hx + 0.02, 0.36), 0.03), c.paint("wood"))
    c.part(c.path([(hx - 0.17, 0.48), (hx - 0.06, 0.36), (hx + 0.06, 0.34), (hx + 0.15, 0.42)], 0.045, 0.03),
           c.paint("iron"))  # fmt: skip
    _overalls(b)
    b.arms(c.main)
    b.head()
    if c.chance(0.5):
        c.fill(c.ellipse(b.face + 0.08, b.y + 0.12, 0.05, 0.03), b.skin, 1)
    b.features()
    brow, r = b.y - 0.05, b.r + 0.03
    c.part(c.cut(c.ellipse(0.5, brow, r, r), c.box(0, brow, 1, 1)), c.main)
    c.part(c.box(0.5 - r - 0.03, brow - 0.04, 0.5 + r + 0.03, brow + 0.02, 0.03), c.main, tone=0.7)
    c.part(c.ellipse(b.face, brow - 0.11, 0.075), c.paint("yellow"), tone=0.5)


def _astronaut(c: Canvas) -> None:
    b = stand(c, y=0.34, r=0.25, w=0.22)
    c.part(c.box(0.26 - 0.06 * b.side, 0.5, 0.74 - 0.24 * b.side, 0.82, 0.05), c.main, tone=-1.3)
    b.legs(c.main, c.main)
    b.torso(c.main, 0.82, 0.9)
    c.part(c.box(0.4, 0.66, 0.6, 0.77, 0.02), c.second)
    c.fill(spot(c, 0.45, 0.71, 0.022), c.paint("red"), 3)
    c.fill(spot(c, 0.55, 0.71, 0.022), c.paint("lime"), 3)
    b.arms(c.main, c.main)
    c.part(c.ellipse(0.5, b.y, 0.31, 0.29), c.main)
    visor = c.box(b.face - 0.2, b.y - 0.12, b.face + 0.2 - 0.02 * b.side, b.y + 0.15, 0.11)
    c.part(visor, c.paint(c.pick("navy", "black", "orange")))
    c.fill(c.line((b.face - 0.1, b.y - 0.02), (b.face - 0.05, b.y - 0.06), 0.025), c.paint("white"), 5)
    if c.chance(0.5):
        c.part(c.line((0.72, 0.12), (0.8, 0.03), 0.02), c.second)


def _soldier(c: Canvas) -> None:
    b = stand(c, y=0.37)
    b.legs(c.main, c.paint("black"), tone=-1)
    b.torso(c.main)
    c.part(c.box(0.5 - b.w * 0.8, 0.57, 0.5 + b.w * 0.8, 0.76, 0.03), c.main, tone=-1.5)
    b.belt(c.paint("black"), 0.77)
    b.head()
    b.features()
    b.arm((0.36, 0.7) if not b.side else (0.56, 0.68), c.main)
    c.part(c.path([(0.2, 0.82), (0.3, 0.77), (0.6, 0.61)], 0.05, 0.035), c.paint("wood"), tone=-1)
    c.part(c.line((0.4, 0.7), (0.9, 0.44), 0.032), c.paint("black"))
    c.part(c.line((0.5, 0.66), (0.55, 0.8), 0.035), c.paint("black"))
    b.arm((0.66, 0.68), c.main)
    brow, r = b.y - 0.03, b.r + 0.04
    c.part(c.cut(c.ellipse(0.5, brow, r, r * 0.98), c.box(0, brow, 1, 1)), c.main)
    c.part(c.box(0.5 - r - 0.02, brow - 0.045, 0.5 + r + 0.02, brow + 0.015, 0.03), c.main, tone=0.6)
    for s in (-1, 1):
        c.stroke([(0.5 + s * (b.r - 0.01), brow), (0.5 + s * 0.1, b.y + b.r * 0.9)], c.paint("black"), 1)


def _cowboy(c: Canvas) -> None:
    b = stand(c, y=0.41)
    b.legs(c.main, c.paint("leather"), tone=-1)
    b.torso(c.main)
    c.part(c.mirror_polygon((0.5, b.neck), (0.55, b.neck), (0.55, 0.78)), c.paint("white"), "flat", line=False)
    b.belt(c.paint("leather"), 0.77)
    b.head()
    b.features()
    c.part(c.polygon((0.32, b.neck - 0.05), (0.68, b.neck - 0.05), (0.5, b.neck + 0.11)), c.second)
    b.arms(c.main)
    x, y = b.right
    c.part(c.ring(x + 0.04, y + 0.04, 0.12, 0.05), c.paint("tan"))
    brow = b.y - 0.08
    brim = c.cut(c.ellipse(0.5, brow - 0.08, 0.44, 0.16), c.ellipse(0.5, brow - 0.18, 0.5, 0.16))
    crown = c.polygon((0.32, brow), (0.34, 0.1), (0.43, 0.06), (0.5, 0.1), (0.57, 0.06), (0.66, 0.1), (0.68, brow))
    c.part(crown, c.main)
    c.part(c.box(0.33, brow - 0.1, 0.67, brow - 0.04), c.second, "flat", line=False)
    c.part(brim, c.main, tone=0.5)


def _jester(c: Canvas) -> None:
    b = stand(c, y=0.42)
    b.legs(c.main, c.main)
    b.torso(c.main, 0.84, 1.2)
    c.part(c.overlap(c.box(0.5, b.neck, 0.8, 0.84), c.ellipse(0.5, 0.7, b.w, 0.3)), c.second, "flat", line=False)
    b.arms(c.main)
    collar = [(0.5 + dx, b.neck + (0.1 if i % 2 else 0.02)) for i, dx in enumerate((-0.22, -0.14, 0, 0.14, 0.22))]
    c.part(c.polygon(*collar, (0.6, b.neck - 0.06), (0.4, b.neck - 0.06)), c.paint("white"))
    b.head()
    b.features()
    c.fill(spot(c, b.face, b.y + 0.09, 0.035), c.paint("red"), 3)
    brow = b.y - 0.05
    for s, ink in ((c, c.main), (c.mirrored(), c.main)):
        s.part(s.path([(0.58, brow - 0.06), (0.74, 0.16), (0.88, 0.2), (0.9, 0.36)], 0.13, 0.03), ink)
        s.part(s.ellipse(0.9, 0.39, 0.055), c.paint("gold"))
    if c.chance(0.6):
        c.part(c.polygon((0.38, brow - 0.04), (0.5, 0.04), (0.62, brow - 0.04)), c.second)
        c.part(c.ellipse(0.5, 0.06, 0.05), c.paint("gold"))
    c.part(c.box(0.29, brow - 0.05, 0.71, brow + 0.03, 0.03), c.second)


def _angel(c: Canvas) -> None:
    b = stand(c, y=0.43, r=0.2)
    for s in (c, c.mirrored()):
        wing = [
            (0.52, 0.56),
            (0.66, 0.3),
            (0.8, 0.2),
            (0.97, 0.16),
            (0.96, 0.36),
            (0.9, 0.5),
            (0.82, 0.62),
            (0.6, 0.76),
        ]
        s.part(s.polygon(*wing), c.main, tone=0.3)
        for start, end in (
            ((0.66, 0.44), (0.95, 0.36)),
            ((0.64, 0.54), (0.9, 0.5)),
            ((0.6, 0.64), (0.82, 0.62)),
        ):
            s.stroke([start, end], c.main, 1)
    b.long_hair(0.7)
    b.robe(c.main, 0.22)
    c.part(c.box(0.5 - b.w * 0.95, 0.7, 0.5 + b.w * 0.95, 0.75), c.second, "flat", line=False)
    b.head()
    b.features()
    b.fringe()
    b.arm((0.42, 0.68), c.main)
    b.arm((0.58, 0.68), c.main)
    halo = c.cut(c.ellipse(0.5, 0.11, 0.2, 0.09), c.ellipse(0.5, 0.11, 0.13, 0.03))
    c.part(halo, c.paint("gold"), "flat")


def _mermaid(c: Canvas) -> None:
    b = stand(c, y=0.27, r=0.18, w=0.12)
    b.long_hair(0.62)
    b.torso(b.skin, 0.64, 0.8)
    tail = [(0.5, 0.62), (0.46, 0.74), (0.56, 0.84), (0.7, 0.84), (0.8, 0.74)]
    c.part(c.path(tail, 0.135, 0.06), c.main)
    c.part(c.polygon((0.78, 0.78), (0.6, 0.52), (0.8, 0.6), (0.97, 0.56), (0.86, 0.8)), c.main, tone=0.5)
    for x, y in ((0.46, 0.68), (0.55, 0.72), (0.52, 0.8), (0.62, 0.86)):
        c.stroke([(x - 0.04, y), (x, y + 0.03), (x + 0.04, y)], c.main, 1)
    c.part(c.union(c.ellipse(0.44, 0.53, 0.06, 0.055), c.ellipse(0.56, 0.53, 0.06, 0.055)), c.main)
    b.arm((0.3, 0.64), b.skin)
    b.arm((0.68, 0.48), b.skin)
    b.head()
    b.features()
    b.fringe(c.main if c.chance(0.5) else None)
    c.part(c.star(0.62, b.top + 0.07, 0.08, 0.04, 5), c.second, "flat")


FLOOR = 0.96
BOTH = ("front", "side")
NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("farmer", _farmer, ("villager", "peasant"), ("blue", "brown", "olive"), BOTH),
    ("chef", _chef, ("cook", "baker"), ("white",), BOTH),
    ("blacksmith", _blacksmith, ("smith",), ("maroon", "brown", "grey"), BOTH),
    ("miner", _miner, ("dwarf miner", "dwarf"), ("yellow", "orange", "red"), BOTH),
    ("astronaut", _astronaut, ("spaceman", "cosmonaut"), ("white", "orange"), BOTH),
    ("soldier", _soldier, ("trooper", "infantryman"), ("olive", "dark green", "tan"), BOTH),
    ("cowboy", _cowboy, ("sheriff", "gunslinger"), ("brown", "tan", "black"), BOTH),
    ("jester", _jester, ("clown", "joker"), ("red", "purple", "green"), BOTH),
    ("angel", _angel, ("seraph",), ("white", "yellow"), ("front",)),
    ("mermaid", _mermaid, ("siren",), ("teal", "green", "cyan"), ("front",)),
)
KINDS = tuple(
    Kind(name, "characters", draw, also, natural, views=views, attributes=WINGED)
    for name, draw, also, natural, views in NAMES
)
