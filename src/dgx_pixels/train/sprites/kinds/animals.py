"""Animals, mostly seen from the front or the side they are known by."""

from collections.abc import Callable

from dgx_pixels.train.sprites.canvas import Canvas
from dgx_pixels.train.sprites.kind import Kind

TRAITS = ("small", "tall", "with wings", "sparkling", "glowing", "frozen", "burning")


def eyes(c: Canvas, y: float, dx: float, r: float = 0.055, white: bool = True) -> None:
    """Two eyes about the middle, ``dx`` to each side."""
    for side, x in ((-1, 0.5 - dx), (1, 0.5 + dx)):
        if white and c.size >= 24:
            c.fill(c.ellipse(x, y, r * 1.5), c.paint("white"), 4)
        c.fill(c.ellipse(x + 0.01 * side, y, r, r * 1.2), c.paint("eye"), 0)


def _cat(c: Canvas) -> None:
    c.part(c.path([(0.74, 0.86), (0.92, 0.74), (0.9, 0.5)], 0.06), c.main)
    c.part(c.ellipse(0.5, 0.78, 0.28, 0.2), c.main)
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.54, 0.3), (0.84, 0.04), (0.84, 0.42)), c.main)
    c.part(c.ellipse(0.5, 0.42, 0.36, 0.28), c.main)
    eyes(c, 0.4, 0.16, 0.06)
    c.dots([(0.5, 0.5)], c.paint("pink"), 2)
    c.part(c.ellipse(0.38, 0.93, 0.09, 0.06), c.main, tone=1)
    c.part(c.ellipse(0.62, 0.93, 0.09, 0.06), c.main, tone=1)


def _dog(c: Canvas) -> None:
    c.part(c.line((0.8, 0.52), (0.94, c.u(0.26, 0.4)), 0.05), c.main)
    for x in (0.4, 0.56, 0.74, 0.84):
        c.part(c.line((x, 0.66), (x, 0.92), 0.06), c.main, tone=-0.5)
    c.part(c.box(0.3, 0.44, 0.9, 0.76, 0.14), c.main)
    c.part(c.ellipse(0.3, 0.36, 0.24, 0.22), c.main)
    c.part(c.box(0.02, 0.38, 0.26, 0.54, 0.07), c.main, tone=0.7)
    c.part(c.ellipse(0.44, 0.38, 0.09, 0.18), c.main, tone=-1.2)
    c.dots([(0.05, 0.42), (0.24, 0.3)], c.paint("eye"), 0)
    c.part(c.line((0.3, 0.58), (0.44, 0.54), 0.035), c.second)


def _bird(c: Canvas) -> None:
    c.part(c.polygon((0.64, 0.6), (0.99, 0.52), (0.97, 0.72)), c.main, tone=-1)
    c.part(c.ellipse(0.52, 0.6, 0.34, 0.26), c.main)
    c.part(c.ellipse(0.32, 0.36, 0.22), c.main)
    c.part(c.polygon((0.14, 0.32), (0.0, 0.42), (0.16, 0.46)), c.paint("orange"))
    c.part(c.polygon((0.44, 0.52), (0.88, 0.48), (0.62, 0.76)), c.main, tone=-0.8)
    c.dots([(0.28, 0.33)], c.paint("eye"), 0)
    for x in (0.46, 0.58):
        c.stroke([(x, 0.84), (x, 0.98)], c.paint("orange"), 2, inside=False)


def _owl(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.56, 0.16), (0.82, 0.02), (0.82, 0.3)), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.36, 0.42), c.main)
    c.part(c.ellipse(0.5, 0.74, 0.2, 0.2), c.main, "flat", tone=1.3, line=False)
    for x in (0.34, 0.66):
        c.part(c.ellipse(x, 0.36, 0.15), c.paint("white"), "flat")
        c.fill(c.ellipse(x, 0.36, 0.07), c.paint("eye"), 0)
    c.part(c.polygon((0.44, 0.46), (0.56, 0.46), (0.5, 0.58)), c.paint("orange"))
    for side in (c, c.mirrored()):
        side.part(side.ellipse(0.86, 0.6, 0.1, 0.26), c.main, tone=-1)


