"""Characters by profession: one body in many clothes, each known by its hat, its tool and its outline."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import townsfolk
from dgx_pixels.train.sprites.kinds.faces import WINGED, spot
from dgx_pixels.train.sprites.kinds.figure import Body, sleek, stand
from dgx_pixels.train.sprites.paint import Paint
from dgx_pixels.train.sprites.shapes import Point


def _blade(c: Canvas, hand: Point, length: float = 0.42, w: float = 0.04, lean: float = 0.06) -> None:
    """A sword held upright."""
    x, y = hand
    c.part(c.line((x, y - 0.04), (x + lean, y - length), w, w * 0.4), c.paint("steel"), "bevel")
    c.part(c.line((x - 0.08, y - 0.06), (x + 0.09, y - 0.04), 0.024), c.paint("gold"))


def _knight(c: Canvas) -> None:
    b = stand(c)
    b.legs(c.main, c.main)
    b.torso(c.main)
    b.belt(c.paint("leather"))
    plume = [(0.5, b.top), (0.42, b.top - 0.1), (0.26, b.top - 0.05), (0.22, b.top + 0.1)]
    c.part(c.path(plume, 0.05, 0.035), c.second)
    b.head(c.main)
    if c.chance(0.5):
        c.fill(c.box(b.face - 0.16, b.y - 0.01, b.face + 0.16, b.y + 0.06), c.paint("eye"), 0, inside=True)
        c.fill(c.box(b.face - 0.022, b.y - 0.08, b.face + 0.022, b.y + 0.18), c.main, 4, inside=True)
    else:
        c.part(c.ellipse(b.face, b.y + 0.07, 0.14, 0.09), b.skin, line=True)
        b.features(mouth=False)
        c.part(c.box(b.face - 0.16, b.y - 0.08, b.face + 0.16, b.y - 0.02, 0.02), c.main, tone=1)
    b.arm(b.right, c.main, c.main)
    _blade(c, b.right)
    if not b.side:
        x, y = b.left[0] + 0.02, b.left[1] - 0.02
        edge = c.mirror_polygon((x, y - 0.17), (x + 0.14, y - 0.14), (x + 0.13, y + 0.05), (x, y + 0.19), axis=x)
        c.part(edge, c.main, "bevel", tone=0.6)
        c.fill(c.box(x - 0.025, y - 0.11, x + 0.025, y + 0.1), c.second, 3)
        c.fill(c.box(x - 0.08, y - 0.06, x + 0.08, y - 0.01), c.second, 3)


def _wizard(c: Canvas) -> None:
    b = stand(c, y=0.47, r=0.2)
    b.robe(c.main, c.u(0.25, 0.3))
    c.part(c.line((0.84, 0.94), (0.84, 0.26), 0.028), c.paint("wood"))
    c.part(c.ellipse(0.84, 0.2, c.u(0.065, 0.085)), c.second)
    b.head()
    b.features(mouth=False)
    b.beard(c.pick(c.paint("white"), c.paint("white"), c.paint("grey")), c.u(0.12, 0.2))
    b.arms(c.main)
    bend = c.u(-0.16, 0.14)
    brow = b.y - 0.06
    c.part(c.polygon((0.33, brow), (0.41, 0.2), (0.5 + bend, 0.02), (0.56, 0.18), (0.67, brow)), c.main)
    c.part(c.ellipse(0.5, brow, 0.33, 0.06), c.main, tone=0.5)
    band = c.mirror_polygon((0.5, brow - 0.07), (0.645, brow - 0.07), (0.66, brow - 0.01))
    c.part(band, c.second, "flat", line=False)
    if sleek(c) and c.chance(0.6):
        c.fill(c.star(0.48, 0.24, 0.05, 0.022, 5), c.paint("yellow"), 4)


def _archer(c: Canvas) -> None:
    b = stand(c, y=0.4)
    c.part(c.line((0.3, 0.5), (0.4, 0.74), 0.07), c.paint("leather"))
    for dx in (-0.1, -0.03, 0.04):
        c.part(c.line((0.26 + dx, 0.5), (0.28 + dx, 0.36), 0.022), c.paint("white"), line=False)
    b.legs(c.main)
    b.torso(c.main, 0.83, 1.15)
    b.belt(c.paint("leather"))
    b.head()
    b.features()
    b.fringe()
    b.arms(c.main)
    x = b.right[0] + 0.04
    c.stroke([(x, 0.33), (x, 0.93)], c.paint("white"), 3, inside=False)
    c.part(c.arc(x - 0.26, 0.63, 0.4, 0.045, -50, 50), c.paint("wood"))
    brow = b.y - 0.08
    tip = 0.82 if b.side else 0.24
    c.part(c.polygon((1 - tip, brow - 0.02), (0.44, 0.1), (0.62, 0.12), (tip, brow + 0.02)), c.main, "bevel")
    c.part(c.polygon((tip, brow), (0.5, brow - 0.07), (0.74 if tip < 0.5 else 0.26, brow - 0.04),
                     (0.74 if tip < 0.5 else 0.26, brow + 0.03)), c.main, tone=-1)  # fmt: skip
    c.part(c.line((0.58, brow - 0.08), (0.74, 0.04), 0.035, 0.02), c.second)


def _hood(b: Body, ink: Paint, peak: float = 0.0) -> None:
    """A hood around the face."""
    c, r = b.c, b.r + 0.035
    dome = c.union(
        c.box(0.5 - r, b.top - 0.04, 0.5 + r, b.y + r * 0.95, 0.85 * r),
        c.polygon((0.42, b.top), (0.44, b.top - peak), (0.62, b.top)),
    )
    c.part(c.cut(dome, c.ellipse(b.face + 0.03 * b.side, b.y + 0.06, r * 0.74, r * 0.66)), ink)


def _rogue(c: Canvas) -> None:
    b = stand(c)
    b.cape(c.main, c.u(0.3, 0.36), 0.9)
    b.legs(c.main, c.paint("black"))
    b.torso(c.main)
    b.belt(c.paint("leather"))
    c.stroke([(0.36, 0.56), (0.62, 0.76)], c.paint("leather"), 1)
    b.head()
    b.features(mouth=False)
    mask = c.box(b.face - 0.2, b.y + 0.11, b.face + 0.2, b.y + 0.22, 0.04)
    c.part(c.overlap(mask, c.box(0.5 - b.r, 0, 0.5 + b.r, 1)), c.second, "flat")
    _hood(b, c.main, c.u(0.06, 0.12))
    b.arms(c.main)
    for x, y in (b.right,) if b.side else (b.left, b.right):
        out = 1 if x > 0.5 else -1
        c.part(c.line((x, y), (x + 0.1 * out, y - 0.2), 0.04, 0.014), c.paint("steel"), "bevel")
        c.part(c.line((x - 0.04 * out, y + 0.05), (x, y - 0.01), 0.03), c.paint("leather"))
        c.part(c.line((x - 0.06, y - 0.03), (x + 0.06, y - 0.01), 0.02), c.paint("gold"))


def _crown(c: Canvas, y: float, w: float, h: float, points: int = 3) -> None:
    """A crown whose rim sits at height ``y``."""
    gold = c.paint("gold")
    outline = [(0.5 - w, y)]
    for i in range(points):
        left, step = 0.5 - w * 1.08, 2.16 * w / (points - 1)
        outline.append((left + step * i, y - h))
        if i < points - 1:
            outline.append((left + step * (i + 0.5), y - h * 0.45))
    c.part(c.polygon(*outline, (0.5 + w, y)), gold, "bevel")
    c.fill(spot(c, 0.5, y - h * 0.25, 0.03), c.paint("red"), 3)


def _king(c: Canvas) -> None:
    b = stand(c, y=0.35, r=0.19)
    grey = c.pick(b.hair, c.paint("white"), c.paint("grey"))
    b.cape(c.main, c.u(0.38, 0.42), FLOOR)
    b.robe(c.main, c.u(0.27, 0.31))
    c.stroke([(0.5, b.neck), (0.5, 0.94)], c.second, 3)
    b.arms(c.main)
    c.part(c.line((b.right[0] + 0.04, 0.84), (b.right[0] + 0.04, 0.42), 0.024), c.paint("gold"))
    c.part(c.ellipse(b.right[0] + 0.04, 0.4, 0.065), c.second)
    c.part(c.box(0.5 - b.w - 0.05, b.neck - 0.02, 0.5 + b.w + 0.05, b.neck + 0.06, 0.04), c.paint("white"))
    b.head()
    b.features(mouth=False)
    b.beard(grey, 0.06)
    _crown(c, b.y - 0.09, 0.19, c.u(0.16, 0.2), c.pick(3, 3, 5))


def _queen(c: Canvas) -> None:
    b = stand(c, y=0.37, w=0.14)
    b.long_hair(c.u(0.62, 0.78))
    skirt = c.mirror_polygon((0.5, 0.64), (0.6, 0.66), (0.78, 0.78), (0.88, FLOOR), (0.5, FLOOR))
    c.part(c.union(skirt, c.ellipse(0.5, 0.86, 0.36, 0.11)), c.main)
    for x, foot in ((0.4, 0.26), (0.5, 0.5), (0.6, 0.74)):
        c.stroke([(x, 0.72), (foot, 0.95)], c.main, 1)
    b.torso(c.main, 0.68, 0.75)
    c.part(c.box(0.39, 0.655, 0.61, 0.705, 0.02), c.second)
    c.part(
        c.polygon((0.42, b.neck - 0.04), (0.58, b.neck - 0.04), (0.5, b.neck + 0.06)),
        b.skin,
        "flat",
        line=False,
    )
    b.arm((0.32, 0.74), c.main)
    b.arm((0.68, 0.74), c.main)
    b.head()
    b.features()
    b.fringe()
    _crown(c, b.y - 0.12, c.u(0.12, 0.15), c.u(0.14, 0.18))


def _pirate(c: Canvas) -> None:
    b = stand(c, y=0.42)
    b.legs(c.main, c.paint("black"), tone=-1.6)
    b.torso(c.main, 0.87, 1.3)
    c.part(c.mirror_polygon((0.5, b.neck), (0.55, b.neck), (0.52, 0.72)), c.paint("white"), "flat")
    b.belt(c.paint("leather"), 0.76)
    b.head()
    b.features(mouth=False, patch=True)
    if c.chance(0.6):
        b.beard(None, 0.06)
    b.arms(c.main)
    c.part(c.path([(b.right[0], 0.72), (b.right[0] + 0.08, 0.54), (b.right[0] + 0.03, 0.36)], 0.05, 0.025),
           c.paint("steel"), "bevel")  # fmt: skip
    c.part(c.line((b.right[0] - 0.06, 0.7), (b.right[0] + 0.08, 0.7), 0.028), c.paint("gold"))
    brow = b.y - 0.09
    hat = c.mirror_polygon((0.5, 0.05), (0.62, 0.08), (0.72, 0.16), (0.89, 0.2), (0.78, brow), (0.5, brow + 0.05))
    c.part(hat, c.main, "bevel")
    c.stroke([(0.2, brow - 0.02), (0.5, brow + 0.02), (0.8, brow - 0.02)], c.second, 3)
    c.fill(c.union(c.ellipse(0.5, 0.18, 0.07, 0.06), c.box(0.465, 0.2, 0.535, 0.275)), c.paint("white"), 4)
    for x in (0.47, 0.53):
        c.fill(spot(c, x, 0.185, 0.018), c.paint("eye"), 0)


def _ninja(c: Canvas) -> None:
    b = stand(c)
    c.part(c.line((0.22, 0.84), (0.84, 0.16), 0.03), c.paint("steel"))
    c.part(c.line((0.74, 0.27), (0.86, 0.13), 0.045), c.paint("black"))
    c.part(c.line((0.67, 0.24), (0.79, 0.36), 0.028), c.paint("gold"))
    for dy in (0.0, 0.1):
        c.part(
            c.path([(0.34, b.y - 0.06), (0.18, b.y - 0.1 + dy), (0.04, b.y - 0.02 + dy)], 0.04, 0.02),
            c.second,
        )
    b.legs(c.main, c.main)
    b.torso(c.main)
    c.part(c.polygon((0.42, b.neck), (0.58, b.neck), (0.5, 0.68)), c.main, "flat", tone=-1.5)
    c.part(c.box(0.5 - b.w * 0.96, 0.71, 0.5 + b.w * 0.96, 0.78, 0.02), c.second, "flat", line=False)
    b.arms(c.main, c.main)
    b.head(c.main)
    slit = c.overlap(c.box(b.face - 0.19, b.y - 0.03, b.face + 0.19, b.y + 0.11, 0.05), c.ellipse(0.5, b.y, b.r, 0.3))
    c.part(slit, b.skin, "flat")
    b.features(mouth=False)
    c.part(c.box(0.5 - b.r - 0.01, b.y - 0.13, 0.5 + b.r + 0.01, b.y - 0.04, 0.03), c.second)
    if c.chance(0.6) and not b.side:
        c.part(c.star(b.left[0] + 0.01, b.left[1], 0.12, 0.05, 4), c.paint("steel"), "flat")


def _priest(c: Canvas) -> None:
    b = stand(c, y=0.45, r=0.2)
    b.robe(c.main, c.u(0.22, 0.26))
    c.part(c.box(0.45, b.neck, 0.55, FLOOR), c.main, tone=1.2)
    c.fill(c.union(c.box(0.475, 0.7, 0.525, 0.88), c.box(0.445, 0.74, 0.555, 0.79)), c.second, 3)
    b.head()
    b.features()
    b.arms(c.main)
    x = b.right[0] + 0.02
    c.part(c.line((x, FLOOR), (x, 0.34), 0.026), c.paint("gold"))
    c.part(c.arc(x + 0.01, 0.28, 0.085, 0.05, 100, 420), c.paint("gold"))
    c.part(c.mirror_polygon((0.5, 0.02), (0.67, 0.2), (0.7, b.y - 0.05), (0.5, b.y - 0.03)), c.main)
    c.fill(c.union(c.box(0.475, 0.1, 0.525, 0.33), c.box(0.41, 0.17, 0.59, 0.22)), c.second, 3)
    c.part(c.box(0.3, b.y - 0.11, 0.7, b.y - 0.04, 0.02), c.second, line=False)


def _witch(c: Canvas) -> None:
    b = stand(c, y=0.45, r=0.19, w=0.14)
    c.part(c.line((0.1, 0.4), (0.24, 0.72), 0.028), c.paint("wood"))
    c.part(c.polygon((0.2, 0.7), (0.27, 0.67), (0.4, 0.93), (0.2, 0.98)), c.paint("tan"), tone=-0.5)
    b.long_hair(0.78)
    b.robe(c.main, c.u(0.24, 0.28))
    c.part(c.box(0.36, 0.72, 0.64, 0.78, 0.02), c.second, "flat", line=False)
    b.head(c.paint("lime") if c.chance(0.25) else None)
    b.features()
    b.fringe()
    b.arm((0.23, 0.7), c.main)
    b.arm(b.right, c.main)
    brow, tip = b.y - 0.08, c.pick(-0.2, 0.22)
    cone = c.polygon((0.33, brow), (0.4, 0.16), (0.5, 0.06), (0.5 + tip, 0.1), (0.56, 0.18), (0.67, brow))
    c.part(cone, c.main)
    c.part(c.ellipse(0.5, brow, c.u(0.4, 0.45), 0.065), c.main, tone=0.3)
    band = c.mirror_polygon((0.5, brow - 0.08), (0.645, brow - 0.08), (0.66, brow - 0.02))
    c.part(band, c.second, "flat", line=False)
    c.fill(c.box(0.46, brow - 0.09, 0.54, brow - 0.01), c.paint("gold"), 4)


def _viking(c: Canvas) -> None:
    b = stand(c, y=0.4, w=0.2)
    braid = c.pick(c.paint("orange"), c.paint("yellow"), c.paint("brown"))
    b.legs(c.main)
    b.torso(c.main, 0.82, 1.05)
    b.belt(c.paint("leather"))
    b.head()
    b.features(mouth=False)
    b.beard(braid, c.u(0.08, 0.14))
    x = b.right[0] + 0.03
    c.part(c.line((x, 0.93), (x, 0.42), 0.028), c.paint("wood"))
    c.part(c.polygon((x - 0.02, 0.44), (x + 0.1, 0.38), (x + 0.14, 0.5), (x + 0.1, 0.62), (x - 0.02, 0.56)),
           c.paint("steel"), "bevel")  # fmt: skip
    b.arms(c.main)
    if not b.side:
        c.part(c.ellipse(0.2, 0.74, 0.165), c.main, "bevel", depth=0.05, tone=0.4)
        c.part(c.ellipse(0.2, 0.74, 0.055), c.second)
    for s in (c, c.mirrored()):
        s.part(s.path([(0.66, 0.28), (0.8, 0.26), (0.84, 0.08)], 0.05, 0.02), c.paint("bone"))
    r = b.r + 0.02
    c.part(c.cut(c.ellipse(0.5, b.y - 0.03, r, r), c.box(0, b.y - 0.04, 1, 1)), c.main, tone=0.3)
    c.part(c.box(0.5 - r, b.y - 0.09, 0.5 + r, b.y - 0.02, 0.02), c.second)


def _samurai(c: Canvas) -> None:
    b = stand(c, y=0.43)
    b.legs(c.main, c.paint("black"))
    b.torso(c.main, 0.84, 1.35)
    for y in (0.68, 0.75, 0.82):
        c.stroke([(0.24, y), (0.76, y)], c.main, 1)
    c.part(c.box(0.5 - b.w, 0.69, 0.5 + b.w, 0.75, 0.02), c.second, "flat", line=False)
    b.head()
    b.features()
    b.arms(c.main)
    for s in (c,) if b.side else (c, c.mirrored()):
        x = 0.5 if b.side else 0.7
        s.part(s.polygon((x - 0.07, 0.56), (x + 0.06, 0.55), (x + 0.19, 0.74), (x, 0.74)), c.main, "bevel")
        s.stroke([(x - 0.04, 0.65), (x + 0.14, 0.65)], c.second, 2)
    x = b.right[0]
    c.part(c.path([(x, 0.76), (x + 0.08, 0.5), (x + 0.07, 0.24)], 0.03, 0.014), c.paint("steel"), "flat")
    c.part(c.line((x - 0.02, 0.84), (x + 0.01, 0.73), 0.03), c.paint("black"))
    brow = b.y - 0.07
    for s in (c, c.mirrored()):
        s.part(s.polygon((0.62, brow - 0.04), (0.72, brow - 0.04), (0.84, 0.56), (0.7, 0.52)), c.main, tone=-0.5)
    c.part(c.cut(c.ellipse(0.5, brow + 0.02, 0.24, 0.24), c.box(0, brow + 0.02, 1, 1)), c.main)
    horns = c.cut(c.ellipse(0.5, 0.18, 0.24, 0.18), c.ellipse(0.5, 0.1, 0.19, 0.19), c.box(0, 0, 1, 0.03))
    c.part(horns, c.paint("gold"), "flat")
    c.part(c.box(0.27, brow - 0.02, 0.73, brow + 0.04, 0.02), c.main, tone=0.8)


FLOOR = 0.96
NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("knight", _knight, ("paladin", "warrior", "swordsman"), ("iron", "steel", "silver")),
    ("wizard", _wizard, ("mage", "sorcerer"), ("blue", "purple", "indigo")),
    ("archer", _archer, ("ranger", "hunter", "bowman"), ("green", "dark green", "olive")),
    ("rogue", _rogue, ("thief", "assassin"), ("black", "maroon", "dark green")),
    ("king", _king, ("monarch", "emperor"), ("red", "purple", "blue")),
    ("queen", _queen, ("princess",), ("pink", "red", "lavender")),
    ("pirate", _pirate, ("pirate captain", "buccaneer"), ("red", "navy", "maroon")),
    ("ninja", _ninja, ("shinobi",), ("black", "navy", "indigo")),
    ("priest", _priest, ("cleric", "bishop", "pope"), ("white", "tan", "purple")),
    ("witch", _witch, ("sorceress",), ("purple", "black", "indigo")),
    ("viking", _viking, ("barbarian", "norseman"), ("brown", "blue", "red")),
    ("samurai", _samurai, ("ronin", "shogun"), ("red", "black", "navy")),
)
KINDS = (
    *(
        Kind(name, "characters", draw, also, natural, views=("front", "side"), attributes=WINGED)
        for name, draw, also, natural in NAMES
    ),
    *townsfolk.KINDS,
)
