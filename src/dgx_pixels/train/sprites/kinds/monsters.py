"""Monsters: what waits in the dungeon, alive or built."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import constructs, undead
from dgx_pixels.train.sprites.kinds.faces import (
    ALIVE,
    WINGED,
    eye,
    eyeball,
    eyes,
    fangs,
    is_dark,
    legs,
    smile,
    spot,
)
from dgx_pixels.train.sprites.kinds.figure import stand


def _slime(c: Canvas) -> None:
    w, top = c.u(0.38, 0.45), c.u(0.2, 0.34)
    drop = [
        (0.5, top),
        (0.5 + 0.45 * w, top + 0.1),
        (0.5 + 0.85 * w, 0.6),
        (0.5 + w, 0.84),
        (0.5 + 0.86 * w, 0.95),
    ]
    body = c.union(
        c.mirror_polygon(*drop),
        c.box(0.5 - w, 0.74, 0.5 + w, 0.96, 0.11),
        c.ellipse(0.5, 0.62, 0.78 * w, 0.3),
    )
    if c.chance(0.4):
        body = c.union(body, c.path([(0.5, top + 0.08), (0.52, top - 0.08), (0.6, top - 0.14)], 0.06, 0.03))
    c.part(body, c.main)
    c.fill(c.line((0.5 - 0.5 * w, 0.5), (0.5 - 0.36 * w, 0.44), 0.045), c.main, 5)
    eyes(c, 0.64, c.u(0.13, 0.18), 0.05, 1.4, on=c.main)
    smile(c, 0.5, 0.77, 0.09, c.main)
    for _ in range(c.pick(0, 1, 2)):
        c.fill(spot(c, c.u(0.25, 0.75), c.u(0.84, 0.9), 0.025), c.main, 4)


def _wing(c: Canvas, x: float, y: float, reach: float = 0.46, tone: float = 0.0) -> None:
    """A bat's wing to the right from a shoulder at (x, y)."""
    tip = (x + reach, y - 0.16)
    edge = [(x + 0.42 * reach, y - 0.3), tip, (x + 0.96 * reach, y + 0.18), (x + 0.7 * reach, y + 0.1),
            (x + 0.56 * reach, y + 0.28), (x + 0.32 * reach, y + 0.14), (x, y + 0.24)]  # fmt: skip
    c.part(c.polygon((x, y - 0.04), *edge), c.main, "bevel", tone=tone)
    for end in (edge[2], edge[4]):
        c.stroke([edge[0], end], c.main, 1)


def _bat(c: Canvas) -> None:
    lift = c.u(-0.08, 0.06)
    for s in (c, c.mirrored()):
        _wing(s, 0.56, 0.5 + lift, 0.42, -0.5)
        s.part(s.polygon((0.52, 0.36), (0.64, 0.14), (0.68, 0.42)), c.main)
        s.fill(s.polygon((0.57, 0.36), (0.63, 0.23), (0.64, 0.4)), c.paint("pink"), 2)
    c.part(c.union(c.ellipse(0.5, 0.52, 0.2, 0.21), c.ellipse(0.5, 0.68, 0.14, 0.15)), c.main)
    eyes(c, 0.48, 0.08, 0.04, on=c.main)
    fangs(c, (0.45, 0.55), 0.6, 0.025, 0.07)
    for x in (0.44, 0.56):
        c.part(c.ellipse(x, 0.83, 0.035, 0.04), c.main, tone=-1)


