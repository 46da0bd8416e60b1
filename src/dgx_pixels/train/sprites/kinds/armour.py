"""Armour and clothes, seen from the front."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.shapes import Field, Point

STUFF = ("iron", "gold", "silver", "bronze", "leather", "bone", "crystal", "obsidian", "wood")


def _device(c: Canvas, face: Field) -> None:
    """What a shield bears: a cross, a boss, a bend, a chevron, a star or nothing."""
    mark = {
        "cross": c.union(c.box(0.46, 0, 0.54, 1), c.box(0, 0.36, 1, 0.44)),
        "boss": c.ellipse(0.5, 0.42, 0.11),
        "bend": c.line((0.1, 0.8), (0.9, 0.06), 0.055),
        "chevron": c.path([(0.1, 0.62), (0.5, 0.34), (0.9, 0.62)], 0.05),
        "star": c.star(0.5, 0.44, 0.2, 0.09, 5),
        "plain": c.ellipse(2, 2, 0.1),
    }[c.pick("cross", "boss", "bend", "chevron", "star", "plain")]
    c.part(c.overlap(face + 0.02, mark), c.second, "flat", line=False)


def _shield(c: Canvas) -> None:
    low, w, top = c.u(0.92, 0.98), c.u(0.39, 0.43), c.pick(0.03, 0.12)
    kite = c.mirror_polygon((0.5, top), (0.5 + w, 0.1), (0.5 + w, 0.5), (0.5 + w * 0.62, 0.78), (0.5, low))
    c.part(kite, c.second, "bevel")
    face = kite + 0.05
    c.part(face, c.main, "round")
    _device(c, face)


def _buckler(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.5, 0.48), c.second)
    c.part(c.ellipse(0.5, 0.5, 0.41), c.main)
    spokes = c.pick(0, 4, 4)
    for i in range(spokes):
        c.stroke([(0.5, 0.5), (0.5 + 0.4 * (-1, 1, 0, 0)[i], 0.5 + 0.4 * (0, 0, -1, 1)[i])], c.main, 1)
    c.part(c.ellipse(0.5, 0.5, c.u(0.12, 0.16)), c.second)
    c.dots([(0.5 + 0.26 * i, 0.5 + 0.26 * j) for i in (-1, 1) for j in (-1, 1)], c.second, 4)


def _helmet(c: Canvas) -> None:
    dark = c.paint("black")
    if c.chance(0.5):
        c.part(c.path([(0.5, 0.16), (0.64, 0.07), (0.82, 0.12), (0.92, 0.34)], 0.08, 0.05), c.second)
    c.part(c.union(c.ellipse(0.5, 0.46, 0.38, 0.38), c.box(0.12, 0.46, 0.88, 0.93, 0.08)), c.main)
    if c.chance(0.6):
        c.fill(c.union(c.box(0.22, 0.48, 0.78, 0.57), c.box(0.45, 0.5, 0.55, 0.93)), dark, 0)
    else:
        c.part(c.polygon((0.1, 0.44), (0.5, 0.36), (0.9, 0.44), (0.9, 0.66), (0.5, 0.84), (0.1, 0.66)), c.main, "bevel")
        c.fill(c.box(0.2, 0.49, 0.8, 0.57), dark, 0, inside=True)
    if c.chance(0.5):
        c.part(c.box(0.1, 0.34, 0.9, 0.42, 0.02), c.second)
    c.dots([(x, y) for x in (0.3, 0.7) for y in (0.7, 0.8)], dark, 1)


def _horned_helmet(c: Canvas) -> None:
    tip = c.u(0.04, 0.12)
    for side in (c, c.mirrored()):
        side.part(side.path([(0.78, 0.54), (0.92, 0.44), (0.94, 0.28), (0.88, tip)], 0.09, 0.025), c.paint("bone"))
    c.part(c.cut(c.ellipse(0.5, 0.62, 0.36, 0.46), c.box(0, 0.84, 1, 2)), c.main)
    c.part(c.box(0.46, 0.18, 0.54, c.pick(0.76, 0.97), 0.03), c.second)
    c.part(c.box(0.12, 0.7, 0.88, 0.84, 0.04), c.second)


def _chestplate(c: Canvas) -> None:
    waist = c.u(0.26, 0.32)
    c.part(c.box(0.5 - waist, 0.8, 0.5 + waist, 0.97, 0.04), c.second)
    body = c.mirror_polygon((0.5, 0.2), (0.62, 0.06), (0.8, 0.1), (0.86, 0.46), (0.5 + waist, 0.86), (0.5, 0.9))
    c.part(body, c.main)
    shoulders = c.pick(c.main, c.second)
    for side in (c, c.mirrored()):
        side.part(side.ellipse(0.83, 0.24, 0.15, 0.16), shoulders)
    c.stroke([(0.5, 0.24), (0.5, 0.88)], c.main, 1)
    muscles = c.pick(((0.24, 0.46), (0.5, 0.54), (0.76, 0.46)), ((0.3, 0.4), (0.5, 0.62), (0.7, 0.4)))
    c.stroke(muscles, c.main, 1)
    if c.size >= 32:
        c.stroke([(0.32, 0.7), (0.5, 0.74), (0.68, 0.7)], c.main, 1)


def _tunic(c: Canvas) -> None:
    sleeve, hem = c.u(0.42, 0.52), c.u(0.78, 0.86)
    shirt = c.mirror_polygon((0.5, 0.16), (0.6, 0.06), (0.76, 0.1), (0.98, sleeve), (0.8, 0.56), (0.74, 0.44),
                             (hem, 0.95), (0.5, 0.97))  # fmt: skip
    c.part(shirt, c.main, "slope")
    c.part(c.polygon((0.38, 0.08), (0.62, 0.08), (0.5, 0.3)), c.second, "flat")
    c.part(c.overlap(shirt, c.box(0.2, 0.62, 0.8, 0.71)), c.second, "flat")
    for x in (0.36, 0.64):
        c.stroke([(x, 0.74), (x + (x - 0.5) * 0.3, 0.94)], c.main, 1)


def _trousers(c: Canvas) -> None:
    flare, low = c.u(0.84, 0.92), c.pick(0.96, 0.96, 0.72)
    legs = c.mirror_polygon((0.5, 0.08), (0.78, 0.08), (flare, low), (0.6, low), (0.5, 0.44))
    c.part(legs, c.main, "slope")
    c.part(c.box(0.2, 0.05, 0.8, 0.17, 0.02), c.second)
    c.stroke([(0.5, 0.2), (0.5, 0.42)], c.main, 1)
    for side in (c, c.mirrored()):
        side.stroke([(0.72, 0.2), (0.64, 0.32)], c.main, 1)
        side.part(side.overlap(legs, side.box(0.5, low - 0.1, 1, low)), c.main, "flat", tone=-1)


def _boots(c: Canvas) -> None:
    top, toe = c.u(0.08, 0.24), c.pick(0.54, 0.56)
    for dx in (0.0, 0.43):
        boot = c.union(c.box(0.1 + dx, top, 0.36 + dx, 0.8, 0.04), c.box(0.1 + dx, 0.6, toe + dx, 0.9, 0.11))
        c.part(boot, c.main)
        c.part(c.box(0.08 + dx, 0.86, toe + dx, 0.96, 0.03), c.paint("black"), "flat", tone=-1)
        c.part(c.box(0.07 + dx, top - 0.03, 0.39 + dx, top + 0.12, 0.03), c.second)
        c.stroke([(0.12 + dx, 0.66), (0.34 + dx, 0.6)], c.main, 1)


def _gauntlet(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    c.part(c.mirror_polygon((0.5, 0.62), (0.7, 0.62), (0.82, 0.97), (0.5, 0.97)), c.second)
    c.part(c.line((0.2, 0.4), (0.34, 0.58), 0.09), c.main)
    for i, top in enumerate((0.16, 0.08, 0.1, 0.18)):
        x = 0.35 + 0.125 * i
        c.part(c.line((x, top), (x, 0.42), 0.07), c.main)
    c.part(c.box(0.27, 0.36, 0.79, 0.7, 0.1), c.main)
    c.dots([(0.36 + 0.12 * i, 0.44) for i in range(4)], c.main, 5)


def _crown(c: Canvas) -> None:
    n, low = c.pick(3, 3, 5), c.u(0.52, 0.6)
    tips: list[Point] = [(0.07 + 0.86 * i / (n - 1), 0.16 if i == n // 2 else 0.26) for i in range(n)]
    points: list[Point] = [(0.1, 0.9)]
    for (x, y), (nx, _) in zip(tips, [*tips[1:], (1.0, 0.0)], strict=True):
        points += [(x, y), ((x + nx) / 2, low)]
    c.part(c.polygon(*points[:-1], (0.9, 0.9)), c.main, "bevel")
    c.part(c.box(0.1, 0.72, 0.9, 0.92, 0.03), c.main)
    for x, y in tips if n == 3 else ():
        c.part(c.ellipse(x, y - 0.03, 0.07), c.second)
    for x in (0.28, 0.5, 0.72):
        c.part(c.ellipse(x, 0.82, 0.06), c.second, line=False)


def _wizard_hat(c: Canvas) -> None:
    lean, fold = c.u(-0.2, 0.2), c.chance(0.5)
    c.part(c.ellipse(0.5, 0.82, 0.48, 0.14), c.main)
    tip = [(0.5 + lean, 0.03)]
    if fold:
        tip = [(0.5, 0.12), (0.6, 0.04), (0.84, 0.2), (0.66, 0.22)]
    cone = c.polygon((0.2, 0.8), (0.36, 0.4), *tip, (0.64 if fold else 0.64 + lean * 0.4, 0.4), (0.8, 0.8))
    c.part(cone, c.main)
    c.part(c.overlap(cone - 0.02, c.box(0, 0.66, 1, 0.78)), c.second, "slope")
    if c.chance(0.6):
        c.part(c.star(0.48, 0.5, 0.1, 0.045, 5), c.paint("yellow"), "flat", line=False)


def _top_hat(c: Canvas) -> None:
    c = c.turned(c.u(-8, 8))
    wide = c.u(0.02, 0.06)
    c.part(c.ellipse(0.5, 0.82, 0.47, 0.13), c.main)
    c.part(c.mirror_polygon((0.5, 0.12), (0.74 + wide, 0.12), (0.72, 0.78), (0.5, 0.84)), c.main)
    c.part(c.mirror_polygon((0.5, 0.6), (0.73, 0.58), (0.72, 0.75), (0.5, 0.8)), c.second, "slope")
    c.part(c.ellipse(0.5, 0.13, 0.24 + wide, 0.08), c.main, tone=1)


def _straw_hat(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.66, 0.49, 0.24), c.main, tone=0.3)
    c.part(c.union(c.ellipse(0.5, 0.4, 0.28, c.u(0.22, 0.26)), c.box(0.22, 0.4, 0.78, 0.64, 0.04)), c.main)
    c.part(c.box(0.21, 0.5, 0.79, 0.64, 0.03), c.second)
    if c.size >= 24:
        for x in (0.1, 0.3, 0.5, 0.7, 0.9):
            c.stroke([(0.5 + (x - 0.5) * 0.8, 0.74), (x, 0.86)], c.main, 2)


def _cape(c: Canvas) -> None:
    flare = c.u(0.4, 0.47)
    cloak = c.mirror_polygon((0.5, 0.08), (0.68, 0.08), (0.78, 0.4), (0.5 + flare, 0.92), (0.76, 0.88), (0.64, 0.97),
                             (0.5, 0.9))  # fmt: skip
    c.part(cloak, c.main, "slope")
    for x in (0.3, 0.43, 0.57, 0.7):
        c.stroke([(0.5 + (x - 0.5) * 0.5, 0.3), (0.5 + (x - 0.5) * 1.15, 0.86)], c.main, 1)
    c.part(c.line((0.36, 0.11), (0.64, 0.11), 0.085), c.second)
    if c.chance(0.5):
        c.part(c.ellipse(0.5, 0.16, 0.07), c.paint("gold"))


def _belt(c: Canvas) -> None:
    c.part(c.ring(0.5, 0.42, 0.4, 0.14, 0.6), c.main, "bevel", tone=-0.6)
    c.part(c.box(0.06, 0.46, 0.94, 0.72, 0.1), c.main, "bevel")
    buckle = c.pick(c.box(0.33, 0.4, 0.67, 0.8, 0.05), c.ellipse(0.5, 0.6, 0.21))
    c.part(buckle, c.second, "bevel")
    c.part(buckle + 0.1, c.main, "flat", tone=-2)
    c.dots([(0.18, 0.6), (0.82, 0.6)], c.second, 3)


def _glasses(c: Canvas) -> None:
    r, square = c.u(0.19, 0.21), c.chance(0.4)
    for side in (c, c.mirrored()):
        side.part(side.path([(0.92, 0.42), (0.97, 0.3), (0.86, 0.2)], 0.04), c.main)
        lens = side.box(0.53, 0.36, 0.95, 0.74, 0.06) if square else side.ellipse(0.74, 0.55, r + 0.04)
        side.part(lens, c.main, "bevel")
        side.part(lens + 0.085, c.paint("glass"), "slope", line=False)
    c.part(c.arc(0.5, 0.52, 0.07, 0.07, 190, 350), c.main)


def _scarf(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c
    for x, low in ((0.66, c.u(0.78, 0.86)), (0.46, c.u(0.9, 0.97))):
        end = c.polygon((x - 0.08, 0.34), (x + 0.14, 0.34), (x + 0.16, low), (x - 0.12, low))
        c.part(end, c.main, "slope")
        c.part(c.overlap(end, c.box(0, low - 0.16, 1, low - 0.06)), c.second, "flat", line=False)
    c.part(c.ellipse(0.5, 0.27, 0.42, 0.22), c.main)
    c.part(c.ellipse(0.5, 0.2, 0.26, 0.1), c.main, "flat", tone=-2)
    c.part(c.line((0.44, 0.42), (0.7, 0.36), 0.1), c.main)


KINDS = (
    Kind("shield", "armour", _shield, ("kite shield", "heater shield"), ("blue", "red", "iron"), STUFF),
    Kind("buckler", "armour", _buckler, ("round shield",), ("wood", "red"), STUFF),
    Kind("helmet", "armour", _helmet, ("knight helmet", "great helm"), ("iron", "steel"), STUFF),
    Kind("horned helmet", "armour", _horned_helmet, ("viking helmet", "barbarian helmet"), ("iron",), STUFF),
    Kind("chestplate", "armour", _chestplate, ("armor", "breastplate", "body armour"), ("iron", "steel"), STUFF),
    Kind("tunic", "armour", _tunic, ("shirt", "robe"), ("green", "blue", "red"), ("leather",)),
    Kind("trousers", "armour", _trousers, ("pants", "leggings"), ("blue", "brown", "grey"), ("leather",)),
    Kind("boots", "armour", _boots, ("shoes", "pair of boots"), ("leather", "brown"), STUFF),
    Kind("gauntlet", "armour", _gauntlet, ("glove",), ("iron", "leather"), STUFF),
    Kind("crown", "armour", _crown, ("royal crown", "tiara"), ("gold",), STUFF),
    Kind("wizard hat", "armour", _wizard_hat, ("pointed hat", "witch hat"), ("blue", "purple", "black")),
    Kind("top hat", "armour", _top_hat, ("magician hat", "cylinder hat"), ("black", "navy", "maroon")),
    Kind("straw hat", "armour", _straw_hat, ("sun hat", "farmer hat"), ("yellow", "tan")),
    Kind("cape", "armour", _cape, ("cloak", "mantle"), ("red", "green", "purple")),
    Kind("scarf", "armour", _scarf, ("woollen scarf",), ("red", "blue", "green")),
    Kind("belt", "armour", _belt, ("waist belt",), ("leather", "brown"), ("leather",)),
    Kind(
        "glasses", "armour", _glasses, ("spectacles", "goggles"), ("black", "red", "gold"), ("gold", "silver", "wood")
    ),
)
