"""Magic: what a wizard or a witch reads, writes and works with."""

import math

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.foliage import shine


def scroll(c: Canvas) -> None:
    if c.chance(0.3):
        c = c.turned(c.pick(-40, 40))
        c.part(c.box(0.04, 0.36, 0.96, 0.66, 0.04), c.main)
        c.part(c.ellipse(0.94, 0.51, 0.06, 0.15), c.main, tone=-1)
        c.part(c.box(0.42, 0.34, 0.54, 0.68), c.second)
        c.part(c.ellipse(0.48, 0.51, 0.09), c.second, tone=1)
        return
    wide, roll = c.u(0.32, 0.38), c.u(0.07, 0.09)
    c.part(c.box(0.5 - wide, 0.1, 0.5 + wide, 0.9), c.main, "flat", tone=0.4)
    for y in (0.29, 0.41, 0.53, 0.65):
        c.fill(c.box(0.56 - wide, y, 0.5 + wide * c.u(0.3, 0.8), y + max(0.03, c.px * 0.9)), c.main, 1)
    for y in (0.13, 0.87):
        c.part(c.line((0.06, y), (0.94, y), 0.05), c.second)
        c.part(c.box(0.47 - wide, y - roll, 0.53 + wide, y + roll, roll), c.main)
    if c.chance(0.5):
        c.part(c.ellipse(0.68, 0.72, 0.08), c.second, tone=0.5)


def spell_book(c: Canvas) -> None:
    c = c.turned(c.pick(0, 0, -12))
    c.part(c.box(0.14, 0.07, 0.9, 0.97, 0.05), c.main, tone=-1)
    c.part(c.box(0.2, 0.82, 0.9, 0.93), c.paint("parchment"), "flat")
    c.part(c.box(0.14, 0.03, 0.9, 0.84, 0.05), c.main, "bevel", depth=0.05)
    c.part(c.box(0.14, 0.03, 0.27, 0.95, 0.04), c.main, tone=-0.6)
    x, y = 0.58, 0.43
    emblem = c.pick("star", "eye", "moon", "ring")
    if emblem == "star":
        c.part(c.star(x, y, 0.24, 0.1, c.pick(5, 6)), c.second, "bevel")
    elif emblem == "moon":
        c.part(c.cut(c.ellipse(x, y, 0.2), c.ellipse(x + 0.09, y - 0.05, 0.17)), c.second, "bevel")
    elif emblem == "ring":
        c.part(c.ring(x, y, 0.16, 0.075), c.second)
        c.part(c.ellipse(x, y, 0.065), c.second)
    else:
        c.part(c.overlap(c.ellipse(x, y - 0.1, 0.24, 0.22), c.ellipse(x, y + 0.1, 0.24, 0.22)), c.second)
        c.fill(c.ellipse(x, y, 0.065), c.paint("eye"), 1)
    for cy in (0.1, 0.77):
        c.part(
            c.polygon((0.9, cy - 0.07), (0.9, cy + 0.07), (0.76, cy + (-0.07 if cy < 0.5 else 0.07))),
            c.second,
            "bevel",
        )


def crystal_ball(c: Canvas) -> None:
    r, stand = c.u(0.33, 0.37), c.pick("claw", "cushion", "plinth")
    cy = 0.04 + r
    if stand == "cushion":
        c.part(c.box(0.1, 0.72, 0.9, 0.94, 0.1), c.second)
    elif stand == "claw":
        c.part(c.mirror_polygon((0.64, 0.66), (0.82, 0.97)), c.second)
        c.part(c.box(0.16, 0.88, 0.84, 0.97, 0.03), c.second)
    else:
        c.part(c.mirror_polygon((0.74, 0.7), (0.7, 0.8), (0.86, 0.96)), c.second)
    c.part(c.ellipse(0.5, cy, r), c.main)
    c.fill(c.arc(0.5, cy, r * 0.62, 0.05, 20, 110), c.main, 4)
    c.fill(c.arc(0.5, cy, r * 0.3, 0.05, 190, 330), c.main, 4)
    shine(c, 0.5 - r * 0.42, cy - r * 0.42, 0.08, c.paint("white"))
    c.part(c.path([(0.5 - r * 0.72, 0.7), (0.5, 0.77), (0.5 + r * 0.72, 0.7)], 0.05), c.second, tone=0.5)