def _fish(c: Canvas) -> None:
    c.part(c.polygon((0.66, 0.5), (0.98, 0.22), (0.9, 0.5), (0.98, 0.78)), c.main, tone=-0.5)
    c.part(c.polygon((0.34, 0.32), (0.56, 0.1), (0.66, 0.36)), c.main, tone=-1)
    c.part(c.ellipse(0.4, 0.52, 0.38, c.u(0.22, 0.28)), c.main)
    c.part(c.polygon((0.4, 0.54), (0.6, 0.48), (0.56, 0.68)), c.main, tone=-1)
    c.fill(c.ellipse(0.2, 0.46, 0.06), c.paint("white"), 4)
    c.dots([(0.2, 0.46)], c.paint("eye"), 0)
    if c.chance(0.5):
        c.stroke([(0.32, 0.32), (0.32, 0.72)], c.second, 3)


def _frog(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.ellipse(0.84, 0.72, 0.15, 0.2), c.main, tone=-0.6)
        side.part(side.line((0.7, 0.9), (0.93, 0.93), 0.05), c.main)
        side.part(side.ellipse(0.7, 0.26, 0.16), c.main)
    c.part(c.ellipse(0.5, 0.62, 0.4, 0.32), c.main)
    for x in (0.3, 0.7):
        c.fill(c.ellipse(x, 0.25, 0.1), c.paint("white"), 4)
        c.fill(c.ellipse(x, 0.25, 0.055), c.paint("eye"), 0)
    c.stroke([(0.26, 0.58), (0.5, 0.66), (0.74, 0.58)], c.main, 0)


def _rabbit(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.ellipse(c.pick(0.63, 0.66), 0.2, 0.09, 0.22), c.main)
        side.fill(side.ellipse(0.64, 0.2, 0.04, 0.13), c.paint("pink"), 3)
    c.part(c.ellipse(0.5, 0.8, 0.27, 0.2), c.main)
    c.part(c.ellipse(0.5, 0.53, 0.29, 0.23), c.main)
    eyes(c, 0.5, 0.13, 0.05, white=False)
    c.dots([(0.5, 0.58)], c.paint("pink"), 2)
    for x in (0.36, 0.64):
        c.part(c.ellipse(x, 0.94, 0.11, 0.06), c.main, tone=1)


def _turtle(c: Canvas) -> None:
    skin = c.paint("leaf")
    for x in (0.26, 0.7):
        c.part(c.line((x, 0.74), (x, 0.88), 0.08), skin)
    c.part(c.ellipse(0.86, 0.5, 0.14, 0.13), skin)
    c.part(c.cut(c.ellipse(0.46, 0.72, 0.43, 0.52), c.box(-1, 0.74, 2, 2)), c.main)
    c.part(c.box(0.03, 0.68, 0.88, 0.78, 0.05), c.main, tone=-1)
    for x in (0.28, 0.48, 0.66):
        c.part(c.star(x, 0.5 if x != 0.48 else 0.42, 0.09, 0.09, 3), c.main, "flat", tone=-1, line=False)
    c.dots([(0.9, 0.47)], c.paint("eye"), 0)


def _snake(c: Canvas) -> None:
    body = [(0.14, 0.9), (0.8, 0.88), (0.84, 0.68), (0.24, 0.62), (0.2, 0.42), (0.62, 0.38), (0.66, 0.2)]
    for i in range(len(body) - 1):
        c.part(c.line(body[i], body[i + 1], 0.04 + 0.014 * i, 0.05 + 0.014 * i), c.main, line=False)
    c.part(c.ellipse(0.62, 0.17, 0.18, 0.13), c.main)
    c.dots([(0.56, 0.14), (0.68, 0.14)], c.paint("eye"), 0)
    c.stroke([(0.46, 0.2), (0.34, 0.24)], c.paint("red"), 2, inside=False)


def _bee(c: Canvas) -> None:
    for x, y in ((0.42, 0.24), (0.64, 0.22)):
        c.part(c.ellipse(x, y, 0.14, 0.2), c.paint("glass"))
    c.part(c.ellipse(0.54, 0.6, 0.38, 0.28), c.main)
    for x in (0.5, 0.68):
        c.fill(c.overlap(c.ellipse(0.54, 0.6, 0.37, 0.27), c.box(x, 0, x + 0.09, 1)), c.paint("black"), 1)
    c.part(c.polygon((0.9, 0.56), (1.0, 0.62), (0.9, 0.68)), c.paint("black"))
    c.dots([(0.28, 0.54)], c.paint("eye"), 0)
    c.stroke([(0.28, 0.36), (0.18, 0.22)], c.paint("black"), 0, inside=False)


