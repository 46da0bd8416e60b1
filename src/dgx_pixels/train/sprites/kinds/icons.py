"""Signs of a user interface; those that are pictures of things are in ``symbols.py``."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import symbols


def _heart(c: Canvas) -> None:
    w = c.u(0.21, 0.235)
    lobes = [c.ellipse(0.5 + side * w, 0.34, w + 0.02, 0.25) for side in (-1, 1)]
    heart = c.union(*lobes, c.mirror_polygon((0.5, 0.28), (0.5 + 1.93 * w, 0.44), (0.5, 0.95)))
    c.part(heart, c.main, "bevel" if c.chance(0.5) else "round", depth=0.14)
    c.fill(c.ellipse(0.3, 0.3, 0.07, 0.06), c.main, 5)


def _star(c: Canvas) -> None:
    c.part(c.star(0.5, 0.53, 0.5, c.u(0.21, 0.26), 5), c.main, c.pick("bevel", "round"), depth=0.16)


def _arrow(c: Canvas) -> None:
    c = c.turned(c.pick(0, 90, 180, 270, 45, 135))
    w, head, waist = c.u(0.11, 0.16), c.u(0.44, 0.52), c.pick(0.0, 0.0, 0.06)
    half = ((0.92, head), (0.5 + w, head - waist), (0.5 + w, 0.96), (0.5, 0.96))
    c.part(c.mirror_polygon((0.5, 0.03), *half), c.main, "bevel", depth=0.09)


def _lightning(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    d, fat = c.u(-0.04, 0.04), c.u(0.0, 0.05)
    bolt = c.polygon((0.66 + d, 0.02), (0.4 + d, 0.02), (0.16, 0.57), (0.42, 0.56), (0.3 + d, 0.98), (0.86, 0.4 - fat),
                     (0.57, 0.4 - fat))  # fmt: skip
    c.part(bolt, c.main, "bevel", depth=0.09)


def _check(c: Canvas) -> None:
    w, dip = c.u(0.1, 0.13), c.u(0.34, 0.42)
    c.part(c.path([(0.12, 0.54), (dip, 0.82), (0.88, 0.2)], w), c.main, "bevel", depth=0.09)


def _cross(c: Canvas) -> None:
    w = c.u(0.1, 0.13)
    arms = c.union(c.line((0.16, 0.16), (0.84, 0.84), w), c.line((0.84, 0.16), (0.16, 0.84), w))
    c.part(arms, c.main, "bevel", depth=0.09)


def _plus(c: Canvas) -> None:
    w = c.u(0.14, 0.18)
    arms = c.union(c.box(0.5 - w, 0.06, 0.5 + w, 0.94, 0.03), c.box(0.06, 0.5 - w, 0.94, 0.5 + w, 0.03))
    c.part(arms, c.main, "bevel", depth=0.09)


def _moon(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    crescent = c.cut(c.ellipse(0.5, 0.5, 0.46), c.ellipse(c.u(0.66, 0.74), c.u(0.36, 0.44), 0.38))
    c.part(crescent, c.main)
    for x, y, r in ((0.22, 0.56, 0.05), (0.36, 0.76, 0.06)):
        c.fill(c.overlap(crescent, c.ellipse(x, y, r)), c.main, 2)


def _sun(c: Canvas) -> None:
    n = c.pick(8, 8, 12)
    c.part(c.star(0.5, 0.5, 0.5, 0.3, n), c.main, "flat", tone=-1)
    c.part(c.ellipse(0.5, 0.5, 0.29), c.main)
    if c.chance(0.4) and c.size >= 24:
        c.dots([(0.41, 0.46), (0.59, 0.46)], c.paint("black"), 0)
        c.stroke([(0.38, 0.57), (0.44, 0.63), (0.56, 0.63), (0.62, 0.57)], c.paint("black"), 0)


def _note(c: Canvas) -> None:
    double = c.chance(0.6)
    for x in (0.22, 0.68) if double else (0.36,):
        c.part(c.turned(-15, (x, 0.82)).ellipse(x, 0.82, 0.18, 0.13), c.main)
        c.part(c.box(x + 0.07, 0.14, x + 0.17, 0.84), c.main)
    if double:
        c.part(c.polygon((0.29, 0.1), (0.85, 0.04), (0.85, 0.24), (0.29, 0.3)), c.main)
    else:
        c.part(c.path([(0.48, 0.12), (0.6, 0.26), (0.78, 0.36), (0.7, 0.54)], 0.085, 0.03), c.main)


def _speech(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    body = c.box(0.04, 0.08, 0.96, 0.72, 0.14) if c.chance(0.6) else c.ellipse(0.5, 0.4, 0.47, 0.34)
    c.part(c.union(body, c.polygon((0.2, 0.6), (0.46, 0.66), (0.18, 0.96))), c.main, "bevel", depth=0.06)
    if c.chance(0.6):
        for x in (0.28, 0.5, 0.72):
            c.fill(c.ellipse(x, 0.4, 0.055), c.paint("black"), 0)
    else:
        for y, right in ((0.3, 0.76), (0.48, 0.6)):
            c.fill(c.box(0.22, y, right, y + 0.07), c.paint("black"), 1)


def _smiley(c: Canvas) -> None:
    dark = c.paint("black")
    c.part(c.ellipse(0.5, 0.5, 0.47), c.main)
    for x in (0.35, 0.65):
        c.fill(c.ellipse(x, 0.38, 0.06, 0.09), dark, 0)
    mouth = c.pick("smile", "grin", "flat", "oh")
    if mouth == "smile":
        c.fill(c.arc(0.5, 0.54, 0.22, 0.08, 15, 165), dark, 0)
    elif mouth == "grin":
        grin = c.overlap(c.ellipse(0.5, 0.56, 0.27, 0.24), c.box(0, 0.57, 1, 1))
        c.fill(grin, dark, 0)
        c.fill(c.overlap(grin, c.box(0, 0.57, 1, 0.64)), c.paint("white"), 4)
    else:
        c.fill(c.box(0.3, 0.64, 0.7, 0.72) if mouth == "flat" else c.ellipse(0.5, 0.68, 0.1, 0.13), dark, 0)


def _exclamation(c: Canvas) -> None:
    w = c.u(0.15, 0.19)
    c.part(
        c.mirror_polygon((0.5, 0.02), (0.5 + w, 0.05), (0.5 + w * 0.55, 0.66), (0.5, 0.67)), c.main, "bevel", depth=0.08
    )
    c.part(c.ellipse(0.5, 0.85, 0.13), c.main, "bevel", depth=0.08)


def _question(c: Canvas) -> None:
    w = c.u(0.16, 0.2)
    hook = c.union(c.arc(0.5, 0.31, 0.22, w, 170, 410), c.line((0.6, 0.47), (0.5, 0.62), w / 2))
    c.part(hook, c.main, "bevel", depth=0.08)
    c.part(c.ellipse(0.5, 0.87, 0.11), c.main, "bevel", depth=0.08)


TRAITS = ("glowing", "sparkling", "cracked", "small", "with wings", "burning", "frozen")
_STUFF = ("gold", "silver", "iron", "stone", "crystal", "wood", "ice")
_SIGNS = (
    ("heart", _heart, ("life heart", "health heart"), ("red",)),
    ("star", _star, ("five-pointed star",), ("yellow", "gold")),
    ("arrow", _arrow, ("direction arrow", "pointer"), ("green", "blue")),
    ("lightning bolt", _lightning, ("thunderbolt", "energy icon"), ("yellow",)),
    ("check mark", _check, ("tick", "ok icon"), ("green",)),
    ("cross mark", _cross, ("x icon", "cancel icon"), ("red",)),
    ("plus sign", _plus, ("plus", "medical cross"), ("red", "green")),
    ("moon", _moon, ("crescent moon", "night icon"), ("yellow", "tan")),
    ("sun", _sun, ("sunshine",), ("yellow", "orange")),
    ("music note", _note, ("musical note", "melody"), ("black", "blue")),
    ("speech bubble", _speech, ("chat bubble", "dialog icon"), ("white",)),
    ("smiley face", _smiley, ("smiley", "emoji"), ("yellow",)),
    ("exclamation mark", _exclamation, ("alert icon", "warning sign"), ("yellow", "red")),
    ("question mark", _question, ("help icon", "mystery icon"), ("blue", "yellow")),
)

KINDS = (
    *(Kind(name, "icons", draw, also, natural, _STUFF, attributes=TRAITS) for name, draw, also, natural in _SIGNS),
    *symbols.KINDS,
)