_RUNES = (
    ([(0, -1), (0, 1)], [(0, -0.9), (0.7, -0.3)], [(0, -0.2), (0.7, 0.4)]),
    ([(-0.6, -1), (-0.6, 1)], [(0.6, -1), (0.6, 1)], [(-0.6, -0.3), (0.6, 0.3)]),
    ([(-0.7, -0.8), (0.7, 0.8)], [(0.7, -0.8), (-0.7, 0.8)]),
    ([(0, 1), (0, -1), (-0.7, -0.3)], [(0, -1), (0.7, -0.3)]),
    ([(0, -1), (0.7, 0), (0, 1), (-0.7, 0), (0, -1)],),
    ([(-0.5, 1), (-0.5, -1), (0.5, -0.5), (-0.4, 0), (0.6, 1)],),
)


def rune_stone(c: Canvas) -> None:
    lean = c.u(-0.05, 0.05)
    slab = c.polygon(
        (0.3 + lean, 0.06),
        (0.62 + lean, 0.03),
        (0.84, 0.22),
        (0.9, 0.6),
        (0.78, 0.93),
        (0.3, 0.96),
        (0.1, 0.7),
        (0.14, 0.3),
    )
    c.part(slab, c.main, "bevel", depth=0.14)
    ink = c.paint(c.pick("cyan", "yellow", "lime", "magenta"))
    for line in c.pick(*_RUNES):
        groove = [(0.5 + 0.22 * x, 0.5 + 0.28 * y) for x, y in line]
        c.fill(c.path(groove, max(0.045, 0.6 * c.px)), c.main, 0, inside=True)
        c.fill(c.path(groove, max(0.02, 0.5 * c.px)), ink, 4, inside=True)


def candle(c: Canvas) -> None:
    wide, top = c.u(0.19, 0.24), c.u(0.3, 0.38)
    c.part(c.ellipse(0.5, 0.88, 0.42, 0.09), c.second)
    c.part(c.ring(0.86, 0.82, 0.08, 0.05), c.second)
    c.part(c.box(0.5 - wide, top, 0.5 + wide, 0.9, 0.03), c.main)
    for x in (-0.9, -0.1, 0.8):
        low = c.u(0.08, 0.3)
        c.part(
            c.line((0.5 + x * wide, top + 0.03), (0.5 + x * wide, top + low), 0.05),
            c.main,
            tone=1,
            line=False,
        )
    c.part(c.line((0.5, top - 0.06), (0.5, top), 0.025), c.paint("eye"))
    lean = c.u(-0.04, 0.04)
    flame = c.union(
        c.ellipse(0.5, top - 0.13, 0.085, 0.09),
        c.polygon((0.42, top - 0.15), (0.5 + lean, 0.02), (0.58, top - 0.15)),
    )
    c.part(flame, c.paint("flame"))
    c.fill(c.ellipse(0.5, top - 0.11, 0.04, 0.06), c.paint("yellow"), 5)