def _butterfly(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.ellipse(0.74, 0.72, 0.19, 0.2), c.main, tone=-0.5)
        side.part(side.ellipse(0.76, 0.34, 0.24, 0.27), c.main)
        side.part(side.ellipse(0.78, 0.32, 0.09, 0.11), c.second, "flat", line=False)
        side.stroke([(0.52, 0.26), (0.6, 0.06)], c.paint("black"), 0, inside=False)
    c.part(c.line((0.5, 0.26), (0.5, 0.84), 0.055), c.paint("black"))


def _spider(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        for i, y in enumerate((0.3, 0.44, 0.6, 0.74)):
            side.part(
                side.path([(0.56, 0.52), (0.8, y - 0.1), (0.96, y + 0.06 * i)], 0.035), c.main, line=False
            )
    c.part(c.ellipse(0.5, 0.64, 0.27, 0.26), c.main)
    c.part(c.ellipse(0.5, 0.36, 0.17), c.main)
    c.dots([(0.44, 0.34), (0.56, 0.34)], c.paint("red"), 4)


def _bear(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.ellipse(0.79, 0.2, 0.13), c.main)
        side.part(side.ellipse(0.8, 0.86, 0.12, 0.11), c.main)
    c.part(c.ellipse(0.5, 0.8, 0.32, 0.2), c.main)
    c.part(c.ellipse(0.5, 0.44, 0.38, 0.33), c.main)
    c.part(c.ellipse(0.5, 0.56, 0.17, 0.13), c.main, "flat", tone=1.4, line=False)
    c.fill(c.ellipse(0.5, 0.51, 0.06, 0.045), c.paint("eye"), 0)
    eyes(c, 0.38, 0.17, 0.045, white=False)


def _fox(c: Canvas) -> None:
    c.part(c.path([(0.66, 0.86), (0.92, 0.8), (0.9, 0.5)], 0.1, 0.12), c.main)
    c.fill(c.ellipse(0.9, 0.46, 0.09), c.paint("white"), 4)
    c.part(c.mirror_polygon((0.5, 0.56), (0.68, 0.64), (0.7, 0.95), (0.5, 0.95)), c.main)
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.54, 0.22), (0.78, 0.0), (0.8, 0.38)), c.main)
    c.part(c.mirror_polygon((0.5, 0.16), (0.8, 0.26), (0.86, 0.46), (0.5, 0.72)), c.main)
    c.part(c.polygon((0.2, 0.5), (0.5, 0.46), (0.8, 0.5), (0.5, 0.72)), c.paint("white"), "flat", line=False)
    eyes(c, 0.4, 0.15, 0.045, white=False)
    c.fill(c.ellipse(0.5, 0.67, 0.05), c.paint("eye"), 0)


