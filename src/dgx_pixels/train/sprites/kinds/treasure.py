"""Treasure: what lies in a chest, and the chest."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

STUFF = ("gold", "silver", "bronze", "copper", "iron", "wood", "bone", "crystal", "stone")
PRECIOUS = ("gold", "silver", "bronze", "copper")


def _coin(c: Canvas) -> None:
    squash = c.pick(1.0, 1.0, 0.78)
    c.part(c.ellipse(0.5, 0.5, 0.46 * squash, 0.46), c.main, "bevel", depth=0.09)
    face = c.ellipse(0.5, 0.5, 0.35 * squash, 0.35)
    c.part(face, c.main, "flat", tone=-1, line=False)
    c = c.scaled(squash, 1)
    mark = c.pick(c.star(0.5, 0.52, 0.24, 0.11, 5), c.box(0.43, 0.27, 0.57, 0.73), c.star(0.5, 0.5, 0.2, 0.2, 2))
    c.part(mark, c.main, "flat", tone=1.6, line=False)


def _gem(c: Canvas) -> None:
    cut = c.pick("brilliant", "brilliant", "emerald", "marquise")
    if cut == "brilliant":
        w, top, mid = c.u(0.42, 0.48), c.u(0.12, 0.18), c.u(0.36, 0.42)
        girdle, table = [(0.5 + w, mid)], (0.5 + w * 0.6, top)
        outline = c.mirror_polygon((0.5, top), table, *girdle, (0.5, 0.95))
        inner = c.mirror_polygon((0.5, mid), (0.5 + w * 0.42, mid), (0.5, 0.95))
    elif cut == "emerald":
        w, top = c.u(0.3, 0.36), c.u(0.04, 0.1)
        outline = c.mirror_polygon((0.5, top), (0.5 + w * 0.6, top), (0.5 + w, 0.26), (0.5 + w, 0.74),
                                   (0.5 + w * 0.6, 1 - top), (0.5, 1 - top))  # fmt: skip
        inner = c.box(0.5 - w * 0.55, 0.28, 0.5 + w * 0.55, 0.72)
    else:
        w, top = c.u(0.32, 0.38), 0.03
        outline = c.mirror_polygon((0.5, top), (0.5 + w, 0.5), (0.5, 1 - top))
        inner = c.mirror_polygon((0.5, 0.26), (0.5 + w * 0.45, 0.5), (0.5, 0.74))
    c.part(outline, c.main, "bevel", depth=0.5)
    c.part(c.overlap(outline, c.box(0, 0, 0.5, 0.4)), c.main, "flat", tone=1.2, line=False)
    c.part(c.overlap(outline, c.box(0.5, 0.4, 1, 1)), c.main, "flat", tone=-1.2, line=False)
    c.part(inner, c.main, "flat", tone=0.8, line=False)
    c.fill(c.ellipse(0.38, 0.28, 0.04), c.paint("white"), 5, inside=True)


def _crystal_cluster(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.5) else c

    def shard(x: float, top: float, w: float, lean: float) -> None:
        left = [(x - w, 0.92), (x - w + lean, top + 0.16), (x + lean, top)]
        c.part(c.polygon(*left, (x + w + lean, top + 0.18), (x + w, 0.92)), c.main, "flat", tone=-0.7)
        c.part(c.polygon(*left, (x - 0.1 * w, 0.92)), c.main, "flat", tone=1, line=False)
        c.stroke([left[2], (x + lean * 0.6, top + 0.2), (x, 0.9)], c.main, 5)

    shard(0.26, c.u(0.34, 0.5), 0.12, -0.12)
    shard(0.76, c.u(0.26, 0.46), 0.12, 0.1)
    shard(0.52, c.u(0.03, 0.12), 0.16, c.u(-0.06, 0.06))
    shard(0.37, c.u(0.5, 0.62), 0.1, -0.04)
    if c.chance(0.6):
        shard(0.65, c.u(0.6, 0.7), 0.09, 0.05)
    c.part(c.ellipse(0.5, 0.93, 0.42, 0.07), c.paint("stone"))


def _ring(c: Canvas) -> None:
    r = c.u(0.22, 0.26)
    c.part(c.ring(0.5, 0.68, 0.25, 0.09), c.second)
    c.part(c.mirror_polygon((0.5, 0.34), (0.7, 0.34), (0.62, 0.52), (0.5, 0.52)), c.second)
    stone = c.pick(
        c.ellipse(0.5, 0.26, r + 0.03, r),
        c.star(0.5, 0.27, r * 1.15, r * 1.15, 4, 22.5),
        c.mirror_polygon((0.5, 0.02), (0.5 + r * 0.8, 0.04), (0.5 + r * 1.3, 0.22), (0.5, 0.52)),
    )
    c.part(stone, c.main, "bevel", depth=0.13)
    c.fill(c.ellipse(0.43, 0.18, 0.045), c.paint("white"), 5)


def _amulet(c: Canvas) -> None:
    wide = c.u(0.31, 0.37)
    right = [(0.5, 0.5), (0.5 + wide * 0.8, 0.32), (0.5 + wide, 0.16), (0.5 + wide * 0.7, 0.05), (0.5, 0.03)]
    c.part(c.path([*right, *((1 - x, y) for x, y in reversed(right[:-1]))], 0.028), c.second)
    stone = c.pick(
        c.ellipse(0.5, 0.71, 0.255),
        c.mirror_polygon((0.5, 0.44), (0.79, 0.66), (0.72, 0.78), (0.5, 0.98)),
        c.union(c.ellipse(0.5, 0.74, 0.23), c.mirror_polygon((0.5, 0.4), (0.71, 0.66), (0.5, 0.74))),
    )
    c.part(stone, c.main, "bevel", depth=0.2)
    c.part(c.box(0.42, 0.4, 0.58, 0.5, 0.03), c.second)
    c.fill(c.ellipse(0.42, 0.65, 0.045), c.paint("white"), 5)


def _chest(c: Canvas) -> None:
    if c.chance(0.35):
        c.part(c.box(0.05, 0.04, 0.95, 0.42, 0.1), c.main, tone=-1)
        c.part(c.box(0.12, 0.2, 0.88, 0.5), c.main, "flat", tone=-2, line=False)
        c.part(c.union(*(c.ellipse(x, 0.48, 0.14) for x in (0.24, 0.42, 0.6, 0.76))), c.paint("gold"))
        c.dots([(c.u(0.2, 0.8), c.u(0.38, 0.44)) for _ in range(5)], c.paint("yellow"), 5)
    else:
        c.part(c.union(c.ellipse(0.5, 0.42, 0.46, 0.3), c.box(0.04, 0.4, 0.96, 0.5)), c.main)
        for x in (0.16, 0.84):
            c.part(c.overlap(c.ellipse(0.5, 0.42, 0.46, 0.3), c.box(x - 0.055, 0, x + 0.055, 0.5)), c.second, "flat")
    c.part(c.box(0.04, 0.48, 0.96, 0.94, 0.03), c.main, "slope")
    c.stroke([(0.06, 0.72), (0.94, 0.72)], c.main, 1)
    for x in (0.16, 0.84):
        c.part(c.box(x - 0.055, 0.5, x + 0.055, 0.94), c.second, "flat")
    c.part(c.box(0.04, 0.46, 0.96, 0.54), c.second, "flat")
    c.part(c.box(0.4, 0.44, 0.6, 0.68, 0.03), c.second)
    c.fill(c.ellipse(0.5, 0.58, 0.04), c.paint("black"), 0)


def _ingot(c: Canvas) -> None:
    def bar(x: float, y: float, s: float = 1.0) -> None:
        w, h, d = 0.56 * s, 0.26 * s, 0.14 * s
        c.part(
            c.polygon((x + 0.1 * s, y), (x + 0.2 * s, y - d), (x + w, y - d), (x + w - 0.08 * s, y)),
            c.main,
            "flat",
            tone=1.4,
        )
        c.part(c.polygon((x, y + h), (x + 0.1 * s, y), (x + w - 0.08 * s, y), (x + w, y + h)), c.main, "slope")
        c.part(c.polygon((x + w - 0.08 * s, y), (x + w, y - d), (x + w + 0.08 * s, y + h - d), (x + w, y + h)), c.main,
               "flat", tone=-1.2)  # fmt: skip

    if c.chance(0.6):
        for x, y in ((0.42, 0.66), (0.0, 0.7), (0.2, 0.32)):
            bar(x, y, 0.86)
    else:
        bar(0.02, 0.46, 1.45)


def _pearl(c: Canvas) -> None:
    ribs = (-1, -0.5, 0, 0.5, 1)
    tall = c.u(0.16, 0.22)
    shell = c.union(*(c.line((0.5, 0.9), (0.5 + 0.36 * d, tall + 0.2 * abs(d)), 0.02, 0.13) for d in ribs))
    c.part(shell, c.main, "slope")
    for d in (-0.9, -0.45, 0, 0.45, 0.9):
        c.stroke([(0.5, 0.8), (0.5 + 0.42 * d, tall + 0.22 * abs(d))], c.main, 1)
    c.part(c.ellipse(0.5, 0.84, 0.4, 0.13), c.main, tone=-0.5)
    c.part(c.ellipse(0.5, 0.68, 0.15), c.paint("white"))


def _goblet(c: Canvas) -> None:
    c.part(c.mirror_polygon((0.5, 0.78), (0.56, 0.78), (0.76, 0.92), (0.76, 0.98), (0.5, 0.98)), c.main)
    c.part(c.box(0.44, 0.5, 0.56, 0.86), c.main)
    c.part(c.ellipse(0.5, 0.7, 0.1, 0.06), c.main)
    deep, wide = c.u(0.54, 0.62), c.u(0.28, 0.36)
    cup = c.mirror_polygon((0.5, 0.12), (0.5 + wide, 0.12), (0.5 + wide * 0.9, 0.38), (0.6, deep), (0.5, deep + 0.02))
    c.part(cup, c.main)
    c.part(c.ellipse(0.5, 0.13, wide, 0.09), c.main, tone=1)
    c.part(c.ellipse(0.5, 0.14, wide - 0.07, 0.055), c.paint("maroon"), "flat", line=False)
    for x in (0.5 - wide * 0.55, 0.5, 0.5 + wide * 0.55):
        c.part(c.ellipse(x, 0.36, 0.05), c.second, line=False)


def _coin_pouch(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.64, c.u(0.38, 0.44), 0.34), c.main)
    c.part(c.mirror_polygon((0.5, 0.34), (0.6, 0.34), (0.76, 0.06), (0.6, 0.12), (0.5, 0.05)), c.main)
    c.part(c.line((0.36, 0.33), (0.64, 0.33), 0.05), c.second)
    c.part(c.ellipse(0.5, 0.66, 0.15), c.paint("gold"), "bevel", depth=0.05)


def _coin_pile(c: Canvas) -> None:
    heap = c.mirror_polygon((0.5, 0.3), (0.66, 0.44), (0.86, 0.72), (0.97, 0.94), (0.5, 0.96))
    c.part(heap, c.main, "slope", tone=-1.5)
    spots = ((0.5, 0.36), (0.38, 0.52), (0.62, 0.5), (0.24, 0.7), (0.5, 0.66), (0.75, 0.7), (0.14, 0.88), (0.38, 0.86),
             (0.62, 0.84), (0.85, 0.88))  # fmt: skip
    for left, y in spots:
        x = left + c.u(-0.03, 0.03)
        c.part(c.ellipse(x, y, 0.125, 0.075), c.main, "flat", tone=0.2)
        c.fill(c.ellipse(x, y - 0.01, 0.07, 0.035), c.main, 5)
    for x, y in ((c.u(0.34, 0.42), 0.24), (c.u(0.68, 0.8), 0.46))[: c.pick(1, 2)]:
        c.part(c.ellipse(x, y, 0.13, 0.15), c.main, "flat", tone=-1)
        c.part(c.ellipse(x, y, 0.09, 0.11), c.main, "flat", tone=1, line=False)


def _medal(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.5, 0.44), (0.66, 0.03), (0.86, 0.03), (0.62, 0.5)), c.second, "slope")
    if c.chance(0.4):
        c.part(c.star(0.5, 0.65, 0.34, 0.28, 10), c.main, "bevel", depth=0.08)
    else:
        c.part(c.ellipse(0.5, 0.65, 0.32), c.main, "bevel", depth=0.08)
    c.part(c.ellipse(0.5, 0.65, 0.22), c.main, "flat", tone=-1, line=False)
    c.part(c.star(0.5, 0.66, 0.19, 0.08, 5), c.main, "flat", tone=1.5, line=False)


def _trophy(c: Canvas) -> None:
    grip = c.u(-0.06, 0.02)
    for side in (c, c.mirrored()):
        side.part(side.arc(0.79, 0.28 + grip / 2, 0.14, 0.07, -100, 110), c.main)
    c.part(c.box(0.44, 0.5, 0.56, 0.84), c.main)
    c.part(c.mirror_polygon((0.5, 0.05), (0.81, 0.05), (0.75, 0.42), (0.6, 0.62 + grip), (0.5, 0.64 + grip)), c.main)
    c.part(c.box(0.26, 0.8, 0.74, 0.97, 0.02), c.paint(c.pick("wood", "black")))
    if c.chance(0.6):
        c.part(c.star(0.5, 0.3, 0.14, 0.06, 5), c.second, "flat", line=False)


def _gift(c: Canvas) -> None:
    top = c.u(0.3, 0.36)
    for side in (c, c.mirrored()):
        side.part(
            side.cut(side.turned(35, (0.68, 0.16)).ellipse(0.68, 0.18, 0.2, 0.12), side.ellipse(0.68, 0.18, 0.06)),
            c.second,
        )
    c.part(c.box(0.1, top + 0.14, 0.9, 0.97, 0.02), c.main, "slope")
    c.part(c.box(0.42, top + 0.14, 0.58, 0.97), c.second, "slope")
    c.part(c.box(0.04, top, 0.96, top + 0.2, 0.03), c.main, tone=0.6)
    c.part(c.box(0.42, top, 0.58, top + 0.2), c.second)
    c.part(c.ellipse(0.5, top - 0.04, 0.09), c.second)


def _die(c: Canvas) -> None:
    pip = c.pick("white", "white", "black")
    c.part(
        c.polygon((0.5, 0.03), (0.93, 0.25), (0.93, 0.73), (0.5, 0.97), (0.07, 0.73), (0.07, 0.25)),
        c.main,
        "flat",
        tone=-1.3,
    )
    c.part(c.polygon((0.07, 0.25), (0.5, 0.48), (0.5, 0.97), (0.07, 0.73)), c.main, "flat", line=False)
    c.part(c.polygon((0.5, 0.03), (0.93, 0.25), (0.5, 0.48), (0.07, 0.25)), c.main, "flat", tone=1.4, line=False)
    left = c.pick(((0.28, 0.6),), ((0.18, 0.46), (0.38, 0.74)), ((0.18, 0.46), (0.28, 0.6), (0.38, 0.74)))
    right = c.pick(((0.64, 0.54), (0.8, 0.7)), ((0.64, 0.54), (0.8, 0.46), (0.64, 0.76), (0.8, 0.68)))
    for x, y in (*left, *right):
        c.fill(c.ellipse(x, y, 0.05, 0.065), c.paint(pip), 4)
    for x in c.pick((0.5,), (0.36, 0.64), (0.3, 0.5, 0.7)):
        c.fill(c.ellipse(x, 0.25, 0.065, 0.045), c.paint(pip), 4)


def _ore(c: Canvas) -> None:
    rock = c.star(0.5, 0.54, 0.46, 0.42, 5, c.u(0, 70))
    stone = c.paint("stone")
    c.part(c.overlap(rock, c.box(0, 0, 1, 0.94)), stone)
    for x, y in ((0.34, 0.4), (0.66, 0.36), (0.44, 0.72), (0.72, 0.66), (0.2, 0.64)):
        r = c.u(0.15, 0.18)
        lump = c.star(x + c.u(-0.03, 0.03), y, r, r * 0.95, 3, c.u(0, 60))
        c.part(c.overlap(lump, rock + 0.03), c.main, "bevel", depth=0.1)
        c.dots([(x - 0.03, y - 0.04)], c.main, 5)


KINDS = (
    Kind("coin", "treasure", _coin, ("game coin", "token"), ("gold",), PRECIOUS),
    Kind("gem", "treasure", _gem, ("jewel", "diamond", "gemstone"), ("red", "blue", "green")),
    Kind("crystal cluster", "treasure", _crystal_cluster, ("crystals", "crystal shards"), ("purple", "cyan")),
    Kind("ring", "treasure", _ring, ("magic ring", "gem ring"), ("red", "blue", "green")),
    Kind("amulet", "treasure", _amulet, ("necklace", "pendant"), ("green", "red", "blue")),
    Kind("treasure chest", "treasure", _chest, ("chest", "loot chest"), ("wood", "brown"), STUFF),
    Kind("ingot", "treasure", _ingot, ("metal bar", "bullion"), ("gold", "iron"), (*PRECIOUS, "iron")),
    Kind("pearl", "treasure", _pearl, ("seashell", "oyster"), ("pink", "tan")),
    Kind("goblet", "treasure", _goblet, ("chalice", "grail"), ("gold", "silver"), STUFF),
    Kind("coin pouch", "treasure", _coin_pouch, ("money bag", "sack of coins"), ("leather", "brown"), ("leather",)),
    Kind("pile of coins", "treasure", _coin_pile, ("coins", "hoard"), ("gold",), PRECIOUS),
    Kind("medal", "treasure", _medal, ("badge",), ("gold", "silver"), PRECIOUS),
    Kind("trophy", "treasure", _trophy, ("winner cup",), ("gold", "silver"), PRECIOUS),
    Kind("gift box", "treasure", _gift, ("present", "gift"), ("red", "blue", "green")),
    Kind("die", "treasure", _die, ("dice", "game die"), ("red", "navy", "purple"), ("wood", "bone", "obsidian")),
    Kind("ore", "treasure", _ore, ("ore chunk", "mineral ore"), ("cyan", "red", "gold"), (*PRECIOUS, "crystal")),
)