def tarot_card(c: Canvas) -> None:
    c = c.turned(c.pick(0, 10, -12))
    c.part(c.box(0.17, 0.02, 0.83, 0.98, 0.06), c.paint("parchment"), "flat", tone=1)
    c.part(c.box(0.23, 0.08, 0.77, 0.92, 0.02), c.main, "slope", line=False)
    device = c.pick("sun", "moon", "eye")
    if device == "sun":
        c.part(c.star(0.5, 0.5, 0.22, 0.12, 8), c.second, "flat")
        c.part(c.ellipse(0.5, 0.5, 0.1), c.second, tone=1)
    elif device == "moon":
        c.part(c.cut(c.ellipse(0.5, 0.5, 0.2), c.ellipse(0.6, 0.45, 0.17)), c.second, "flat", tone=1)
    else:
        lens = c.overlap(c.ellipse(0.5, 0.38, 0.24, 0.24), c.ellipse(0.5, 0.62, 0.24, 0.24))
        c.part(lens, c.paint("white"), "flat")
        c.fill(c.ellipse(0.5, 0.5, 0.075), c.second, 2)
    c.dots([(0.5 + x * 0.19, 0.5 + y * 0.34) for x in (-1, 1) for y in (-1, 1)], c.second, 5)


def voodoo_doll(c: Canvas) -> None:
    for side in (-1, 1):
        lift = c.u(-0.08, 0.06)
        c.part(c.line((0.5 + side * 0.1, 0.62), (0.5 + side * 0.36, 0.56 + lift), 0.075), c.main)
        c.part(c.line((0.5 + side * 0.1, 0.76), (0.5 + side * 0.16, 0.92), 0.08), c.main)
    c.part(c.box(0.32, 0.48, 0.68, 0.84, 0.1), c.main)
    c.part(c.ellipse(0.5, 0.28, 0.27, 0.25), c.main)
    thread = c.paint("eye")
    for x in (0.39, 0.61):
        c.stroke([(x - 0.05, 0.22), (x + 0.05, 0.32)], thread, 0)
        c.stroke([(x + 0.05, 0.22), (x - 0.05, 0.32)], thread, 0)
    c.stroke([(0.38, 0.41), (0.62, 0.41)], thread, 0)
    heart = c.union(
        c.ellipse(0.46, 0.62, 0.055),
        c.ellipse(0.54, 0.62, 0.055),
        c.polygon((0.41, 0.64), (0.59, 0.64), (0.5, 0.74)),
    )
    c.fill(heart, c.second, 3)
    for x, y in ((0.86, 0.12), (0.12, 0.8), (0.88, 0.84))[: c.pick(1, 2, 3)]:
        c.part(
            c.line((x, y), (0.5 + (x - 0.5) * 0.35, 0.5 + (y - 0.5) * 0.35), 0.02),
            c.paint("silver"),
            "flat",
            line=False,
        )
        c.part(c.ellipse(x, y, 0.055), c.paint("red"))


def quill(c: Canvas) -> None:
    c = c.mirrored() if c.chance(0.3) else c
    c = c.turned(c.u(35, 45))
    r = c.u(0.52, 0.6)
    vane = c.overlap(c.ellipse(0.32 + r, 0.3, r), c.ellipse(0.7 - r, 0.3, r), c.box(0, -1, 1, 0.72))
    notches = [c.polygon((x, y), (0.52, y + 0.1), (x, y + 0.09)) for x, y in ((0.85, 0.2), (0.15, 0.36), (0.85, 0.46))]
    c.part(c.cut(vane, *notches), c.main, "slope")
    c.stroke([(0.51, -0.1), (0.51, 0.7)], c.main, 1)
    c.part(c.line((0.51, 0.68), (0.51, 1.14), max(0.03, 0.6 * c.px)), c.paint("bone"))
    c.part(c.line((0.51, 1.06), (0.51, 1.14), max(0.028, 0.6 * c.px)), c.paint("eye"))


def envelope(c: Canvas) -> None:
    c = c.turned(c.pick(0, 0, -10, 10))
    top = c.u(0.2, 0.25)
    c.part(c.box(0.04, top, 0.96, 1 - top, 0.03), c.main, "flat", tone=0.3)
    c.stroke([(0.05, 0.98 - top), (0.4, 0.52)], c.main, 1)
    c.stroke([(0.95, 0.98 - top), (0.6, 0.52)], c.main, 1)
    c.part(c.polygon((0.05, top), (0.95, top), (0.54, 0.57), (0.46, 0.57)), c.main, "flat", tone=0.8)
    c.stroke([(0.05, top), (0.5, 0.59), (0.95, top)], c.main, 0)
    c.part(c.ellipse(0.5, 0.56, c.u(0.1, 0.13)), c.second)
    c.fill(c.ellipse(0.5, 0.56, 0.045), c.second, 1)


