"""Armour and clothes, seen from the front."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

STUFF = ("iron", "gold", "silver", "bronze", "leather", "bone", "crystal", "obsidian", "wood")


def _shield(c: Canvas) -> None:
    low, w = c.u(0.9, 0.98), c.u(0.38, 0.42)
    kite = c.mirror_polygon((0.5, 0.03), (0.5 + w, 0.12), (0.5 + w, 0.5), (0.5 + w * 0.6, 0.78), (0.5, low))
    c.part(kite, c.second, "bevel")
    c.part(kite + 0.075, c.main, "round")
    mark = c.pick("cross", "boss", "stripe", "none")
    if mark == "cross":
        cross = c.union(c.box(0.45, 0.12, 0.55, 0.84), c.box(0.2, 0.36, 0.8, 0.46))
        c.part(c.overlap(kite + 0.09, cross), c.second, "flat", line=False)
    elif mark == "boss":
        c.part(c.ellipse(0.5, 0.42, 0.12), c.second)
    elif mark == "stripe":
        stripe = c.line((0.16, 0.74), (0.84, 0.1), 0.06)
        c.part(c.overlap(kite + 0.09, stripe), c.second, "flat", line=False)


def _buckler(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.5, 0.48), c.second)
    c.part(c.ellipse(0.5, 0.5, 0.4), c.main)
    c.part(c.ellipse(0.5, 0.5, c.u(0.11, 0.16)), c.second)
    for dx, dy in ((-0.27, 0), (0.27, 0), (0, -0.27), (0, 0.27)):
        c.dots([(0.5 + dx, 0.5 + dy)], c.second, 4)


def _helmet(c: Canvas) -> None:
    if c.chance(0.5):
        plume = [(0.5, 0.12), (0.66, 0.02), (0.86, 0.1), (0.94, 0.34)]
        c.part(c.path(plume, 0.1, 0.05), c.second)
    dome = c.union(c.ellipse(0.5, 0.46, 0.38, 0.38), c.box(0.12, 0.46, 0.88, 0.88, 0.06))
    c.part(dome, c.main)
    c.fill(c.union(c.box(0.24, 0.48, 0.76, 0.58), c.box(0.44, 0.5, 0.56, 0.9)), c.paint("black"), 0)
    if c.chance(0.5):
        c.part(c.box(0.1, 0.36, 0.9, 0.45, 0.02), c.second)
    for y in (0.68, 0.78):
        c.dots([(0.3, y), (0.7, y)], c.paint("black"), 1)


def _chestplate(c: Canvas) -> None:
    waist = c.u(0.26, 0.32)
    body = c.mirror_polygon(
        (0.5, 0.16), (0.64, 0.08), (0.82, 0.14), (0.84, 0.5), (0.5 + waist, 0.92), (0.5, 0.96)
    )
    c.part(body, c.main)
    for side in (c, c.mirrored()):
        side.part(side.ellipse(0.84, 0.24, 0.15, 0.17), c.second)
    c.stroke([(0.5, 0.2), (0.5, 0.9)], c.main, 1)
    c.stroke([(0.26, 0.5), (0.5, 0.56), (0.74, 0.5)], c.main, 1)
    c.part(c.box(0.5 - waist - 0.02, 0.82, 0.5 + waist + 0.02, 0.9), c.second)


def _tunic(c: Canvas) -> None:
    sleeve = c.u(0.44, 0.52)
    shirt = c.mirror_polygon((0.5, 0.2), (0.6, 0.08), (0.76, 0.1), (0.98, sleeve), (0.8, 0.54), (0.74, 0.44),
                             (0.78, 0.95), (0.5, 0.96))  # fmt: skip
    c.part(shirt, c.main, "slope")
    c.part(c.polygon((0.38, 0.1), (0.62, 0.1), (0.5, 0.34)), c.second, "flat")
    c.part(c.box(0.22, 0.64, 0.78, 0.73), c.second, "flat")


def _boots(c: Canvas) -> None:
    for dx in (0.0, 0.44):
        boot = c.union(
            c.box(0.12 + dx, 0.14, 0.36 + dx, 0.8, 0.04), c.box(0.12 + dx, 0.6, 0.54 + dx, 0.88, 0.1)
        )
        c.part(boot, c.main)
        c.part(c.box(0.12 + dx, 0.85, 0.54 + dx, 0.95, 0.02), c.paint("black"), "flat", tone=-1)
        c.part(c.box(0.09 + dx, 0.1, 0.39 + dx, 0.24, 0.03), c.second)


def _gauntlet(c: Canvas) -> None:
    c.part(c.mirror_polygon((0.5, 0.6), (0.74, 0.6), (0.84, 0.97), (0.5, 0.97)), c.second)
    c.part(c.line((0.22, 0.36), (0.36, 0.56), 0.09), c.main)
    for i, top in enumerate((0.16, 0.08, 0.1, 0.18)):
        x = 0.35 + 0.125 * i
        c.part(c.line((x, top), (x, 0.42), 0.07), c.main)
    c.part(c.box(0.27, 0.34, 0.79, 0.68, 0.1), c.main)


def _crown(c: Canvas) -> None:
    mid, n = c.u(0.1, 0.2), c.pick(3, 5)
    points: list[tuple[float, float]] = [(0.08, 0.84)]
    for i in range(n):
        x = 0.06 + 0.88 * i / (n - 1)
        points.append((x, mid if i in (n // 2,) else 0.26))
        if i < n - 1:
            points.append((x + 0.44 / (n - 1), 0.56))
    c.part(c.polygon(*points, (0.92, 0.84)), c.main, "bevel")
    c.part(c.box(0.08, 0.72, 0.92, 0.88, 0.03), c.main)
    for x in (0.28, 0.5, 0.72):
        c.part(c.ellipse(x, 0.8, 0.055), c.second, line=False)


def _wizard_hat(c: Canvas) -> None:
    lean = c.u(-0.2, 0.2)
    c.part(c.ellipse(0.5, 0.82, 0.48, 0.14), c.main)
    cone = c.polygon((0.2, 0.8), (0.36, 0.4), (0.5 + lean, 0.03), (0.64 + lean * 0.4, 0.4), (0.8, 0.8))
    c.part(cone, c.main)
    c.part(c.overlap(cone - 0.02, c.box(0, 0.66, 1, 0.78)), c.second, "slope")
    if c.chance(0.6):
        c.part(c.star(0.47, 0.5, 0.09, 0.04, 5), c.paint("yellow"), "flat", line=False)


def _cape(c: Canvas) -> None:
    flare = c.u(0.36, 0.46)
    cloak = c.mirror_polygon((0.5, 0.1), (0.66, 0.1), (0.74, 0.4), (0.5 + flare, 0.94), (0.7, 0.88), (0.6, 0.96),
                             (0.5, 0.9))  # fmt: skip
    c.part(cloak, c.main, "slope")
    for x in (0.34, 0.5, 0.66):
        c.stroke([(0.5 + (x - 0.5) * 0.5, 0.3), (x, 0.86)], c.main, 1)
    c.part(c.line((0.36, 0.1), (0.64, 0.1), 0.085), c.second)


def _belt(c: Canvas) -> None:
    c.part(c.ring(0.5, 0.42, 0.4, 0.16, 0.62), c.main, "bevel")
    c.part(c.box(0.12, 0.52, 0.88, 0.74, 0.08), c.main, "bevel")
    c.part(c.box(0.34, 0.44, 0.66, 0.82, 0.04), c.second, "bevel")
    c.fill(c.box(0.43, 0.55, 0.57, 0.72), c.paint("black"), 1)


def _horned_helmet(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.path([(0.76, 0.5), (0.93, 0.4), (0.93, 0.1)], 0.1, 0.03), c.paint("bone"))
    c.part(c.cut(c.ellipse(0.5, 0.6, 0.35, 0.42), c.box(0, 0.82, 1, 2)), c.main)
    c.part(c.box(0.12, 0.68, 0.88, 0.84, 0.04), c.second)
    c.part(c.box(0.45, 0.2, 0.55, 0.94, 0.03), c.second)


KINDS = (
    Kind("shield", "armour", _shield, ("kite shield", "heater shield"), ("blue", "red", "iron"), STUFF),
    Kind("buckler", "armour", _buckler, ("round shield",), ("wood", "red"), STUFF),
    Kind("helmet", "armour", _helmet, ("knight helmet", "great helm"), ("iron", "steel"), STUFF),
    Kind(
        "chestplate", "armour", _chestplate, ("armor", "breastplate", "body armour"), ("iron", "steel"), STUFF
    ),
    Kind("tunic", "armour", _tunic, ("shirt", "robe"), ("green", "blue", "red"), ("leather",)),
    Kind("boots", "armour", _boots, ("shoes", "pair of boots"), ("leather", "brown"), STUFF),
    Kind("gauntlet", "armour", _gauntlet, ("glove",), ("iron", "leather"), STUFF),
    Kind("crown", "armour", _crown, ("royal crown", "tiara"), ("gold",), STUFF),
    Kind("wizard hat", "armour", _wizard_hat, ("pointed hat", "witch hat"), ("blue", "purple", "black")),
    Kind("cape", "armour", _cape, ("cloak", "mantle"), ("red", "green", "purple")),
    Kind("belt", "armour", _belt, ("waist belt",), ("leather", "brown"), ("leather",)),
    Kind("horned helmet", "armour", _horned_helmet, ("viking helmet", "barbarian helmet"), ("iron",), STUFF),
)
