"""Characters by profession: one little body, seen from the front, known by clothes, hat and tool."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.paint import Paint

HAIR = ("brown", "black", "yellow", "orange", "grey")


def body(c: Canvas, *, legs: Paint | None = None, robe: bool = False) -> None:
    """Legs, torso and arms in the main colour, and a face; hats and tools come on top."""
    skin = c.paint(c.pick("skin", "skin", "skin dark"))
    if robe:
        c.part(c.mirror_polygon((0.5, 0.5), (0.64, 0.52), (0.8, 0.96), (0.5, 0.97)), c.main)
    else:
        for x in (0.4, 0.6):
            c.part(c.box(x - 0.09, 0.78, x + 0.09, 0.97, 0.03), legs or c.main, tone=-0.8)
        c.part(c.box(0.31, 0.5, 0.69, 0.86, 0.07), c.main)
    for side in (c, c.mirrored()):
        side.part(side.line((0.7, 0.58), (0.78, 0.74), 0.075), c.main)
        side.part(side.ellipse(0.79, 0.79, 0.06), skin)
    c.part(c.ellipse(0.5, 0.33, 0.26, 0.23), skin)
    for x in (0.41, 0.59):
        c.fill(c.ellipse(x, 0.36, 0.04, 0.055), c.paint("eye"), 0)


def hair(c: Canvas, *, long: bool = False) -> None:
    """Hair over the brow, and down the sides where it is long."""
    ink = c.paint(c.pick(*HAIR))
    if long:
        for side in (c, c.mirrored()):
            side.part(side.line((0.74, 0.28), (0.77, 0.54), 0.08), ink)
    c.part(c.cut(c.ellipse(0.5, 0.28, 0.29, 0.25), c.box(0.3, 0.27, 0.7, 1)), ink)


def _belt(c: Canvas) -> None:
    c.part(c.box(0.31, 0.72, 0.69, 0.79), c.second, "flat", line=False)


def _knight(c: Canvas) -> None:
    body(c)
    c.part(c.ellipse(0.5, 0.31, 0.3, 0.28), c.main)
    c.fill(c.box(0.3, 0.32, 0.7, 0.41), c.paint("black"), 0)
    c.part(c.path([(0.5, 0.06), (0.64, 0.02), (0.78, 0.14)], 0.07, 0.04), c.second)
    c.part(c.polygon((0.06, 0.54), (0.34, 0.54), (0.34, 0.74), (0.2, 0.9), (0.06, 0.74)), c.second, "bevel")
    c.part(c.line((0.85, 0.78), (0.85, 0.3), 0.045), c.paint("steel"))


def _wizard(c: Canvas) -> None:
    body(c, robe=True)
    c.part(c.polygon((0.3, 0.42), (0.7, 0.42), (0.5, 0.78)), c.paint(c.pick("white", "grey")))
    c.part(c.polygon((0.24, 0.24), (0.58, -0.04), (0.76, 0.24)), c.main)
    c.part(c.line((0.14, 0.25), (0.86, 0.25), 0.06), c.main)
    c.part(c.line((0.87, 0.3), (0.87, 0.97), 0.035), c.paint("wood"))
    c.part(c.ellipse(0.87, 0.26, 0.09), c.second)


def _archer(c: Canvas) -> None:
    body(c, legs=c.paint("brown"))
    c.part(c.cut(c.ellipse(0.5, 0.28, 0.31, 0.27), c.ellipse(0.5, 0.4, 0.21, 0.17)), c.main)
    c.part(c.polygon((0.4, 0.06), (0.5, -0.02), (0.66, 0.1)), c.main)
    c.part(c.path([(0.84, 0.36), (0.97, 0.5), (0.97, 0.7), (0.84, 0.94)], 0.04), c.paint("wood"))
    c.stroke([(0.84, 0.36), (0.84, 0.94)], c.paint("white"), 4, inside=False)
    _belt(c)


def _ninja(c: Canvas) -> None:
    body(c)
    c.part(c.cut(c.ellipse(0.5, 0.32, 0.29, 0.27), c.box(0.28, 0.29, 0.72, 0.42)), c.main)
    c.part(c.box(0.24, 0.2, 0.76, 0.28), c.second, "flat")
    c.part(c.path([(0.76, 0.24), (0.92, 0.2), (0.97, 0.34)], 0.045), c.second)
    c.part(c.line((0.1, 0.36), (0.3, 0.76), 0.035), c.paint("steel"))
    _belt(c)


def _king(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.6, 0.5), (0.8, 0.52), (0.93, 0.97), (0.6, 0.97)), c.main, tone=-1)
    body(c, robe=True)
    c.part(c.box(0.28, 0.48, 0.72, 0.57, 0.04), c.paint("white"))
    c.part(
        c.cut(c.ellipse(0.5, 0.42, 0.24, 0.18), c.box(0, 0, 1, 0.41)),
        c.paint(c.pick("brown", "white", "grey")),
    )
    c.part(
        c.polygon(
            (0.24, 0.22), (0.22, 0.0), (0.37, 0.11), (0.5, -0.03), (0.63, 0.11), (0.78, 0.0), (0.76, 0.22)
        ),
        c.paint("gold"),
    )


def _princess(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.4, 0.34, 0.3), c.paint(c.pick("yellow", "brown", "black", "orange")))
    c.part(c.mirror_polygon((0.5, 0.5), (0.62, 0.52), (0.92, 0.97), (0.5, 0.98)), c.main)
    body(c, robe=True)
    hair(c, long=False)
    c.part(c.polygon((0.36, 0.14), (0.36, 0.0), (0.5, 0.07), (0.64, 0.0), (0.64, 0.14)), c.paint("gold"))


def _farmer(c: Canvas) -> None:
    body(c, legs=c.main)
    c.part(c.box(0.36, 0.5, 0.64, 0.62), c.paint("white"), "flat", line=False)
    c.part(c.cut(c.ellipse(0.5, 0.2, 0.24, 0.18), c.box(0, 0.22, 1, 1)), c.paint("sand"))
    c.part(c.ellipse(0.5, 0.22, 0.42, 0.075), c.paint("sand"))
    c.part(c.line((0.88, 0.36), (0.88, 0.97), 0.03), c.paint("wood"))
    for x in (0.8, 0.88, 0.96):
        c.part(c.line((x, 0.2), (x, 0.38), 0.025), c.paint("steel"))
    c.part(c.line((0.8, 0.4), (0.96, 0.4), 0.03), c.paint("steel"))


def _pirate(c: Canvas) -> None:
    body(c, legs=c.paint("brown"))
    _belt(c)
    c.part(c.polygon((0.1, 0.24), (0.3, 0.04), (0.5, 0.0), (0.7, 0.04), (0.9, 0.24), (0.5, 0.2)), c.main)
    c.dots([(0.5, 0.11)], c.paint("white"), 5)
    c.fill(c.ellipse(0.59, 0.36, 0.07), c.paint("black"), 0)
    c.stroke([(0.3, 0.24), (0.74, 0.42)], c.paint("black"), 0)
    c.part(c.path([(0.86, 0.8), (0.96, 0.6), (0.9, 0.38)], 0.04, 0.025), c.paint("steel"))


def _priest(c: Canvas) -> None:
    body(c, robe=True)
    hair(c)
    c.part(c.box(0.44, 0.56, 0.56, 0.95), c.second, "flat", line=False)
    c.part(
        c.union(c.box(0.46, 0.58, 0.54, 0.78), c.box(0.4, 0.63, 0.6, 0.69)),
        c.paint("gold"),
        "flat",
        line=False,
    )
    c.part(c.ring(0.5, 0.06, 0.22, 0.06, 0.35), c.paint("yellow"))


def _chef(c: Canvas) -> None:
    body(c, legs=c.paint("black"))
    c.part(c.box(0.38, 0.56, 0.62, 0.88, 0.03), c.paint("white"), "flat")
    c.part(
        c.union(c.ellipse(0.34, 0.1, 0.14), c.ellipse(0.5, 0.06, 0.15), c.ellipse(0.66, 0.1, 0.14)), c.main
    )
    c.part(c.box(0.28, 0.13, 0.72, 0.25, 0.02), c.main, tone=-0.6)
    c.part(c.line((0.87, 0.8), (0.87, 0.52), 0.03), c.paint("wood"))
    c.part(c.ellipse(0.87, 0.46, 0.08, 0.1), c.paint("steel"))


def _miner(c: Canvas) -> None:
    body(c, legs=c.paint("navy"))
    c.part(c.cut(c.ellipse(0.5, 0.25, 0.29, 0.24), c.box(0, 0.27, 1, 1)), c.main)
    c.part(c.ellipse(0.5, 0.16, 0.09), c.paint("yellow"), "flat", tone=1)
    c.part(c.line((0.86, 0.5), (0.86, 0.96), 0.035), c.paint("wood"))
    c.part(c.path([(0.7, 0.58), (0.86, 0.48), (1.0, 0.58)], 0.045), c.paint("steel"))


def _astronaut(c: Canvas) -> None:
    body(c)
    c.part(c.ellipse(0.5, 0.3, 0.33, 0.3), c.main)
    c.part(c.ellipse(0.5, 0.32, 0.23, 0.19), c.paint("navy"))
    c.fill(c.ellipse(0.4, 0.26, 0.06, 0.04), c.paint("white"), 5)
    c.part(c.box(0.4, 0.6, 0.6, 0.72, 0.02), c.second, "flat")


def _soldier(c: Canvas) -> None:
    body(c)
    c.part(c.cut(c.ellipse(0.5, 0.25, 0.31, 0.24), c.box(0, 0.28, 1, 1)), c.main, tone=-0.5)
    c.part(c.line((0.19, 0.28), (0.81, 0.28), 0.045), c.main, tone=-0.5)
    c.part(c.line((0.22, 0.9), (0.86, 0.52), 0.045), c.paint("black"))
    c.part(c.line((0.28, 0.86), (0.42, 0.78), 0.065), c.paint("wood"))


def _witch(c: Canvas) -> None:
    hair(c, long=True)
    body(c, robe=True)
    hair(c, long=True)
    c.part(c.polygon((0.26, 0.2), (0.4, 0.08), (0.3, -0.04), (0.66, 0.04), (0.74, 0.2)), c.main)
    c.part(c.ellipse(0.5, 0.21, 0.46, 0.07), c.main)
    c.part(c.line((0.1, 0.5), (0.1, 0.8), 0.03), c.paint("wood"))
    c.part(c.polygon((0.1, 0.76), (0.2, 0.97), (0.0, 0.97)), c.paint("sand"))


def _viking(c: Canvas) -> None:
    body(c, legs=c.paint("brown"))
    c.part(
        c.polygon((0.28, 0.4), (0.72, 0.4), (0.62, 0.62), (0.5, 0.7), (0.38, 0.62)),
        c.paint(c.pick("orange", "yellow", "brown")),
    )
    for side in (c, c.mirrored()):
        side.part(side.path([(0.72, 0.2), (0.88, 0.16), (0.9, -0.02)], 0.07, 0.025), c.paint("bone"))
    c.part(c.cut(c.ellipse(0.5, 0.25, 0.29, 0.24), c.box(0, 0.27, 1, 1)), c.main)
    c.part(c.ellipse(0.16, 0.72, 0.16), c.second, "bevel")


def _samurai(c: Canvas) -> None:
    body(c)
    for side in (c, c.mirrored()):
        side.part(side.box(0.68, 0.48, 0.92, 0.68, 0.03), c.main, tone=0.5)
        side.part(side.polygon((0.54, 0.14), (0.72, -0.04), (0.64, 0.16)), c.paint("gold"))
    c.part(c.mirror_polygon((0.5, 0.04), (0.68, 0.1), (0.88, 0.36), (0.7, 0.28), (0.5, 0.25)), c.main)
    c.part(c.line((0.08, 0.98), (0.3, 0.66), 0.035), c.paint("black"))
    _belt(c)


def _nurse(c: Canvas) -> None:
    hair(c, long=True)
    body(c, robe=True)
    hair(c, long=True)
    c.part(c.polygon((0.3, 0.16), (0.34, 0.0), (0.66, 0.0), (0.7, 0.16)), c.paint("white"), "flat")
    for cx, cy, r in ((0.5, 0.08, 0.055), (0.5, 0.7, 0.1)):
        cross = c.union(
            c.box(cx - r / 3, cy - r, cx + r / 3, cy + r), c.box(cx - r, cy - r / 3, cx + r, cy + r / 3)
        )
        c.fill(cross, c.paint("white" if cy > 0.5 else "red"), 3)


TRAITS = ("small", "tall", "with wings", "glowing", "sparkling", "frozen", "burning")


def _kind(name: str, draw: Callable[[Canvas], None], also: tuple[str, ...], natural: tuple[str, ...]) -> Kind:
    return Kind(name, "characters", draw, also, natural, attributes=TRAITS)


KINDS = (
    _kind("knight", _knight, ("paladin", "armored warrior"), ("iron", "silver")),
    _kind("wizard", _wizard, ("mage", "sorcerer"), ("blue", "purple")),
    _kind("archer", _archer, ("ranger", "bowman"), ("green", "dark green")),
    _kind("ninja", _ninja, ("assassin", "shinobi"), ("black", "navy")),
    _kind("king", _king, ("monarch",), ("red", "purple")),
    _kind("princess", _princess, ("queen",), ("pink", "sky blue")),
    _kind("farmer", _farmer, ("peasant", "villager"), ("blue", "green")),
    _kind("pirate", _pirate, ("buccaneer", "corsair"), ("black", "red")),
    _kind("priest", _priest, ("cleric", "monk", "healer"), ("white", "tan")),
    _kind("chef", _chef, ("cook", "baker"), ("white",)),
    _kind("miner", _miner, ("prospector", "construction worker"), ("yellow", "orange")),
    _kind("astronaut", _astronaut, ("spaceman", "cosmonaut"), ("white", "orange")),
    _kind("soldier", _soldier, ("trooper", "infantryman"), ("olive", "dark green")),
    _kind("witch", _witch, ("sorceress", "hag"), ("purple", "black")),
    _kind("viking", _viking, ("barbarian", "norseman"), ("iron", "brown")),
    _kind("samurai", _samurai, ("ronin", "shogun"), ("red", "navy")),
    _kind("nurse", _nurse, ("medic",), ("sky blue", "white", "pink")),
)
