"""Monsters: what a hero meets in a dungeon."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.animals import TRAITS, eyes


def _slime(c: Canvas) -> None:
    w, top = c.u(0.38, 0.44), c.u(0.22, 0.36)
    c.part(
        c.mirror_polygon(
            (0.5, top), (0.5 + w * 0.6, top + 0.1), (0.5 + w, 0.68), (0.5 + w, 0.9), (0.5, 0.95)
        ),
        c.main,
    )
    eyes(c, 0.62, 0.15, 0.06)
    c.stroke([(0.42, 0.76), (0.5, 0.8), (0.58, 0.76)], c.paint("eye"), 0)
    c.fill(c.ellipse(0.36, top + 0.16, 0.06, 0.05), c.paint("white"), 5)


def _ghost(c: Canvas) -> None:
    hem = [(0.86, 0.96), (0.74, 0.84), (0.62, 0.96), (0.5, 0.84), (0.38, 0.96), (0.26, 0.84), (0.14, 0.96)]
    c.part(c.union(c.ellipse(0.5, 0.42, 0.36, 0.38), c.polygon((0.14, 0.42), (0.86, 0.42), *hem)), c.main)
    for x in (0.37, 0.63):
        c.fill(c.ellipse(x, 0.4, 0.07, 0.1), c.paint("eye"), 0)
    if c.chance(0.6):
        c.fill(c.ellipse(0.5, 0.58, 0.07, 0.09), c.paint("eye"), 0)


def _skeleton(c: Canvas) -> None:
    bone = c.main
    for side in (c, c.mirrored()):
        side.part(side.path([(0.6, 0.48), (0.78, 0.56), (0.74, 0.74)], 0.04), bone)
        side.part(side.path([(0.54, 0.74), (0.62, 0.84), (0.62, 0.97)], 0.045), bone)
    c.part(c.line((0.5, 0.42), (0.5, 0.76), 0.045), bone)
    for y in (0.48, 0.57, 0.66):
        c.part(c.line((0.37, y), (0.63, y), 0.032), bone)
    c.part(c.ellipse(0.5, 0.24, 0.25, 0.22), bone)
    c.part(c.box(0.38, 0.36, 0.62, 0.48, 0.03), bone)
    for x in (0.4, 0.6):
        c.fill(c.ellipse(x, 0.25, 0.07), c.paint("eye"), 0)


def _dragon(c: Canvas) -> None:
    c.part(
        c.polygon(
            (0.52, 0.44), (0.6, 0.04), (0.78, 0.16), (0.99, 0.14), (0.88, 0.34), (0.94, 0.52), (0.7, 0.56)
        ),
        c.second,
    )
    c.part(c.path([(0.72, 0.76), (0.92, 0.84), (0.98, 0.62)], 0.1, 0.03), c.main)
    c.part(c.ellipse(0.56, 0.7, 0.28, 0.22), c.main)
    c.part(c.path([(0.42, 0.66), (0.3, 0.48), (0.34, 0.3)], 0.12, 0.1), c.main)
    c.part(c.polygon((0.36, 0.18), (0.5, 0.02), (0.46, 0.26)), c.paint("bone"))
    c.part(c.union(c.ellipse(0.32, 0.26, 0.17, 0.14), c.box(0.04, 0.26, 0.32, 0.4, 0.06)), c.main)
    for x in (0.44, 0.7):
        c.part(c.line((x, 0.84), (x - 0.03, 0.95), 0.07), c.main)
    c.dots([(0.28, 0.22)], c.paint("yellow"), 4)
    c.part(c.ellipse(0.48, 0.76, 0.12, 0.13), c.paint("tan"), "flat", line=False)


def _bat(c: Canvas) -> None:
    flap = c.u(0.1, 0.3)
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.56, 0.46), (0.74, flap), (0.99, flap + 0.06), (0.97, 0.66), (0.86, 0.54), (0.78, 0.7),
                               (0.68, 0.56), (0.56, 0.68)), c.main, tone=-0.6)  # fmt: skip
        side.part(side.polygon((0.52, 0.4), (0.62, 0.2), (0.68, 0.42)), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.19, 0.22), c.main)
    eyes(c, 0.5, 0.08, 0.04)
    c.dots([(0.45, 0.66), (0.55, 0.66)], c.paint("white"), 5)


def _beholder(c: Canvas) -> None:
    for i, x in enumerate((0.16, 0.38, 0.62, 0.84)):
        top = 0.08 if i in (1, 2) else 0.22
        c.part(c.line((0.5 + (x - 0.5) * 0.6, 0.4), (x, top), 0.04), c.main)
        c.fill(c.ellipse(x, top, 0.055), c.paint("white"), 4)
    c.part(c.ellipse(0.5, 0.6, 0.38), c.main)
    c.part(c.ellipse(0.5, 0.54, 0.2), c.paint("white"), "flat")
    c.fill(c.ellipse(0.5, 0.55, 0.1), c.second, 2)
    c.fill(c.ellipse(0.5, 0.55, 0.05), c.paint("eye"), 0)
    c.stroke([(0.3, 0.8), (0.5, 0.87), (0.7, 0.8)], c.paint("eye"), 0)


def _goblin(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.68, 0.28), (1.0, 0.16), (0.76, 0.5)), c.main)
        side.part(side.line((0.68, 0.66), (0.82, 0.84), 0.06), c.main)
        side.part(side.line((0.6, 0.86), (0.62, 0.95), 0.07), c.main)
    c.part(c.box(0.32, 0.58, 0.68, 0.9, 0.08), c.paint("brown"))
    c.part(c.ellipse(0.5, 0.38, 0.3, 0.29), c.main)
    eyes(c, 0.36, 0.13, 0.045)
    c.part(c.ellipse(0.5, 0.46, 0.06, 0.08), c.main, tone=1)
    c.stroke([(0.38, 0.57), (0.62, 0.57)], c.paint("eye"), 0)


def _golem(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.box(0.76, 0.34, 0.99, 0.8, 0.07), c.main)
        side.part(side.box(0.54, 0.74, 0.76, 0.97, 0.04), c.main)
    c.part(c.box(0.2, 0.28, 0.8, 0.78, 0.1), c.main)
    c.part(c.box(0.34, 0.05, 0.66, 0.36, 0.06), c.main)
    for x in (0.42, 0.58):
        c.fill(c.box(x - 0.05, 0.17, x + 0.05, 0.24), c.second, 5)
    c.stroke([(0.34, 0.44), (0.46, 0.56), (0.42, 0.68)], c.main, 0)


def _imp(c: Canvas) -> None:
    c.part(c.path([(0.62, 0.84), (0.88, 0.86), (0.9, 0.62)], 0.035), c.main)
    c.part(c.polygon((0.82, 0.64), (0.9, 0.48), (0.98, 0.64)), c.main)
    for side in (c, c.mirrored()):
        side.part(side.path([(0.64, 0.26), (0.8, 0.2), (0.78, 0.03)], 0.065, 0.02), c.paint("bone"))
        side.part(side.line((0.58, 0.84), (0.6, 0.95), 0.06), c.main)
    c.part(c.ellipse(0.5, 0.76, 0.2, 0.18), c.main)
    c.part(c.ellipse(0.5, 0.42, 0.32, 0.27), c.main)
    for x in (0.36, 0.64):
        c.fill(c.polygon((x - 0.08, 0.34), (x + 0.08, 0.38), (x, 0.46)) if x < 0.5 else
               c.polygon((x + 0.08, 0.34), (x - 0.08, 0.38), (x, 0.46)), c.paint("yellow"), 4)  # fmt: skip
    c.stroke([(0.36, 0.56), (0.5, 0.6), (0.64, 0.56)], c.paint("eye"), 0)


def _cyclops(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.line((0.72, 0.6), (0.88, 0.8), 0.09), c.main)
        side.part(side.line((0.6, 0.86), (0.62, 0.94), 0.09), c.main)
    c.part(c.polygon((0.44, 0.1), (0.5, -0.02), (0.56, 0.1)), c.paint("bone"))
    c.part(c.ellipse(0.5, 0.48, 0.34, 0.42), c.main)
    c.part(c.ellipse(0.5, 0.36, 0.17), c.paint("white"), "flat")
    c.fill(c.ellipse(0.5, 0.37, 0.08), c.paint("eye"), 0)
    c.part(c.box(0.2, 0.72, 0.8, 0.86, 0.03), c.paint("brown"))
    c.fill(c.box(0.36, 0.6, 0.64, 0.66), c.paint("eye"), 0)


def _robot(c: Canvas) -> None:
    c.stroke([(0.5, 0.14), (0.5, 0.02)], c.paint("iron"), 2, inside=False)
    c.part(c.ellipse(0.5, 0.04, 0.06), c.second)
    for side in (c, c.mirrored()):
        side.part(side.line((0.76, 0.6), (0.9, 0.78), 0.06), c.paint("iron"))
        side.part(side.box(0.54, 0.86, 0.72, 0.98, 0.02), c.paint("iron"))
    c.part(c.box(0.24, 0.5, 0.76, 0.9, 0.05), c.main, "bevel")
    c.part(c.box(0.18, 0.12, 0.82, 0.5, 0.08), c.main, "bevel")
    c.fill(c.box(0.26, 0.22, 0.74, 0.4, 0.04), c.paint("black"), 1)
    for x in (0.38, 0.62):
        c.fill(c.ellipse(x, 0.31, 0.06), c.second, 5)
    c.part(c.box(0.4, 0.6, 0.6, 0.72), c.second, "flat")


def _alien(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.line((0.58, 0.7), (0.76, 0.86), 0.04), c.main)
        side.part(side.line((0.55, 0.86), (0.58, 0.96), 0.05), c.main)
    c.part(c.box(0.4, 0.6, 0.6, 0.92, 0.06), c.main)
    c.part(c.mirror_polygon((0.5, 0.02), (0.72, 0.06), (0.86, 0.28), (0.72, 0.52), (0.5, 0.66)), c.main)
    for side in (c, c.mirrored()):
        side.fill(side.turned(-35, (0.65, 0.36)).ellipse(0.65, 0.36, 0.08, 0.14), c.paint("eye"), 0)


def _mummy(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.line((0.68, 0.5), (0.9, 0.46), 0.075), c.main)
        side.part(side.line((0.6, 0.8), (0.62, 0.95), 0.09), c.main)
    c.part(c.box(0.28, 0.42, 0.72, 0.84, 0.08), c.main)
    c.part(c.ellipse(0.5, 0.26, 0.26, 0.25), c.main)
    c.fill(c.box(0.28, 0.22, 0.72, 0.32), c.paint("eye"), 0)
    c.dots([(0.41, 0.27), (0.59, 0.27)], c.paint("yellow"), 4)
    for y, d in ((0.12, 0.05), (0.4, -0.05), (0.54, 0.06), (0.68, -0.06), (0.8, 0.05)):
        c.stroke([(0.24, y - d), (0.76, y + d)], c.main, 1)


def _jellyfish(c: Canvas) -> None:
    for x in (0.26, 0.42, 0.58, 0.74):
        c.part(
            c.path([(x, 0.5), (x + 0.06, 0.68), (x - 0.05, 0.82), (x + 0.04, 0.97)], 0.04, 0.025),
            c.main,
            tone=0.7,
        )
    c.part(c.cut(c.ellipse(0.5, 0.5, 0.42, 0.46), c.box(-1, 0.54, 2, 2)), c.main)
    c.part(c.ellipse(0.5, 0.54, 0.42, 0.07), c.main, tone=-0.7)
    eyes(c, 0.38, 0.14, 0.045, white=False)


def _zombie(c: Canvas) -> None:
    c.part(c.line((0.36, 0.58), (0.05, 0.5), 0.075), c.main)
    c.part(c.line((0.6, 0.56), (0.22, 0.64), 0.075), c.main)
    for x in (0.42, 0.62):
        c.part(c.line((x, 0.8), (x, 0.95), 0.085), c.paint("navy"))
    c.part(c.box(0.34, 0.5, 0.74, 0.84, 0.05), c.paint("brown"))
    c.part(c.box(0.28, 0.08, 0.8, 0.52, 0.12), c.main)
    c.part(c.box(0.28, 0.04, 0.8, 0.16, 0.05), c.paint("black"))
    c.fill(c.ellipse(0.42, 0.27, 0.07), c.paint("white"), 4)
    c.fill(c.ellipse(0.64, 0.27, 0.05), c.paint("white"), 4)
    c.dots([(0.41, 0.27), (0.63, 0.27)], c.paint("eye"), 0)
    c.fill(c.box(0.38, 0.39, 0.66, 0.45), c.paint("eye"), 0)


def _mimic(c: Canvas) -> None:
    c.part(c.union(c.ellipse(0.5, 0.28, 0.46, 0.24), c.box(0.04, 0.26, 0.96, 0.38)), c.main)
    c.fill(c.box(0.08, 0.38, 0.92, 0.6), c.paint("maroon"), 1)
    c.part(c.box(0.04, 0.58, 0.96, 0.96, 0.03), c.main)
    for i in range(5):
        x = 0.1 + 0.16 * i
        c.fill(c.polygon((x, 0.37), (x + 0.15, 0.37), (x + 0.075, 0.5)), c.paint("white"), 4)
        c.fill(c.polygon((x, 0.6), (x + 0.15, 0.6), (x + 0.075, 0.49)), c.paint("white"), 3)
    c.part(c.path([(0.5, 0.54), (0.62, 0.7), (0.56, 0.86)], 0.09, 0.07), c.paint("red"))
    eyes(c, 0.24, 0.18, 0.06)


def _kind(name: str, draw: Callable[[Canvas], None], also: tuple[str, ...], natural: tuple[str, ...]) -> Kind:
    return Kind(name, "monsters", draw, also, natural, attributes=TRAITS)


KINDS = (
    _kind("slime", _slime, ("blob", "ooze"), ("green", "blue")),
    _kind("ghost", _ghost, ("spirit", "phantom"), ("white", "lavender")),
    _kind("skeleton", _skeleton, ("undead skeleton",), ("bone", "white")),
    _kind("dragon", _dragon, ("wyvern", "drake"), ("red", "green")),
    _kind("bat", _bat, ("vampire bat",), ("purple", "black", "brown")),
    _kind("beholder", _beholder, ("eye monster", "floating eye"), ("purple", "red")),
    _kind("goblin", _goblin, ("orc", "gremlin"), ("green", "olive")),
    Kind(
        "golem",
        "monsters",
        _golem,
        ("stone giant",),
        ("stone", "grey"),
        ("stone", "iron", "wood", "ice", "crystal"),
        attributes=(*TRAITS, "cracked", "mossy"),
    ),  # fmt: skip
    _kind("imp", _imp, ("devil", "demon"), ("red",)),
    _kind("cyclops", _cyclops, ("one-eyed giant", "ogre"), ("tan", "sky blue")),
    Kind(
        "robot",
        "monsters",
        _robot,
        ("android", "mech"),
        ("iron", "sky blue"),
        ("iron", "gold", "copper"),
        attributes=TRAITS,
    ),
    _kind("alien", _alien, ("martian", "extraterrestrial"), ("green", "grey")),
    _kind("mummy", _mummy, ("bandaged mummy",), ("tan", "white")),
    _kind("jellyfish", _jellyfish, ("medusa",), ("pink", "cyan", "purple")),
    _kind("zombie", _zombie, ("walking dead", "ghoul"), ("green", "olive")),
    Kind(
        "mimic",
        "monsters",
        _mimic,
        ("chest monster",),
        ("wood", "brown"),
        ("wood", "gold", "iron"),
        attributes=TRAITS,
    ),
)
