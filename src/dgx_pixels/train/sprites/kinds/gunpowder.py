"""Weapons that shoot and burst: bombs, guns and slings."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

METALS = ("iron", "gold", "silver", "bronze", "copper", "crystal", "wood")


def _bomb(c: Canvas) -> None:
    r = c.u(0.35, 0.38)
    c.part(c.ellipse(0.44, 0.6, r), c.main)
    c.part(c.line((0.63, 0.37), (0.69, 0.3), 0.1), c.second)
    c.part(c.path([(0.69, 0.28), (0.76, 0.14), (0.84, 0.16)], 0.04), c.paint("tan"))
    c.part(c.star(0.85, 0.14, 0.15, 0.07, c.pick(4, 5)), c.paint("flame"), "flat")
    c.fill(c.ellipse(0.32, 0.47, 0.07, 0.06), c.main, 5)
    if c.chance(0.25) and c.size >= 24:
        for x in (0.34, 0.54):
            c.fill(c.ellipse(x, 0.62, 0.06, 0.08), c.paint("white"), 4)
        c.fill(c.box(0.4, 0.72, 0.48, 0.8), c.paint("white"), 4)


def _dynamite(c: Canvas) -> None:
    c = c.turned(c.u(-12, 12)).scaled(0.96, 0.96)
    tops = (0.34, 0.28, 0.34) if c.chance(0.6) else (0.3, 0.3, 0.3)
    for x, top in zip((0.28, 0.72, 0.5), (tops[0], tops[2], tops[1]), strict=True):
        c.part(c.box(x - 0.14, top, x + 0.14, 0.97, 0.05), c.main)
        c.part(c.ellipse(x, top + 0.03, 0.12, 0.05), c.main, "flat", tone=1, line=False)
    c.part(c.box(0.12, 0.56, 0.88, 0.7, 0.02), c.second)
    c.part(c.path([(0.5, 0.3), (0.52, 0.2), (0.64, 0.16)], 0.035), c.paint("tan"))
    c.part(c.star(0.7, 0.15, 0.14, 0.07, 5), c.paint("flame"), "flat")


def _pistol(c: Canvas) -> None:
    c = c.turned(c.pick(0, -15)).scaled(0.97, 0.97).moved(0, 0.06)
    if c.chance(0.5):
        c.part(c.polygon((0.1, 0.4), (0.36, 0.4), (0.27, 0.82), (0.06, 0.78)), c.second)
        c.part(c.box(0.06, 0.18, 0.96, 0.46, 0.05), c.main, "bevel")
        c.stroke([(0.34, 0.32), (0.9, 0.32)], c.main, 1)
        c.part(c.box(0.84, 0.12, 0.92, 0.2), c.main)
    else:
        c.part(c.path([(0.4, 0.36), (0.2, 0.42), (0.1, 0.72)], 0.11, 0.12), c.second)
        c.part(c.box(0.3, 0.2, 0.98, 0.38, 0.03), c.main, "bevel")
        c.part(c.box(0.26, 0.16, 0.58, 0.46, 0.07), c.main, "bevel")
        c.part(c.polygon((0.16, 0.3), (0.12, 0.12), (0.26, 0.2)), c.main)
    c.part(c.arc(0.43, 0.5, 0.11, 0.05, 0, 180), c.main)


def _ray_gun(c: Canvas) -> None:
    c = c.turned(c.pick(0, -12))
    c.part(c.polygon((0.1, 0.46), (0.32, 0.46), (0.27, 0.86), (0.04, 0.84)), c.second)
    c.part(c.arc(0.36, 0.56, 0.11, 0.05, 0, 180), c.second)
    c.part(c.line((0.6, 0.38), (0.86, 0.38), 0.05), c.second)
    c.part(c.polygon((0.06, 0.36), (0.14, 0.08), (0.4, 0.24)), c.main, tone=-1)
    c.part(
        c.polygon((0.04, 0.28), (0.2, 0.2), (0.5, 0.22), (0.7, 0.33), (0.7, 0.43), (0.5, 0.54), (0.06, 0.54)), c.main
    )
    for x, r in ((0.66, 0.17), (0.77, 0.13))[: c.pick(1, 2)]:
        c.part(c.ellipse(x, 0.38, 0.05, r), c.main)
    c.part(c.ellipse(0.9, 0.38, 0.085), c.main, tone=1)
    c.stroke([(0.14, 0.29), (0.44, 0.29)], c.main, 5)


def _cannon(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.4) else c
    lift = c.u(-18, -8)
    barrel = c.turned(lift, (0.4, 0.5))
    barrel.part(barrel.ellipse(0.06, 0.5, 0.06), c.main)
    barrel.part(barrel.polygon((0.1, 0.3), (0.3, 0.26), (0.88, 0.34), (0.88, 0.66), (0.3, 0.74), (0.1, 0.7)), c.main)
    barrel.part(barrel.box(0.82, 0.3, 0.96, 0.7, 0.03), c.main)
    barrel.part(barrel.box(0.24, 0.26, 0.32, 0.74), c.second, line=False)
    wood = c.paint("wood")
    c.part(c.polygon((0.06, 0.76), (0.36, 0.66), (0.66, 0.76), (0.66, 0.86), (0.02, 0.86)), wood, "flat")
    c.part(c.ellipse(0.38, 0.76, 0.2), wood)
    c.part(c.ellipse(0.38, 0.76, 0.09), c.second)


def _slingshot(c: Canvas) -> None:
    c = c.turned(c.u(-15, 15)).scaled(0.94, 0.94)
    wide = c.u(0.28, 0.33)
    c.part(c.path([(0.5 - wide, 0.12), (0.5, 0.4), (0.5 + wide, 0.12)], 0.025), c.paint("tan"))
    c.part(c.ellipse(0.5, 0.4, 0.1, 0.08), c.paint("stone"))
    fork = [(0.5 - wide, 0.1), (0.5 - wide * 0.95, 0.4), (0.5, 0.6)]
    for side in (c, c.mirrored()):
        side.part(side.path(fork, 0.085), c.main, line=False)
        side.part(side.line((0.46 - wide, 0.14), (0.54 - wide, 0.14), 0.06), c.second)
    c.part(c.line((0.5, 0.6), (0.5, 0.9), 0.09), c.main, line=False)
    c.part(c.box(0.39, 0.78, 0.61, 0.9, 0.02), c.second)


KINDS = (
    Kind("bomb", "weapons", _bomb, ("round bomb",), ("black", "navy")),
    Kind("dynamite", "weapons", _dynamite, ("tnt", "sticks of dynamite"), ("red",)),
    Kind("pistol", "weapons", _pistol, ("gun", "handgun"), ("iron", "black"), METALS),
    Kind("ray gun", "weapons", _ray_gun, ("laser gun", "blaster"), ("red", "teal", "silver"), METALS),
    Kind("cannon", "weapons", _cannon, ("ship cannon",), ("iron", "black", "bronze"), METALS),
    Kind("slingshot", "weapons", _slingshot, ("catapult toy",), ("wood", "brown"), ("wood", "bone", "iron")),
)