def _dragon(c: Canvas) -> None:
    c.part(c.path([(0.3, 0.78), (0.16, 0.84), (0.06, 0.72), (0.1, 0.58)], 0.09, 0.03), c.main)
    c.part(c.polygon((0.1, 0.64), (0.02, 0.5), (0.2, 0.5)), c.second)
    _wing(c.mirrored(), 0.5, 0.4, c.u(0.4, 0.46), -0.8)
    legs(c, c.main, (0.36, 0.62), 0.74, 0.95, 0.07, -1.2)
    c.part(c.ellipse(0.5, 0.68, 0.25, 0.2), c.main)
    neck = [(0.64, 0.64), (0.74, 0.5), (0.68, 0.36), (0.7, 0.24)]
    c.part(c.path(neck, 0.12, 0.085), c.main)
    c.part(c.path([(0.7, 0.76), (0.8, 0.56), (0.75, 0.4)], 0.05, 0.03), c.paint("parchment"), "flat", line=False)
    legs(c, c.main, (0.44, 0.7), 0.78, 0.96, 0.075)
    for x, h in ((0.64, 0.04), (0.74, 0.02)):
        c.part(c.polygon((x - 0.03, 0.18), (x - 0.13, h), (x + 0.06, 0.14)), c.paint("bone"))
    c.part(c.union(c.ellipse(0.73, 0.22, 0.13, 0.11), c.box(0.7, 0.19, 0.96, 0.33, 0.06)), c.main)
    c.fill(spot(c, 0.92, 0.23, 0.018), c.main, 0)
    c.stroke([(0.76, 0.3), (0.95, 0.3)], c.main, 0)
    eye(c, 0.75, 0.19, 0.035, on=c.main)
    if c.chance(0.3):
        c.fill(c.union(c.ellipse(0.9, 0.42, 0.07), c.polygon((0.83, 0.42), (0.93, 0.33), (0.97, 0.42))),
               c.paint("flame"), 3)  # fmt: skip


def _beholder(c: Canvas) -> None:
    for s in (c, c.mirrored()):
        for root, tip in (
            ((0.56, 0.32), (0.6, 0.1)),
            ((0.66, 0.36), (0.8, 0.15)),
            ((0.74, 0.46), (0.91, 0.34)),
        ):
            s.part(s.line(root, tip, 0.05, 0.035), c.main, tone=-0.6)
            eyeball(s, tip[0], tip[1], 0.07)
    c.part(c.ellipse(0.5, 0.6, c.u(0.35, 0.38), 0.35), c.main)
    eyeball(c, 0.5, 0.52, c.u(0.17, 0.2), c.second, (c.u(-0.5, 0.5), c.u(-0.2, 0.4)))
    mouth = c.overlap(c.ellipse(0.5, 0.74, 0.22, 0.13), c.box(0, 0.75, 1, 1))
    c.fill(mouth, c.paint("blood"), 0)
    fangs(c, (0.36, 0.45, 0.55, 0.64), 0.75, 0.035, 0.06)


def _goblin(c: Canvas) -> None:
    b = stand(c, y=0.4, r=0.22, w=0.15)
    b.legs(c.main, c.paint("leather"))
    b.torso(c.main)
    c.part(
        c.mirror_polygon((0.5, 0.72), (0.5 + b.w, 0.7), (0.5 + b.w * 1.2, 0.86), (0.5, 0.9)),
        c.paint("leather"),
    )
    c.part(c.line((0.5 - b.w * 0.8, b.neck), (0.5 + b.w * 0.8, 0.72), 0.03), c.second, line=False)
    for s in (c, c.mirrored()):
        s.part(s.polygon((0.66, 0.3), (0.97, c.u(0.2, 0.26)), (0.7, 0.5)), c.main)
        s.fill(s.polygon((0.72, 0.36), (0.88, 0.3), (0.73, 0.44)), c.main, 1)
    b.head(c.main)
    for x in (b.face - 0.1, b.face + 0.1):
        c.fill(spot(c, x, b.y + 0.01, 0.05, 0.9), c.paint("yellow"), 4)
        c.fill(spot(c, x, b.y + 0.01, 0.02, 1.6), c.paint("eye"), 0)
    c.part(c.ellipse(b.face, b.y + 0.08, 0.045, 0.06), c.main, tone=0.8)
    c.stroke([(b.face - 0.1, b.y + 0.14), (b.face + 0.1, b.y + 0.14)], c.main, 0)
    fangs(c, (b.face - 0.07, b.face + 0.07), b.y + 0.15, 0.025, -0.06)
    b.arms(c.main, c.main)
    x, y = b.right
    c.part(c.line((x, y + 0.04), (x + 0.07, y - 0.26), 0.03, 0.085), c.paint("wood"))


