"""Buildings that people live and work in, from the front; roofs or walls carry the named colour."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import landmarks
from dgx_pixels.train.sprites.kinds.faces import spot
from dgx_pixels.train.sprites.kinds.masonry import (
    STUFF,
    TRAITS,
    battlements,
    boards,
    courses,
    door,
    pennant,
    window,
)


def _house(c: Canvas) -> None:
    eaves, peak = c.u(0.48, 0.54), c.u(0.04, 0.1)
    if c.chance(0.7):
        x = c.pick(0.24, 0.76)
        c.part(c.box(x - 0.07, 0.1, x + 0.07, 0.44), c.paint("brick"), "bevel")
        c.part(c.box(x - 0.09, 0.08, x + 0.09, 0.15), c.paint("brick"), tone=1)
    wall = c.box(0.12, eaves - 0.04, 0.88, 0.96)
    c.part(wall, c.paint(c.pick("parchment", "white", "tan")), "bevel")
    for x in (0.12, 0.88):
        c.part(c.box(x - 0.03, eaves, x + 0.03, 0.96), c.paint("wood"), "flat", line=False)
    hip = c.pick(0.0, 0.16)
    roof = c.polygon((0.0, eaves + 0.06), (0.5 - hip, peak), (0.5 + hip, peak), (1.0, eaves + 0.06), (1.0, eaves + 0.1),
                     (0.0, eaves + 0.1))  # fmt: skip
    c.part(roof, c.main, "bevel", depth=0.1)
    courses(c, roof, c.main, h=0.11, w=0.16)
    side = c.pick(-1, 1)
    door(c, 0.5 + 0.17 * side, 0.64, 0.96, 0.1, c.main)
    window(c, 0.5 - 0.18 * side, 0.76, 0.085)
    if hip == 0.0 and c.chance(0.6):
        window(c, 0.5, eaves - 0.14, 0.06)


def _hut(c: Canvas) -> None:
    """Round, with a roof of straw that comes far down."""
    c.part(c.box(0.18, 0.5, 0.82, 0.96, 0.08), c.paint(c.pick("dirt", "tan", "brown")))
    door(c, 0.5, 0.6, 0.96, 0.13, c.paint("brown"))
    top, drop = c.u(0.04, 0.1), [(0.02 + 0.096 * i, 0.62 if i % 2 else 0.7) for i in range(11)]
    c.part(c.polygon((0.5, top), (0.62, top + 0.1), (0.98, 0.6), *reversed(drop), (0.38, top + 0.1)), c.main)
    for x in (0.16, 0.3, 0.42, 0.58, 0.7, 0.84):
        c.stroke([(0.5 + 0.2 * (x - 0.5), 0.16), (x, 0.6)], c.main, 1)
    c.part(c.ellipse(0.5, top + 0.06, 0.1, 0.06), c.second)


def _tent(c: Canvas) -> None:
    if c.chance(0.5):
        c.part(c.line((0.5, 0.12), (0.5, 0.02), 0.03), c.paint("wood"))
        c.part(c.polygon((0.02, 0.95), (0.5, 0.08), (0.98, 0.95)), c.main, "slope")
        for x in (0.18, 0.82):
            c.stroke([(0.5, 0.14), (x, 0.93)], c.second, 3)
    else:
        c.part(c.polygon((0.06, 0.5), (0.5, 0.06), (0.94, 0.5), (0.86, 0.95), (0.14, 0.95)), c.main, tone=-0.5)
        scallops = c.union(*(c.ellipse(0.16 + 0.17 * i, 0.48, 0.086, 0.09) for i in range(5)))
        c.part(c.union(c.polygon((0.02, 0.48), (0.5, 0.06), (0.98, 0.48)), scallops), c.main)
        pennant(c, 0.5, 0.1, c.second)
    c.part(c.polygon((0.36, 0.95), (0.5, 0.46), (0.64, 0.95)), c.paint("black"), "flat")
    c.part(c.polygon((0.5, 0.46), (0.7, 0.95), (0.6, 0.95)), c.main, "flat", tone=1.5)
    c.part(c.polygon((0.5, 0.46), (0.3, 0.95), (0.4, 0.95)), c.main, "flat", tone=1.5)


def _windmill(c: Canvas) -> None:
    body = c.polygon((0.35, 0.4), (0.65, 0.4), (0.77, 0.97), (0.23, 0.97))
    c.part(body, c.main)
    courses(c, c.overlap(body, c.box(0, 0.56, 1, 1)), c.main)
    c.part(c.polygon((0.29, 0.44), (0.5, 0.14), (0.71, 0.44)), c.main, tone=-1)
    door(c, 0.5, 0.76, 0.97, 0.08)
    window(c, 0.5, 0.62, 0.05)
    hub, turn, sail = (0.5, 0.33), c.u(15, 75), c.paint("white")
    for i in range(4):
        t = c.turned(turn + 90 * i, hub)
        t.part(t.box(0.5, 0.0, 0.585, 0.25), sail, "flat", tone=-0.5)
        t.part(t.line(hub, (0.5, -0.02), 0.022), c.paint("wood"), "flat", line=False)
    c.part(c.ellipse(0.5, 0.33, 0.055), c.second)


def _church(c: Canvas) -> None:
    wall = c.paint("white")
    gold = c.paint("gold")
    nave = c.mirror_polygon((0.5, 0.44), (0.88, 0.66), (0.88, 0.96), (0.5, 0.96))
    c.part(nave, wall, "bevel", tone=-0.5)
    for s in (c, c.mirrored()):
        s.part(s.polygon((0.5, 0.36), (1.0, 0.62), (0.98, 0.76), (0.5, 0.54)), c.main, "bevel", depth=0.08)
        window(s, 0.78, 0.82, 0.05)
    c.part(c.box(0.33, 0.36, 0.67, 0.96), wall, "bevel")
    spire = c.polygon((0.27, 0.48), (0.5, c.u(0.1, 0.14)), (0.73, 0.48))
    c.part(spire, c.main, "bevel", depth=0.1)
    courses(c, spire, c.main, h=0.1, w=0.14)
    c.part(c.union(c.box(0.475, 0.0, 0.525, 0.17), c.box(0.42, 0.04, 0.58, 0.085)), gold, "flat")
    c.part(c.ellipse(0.5, 0.56, 0.075), c.second)
    door(c, 0.5, 0.7, 0.96, 0.1, c.main)


def _barn(c: Canvas) -> None:
    white = c.paint("white")
    gable = [(0.06, 0.48), (0.2, 0.22), (0.5, 0.06), (0.8, 0.22), (0.94, 0.48)]
    wall = c.polygon((0.08, 0.96), *gable, (0.92, 0.96))
    c.part(wall, c.main, "flat")
    boards(c, wall, c.main, tone=2)
    c.part(c.path(gable, 0.045), white if c.chance(0.6) else c.second)
    c.part(c.box(0.28, 0.56, 0.72, 0.96), white, "flat")
    c.part(c.union(c.box(0.33, 0.61, 0.485, 0.96), c.box(0.515, 0.61, 0.67, 0.96)), c.main, "flat", tone=-1)
    for s in (c, c.mirrored()):
        s.stroke([(0.52, 0.62), (0.66, 0.95)], white, 4)
        s.stroke([(0.66, 0.62), (0.52, 0.95)], white, 4)
    if c.chance(0.5):
        c.part(c.ellipse(0.5, 0.34, 0.1), c.paint("black"), "flat")
    else:
        window(c, 0.5, 0.34, 0.09, lit=False)


def _lighthouse(c: Canvas) -> None:
    tower = c.polygon((0.37, 0.3), (0.63, 0.3), (0.72, 0.94), (0.28, 0.94))
    c.part(tower, c.paint("white"))
    top, band = c.pick((0.34, 0.15), (0.4, 0.16))
    for y in (top, top + 0.22, top + 0.44):
        c.part(c.overlap(tower, c.box(0, y, 1, y + band)), c.main, line=False)
    c.part(c.box(0.2, 0.9, 0.8, 0.97, 0.03), c.paint("stone"))
    c.part(c.box(0.37, 0.14, 0.63, 0.3), c.paint("yellow"), "flat", tone=1)
    for x in (0.43, 0.57):
        c.fill(c.box(x - 0.015, 0.14, x + 0.015, 0.3), c.main, 0)
    c.part(c.polygon((0.28, 0.17), (0.5, 0.01), (0.72, 0.17)), c.main)
    c.part(c.box(0.27, 0.27, 0.73, 0.34), c.main, tone=-1)
    window(c, 0.5, 0.6, 0.045, lit=False)
    door(c, 0.5, 0.78, 0.92, 0.06)


def _stall(c: Canvas) -> None:
    wood = c.paint("wood")
    for x in (0.12, 0.88):
        c.part(c.box(x - 0.035, 0.3, x + 0.035, 0.95), wood)
    wares = c.pick(("red", "orange", "lime", "yellow", "red"), ("tan", "orange", "tan", "yellow", "tan"))
    for i, name in enumerate(wares):
        c.part(c.ellipse(0.2 + 0.15 * i, 0.6, 0.09), c.paint(name))
    counter = c.box(0.05, 0.64, 0.95, 0.95, 0.02)
    c.part(counter, c.main, "bevel", tone=-0.8)
    boards(c, counter, c.main, tone=0)
    c.part(c.box(0.03, 0.61, 0.97, 0.68, 0.02), wood)
    c.part(c.polygon((0.14, 0.06), (0.86, 0.06), (0.98, 0.32), (0.02, 0.32)), c.main, "slope")
    for i in (1, 3):
        x0, x1 = 0.14 + 0.144 * i, 0.02 + 0.192 * i
        c.fill(c.polygon((x0, 0.06), (x0 + 0.144, 0.06), (x1 + 0.192, 0.32), (x1, 0.32)), c.paint("white"), 4)
    for i in range(5):
        c.part(c.cut(c.ellipse(0.116 + 0.192 * i, 0.33, 0.096, 0.1), c.box(0, 0, 1, 0.31)),
               c.paint("white") if i % 2 else c.main, "flat", line=False)  # fmt: skip


def _igloo(c: Canvas) -> None:
    dome = c.cut(c.ellipse(0.5, 0.84, 0.47, c.u(0.58, 0.66)), c.box(-1, 0.9, 2, 2))
    c.part(dome, c.main)
    courses(c, dome, c.main, tone=2, h=0.16, w=0.26)
    porch = c.cut(c.ellipse(0.5, 0.88, 0.25, 0.34), c.box(-1, 0.92, 2, 2))
    c.part(porch, c.main, tone=0.6)
    c.fill(c.cut(c.ellipse(0.5, 0.9, 0.15, 0.23), c.box(-1, 0.92, 2, 2)), c.paint("navy"), 1)


def _skyscraper(c: Canvas) -> None:
    """Steps back as it rises, with rows of lit windows."""
    glass = c.paint(c.pick("yellow", "cyan", "white"))
    tiers = c.pick(((0.2, 0.1), (0.32, 0.36)), ((0.26, 0.08), (0.26, 0.5)), ((0.14, 0.12), (0.24, 0.3)))
    c.part(c.line((0.5, 0.14), (0.5, 0.02), 0.02), c.paint("iron"))
    for w, top in tiers:
        c.part(c.box(0.5 - w, top, 0.5 + w, 0.97), c.main, "bevel")
    w, top = tiers[0]
    y = top + 0.08
    while y < 0.86:
        half = tiers[1][0] if y > tiers[1][1] + 0.02 else w
        for i in range(-2, 3):
            if abs(0.12 * i) < half - 0.05:
                lit = c.chance(0.7)
                c.fill(spot(c, 0.5 + 0.12 * i, y, 0.034, 1.1), glass if lit else c.paint("navy"), 4 if lit else 1)
        y += 0.125
    c.fill(c.box(0.43, 0.87, 0.57, 0.97), c.paint("navy"), 1)


def _pagoda(c: Canvas) -> None:
    levels = c.pick(3, 3, 2)
    step = 0.84 / levels
    c.part(c.line((0.5, 0.14), (0.5, 0.02), 0.028), c.paint("gold"))
    for i in range(levels):
        w, top = 0.16 + 0.07 * i + 0.03 * (3 - levels), 0.1 + step * i
        c.part(c.box(0.5 - w, top + step * 0.4, 0.5 + w, top + step + 0.04), c.paint("parchment"), "bevel")
        for x in (0.5 - w + 0.05, 0.5 + w - 0.05):
            c.fill(c.box(x - 0.018, top + step * 0.5, x + 0.018, top + step), c.main, 1)
        eave = c.mirror_polygon((0.5, top), (0.56, top), (0.5 + w, top + step * 0.34), (0.66 + w, top + step * 0.36),
                                (0.62 + w, top + step * 0.56), (0.5, top + step * 0.56))  # fmt: skip
        c.part(eave, c.main, "bevel", depth=0.08)
    door(c, 0.5, 0.8, 0.96, 0.07)


def _castle(c: Canvas) -> None:
    roofed = c.chance(0.6)
    keep = c.union(c.box(0.34, 0.24, 0.66, 0.9), battlements(c, 0.34, 0.66, 0.25, 3, 0.08))
    c.part(keep, c.main, "bevel", tone=-0.7)
    window(c, 0.5, 0.36, 0.045)
    pennant(c, 0.5, 0.2, c.second)
    for x in (0.16, 0.84):
        tower = c.union(c.box(x - 0.13, 0.3, x + 0.13, 0.96), battlements(c, x - 0.16, x + 0.16, 0.31, 3, 0.07))
        c.part(tower, c.main)
        courses(c, tower, c.main)
        if roofed:
            c.part(c.polygon((x - 0.18, 0.33), (x, 0.06), (x + 0.18, 0.33)), c.second, "slope")
        window(c, x, 0.48, 0.045)
    wall = c.union(c.box(0.26, 0.54, 0.74, 0.96), battlements(c, 0.28, 0.72, 0.55, 4))
    c.part(wall, c.main, "bevel")
    courses(c, wall, c.main)
    door(c, 0.5, 0.66, 0.96, 0.12)


def _tower(c: Canvas) -> None:
    body = c.polygon((0.3, 0.34), (0.7, 0.34), (0.76, 0.97), (0.24, 0.97))
    c.part(body, c.main)
    courses(c, body, c.main)
    if c.chance(0.5):
        rim = c.union(c.box(0.2, 0.22, 0.8, 0.37), battlements(c, 0.2, 0.8, 0.23, c.pick(3, 4), 0.13))
        c.part(rim, c.main, "bevel")
    else:
        c.part(c.box(0.24, 0.3, 0.76, 0.38), c.main, "bevel")
        c.part(c.polygon((0.18, 0.33), (0.5, 0.01), (0.82, 0.33)), c.main, tone=-1)
    window(c, 0.5, 0.52, 0.06)
    door(c, 0.5, 0.72, 0.97, 0.1)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("house", _house, ("cottage", "home"), ("red", "brown", "blue")),
    ("hut", _hut, ("straw hut", "shack"), ("tan", "yellow", "brown")),
    ("castle", _castle, ("fortress", "palace"), ("grey", "stone")),
    ("tower", _tower, ("watchtower", "keep"), ("stone", "grey")),
    ("tent", _tent, ("camp tent", "teepee"), ("tan", "green", "red")),
    ("windmill", _windmill, ("mill",), ("brown", "red", "tan")),
    ("church", _church, ("chapel", "cathedral"), ("red", "navy")),
    ("lighthouse", _lighthouse, ("beacon",), ("red",)),
    ("barn", _barn, ("farm barn", "stable"), ("red",)),
    ("market stall", _stall, ("shop", "market stand"), ("red", "green", "blue")),
    ("igloo", _igloo, ("snow hut",), ("white", "sky blue")),
    ("skyscraper", _skyscraper, ("office building", "apartment block"), ("grey", "navy", "teal")),
    ("pagoda", _pagoda, ("japanese temple", "shrine"), ("red", "teal", "green")),
)
KINDS = (
    *(Kind(name, "buildings", draw, also, natural, STUFF, attributes=TRAITS) for name, draw, also, natural in NAMES),
    *landmarks.KINDS,
)
