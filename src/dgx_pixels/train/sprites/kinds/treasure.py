"""Treasure: what lies in a chest, and the chest."""

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

STUFF = ("gold", "silver", "bronze", "copper", "iron", "wood", "bone", "crystal", "stone")


def _coin(c: Canvas) -> None:
    squash = c.pick(1.0, 1.0, 0.8)
    c.part(c.ellipse(0.5, 0.5, 0.46 * squash, 0.46), c.main, "bevel")
    c.part(c.ellipse(0.5, 0.5, 0.35 * squash, 0.35), c.main, "flat", tone=-1, line=False)
    mark = c.pick(c.star(0.5, 0.5, 0.24, 0.11, 5), c.box(0.44, 0.28, 0.56, 0.72), c.ellipse(0.5, 0.5, 0.14))
    c.part(mark, c.main, "flat", tone=1.2, line=False)


def _gem(c: Canvas) -> None:
    w, top = c.u(0.4, 0.47), c.u(0.12, 0.2)
    c.part(c.mirror_polygon((0.5, top), (0.5 + w * 0.6, top), (0.5 + w, 0.38), (0.5, 0.95)), c.main, "flat")
    c.part(
        c.polygon((0.5 - w * 0.6, top), (0.5 - w, 0.38), (0.5 - w * 0.4, 0.38)),
        c.main,
        "flat",
        tone=2,
        line=False,
    )
    c.part(
        c.polygon((0.5 + w * 0.6, top), (0.5 + w, 0.38), (0.5 + w * 0.4, 0.38)),
        c.main,
        "flat",
        tone=-1,
        line=False,
    )
    c.part(
        c.polygon((0.5 - w * 0.4, 0.38), (0.5 + w * 0.4, 0.38), (0.5, 0.95)),
        c.main,
        "flat",
        tone=1,
        line=False,
    )
    c.part(
        c.polygon((0.5 + w * 0.4, 0.38), (0.5 + w, 0.38), (0.5, 0.95)), c.main, "flat", tone=-2, line=False
    )
    c.dots([(0.36, 0.27)], c.paint("white"), 5)


def _crystal_cluster(c: Canvas) -> None:
    def shard(x: float, top: float, w: float, lean: float) -> None:
        c.part(c.polygon((x - w, 0.92), (x - w + lean, top + 0.16), (x + lean, top), (x + w + lean, top + 0.18),
                         (x + w, 0.92)), c.main, "flat")  # fmt: skip
        c.part(c.polygon((x - w, 0.92), (x - w + lean, top + 0.16), (x + lean, top), (x - 0.1 * w, 0.92)), c.main,
               "flat", tone=1.3, line=False)  # fmt: skip

    shard(0.26, c.u(0.34, 0.46), 0.12, -0.1)
    shard(0.74, c.u(0.3, 0.42), 0.12, 0.1)
    shard(0.5, c.u(0.03, 0.12), 0.16, c.u(-0.04, 0.04))
    shard(0.38, c.u(0.5, 0.6), 0.1, -0.04)
    c.part(c.ellipse(0.5, 0.93, 0.42, 0.07), c.paint("stone"))


def _ring(c: Canvas) -> None:
    c.part(c.ring(0.5, 0.63, 0.28, 0.13), c.second)
    r = c.u(0.17, 0.21)
    c.part(c.star(0.5, 0.21, r * 1.25, r * 1.25, c.pick(2, 3, 4), 45), c.main)
    c.dots([(0.44, 0.15)], c.paint("white"), 5)


def _amulet(c: Canvas) -> None:
    c.part(c.path([(0.44, 0.54), (0.14, 0.26), (0.2, 0.06), (0.5, 0.02), (0.8, 0.06), (0.86, 0.26), (0.56, 0.54)],
                  0.03), c.second)  # fmt: skip
    c.part(c.ellipse(0.5, 0.7, 0.29), c.second)
    c.part(c.pick(c.ellipse(0.5, 0.7, 0.22), c.star(0.5, 0.7, 0.26, 0.2, 3)), c.main)
    c.dots([(0.42, 0.62)], c.paint("white"), 5)


def _chest(c: Canvas) -> None:
    opened = c.chance(0.35)
    if opened:
        c.part(c.box(0.06, 0.04, 0.94, 0.4, 0.1), c.main, tone=-1)
        c.part(c.union(*(c.ellipse(x, 0.48, 0.13) for x in (0.24, 0.42, 0.6, 0.76))), c.paint("gold"))
    else:
        c.part(c.union(c.ellipse(0.5, 0.42, 0.46, 0.3), c.box(0.04, 0.4, 0.96, 0.5)), c.main)
    c.part(c.box(0.04, 0.48, 0.96, 0.94, 0.03), c.main, "slope")
    for x in (0.16, 0.84):
        c.part(c.box(x - 0.055, 0.5, x + 0.055, 0.94), c.second, "flat")
    c.part(c.box(0.04, 0.46, 0.96, 0.55), c.second, "flat")
    c.part(c.box(0.4, 0.44, 0.6, 0.68, 0.03), c.second)
    c.fill(c.ellipse(0.5, 0.58, 0.04), c.paint("black"), 0)


def _ingot(c: Canvas) -> None:
    def bar(x: float, y: float) -> None:
        c.part(c.polygon((x, y + 0.3), (x + 0.1, y), (x + 0.48, y), (x + 0.58, y + 0.3)), c.main, "flat")
        c.part(
            c.polygon((x + 0.1, y), (x + 0.2, y - 0.1), (x + 0.5, y - 0.1), (x + 0.48, y)),
            c.main,
            "flat",
            tone=1.3,
        )

    if c.chance(0.6):
        bar(0.02, 0.62)
        bar(0.42, 0.62)
        bar(0.21, 0.26)
    else:
        bar(0.06, 0.6)
        bar(0.34, 0.4)