def _pig(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        side.part(side.polygon((0.62, 0.2), (0.92, 0.06), (0.86, 0.36)), c.main, tone=-1)
    c.part(c.ellipse(0.5, 0.54, 0.42, 0.4), c.main)
    c.part(c.ellipse(0.5, 0.62, 0.19, 0.14), c.main, "flat", tone=1.4)
    c.fill(c.union(c.ellipse(0.43, 0.62, 0.035, 0.055), c.ellipse(0.57, 0.62, 0.035, 0.055)), c.main, 0)
    eyes(c, 0.4, 0.2, 0.05, white=False)


def _chicken(c: Canvas) -> None:
    c.part(c.union(*(c.ellipse(x, 0.1, 0.065) for x in (0.28, 0.37, 0.46))), c.paint("red"))
    c.part(c.polygon((0.7, 0.5), (0.98, 0.28), (0.94, 0.66)), c.main, tone=-0.5)
    c.part(c.ellipse(0.56, 0.62, 0.34, 0.27), c.main)
    c.part(c.line((0.38, 0.28), (0.42, 0.56), 0.17), c.main)
    c.part(c.polygon((0.22, 0.24), (0.04, 0.32), (0.22, 0.38)), c.paint("orange"))
    c.part(c.ellipse(0.26, 0.44, 0.05, 0.08), c.paint("red"))
    c.part(c.ellipse(0.62, 0.6, 0.18, 0.13), c.main, tone=-0.8)
    c.dots([(0.34, 0.24)], c.paint("eye"), 0)
    for x in (0.5, 0.64):
        c.stroke([(x, 0.86), (x, 0.98)], c.paint("orange"), 2, inside=False)


def _mouse(c: Canvas) -> None:
    c.part(c.path([(0.8, 0.78), (0.97, 0.7), (0.9, 0.5)], 0.03), c.paint("pink"))
    c.part(c.ellipse(0.54, 0.68, 0.36, 0.25), c.main)
    c.part(c.polygon((0.04, 0.68), (0.36, 0.42), (0.4, 0.84)), c.main)
    for x in (0.34, 0.5):
        c.part(c.ellipse(x, 0.34, 0.15), c.main)
        c.fill(c.ellipse(x, 0.34, 0.075), c.paint("pink"), 3)
    c.dots([(0.24, 0.6), (0.05, 0.68)], c.paint("eye"), 0)


def _crab(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        for y in (0.7, 0.82):
            side.part(side.path([(0.7, 0.62), (0.92, y - 0.08), (0.97, y + 0.1)], 0.04), c.main)
        side.part(side.line((0.76, 0.52), (0.86, 0.32), 0.06), c.main)
        claw = side.cut(side.ellipse(0.84, 0.2, 0.16), side.polygon((0.84, 0.2), (0.74, -0.02), (0.9, -0.02)))
        side.part(claw, c.main)
        side.part(side.line((0.6, 0.46), (0.6, 0.32), 0.03), c.main)
        side.fill(side.ellipse(0.6, 0.3, 0.06), c.paint("eye"), 0)
    c.part(c.ellipse(0.5, 0.62, 0.34, 0.24), c.main)
    c.stroke([(0.38, 0.68), (0.5, 0.73), (0.62, 0.68)], c.main, 0)


def _octopus(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        for x in (0.56, 0.72, 0.86):
            side.part(
                side.path(
                    [(0.5 + (x - 0.5) * 0.6, 0.6), (x, 0.78), (x + c.u(0.0, 0.08), 0.94)], 0.075, 0.045
                ),
                c.main,
            )
    c.part(c.ellipse(0.5, 0.38, 0.36, 0.35), c.main)
    eyes(c, 0.46, 0.14, 0.06)


def _snail(c: Canvas) -> None:
    skin = c.paint("tan")
    c.part(c.path([(0.06, 0.62), (0.2, 0.86), (0.94, 0.9)], 0.1, 0.05), skin)
    for x in (0.02, 0.14):
        c.stroke([(x + 0.05, 0.56), (x + 0.03, 0.36)], skin, 3, inside=False)
    c.part(c.ellipse(0.6, 0.5, 0.36), c.main)
    c.fill(c.ring(0.6, 0.5, 0.2, 0.06), c.main, 1)
    c.fill(c.ellipse(0.6, 0.5, 0.07), c.main, 1)


def _penguin(c: Canvas) -> None:
    for x in (0.38, 0.62):
        c.part(c.ellipse(x, 0.94, 0.12, 0.05), c.paint("orange"))
    for side in (c, c.mirrored()):
        side.part(side.ellipse(0.84, 0.6, 0.09, 0.24), c.main)
    c.part(c.ellipse(0.5, 0.54, 0.36, 0.42), c.main)
    c.part(c.ellipse(0.5, 0.72, 0.2, 0.2), c.paint("white"), "flat", line=False)
    for x in (0.38, 0.62):
        c.fill(c.ellipse(x, 0.34, 0.09), c.paint("white"), 4)
        c.fill(c.ellipse(x, 0.35, 0.045), c.paint("eye"), 0)
    c.part(c.polygon((0.42, 0.43), (0.58, 0.43), (0.5, 0.54)), c.paint("orange"))


def _whale(c: Canvas) -> None:
    c.part(c.polygon((0.8, 0.56), (0.76, 0.22), (0.88, 0.32), (1.0, 0.2), (0.96, 0.6)), c.main)
    c.part(c.union(c.ellipse(0.42, 0.62, 0.4, 0.28), c.polygon((0.5, 0.4), (0.94, 0.5), (0.6, 0.88))), c.main)
    c.part(
        c.overlap(c.ellipse(0.42, 0.62, 0.37, 0.25), c.box(0, 0.72, 0.7, 1)),
        c.paint("white"),
        "flat",
        line=False,
    )
    c.dots([(0.2, 0.58)], c.paint("eye"), 0)
    c.part(c.union(c.line((0.36, 0.3), (0.36, 0.16), 0.035), c.line((0.36, 0.16), (0.24, 0.08), 0.035),
                   c.line((0.36, 0.16), (0.48, 0.08), 0.035)), c.paint("cyan"))  # fmt: skip


def _horse(c: Canvas) -> None:
    c.part(c.path([(0.86, 0.46), (0.97, 0.56), (0.94, 0.78)], 0.06), c.second)
    for x in (0.38, 0.5, 0.72, 0.82):
        c.part(c.line((x, 0.6), (x, 0.94), 0.05), c.main, tone=-0.4)
    c.part(c.box(0.32, 0.4, 0.88, 0.68, 0.13), c.main)
    c.part(c.line((0.4, 0.52), (0.26, 0.2), 0.13, 0.1), c.main)
    c.part(c.line((0.26, 0.18), (0.1, 0.34), 0.1, 0.08), c.main)
    c.part(c.path([(0.3, 0.06), (0.42, 0.24), (0.46, 0.42)], 0.06), c.second)
    c.part(c.polygon((0.24, 0.12), (0.28, 0.0), (0.34, 0.12)), c.main)
    c.dots([(0.22, 0.2)], c.paint("eye"), 0)


def _duck(c: Canvas) -> None:
    c.part(c.polygon((0.74, 0.6), (0.99, 0.42), (0.9, 0.78)), c.main)
    c.part(c.ellipse(0.56, 0.7, 0.38, 0.24), c.main)
    c.part(c.ellipse(0.32, 0.3, 0.22), c.main)
    c.part(c.line((0.3, 0.4), (0.36, 0.6), 0.14), c.main, line=False)
    c.part(c.box(0.0, 0.3, 0.2, 0.42, 0.05), c.paint("orange"))
    c.part(c.ellipse(0.62, 0.66, 0.2, 0.12), c.main, tone=-0.8)
    c.dots([(0.28, 0.25)], c.paint("eye"), 0)


def _ladybug(c: Canvas) -> None:
    for side in (c, c.mirrored()):
        for y in (0.44, 0.62, 0.78):
            side.part(side.line((0.7, y), (0.97, y + 0.06), 0.035), c.paint("black"))
    c.part(c.ellipse(0.5, 0.22, 0.19, 0.17), c.paint("black"))
    c.part(c.ellipse(0.5, 0.6, 0.38, 0.37), c.main)
    c.stroke([(0.5, 0.24), (0.5, 0.96)], c.paint("black"), 0)
    for x, y in ((0.32, 0.48), (0.68, 0.48), (0.34, 0.74), (0.66, 0.74)):
        c.fill(c.ellipse(x, y, 0.07), c.paint("black"), 0)


def _kind(name: str, draw: Callable[[Canvas], None], also: tuple[str, ...], natural: tuple[str, ...]) -> Kind:
    return Kind(name, "animals", draw, also, natural, attributes=TRAITS)


KINDS = (
    _kind("cat", _cat, ("kitten", "kitty"), ("orange", "grey", "black")),
    _kind("dog", _dog, ("puppy", "hound"), ("brown", "tan")),
    _kind("bird", _bird, ("songbird", "sparrow"), ("blue", "red", "brown")),
    _kind("owl", _owl, (), ("brown", "tan", "grey")),
    _kind("fish", _fish, ("goldfish",), ("orange", "blue")),
    _kind("frog", _frog, ("toad",), ("green",)),
    _kind("rabbit", _rabbit, ("bunny", "hare"), ("white", "grey", "brown")),
    _kind("turtle", _turtle, ("tortoise",), ("brown", "olive")),
    _kind("snake", _snake, ("serpent", "cobra"), ("green", "olive")),
    _kind("bee", _bee, ("bumblebee", "wasp"), ("yellow",)),
    _kind("butterfly", _butterfly, ("moth",), ("orange", "blue", "purple")),
    _kind("spider", _spider, ("tarantula",), ("black", "brown")),
    _kind("bear", _bear, ("teddy bear",), ("brown", "white")),
    _kind("fox", _fox, (), ("orange",)),
    _kind("pig", _pig, ("piglet", "boar"), ("pink",)),
    _kind("chicken", _chicken, ("hen", "rooster"), ("white", "brown")),
    _kind("mouse", _mouse, ("rat",), ("grey", "brown")),
    _kind("crab", _crab, ("lobster",), ("red", "orange")),
    _kind("octopus", _octopus, ("squid", "kraken"), ("purple", "red")),
    _kind("snail", _snail, ("slug",), ("brown", "orange")),
    _kind("penguin", _penguin, (), ("black", "navy")),
    _kind("whale", _whale, (), ("blue", "navy")),
    _kind("horse", _horse, ("pony", "stallion"), ("brown", "white")),
    _kind("duck", _duck, ("duckling", "rubber duck"), ("yellow", "white")),
    _kind("ladybug", _ladybug, ("beetle", "ladybird"), ("red",)),
)