def dream_catcher(c: Canvas) -> None:
    r, cy = c.u(0.25, 0.29), 0.33
    for x, low in ((0.16, 0.86), (0.5, 0.98), (0.84, 0.86)):
        c.part(c.line((x, 0.4), (x, low - 0.26), 0.02), c.second, "flat", line=False)
        c.part(c.overlap(c.ellipse(x - 0.09, low - 0.15, 0.19), c.ellipse(x + 0.09, low - 0.15, 0.19)), c.main)
        c.stroke([(x, low - 0.26), (x, low - 0.02)], c.main, 1)
        c.part(c.ellipse(x, low - 0.31, 0.045), c.second)
    c.part(c.line((0.16, 0.42), (0.84, 0.42), 0.03), c.main)
    c.erase(c.ellipse(0.5, cy, r))
    spokes = c.pick(6, 7, 8)
    turns = [math.tau * i / spokes for i in range(spokes)]
    rim = [(0.5 + r * math.cos(a), cy + r * math.sin(a)) for a in turns]
    for i in range(spokes):
        c.stroke([rim[i], rim[(i + 2) % spokes]], c.paint("bone"), 3, inside=False)
    c.part(c.ring(0.5, cy, r, 0.1), c.main)
    c.part(c.ellipse(0.5, cy, 0.06), c.second)


_PAPERY = ("glowing", "with wings", "sparkling", "small", "burning")

KINDS = (
    Kind("scroll", "potions", scroll, ("magic scroll", "parchment"), ("tan", "white"), attributes=_PAPERY),
    Kind(
        "spell book",
        "potions",
        spell_book,
        ("grimoire", "tome", "magic book"),
        ("purple", "maroon", "navy", "brown"),
        ("leather",),
        attributes=_PAPERY,
    ),
    Kind(
        "crystal ball",
        "potions",
        crystal_ball,
        ("magic orb", "seeing orb"),
        ("purple", "cyan", "blue"),
        ("crystal", "obsidian", "ice"),
        attributes=("glowing", "cracked", "with wings", "sparkling", "small", "frozen"),
    ),
    Kind(
        "rune stone",
        "potions",
        rune_stone,
        ("rune", "runestone"),
        ("grey", "stone"),
        ("stone", "obsidian", "bone"),
        attributes=("glowing", "cracked", "mossy", "sparkling", "small", "frozen"),
    ),
    Kind(
        "candle",
        "potions",
        candle,
        ("candlestick",),
        ("white", "red", "tan"),
        ("bone",),
        attributes=("glowing", "with wings", "small", "sparkling"),
    ),
    Kind(
        "tarot card",
        "potions",
        tarot_card,
        ("magic card", "playing card"),
        ("purple", "navy", "maroon"),
        attributes=_PAPERY,
    ),
    Kind(
        "voodoo doll",
        "potions",
        voodoo_doll,
        ("cursed doll", "rag doll"),
        ("tan", "brown"),
        attributes=_PAPERY,
    ),
    Kind(
        "quill",
        "potions",
        quill,
        ("feather", "feather pen"),
        ("white", "grey", "blue"),
        ("gold",),
        attributes=_PAPERY,
    ),
    Kind("envelope", "potions", envelope, ("letter", "mail"), ("tan", "white"), attributes=_PAPERY),
    Kind(
        "dream catcher",
        "potions",
        dream_catcher,
        ("dreamcatcher",),
        ("sky blue", "brown", "red"),
        ("gold",),
        attributes=_PAPERY,
    ),
)
