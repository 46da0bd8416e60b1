"""What a home is fitted out with: hearth, bath, machines and music."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds.faces import spot
from dgx_pixels.train.sprites.kinds.masonry import boards, courses

STUFF = ("wood", "iron", "gold", "stone", "crystal", "bone", "ice")
TRAITS = ("small", "tall", "cracked", "mossy", "burning", "frozen", "glowing", "sparkling")


def _fireplace(c: Canvas) -> None:
    chimney = c.polygon((0.3, 0.02), (0.7, 0.02), (0.82, 0.28), (0.18, 0.28))
    body = c.box(0.08, 0.3, 0.92, 0.95)
    for shape in (chimney, body):
        c.part(shape, c.main, "bevel")
        courses(c, shape, c.main)
    c.part(c.union(c.ellipse(0.5, 0.64, 0.25, 0.2), c.box(0.25, 0.64, 0.75, 0.95)), c.paint("black"), "flat", tone=-2)
    tip = c.u(-0.06, 0.06)
    flame = c.polygon(
        (0.32, 0.88), (0.34, 0.7), (0.42, 0.76), (0.5 + tip, 0.52), (0.58, 0.74), (0.66, 0.68), (0.68, 0.88)
    )
    c.fill(flame, c.paint("lava"), 3)
    c.fill(c.polygon((0.4, 0.88), (0.43, 0.78), (0.5 + tip, 0.66), (0.57, 0.78), (0.6, 0.88)), c.paint("yellow"), 4)
    c.part(c.line((0.32, 0.91), (0.68, 0.87), 0.035), c.paint("wood"))
    c.part(c.line((0.32, 0.87), (0.68, 0.91), 0.035), c.paint("wood"))
    c.part(c.box(0.03, 0.25, 0.97, 0.35, 0.02), c.second)


def _piano(c: Canvas) -> None:
    """Upright, its keys to the front."""
    for x in (0.1, 0.9):
        c.part(c.box(x - 0.05, 0.56, x + 0.05, 0.97), c.main, tone=-0.5)
    c.part(c.box(0.08, 0.1, 0.92, 0.86, 0.02), c.main, "bevel")
    c.part(c.box(0.04, 0.06, 0.96, 0.14, 0.02), c.main, "bevel", tone=0.8)
    if c.chance(0.6):
        c.part(c.box(0.34, 0.22, 0.66, 0.46, 0.01), c.paint("white"), "flat")
        for y in (0.28, 0.34, 0.4):
            c.stroke([(0.39, y), (0.61, y)], c.paint("black"), 1)
    c.part(c.box(0.02, 0.5, 0.98, 0.7, 0.02), c.main, "bevel")
    c.fill(c.box(0.08, 0.53, 0.92, 0.66), c.paint("white"), 4)
    for i in range(8):
        if i not in {2, 6}:
            c.fill(spot(c, 0.16 + 0.1 * i, 0.565, 0.024, 1.5), c.paint("eye"), 0)
    for x in (0.43, 0.57):
        c.part(c.ellipse(x, 0.92, 0.05, 0.03), c.paint("gold"))


def _computer(c: Canvas) -> None:
    screen = c.paint(c.pick("navy", "black", "teal"))
    glow = c.paint(c.pick("lime", "cyan", "white"))
    c.part(c.polygon((0.4, 0.62), (0.6, 0.62), (0.68, 0.74), (0.32, 0.74)), c.main, tone=-1)
    c.part(c.box(0.1, 0.04, 0.9, 0.66, 0.05), c.main, "bevel")
    c.part(c.box(0.18, 0.11, 0.82, 0.53, 0.03), screen, "flat", tone=-1)
    for i in range(c.pick(3, 4)):
        c.fill(c.box(0.24, 0.17 + 0.09 * i, c.u(0.42, 0.76), 0.2 + 0.09 * i), glow, 4)
    c.fill(spot(c, 0.82, 0.6, 0.02), glow, 4)
    c.part(c.polygon((0.08, 0.76), (0.92, 0.76), (0.99, 0.96), (0.01, 0.96)), c.main, "bevel")
    for y, x in ((0.81, 0.14), (0.86, 0.12), (0.91, 0.1)):
        for i in range(9):
            c.fill(spot(c, x + (1 - 2 * x) * i / 8, y, 0.022, 0.7), c.main, 1)


def _bathtub(c: Canvas) -> None:
    gold = c.paint("gold")
    for x in (0.2, 0.8):
        c.part(c.ellipse(x, 0.92, 0.08, 0.06), gold)
    c.part(c.path([(0.84, 0.48), (0.84, 0.3), (0.72, 0.28), (0.7, 0.36)], 0.035), gold)
    for x, y, r in ((0.2, 0.42, 0.1), (0.36, 0.36, 0.12), (0.52, 0.4, 0.11), (0.66, 0.44, 0.08)):
        if c.chance(0.85):
            c.part(c.ellipse(x, y, r * c.u(0.85, 1.1)), c.paint("white"))
    tub = c.union(c.box(0.06, 0.46, 0.94, 0.6), c.cut(c.ellipse(0.5, 0.54, 0.44, 0.38), c.box(0, 0, 1, 0.54)))
    c.part(tub, c.main)
    c.part(c.box(0.02, 0.44, 0.98, 0.54, 0.05), c.main, tone=0.8)
    if c.chance(0.4):
        c.part(c.ellipse(0.34, 0.27, 0.07, 0.06), c.paint("yellow"))


def _fridge(c: Canvas) -> None:
    split, flip = c.u(0.32, 0.4), c.pick(0.3, 0.7)
    c.part(c.box(0.26, 0.92, 0.74, 0.98), c.paint("black"), "flat")
    c.part(c.box(0.2, 0.03, 0.8, split, 0.05), c.main, "bevel")
    c.part(c.box(0.2, split, 0.8, 0.95, 0.05), c.main, "bevel")
    for y0, y1 in ((split - 0.18, split - 0.06), (split + 0.08, split + 0.3)):
        c.part(c.box(flip - 0.025, y0, flip + 0.025, y1, 0.02), c.second)
    for name, x, y in (("red", 0.5, split + 0.14), ("yellow", 0.58, split + 0.26), ("cyan", 0.46, split + 0.34)):
        if c.chance(0.4):
            c.fill(spot(c, x, y, 0.04), c.paint(name), 3)


def _globe(c: Canvas) -> None:
    c.part(c.ellipse(0.48, 0.93, 0.28, 0.055), c.second)
    c.part(c.box(0.44, 0.78, 0.52, 0.92), c.second)
    c.part(c.arc(0.48, 0.42, 0.4, 0.055, -70, 110), c.second)
    ball = c.ellipse(0.46, 0.42, 0.35)
    c.part(ball, c.main)
    land = c.paint(c.pick("leaf", "tan", "yellow"), "plain")
    dx = c.u(-0.06, 0.06)
    isles = c.union(
        c.polygon((0.22 + dx, 0.24), (0.42 + dx, 0.18), (0.48 + dx, 0.32), (0.36 + dx, 0.4), (0.32 + dx, 0.34)),
        c.polygon((0.38 + dx, 0.46), (0.52 + dx, 0.5), (0.46 + dx, 0.68), (0.4 + dx, 0.6)),
        c.ellipse(0.68 + dx, 0.36, 0.09, 0.07),
    )
    c.fill(c.overlap(isles, ball), land, 3)
    c.part(c.ellipse(0.36, 0.06, 0.035), c.second)


def _birdcage(c: Canvas) -> None:
    c.part(c.ring(0.5, 0.08, 0.06, 0.035), c.main)
    dome = c.union(c.ellipse(0.5, 0.46, 0.36, 0.34), c.box(0.14, 0.46, 0.86, 0.86))
    c.part(dome, c.paint("black"), "flat", tone=0.6)
    c.part(c.box(0.3, 0.62, 0.7, 0.66), c.paint("wood"), line=False)
    bird = c.union(
        c.ellipse(0.52, 0.53, 0.12, 0.1), c.ellipse(0.42, 0.44, 0.075), c.polygon((0.6, 0.5), (0.74, 0.6), (0.62, 0.6))
    )
    c.part(bird, c.second)
    for x in (0.14, 0.29, 0.5, 0.71, 0.86):
        top = 0.46 - 0.34 * (1 - ((x - 0.5) / 0.37) ** 2) ** 0.5
        c.part(
            c.path([(0.5, 0.12), (0.5 + 0.8 * (x - 0.5), top + 0.06), (x, 0.46), (x, 0.86)], 0.026), c.main, line=False
        )
    c.part(c.box(0.12, 0.44, 0.88, 0.5), c.main)
    c.part(c.box(0.08, 0.82, 0.92, 0.95, 0.03), c.main)


def _chandelier(c: Canvas) -> None:
    flame = c.paint("yellow")
    c.part(c.line((0.5, 0.02), (0.5, 0.5), 0.03), c.main, tone=-0.8)
    for s in (c, c.mirrored()):
        for x, drop in ((0.94, 0.0), (0.73, 0.12)):
            arm = [
                (0.5, 0.4 + drop),
                (0.5 + (x - 0.5) * 0.5, 0.74 + drop),
                (x - 0.02, 0.7 + drop),
                (x - 0.02, 0.56 + drop),
            ]
            s.part(s.path(arm, 0.045), c.main)
            s.part(s.box(x - 0.09, 0.5 + drop, x + 0.04, 0.58 + drop, 0.02), c.main, tone=0.6)
            s.part(s.box(x - 0.055, 0.36 + drop, x + 0.01, 0.52 + drop), c.paint("white"))
            s.fill(s.union(s.ellipse(x - 0.022, 0.3 + drop, 0.045, 0.05), s.polygon(
                (x - 0.06, 0.29 + drop), (x - 0.02, 0.18 + drop), (x + 0.02, 0.29 + drop))), flame, 3)  # fmt: skip
    c.part(c.ellipse(0.5, 0.42, 0.1, 0.12), c.main)
    c.part(c.ellipse(0.5, 0.74, 0.1, 0.09), c.main)
    c.part(c.polygon((0.43, 0.8), (0.57, 0.8), (0.5, 0.97)), c.second)


def _coffin(c: Canvas) -> None:
    c = c.turned(c.pick(0, 0, 20))
    shape = [(0.5, 0.02), (0.66, 0.02), (0.8, 0.28), (0.67, 0.98), (0.5, 0.98)]
    c.part(c.mirror_polygon(*shape), c.main, "bevel")
    inner = c.mirror_polygon(*((0.5 + (x - 0.5) * 0.76, 0.5 + (y - 0.5) * 0.86) for x, y in shape))
    c.part(inner, c.main, "bevel", tone=0.5)
    boards(c, inner, c.main, tone=2)
    c.part(c.union(c.box(0.46, 0.2, 0.54, 0.62), c.box(0.36, 0.3, 0.64, 0.38)), c.second, "flat")


def _toilet(c: Canvas) -> None:
    c.part(c.box(0.5, 0.04, 0.88, 0.46, 0.04), c.main, "bevel")
    c.part(c.box(0.47, 0.02, 0.91, 0.1, 0.02), c.main, "bevel", tone=0.6)
    c.part(c.line((0.56, 0.17), (0.64, 0.17), 0.022), c.second)
    c.part(c.polygon((0.36, 0.66), (0.82, 0.6), (0.76, 0.95), (0.4, 0.95)), c.main, tone=-0.7)
    c.part(c.cut(c.ellipse(0.46, 0.56, 0.4, 0.27), c.box(0, 0, 1, 0.56)), c.main)
    c.part(c.ellipse(0.46, 0.54, 0.42, 0.11), c.main, tone=0.8)
    c.part(c.ellipse(0.44, 0.54, 0.28, 0.06), c.paint("water"), "flat")


def _stove(c: Canvas) -> None:
    fire = c.chance(0.6)
    if c.chance(0.5):
        c.part(c.box(0.62, 0.02, 0.76, 0.3), c.paint("iron"))
        c.part(c.union(c.box(0.22, 0.12, 0.5, 0.28, 0.04), c.box(0.14, 0.15, 0.58, 0.19)), c.second)
    else:
        c.part(c.union(c.ellipse(0.34, 0.2, 0.14, 0.1), c.line((0.46, 0.18), (0.58, 0.1), 0.025)), c.second)
    c.part(c.box(0.1, 0.28, 0.9, 0.95, 0.04), c.main, "bevel")
    c.part(c.box(0.05, 0.26, 0.95, 0.35, 0.02), c.main, "bevel", tone=0.8)
    for x in (0.22, 0.36, 0.5, 0.64, 0.78):
        c.fill(spot(c, x, 0.43, 0.035), c.paint("black"), 1)
    c.part(c.box(0.18, 0.52, 0.82, 0.88, 0.04), c.main, "bevel", tone=-0.6)
    c.part(c.box(0.26, 0.62, 0.74, 0.82, 0.03), c.paint("lava" if fire else "black"), "flat")
    c.part(c.box(0.26, 0.545, 0.74, 0.585, 0.02), c.paint("steel"))


NAMES: tuple[tuple[str, Callable[[Canvas], None], tuple[str, ...], tuple[str, ...]], ...] = (
    ("fireplace", _fireplace, ("hearth",), ("brick", "stone", "grey")),
    ("piano", _piano, ("upright piano",), ("black", "wood", "brown")),
    ("computer", _computer, ("desktop computer", "pc", "computer terminal"), ("tan", "grey", "white")),
    ("bathtub", _bathtub, ("bath", "tub"), ("white", "pink", "sky blue")),
    ("refrigerator", _fridge, ("fridge", "freezer"), ("white", "mint", "silver")),
    ("globe", _globe, ("world globe",), ("blue", "sky blue", "teal")),
    ("birdcage", _birdcage, ("bird cage",), ("gold", "silver", "iron")),
    ("chandelier", _chandelier, ("candelabra",), ("gold", "iron", "bronze")),
    ("coffin", _coffin, ("casket", "sarcophagus"), ("wood", "brown", "black")),
    ("toilet", _toilet, ("lavatory",), ("white",)),
    ("stove", _stove, ("oven", "cooker"), ("black", "white", "iron")),
)
KINDS = tuple(
    Kind(name, "furniture", draw, also, natural, STUFF, attributes=TRAITS) for name, draw, also, natural in NAMES
)
