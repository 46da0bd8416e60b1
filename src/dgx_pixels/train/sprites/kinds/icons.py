"""Signs of a user interface."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind


def _heart(c: Canvas) -> None:
    w = c.u(0.22, 0.26)
    heart = c.union(
        c.ellipse(0.5 - w, 0.34, w + 0.02, 0.25), c.ellipse(0.5 + w, 0.34, w + 0.02, 0.25),
        c.mirror_polygon((0.5, 0.28), (0.5 + 1.93 * w, 0.44), (0.5, 0.95)),
    )  # fmt: skip
    c.part(heart, c.main, "bevel" if c.chance(0.5) else "round", depth=0.14)
    c.fill(c.ellipse(0.3, 0.3, 0.07, 0.06), c.main, 5)


def _star(c: Canvas) -> None:
    c.part(c.star(0.5, 0.53, 0.5, c.u(0.21, 0.26), 5), c.main, c.pick("bevel", "round"))


def _skull(c: Canvas) -> None:
    c.part(c.box(0.3, 0.6, 0.7, 0.95, 0.06), c.main)
    c.part(c.ellipse(0.5, 0.42, 0.42, 0.38), c.main)
    for x in (0.33, 0.67):
        c.fill(c.ellipse(x, 0.48, c.u(0.1, 0.13), 0.12), c.paint("black"), 0)
    c.fill(c.polygon((0.5, 0.58), (0.56, 0.7), (0.44, 0.7)), c.paint("black"), 0)
    for x in (0.4, 0.5, 0.6):
        c.stroke([(x, 0.8), (x, 0.95)], c.paint("black"), 0)


def _arrow(c: Canvas) -> None:
    c = c.turned(c.pick(0, 90, 180, 270, 45))
    w = c.u(0.12, 0.16)
    c.part(c.polygon((0.5, 0.03), (0.92, 0.48), (0.5 + w, 0.48), (0.5 + w, 0.96), (0.5 - w, 0.96), (0.5 - w, 0.48),
                     (0.08, 0.48)), c.main, "bevel")  # fmt: skip


def _lightning(c: Canvas) -> None:
    d = c.u(-0.04, 0.04)
    c.part(c.polygon((0.62 + d, 0.02), (0.18, 0.56), (0.46, 0.56), (0.34 + d, 0.98), (0.84, 0.4), (0.55, 0.4)), c.main,
           "bevel")  # fmt: skip


def _check(c: Canvas) -> None:
    w = c.u(0.1, 0.13)
    c.part(c.path([(0.12, 0.54), (0.38, 0.82), (0.88, 0.2)], w), c.main, "bevel")


def _cross(c: Canvas) -> None:
    w = c.u(0.1, 0.13)
    c.part(c.union(c.line((0.16, 0.16), (0.84, 0.84), w), c.line((0.84, 0.16), (0.16, 0.84), w)), c.main, "bevel")


def _plus(c: Canvas) -> None:
    w = c.u(0.14, 0.18)
    c.part(
        c.union(c.box(0.5 - w, 0.06, 0.5 + w, 0.94, 0.03), c.box(0.06, 0.5 - w, 0.94, 0.5 + w, 0.03)),
        c.main,
        "bevel",
    )


def _moon(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.cut(c.ellipse(0.5, 0.5, 0.46), c.ellipse(c.u(0.66, 0.74), 0.42, 0.38)), c.main)
    c.dots([(0.24, 0.56), (0.36, 0.74)], c.main, 2)


def _sun(c: Canvas) -> None:
    n = c.pick(8, 8, 12)
    c.part(c.star(0.5, 0.5, 0.5, 0.3, n), c.main, "flat", tone=-1)
    c.part(c.ellipse(0.5, 0.5, 0.29), c.main)
    if c.chance(0.4):
        c.dots([(0.41, 0.46), (0.59, 0.46)], c.paint("black"), 0)
        c.stroke([(0.4, 0.58), (0.5, 0.63), (0.6, 0.58)], c.paint("black"), 0)


def _note(c: Canvas) -> None:
    double = c.chance(0.6)
    xs = (0.22, 0.68) if double else (0.36,)
    for x in xs:
        c.part(c.ellipse(x, 0.82, 0.17, 0.13), c.main)
        c.part(c.box(x + 0.07, 0.14, x + 0.17, 0.84), c.main)
    if double:
        c.part(c.polygon((0.29, 0.1), (0.85, 0.04), (0.85, 0.24), (0.29, 0.3)), c.main)
    else:
        c.part(c.path([(0.48, 0.12), (0.6, 0.26), (0.78, 0.36), (0.7, 0.54)], 0.075, 0.03), c.main)


def _bubble(c: Canvas) -> None:
    c.part(
        c.union(c.box(0.04, 0.1, 0.96, 0.7, 0.14), c.polygon((0.2, 0.6), (0.46, 0.66), (0.18, 0.95))),
        c.main,
        "bevel",
    )
    c.dots([(0.3, 0.4), (0.5, 0.4), (0.7, 0.4)], c.paint("black"), 0)


def _flag(c: Canvas) -> None:
    c.part(c.line((0.18, 0.06), (0.18, 0.97), 0.045), c.paint("wood"))
    wave = c.pick(0, 1, 2)
    if wave == 0:
        cloth = c.polygon((0.2, 0.08), (0.94, 0.32), (0.2, 0.58))
    elif wave == 1:
        cloth = c.polygon((0.2, 0.08), (0.94, 0.08), (0.76, 0.33), (0.94, 0.58), (0.2, 0.58))
    else:
        cloth = c.polygon((0.2, 0.1), (0.5, 0.16), (0.94, 0.08), (0.94, 0.56), (0.5, 0.64), (0.2, 0.58))
    c.part(cloth, c.main, "slope")


def _lock(c: Canvas) -> None:
    c.part(c.arc(0.5, 0.34, 0.24, 0.11, 180, 360 if c.chance(0.8) else 330), c.second)
    c.part(c.union(c.box(0.2, 0.34, 0.32, 0.5), c.box(0.68, 0.34, 0.8, 0.5)), c.second)
    c.part(c.box(0.12, 0.44, 0.88, 0.96, 0.08), c.main, "bevel")
    c.fill(c.union(c.ellipse(0.5, 0.62, 0.075), c.box(0.46, 0.62, 0.54, 0.8)), c.paint("black"), 0)


def _smiley(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.5, 0.47), c.main)
    for x in (0.35, 0.65):
        c.fill(c.ellipse(x, 0.38, 0.06, 0.09), c.paint("black"), 0)
    mouth = c.pick(c.arc(0.5, 0.54, 0.22, 0.08, 15, 165), c.box(0.3, 0.64, 0.7, 0.72), c.ellipse(0.5, 0.68, 0.1, 0.13))
    c.fill(mouth, c.paint("black"), 0)


def _exclamation(c: Canvas) -> None:
    c.part(c.mirror_polygon((0.5, 0.03), (0.66, 0.05), (0.6, 0.64), (0.5, 0.66)), c.main, "bevel")
    c.part(c.ellipse(0.5, 0.85, 0.13), c.main, "bevel")


def _question(c: Canvas) -> None:
    c.part(
        c.union(c.arc(0.5, 0.3, 0.22, 0.17, 170, 410), c.line((0.6, 0.47), (0.5, 0.62), 0.085)),
        c.main,
        "bevel",
    )
    c.part(c.ellipse(0.5, 0.87, 0.11), c.main, "bevel")


def _bell(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.86, 0.11), c.second)
    c.part(
        c.mirror_polygon((0.5, 0.08), (0.6, 0.1), (0.74, 0.3), (0.78, 0.64), (0.94, 0.82), (0.5, 0.84)),
        c.main,
    )
    c.part(c.ellipse(0.5, 0.1, 0.08), c.second)


TRAITS = ("glowing", "sparkling", "cracked", "small", "with wings", "burning", "frozen")
_STUFF = ("gold", "silver", "iron", "stone", "crystal", "wood", "ice")


def _icon(name: str, draw: Callable[[Canvas], None], also: tuple[str, ...], natural: tuple[str, ...]) -> Kind:
    return Kind(name, "icons", draw, also, natural, _STUFF, attributes=TRAITS)


KINDS = (
    _icon("heart", _heart, ("life heart", "health heart"), ("red",)),
    _icon("star", _star, ("five-pointed star",), ("yellow", "gold")),
    Kind("skull", "icons", _skull, ("skeleton head",), ("bone", "white"), _STUFF, attributes=TRAITS),
    _icon("arrow", _arrow, ("direction arrow", "pointer"), ("green", "blue")),
    _icon("lightning bolt", _lightning, ("thunderbolt", "energy icon"), ("yellow",)),
    _icon("check mark", _check, ("tick", "ok icon"), ("green",)),
    _icon("cross mark", _cross, ("x icon", "cancel icon"), ("red",)),
    _icon("plus sign", _plus, ("plus", "medical cross"), ("red", "green")),
    _icon("moon", _moon, ("crescent moon", "night icon"), ("yellow", "tan")),
    _icon("sun", _sun, ("sunshine",), ("yellow", "orange")),
    _icon("music note", _note, ("musical note", "melody"), ("black", "blue")),
    _icon("speech bubble", _bubble, ("chat bubble", "dialog icon"), ("white",)),
    Kind("flag", "icons", _flag, ("banner", "pennant"), ("red", "blue")),
    _icon("padlock", _lock, ("lock",), ("gold", "iron")),
    _icon("smiley face", _smiley, ("smiley", "emoji"), ("yellow",)),
    _icon("exclamation mark", _exclamation, ("alert icon", "warning sign"), ("yellow", "red")),
    _icon("question mark", _question, ("help icon", "mystery icon"), ("blue", "yellow")),
    _icon("bell", _bell, ("alarm bell",), ("gold",)),
)