def _pearl(c: Canvas) -> None:
    shell = c.union(
        *(c.line((0.5, 0.9), (0.5 + 0.4 * d, 0.2 + 0.22 * abs(d)), 0.02, 0.16) for d in (-1, -0.5, 0, 0.5, 1))
    )
    c.part(shell, c.main, "slope")
    for d in (-0.9, -0.45, 0, 0.45, 0.9):
        c.stroke([(0.5, 0.8), (0.5 + 0.42 * d, 0.16 + 0.22 * abs(d))], c.main, 1)
    c.part(c.ellipse(0.5, 0.82, 0.4, 0.14), c.main, tone=-1)
    c.part(c.ellipse(0.5, 0.7, 0.15), c.paint("white"))


def _goblet(c: Canvas) -> None:
    c.part(c.mirror_polygon((0.5, 0.78), (0.56, 0.78), (0.74, 0.96), (0.5, 0.97)), c.main)
    c.part(c.box(0.44, 0.5, 0.56, 0.86), c.main)
    deep = c.u(0.54, 0.62)
    c.part(c.mirror_polygon((0.5, 0.12), (0.8, 0.12), (0.76, 0.38), (0.6, deep), (0.5, deep + 0.02)), c.main)
    c.part(c.ellipse(0.5, 0.13, 0.3, 0.085), c.main, tone=1)
    c.part(c.ellipse(0.5, 0.14, 0.22, 0.05), c.paint("maroon"), "flat", line=False)
    for x in (0.36, 0.5, 0.64):
        c.part(c.ellipse(x, 0.34, 0.05), c.second, line=False)


def _coin_pouch(c: Canvas) -> None:
    c.part(c.ellipse(0.5, 0.64, c.u(0.38, 0.44), 0.34), c.main)
    c.part(c.mirror_polygon((0.5, 0.34), (0.6, 0.34), (0.76, 0.06), (0.6, 0.12), (0.5, 0.05)), c.main)
    c.part(c.line((0.36, 0.33), (0.64, 0.33), 0.05), c.second)
    c.part(c.ellipse(0.5, 0.66, 0.15), c.paint("gold"), "bevel")


def _coin_pile(c: Canvas) -> None:
    spots = [(0.2, 0.86), (0.44, 0.88), (0.68, 0.87), (0.84, 0.85), (0.32, 0.68), (0.56, 0.7), (0.72, 0.68),
             (0.44, 0.5), (0.6, 0.52), (0.52, c.u(0.28, 0.36))]  # fmt: skip
    for x, y in spots:
        c.part(c.ellipse(x + c.u(-0.03, 0.03), y, 0.17, 0.1), c.main, "bevel")


def _medal(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.5, 0.48), (0.7, 0.02), (0.88, 0.02), (0.64, 0.52)), c.second, "slope")
    c.part(c.ellipse(0.5, 0.66, 0.32), c.main, "bevel")
    c.part(c.star(0.5, 0.66, 0.2, 0.09, 5), c.main, "flat", tone=1.3, line=False)


def _trophy(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.arc(0.78, 0.28, 0.14, 0.07, -100, 110), c.main)
    c.part(c.box(0.44, 0.5, 0.56, 0.8), c.main)
    c.part(c.mirror_polygon((0.5, 0.06), (0.8, 0.06), (0.74, 0.42), (0.6, 0.6), (0.5, 0.62)), c.main)
    c.part(c.box(0.26, 0.78, 0.74, 0.96, 0.02), c.paint(c.pick("wood", "black")))
    c.part(c.star(0.5, 0.3, 0.13, 0.06, 5), c.second, "flat", line=False)


KINDS = (
    Kind(
        "coin", "treasure", _coin, ("game coin", "token"), ("gold",), ("gold", "silver", "copper", "bronze")
    ),
    Kind("gem", "treasure", _gem, ("jewel", "diamond", "gemstone"), ("red", "blue", "green")),
    Kind("crystal cluster", "treasure", _crystal_cluster, ("crystals", "crystal shards"), ("purple", "cyan")),
    Kind("ring", "treasure", _ring, ("magic ring", "gem ring"), ("red", "blue", "green")),
    Kind("amulet", "treasure", _amulet, ("necklace", "pendant"), ("green", "red", "blue")),
    Kind("treasure chest", "treasure", _chest, ("chest", "loot chest"), ("wood", "brown"), STUFF),
    Kind(
        "ingot",
        "treasure",
        _ingot,
        ("metal bar", "bullion"),
        ("gold", "iron"),
        ("gold", "silver", "iron", "copper"),
    ),
    Kind("pearl", "treasure", _pearl, ("seashell", "oyster"), ("pink", "tan")),
    Kind("goblet", "treasure", _goblet, ("chalice", "grail"), ("gold", "silver"), STUFF),
    Kind(
        "coin pouch",
        "treasure",
        _coin_pouch,
        ("money bag", "sack of coins"),
        ("leather", "brown"),
        ("leather",),
    ),
    Kind(
        "pile of coins", "treasure", _coin_pile, ("coins", "hoard"), ("gold",), ("gold", "silver", "copper")
    ),
    Kind("medal", "treasure", _medal, ("badge",), ("gold", "silver"), ("gold", "silver", "bronze")),
    Kind("trophy", "treasure", _trophy, ("winner cup",), ("gold", "silver"), ("gold", "silver", "bronze")),
)