def _demon(c: Canvas) -> None:
    b = stand(c, y=0.4, r=0.2, w=0.16)
    for s in (c, c.mirrored()):
        _wing(s, 0.6, 0.56, c.u(0.34, 0.38), -1)
    c.part(c.path([(0.4, 0.8), (0.24, 0.88), (0.14, 0.8)], 0.035, 0.02), c.main)
    c.part(c.polygon((0.06, 0.82), (0.14, 0.68), (0.22, 0.8)), c.main)
    b.legs(c.main, c.paint("black"))
    b.torso(c.main)
    b.arms(c.main, c.main)
    x = b.right[0] + 0.05
    c.part(c.line((x, 0.95), (x, 0.52), 0.022), c.paint("black"))
    for dx in (-0.07, 0, 0.07):
        c.part(c.line((x + dx, 0.54), (x + dx, 0.4), 0.02), c.second, line=False)
    c.part(c.line((x - 0.07, 0.55), (x + 0.07, 0.55), 0.022), c.second, line=False)
    for s in (c, c.mirrored()):
        s.part(s.path([(0.58, 0.27), (0.7, 0.18), (0.68, 0.05)], 0.055, 0.018), c.paint("bone"))
        s.part(s.polygon((0.66, 0.36), (0.8, 0.3), (0.69, 0.46)), c.main)
    b.head(c.main)
    for x, out in ((b.face - 0.09, -1), (b.face + 0.09, 1)):
        c.fill(c.union(c.polygon((x - 0.05 * out, 0.44), (x + 0.06 * out, 0.38), (x + 0.03 * out, 0.46)),
                       spot(c, x, 0.43, 0.025)), c.paint("yellow"), 4)  # fmt: skip
    smile(c, b.face, b.y + 0.1, 0.1, c.main)
    fangs(c, (b.face - 0.06, b.face + 0.06), b.y + 0.12, 0.02, 0.06)


def _cyclops(c: Canvas) -> None:
    b = stand(c, y=0.33, r=0.24, w=0.25)
    b.legs(c.main, c.main)
    b.torso(c.main)
    c.part(c.mirror_polygon((0.5, 0.7), (0.5 + b.w * 0.98, 0.68), (0.5 + b.w * 0.9, 0.84), (0.5, 0.9)), c.second)
    x, y = 0.88, 0.74
    c.part(c.line((x, y + 0.08), (x + 0.02, 0.3), 0.035, 0.085), c.paint("wood"))
    for dy in (0.3, 0.42):
        c.fill(spot(c, x + 0.02, dy, 0.03), c.paint("bone"), 4)
    b.arm((0.12, 0.74), c.main, c.main)
    b.arm((x - 0.02, y), c.main, c.main)
    c.part(c.polygon((0.43, 0.15), (0.5, 0.01), (0.57, 0.15)), c.paint("bone"))
    b.head(c.main)
    eyeball(
        c,
        0.5,
        b.y - 0.01,
        0.12,
        c.pick(c.paint("blue"), c.paint("red"), c.paint("green")),
        (0, c.u(-0.2, 0.3)),
    )
    c.part(c.box(0.38, b.y - 0.17, 0.62, b.y - 0.11, 0.02), c.main, "flat", tone=-2, line=False)
    smile(c, 0.5, b.y + 0.17, 0.1, c.main, -0.02)
    fangs(c, (0.43, 0.57), b.y + 0.17, 0.025, -0.06)


def _alien(c: Canvas) -> None:
    for s in (c, c.mirrored()):
        s.part(s.box(0.52, 0.76, 0.6, 0.96, 0.03), c.main, tone=-0.6)
        s.part(s.path([(0.56, 0.66), (0.7, 0.72), (0.72, 0.86)], 0.04, 0.035), c.main)
        s.part(s.path([(0.58, 0.18), (0.66, 0.06)], 0.022), c.main)
        s.part(s.ellipse(0.67, 0.06, 0.04), c.second)
    c.part(c.mirror_polygon((0.5, 0.58), (0.6, 0.62), (0.61, 0.84), (0.5, 0.86)), c.main)
    c.part(c.box(0.39, 0.74, 0.61, 0.79), c.second, "flat", line=False)
    head = c.union(c.ellipse(0.5, 0.32, c.u(0.33, 0.36), 0.23), c.mirror_polygon((0.5, 0.3), (0.78, 0.4), (0.56, 0.62)))
    c.part(head, c.main)
    ink, tone = (c.paint("white"), 4) if is_dark(c.main) else (c.paint("eye"), 0)
    for s, x in ((c, 0.62), (c.mirrored(), 0.7)):
        s.fill(s.turned(-35, (0.66, 0.37)).ellipse(0.66, 0.37, 0.125, 0.075), ink, tone)
        s.fill(spot(s, x, 0.36, 0.022), c.paint("white"), 5)
    smile(c, 0.5, 0.53, 0.04, c.main, 0.015)


