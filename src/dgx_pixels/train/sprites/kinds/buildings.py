"""Buildings, seen from the front; their walls or roofs carry the named colour."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

STUFF = ("stone", "wood", "gold", "crystal", "ice", "obsidian", "bone")
TRAITS = ("small", "tall", "cracked", "mossy", "burning", "frozen", "glowing")


def _door(c: Canvas, x: float, top: float, bottom: float, w: float) -> None:
    c.part(
        c.union(c.ellipse(x, top, w, w), c.box(x - w, top, x + w, bottom)), c.paint("brown"), "flat", tone=-1
    )


def _window(c: Canvas, x: float, y: float, r: float = 0.07) -> None:
    c.fill(c.box(x - r, y - r, x + r, y + r), c.paint("black"), 1)
    c.fill(c.box(x - r * 0.6, y - r * 0.6, x + r * 0.6, y + r * 0.6), c.paint("yellow"), 3)


def _house(c: Canvas) -> None:
    eaves, peak = c.u(0.48, 0.54), c.u(0.04, 0.12)
    if c.chance(0.6):
        c.part(c.box(0.68, 0.08, 0.82, 0.4), c.paint("brick"), "flat")
    c.part(c.box(0.12, eaves - 0.04, 0.88, 0.95), c.paint("parchment"), "slope")
    c.part(c.polygon((0.0, eaves + 0.06), (0.5, peak), (1.0, eaves + 0.06), (0.86, eaves + 0.1), (0.14, eaves + 0.1)),
           c.main, "slope")  # fmt: skip
    c.part(c.box(0.56, 0.66, 0.74, 0.95), c.main, "flat", tone=-1)
    _window(c, 0.3, 0.74)


def _castle(c: Canvas) -> None:
    for x in (0.14, 0.86):
        c.part(c.box(x - 0.14, 0.26, x + 0.14, 0.96), c.main)
        c.part(c.polygon((x - 0.17, 0.28), (x, 0.02), (x + 0.17, 0.28)), c.second, "slope")
        _window(c, x, 0.46, 0.05)
    teeth = [c.box(0.26 + 0.13 * i, 0.4, 0.34 + 0.13 * i, 0.52) for i in range(4)]
    c.part(c.union(c.box(0.24, 0.5, 0.76, 0.96), *teeth), c.main, "slope")
    _door(c, 0.5, 0.76, 0.96, 0.1)


def _tower(c: Canvas) -> None:
    c.part(c.polygon((0.28, 0.34), (0.72, 0.34), (0.78, 0.97), (0.22, 0.97)), c.main)
    teeth = [c.box(0.2 + 0.22 * i, 0.1, 0.34 + 0.22 * i, 0.3) for i in range(3)]
    c.part(c.union(c.box(0.18, 0.22, 0.82, 0.38), *teeth), c.main, "bevel")
    _window(c, 0.5, 0.5, 0.06)
    _door(c, 0.5, 0.8, 0.97, 0.1)


def _tent(c: Canvas) -> None:
    c.part(c.polygon((0.02, 0.94), (0.5, 0.1), (0.98, 0.94)), c.main, "slope")
    c.part(c.polygon((0.34, 0.94), (0.5, 0.42), (0.66, 0.94)), c.paint("black"), "flat")
    c.part(c.polygon((0.5, 0.42), (0.72, 0.94), (0.58, 0.94)), c.main, "flat", tone=1)
    c.part(c.line((0.5, 0.12), (0.5, 0.02), 0.03), c.paint("wood"))


def _windmill(c: Canvas) -> None:
    c.part(c.polygon((0.34, 0.42), (0.66, 0.42), (0.76, 0.97), (0.24, 0.97)), c.paint("parchment"))
    c.part(c.polygon((0.28, 0.46), (0.5, 0.18), (0.72, 0.46)), c.main, "slope")
    _door(c, 0.5, 0.82, 0.97, 0.08)
    turn = c.u(0, 90)
    for i in range(4):
        t = c.turned(turn + 90 * i, (0.5, 0.38))
        t.part(t.box(0.5, -0.06, 0.62, 0.34), c.main, "flat", tone=0.8)
        t.part(t.line((0.5, 0.38), (0.5, -0.06), 0.025), c.paint("wood"), "flat", line=False)


def _church(c: Canvas) -> None:
    c.part(c.box(0.34, 0.5, 0.97, 0.96), c.paint("parchment"), "slope")
    c.part(c.polygon((0.28, 0.56), (0.48, 0.36), (0.86, 0.36), (1.0, 0.56)), c.main, "slope")
    c.part(c.box(0.06, 0.4, 0.42, 0.96), c.paint("parchment"))
    c.part(c.polygon((0.0, 0.44), (0.24, 0.12), (0.48, 0.44)), c.main, "slope")
    c.part(c.union(c.box(0.21, -0.04, 0.27, 0.16), c.box(0.14, 0.01, 0.34, 0.06)), c.paint("gold"), "flat")
    _door(c, 0.24, 0.78, 0.96, 0.09)
    for x in (0.58, 0.8):
        _window(c, x, 0.74, 0.06)


def _well(c: Canvas) -> None:
    for x in (0.2, 0.8):
        c.part(c.box(x - 0.05, 0.26, x + 0.05, 0.7), c.paint("wood"))
    c.part(c.polygon((0.04, 0.36), (0.5, 0.03), (0.96, 0.36)), c.main, "slope")
    c.stroke([(0.5, 0.36), (0.5, 0.56)], c.paint("tan"), 3, inside=False)
    c.part(c.box(0.42, 0.5, 0.58, 0.62), c.paint("wood"))
    c.part(c.box(0.12, 0.64, 0.88, 0.96, 0.05), c.main, c.pick("bevel", "round"))


def _lighthouse(c: Canvas) -> None:
    tower = c.polygon((0.38, 0.3), (0.62, 0.3), (0.7, 0.96), (0.3, 0.96))
    c.part(tower, c.paint("white"))
    for y in (0.4, 0.64, 0.86):
        c.part(c.overlap(tower, c.box(0, y, 1, y + 0.13)), c.main, "round", line=False)
    c.part(c.box(0.38, 0.14, 0.62, 0.3), c.paint("yellow"), "flat", tone=1)
    c.part(c.polygon((0.3, 0.16), (0.5, 0.0), (0.7, 0.16)), c.main)
    c.part(c.box(0.28, 0.27, 0.72, 0.34), c.main, tone=-1)


def _barn(c: Canvas) -> None:
    c.part(c.polygon((0.08, 0.96), (0.08, 0.46), (0.22, 0.22), (0.5, 0.06), (0.78, 0.22), (0.92, 0.46), (0.92, 0.96)),
           c.main, "slope")  # fmt: skip
    c.stroke([(0.08, 0.46), (0.22, 0.22), (0.5, 0.06), (0.78, 0.22), (0.92, 0.46)], c.paint("white"), 4)
    c.part(c.box(0.3, 0.56, 0.7, 0.96), c.paint("white"), "flat")
    c.part(c.box(0.35, 0.61, 0.65, 0.96), c.main, "flat", tone=-1)
    c.stroke([(0.35, 0.61), (0.65, 0.95)], c.paint("white"), 4)
    c.stroke([(0.65, 0.61), (0.35, 0.95)], c.paint("white"), 4)
    c.fill(c.ellipse(0.5, 0.34, 0.1), c.paint("black"), 1)


def _pyramid(c: Canvas) -> None:
    c.part(c.polygon((0.02, 0.92), (0.5, 0.1), (0.98, 0.92)), c.main, "flat", tone=1)
    c.part(c.polygon((0.5, 0.1), (0.98, 0.92), (0.6, 0.92)), c.main, "flat", tone=-1, line=False)
    for y in (0.34, 0.54, 0.74):
        c.stroke([(0.5 - (y - 0.1) * 0.58, y), (0.5 + (y - 0.1) * 0.58, y)], c.main, 1)


def _stall(c: Canvas) -> None:
    for x in (0.14, 0.86):
        c.part(c.box(x - 0.04, 0.3, x + 0.04, 0.94), c.paint("wood"))
    c.part(c.box(0.06, 0.62, 0.94, 0.94), c.paint("wood"), "flat")
    for i, name in enumerate(("red", "orange", "lime", "yellow", "red")):
        c.part(c.ellipse(0.2 + 0.15 * i, 0.58, 0.08), c.paint(name))
    for i in range(5):
        x = 0.02 + 0.192 * i
        stripe = c.union(c.box(x, 0.08, x + 0.192, 0.34), c.ellipse(x + 0.096, 0.34, 0.096, 0.1))
        c.part(stripe, c.paint("white") if i % 2 else c.main, "flat", line=False)


def _igloo(c: Canvas) -> None:
    c.part(c.cut(c.ellipse(0.5, 0.84, 0.48, 0.62), c.box(-1, 0.9, 2, 2)), c.main)
    for y in (0.42, 0.58, 0.74):
        c.stroke([(0.06, y), (0.94, y)], c.main, 1)
    c.part(c.cut(c.ellipse(0.5, 0.86, 0.24, 0.3), c.box(-1, 0.9, 2, 2)), c.main, tone=0.6)
    c.fill(c.cut(c.ellipse(0.5, 0.86, 0.14, 0.2), c.box(-1, 0.9, 2, 2)), c.paint("navy"), 1)


def _statue(c: Canvas) -> None:
    c.part(c.box(0.14, 0.82, 0.86, 0.97, 0.02), c.main)
    c.part(c.box(0.24, 0.7, 0.76, 0.84), c.main, tone=-0.6)
    c.part(c.mirror_polygon((0.5, 0.3), (0.68, 0.36), (0.62, 0.72), (0.5, 0.74)), c.main)
    c.part(c.line((0.66, 0.4), (c.u(0.8, 0.88), 0.12), 0.055), c.main)
    c.part(c.line((0.34, 0.4), (0.28, 0.62), 0.055), c.main)
    c.part(c.ellipse(0.5, 0.2, 0.13), c.main)


def _bridge(c: Canvas) -> None:
    deck = c.cut(c.union(c.polygon((0.0, 0.4), (0.5, 0.26), (1.0, 0.4), (1.0, 0.86), (0.0, 0.86))),
                 c.ellipse(0.5, 0.88, 0.3, 0.38))  # fmt: skip
    c.part(deck, c.main, "slope")
    for x in (0.06, 0.28, 0.5, 0.72, 0.94):
        y = 0.36 - 0.3 * (0.25 - (x - 0.5) ** 2)
        c.part(c.box(x - 0.05, y - 0.14, x + 0.05, y + 0.06), c.second)


def _kind(name: str, draw: Callable[[Canvas], None], also: tuple[str, ...], natural: tuple[str, ...]) -> Kind:
    return Kind(name, "buildings", draw, also, natural, STUFF, attributes=TRAITS)


KINDS = (
    _kind("house", _house, ("cottage", "home"), ("red", "brown", "blue")),
    _kind("castle", _castle, ("fortress", "palace"), ("grey", "stone")),
    _kind("tower", _tower, ("watchtower", "keep"), ("stone", "grey")),
    _kind("tent", _tent, ("camp tent", "teepee"), ("tan", "green", "red")),
    _kind("windmill", _windmill, ("mill",), ("brown", "red")),
    _kind("church", _church, ("chapel", "temple"), ("red", "navy")),
    _kind("well", _well, ("water well", "wishing well"), ("grey", "brown")),
    _kind("lighthouse", _lighthouse, ("beacon",), ("red",)),
    _kind("barn", _barn, ("farm barn", "stable"), ("red",)),
    _kind("pyramid", _pyramid, ("ziggurat",), ("tan", "yellow")),
    _kind("market stall", _stall, ("shop", "market stand"), ("red", "green")),
    _kind("igloo", _igloo, ("snow hut",), ("white", "sky blue")),
    _kind("statue", _statue, ("monument", "sculpture"), ("stone", "grey")),
    _kind("bridge", _bridge, ("footbridge",), ("grey", "brown")),
)