def _yeti(c: Canvas) -> None:
    face = c.paint(c.pick("sky blue", "tan", "grey"))
    for s in (c, c.mirrored()):
        s.part(s.box(0.53, 0.72, 0.76, 0.96, 0.07), c.main, tone=-0.6)
        s.part(s.line((0.76, 0.42), (0.87, 0.76), 0.12, 0.1), c.main)
        s.part(s.ellipse(0.88, 0.82, 0.08, 0.07), face, tone=-0.5)
        s.part(s.path([(0.62, 0.16), (0.76, 0.14), (0.76, 0.03)], 0.045, 0.015), c.paint("bone"))
    spikes = c.star(0.5, 0.54, 0.38, 0.32, 11)
    c.part(c.union(spikes, c.ellipse(0.5, 0.3, 0.27, 0.24)), c.main)
    c.part(c.box(0.34, 0.2, 0.66, 0.44, 0.1), face)
    eyes(c, 0.29, 0.08, 0.035)
    c.fill(c.box(0.41, 0.36, 0.59, 0.41), c.paint("eye"), 0)
    fangs(c, (0.44, 0.56), 0.42, 0.025, -0.07)
    for x, y in ((0.4, 0.58), (0.58, 0.62), (0.48, 0.74), (0.34, 0.7), (0.66, 0.74)):
        c.stroke([(x - 0.04, y), (x, y + 0.04), (x + 0.04, y)], c.main, 1)


def _sandworm(c: Canvas) -> None:
    lean = c.u(-0.05, 0.08)
    spine = [(0.5, 0.94), (0.44 - lean, 0.78), (0.4, 0.62), (0.46, 0.48), (0.54, 0.38)]
    for i, (x, y) in enumerate(spine):
        c.part(
            c.turned(14 * (i - 1), (x, y)).box(x - 0.24, y - 0.1, x + 0.24, y + 0.1, 0.09),
            c.main,
            tone=-0.3 * (i % 2),
        )
    c.part(c.ellipse(0.58, 0.28, 0.32, 0.25), c.main)
    c.part(c.ellipse(0.6, 0.28, 0.235, 0.175), c.paint("blood"), "flat", tone=-2)
    fangs(c, (0.46, 0.6, 0.74), 0.12, 0.055, 0.12)
    fangs(c, (0.46, 0.6, 0.74), 0.44, 0.055, -0.12)
    for x, r in ((0.22, 0.13), (0.78, 0.13), (0.5, 0.17)):
        c.part(c.overlap(c.ellipse(x, 0.95, 1.4 * r, 0.6 * r), c.box(0, 0, 1, 0.97)), c.main, tone=-1.4)


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("slime", _slime, ("slime monster", "blob", "jelly"), ("green", "blue", "lime"), ()),
    ("bat", _bat, ("vampire bat",), ("purple", "black", "brown"), ()),
    ("dragon", _dragon, ("wyvern", "drake"), ("red", "green", "blue"), ("gold", "crystal", "bone")),
    ("beholder", _beholder, ("eyeball monster", "floating eye"), ("purple", "red", "teal"), ()),
    ("goblin", _goblin, ("orc", "gremlin"), ("green", "olive"), ()),
    ("demon", _demon, ("imp", "devil"), ("red", "maroon", "purple"), ()),
    ("cyclops", _cyclops, ("one-eyed giant", "ogre"), ("tan", "teal", "green"), ()),
    ("alien", _alien, ("extraterrestrial", "martian"), ("green", "lime", "grey"), ()),
    ("yeti", _yeti, ("bigfoot", "snow beast"), ("white", "sky blue", "brown"), ()),
    ("sandworm", _sandworm, ("giant worm", "sand worm"), ("tan", "brown", "pink"), ()),
)
WITH_WINGS = ("bat", "dragon", "demon")
KINDS = (
    *(
        Kind(
            name,
            "monsters",
            draw,
            also,
            natural,
            materials,
            attributes=WINGED if name in WITH_WINGS else ALIVE,
        )
        for name, draw, also, natural, materials in NAMES
    ),
    *constructs.KINDS,
    *undead.KINDS,
)
